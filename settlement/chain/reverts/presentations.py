"""Errors of ``Presentations.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "PresentationsDocumentsIncomplete",
    "PresentationsInstalmentMissed",
    "PresentationsInvalidAmount",
    "PresentationsNotGuaranteed",
    "PresentationsNotProvided",
    "PresentationsNotWindingDown",
    "PresentationsTooManyDraws",
    "PresentationsWrongDrawState",
]


class PresentationsWrongDrawState(ContractRevert, reason=Reason.WRONG_STATE):
    """The draw's state does not allow the step."""


class PresentationsNotProvided(ContractRevert, reason=Reason.NOT_IN_TERMS):
    """The terms provide for no such draw, or not now."""


class PresentationsInvalidAmount(ContractRevert, reason=Reason.AMOUNT_OUT_OF_TERMS):
    """The amount does not fit what can be drawn."""


class PresentationsDocumentsIncomplete(ContractRevert, reason=Reason.DOCUMENTS_INCOMPLETE):
    """The set of documents, or the notice, is incomplete."""


class PresentationsInstalmentMissed(ContractRevert, reason=Reason.INSTALMENT_MISSED):
    """The instalment was missed, or the one before is not accepted yet."""


class PresentationsNotGuaranteed(ContractRevert, reason=Reason.NOT_GUARANTEED):
    """The guarantee behind the advance is not there, or does not cover it."""


class PresentationsTooManyDraws(ContractRevert, reason=Reason.AMOUNT_OUT_OF_TERMS):
    """The credit has as many draws as it can have."""


class PresentationsNotWindingDown(ContractRevert, reason=Reason.TOO_EARLY):
    """Neither does the regime wind down nor is a party's licence revoked."""
