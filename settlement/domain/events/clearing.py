"""The clearing house; amounts are minor units of SU, members participants by name, times epoch seconds."""

from dataclasses import dataclass

from settlement.domain.events.base import Event
from settlement.domain.reasons import Reason

__all__ = [
    "CycleSettled",
    "MemberExcluded",
    "MemberReadmitted",
    "NetPositionSettled",
    "ObligationEntered",
    "ObligationLapsed",
    "ObligationSettled",
    "ObligationWithdrawn",
    "WithdrawalProposed",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationEntered(Event):
    """An obligation was checked and metered gross, and novated; it may be settled until ``until``."""

    obligation: int
    payer: str
    payee: str
    amount: int
    priority: int
    trade: str
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalProposed(Event):
    """The payer of an obligation asked the payee to agree to its withdrawal."""

    obligation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationWithdrawn(Event):
    """The payee agreed to the withdrawal."""

    obligation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationLapsed(Event):
    """The life of an obligation was over."""

    obligation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationSettled(Event):
    """An obligation was settled in the clearing cycle ``cycle``."""

    obligation: int
    cycle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleSettled(Event):
    """So many ``obligations`` worth ``gross`` were settled by moving ``net``."""

    cycle: int
    obligations: int
    gross: int
    net: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NetPositionSettled(Event):
    """A member paid its net position in (negative) or was paid it; in quarantine unless it ``arrived``."""

    cycle: int
    member: str
    net: int
    arrived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberExcluded(Event):
    """A member whom the Rulebook refuses for ``reason`` is left out of settlements."""

    member: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberReadmitted(Event):
    """A member whom the Rulebook passes again is back, and its obligations where they stood."""

    member: str
