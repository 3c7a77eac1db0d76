"""Durations and delays: lengths of time in hours, days or banking days."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from settlement.scenario.faults import NotOfForm
from settlement.scenario.forms import DIGITS, number_of

__all__ = ["Delay", "Duration"]

TimeUnit = Literal["hours", "days", "banking days"]

_UNITS: dict[str, TimeUnit] = {
    "hour": "hours",
    "hours": "hours",
    "day": "days",
    "days": "days",
    "banking day": "banking days",
    "banking days": "banking days",
}
#: The units as a regular expression, also for the JSON schema.
UNIT_WORDS = "(?:hours?|days?|banking days?)"
_DURATION = re.compile(rf"(?P<count>{DIGITS}) (?P<unit>{UNIT_WORDS})")
_DELAY = re.compile(rf"(?P<low>{DIGITS})(?: to (?P<high>{DIGITS}))? (?P<unit>{UNIT_WORDS})")
#: What problems say was expected.
DURATION_FORM = 'a duration such as "5 banking days", "21 days" or "6 hours"'
DELAY_FORM = 'a delay such as "2 banking days" or "2 to 4 banking days"'
#: Keeps date arithmetic inside the calendar; 27 years is far beyond any regime.
_MOST = 10_000


def _count(text: str, form: str) -> int:
    count = number_of(text)
    if count > _MOST:
        raise NotOfForm(f"{text} is too long", f"{form}, of {_MOST} at most", "use a smaller number")
    return count


def _in_words(count: str, last: int, unit: TimeUnit) -> str:
    return f"{count} {unit.removesuffix('s') if last == 1 else unit}"


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: ``count`` of ``unit``; banking days need a calendar to become dates."""

    count: int
    unit: TimeUnit

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read a duration such as ``"5 banking days"``.

        Raises:
            NotOfForm: not of that form, or longer than any regime.
        """
        match = _DURATION.fullmatch(text)
        if match is None:
            remedy = "write a whole number, a space and hours, days or banking days"
            raise NotOfForm(f"{text!r} is not a duration", DURATION_FORM, remedy)
        return cls(_count(match["count"], DURATION_FORM), _UNITS[match["unit"]])

    def elapsed(self) -> timedelta:
        """The length on the clock.

        Raises:
            ValueError: it is in banking days, whose length depends on a calendar.
        """
        if self.unit == "banking days":
            raise ValueError("the length of banking days depends on a calendar")
        return timedelta(hours=self.count) if self.unit == "hours" else timedelta(days=self.count)

    def __str__(self) -> str:
        """As the file writes it: ``1 day``, ``5 banking days``."""
        return _in_words(str(self.count), self.count, self.unit)


@dataclass(frozen=True, slots=True)
class Delay:
    """How long an actor takes: between ``low`` and ``high`` of ``unit``, both included."""

    low: int
    high: int
    unit: TimeUnit

    @classmethod
    def parse(cls, text: str) -> "Delay":
        """Read a delay such as ``"2 to 4 banking days"``, or a fixed one such as ``"6 hours"``.

        Raises:
            NotOfForm: not of that form, longer than any regime, or its ends in the wrong order.
        """
        match = _DELAY.fullmatch(text)
        if match is None:
            remedy = "write one number or two with 'to' between, then hours, days or banking days"
            raise NotOfForm(f"{text!r} is not a delay", DELAY_FORM, remedy)
        low, high = (_count(count, DELAY_FORM) for count in (match["low"], match["high"] or match["low"]))
        if low > high:
            remedy = f"write {high} to {low}"
            raise NotOfForm(f"{text!r} runs backwards", "the shorter end first", remedy)
        return cls(low, high, _UNITS[match["unit"]])

    def __str__(self) -> str:
        """As the file writes it: ``6 hours``, ``2 to 4 banking days``."""
        count = str(self.low) if self.low == self.high else f"{self.low} to {self.high}"
        return _in_words(count, self.high, self.unit)
