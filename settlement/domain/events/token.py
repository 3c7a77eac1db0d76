"""The settlement token, SU; amounts are minor units, accounts named by wallet or contract."""

from dataclasses import dataclass

from settlement.domain.events.base import Event
from settlement.domain.participants import Flow

__all__ = [
    "Earmarked",
    "FrozenSet",
    "ModuleRegistered",
    "Moved",
    "QuarantineSet",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Event):
    """SU moved.

    ``payer`` and ``payee`` are the wallets of the ultimate parties, ``source`` and ``destination`` the
    accounts debited and credited (``ISSUANCE`` for supply); ``ref`` is a credit id or a ramp reference,
    ``trade`` the number of the trade, empty where the flow has none.
    """

    flow: Flow
    payer: str
    payee: str
    source: str
    destination: str
    amount: int
    ref: str
    trade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenSet(Event):
    """From now on ``amount`` of what the account holds is frozen."""

    participant: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Earmarked(Event):
    """From now on ``amount`` of what the account holds is good for one trade only."""

    account: str
    trade: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleRegistered(Event):
    """A contract of the regime may move value in and out of itself as these flows."""

    module: str
    flows: tuple[Flow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineSet(Event):
    """Payouts that are held back go there from now on."""

    quarantine: str
