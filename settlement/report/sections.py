"""The parts of a report's page, from figures and queries to what the template shows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise

from markupsafe import Markup

from settlement.domain.amounts import Amount
from settlement.domain.reasons import Reason
from settlement.report.charts import line_chart
from settlement.report.measures import MEASURES, Figure, StoredRun, Unit
from settlement.report.measures.figures import duration
from settlement.report.narrative import su
from settlement.report.stored import WENT

#: What the charts show that is no measure; printed in the appendix like those.
QUERIES = {
    "balances": """SELECT w.participant, c.sim_time, sum(c.balance)
FROM closes c JOIN wallets w ON c.account = 'wallet:' || w.wallet
WHERE c.unit = 'SU' GROUP BY ALL ORDER BY c.sim_time, w.participant""",
    "queue_through_time": MEASURES["queue"].sql,
    "trade_steps": """WITH largest AS (
    SELECT trade, amount FROM trades WHERE paid > 0::BIGNUM ORDER BY amount DESC, trade LIMIT 6
), reached AS (
    SELECT trade, step, CASE step WHEN 'paid' THEN max(sim_time) ELSE min(sim_time) END AS sim_time
    FROM steps WHERE step IN ('opened', 'agreed', 'funded', 'presented', 'accepted', 'paid')
    GROUP BY trade, step
    UNION ALL
    SELECT trade, 'due', least(max(due_at), max(paid_at)) FROM payments GROUP BY trade
)
SELECT trade, step, sim_time FROM reached JOIN largest USING (trade)
ORDER BY amount DESC, trade, sim_time,
    list_position(['opened', 'agreed', 'funded', 'presented', 'accepted', 'due', 'paid'], step)""",
    "baseline_steps": """SELECT trade, ordered, documents, accepted, due, paid FROM baseline
WHERE trade IN (SELECT trade FROM trades WHERE paid > 0::BIGNUM ORDER BY amount DESC, trade LIMIT 6)
ORDER BY trade""",
    "trades": f"""WITH shown AS (
    SELECT * FROM trades ORDER BY opened_at, trade LIMIT 50
), movements AS (
    SELECT * FROM movements WHERE ref IN (SELECT trade FROM shown)
), went AS (
{WENT}
)
SELECT trade, instrument, payer, payee, state, amount,
       CASE form WHEN 'obligation' THEN t.paid ELSE coalesce(w.paid, 0::BIGNUM) END,
       coalesce(w.refunded, 0::BIGNUM), coalesce(w.quarantined, 0::BIGNUM)
FROM shown t LEFT JOIN went w ON w.ref = t.trade AND form != 'obligation'
ORDER BY opened_at, trade""",
    "suspensions": """SELECT sim_time, coalesce(until, (SELECT max(sim_time) FROM closes), sim_time) FROM (
    SELECT sim_time, lead(sim_time) OVER (ORDER BY seq) AS until, (data->>'stage') AS stage
    FROM events WHERE kind = 'StageChanged'
) WHERE stage = 'SUSPENDED' ORDER BY sim_time""",
    "notes": "SELECT sim_time, author, kind, subject, text FROM notes ORDER BY seq",
}

#: What each step of a trade waits for.
_WAITS = {
    "agreed": "agreement",
    "funded": "funding",
    "presented": "shipment and documents",
    "accepted": "examination",
    "due": "until due",
    "paid": "payment",
}


_WHOLE = Amount.parse("1 SU").minor
_NO_SMALL_SUM = 1_000 * _WHOLE


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the page: a figure and the measure that it comes from."""

    measure: str
    figure: Figure
    is_headline: bool = False
    is_difference: bool = False

    def __str__(self) -> str:
        """As people read it; a headline has no cents of what is no small sum, a difference a sign."""
        value = self.figure.value
        if self.is_headline and self.figure.unit is Unit.SU and value is not None and value >= _NO_SMALL_SUM:
            return su(round(value / _WHOLE) * _WHOLE).replace(".00 ", " ")
        sign = "+" if self.is_difference and value is not None and value > 0 else ""
        return f"{sign}{self.figure}"

    def __html__(self) -> str:
        """The number for people, its exact value and its origin for machines."""
        value = "" if self.figure.value is None else str(self.figure.value)
        return Markup('<data value="{}" data-measure="{}" data-key="{}">{}</data>').format(
            value, self.measure, self.figure.key, str(self)
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


#: The few figures that a report begins with: a title, the measure and the key of each.
TILES = (
    ("Settled, by value", "settlement_rate", "by value"),
    ("Due to final, median", "due_to_final", "median"),
    ("Order to final, median", "order_to_final", "median"),
    ("Liquidity turned over", "turnover", "turnover ratio"),
    ("Saved by netting", "netting", "saving"),
    ("Locked at most", "prefunding", "peak"),
    ("Refused", "chain", "refused"),
)


def tiles_of(
    figures: Mapping[str, Sequence[Figure]], found: Mapping[tuple[str, str], Figure]
) -> list[tuple[str, Cell]]:
    """The few numbers that stand at the top, each with its title; none that was not measured."""
    known = [tile for tile in TILES if tile[1:] in found]
    shown = [(title, Cell(name, found[name, key], is_headline=True)) for title, name, key in known]
    covered = [figure for figure in figures["reserve_coverage"] if figure.value is not None]
    if covered:
        lowest = min(covered, key=lambda figure: Fraction(figure.value or 0))
        shown.append((f"Reserve coverage, lowest ({lowest.key})", Cell("reserve_coverage", lowest)))
    return [(title, cell) for title, cell in shown if cell.figure.value is not None]


def cells_of(name: str, figures: Sequence[Figure]) -> list[tuple[str, Cell]]:
    """All figures of a measure; of a long one the first, the lowest, the highest and the last."""
    if len(figures) <= 12:
        return [(figure.key, Cell(name, figure)) for figure in figures]
    there = [figure for figure in figures if figure.value is not None] or list(figures)
    low, high = (pick(there, key=lambda figure: Fraction(figure.value or 0)) for pick in (min, max))
    picked = {"first": figures[0], "lowest": low, "highest": high, "last": figures[-1]}
    return [(f"{word}, {figure.key}", Cell(name, figure)) for word, figure in picked.items()]


#: More bars are a table, which the measure itself is.
MOST_BARS = 16


def bars_of(name: str, figures: Sequence[Figure]) -> list[Bar]:
    """The figures of a measure as bars, the longest of them the whole width; the first ``MOST_BARS``."""
    most = max((Fraction(figure.value or 0) for figure in figures), default=Fraction(0))
    return [
        Bar(
            figure.key,
            float(round(Fraction(figure.value or 0) * 100 / most, 2)) if most else 0.0,
            Cell(name, figure),
            _reason(figure.key) if name == "rejections" else "",
            1 if figure.key.endswith(" net") else 0,
        )
        for figure in figures[:MOST_BARS]
    ]


def _reason(name: str) -> str:
    return f"{Reason[name].sentence} {Reason[name].remedy}" if name in Reason.__members__ else ""


def suspensions_of(run: StoredRun) -> list[tuple[int, int]]:
    """From when until when the regime was suspended, at most to the last close; epoch seconds."""
    return [(since, until) for since, until in run.store.query(QUERIES["suspensions"])]


def balances_of(run: StoredRun) -> tuple[Markup, list[str]] | None:
    """Balances at every close, of the eight participants that held most."""
    held: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for participant, at, balance in run.store.query(QUERIES["balances"]):
        held[participant][at] = int(balance)
    # Who holds nothing yet has no balance to speak of: that is nothing, not a gap.
    times = sorted({at for own in held.values() for at in own})
    series = {name: [(at, own.get(at, 0)) for at in times] for name, own in held.items()}
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
        bands=suspensions_of(run),
    )
    return chart, most


