"""What differs between two runs: their scenarios, measures, balances, outcomes, and where they part."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from itertools import islice, zip_longest
from typing import Any

from rich.console import Console
from rich.text import Text

from settlement.ledger.folder import EVENTS
from settlement.report.measures import GROUPS, MEASURES, Figure, Step, StoredRun, Unit
from settlement.report.narrative import day, su
from settlement.report.narrator import narrated
from settlement.report.page import render
from settlement.report.sections import Cell
from settlement.report.tables import plain_table


@dataclass(frozen=True, slots=True)
class Change:
    """Something that the two runs have differently, as people read it; ``–`` where one has it not."""

    what: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Pair:
    """The same figure in both runs, and by how much the second exceeds the first."""

    measure: str
    key: str
    first: Figure | None
    second: Figure | None

    @property
    def difference(self) -> Figure | None:
        """Second minus first; None where one of them has nothing."""
        if self.first is None or self.second is None:
            return None
        if self.first.value is None or self.second.value is None:
            return None
        value = Fraction(self.second.value) - Fraction(self.first.value)
        unit = _OF_DIFFERENCES.get(self.second.unit, self.second.unit)
        return Figure(self.key, int(value) if value.denominator == 1 else value, unit)

    @property
    def differs(self) -> bool:
        """Whether the two are not the same."""
        return (self.first and self.first.value) != (self.second and self.second.value)

    def cell(self, side: str) -> Cell | str:
        """``first``, ``second`` or ``difference``, which has a sign."""
        figure: Figure | None = getattr(self, side)
        return "–" if figure is None else Cell(self.measure, figure, is_difference=side == "difference")


#: Shares differ by percentage points: 5 % is not 5 % more than nothing.
_OF_DIFFERENCES = {Unit.SHARE: Unit.POINTS, Unit.YEARLY: Unit.POINTS_YEARLY}


@dataclass(frozen=True, slots=True)
class Parting:
    """The first event that the two runs do not share: its place, from 1, and what reads differently first."""

    number: int
    first: str
    second: str


@dataclass(frozen=True)
class Comparison:
    """Two runs side by side."""

    first: StoredRun
    second: StoredRun

    def scenario(self) -> list[Change]:
        """What their scenarios have differently, by path; and the seed."""
        changes = [Change("seed", str(self.first.summary["seed"]), str(self.second.summary["seed"]))]
        # The seed of the run is the one that counts; its file's may never have been used.
        dumps = (run.scenario.model_dump(mode="json", exclude={"seed"}) for run in (self.first, self.second))
        changes += _changes(*(dict(_leaves(dump)) for dump in dumps))
        return [change for change in changes if change.first != change.second]

    def figures(self) -> list[Pair]:
        """Every figure of every measure, in the order of the report."""
        pairs = []
        for name, measure in MEASURES.items():
            mine, theirs = (
                {figure.key: figure for figure in measure.of(run.store)} for run in (self.first, self.second)
            )
            pairs += [
                Pair(name, key, mine.get(key), theirs.get(key)) for key in dict.fromkeys([*mine, *theirs])
            ]
        return pairs

    def balances(self) -> list[Change]:
        """Closing balances of SU that differ."""
        sides = ({h.participant: su(h.closing) for h in run.holdings()} for run in (self.first, self.second))
        return _changes(*sides)

    def outcomes(self) -> list[Change]:
        """States of credits, bills and obligations that differ."""
        sql = "SELECT form || ' ' || trade, state FROM trades ORDER BY trade"
        return _changes(*(dict(run.store.query(sql)) for run in (self.first, self.second)))

    def parting(self) -> Parting | None:
        """The first event at which they part; None where they are the same to the end."""
        paths = (run.folder / EVENTS for run in (self.first, self.second))
        mine, theirs = (path.read_text(encoding="utf-8").splitlines() for path in paths)
        for number, (one, other) in enumerate(zip_longest(mine, theirs), 1):
            if one != other:
                return Parting(number, *_apart(mine, theirs, number))
        return None


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every scalar of a nested value with its path; parts of a list go by their id where they have one."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _leaves(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            name = part.get("id", number) if isinstance(part, Mapping) else number
            yield from _leaves(part, f"{path}[{name}]")
    elif value is not None:
        yield path, str(value)


def _changes(mine: Mapping[str, str], theirs: Mapping[str, str]) -> list[Change]:
    keys = dict.fromkeys([*mine, *theirs])
    return [
        Change(key, mine.get(key, "–"), theirs.get(key, "–"))
        for key in keys
        if mine.get(key) != theirs.get(key)
    ]


def _apart(mine: Sequence[str], theirs: Sequence[str], number: int) -> tuple[str, str]:
    """What reads differently first from this event on, numbered from 1.

    Both events in words; where these are the same, with the first thing that is not. Where one is of no
    interest to a reader, the first sentences that differ.
    """
    one, other = (next(_narrated(lines, number), None) for lines in (mine, theirs))
    if (one and one[1] is None) or (other and other[1] is None):
        sides = (_sentences(lines, number) for lines in (mine, theirs))
        for first, second in zip_longest(*sides, fillvalue=_NOTHING):
            if first != second:
                return first, second
    first, second = (_at(at[0], at[1] or at[0].kind) if at else _NOTHING for at in (one, other))
    if first != second:
        return first, second
    change = _changes(*(dict(_leaves(json.loads(lines[number - 1]))) for lines in (mine, theirs)))[0]
    return f"{first}; {change.what} {change.first}", f"{second}; {change.what} {change.second}"


_NOTHING = "nothing more happens"


def _narrated(lines: Sequence[str], number: int) -> Iterator[tuple[Step, str | None]]:
    return islice(narrated(_steps(lines)), number - 1, None)


def _sentences(lines: Sequence[str], number: int) -> Iterator[str]:
    return (_at(step, text) for step, text in _narrated(lines, number) if text is not None)


def _at(step: Step, text: str) -> str:
    return f"{day(step.sim_time)} {datetime.fromtimestamp(step.sim_time, UTC):%H:%M}: {step.actor} {text}"


def _steps(lines: Iterable[str]) -> Iterator[Step]:
    for event in map(json.loads, lines):
        yield Step(event["sim_time"], event["actor"], event["kind"], event["data"])


def show_comparison(console: Console, comparison: Comparison) -> None:
    """Print what differs, the second run against the first."""
    first, second = comparison.first, comparison.second
    console.print()
    console.print(Text(f"{first.folder} against {second.folder}", style="bold"))
    parting = comparison.parting()
    if parting is None:
        console.print(Text("the same events to the last", style="green"))
    else:
        console.print(Text(f"they part at event {parting.number:,}; what reads differently first:"))
        for name, told in (("first", parting.first), ("second", parting.second)):
            console.print(Text(f"  {name}: {told}", style="dim"))
    for title, changes in (
        ("Scenario", comparison.scenario()),
        ("Balances", comparison.balances()),
        ("Outcomes", comparison.outcomes()),
    ):
        if changes:
            table = plain_table("", "first", "second")
            for change in changes:
                table.add_row(change.what, change.first, change.second)
            console.print()
            console.print(Text(title, style="bold cyan"))
            console.print(table)
    differing = [pair for pair in comparison.figures() if pair.differs]
    if differing:
        table = plain_table("", ">first", ">second", ">difference")
        for pair in differing:
            what = f"{MEASURES[pair.measure].title}: {pair.key}"
            table.add_row(what, *(str(pair.cell(side)) for side in ("first", "second", "difference")))
        console.print()
        console.print(Text("Measures that differ", style="bold cyan"))
        console.print(table)


def render_comparison(comparison: Comparison) -> str:
    """The comparison as a self-contained page."""
    pairs = comparison.figures()
    groups = [
        (group, [pair for pair in pairs if MEASURES[pair.measure].group == group and _is_short(pair, pairs)])
        for group in GROUPS
    ]
    return render(
        "comparison.html.jinja",
        {
            "first": comparison.first,
            "second": comparison.second,
            "parting": comparison.parting(),
            "sections": [
                ("Scenario", comparison.scenario()),
                ("Balances", comparison.balances()),
                ("Outcomes", comparison.outcomes()),
            ],
            "groups": groups,
            "measures": MEASURES,
        },
    )


def _is_short(pair: Pair, pairs: list[Pair]) -> bool:
    """Whether it differs, or its measure has few figures: days on which nothing differs say nothing."""
    return pair.differs or sum(other.measure == pair.measure for other in pairs) <= 12
