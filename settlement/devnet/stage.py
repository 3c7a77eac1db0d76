"""A scenario played on a node, at a pace that a person can follow.

A play is a run like any other: the pace is kept outside of it, between one transaction and the next. The run
asks no clock, and its events are the same at every speed and on every EVM.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from settlement.chain.chain import Transaction
from settlement.chain.deployment import Deployment
from settlement.devnet.directory import Devnet, moment, show_directory, show_snippet
from settlement.devnet.node import node_of, stay, trades_in
from settlement.domain.errors import UserError
from settlement.domain.events import Event, TradeRegistered
from settlement.ledger.folder import default_folder, require_free
from settlement.outcome import Outcome
from settlement.report.measures import Step
from settlement.report.measures.figures import duration
from settlement.report.narrative import day
from settlement.report.narrator import Narrator
from settlement.run import Witness, run_scenario
from settlement.scenario import Scenario, load_scenario, scenario_text
from settlement.simulation.clock import end_of, midnight

#: Columns of a line: time, block, who; a name that is longer is broken.
_WIDTHS = 5, 5, 12
#: Seconds between two looks at what is left of a wait.
_BEAT = 1


def speed_of(text: str) -> Fraction | None:
    """How many simulated seconds pass in one: 60 of ``60x``; None of ``max``, where nothing waits.

    Raises:
        UserError: it is neither.
    """
    if text == "max":
        return None
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)x", text)
    speed = Fraction(match[1]) if match else Fraction()
    if not speed:
        raise UserError(
            f"--speed {text}: not a speed; expected a ratio of simulated to real time, such as 60x, or max;"
            " choose one"
        )
    return speed


def play(
    console: Console,
    source: str,
    port: int,
    *,
    speed: str,
    out: Path | None,
    once: bool,
    progress: Callable[[date], None],
) -> bool:
    """Run a scenario on a node of its own, telling of each event as it happens; then stay as ``set_up`` does.

    ``speed`` is one of ``speed_of``; ``out`` is the run folder to make, by default the next free one in
    ``runs/``. ``progress`` is told of every business day that closed. Returns whether every expectation came
    true.

    Raises:
        UserError: no such scenario or speed, no anvil, or port or folder are taken.
        InvariantBroken: ledger and chain disagree.
        BackendError: the node does not come up, or ends by itself.
    """
    text, scenario = scenario_text(source), load_scenario(source)
    stage = Stage(console, scenario, speed)
    folder = out or default_folder(scenario.scenario, scenario.seed)
    require_free(folder)
    with node_of(scenario, port) as node:
        outcome = run_scenario(scenario, text, folder, backend=node.url, progress=progress, witness=stage)
        _show_outcome(console, outcome, folder)
        if not once:
            stage.show_snippet()
            stay(console, node)
    return outcome.ok


class Stage(Witness):
    """Tells of a play as it happens, and keeps its pace."""

    def __init__(self, console: Console, scenario: Scenario, speed: str) -> None:
        """``speed`` is one of ``speed_of``."""
        self._console, self._scenario = console, scenario
        self._speed, self._ratio = speed, speed_of(speed)
        self._trades: list[TradeRegistered] = []
        self._devnet: Devnet | None = None
        #: Simulated and real time of the first act.
        self._raised: tuple[int, float] | None = None
        self._day = ""
        self._narrator = Narrator()

    def begin(self, system: Deployment) -> None:
        """Say what is on the node before the first day, and how long the play takes."""
        self._devnet = Devnet(self._scenario, system, self._trades)
        show_directory(self._console, self._devnet)
        self._console.print(Text(f"Plays to {day(end_of(self._scenario.end))}", style="bold cyan"))
        self._console.print(self._length(), style="dim")
        self._line("Time", "Block", "Who", "What", style="dim")

    def before(self, at: int) -> None:
        """Wait until it is ``at`` on the clock of the play."""
        if self._ratio is None:
            return
        if self._raised is None:
            self._raised = at, time.monotonic()
        first, since = self._raised
        due = since + float((at - first) / self._ratio)
        if due <= time.monotonic():
            return
        with self._console.status("") as status:
            while (left := due - time.monotonic()) > 0:
                now = moment(at - int(left * self._ratio))
                status.update(f"{now}, the next transaction in {duration(round(left))}")
                time.sleep(min(left, _BEAT))

    def record(self, transaction: Transaction) -> None:
        """Tell what a transaction meant; before the first day only what the directory has of it."""
        self._trades += trades_in(transaction)
        if self._devnet is not None:
            for event in transaction.events:
                self._tell(event)

    def show_snippet(self) -> None:
        """Print a program that goes on from where the play ended."""
        if self._devnet is not None:
            show_snippet(self._console, self._devnet)

    def _length(self) -> str:
        simulated = end_of(self._scenario.end) + 1 - midnight(self._scenario.start)
        if self._ratio is None:
            pace = "as fast as the node works"
        else:
            pace = f"in {duration(simulated / self._ratio)} at {self._speed}, less what is quiet at the end"
        return (
            f"{duration(simulated)}, played {pace}. Until then the node is for reading:"
            " a transaction of anybody else ends the play."
        )

    def _tell(self, event: Event) -> None:
        text = self._narrator.tell(Step(event.sim_time, event.actor, event.kind, event.data()))
        if text is None:
            return
        today = day(event.sim_time)
        if today != self._day:
            self._day = today
            self._console.print(Text(today, style="bold"))
        time_of_day = f"{datetime.fromtimestamp(event.sim_time, UTC):%H:%M}"
        style = "yellow" if event.kind in ("OperationRejected", "DrawDiscrepant") else ""
        self._line(time_of_day, str(event.block), event.actor, text, style=style)

    def _line(self, *cells: str, style: str) -> None:
        line = Table.grid(padding=(0, 2, 0, 0))
        for width in _WIDTHS:
            line.add_column(width=width, overflow="fold")
        line.add_column(overflow="fold")
        line.add_row(*map(Text, cells), style=style)
        self._console.print(line)


def _show_outcome(console: Console, outcome: Outcome, folder: Path) -> None:
    failed = [expectation for expectation in outcome.expectations if not expectation.ok]
    console.print()
    for one in failed:
        console.print(f"✗ {one.what}: expected {one.expected}, not {one.actual}", style="red")
    met = f"{len(outcome.expectations) - len(failed)} of {len(outcome.expectations)} expectations met"
    mark = "✗" if failed else "✓"
    console.print(
        f"{mark} played to the end: {met}, ledger and chain agree", style="red" if failed else "green"
    )
    facts = (
        f"{outcome.transactions} transactions, {len(outcome.rejections)} refused, run {outcome.run_hash[:16]}"
    )
    console.print(f"  {facts}")
    console.print(Text(str(folder), style="dim"))
    console.print()
