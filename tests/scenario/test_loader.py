"""Loading: shipped scenarios and files, frozen models, the schema, and texts nobody foresaw."""

import json
import pickle
import re
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import holidays
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from ruamel.yaml import YAML

from settlement.domain.amounts import Amount
from settlement.domain.errors import Problem, ScenarioError, UserError
from settlement.domain.participants import CreditState, DrawState, OwnershipClass, Role, Screening
from settlement.domain.reasons import Reason
from settlement.scenario import (
    Action,
    Behaviour,
    Delay,
    Duration,
    Part,
    Scenario,
    Screen,
    Transfer,
    json_schema,
    load_scenario,
    parse_scenario,
    shipped_scenarios,
    shipped_text,
)

BASELINE = shipped_text("baseline-bilateral")


def test_what_is_shipped() -> None:
    names = shipped_scenarios()
    assert names == sorted(names)
    assert {"baseline-bilateral", "hit-blocked", "advance-guaranteed", "domestic-payment"} <= set(names)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_shipped_scenario_loads_under_its_name(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.scenario == name
    assert scenario.description
    for credit in scenario.credits:
        assert scenario.end > credit.expiry, "a run must see the credit expire"


@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_scenario_reads_back_from_what_it_writes(name: str) -> None:
    scenario = load_scenario(name)
    written = json.dumps(scenario.model_dump(mode="json", exclude_none=True))
    assert parse_scenario(written, name) == scenario
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_the_baseline() -> None:
    scenario = load_scenario("baseline-bilateral")
    buyer, seller, examiner = scenario.participants
    assert (buyer.kind, seller.kind, examiner.kind) == (Role.SETTLER, Role.COUNTERPARTY, Role.EXAMINER)
    assert (buyer.balance, seller.balance) == (Amount(1_500_000_000_000), Amount(0))
    assert (buyer.ownership, buyer.licence_until) == (OwnershipClass.STATE, None)
    assert (seller.beneficial_jurisdiction, examiner.jurisdiction) == ("XF", scenario.regime.home)
    (credit,) = scenario.credits
    assert credit.open == datetime(2027, 3, 2, 9, tzinfo=UTC)
    assert (credit.tenor, credit.waiver_window) == (Duration(0, "days"), Duration(5, "days"))
    assert scenario.behaviour.examination == Delay(2, 4, "banking days")
    assert scenario.expect.balances == {"B": Amount(500_000_000_000), "S": Amount(1_000_000_000_000)}
    assert scenario.expect.credits == {"C1": CreditState.CLOSED}
    assert scenario.expect.draws == {"C1/1": DrawState.FINAL}
    assert scenario.expect.rejections == ()


def test_the_five_banking_days_of_the_baseline_span_good_friday() -> None:
    """Whatever delay the seed draws: presented before the holiday, the fifth banking day after it."""
    scenario = load_scenario("baseline-bilateral")
    good_friday = date(2027, 3, 26)
    shipped = scenario.credits[0].presentations[0].shipped
    for jurisdiction in scenario.jurisdictions.values():
        calendar = holidays.country_holidays(jurisdiction.calendar)
        assert good_friday in calendar
        presented = [
            calendar.get_nth_working_day(shipped, days)
            for days in range(scenario.behaviour.presentation.low, scenario.behaviour.presentation.high + 1)
        ]
        assert all(day < good_friday < calendar.get_nth_working_day(day, 5) for day in presented)


def test_actions_of_every_kind_and_what_they_default_to() -> None:
    actions = """
actions:
  - {do: transfer, at: 2027-03-03 10:00, actor: B, to: S, amount: 10 SU}
  - {do: issue, at: 2027-03-04, participant: B, amount: 5 SU}
  - {do: redeem, at: 2027-03-04, participant: B, amount: 5 SU}
  - {do: freeze, at: 2027-03-04, participant: B, amount: 0 SU}
  - {do: suspend, at: 2027-03-05}
  - {do: resume, at: 2027-03-06}
  - {do: wind down, at: 2027-03-06}
  - {do: screen, at: 2027-03-07, participant: S, result: true match}
  - {do: licence, at: 2027-03-08, participant: B, status: revoked}
  - {do: kyc, at: 2027-03-08, participant: B, until: 2027-03-09}
  - {do: open phase, at: 2027-03-09, phase: 2}
  - {do: hold, at: 2027-03-10, credit: C1}
  - {do: release, at: 2027-03-10, credit: C1}
  - {do: block, at: 2027-03-10, credit: C1}
  - {do: reject, at: 2027-03-10, credit: C1}
  - {do: exit, at: 2027-03-10, actor: E, credit: C1}
  - {do: amend, at: 2027-03-10, credit: C1, amount: 2 SU}
  - {do: dispute, at: 2027-03-10, actor: B, credit: C1, amount: 2 SU}
  - {do: award, at: 2027-03-10, actor: E, credit: C1, to_beneficiary: 0 SU}
  - {do: insolvency, at: 2027-03-10, participant: B}
  - {do: outage, at: 2027-03-10, participant: I, until: 2027-03-11}
  - {do: rotate key, at: 2027-03-10, participant: B}
  - {do: recover, at: 2027-03-10, participant: B}
  - {do: price, at: 2027-03-10, asset: COIN, change: -30 %}
  - {do: deliver, at: 2027-03-10, delivery: D1}
  - {do: mint, at: 2027-03-10, participant: B, amount: 5 DRL}
  - {do: reset breaker, at: 2027-03-10, asset: COIN}
  - {do: quote, at: 2027-03-10, id: Q1, participant: B, side: buys, amount: 5 SU}
  - {do: accept quote, at: 2027-03-10, actor: B, quote: Q1}
expect:"""
    before = shipped_text("price-shock").partition("\nactions:")[0].removesuffix("\n")
    between = "\nparticipants:\n  - {id: I, name: Iberian Gateway, kind: intermediary, jurisdiction: XF}"
    text = before.replace("\nparticipants:", between, 1) + actions.removesuffix("expect:")
    scenario = parse_scenario(text, "test.yaml")
    transfer, screen = scenario.actions[0], scenario.actions[7]
    assert isinstance(transfer, Transfer)
    assert (transfer.at.hour, transfer.amount) == (10, Amount(10_000_000))
    assert isinstance(screen, Screen)
    assert screen.result is Screening.TRUE_MATCH
    assert [type(action) for action in scenario.actions] == list(get_args(get_args(Action)[0]))


def test_only_what_is_required_is_enough() -> None:
    text = """
scenario: least
title: Nothing happens
start: 2027-03-01
end: 2027-03-31
jurisdictions: {XH: {name: Homeland, calendar: BR}}
regime: {home: XH, start: 2027-03-01, end: 2028-03-01, wind_down: 30 days}
participants: []
"""
    scenario = parse_scenario(text, "least.yaml")
    assert (scenario.seed, scenario.credits, scenario.actions) == (1, (), ())
    assert scenario.behaviour == Behaviour()
    assert scenario.expect.rejections is None


def test_a_path_loads_and_names_the_source(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + BASELINE.replace("\n", "\r\n").encode())
    assert load_scenario(file) == load_scenario(str(file)) == load_scenario("baseline-bilateral")
    line = BASELINE[: BASELINE.index("seed: 1")].count("\n") + 1
    file.write_text(BASELINE.replace("seed: 1", "seed: x"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=re.escape(f"{file}:{line}:7: seed:")) as caught:
        load_scenario(file)
    assert caught.value.source == str(file)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UserError, match="did you mean 'baseline-bilateral'") as caught:
        load_scenario("baseline-bilatral")
    assert not isinstance(caught.value, ScenarioError)
    with pytest.raises(UserError, match="domestic-payment"):
        shipped_text("nothing-like-it")


def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    for source in (
        tmp_path,
        tmp_path / "none.yaml",
        str(tmp_path / "none.yaml"),
        "nul\0byte",
        "x" * 5000,
    ):
        with pytest.raises(UserError) as caught:
            load_scenario(source)
        assert not isinstance(caught.value, ScenarioError)
        assert "\n" not in str(caught.value)


def test_a_file_that_is_no_utf_8_is_told_at_its_place(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("seed: 1\ntitle: São".encode("latin-1"))
    with pytest.raises(ScenarioError) as caught:
        load_scenario(latin)
    assert str(caught.value) == f"{latin}:2:9: byte 0xe3 is not UTF-8; expected UTF-8 text; save it as UTF-8"


def parts(kind: Any) -> Iterator[type[Part]]:
    for part in kind.__subclasses__():
        yield part
        yield from parts(part)


@pytest.mark.parametrize("part", list(parts(Part)), ids=lambda part: part.__name__)
def test_every_part_is_frozen_and_refuses_unknown_keys(part: type[Part]) -> None:
    assert part.model_config["frozen"]
    assert part.model_config["extra"] == "forbid"
    assert not any("list[" in str(field.annotation).lower() for field in part.model_fields.values())


def test_a_scenario_cannot_be_changed() -> None:
    scenario = load_scenario("baseline-bilateral")
    with pytest.raises(ValidationError):
        scenario.seed = 2
    assert isinstance(scenario.credits, tuple)


def test_the_schema_describes_every_field() -> None:
    schema = json_schema()
    json.dumps(schema)
    assert schema["$schema"].endswith("2020-12/schema")
    for part in (part for part in parts(Part) if not part.__name__.startswith("_")):
        described = schema if part is Scenario else schema["$defs"][part.__name__]
        assert described["additionalProperties"] is False
        assert described["properties"].keys() == part.model_fields.keys()
        for name, field in described["properties"].items():
            assert name == "do" or field["description"], f"{part.__name__}.{name}"


def admits(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    """Whether a value fits the part of JSON schema that ours uses."""
    if "$ref" in schema:
        return admits(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], value, root)
    if "anyOf" in schema or "oneOf" in schema:
        return any(
            admits(choice, value, root) for choice in [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
        )
    types = {
        "string": str,
        "integer": int,
        "boolean": bool,
        "array": list,
        "object": dict,
        "null": type(None),
    }
    if not isinstance(value, types[schema["type"]]):
        return False
    if isinstance(value, str):
        words = schema.get("enum", [schema["const"]] if "const" in schema else [value])
        return value in words and re.search(schema.get("pattern", ""), value) is not None
    if isinstance(value, list):
        return all(admits(schema["items"], item, root) for item in value)
    if not isinstance(value, dict):
        return True
    return set(schema.get("required", ())) <= value.keys() and all(
        (inner := schema_of_key(schema, key)) is not None and admits(inner, item, root)
        for key, item in value.items()
    )


def schema_of_key(schema: dict[str, Any], key: str) -> dict[str, Any] | None:
    if key in schema.get("properties", {}):
        return dict(schema["properties"][key])
    for pattern, inner in schema.get("patternProperties", {}).items():
        if re.search(pattern, key):
            return dict(inner)
    rest = schema.get("additionalProperties")
    return dict(rest) if isinstance(rest, dict) else None


@pytest.mark.parametrize("name", shipped_scenarios())
def test_the_schema_admits_what_is_shipped(name: str) -> None:
    schema = json_schema()
    data = json.loads(json.dumps(YAML(typ="safe", pure=True).load(shipped_text(name)), default=str))
    assert admits(schema, data, schema)
    data["participants"][0]["balance"] = "1,5 SU"
    assert not admits(schema, data, schema)


def test_the_schema_shows_defaults_as_they_are_written() -> None:
    definitions = json_schema()["$defs"]
    assert definitions["Credit"]["properties"]["presentation_period"]["default"] == "21 days"
    assert definitions["Participant"]["properties"]["balance"]["default"] == "0.00 SU"
    assert definitions["Participant"]["properties"]["ownership"]["default"] == "state"
    assert definitions["Behaviour"]["properties"]["waiver"]["default"] == "1 to 2 banking days"
    assert set(definitions["Rejection"]["properties"]["reason"]["enum"]) == {r.name for r in Reason} - {"OK"}


def check_loads_or_says_why(text: str) -> None:
    problems: tuple[Problem, ...] | None = None
    try:
        parse_scenario(text, "any.yaml")
    except ScenarioError as error:
        problems = error.problems
    if problems is None:
        return
    assert problems
    lines = len(re.split(r"\r\n|[\r\n\x85\u2028\u2029]", text))
    assert all(1 <= problem.line <= lines and problem.column >= 1 for problem in problems)


@settings(deadline=None)
@given(st.text())
@example("[" * 3000)
@example("{a: " * 50)
@example('"\\UFFFFFFFF"')
@example("%YAML 1.1\n---\nyes: on")
@example("a: &x [*x]")
@example("? [a]\n: b\n? {c: d}\n: e")
@example("jurisdictions: {[key]: {'[key]': 1}}")
def test_any_text_loads_or_says_why(text: str) -> None:
    check_loads_or_says_why(text)


LINES = BASELINE.splitlines()
SIGNS = string.printable + "é\u2028\ud800\x00\x85"


@settings(deadline=None)
@given(st.sets(st.integers(0, len(LINES) - 1), min_size=1, max_size=12))
def test_the_baseline_without_some_lines_loads_or_says_why(gone: set[int]) -> None:
    check_loads_or_says_why("\n".join(line for number, line in enumerate(LINES) if number not in gone))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(BASELINE)), st.sampled_from(SIGNS)), min_size=1, max_size=4))
def test_the_baseline_with_some_signs_changed_loads_or_says_why(changes: list[tuple[int, str]]) -> None:
    text = BASELINE
    for place, sign in changes:
        text = text[:place] + sign + text[place + 1 :]
    check_loads_or_says_why(text)


SCALARS = re.findall(r"(?<=: )[^\s{\[#,}][^,}\n#\]]*", BASELINE)
WRONG = (
    "",
    "~",
    "[]",
    "{}",
    "-1",
    "true",
    "2027-03-01",
    "0 SU",
    "B",
    "*x",
    "!t x",
    "9" * 99,
    "x: y",
    "[{a: 1}]",
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(SCALARS), st.sampled_from(WRONG)), min_size=1, max_size=3))
def test_the_baseline_with_wrong_values_loads_or_says_why(changes: list[tuple[str, str]]) -> None:
    text = BASELINE
    for old, new in changes:
        text = text.replace(f": {old}", f": {new}", 1)
    check_loads_or_says_why(text)
