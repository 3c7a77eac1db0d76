"""Errors of ``DualControl.sol``, which several contracts share."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "DualControlLapsed",
    "DualControlNotProposed",
    "DualControlSamePerson",
]


class DualControlNotProposed(ContractRevert, reason=Reason.NOT_PROPOSED):
    """Nobody proposed this very call."""


class DualControlSamePerson(ContractRevert, reason=Reason.SAME_PERSON):
    """Whoever proposed the call cannot also make it."""


class DualControlLapsed(ContractRevert, reason=Reason.TOO_LATE):
    """The proposal has lapsed."""
