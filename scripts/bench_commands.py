"""Measure whole commands as they are typed: starting, runs, sweeps, the page and the exports.

Usage: python -m scripts.bench_commands    (after scripts/bench has made the environments)

Starting processes, loading modules and writing files are part of it. What is compared takes turns. Plain is
the environment of this process; the other one has the extras `notebook` and `export` too.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.bench_rows import Row, Spent, by_turns, clock, processor, ratios, show, spent
from scripts.tables import ROOT
from settlement.scenario import scenario_text

BASELINE, QUARTER = "baseline-bilateral", "quarter-at-scale"
#: The command of this environment, and of one that has more in it.
PLAIN = Path(sys.executable).with_name("settlement")
EXTRAS = ROOT / ".venv" / "bench-extras" / "bin" / "settlement"
#: A program that does nothing with what ours is made of.
EMPTY = """
import typer
from rich.console import Console

app = typer.Typer()

@app.command()
def greet(name: str = "you") -> None:
    "Greet."
    Console().print(name)

app()
"""


def start_rows(rounds: int) -> list[Row]:
    """Processor time until the command has answered."""
    empty = (sys.executable, "-c", EMPTY, "--help")
    with TemporaryDirectory() as folder:

        def answer(*words: str | Path) -> Callable[[], Spent]:
            return lambda: spent(*words, cwd=folder)

        def baseline(evm: str) -> Callable[[], Spent]:
            words = ("run", BASELINE, "--evm", evm, "--out")
            return lambda: _into(folder, lambda out: spent(PLAIN, *words, out))

        commands = {
            "an empty Typer and Rich program": answer(*empty),
            "settlement --version": answer(PLAIN, "--version"),
            "settlement --help": answer(PLAIN, "--help"),
            "the baseline from the shell on revm": baseline("revm"),
            "the baseline from the shell on py-evm": baseline("py-evm"),
        }
        by_turns(commands, 1)  # Python compiles what it has not seen
        taken = {name: processor(found) for name, found in by_turns(commands, rounds).items()}
    nothing, version, helped, *_ = taken
    return [
        *(Row(name, values, "s") for name, values in taken.items()),
        *(
            Row(f"{name} : {nothing}", ratios(taken[name], taken[nothing]), target=2, sense="most")
            for name in (version, helped)
        ),
    ]


def library_rows(rounds: int, quick: bool) -> list[Row]:
    """The whole library, the quarter, and what becomes of the quarter's run."""
    with TemporaryDirectory() as folder:
        scenario = Path(folder) / "quarter.yaml"
        scenario.write_text(_smaller() if quick else scenario_text(QUARTER))
        what = "a fiftieth of quarter-at-scale" if quick else QUARTER

        def quarter(command: Path) -> Callable[[], Spent]:
            words = ("run", scenario, "--evm", "revm", "--out")
            return lambda: _into(folder, lambda out: spent(command, *words, out))

        taken = by_turns({"plain": quarter(PLAIN), "extras": quarter(EXTRAS)}, rounds)
        share = ratios(processor(taken["plain"]), processor(taken["extras"]))
        found = [
            Row(f"{what} on revm, by the clock", clock(taken["plain"]), "s", 35, sense="most"),
            Row(f"{what} on revm, processor time", processor(taken["plain"]), "s"),
            Row(f"{what} on revm: plain : with notebook and export", share, target=1.05, sense="most"),
        ]
        run = Path(folder) / "run"
        spent(PLAIN, "run", scenario, "--evm", "revm", "--out", run)
        found += stored_rows(run, "that run", rounds)
        if not quick:
            words = ("run", "--all", "--evm", "revm", "--out")
            whole = [_into(folder, lambda out: spent(PLAIN, *words, out)) for _ in range(rounds)]
            found.append(
                Row("settlement run --all --evm revm, by the clock", clock(whole), "s", 40, sense="most")
            )
        return found


def stored_rows(run: Path, what: str, rounds: int) -> list[Row]:
    """The page and the exports of a stored run; ISO 20022 needs an extra, so both exports have it."""

    def page() -> Spent:
        return _into(run.parent, lambda out: spent(PLAIN, "report", run, "--html", out))

    def export(form: str) -> Callable[[], Spent]:
        words = ("export", run, "--format", form, "--out")
        return lambda: _into(run.parent, lambda out: spent(EXTRAS, *words, out))

    commands = {"page": page, "csv": export("csv"), "iso20022": export("iso20022")}
    taken = {name: processor(found) for name, found in by_turns(commands, rounds).items()}
    return [
        Row(f"the page of {what}, processor time", taken["page"], "s", 2, sense="most"),
        Row(f"export of {what} as csv, processor time", taken["csv"], "s"),
        Row("export as iso20022 : as csv", ratios(taken["iso20022"], taken["csv"]), target=2, sense="most"),
    ]


def sweep_rows(runs: int, rounds: int) -> list[Row]:
    """Runs a second of a sweep of the baseline with one process and with two."""

    def sweep(folder: str, jobs: int) -> Callable[[], Spent]:
        words = ("sweep", BASELINE, "--seeds", f"{runs}", "--jobs", f"{jobs}", "--evm", "revm", "--out")
        return lambda: _into(folder, lambda out: spent(PLAIN, *words, out))

    with TemporaryDirectory() as folder:
        taken = by_turns({"one": sweep(folder, 1), "two": sweep(folder, 2)}, rounds)
    one, two = clock(taken["one"]), clock(taken["two"])
    what = f"sweep of {runs} runs of the baseline on revm"
    return [
        Row(f"{what} in 1 process, by the clock", tuple(runs / seconds for seconds in one), "/s"),
        Row(f"{what} in 2 processes, by the clock", tuple(runs / seconds for seconds in two), "/s"),
        Row("sweep: 2 processes : 1 process, by the clock", ratios(one, two), target=1.8),
    ]


def _into(folder: str | Path, make: Callable[[Path], Spent]) -> Spent:
    """What ``make`` finds when it writes to a place that is new, and gone thereafter."""
    with TemporaryDirectory(dir=folder) as place:
        return make(Path(place) / "out")


def _smaller() -> str:
    """The quarter with a fiftieth of its trades."""
    return re.sub(r"trades: (\d+)", lambda found: f"trades: {int(found[1]) // 50}", scenario_text(QUARTER))


if __name__ == "__main__":
    show(start_rows(3))
    show(library_rows(1, quick=True))
    show(sweep_rows(8, 1))
