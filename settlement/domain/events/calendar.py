"""Banking days."""

from dataclasses import dataclass

from settlement.domain.events.base import Event

__all__ = [
    "CalendarLoaded",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarLoaded(Event):
    """Banking days of a jurisdiction were loaded; days since the epoch."""

    jurisdiction: str
    first_day: int
    last_day: int
