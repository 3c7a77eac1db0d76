"""The supervised quarantine; amounts are minor units of SU, parties named by wallet."""

from dataclasses import dataclass

from settlement.domain.events.base import Event

__all__ = [
    "ItemClaimed",
    "ItemHeld",
    "ItemReleased",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemHeld(Event):
    """A payout was held back: ``amount`` is due to ``payee``."""

    item: int
    payer: str
    payee: str
    amount: int
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReleased(Event):
    """The second of two reviewers released an item, to its payee or back to its payer."""

    item: int
    to_payer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemClaimed(Event):
    """A released item was paid."""

    item: int
    amount: int
