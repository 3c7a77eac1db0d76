"""The settlement token, SU."""

from dataclasses import dataclass

from settlement.domain.events.base import Event
from settlement.domain.participants import Flow

__all__ = [
    "FrozenSet",
    "ModuleRegistered",
    "Moved",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Event):
    """SU moved; ``amount`` in minor units.

    ``payer`` and ``payee`` are the ultimate parties, ``source`` and ``destination`` the accounts
    debited and credited (``ISSUANCE`` for supply); ``ref`` is a credit id or a ramp reference.
    """

    flow: Flow
    payer: str
    payee: str
    source: str
    destination: str
    amount: int
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenSet(Event):
    """From now on ``amount`` minor units of the participant's SU are frozen."""

    participant: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleRegistered(Event):
    """A contract of the regime may hold value for participants."""

    module: str
