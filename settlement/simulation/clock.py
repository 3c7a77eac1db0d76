"""Calendar time: UTC instants as epoch seconds, banking days from public holiday calendars."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache

from settlement.scenario.calendars import calendar_of

SECONDS_PER_DAY = 86_400

#: Hours (local time) within which offices act, and the hour at which a business day closes; our choice.
OFFICE_OPENS, OFFICE_CLOSES, CLOSE_OF_BUSINESS = 9 * 3_600, 17 * 3_600, 18 * 3_600

#: The day on which epoch seconds begin, by Python's count of days.
_EPOCH = date(1970, 1, 1).toordinal()


def midnight(day: date) -> int:
    """First second of a UTC day, epoch seconds."""
    return (day.toordinal() - _EPOCH) * SECONDS_PER_DAY


def end_of(day: date) -> int:
    """Last second of a UTC day, epoch seconds: a deadline that names a day ends with it."""
    return midnight(day) + SECONDS_PER_DAY - 1


def day_of(time: int) -> date:
    """The UTC day of an instant."""
    return date.fromordinal(_EPOCH + time // SECONDS_PER_DAY)


def iso(time: int) -> str:
    """An instant as text, such as ``2027-03-01T09:00:00Z``."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class BankingCalendar:
    """Banking days of one country, from the ``holidays`` library (public holidays and weekends).

    It also knows the time of day there.
    """

    def __init__(self, country: str, first: date, last: date, offset: int = 0) -> None:
        """Know the days from ``first`` to ``last`` of the library's country code.

        ``offset`` is by how many seconds its clocks are ahead of UTC.
        """
        self.first, self.last, self._country, self._offset = first, last, country, offset

    def local(self, midnight: int) -> int:
        """When a day that begins at ``midnight`` UTC begins here."""
        return midnight - self._offset

    def day_of(self, time: int) -> date:
        """The day that it is here at an instant."""
        return day_of(time + self._offset)

    def is_open(self, day: date) -> bool:
        """Whether banks are open on ``day``."""
        return day not in self.closed

    def add(self, day: date, banking_days: int) -> date:
        """The n-th banking day after ``day``; for 0, ``day`` itself or the next open one."""
        if banking_days == 0:
            return day if self.is_open(day) else self.add(day, 1)
        while banking_days > 0:
            day += timedelta(days=1)
            banking_days -= self.is_open(day)
        return day

    def subtract(self, day: date, banking_days: int) -> date:
        """The n-th banking day before ``day``; for 0, ``day`` itself or the last open one before it."""
        if banking_days == 0:
            return day if self.is_open(day) else self.subtract(day, 1)
        while banking_days > 0:
            day -= timedelta(days=1)
            banking_days -= self.is_open(day)
        return day

    def open_days(self, first: date, last: date) -> Iterable[date]:
        """The banking days from ``first`` to ``last``."""
        return (day for day in days(first, last) if self.is_open(day))

    @cached_property
    def closed(self) -> frozenset[date]:
        """Weekends and public holidays."""
        return _closed(self._country, self.first, self.last)


@lru_cache
def _closed(country: str, first: date, last: date) -> frozenset[date]:
    """Weekends and public holidays of a country, which are the same for every run."""
    feasts = calendar_of(country, range(first.year, last.year + 1))
    return frozenset(day for day in days(first, last) if day.weekday() in feasts.weekend or day in feasts)


def days(first: date, last: date) -> Iterable[date]:
    """Every day from ``first`` to ``last``."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
