"""Durations, delays and amounts: what is written reads back, and nothing else is read."""

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.domain.amounts import UINT128_MAX, Amount, AmountError, Unit
from settlement.domain.errors import ScenarioError
from settlement.domain.faults import near, nearest, shown
from settlement.scenario import Delay, Duration, parse_scenario, shipped_text
from settlement.scenario.document import core_scalar
from settlement.scenario.durations import TimeUnit
from settlement.scenario.faults import NotOfForm

UNITS: st.SearchStrategy[TimeUnit] = st.sampled_from(get_args(TimeUnit))
COUNTS = st.integers(0, 10_000)


@given(st.builds(Duration, COUNTS, UNITS))
def test_a_duration_reads_back(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@given(COUNTS, COUNTS, UNITS)
def test_a_delay_reads_back(one: int, other: int, unit: TimeUnit) -> None:
    delay = Delay(min(one, other), max(one, other), unit)
    assert Delay.parse(str(delay)) == delay


@given(st.integers(0, UINT128_MAX), st.sampled_from(Unit))
def test_an_amount_reads_back_once_its_grouping_is_written_with_underscores(minor: int, unit: Unit) -> None:
    amount = Amount(minor, unit)
    assert Amount.parse(str(amount).replace(",", "_")) == amount


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_a_remedy(text: str) -> None:
    said: list[str] = []
    for parse in (Duration.parse, Delay.parse, Amount.parse):
        try:
            parse(text)
        except (NotOfForm, AmountError) as error:
            said += [str(error), error.expected, error.remedy]
    assert all(said)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 day", Duration(1, "days")),
        ("1 banking day", Duration(1, "banking days")),
        ("6 hours", Duration(6, "hours")),
    ],
)
def test_singular_and_plural(text: str, value: Duration) -> None:
    assert Duration.parse(text) == value
    assert str(value) == text


@pytest.mark.parametrize(
    "text", ["5", "days", "-1 days", "1.5 days", "5 weeks", "5  days", " 5 days", "٣ days", "10001 days"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(NotOfForm):
        Duration.parse(text)
    with pytest.raises(NotOfForm):
        Delay.parse(text)


def test_digits_may_be_grouped_wherever_a_number_stands() -> None:
    text = shipped_text("miner-funded-import")
    changes = {
        "seed: 1": "seed: 1_000_000",
        "wind_down: 30 days": "wind_down: 1_0 days",
        "regime:": "behaviour: {funding: 1 to 1_000 hours}\nregime:\n  coverage_floor: 1_000.5 %",
    }
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    scenario = parse_scenario(text, "test.yaml")
    assert scenario.seed == 1_000_000
    assert scenario.regime.wind_down == Duration(10, "days")
    assert scenario.behaviour.funding == Delay(1, 1_000, "hours")
    assert scenario.regime.coverage_floor == 100_050


@pytest.mark.parametrize("text", ["_1", "1_x", "-1_0", "1.0_0", "1__0" * 20, "'84'"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ScenarioError, match=r"6:7: seed: .* is not a whole number"):
        parse_scenario(f"\n\n\n\n\nseed: {text}\n", "test.yaml")


def test_a_delay_is_fixed_or_a_range() -> None:
    assert Delay.parse("6 hours") == Delay(6, 6, "hours")
    assert Delay.parse("2 to 4 banking days") == Delay(2, 4, "banking days")
    with pytest.raises(NotOfForm, match="runs backwards"):
        Delay.parse("4 to 2 days")


def test_banking_days_have_no_length_without_a_calendar() -> None:
    assert Duration(6, "hours").elapsed() == timedelta(hours=6)
    assert Duration(2, "days").elapsed() == timedelta(days=2)
    with pytest.raises(ValueError, match="calendar"):
        Duration(2, "banking days").elapsed()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("2027-03-01", "2027-03-01"),
        ("1_000", "1_000"),
        ("12", 12),
        ("0x1F", 31),
        ("0o17", 15),
        ("017", 17),
        ("1.5", 1.5),
        ("-.inf", float("-inf")),
        ("True", True),
        ("~", None),
        ("", None),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_plain_scalars_follow_the_core_schema(text: str, value: object) -> None:
    assert core_scalar(text) == value
    assert type(core_scalar(text)) is type(value)


def test_the_nearest_word_is_named_whatever_its_case() -> None:
    assert near("b", ["B", "S"]) == ["B"]
    assert (
        nearest("authorized entity", ["counterparty", "authorised entity"], "")
        == "did you mean 'authorised entity'?"
    )
    assert nearest("zzz", ["counterparty"], "choose one") == "choose one"


def test_a_quoted_value_is_one_short_line() -> None:
    assert shown("a\nb") == r"'a\nb'"
    assert len(shown("x" * 500)) == 60
