"""The conversion desk: SU against DRL, each in its own minor units."""

from dataclasses import dataclass

from settlement.domain.events.base import Event
from settlement.domain.quotes import QuoteSide

__all__ = [
    "DeskLimitsChanged",
    "QuoteAccepted",
    "QuotePosted",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLimitsChanged(Event):
    """What quotes must keep to from now on: basis points, seconds, SU."""

    spread: int
    max_life: int
    max_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotePosted(Event):
    """The desk made ``entity`` a firm offer, until ``valid_until`` (epoch seconds)."""

    quote: str
    entity: str
    side: QuoteSide
    su_amount: int
    drl_amount: int
    valid_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteAccepted(Event):
    """Both legs changed hands.

    ``market`` is what the SU was worth at the feeds' median, in DRL (zero where there was none);
    what differs from ``drl_amount`` is the desk's gain or loss.
    """

    quote: str
    entity: str
    side: QuoteSide
    su_amount: int
    drl_amount: int
    market: int

    @property
    def desk_result(self) -> int:
        """The desk's gain (positive) or loss on the quote against the market, minor units of DRL."""
        difference = self.drl_amount - self.market
        return difference if self.side is QuoteSide.SELLS_SU else -difference
