"""Seeded random streams: one for each actor, so that one actor's draws never shift another's."""

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

from settlement.scenario import Delay
from settlement.simulation.clock import (
    OFFICE_CLOSES,
    OFFICE_OPENS,
    SECONDS_PER_DAY,
    BankingCalendar,
    midnight,
)

T = TypeVar("T")


class Stream:
    """Random draws that depend on the run's seed and the stream's name alone."""

    def __init__(self, seed: int, name: str) -> None:
        digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
        self._random = random.Random(int.from_bytes(digest))

    def integer(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included, evenly.

        Built on ``random()``, whose sequence Python keeps stable across versions.
        """
        return low + int(self._random.random() * (high - low + 1))

    def choice(self, items: Sequence[T]) -> T:
        """One of ``items``, evenly."""
        return items[self.integer(0, len(items) - 1)]

    def happens(self, share: int) -> bool:
        """Whether something of a share in basis points comes about."""
        return self.integer(1, 10_000) <= share


class Diary:
    """When an actor gets to something: its delays, its office hours, its banking days."""

    def __init__(self, calendar: BankingCalendar, stream: Stream) -> None:
        self.calendar = calendar
        self._stream = stream

    def after(self, time: int, delay: Delay) -> int:
        """An instant ``delay`` after ``time``, later than it.

        Hours count from the instant. Days and banking days count from its day; the hour is drawn
        within office hours. Days and hours are local.
        """
        count = self._stream.integer(delay.low, delay.high)
        if delay.unit == "hours":
            return time + max(count * 3_600, 1)
        today = self.calendar.day_of(time)
        if delay.unit == "banking days":
            day = midnight(self.calendar.add(today, count))
        else:
            day = midnight(today) + count * SECONDS_PER_DAY
        return max(self.calendar.local(day) + self._stream.integer(OFFICE_OPENS, OFFICE_CLOSES - 1), time + 1)

    def before(self, time: int, delay: Delay) -> int:
        """An instant ``delay`` before ``time``, counted as ``after`` does."""
        count = self._stream.integer(delay.low, delay.high)
        if delay.unit == "hours":
            return time - count * 3_600
        today = self.calendar.day_of(time)
        if delay.unit == "banking days":
            day = midnight(self.calendar.subtract(today, count))
        else:
            day = midnight(today) - count * SECONDS_PER_DAY
        return self.calendar.local(day) + self._stream.integer(OFFICE_OPENS, OFFICE_CLOSES - 1)
