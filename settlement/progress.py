"""How a command that takes a while tells of it on a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from settlement.interruption import unless_interrupted

if TYPE_CHECKING:
    from settlement.scenario import Scenario

_err = Console(stderr=True)


@contextmanager
def days_of(scenario: "Scenario") -> Iterator[Callable[[date], None]]:
    """A bar on a terminal's standard error, told of every day that closed."""
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %")
    days = (scenario.end - scenario.start).days
    with Progress(*columns, console=_err, transient=True, disable=not _err.is_terminal) as bar:
        task = bar.add_task("setting up", total=days)

        def closed(day: date) -> None:
            unless_interrupted()
            bar.update(task, completed=(day - scenario.start).days, description=f"{day}")

        yield closed


@contextmanager
def runs_into(out: Path) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal's standard error with the time left; where it is cut short, what is kept."""
    begun = False
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("runs,"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Progress(*columns, console=_err, transient=True, disable=not _err.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def done(count: int, size: int) -> None:
            nonlocal begun
            begun = True
            bar.update(task, completed=count, total=size)
            unless_interrupted()

        try:
            yield done
        except BaseException:
            if begun:
                bar.stop()
                _tell_kept(out)
            raise


def _tell_kept(out: Path) -> None:
    from settlement.report.sweeps.stored import open_sweep

    # What is kept may be one more than was told of: an interruption comes at any moment.
    with open_sweep(out) as stored:
        tally = stored.tally()
    kept = f"{out}: {tally.done:,} of {tally.size:,} runs are kept; the same command goes on"
    print(kept, file=sys.stderr)
