"""Twin of ``BusinessCalendar.sol``."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from settlement.chain.chain import Origin, Twin, from_bytes
from settlement.domain.events import CalendarLoaded, Event

_EPOCH = date(1970, 1, 1).toordinal()
_DAYS_PER_WORD = 256


class BusinessCalendar(Twin):
    """Banking days per jurisdiction."""

    contract = "BusinessCalendar"

    def load(
        self, actor: str, jurisdiction: str, first: date, last: date, closed: Iterable[date]
    ) -> tuple[Event, ...]:
        """Load the days from ``first`` to ``last``, on the ``closed`` of which banks are closed (supervisor).

        Whole words of 256 days are loaded, replacing what was there; days of them outside the span
        count as closed, so that no deadline is ever computed from days that were not given.
        """
        first_day, last_day = _day(first), _day(last)
        first_word = first_day // _DAYS_PER_WORD
        words = last_day // _DAYS_PER_WORD - first_word + 1
        start = first_word * _DAYS_PER_WORD
        days = {_day(day) for day in closed}
        days.update(range(start, first_day), range(last_day + 1, start + words * _DAYS_PER_WORD))
        bitmap = sum(1 << (day - start) for day in days if start <= day)
        closed_words = [bitmap >> (_DAYS_PER_WORD * i) & (2**_DAYS_PER_WORD - 1) for i in range(words)]
        return self._send(
            actor, "load", jurisdiction.encode(), first_word, closed_words, subject=jurisdiction
        )

    def end_of_banking_day(self, jurisdiction: str, timestamp: int, count: int) -> int:
        """Last second of the ``count``-th banking day after the day of ``timestamp``, epoch seconds."""
        return int(self._view("endOfBankingDay", jurisdiction.encode(), timestamp, count))

    def is_banking_day(self, jurisdiction: str, day: date) -> bool:
        """Whether banks are open on ``day``."""
        return bool(self._view("isBankingDay", jurisdiction.encode(), _day(day) * 86_400))

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        if name == "CalendarLoaded":
            return CalendarLoaded(
                **origin,
                jurisdiction=from_bytes(fields["jurisdiction"]),
                first_day=fields["firstDay"],
                last_day=fields["lastDay"],
            )
        return super()._event(name, fields, origin)


def _day(day: date) -> int:
    return day.toordinal() - _EPOCH
