"""Errors of ``TradeEscrow.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "TradeEscrowCreditExists",
    "TradeEscrowDocumentReused",
    "TradeEscrowDocumentsIncomplete",
    "TradeEscrowInvalidAmount",
    "TradeEscrowInvalidTerms",
    "TradeEscrowNotParty",
    "TradeEscrowTermsChanged",
    "TradeEscrowTooEarly",
    "TradeEscrowTooLate",
    "TradeEscrowWrongCreditState",
    "TradeEscrowWrongDrawState",
]


class TradeEscrowCreditExists(ContractRevert, reason=Reason.ALREADY_USED):
    """The applicant used the reference before."""


class TradeEscrowNotParty(ContractRevert, reason=Reason.NOT_A_PARTY):
    """The caller is not the party that may do this."""


class TradeEscrowWrongCreditState(ContractRevert, reason=Reason.WRONG_STATE):
    """The credit's state does not allow the step."""


class TradeEscrowWrongDrawState(ContractRevert, reason=Reason.WRONG_STATE):
    """The draw's state does not allow the step."""


class TradeEscrowTooEarly(ContractRevert, reason=Reason.TOO_EARLY):
    """The step's time has not come."""


class TradeEscrowTooLate(ContractRevert, reason=Reason.TOO_LATE):
    """The step's time has passed."""


class TradeEscrowInvalidTerms(ContractRevert, reason=Reason.TERMS_INVALID):
    """Terms are incomplete or out of order."""


class TradeEscrowTermsChanged(ContractRevert, reason=Reason.TERMS_CHANGED):
    """The terms agreed to are not those stored."""


class TradeEscrowInvalidAmount(ContractRevert, reason=Reason.AMOUNT_OUT_OF_TERMS):
    """The amount does not fit what can be drawn."""


class TradeEscrowDocumentsIncomplete(ContractRevert, reason=Reason.DOCUMENTS_INCOMPLETE):
    """The set of documents, or the notice, is incomplete."""


class TradeEscrowDocumentReused(ContractRevert, reason=Reason.DOCUMENT_REUSED):
    """The transport document was presented before."""
