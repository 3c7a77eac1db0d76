"""Banking days: every day but Saturdays and Sundays, within the term that was loaded."""

from dataclasses import dataclass

from settlement.domain.reasons import Reason
from tests.model.clock import DAY
from tests.model.offices import require


@dataclass
class Calendar:
    """Banking days of some places; days are counted since the epoch, the first of them a Thursday."""

    places: frozenset[str]
    first_day: int
    last_day: int

    def is_banking_day(self, place: str, time: int) -> bool:
        """Whether banks are open on the day of ``time``."""
        day = time // DAY
        require(place in self.places and self.first_day <= day <= self.last_day, Reason.CALENDAR_NOT_LOADED)
        return (day + 3) % 7 < 5

    def end_of_banking_day(self, place: str, time: int, count: int) -> int:
        """Last second of the ``count``-th banking day after the day of ``time``."""
        day = time // DAY
        while count:
            day += 1
            count -= self.is_banking_day(place, day * DAY)
        return (day + 1) * DAY - 1
