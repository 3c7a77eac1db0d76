"""Banking days and instants."""

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.scenario import Delay
from settlement.scenario.durations import TimeUnit
from settlement.simulation.clock import BankingCalendar, day_of, end_of, iso, midnight
from settlement.simulation.streams import Diary, Stream
from tests.world import START, World

BRAZIL = BankingCalendar("BR", date(2027, 1, 1), date(2028, 12, 31))
some_day = st.dates(date(2027, 1, 10), date(2028, 6, 30))


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (date(2027, 3, 1), 1, date(2027, 3, 2)),
        (date(2027, 3, 5), 1, date(2027, 3, 8)),  # over a weekend
        (date(2027, 3, 25), 1, date(2027, 3, 29)),  # over Good Friday and a weekend
        (date(2027, 3, 23), 5, date(2027, 3, 31)),
        (date(2027, 4, 20), 1, date(2027, 4, 22)),  # over Tiradentes
        (date(2027, 3, 26), 0, date(2027, 3, 29)),  # a closed day is not waited on, but passed
        (date(2027, 3, 25), 0, date(2027, 3, 25)),
    ],
)
def test_banking_days_skip_weekends_and_holidays(start: date, count: int, expected: date) -> None:
    assert BRAZIL.add(start, count) == expected


@given(day=some_day, count=st.integers(1, 20))
def test_banking_days_before_undo_those_after(day: date, count: int) -> None:
    then = BRAZIL.subtract(day, count)
    assert BRAZIL.is_open(then)
    assert sum(1 for _ in BRAZIL.open_days(then, day - timedelta(days=1))) == count


def test_no_banking_day_before_is_the_day_or_the_last_open_one() -> None:
    assert BRAZIL.subtract(date(2027, 3, 26), 0) == date(2027, 3, 25)  # Good Friday
    assert BRAZIL.subtract(date(2027, 3, 25), 0) == date(2027, 3, 25)


def test_instants_are_utc() -> None:
    assert midnight(date(2027, 3, 1)) == START
    assert end_of(date(2027, 3, 1)) == START + 86_399
    assert day_of(START + 86_399) == date(2027, 3, 1)
    assert iso(START + 3_661) == "2027-03-01T01:01:01Z"


def test_contract_and_simulation_count_the_same_banking_days(world: World) -> None:
    calendar = world.system.calendar
    calendar.load("supervisor", "XH", BRAZIL.first, BRAZIL.last, BRAZIL.closed)
    for day in (date(2027, 1, 1) + timedelta(days=7 * n + n % 7) for n in range(40)):
        presented = midnight(day) + 45_000
        assert calendar.end_of_banking_day("XH", presented, 5) == end_of(BRAZIL.add(day, 5))
        assert calendar.is_banking_day("XH", day) is BRAZIL.is_open(day)


@given(seed=st.integers(0, 2**63 - 1), day=some_day, low=st.integers(0, 6), more=st.integers(0, 6))
def test_delays_in_banking_days_end_within_office_hours_of_an_open_day(
    seed: int, day: date, low: int, more: int
) -> None:
    time = midnight(day) + 11 * 3_600
    then = Diary(BRAZIL, Stream(seed, "anybody")).after(time, Delay(low, low + more, "banking days"))
    assert then > time
    assert BRAZIL.add(day, low) <= day_of(then) <= BRAZIL.add(day, low + more)
    assert then == time + 1 or 9 * 3_600 <= then - midnight(day_of(then)) < 17 * 3_600


@given(seed=st.integers(0, 2**63 - 1), day=some_day, hours=st.integers(-14, 14), days=st.integers(1, 6))
def test_office_hours_and_days_are_local(seed: int, day: date, hours: int, days: int) -> None:
    ahead = hours * 3_600
    calendar = BankingCalendar("BR", BRAZIL.first, BRAZIL.last, ahead)
    time = midnight(day) + 23 * 3_600
    for unit in get_args(TimeUnit)[1:]:
        then = Diary(calendar, Stream(seed, "anybody")).after(time, Delay(days, days, unit))
        local = then + ahead
        assert 9 * 3_600 <= local - midnight(day_of(local)) < 17 * 3_600
        today = day_of(time + ahead)
        assert day_of(local) == (today + timedelta(days) if unit == "days" else BRAZIL.add(today, days))


@given(seed=st.integers(0, 2**63 - 1), count=st.integers(0, 100))
def test_hours_count_from_the_instant(seed: int, count: int) -> None:
    then = Diary(BRAZIL, Stream(seed, "anybody")).after(START, Delay(count, count, "hours"))
    assert then == START + max(count * 3_600, 1)


@given(seed=st.integers(0, 2**63 - 1), day=some_day, count=st.integers(0, 6))
def test_delays_before_count_as_those_after(seed: int, day: date, count: int) -> None:
    diary, time = Diary(BRAZIL, Stream(seed, "anybody")), midnight(day)
    assert diary.before(time, Delay(count, count, "hours")) == time - count * 3_600
    calendar_days = diary.before(time, Delay(count, count, "days"))
    assert day_of(calendar_days) == day - timedelta(days=count)
    banking_days = diary.before(time, Delay(count, count, "banking days"))
    assert day_of(banking_days) == BRAZIL.subtract(day, count)
    assert 9 * 3_600 <= banking_days - midnight(day_of(banking_days)) < 17 * 3_600


def test_streams_depend_on_seed_and_name_alone() -> None:
    def draws(seed: int, name: str) -> list[int]:
        stream = Stream(seed, name)
        return [stream.integer(0, 10**9) for _ in range(5)]

    assert draws(1, "B") == draws(1, "B")
    assert len({tuple(draws(seed, name)) for seed in (1, 2) for name in ("B", "S")}) == 4


@given(seed=st.integers(0, 1_000), low=st.integers(-5, 5), width=st.integers(0, 5))
def test_draws_stay_within_their_bounds(seed: int, low: int, width: int) -> None:
    stream = Stream(seed, "x")
    assert all(low <= stream.integer(low, low + width) <= low + width for _ in range(20))
