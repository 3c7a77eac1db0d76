"""Holiday calendars by country code; who writes a country's name is told its code."""

import sys
from collections.abc import Iterable
from importlib.util import find_spec, module_from_spec
from types import ModuleType

import holidays
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


class _CountriesOneByOne(ModuleType):
    """The package of all countries, without what it imports: all of them, which few runs have a use for.

    Whoever asks it for something else than a module of it gets the package itself.
    """

    _is_whole = False

    def __getattr__(self, name: str) -> object:
        if self._is_whole or name.startswith("__") or self.__spec__ is None or self.__spec__.loader is None:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        self._is_whole = True
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def _put_off_countries() -> None:
    package = f"{holidays.__name__}.countries"
    spec = find_spec(package)
    if package not in sys.modules and spec is not None:
        module = sys.modules[package] = module_from_spec(spec)
        module.__class__ = _CountriesOneByOne


_put_off_countries()


def calendar_of(code: str, years: Iterable[int] = ()) -> holidays.HolidayBase:
    """The public holidays and weekends of a country; further years are added when they are asked for."""
    return holidays.country_holidays(code, years=years)


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
