"""Errors of ``Regime.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "RegimeInvalidProgramme",
    "RegimeNotStarted",
    "RegimeProgrammeChanged",
    "RegimeSamePerson",
    "RegimeWrongPhase",
    "RegimeWrongStage",
]


class RegimeWrongStage(ContractRevert, reason=Reason.WRONG_STATE):
    """The regime's stage does not allow the step."""


class RegimeInvalidProgramme(ContractRevert, reason=Reason.TERMS_INVALID):
    """The programme contradicts itself or the legal frame."""


class RegimeProgrammeChanged(ContractRevert, reason=Reason.TERMS_CHANGED):
    """The programme was redrafted before it was co-signed."""


class RegimeNotStarted(ContractRevert, reason=Reason.TOO_EARLY):
    """The regime's start has not come."""


class RegimeSamePerson(ContractRevert, reason=Reason.SAME_PERSON):
    """Whoever proposed it cannot approve it."""


class RegimeWrongPhase(ContractRevert, reason=Reason.WRONG_PHASE):
    """Another phase comes next."""
