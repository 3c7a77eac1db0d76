"""Every shipped scenario ends as it says, whatever the seed; so do all of them under one command."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from settlement import library
from settlement.chain.engines.backends import DEFAULT_BACKEND, engine_of
from settlement.domain.errors import BackendError
from settlement.outcome import Outcome
from settlement.run import run_scenario
from settlement.scenario import parse_scenario, scenario_text, shipped_scenarios
from tests.chain.engines import ENGINES
from tests.commands import Command

#: At its full size it takes minutes; ``tests/simulation/test_flows.py`` runs a part of it.
AT_SCALE = "quarter-at-scale"
#: How a whole run of it is asked for.
FULL = os.environ.get("SETTLEMENT_SCALE") == "1"
#: What is run here.
RUN = [name for name in shipped_scenarios() if FULL or name != AT_SCALE]


def run(name: str, folder: Path, evm: str = DEFAULT_BACKEND, seed: int | None = None) -> Outcome:
    text = scenario_text(name)
    outcome = run_scenario(parse_scenario(text, name), text, folder, seed=seed, backend=evm)
    assert outcome.expectations
    assert [e for e in outcome.expectations if not e.ok] == []
    assert outcome.reconciled
    assert outcome.ok
    return outcome


@pytest.mark.parametrize("name", RUN)
def test_scenario_ends_as_it_expects_with_the_same_events_on_every_engine(name: str, tmp_path: Path) -> None:
    # Whole streams of trades take eth-tester minutes.
    many = bool(parse_scenario(scenario_text(name), name).flows)
    engines = [evm for evm in ENGINES if evm != "eth-tester" or not many]
    outcomes = {evm: run(name, tmp_path / evm, evm) for evm in engines}
    expected = outcomes["py-evm"]
    for evm, outcome in outcomes.items():
        assert (outcome.backend, outcome.run_hash) == (evm, expected.run_hash)
        assert outcome.gas == ("estimate" if evm == "revm-fast" else "exact")
        assert (outcome.gas_used == expected.gas_used) == (outcome.gas == "exact")


@pytest.mark.parametrize("name", RUN)
def test_scenario_ends_as_it_expects_with_another_seed(name: str, tmp_path: Path) -> None:
    assert run(name, tmp_path / "run", seed=20).seed == 20


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
    run(name, folder)
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


def test_all_runs_the_library_in_order_and_tells_a_line_of_each(
    settlement: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "shipped_scenarios", lambda: ["domestic-payment", "netting-day"])
    answer = settlement("run", "--all", "--out", "here")
    assert (answer.code, answer.err) == (0, "")
    second, seventeenth, verdict = answer.out.splitlines()
    assert second.split()[:3] == ["✓", "2", "netting-day"]
    assert "4 trades" in second
    assert seventeenth.split()[:3] == ["✓", "17a", "domestic-payment"]
    assert verdict == f"2 of 2 scenarios ended as they expect, on {engine_of('auto')}"
    assert sorted(path.name for path in Path("here").iterdir()) == [
        "domestic-payment-seed1",
        "netting-day-seed1",
    ]


def test_all_fails_where_one_does(settlement: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "shipped_scenarios", lambda: ["netting-day", "domestic-payment"])
    wrong = scenario_text("netting-day").replace("A: 70_000 SU", "A: 70_001 SU")
    texts = {"netting-day": wrong, "domestic-payment": scenario_text("domestic-payment")}
    monkeypatch.setattr(library, "scenario_text", texts.__getitem__)
    answer = settlement("run", "--all")
    assert answer.code == 1
    assert [line[0] for line in answer.out.splitlines()] == ["✗", "✓", "1"]


def test_all_tells_of_a_broken_invariant_and_goes_on(
    settlement: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "shipped_scenarios", lambda: ["netting-day", "domestic-payment"])
    real = run_scenario

    def broken(scenario: Any, *arguments: Any, **options: Any) -> Any:
        if scenario.scenario == "netting-day":
            raise BackendError("the chain is out of order")
        return real(scenario, *arguments, **options)

    monkeypatch.setattr(library, "run_scenario", broken)
    answer = settlement("run", "--all")
    assert answer.code == 3
    assert "the chain is out of order" in answer.out
    assert "1 of 2 scenarios ended as they expect" in answer.out


@pytest.mark.parametrize("words", [(), ("netting-day", "--all"), ("--all", "--json")])
def test_all_and_one_scenario_exclude_each_other(settlement: Command, words: tuple[str, ...]) -> None:
    answer = settlement("run", *words)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.count("\n") == 1
    assert "--all" in answer.err
