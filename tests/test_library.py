"""Every shipped scenario ends as it says, whatever the seed."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from settlement.run import run_scenario
from settlement.scenario import parse_scenario, scenario_text, shipped_scenarios

#: At its full size it takes minutes; ``tests/simulation/test_flows.py`` runs a part of it.
AT_SCALE = "quarter-at-scale"
#: How a whole run of it is asked for.
FULL = os.environ.get("SETTLEMENT_SCALE") == "1"


@pytest.mark.parametrize("seed", [1, 20])
@pytest.mark.parametrize("name", [name for name in shipped_scenarios() if FULL or name != AT_SCALE])
def test_scenario_ends_as_it_expects(name: str, seed: int, tmp_path: Path) -> None:
    text = scenario_text(name)
    outcome = run_scenario(parse_scenario(text, name), text, tmp_path / "run", seed=seed)
    assert outcome.expectations
    assert [e for e in outcome.expectations if not e.ok] == []
    assert outcome.reconciled
    assert outcome.ok


@pytest.mark.parametrize("name", shipped_scenarios())
def test_scenario_says_how_it_ends(name: str) -> None:
    expect = parse_scenario(scenario_text(name), name).expect
    assert expect.balances or expect.locked is not None
    assert expect.rejections is not None


def test_scenarios_are_numbered_and_named_alike() -> None:
    """A title starts with the number of the scenario in the design; a file goes by its scenario's name."""
    titles = set()
    for name in shipped_scenarios():
        scenario = parse_scenario(scenario_text(name), name)
        assert scenario.scenario == name
        number, dot, _ = scenario.title.partition(". ")
        assert dot
        assert number.rstrip("abc").isdigit()
        titles.add(number)
    assert len(titles) == len(shipped_scenarios())


def accepted(name: str, folder: Path) -> dict[str, Any]:
    """The one acceptance of a scenario's run."""
    text = scenario_text(name)
    run_scenario(parse_scenario(text, name), text, folder)
    events = map(json.loads, (folder / "events.jsonl").read_text().splitlines())
    (found,) = (event for event in events if event["kind"] == "DrawAccepted")
    return dict(found)


@pytest.mark.parametrize(
    ("name", "deemed", "waived", "actor"),
    [
        ("regime-suspended", False, False, "E"),
        ("examiner-silent", True, False, "keeper"),
        ("discrepancies-waived", False, True, "B"),
        ("last-day-presentation", False, False, "E"),
    ],
)
def test_who_accepts_and_how(name: str, deemed: bool, waived: bool, actor: str, tmp_path: Path) -> None:
    """What the ends of these scenarios do not tell apart."""
    found = accepted(name, tmp_path / "run")
    assert (found["data"]["deemed"], found["data"]["waived"], found["actor"]) == (deemed, waived, actor)
