"""Sweeps of a small scenario on the fastest EVM that is installed."""

from pathlib import Path
from typing import Any

from settlement.chain.engines.backends import engine_of
from settlement.ledger.sweep_folder import shards_of
from settlement.report.sweeps.stored import open_sweep
from settlement.scenario import beside, scenario_text
from settlement.sweep import Plan, plan_sweep

EVM = engine_of("auto")
SCENARIO = "domestic-payment"
#: Two points, of which the second is not what the scenario expects.
VARY = "participants.B.balance=1_500_000 SU,1_600_000 SU"


def small_plan(seeds: int = 2, text: str | None = None) -> Plan:
    """The plan of a small sweep, as the command of ``words`` makes it."""
    path, _, values = VARY.partition("=")
    text = scenario_text(SCENARIO) if text is None else text
    return plan_sweep(text, SCENARIO, beside(SCENARIO), [(path, values)], seeds=seeds, seed=None, evm=EVM)


def words(out: str, seeds: int = 2, *more: str) -> tuple[str, ...]:
    """The command of a small sweep."""
    return ("sweep", SCENARIO, "--vary", VARY, "--seeds", str(seeds), "--evm", EVM, "--out", out, *more)


def rows_of(folder: Path) -> list[tuple[Any, ...]]:
    """Every row of a sweep with every column, in order; the names of the columns first."""
    with open_sweep(folder) as sweep:
        names = tuple(sweep.store.columns("replications"))
        return [names, *sweep.store.query("SELECT * FROM replications")]


def written(folder: Path) -> dict[str, int]:
    """The shards of a sweep and when each was written."""
    return {shard.name: shard.stat().st_mtime_ns for shard in shards_of(folder)}
