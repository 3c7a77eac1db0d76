"""Errors of ``ClearingHouse.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "ClearingHouseExcluded",
    "ClearingHouseInGoodStanding",
    "ClearingHouseInvalidObligation",
    "ClearingHouseMemberRefused",
    "ClearingHouseNotExcluded",
    "ClearingHouseNotParty",
    "ClearingHouseNotPending",
    "ClearingHouseNotProposed",
    "ClearingHouseNotRising",
    "ClearingHouseOutOfOrder",
    "ClearingHouseTooEarly",
]


class ClearingHouseNotParty(ContractRevert, reason=Reason.NOT_A_PARTY):
    """The caller is not a live wallet of the party that may do this."""


class ClearingHouseInvalidObligation(ContractRevert, reason=Reason.TERMS_INVALID):
    """Amount, priority or life is out of bounds."""


class ClearingHouseNotPending(ContractRevert, reason=Reason.WRONG_STATE):
    """The obligation is not there, in a final state, or past its life."""


class ClearingHouseTooEarly(ContractRevert, reason=Reason.TOO_EARLY):
    """The obligation still lives."""


class ClearingHouseNotProposed(ContractRevert, reason=Reason.NOT_PROPOSED):
    """The payer did not propose to withdraw the obligation."""


class ClearingHouseNotRising(ContractRevert, reason=Reason.ALREADY_USED):
    """Obligations to settle are named in rising order, each once and at least one."""


class ClearingHouseOutOfOrder(ContractRevert, reason=Reason.OUT_OF_ORDER):
    """An obligation that stands before one of those chosen was not chosen."""


class ClearingHouseMemberRefused(ContractRevert, reason=None):
    """The Rulebook refuses a member's part of the settlement; names the reason, then the member."""

    @property
    def subject(self) -> str:
        """The member."""
        member: bytes = self.arguments[1]
        return member.rstrip(b"\0").decode()


class ClearingHouseExcluded(ContractRevert, reason=Reason.MEMBER_EXCLUDED):
    """The member is excluded."""


class ClearingHouseNotExcluded(ContractRevert, reason=Reason.WRONG_STATE):
    """The member is not excluded."""


class ClearingHouseInGoodStanding(ContractRevert, reason=Reason.IN_GOOD_STANDING):
    """There is nothing to exclude the member for."""