def coverage_of(run: StoredRun, figures: Sequence[Figure]) -> Markup | None:
    """Reserve coverage at every close, with the floor of the programme."""
    points = [
        (
            int(datetime.fromisoformat(figure.key).replace(tzinfo=UTC).timestamp()),
            Fraction(figure.value) * 100,
        )
        for figure in figures
        if figure.value is not None
    ]
    if not points:
        return None
    floor = Fraction(run.scenario.regime.coverage_floor, 100)
    lowest, highest = min(value for _, value in points), max(value for _, value in points)
    low, high = (str(Figure("", value / 100, Unit.SHARE)) for value in (lowest, highest))
    return line_chart(
        "coverage",
        "Reserve coverage at every close",
        f"Between {low} and {high} of the supply; dashed, the floor below which nothing is issued.",
        {"coverage": points},
        suffix=" %",
        floor=floor,
        from_zero=False,
        bands=suspensions_of(run),
    )


def queue_of(run: StoredRun) -> Markup | None:
    """What waits in the clearing queue, through time."""
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
        bands=suspensions_of(run),
    )


def lanes_of(run: StoredRun) -> list[Lane]:
    """The largest paid trades step by step, each above its way through the baseline's banks."""
    ways: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for trade, step, at in run.store.query(QUERIES["trade_steps"]):
        ways[trade].append((step, at))
    theirs: dict[str, list[tuple[str, int]]] = {}
    for trade, *times in run.store.query(QUERIES["baseline_steps"]):
        named = zip(("ordered", "presented", "accepted", "due", "paid"), times, strict=True)
        theirs[trade] = [(step, at) for step, at in named if at is not None]
    shown = [way for trade in ways for way in (ways[trade], theirs.get(trade, [])) if len(way) > 1]
    longest = max((way[-1][1] - way[0][1] for way in shown), default=0)
    found = []
    for trade, way in ways.items():
        found.append(Lane(trade, "under the regime", _segments(way, longest)))
        if trade in theirs:
            found.append(Lane(trade, "through correspondents", _segments(theirs[trade], longest)))
    return [lane for lane in found if lane.segments]


def _wait(last: str, step: str) -> str:
    """What was waited for between two steps; an obligation has none between its entry and its cycle."""
    return "clearing cycle" if (last, step) == ("opened", "paid") else _WAITS.get(step, step)


def _segments(way: Sequence[tuple[str, int]], longest: int) -> tuple[Segment, ...]:
    tones = {name: index for index, name in enumerate(_WAITS)}
    # What is due at once, as at sight or in clearing, does not wait to fall due.
    before_due = {at for step, at in way if step not in ("due", "paid")}
    way = [(step, at) for step, at in way if step != "due" or at not in before_due]
    return tuple(
        Segment(
            _wait(last, step),
            float(round(Fraction(100 * (before - way[0][1]), longest), 2)),
            float(round(Fraction(100 * (at - before), longest), 2)),
            duration(at - before),
            len(tones) if last == "opened" and step == "paid" else tones.get(step, 0),
        )
        for (last, before), (step, at) in pairwise(way)
        if longest
    )
