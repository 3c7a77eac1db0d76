"""Errors of ``SettlementToken.sol`` and of ERC-7943."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "ERC7943CannotReceive",
    "ERC7943CannotSend",
    "ERC7943CannotTransfer",
    "ERC7943InsufficientUnfrozenBalance",
    "SettlementTokenEarmarksLeft",
    "SettlementTokenNotModule",
    "SettlementTokenProtectedAccount",
    "SettlementTokenQuarantineSet",
    "SettlementTokenReferenceUsed",
    "SettlementTokenTradeRuns",
]


class SettlementTokenReferenceUsed(ContractRevert, reason=Reason.ALREADY_USED):
    """The ramp used the reference before."""


class SettlementTokenNotModule(ContractRevert, reason=Reason.UNAUTHORISED):
    """Only a contract of the regime that has this flow may do it."""


class SettlementTokenProtectedAccount(ContractRevert, reason=Reason.PROTECTED_ACCOUNT):
    """A module's own account, or a seizure or recovery to itself."""


class SettlementTokenQuarantineSet(ContractRevert, reason=Reason.ALREADY_USED):
    """The quarantine is set once."""


class SettlementTokenTradeRuns(ContractRevert, reason=Reason.TOO_EARLY):
    """The trade still runs, so what is earmarked for it stays so."""


class SettlementTokenEarmarksLeft(ContractRevert, reason=Reason.EARMARKED):
    """The recovery does not name every trade that something is earmarked for."""


class ERC7943CannotSend(ContractRevert, reason=Reason.PARTICIPANT_UNKNOWN):
    """The account may not send."""


class ERC7943CannotReceive(ContractRevert, reason=Reason.PARTICIPANT_UNKNOWN):
    """The account may not receive."""


class ERC7943CannotTransfer(ContractRevert, reason=Reason.FLOW_NOT_PERMITTED):
    """The transfer is not allowed."""


class ERC7943InsufficientUnfrozenBalance(ContractRevert, reason=Reason.FROZEN):
    """The amount is held, but frozen."""
