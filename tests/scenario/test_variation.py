"""Other values at places of a scenario file: where a path leads, and what is said of a wrong value."""

import pytest

from settlement.domain.errors import ScenarioError, UserError
from settlement.domain.faults import Loc
from settlement.scenario import (
    Scenario,
    VariableScenario,
    beside,
    parse_scenario,
    scenario_text,
    scenario_yaml,
    shipped_scenarios,
    values_of,
    values_text,
)

#: What reads the profiles beside a shipped scenario: there are none.
NOTHING = beside("baseline-bilateral")


@pytest.fixture(scope="module")
def base() -> VariableScenario:
    """The baseline, to be varied."""
    return VariableScenario(scenario_text("baseline-bilateral"), "mine.yaml", NOTHING)


@pytest.mark.parametrize(
    ("path", "loc"),
    [
        ("regime.phase", ("regime", "phase")),
        ("credits.C1.amount", ("credits", 0, "amount")),
        ("credits[0].presentations[0].amount", ("credits", 0, "presentations", 0, "amount")),
        ("participants.E", ("participants", 2)),
        ("expect.balances.B", ("expect", "balances", "B")),
        ("jurisdictions.XF.calendar", ("jurisdictions", "XF", "calendar")),
        # Nothing of these stands in the file, which leaves them to their defaults.
        ("regime.state_caps.payment", ("regime", "state_caps", "payment")),
        ("clearing.algorithm", ("clearing", "algorithm")),
        ("title", ("title",)),
    ],
)
def test_a_path_leads_to_a_place(base: VariableScenario, path: str, loc: Loc) -> None:
    assert base.place(path) == loc


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", "unknown key ''"),
        ("regime.phse", "unknown key 'phse'; expected one of: home, start"),
        ("regime.phse", "did you mean 'phase'"),
        ("credits.C2.amount", "no item 'C2'; expected one of: C1; did you mean 'C1'?"),
        ("credits.1.amount", "no item '1'"),
        ("credits.-1", "no item '-1'"),
        ("bills.0", "no item '0'; expected a path of what the file states"),
        ("expect.balances.Q", "no 'Q'; expected one of: B, S"),
        ("seed.x", "nothing lies within 1"),
        ("correspondent.fee", "the scenario has no 'correspondent'"),
        ("participants.B.rig.tariff", "the scenario has no 'rig'"),
        ("regime..phase", "unknown key ''"),
    ],
)
def test_a_path_that_leads_nowhere_is_said_so(base: VariableScenario, path: str, message: str) -> None:
    with pytest.raises(UserError) as error:
        base.place(path)
    assert message in str(error.value)
    assert str(error.value).count(";") >= 2


def test_items_of_actions_have_the_keys_of_what_they_do() -> None:
    base = VariableScenario(scenario_text("price-shock"), "mine.yaml", NOTHING)
    assert base.place("actions.0.change") == ("actions", 0, "change")
    with pytest.raises(UserError, match="unknown key 'participant'; expected one of: at, do, asset, change"):
        base.place("actions.0.participant")
    assert base.place("actions.1.participant") == ("actions", 1, "participant")


def test_a_varied_scenario_is_the_file_with_the_value_in_it(base: VariableScenario) -> None:
    text = scenario_text("baseline-bilateral").replace("wind_down: 30 days ", "wind_down: 20 days ")
    assert base.varied({("regime", "wind_down"): "20 days"}) == parse_scenario(text, "mine.yaml")
    assert base.varied({}) == base.scenario


def test_a_faulty_value_is_told_where_it_would_stand(base: VariableScenario) -> None:
    places: dict[Loc, object] = {
        ("credits", 0, "amount"): "5 XX",
        ("regime", "state_caps", "payment"): "0 SU",
        ("credits", 0, "expiry"): "2027-01-01",
    }
    with pytest.raises(ScenarioError) as error:
        base.varied(places)
    lines = scenario_text("baseline-bilateral").splitlines()
    told = {problem.path: problem for problem in error.value.problems}
    amount, cap = told["credits[0].amount"], told["regime.state_caps.payment"]
    assert lines[amount.line - 1][amount.column - 1 :].startswith("1_000_000 SU")
    # What is not in the file is told at what it would stand in.
    assert lines[cap.line - 1][cap.column - 1 :].startswith("home: XH")
    assert "2027-01-01 is not on or after latest_shipment" in told["credits[0].expiry"].message
    assert base.varied({}) == base.scenario, "one variation left something behind for the next"


def test_a_profile_gives_what_the_varied_file_still_leaves_out() -> None:
    text = scenario_text("baseline-bilateral")
    text = text.replace("XH: {name: Homeland, calendar: BR}", "XH: {profile: homeland}")
    text = text.replace("  domestic_ban: true ", "  # ")
    base = VariableScenario(text, "mine.yaml", NOTHING)
    values: dict[Loc, object] = {
        ("regime", "private_from_phase"): 7,
        ("jurisdictions", "XH", "profile"): "delta",
    }
    varied = base.varied(values)
    assert (varied.jurisdictions["XH"].calendar, varied.regime.private_from_phase) == ("EG", 7)
    with pytest.raises(ScenarioError, match="no profile 'atlantis' is shipped"):
        base.varied({("jurisdictions", "XH", "profile"): "atlantis"})


def test_a_faulty_file_is_not_varied() -> None:
    with pytest.raises(ScenarioError, match="required key"):
        VariableScenario("scenario: x", "mine.yaml", NOTHING)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_written_scenario_loads_as_the_same(name: str) -> None:
    scenario: Scenario = parse_scenario(scenario_text(name), name)
    assert parse_scenario(scenario_yaml(scenario), name) == scenario


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,2, 3", [1, 2, 3]),
        ("5 %, 0.25 %", ["5 %", "0.25 %"]),
        ("2 to 4 banking days,1_000.50 SU", ["2 to 4 banking days", "1_000.50 SU"]),
        ("true,false", [True, False]),
        ("['16:00'],['17:00', '18:00']", [["16:00"], ["17:00", "18:00"]]),
        ("'a, b','1',no,+5 %,-3 %", ["a, b", "1", "no", "+5 %", "-3 %"]),
        ("2027-03-01,UTC-03:00,2027-03-02 10:00", ["2027-03-01", "UTC-03:00", "2027-03-02 10:00"]),
        ("{sight: 1},{deferred: 2}", [{"sight": 1}, {"deferred": 2}]),
    ],
)
def test_values_are_written_as_in_a_list_of_the_file(text: str, values: list[object]) -> None:
    assert values_of(text) == values
    assert values_of(values_text(values)) == values


@pytest.mark.parametrize("text", ["a: [", "]", "a], [b", "{"])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="is not a list of values"):
        values_of(text)
