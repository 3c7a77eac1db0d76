"""Errors of ``TradeEscrow.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "TradeEscrowCreditExists",
    "TradeEscrowDrawsOpen",
    "TradeEscrowInvalidAmount",
    "TradeEscrowInvalidTerms",
    "TradeEscrowNotParty",
    "TradeEscrowOnHold",
    "TradeEscrowTermsChanged",
    "TradeEscrowTooEarly",
    "TradeEscrowTooLate",
    "TradeEscrowWrongCreditState",
]


class TradeEscrowCreditExists(ContractRevert, reason=Reason.ALREADY_USED):
    """The applicant used the reference before."""


class TradeEscrowNotParty(ContractRevert, reason=Reason.NOT_A_PARTY):
    """The caller is not the party that may do this."""


class TradeEscrowWrongCreditState(ContractRevert, reason=Reason.WRONG_STATE):
    """The credit's state does not allow the step."""


class TradeEscrowOnHold(ContractRevert, reason=Reason.ON_HOLD):
    """The credit is held, or (where a hold is asked for) not."""


class TradeEscrowDrawsOpen(ContractRevert, reason=Reason.DRAWS_OPEN):
    """Draws, retention or an advance are still open under the credit."""


class TradeEscrowTooEarly(ContractRevert, reason=Reason.TOO_EARLY):
    """The step's time has not come."""


class TradeEscrowTooLate(ContractRevert, reason=Reason.TOO_LATE):
    """The step's time has passed."""


class TradeEscrowInvalidTerms(ContractRevert, reason=Reason.TERMS_INVALID):
    """Terms are incomplete or out of order, or an amendment touches what is fixed."""


class TradeEscrowTermsChanged(ContractRevert, reason=Reason.TERMS_CHANGED):
    """The terms agreed to are not those stored."""


class TradeEscrowInvalidAmount(ContractRevert, reason=Reason.AMOUNT_OUT_OF_TERMS):
    """The amount does not fit what is there for it."""
