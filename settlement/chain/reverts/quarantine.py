"""Errors of ``Quarantine.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "QuarantineNoPayer",
    "QuarantineNotToken",
    "QuarantineWrongState",
]


class QuarantineNotToken(ContractRevert, reason=Reason.UNAUTHORISED):
    """Only the token puts items here."""


class QuarantineWrongState(ContractRevert, reason=Reason.WRONG_STATE):
    """The state of the item does not allow the step."""


class QuarantineNoPayer(ContractRevert, reason=Reason.PARTICIPANT_UNKNOWN):
    """The item has no participant to go back to."""
