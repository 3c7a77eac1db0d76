"""The report as one self-contained page: every number with the query that it comes from.

The template is jinja2's; charts are those of ``settlement.report.charts``. The page needs no network, no script
and no second file. Each number is a ``data`` element that names its measure and key and holds the exact value;
the appendix has each measure's definition and SQL.
"""

import shlex
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from settlement.domain.errors import UserError
from settlement.domain.reasons import Reason
from settlement.ledger.views import VIEWS
from settlement.report.charts import line_chart
from settlement.report.measures import GROUPS, MEASURES, Figure, StoredRun
from settlement.report.measures.figures import duration
from settlement.report.narrative import day, sentence, su
from settlement.report.yardsticks import YARDSTICKS, verdict

#: What the charts show that is no measure; printed in the appendix like those.
QUERIES = {
    "balances": """SELECT w.participant, c.sim_time, sum(c.balance)
FROM closes c JOIN wallets w ON c.account = 'wallet:' || w.wallet
WHERE c.unit = 'SU' GROUP BY ALL ORDER BY c.sim_time, w.participant""",
    "queue_through_time": MEASURES["queue"].sql,
    "trade_steps": """SELECT trade, step, min(sim_time) FROM steps
WHERE trade IN (SELECT trade FROM trades WHERE paid > 0::BIGNUM ORDER BY amount DESC, trade LIMIT 6)
  AND step IN ('opened', 'agreed', 'funded', 'presented', 'accepted', 'paid')
GROUP BY trade, step ORDER BY trade, 3, step""",
    "baseline_steps": """SELECT trade, ordered, documents, paid FROM baseline ORDER BY trade""",
    "trades": """SELECT trade, instrument, payer, payee, state, amount, paid, refunded FROM trades
ORDER BY opened_at, trade""",
    "notes": "SELECT sim_time, author, kind, subject, text FROM notes ORDER BY seq",
}

#: Longest timeline that anybody reads.
_MOST_STEPS = 300

