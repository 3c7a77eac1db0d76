"""The model from Python: load a scenario, run it, read a stored run, in a script or a notebook.

``import settlement`` is cheap: what stands here is loaded when it is first asked for.
"""

import io
import os
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from ruamel.yaml import YAML

from settlement.chain.backends import DEFAULT_BACKEND
from settlement.domain.errors import UserError
from settlement.domain.faults import shown
from settlement.ledger.folder import default_folder
from settlement.report.dataset import Table, table_of, tables_of
from settlement.report.exports import export_run
from settlement.report.measures import MEASURES, Figure
from settlement.report.page import render_page, save_page
from settlement.report.stored import StoredRun, read_run
from settlement.run import run_scenario as _run
from settlement.scenario import Scenario, beside, load_scenario, parse_scenario, scenario_text
from settlement.scenario.values import MOST_SEED

__all__ = ["Run", "load_scenario", "open_run", "run_scenario"]


class Run:
    """A complete run, opened for reading; close it, or use it in a ``with`` block."""

    def __init__(self, stored: StoredRun) -> None:
        self._stored = stored

    @property
    def folder(self) -> Path:
        """Where it is stored."""
        return self._stored.folder

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

    def close(self) -> None:
        """Close its store."""
        self._stored.store.close()

    def __enter__(self) -> "Run":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        summary = self.summary
        told = " ".join(str(summary[key]) for key in ("scenario", "seed", "status"))
        return f"<Run {told} {summary['run_hash'][:16]}>"


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
    if seed is not None and (type(seed) is not int or not 0 <= seed <= MOST_SEED):
        raise UserError(f"seed {shown(seed)}; expected a whole number from 0 to {MOST_SEED}; choose another")
    if isinstance(scenario, Scenario):
        text = _text_of(scenario)
        loaded = parse_scenario(text, "the scenario", scenario.profiles.get)
    else:
        text = scenario_text(scenario)
        loaded = parse_scenario(text, os.fspath(scenario), beside(scenario))
    folder = (
        Path(out)
        if out is not None
        else default_folder(loaded.scenario, loaded.seed if seed is None else seed)
    )
    _run(loaded, text, folder, seed=seed, backend=evm, attach=attach)
    return open_run(folder)


def open_run(path: str | os.PathLike[str]) -> Run:
    """Open a complete run folder.

    Raises:
        UserError: it is not one.
    """
    return Run(read_run(Path(path)))


def _text_of(scenario: Scenario) -> str:
    """A loaded scenario, changed or not, as the file that the run folder keeps."""
    text = io.StringIO()
    yaml = YAML(typ="safe")
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.default_flow_style = False
    yaml.dump(scenario.model_dump(mode="json", exclude_unset=True), text)
    return text.getvalue()
