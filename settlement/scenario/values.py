"""The types that the models annotate their fields with: one for every way a single value is written."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, TypeVar

from settlement.domain.amounts import Amount, AmountError, Unit
from settlement.domain.events import CONTRACTS, ISSUANCE
from settlement.domain.participants import Office
from settlement.scenario.calendars import CALENDAR_EXPECTED, read_calendar
from settlement.scenario.durations import DELAY_FORM, UNIT_WORDS, Delay, Duration
from settlement.scenario.faults import NotOfForm
from settlement.scenario.forms import DIGITS, Form, flag_form, number_form, text_form
from settlement.scenario.quantities import AmountRange, BasisPoints, CoinAmount, Offset, Tally, TimeOfDay

T = TypeVar("T")

#: Names that no participant may take: offices, contracts, and the account that issues SU.
RESERVED_IDS = (*(office.value for office in Office), *CONTRACTS, ISSUANCE)

#: When a moment that names only a day happens: the opening of business, UTC.
OPENING = time(9, 0, tzinfo=UTC)

#: The chain counts seconds from 1970, its eve included, and no holiday calendar reaches past 2100.
_FIRST_YEAR, _LAST_YEAR = 1971, 2199
#: The greatest seed; run folders and summaries keep it as it is.
MOST_SEED = 2**63 - 1
#: Longer texts are no amounts, and Python refuses to read integers of thousands of digits.
_LONGEST_AMOUNT = 80


def _text(text: str) -> str | None:
    plain = text.strip()
    odd = any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in plain)
    return None if odd or not plain else plain


def _day(text: str) -> date | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotOfForm(f"there is no day {text}", "a day of the calendar", "correct month or day") from None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _moment(text: str) -> datetime | None:
    day, _, clock = text.partition(" ")
    on = _day(day)
    if on is None or not clock:
        return datetime.combine(on, OPENING) if on is not None and day == text else None
    passed = TimeOfDay.parse(clock)
    return datetime.combine(on, time(tzinfo=UTC)) + timedelta(seconds=passed) if passed is not None else None


def _write_moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def _amount(text: str) -> Amount | None:
    if len(text) > _LONGEST_AMOUNT:
        return None
    try:
        return Amount.parse(text)
    except AmountError as error:
        raise NotOfForm(str(error), error.expected, error.remedy) from None


def _amount_in(unit: Unit) -> Callable[[str], Amount | None]:
    def read(text: str) -> Amount | None:
        written = re.search(r"\s([A-Z]+)$", text)
        if written and written[1] not in Unit.__members__:
            remedy = f"state the amount in {unit.name}"
            raise NotOfForm(f"unknown unit {written[1]!r}", f"an amount in {unit.name}", remedy)
        return _amount(text)

    return read


def _write_amount(amount: Amount) -> str:
    return str(amount).replace(",", "_")


def _in_su(amount: Amount) -> None:
    if amount.unit is not Unit.SU:
        written = _write_amount(amount)
        raise NotOfForm(f"'{written}' is not in SU", "an amount in SU", "state the amount in SU")


def _above_zero(amount: Amount) -> None:
    _in_su(amount)
    if amount.minor == 0:
        raise NotOfForm("the amount is zero", "an amount above 0 SU", "write an amount above zero")


def _amount_form(expected: str, check: Callable[[Amount], None], unit: Unit = Unit.SU) -> Form[Amount]:
    digits = rf"^[0-9][0-9_]*(\.[0-9]{{1,{unit.decimals}}})?\s+{unit.name}$"
    schema = {"type": "string", "pattern": digits}
    remedy = f"write digits, a space and {unit.name}"
    return Form(Amount, "an amount", expected, remedy, schema, _amount_in(unit), _write_amount, check)


def _in_drl(amount: Amount) -> None:
    if amount.unit is not Unit.DRL:
        written = _write_amount(amount)
        raise NotOfForm(f"'{written}' is not in DRL", "an amount in DRL", "state the amount in DRL")


def _amount_range(text: str) -> AmountRange | None:
    try:
        return AmountRange.parse(text)
    except AmountError:
        return None


def _calendar_days(text: str) -> Duration | None:
    return Duration.parse(text) if re.fullmatch(f"{DIGITS} {UNIT_WORDS}", text) else None


def _only_days(duration: Duration) -> None:
    if duration.unit != "days":
        expected = 'calendar days such as "21 days"'
        raise NotOfForm(f"'{duration}' is not in days", expected, "write a whole number and days")


_ID = "[A-Za-z][A-Za-z0-9_-]{0,30}"
_ID_EXPECTED = "a letter, then at most 30 letters, digits, _ or -"
#: How a scenario refers to a profile: by a name, or by a path that does not leave the folder of the file.
PROFILE_NAME = "[a-z0-9-]+"
PROFILE_PATH = r"\./(?:[a-z0-9_-]+/)*[a-z0-9_-]+\.yaml"
_QUOTE = "write text; put it in quotes when it looks like a number or a word such as true"
_DAY_PATTERN = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DAY_REMEDY = "write year-month-day"


def _written_form(
    of: type[T], read: Callable[[str], T | None], noun: str, expected: str, remedy: str, pattern: str
) -> Form[T]:
    """A value that is written as its own class writes it."""
    return Form(of, noun, expected, remedy, {"type": "string", "pattern": f"^{pattern}$"}, read, str)


class _TallyForm(Form[Tally]):
    """Digits alone are read by YAML already."""

    def __call__(self, value: object) -> Tally:
        return super().__call__(str(value) if type(value) is int else value)


def _name_form(noun: str) -> Form[str]:
    return Form(str, noun, f"{noun} that the file defines", _QUOTE, {"type": "string"}, _text)


Text = Annotated[
    str, Form(str, "text", "text that is not empty", _QUOTE, {"type": "string", "minLength": 1}, _text)
]
Slug = Annotated[
    str, text_form("a scenario name", "[a-z0-9-]+", "small letters, digits and hyphens", "rename it")
]
ParticipantId = Annotated[
    str, text_form("an id", _ID, _ID_EXPECTED, "choose another id", reserved=RESERVED_IDS)
]
CreditId = Annotated[str, text_form("an id", _ID, _ID_EXPECTED, "choose another id")]
JurisdictionCode = Annotated[
    str, text_form("a jurisdiction code", "[A-Z]{2}", "two capital letters such as XH", "write two capitals")
]
DrawRef = Annotated[
    str,
    text_form(
        "a draw", _ID + "/[1-9][0-9]{0,3}", "a credit and a number such as C1/1", "number draws from 1"
    ),
]
#: A reference to something the file defines; whether it does is a question for the checks.
ParticipantRef = Annotated[str, _name_form("a participant id")]
CreditRef = Annotated[str, _name_form("a credit id")]
FlowRef = Annotated[str, _name_form("a flow id")]
JurisdictionRef = Annotated[str, _name_form("a jurisdiction code")]
Calendar = Annotated[
    str,
    Form(
        str,
        "a holiday calendar",
        CALENDAR_EXPECTED,
        "write a country code",
        {"type": "string", "pattern": "^[A-Z]{2,3}$"},
        read_calendar,
    ),
]
Seed = Annotated[int, number_form(0, MOST_SEED)]
Phase = Annotated[int, number_form(1, 255)]
Flag = Annotated[bool, flag_form()]
Day = Annotated[
    date,
    Form(
        date,
        "a date",
        "a date such as 2027-03-01",
        _DAY_REMEDY,
        {"type": "string", "pattern": f"^{_DAY_PATTERN}$"},
        _day,
        date.isoformat,
    ),
]
Moment = Annotated[
    datetime,
    Form(
        datetime,
        "a moment",
        'a date, or a date and a UTC time such as "2027-03-02 14:30"',
        f"{_DAY_REMEDY}, then a space and hours:minutes",
        {"type": "string", "pattern": f"^{_DAY_PATTERN}( ([01][0-9]|2[0-3]):[0-5][0-9])?$"},
        _moment,
        _write_moment,
    ),
]
SettlementAmount = Annotated[Amount, _amount_form('an amount such as "1_000.50 SU"', _in_su)]
PositiveAmount = Annotated[Amount, _amount_form('an amount above zero such as "1_000.50 SU"', _above_zero)]
Days = Annotated[
    Duration,
    Form(
        Duration,
        "a duration",
        'calendar days such as "21 days"',
        "write a whole number and days",
        {"type": "string", "pattern": f"^{DIGITS} days?$"},
        _calendar_days,
        str,
        _only_days,
    ),
]
ActorDelay = Annotated[
    Delay,
    Form(
        Delay,
        "a delay",
        DELAY_FORM,
        "write numbers and hours, days or banking days",
        {"type": "string", "pattern": f"^{DIGITS}( to {DIGITS})? {UNIT_WORDS}$"},
        Delay.parse,
        str,
    ),
]
BillRef = Annotated[str, _name_form("a bill id")]
ObligationId = Annotated[str, text_form("an id", _ID, _ID_EXPECTED, "choose another id")]
DeliveryRef = Annotated[str, _name_form("a delivery id")]
QuoteRef = Annotated[str, _name_form("a quote id")]
ObligationRef = Annotated[str, _name_form("an obligation id")]
QuoteName = Annotated[str, text_form("an id", _ID, _ID_EXPECTED, "choose another id")]
ProfileName = Annotated[
    str,
    text_form(
        "a profile",
        f"(?:{PROFILE_NAME}|{PROFILE_PATH})",
        'the name of a profile, or the path of a file beside this one or below, such as "./my-land.yaml"',
        "write a name, or a path in this folder or below: ./, then small letters, and .yaml at its end",
        reserved=("./scenario.yaml",),  # which is the scenario itself in a run folder
    ),
]
DomesticAmount = Annotated[Amount, _amount_form('an amount such as "1_000.50 DRL"', _in_drl, Unit.DRL)]
Chapter = Annotated[int, number_form(1, 99)]
Priority = Annotated[int, number_form(0, 3)]
ListVersion = Annotated[int, number_form(2, 2**32 - 1)]
Minutes = Annotated[int, number_form(1, 1_440)]
Whole = Annotated[int, number_form(0, 10**18)]
Percent = Annotated[
    BasisPoints,
    _written_form(
        BasisPoints,
        BasisPoints.parse,
        "a share",
        'a share such as "5 %"',
        "write a number and %",
        r"[0-9][0-9_]*(\.[0-9]{1,2})? ?%",
    ),
]
Change = Annotated[
    BasisPoints,
    Form(
        BasisPoints,
        "a change",
        'a change such as "-30 %"',
        "write + or -, a number and %",
        {"type": "string", "pattern": r"^[+-][0-9][0-9_]*(\.[0-9]{1,2})? ?%$"},
        BasisPoints.parse_change,
        lambda change: str(change) if change < 0 else f"+{change}",
    ),
]
Coins = Annotated[
    CoinAmount,
    _written_form(
        CoinAmount,
        CoinAmount.parse,
        "a number of coins",
        'coins such as "3.125 coins"',
        "write a number with at most 8 decimals and coins",
        r"[0-9][0-9_]*(\.[0-9]{1,8})? coins?",
    ),
]
TallySpan = Annotated[
    Tally,
    _TallyForm(
        Tally,
        "a number or share",
        "a number such as 12 or 10 to 20, or a share such as 90 to 100 %",
        "write the smaller one first; a share has a % at its end and is 100 % at most",
        {
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {
                    "type": "string",
                    "pattern": rf"^({DIGITS}( to {DIGITS})?"
                    r"|[0-9]+(\.[0-9]{1,2})?( to [0-9]+(\.[0-9]{1,2})?)? ?%)$",
                },
            ]
        },
        Tally.parse,
        str,
    ),
]
Clock = Annotated[
    TimeOfDay,
    _written_form(
        TimeOfDay,
        TimeOfDay.parse,
        "a time of day",
        'a time of day such as "16:00"',
        "write hours:minutes",
        "([01][0-9]|2[0-3]):[0-5][0-9]",
    ),
]
TimeZone = Annotated[
    Offset,
    _written_form(
        Offset,
        Offset.parse,
        "a time zone",
        'an offset such as "UTC-03:00"',
        "write UTC, a sign, hours:minutes",
        "UTC([+-](0[0-9]|1[0-4]):[0-5][0-9])?",
    ),
]
AmountSpan = Annotated[
    AmountRange,
    _written_form(
        AmountRange,
        _amount_range,
        "a range of amounts",
        'amounts such as "10_000 to 500_000 SU"',
        "write the smaller one first, and SU at the end",
        r"[0-9][0-9_]*(\.[0-9]{1,6})?( to [0-9][0-9_]*(\.[0-9]{1,6})?)? SU",
    ),
]
