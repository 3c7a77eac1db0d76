"""Holiday calendars by country code; who writes a country's name is told its code."""

from holidays.registry import COUNTRIES, EntityLoader

from settlement.domain.faults import near, nearest
from settlement.scenario.faults import NotOfForm

CALENDAR_EXPECTED = "a country code of the holidays library, such as BR"

#: Every code that there is a calendar of; to ask for their calendars would load all of them.
_KNOWN = frozenset(EntityLoader.get_country_codes())
#: Two-letter codes by the names of their countries, in small letters.
_CODES = {name.replace("_", " "): codes[1] for name, codes in COUNTRIES.items()}
#: Longer texts are names; codes have two letters, or three.
_LONGEST_CODE = 3


def read_calendar(text: str) -> str:
    """The country code that ``text`` is.

    Raises:
        NotOfForm: there is no calendar of that code.
    """
    if text in _KNOWN:
        return text
    raise NotOfForm(f"no holiday calendar {text!r} is known", CALENDAR_EXPECTED, _remedy(text))


def _remedy(text: str) -> str:
    otherwise = "use an ISO 3166 country code such as BR or PT"
    if len(text) <= _LONGEST_CODE:
        return nearest(text, _CODES.values(), otherwise)
    countries = near(text, _CODES, likeness=0.8)
    return f"write {_CODES[countries[0]]}, the code of {countries[0].title()}" if countries else otherwise
