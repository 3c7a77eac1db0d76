"""One run of a sweep: its row holds what the stored run holds, and what breaks it is told in the row."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from settlement.chain.deployment import Deployment
from settlement.domain.accounts import Holdings
from settlement.report.measures import MEASURES, open_run
from settlement.report.sweeps.columns import Column, column_of, kind_of
from settlement.run import run_scenario
from settlement.scenario import parse_scenario
from settlement.sweep import replication
from settlement.sweep.plan import Task
from settlement.sweep.replication import replicate
from tests.sweep.running import EVM, small_plan


@pytest.fixture
def first() -> Task:
    """The first run of a small sweep."""
    return next(small_plan().tasks())


def test_a_row_is_what_the_run_of_its_points_file_and_seed_stores(first: Task, tmp_path: Path) -> None:
    row = replicate(first)
    scenario = parse_scenario(first.text, "point")
    outcome = run_scenario(scenario, first.text, tmp_path / "run", seed=first.seed, backend=EVM)
    assert (row["run_hash"], row["status"], row["seed"]) == (outcome.run_hash, "ok", first.seed)
    assert (row["transactions"], row["gas_used"]) == (outcome.transactions, outcome.gas_used)
    assert row["expectations"] == row["expectations_met"] == len(outcome.expectations) > 0
    with open_run(tmp_path / "run") as run:
        measured = {
            str(Column(name, figure.key, figure.unit)): figure
            for name, measure in MEASURES.items()
            for figure in measure.of(run.store)
        }
    columns = {name: value for name, value in row.items() if column_of(name)}
    fixed = set(columns) & set(measured)
    assert {"chain.transactions [count]", "rejections.DOMESTIC_PAYMENT [count]"} <= fixed
    for name in fixed:
        value, figure = columns[name], measured[name]
        if kind_of(name) == "DOUBLE":
            assert value == (None if figure.value is None else float(figure.value)), name
        else:
            assert value == figure.value, name
    # A figure for every day is no column; its lowest, highest and last are.
    assert {name.partition(" [")[0] for name in set(columns) - fixed} == {
        f"reserve_coverage.{key}" for key in ("lowest", "highest", "last")
    }
    coverage = {name: f for name, f in measured.items() if name.startswith("reserve_coverage.")}
    lowest = min(Fraction(figure.value) for figure in coverage.values() if figure.value is not None)
    assert columns["reserve_coverage.lowest [share of 1]"] == float(lowest)


def test_a_row_names_the_expectations_that_failed(first: Task) -> None:
    *_, last = small_plan().tasks()
    row = replicate(last)
    assert (row["point"], row["status"], row["expectations_missed"]) == (2, "failed", ["balance of B"])
    assert (row["expectations"], row["expectations_met"]) == (4, 3)
    assert replicate(first)["expectations_missed"] == []


def test_a_broken_invariant_is_told_in_the_row(first: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Deployment.holdings

    def lying(system: Deployment, accounts: Any) -> Holdings:
        holdings = honest(system, accounts)
        return {**holdings, "SU": {**holdings["SU"], "wallet:B": 1}}

    monkeypatch.setattr(Deployment, "holdings", lying)
    row = replicate(first)
    assert row["status"] == "broken"
    assert str(row["error"]).startswith("ledger and chain disagree at the close of 2027-03-01")
    assert "\n" not in str(row["error"])
    assert row["participants.B.balance"] == "1_500_000 SU"


def test_a_bug_of_ours_is_told_with_its_place(first: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*_: object) -> None:
        raise ZeroDivisionError("bug")

    monkeypatch.setattr(replication, "figures_of", bug)
    error = str(replicate(first)["error"])
    assert error.startswith("a bug of ours: ZeroDivisionError('bug') at ")
    assert "test_replication.py:" in error


def test_another_version_does_not_count_among_ours(first: Task) -> None:
    other = Task(first.point, 1, 1, first.settings, first.text, EVM, "0.0.9")
    assert "a worker has settlement" in str(replicate(other)["error"])
