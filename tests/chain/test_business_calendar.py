"""Banking days: the examination of documents is timed by them, so they must never be guessed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from settlement.chain.reverts import BusinessCalendarNotLoaded
from settlement.domain.events import CalendarLoaded
from settlement.domain.reasons import Reason
from tests.chain.expect import call, expects, fact, facts
from tests.world import DAY, SUPERVISOR, World, weekends

pytestmark = pytest.mark.rule("variant.banking-days")

EPOCH = date(1970, 1, 1)
#: The first and the last day of the calendars of the small regime.
FIRST, LAST = date(2027, 2, 20), date(2028, 12, 31)


def number(day: date) -> int:
    """Days since the epoch."""
    return (day - EPOCH).days


def at(text: str) -> int:
    """Epoch seconds of an ISO time, UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def end_of(text: str) -> int:
    """Last second of an ISO date."""
    return at(text) + DAY - 1


def test_loading_covers_whole_words(world: World) -> None:
    first, last = date(2027, 3, 1), date(2027, 12, 31)
    events = world.system.calendar.load(SUPERVISOR, "XQ", first, last, weekends(first, last))
    first_day, last_day = number(first) // 256 * 256, number(last) // 256 * 256 + 255
    assert facts(events) == [
        fact(CalendarLoaded, SUPERVISOR, jurisdiction="XQ", first_day=first_day, last_day=last_day)
    ]


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        ("2027-02-19", False),  # a Friday, in the first word but before the days that were given
        ("2027-02-22", True),  # Monday
        ("2027-02-28", False),  # Sunday
        ("2027-03-01", True),
        ("2027-03-05", True),
        ("2027-03-06", False),
        ("2027-03-07", False),
        ("2027-03-08", True),
        ("2028-02-29", True),  # Tuesday, a leap day
        ("2028-12-31", False),  # Sunday
        ("2029-01-01", False),  # in the last word, but after the days that were given
    ],
)
def test_banking_day(world: World, day: str, is_open: bool) -> None:
    assert world.system.calendar.is_banking_day("XH", date.fromisoformat(day)) is is_open


@pytest.mark.parametrize(
    ("time", "count", "expected"),
    [
        ("2027-03-01T00:00:00", 5, "2027-03-08"),  # a Monday: Tuesday is the first day
        ("2027-03-01T23:59:59", 5, "2027-03-08"),
        ("2027-03-02T00:00:00", 5, "2027-03-09"),
        ("2027-03-05T12:00:00", 1, "2027-03-08"),  # a Friday
        ("2027-03-06T12:00:00", 1, "2027-03-08"),  # a Saturday
        ("2027-03-07T23:59:59", 5, "2027-03-12"),  # a Sunday
        ("2027-03-01T12:00:00", 0, "2027-03-01"),
        ("2027-03-01T12:00:00", 300, "2028-04-24"),  # over the edge of a word
    ],
)
def test_end_of_banking_day(world: World, time: str, count: int, expected: str) -> None:
    assert world.system.calendar.end_of_banking_day("XH", at(time), count) == end_of(expected)


def test_holiday_moves_the_deadline_where_it_is_kept(world: World) -> None:
    holiday = date(2027, 3, 3)
    calendar = world.system.calendar
    calendar.load(SUPERVISOR, "XF", FIRST, LAST, [*weekends(FIRST, LAST), holiday])
    assert not calendar.is_banking_day("XF", holiday)
    assert calendar.is_banking_day("XH", holiday)
    monday = at("2027-03-01T09:00:00")
    assert calendar.end_of_banking_day("XF", monday, 5) == end_of("2027-03-09")
    assert calendar.end_of_banking_day("XH", monday, 5) == end_of("2027-03-08")


def test_reload_replaces_what_was_there(world: World) -> None:
    calendar = world.system.calendar
    calendar.load(SUPERVISOR, "XH", FIRST, LAST, [date(2027, 3, 2)])
    assert calendar.is_banking_day("XH", date(2027, 3, 6))
    assert not calendar.is_banking_day("XH", date(2027, 3, 2))


def test_unknown_jurisdiction_is_never_guessed(world: World) -> None:
    day = date(2027, 3, 1)
    with expects(BusinessCalendarNotLoaded, Reason.CALENDAR_NOT_LOADED, b"ZZ", number(day)):
        world.system.calendar.is_banking_day("ZZ", day)
    with expects(BusinessCalendarNotLoaded, Reason.CALENDAR_NOT_LOADED, b"ZZ", number(day) + 1):
        world.system.calendar.end_of_banking_day("ZZ", number(day) * DAY, 5)


def test_loading_nothing_is_refused(world: World) -> None:
    with expects(BusinessCalendarNotLoaded, Reason.CALENDAR_NOT_LOADED, b"ZZ", 256):
        call(world, SUPERVISOR, world.system.calendar, "load", b"ZZ", 1, [])


def test_days_outside_the_loaded_words_are_never_guessed(world: World) -> None:
    before = number(FIRST) // 256 * 256 - 1
    after = number(LAST) // 256 * 256 + 256
    for day in (before, after):
        with expects(BusinessCalendarNotLoaded, Reason.CALENDAR_NOT_LOADED, b"XH", day):
            world.system.calendar.is_banking_day("XH", EPOCH + timedelta(days=day))
    with expects(BusinessCalendarNotLoaded, Reason.CALENDAR_NOT_LOADED, b"XH", after):
        world.system.calendar.end_of_banking_day("XH", number(LAST) * DAY, 1)
