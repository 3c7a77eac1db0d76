"""Two people for one act, and delays of offices."""

from dataclasses import dataclass

from settlement.domain.events.base import Event

__all__ = [
    "CallCancelled",
    "CallProposed",
    "CallScheduled",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallProposed(Event):
    """The first of two people proposed a call; the hash of its data in hexadecimal."""

    contract: str
    function: str
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallScheduled(Event):
    """An office announced a call, which it may make from ``ready_at``, epoch seconds."""

    contract: str
    function: str
    call: str
    ready_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCancelled(Event):
    """A scheduled call will not be made."""

    call: str
