"""Holiday calendars: one is loaded without the others, and is the library's."""

import subprocess
import sys

import holidays

from settlement.scenario.calendars import calendar_of, read_calendar
from tests.commands import ROOT


def test_every_code_of_the_library_is_known() -> None:
    for code in holidays.list_supported_countries(include_aliases=True):
        assert read_calendar(code) == code


def test_a_calendar_is_the_librarys() -> None:
    ours = calendar_of("RU", range(2026, 2028))
    assert dict(ours) == dict(holidays.country_holidays("RU", years=[2026, 2027]))
    assert ours.weekend == {5, 6}


def test_one_is_loaded_alone_and_the_rest_are_there_for_who_asks() -> None:
    code = """
import sys
from settlement.scenario.calendars import calendar_of
calendar_of("BR", [2027])
print(sorted(name for name in sys.modules if name.startswith("holidays.countries.")))
from holidays.countries import Portugal
print(Portugal.country, "holidays.countries.angola" in sys.modules)
try:
    from holidays.countries import Ruritania
except ImportError as error:
    print(type(error).__name__)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "['holidays.countries.brazil']\nPT True\nImportError\n"