#: What each step of a trade waits for.
_WAITS = {
    "agreed": "agreement",
    "funded": "funding",
    "presented": "shipment and documents",
    "accepted": "examination",
    "paid": "payment",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the page: a figure and the measure that it comes from."""

    measure: str
    figure: Figure

    def __html__(self) -> str:
        """The number for people, its exact value and its origin for machines."""
        value = "" if self.figure.value is None else str(self.figure.value)
        return Markup('<data value="{}" data-measure="{}" data-key="{}">{}</data>').format(
            value, self.measure, self.figure.key, self.figure
        )


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a length in per cent, with its words and its number."""

    label: str
    length: float
    cell: Cell | None
    note: str = ""
    tone: int = 0


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a lane, in per cent of its width."""

    label: str
    left: float
    length: float
    days: str
    tone: int


@dataclass(frozen=True, slots=True)
class Lane:
    """One trade's way from order to payment, on one of the two sides."""

    label: str
    note: str
    segments: tuple[Segment, ...]


def render_page(run: StoredRun) -> str:
    """The report of a stored run as HTML."""
    return render("page.html.jinja", _context(run))


def render(template: str, context: Mapping[str, Any]) -> str:
    """One of the templates beside this module as HTML."""
    environment = Environment(
        loader=PackageLoader("settlement.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(context) + "\n"


def save_page(path: Path, page: str) -> None:
    """Write a page to a new file.

    Raises:
        UserError: there is such a file already, or it cannot be made.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(page)
    except FileExistsError:
        raise UserError(f"{path}: exists already; expected a new file; choose another name") from None
    except OSError as error:
        raise UserError(
            f"{path}: cannot be made ({error.strerror}); expected a file in a folder that is there; "
            "choose another name"
        ) from None


def _context(run: StoredRun) -> dict[str, Any]:
    figures = {name: measure.of(run.store) for name, measure in MEASURES.items()}
    found = {(name, figure.key): figure for name, own in figures.items() for figure in own}
    timeline = list(_timeline(run))
    return {
        "run": run,
        "facts": _facts(run),
        "tiles": _tiles(figures, found),
        "verdict": verdict(found, lambda key: Cell("against_baseline", found["against_baseline", key])),
        "yardsticks": [
            (stick, [Cell(*_origin(found, at)) for at in stick.figures if at in found], stick.verdict(found))
            for stick in YARDSTICKS
        ],
        "balances": _balances(run),
        "coverage": _coverage(run, figures["reserve_coverage"]),
        "queue": _queue(run),
        "lanes": _lanes(run),
        "bars_of": {name: _bars(name, figures[name]) for name in ("flows", "cycles", "rejections", "outcomes")},
        "groups": [
            (group, [(m, _cells(m.name, figures[m.name])) for m in MEASURES.values() if m.group == group])
            for group in GROUPS
        ],
        "reasons": {reason.name: reason for reason in Reason},
        "notes": [(day(at), *rest) for at, *rest in run.store.query(QUERIES["notes"])],
        "timeline": timeline[:_MOST_STEPS],
        "omitted": max(len(timeline) - _MOST_STEPS, 0),
        "trades": run.store.query(QUERIES["trades"]),
        "su": su,
        "measures": MEASURES,
        "queries": QUERIES,
        "views": VIEWS,
        "commands": _commands(run),
    }


def _origin(found: Mapping[tuple[str, str], Figure], at: tuple[str, str]) -> tuple[str, Figure]:
    return at[0], found[at]


def _facts(run: StoredRun) -> dict[str, str]:
    count, first, last = run.closes()
    agree = run.summary["reconciled"] and count
    failed = sum(not item["ok"] for item in run.summary["expectations"])
    expected = len(run.summary["expectations"])
    return {
        "Scenario": run.summary["scenario"],
        "Seed": str(run.summary["seed"]),
        "Run": run.summary["run_hash"][:16],
        "Chain": run.summary["backend"],
        "Days": f"{run.scenario.start} to {run.scenario.end}",
        "Books": f"ledger and chain agree at {count} closes, {first} to {last}" if agree else "not reconciled",
        "Expectations": f"{expected - failed} of {expected} met" if expected else "the scenario states none",
    }


def _commands(run: StoredRun) -> list[str]:
    """What brings about the same run and the same page."""
    summary = run.summary
    return [
        f"settlement run {shlex.quote(summary['scenario'])} --seed {summary['seed']} --out my-run",
        "settlement report my-run --html report.html",
        "sha256sum my-run/events.jsonl",
    ]


_TILES = (
    ("Settled, by value", "settlement_rate", "by value"),
    ("Due to final, median", "due_to_final", "median"),
    ("Order to final, median", "order_to_final", "median"),
    ("Liquidity turned over", "turnover", "turnover ratio"),
    ("Saved by netting", "netting", "saving"),
    ("Locked at most", "prefunding", "peak"),
    ("Refused", "chain", "refused"),
)


def _tiles(
    figures: Mapping[str, Sequence[Figure]], found: Mapping[tuple[str, str], Figure]
) -> list[tuple[str, Cell]]:
    tiles = [(title, Cell(name, found[name, key])) for title, name, key in _TILES if (name, key) in found]
    covered = [figure for figure in figures["reserve_coverage"] if figure.value is not None]
    if covered:
        lowest = min(covered, key=lambda figure: Fraction(figure.value or 0))
        tiles.append((f"Reserve coverage, lowest ({lowest.key})", Cell("reserve_coverage", lowest)))
    return [(title, cell) for title, cell in tiles if cell.figure.value is not None]


def _cells(name: str, figures: Sequence[Figure]) -> list[tuple[str, Cell]]:
    """All figures of a measure; of a long one the first, the lowest, the highest and the last."""
    if len(figures) <= 12:
        return [(figure.key, Cell(name, figure)) for figure in figures]
    there = [figure for figure in figures if figure.value is not None] or list(figures)
    low, high = (pick(there, key=lambda figure: Fraction(figure.value or 0)) for pick in (min, max))
    picked = {"first": figures[0], "lowest": low, "highest": high, "last": figures[-1]}
    return [(f"{word}, {figure.key}", Cell(name, figure)) for word, figure in picked.items()]


def _bars(name: str, figures: Sequence[Figure]) -> list[Bar]:
    most = max((Fraction(figure.value or 0) for figure in figures), default=Fraction(0))
    return [
        Bar(
            figure.key,
            float(round(Fraction(figure.value or 0) * 100 / most, 2)) if most else 0.0,
            Cell(name, figure),
            _reason(figure.key) if name == "rejections" else "",
            1 if figure.key.endswith(" net") else 0,
        )
        for figure in figures[:40]
    ]


def _reason(name: str) -> str:
    return f"{Reason[name].sentence} {Reason[name].remedy}" if name in Reason.__members__ else ""


def _balances(run: StoredRun) -> tuple[Markup, list[str]] | None:
    """Balances at every close, of the eight participants that held most."""
    series: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for participant, at, balance in run.store.query(QUERIES["balances"]):
        series[participant].append((at, int(balance)))
    most = sorted(series, key=lambda name: (-max(value for _, value in series[name]), name))[:8]
    if not most:
        return None
    ends = ", ".join(f"{name} {su(series[name][-1][1])}" for name in most)
    chart = line_chart(
        "balances",
        "SU held by participants at every close",
        f"At the last close: {ends}.",
        {name: series[name] for name in most},
        unit=10**6,
    )
    return chart, most


def _coverage(run: StoredRun, figures: Sequence[Figure]) -> Markup | None:
    points = [
        (int(datetime.fromisoformat(figure.key).replace(tzinfo=UTC).timestamp()), figure.value * 100)
        for figure in figures
        if figure.value is not None
    ]
    if not points:
        return None
    floor = Fraction(run.scenario.regime.coverage_floor, 100)
    lowest, highest = min(value for _, value in points), max(value for _, value in points)
    low, high = (f"{float(round(value, 1))} %" for value in (lowest, highest))
    return line_chart(
        "coverage",
        "Reserve coverage at every close",
        f"Between {low} and {high} of the supply; dashed, the floor below which nothing is issued.",
        {"coverage": points},
        suffix=" %",
        floor=floor,
        from_zero=False,
    )


def _queue(run: StoredRun) -> Markup | None:
    points = [(at, int(value)) for at, value in run.store.query(QUERIES["queue_through_time"])]
    if not points:
        return None
    peak = su(max(value for _, value in points))
    return line_chart(
        "queue",
        "Value waiting in the clearing queue",
        f"At its peak {peak}; it falls when a cycle settles.",
        {"queue": points},
        unit=10**6,
    )


def _lanes(run: StoredRun) -> list[Lane]:
    """The largest paid trades step by step, each above its way through the baseline's banks."""
    ways: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for trade, step, at in run.store.query(QUERIES["trade_steps"]):
        ways[trade].append((step, at))
    theirs: dict[str, list[tuple[str, int]]] = {}
    if "baseline" in run.store.tables():
        for trade, *times in run.store.query(QUERIES["baseline_steps"]):
            named = zip(("opened", "presented", "paid"), times, strict=True)
            theirs[trade] = [(step, at) for step, at in named if at is not None]
    shown = [way for trade in ways for way in (ways[trade], theirs.get(trade, [])) if len(way) > 1]
    longest = max((way[-1][1] - way[0][1] for way in shown), default=0)
    lanes = []
    for trade, way in ways.items():
        lanes.append(Lane(trade, "under the regime", _segments(way, longest)))
        if trade in theirs:
            lanes.append(Lane(trade, "through correspondents", _segments(theirs[trade], longest)))
    return [lane for lane in lanes if lane.segments]


def _segments(way: Sequence[tuple[str, int]], longest: int) -> tuple[Segment, ...]:
    tones = {name: index for index, name in enumerate(_WAITS)}
    return tuple(
        Segment(
            _WAITS.get(step, step),
            float(round(Fraction(100 * (before - way[0][1]), longest), 2)),
            float(round(Fraction(100 * (at - before), longest), 2)),
            duration(at - before),
            tones.get(step, 0),
        )
        for (_, before), (step, at) in pairwise(way)
        if longest
    )


def _timeline(run: StoredRun) -> Iterator[tuple[str, str, str, str]]:
    """Day, time, who and what, from the first day of the scenario on."""
    first = datetime.combine(run.scenario.start, datetime.min.time(), UTC).timestamp()
    for step in run.steps():
        text = sentence(step) if step.sim_time >= first else None
        if text is not None:
            moment = datetime.fromtimestamp(step.sim_time, UTC)
            yield day(step.sim_time), f"{moment:%H:%M}", step.actor, text
