"""The model from Python: load a scenario, run it once or many times, read what was stored.

``import settlement`` is cheap: what stands here is loaded when it is first asked for.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Literal, Self, TypeVar

from settlement.chain.engines.backends import DEFAULT_BACKEND, require_backend
from settlement.domain.errors import UserError
from settlement.domain.faults import shown
from settlement.ledger.folder import default_folder
from settlement.report.dataset import Table, table_of, tables_of
from settlement.report.exports import export_run
from settlement.report.measures import MEASURES, Figure
from settlement.report.page import render_page, save_page
from settlement.report.stored import StoredRun, read_run
from settlement.report.sweeps.page import render_sweep
from settlement.report.sweeps.stored import StoredSweep, read_sweep
from settlement.run import run_scenario as _run
from settlement.scenario import (
    Scenario,
    beside,
    load_scenario,
    parse_scenario,
    scenario_text,
    scenario_yaml,
)
from settlement.scenario.profiles import Beside
from settlement.scenario.values import MOST_SEED
from settlement.sweep import plan_sweep
from settlement.sweep import run_sweep as _run_sweep

__all__ = ["Run", "Sweep", "load_scenario", "open_run", "open_sweep", "run_scenario", "run_sweep"]


T = TypeVar("T", bound=StoredRun | StoredSweep)


class _Opened(Generic[T]):
    """What is stored in a folder, opened for reading; close it, or use it in a ``with`` block."""

    def __init__(self, stored: T) -> None:
        self._stored: T = stored

    @property
    def folder(self) -> Path:
        """Where it is stored."""
        return self._stored.folder

    def close(self) -> None:
        """Close its store."""
        self._stored.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Run(_Opened[StoredRun]):
    """A complete run, opened for reading; close it, or use it in a ``with`` block."""

    @property
    def scenario(self) -> Scenario:
        """What was run."""
        return self._stored.scenario

    @property
    def summary(self) -> dict[str, Any]:
        """What ``run.json`` says: seed, run hash, status, balances in minor units, states, rejections."""
        return self._stored.summary

    @property
    def tables(self) -> list[str]:
        """Names of its tables."""
        return tables_of(self._stored)

    def table(self, name: str, amounts: Literal["decimal", "text"] = "decimal") -> Table:
        """One of its tables, for ``.arrow()``, ``.df()`` (pandas) or ``.pl()`` (Polars).

        Amounts are minor units as exact decimals, or as text.

        Raises:
            UserError: there is no such table, no such form of amounts, or the run is closed.
        """
        return table_of(self._stored, name, amounts)

    def measures(self) -> dict[str, dict[str, Figure]]:
        """Every figure by measure and key; values are exact, None where there was nothing to measure.

        Raises:
            UserError: the run is closed.
        """
        return {
            name: {figure.key: figure for figure in measure.of(self._stored.store)}
            for name, measure in MEASURES.items()
        }

    def html(self, path: str | os.PathLike[str]) -> None:
        """Write the report as one self-contained page.

        Raises:
            UserError: the file exists or cannot be made.
        """
        save_page(Path(path), render_page(self._stored))

    def export(self, form: str, out: str | os.PathLike[str]) -> str:
        """Write the run in a format of ``settlement export`` into a new folder.

        Raises:
            UserError: no such format, the folder is taken, or a library is missing.
        """
        return export_run(self._stored, form, Path(out))

    def __repr__(self) -> str:
        summary = self.summary
        told = " ".join(str(summary[key]) for key in ("scenario", "seed", "status"))
        return f"<Run {told} {summary['run_hash'][:16]}>"


class Sweep(_Opened[StoredSweep]):
    """A sweep, complete or not, opened for reading; close it, or use it in a ``with`` block."""

    @property
    def tally(self) -> dict[str, int]:
        """How many runs it has (``size``), how many are ``done``, and how those ended.

        ``as_expected`` and ``not_as_expected`` by the scenario; ``broken`` ones came to no end.
        """
        return asdict(self._stored.tally())

    def table(self) -> Table:
        """A row for each run that is done, for ``.arrow()``, ``.df()`` (pandas) or ``.pl()`` (Polars).

        In order of point and replication: parameters, seed, run hash, status, and a column for each figure,
        named ``measure.key [unit]``.
        """
        return Table(self._stored.store, "replications")

    def html(self, path: str | os.PathLike[str], measures: Sequence[str] = ()) -> None:
        """Write the report as one self-contained page, of these measures or of the usual ones.

        Raises:
            UserError: no run measured such a thing, or the file exists or cannot be made.
        """
        save_page(Path(path), render_sweep(self._stored, measures))

    def __repr__(self) -> str:
        return f"<Sweep {self.folder} {self.tally['done']} of {self.tally['size']} runs>"


def run_scenario(
    scenario: Scenario | str | os.PathLike[str],
    *,
    seed: int | None = None,
    out: str | os.PathLike[str] | None = None,
    evm: str = DEFAULT_BACKEND,
    attach: bool = False,
) -> Run:
    """Run a scenario (one that is loaded, a shipped name, or a path) and open what came of it.

    ``seed`` replaces the scenario's own; ``out`` is the run folder to make, by default the next free one in
    ``runs/``. ``evm`` and ``attach`` are those of ``settlement run``. A failed expectation is no error:
    ``run.summary["status"]`` tells.

    Raises:
        UserError: scenario or seed are wrong, the folder is taken, or there is no such EVM.
        InvariantBroken: ledger and chain disagree.
        BackendError: the chain misbehaves.
    """
    _require_seed(seed)
    loaded = parse_scenario(*(given := _given(scenario)))
    folder = (
        Path(out)
        if out is not None
        else default_folder(loaded.scenario, loaded.seed if seed is None else seed)
    )
    _run(loaded, given[0], folder, seed=seed, backend=evm, attach=attach)
    return open_run(folder)


def open_run(path: str | os.PathLike[str]) -> Run:
    """Open a complete run folder.

    Raises:
        UserError: it is not one.
    """
    return Run(read_run(Path(path)))


def run_sweep(
    scenario: Scenario | str | os.PathLike[str],
    vary: Mapping[str, str | Sequence[object]],
    *,
    out: str | os.PathLike[str],
    seeds: int = 1,
    seed: int | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    evm: str = DEFAULT_BACKEND,
) -> Sweep:
    """Run a scenario over a grid, or go on with it where it stopped, and open what came of it.

    ``vary`` has the values of each path, in a list or as ``--vary`` takes them; each point of their grid is
    replicated ``seeds`` times, with seeds that derive from ``seed`` (by default the scenario's own). The runs
    go to ``jobs`` processes (by default one for each CPU), or to the Dask cluster of ``scheduler``. Processes
    load the main module anew: a script calls this below ``if __name__ == "__main__":``.

    Raises:
        UserError: the scenario, a path or a value is wrong, the folder holds something else, or there is no
            such EVM or scheduler.
        BackendError: the scheduler went away.
    """
    require_backend(evm)
    _require_seed(seed)
    plan = plan_sweep(*_given(scenario), vary.items(), seeds=seeds, seed=seed, evm=evm)
    _run_sweep(plan, Path(out), jobs=jobs or os.cpu_count() or 1, scheduler=scheduler)
    return open_sweep(out)


def open_sweep(path: str | os.PathLike[str]) -> Sweep:
    """Open a sweep folder.

    Raises:
        UserError: it is not one.
    """
    return Sweep(read_sweep(Path(path)))


def _require_seed(seed: int | None) -> None:
    if seed is not None and (type(seed) is not int or not 0 <= seed <= MOST_SEED):
        raise UserError(f"seed {shown(seed)}; expected a whole number from 0 to {MOST_SEED}; choose another")


def _given(scenario: Scenario | str | os.PathLike[str]) -> tuple[str, str, Beside]:
    """The text of a scenario, what problems call it, and what reads the profiles beside it."""
    if isinstance(scenario, Scenario):
        return scenario_yaml(scenario), "the scenario", scenario.profiles.get
    return scenario_text(scenario), os.fspath(scenario), beside(scenario)
