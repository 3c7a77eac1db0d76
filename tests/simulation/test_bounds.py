"""What a scenario file may ask for, the contracts take: both sides of the regime's bounds."""

from pathlib import Path

import pytest

from settlement.domain.errors import ScenarioError, UserError
from settlement.report.measures import open_run
from settlement.run import run_scenario
from settlement.scenario import parse_scenario, scenario_text
from settlement.simulation import constitution
from settlement.simulation.clock import midnight
from tests.world import EVM

SHORT = scenario_text("domestic-payment")


@pytest.mark.parametrize(
    ("old", "allowed", "refused"),
    [
        ("end: 2028-03-01", "end: 2030-02-28", "end: 2030-03-01"),
        ("wind_down: 30 days", "wind_down: 1 day", "wind_down: 0 days"),
    ],
)
def test_the_longest_regime_and_the_shortest_wind_down_run(
    tmp_path: Path, old: str, allowed: str, refused: str
) -> None:
    assert old in SHORT
    text = SHORT.replace(old, allowed)
    assert run_scenario(parse_scenario(text, "x"), text, tmp_path / "run", backend=EVM).ok
    with pytest.raises(ScenarioError):
        parse_scenario(SHORT.replace(old, refused), "x")


def test_a_set_up_that_the_contracts_refuse_is_the_users_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    too_long = 10**9
    monkeypatch.setattr(constitution, "end_of", lambda day: midnight(day) + too_long)
    with pytest.raises(UserError, match="the contracts refuse the scenario's set-up: TERMS_INVALID"):
        run_scenario(parse_scenario(SHORT, "x"), SHORT, tmp_path / "run", backend=EVM)
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_any_value_is_still_reconciled_every_day(tmp_path: Path) -> None:
    text = SHORT.replace("    balance: 1_500_000 SU", "#").partition("actions:")[0]
    outcome = run_scenario(parse_scenario(text, "x"), text, tmp_path / "run", backend=EVM)
    assert outcome.reconciled

    with open_run(tmp_path / "run") as run:
        assert run.closes()[0] == 22
