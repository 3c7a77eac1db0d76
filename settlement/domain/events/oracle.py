"""Prices: minor units of DRL for one whole unit of the asset, times 10**6."""

from dataclasses import dataclass

from settlement.domain.events.base import Event

__all__ = [
    "BreakerReset",
    "BreakerTripped",
    "FeederAdded",
    "FeederRemoved",
    "PriceAccepted",
    "PricePosted",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeederAdded(Event):
    """``feeder`` posts prices from now on."""

    feeder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeederRemoved(Event):
    """``feeder`` posts no more, and what it posted does not count."""

    feeder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PricePosted(Event):
    """A feeder found ``asset`` worth ``value``."""

    asset: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceAccepted(Event):
    """The median of the feeds is the price of ``asset``."""

    asset: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerTripped(Event):
    """The ``median`` of ``asset`` is too far from the price ``accepted`` last: there is no price."""

    asset: str
    accepted: int
    median: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerReset(Event):
    """Two people agreed that ``asset`` is worth ``value``."""

    asset: str
    value: int
