"""The register of trades; amounts are minor units of SU, times epoch seconds."""

from dataclasses import dataclass

from settlement.domain.events.base import Event

__all__ = [
    "TradeAmended",
    "TradeDesignated",
    "TradeRegistered",
    "TravelRecorded",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeRegistered(Event):
    """An entity's bank registered a trade."""

    trade: str
    entity: str
    counterparty: str
    value: int
    until: int
    chapter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeAmended(Event):
    """An entity's bank changed value and term of a trade."""

    trade: str
    value: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelRecorded(Event):
    """A party left the salted hash, in hexadecimal, of the travel-rule record."""

    trade: str
    travel_record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeDesignated(Event):
    """A party chose the trade under which it pays the other one directly."""

    trade: str
