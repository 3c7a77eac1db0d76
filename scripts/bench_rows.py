"""A figure of a benchmark with its spread, what it is to reach, and how figures are taken."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, Literal, NamedTuple

from rich.console import Console

from settlement.report.tables import plain_table

#: Calls before measuring: py-evm translates what is hot.
WARM_UP = 8


@dataclass(frozen=True)
class Row:
    """A figure, measured once or more often.

    Attributes:
        what: what was measured.
        values: each measurement; none where there was nothing to measure, and ``note`` says why.
        unit: of the figure: ``/s``, ``ms``, ``KiB``, ``MB``, ``s``; empty for a ratio.
        target: what it is to reach; None where nothing was promised.
        then: what it is to reach after that.
        sense: whether the target is the least or the most it may be.
        note: what a reader must know to compare it.
    """

    what: str
    values: tuple[float, ...]
    unit: str = ""
    target: float | None = None
    then: float | None = None
    sense: Literal["least", "most"] = "least"
    note: str = ""

    @property
    def value(self) -> float | None:
        """The median; None where nothing was measured."""
        return median(self.values) if self.values else None

    @property
    def reached(self) -> bool | None:
        """Whether it reaches its target; None where it has none, or was not measured."""
        if self.target is None or self.value is None:
            return None
        return self.value >= self.target if self.sense == "least" else self.value <= self.target

    @property
    def figure(self) -> str:
        """The median with its unit, and from where to where it was measured how often."""
        if self.value is None:
            return "–"
        figure = f"{written(self.value)} {self.unit}".rstrip()
        if len(self.values) == 1:
            return figure
        return f"{figure} ({written(min(self.values))}–{written(max(self.values))} of {len(self.values)})"

    @property
    def wanted(self) -> str:
        """What it is to reach."""
        steps = ", then ".join(written(step) for step in (self.target, self.then) if step is not None)
        return f"at {self.sense} {steps} {self.unit}".rstrip() if steps else ""

    def to_json(self) -> dict[str, Any]:
        """All of it, for a file."""
        return {**asdict(self), "value": self.value, "reached": self.reached}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Row":
        """The row that ``to_json`` wrote."""
        fields = {name: found[name] for name in cls.__dataclass_fields__}
        return cls(**fields | {"values": tuple(found["values"])})


def show(rows: Sequence[Row]) -> None:
    """Print a line for each."""
    table = plain_table(" ", "what", ">figure", ">target")
    for row in rows:
        mark = {True: "✓", False: "✗", None: ""}[row.reached]
        table.add_row(mark, f"{row.what}; {row.note}" if row.note else row.what, row.figure, row.wanted)
    Console(markup=False, width=150).print(table)


def written(value: float) -> str:
    """Three figures that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def ratios(over: Sequence[float], under: Sequence[float]) -> tuple[float, ...]:
    """Round by round, so that they hold whatever the machine does beside it."""
    return tuple(one / other for one, other in zip(over, under, strict=True))


def rates(
    works: Mapping[str, Callable[[], object]], seconds: float, rounds: int
) -> dict[str, tuple[float, ...]]:
    """How often each work is done in a second of processor time, in rounds of so many, by turns."""
    for work in works.values():
        for _ in range(WARM_UP):
            work()
    found = [{name: _rate(work, seconds) for name, work in works.items()} for _ in range(rounds)]
    return {name: tuple(taken[name] for taken in found) for name in works}


def _rate(work: Callable[[], object], seconds: float) -> float:
    done, started = 0, time.process_time()
    while (taken := time.process_time() - started) < seconds:
        work()
        done += 1
    return done / taken


class Spent(NamedTuple):
    """Seconds that a command took: by the clock, and of processors."""

    clock: float
    processor: float


def spent(*command: str | Path, cwd: str | Path | None = None) -> Spent:
    """Run a command and what it starts, without what it prints.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    clock = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Spent(clock, usage.ru_utime + usage.ru_stime)


def by_turns(commands: Mapping[str, Callable[[], Spent]], rounds: int) -> dict[str, list[Spent]]:
    """What each command takes, in so many rounds."""
    found = [{name: command() for name, command in commands.items()} for _ in range(rounds)]
    return {name: [taken[name] for taken in found] for name in commands}


def clock(taken: Sequence[Spent]) -> tuple[float, ...]:
    """Of each, the seconds by the clock."""
    return tuple(one.clock for one in taken)


def processor(taken: Sequence[Spent]) -> tuple[float, ...]:
    """Of each, the seconds of processors."""
    return tuple(one.processor for one in taken)
