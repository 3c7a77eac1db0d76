"""The reserve behind SU; cash in minor units of SU, coins with 8 decimals."""

from dataclasses import dataclass

from settlement.domain.events.base import Event

__all__ = [
    "CashDeposited",
    "CashWithdrawn",
    "CoinsDeposited",
    "CoinsSold",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CashDeposited(Event):
    """Cash came in."""

    amount: int
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CashWithdrawn(Event):
    """Cash went out."""

    amount: int
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoinsDeposited(Event):
    """Coins came in."""

    coins: int
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoinsSold(Event):
    """Coins were sold for cash."""

    coins: int
    proceeds: int
    ref: str
