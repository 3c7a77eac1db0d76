"""The domestic currency, DRL; amounts in minor units of it."""

from dataclasses import dataclass

from settlement.domain.events.base import Event

__all__ = [
    "CurrencyBurned",
    "CurrencyMinted",
    "CurrencyModuleRegistered",
    "CurrencyMoved",
    "CurrencyRecovered",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyMinted(Event):
    """The treasury brought DRL into circulation, at ``to``."""

    to: str
    amount: int
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyBurned(Event):
    """The treasury took DRL of ``holder`` out of circulation."""

    holder: str
    amount: int
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyMoved(Event):
    """DRL moved; ``spender`` is the holder, or whom it allowed to, such as the conversion desk."""

    spender: str
    source: str
    destination: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyRecovered(Event):
    """All the DRL of a lost wallet moved to another one of its participant."""

    source: str
    destination: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyModuleRegistered(Event):
    """A contract of the regime may hold and move DRL, or may no more."""

    module: str
    registered: bool
