"""The report of a sweep as one self-contained page, in the look of a run's."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from markupsafe import Markup, escape

from settlement.report.charts import Box, box_chart
from settlement.report.measures import MEASURES, Unit
from settlement.report.page import render
from settlement.report.sections import Bar
from settlement.report.sweeps.findings import Finding, findings_of
from settlement.report.sweeps.statistics import Distribution
from settlement.report.sweeps.stored import Spot, StoredSweep

#: More boxes are a table, which stands below the chart; longer tables than this are read from the shards.
_MOST_BOXES, _MOST_ROWS = 16, 200
#: As many points as are named beside an expectation that failed; the table of points has them all.
_MOST_PLACES = 24
#: As many signs as fit under the boxes on a phone, each with room for the longest label and a space.
_LABELS = 48

#: Seconds in the longest unit in which people would say them.
_TIMES = ((2 * 86_400, 86_400, " d"), (3_600, 3_600, " h"), (60, 60, " min"), (0, 1, " s"))
_SCALES = {
    Unit.SU: (Fraction(10**6), ""),
    Unit.DRL: (Fraction(10**2), ""),
    Unit.COINS: (Fraction(10**8), ""),
    Unit.SU_DAYS: (Fraction(10**6), ""),
    Unit.SHARE: (Fraction(1, 100), " %"),
}


def render_sweep(sweep: StoredSweep, names: Sequence[str] = ()) -> str:
    """The report of a sweep as HTML; ``names`` choose the figures.

    Raises:
        UserError: no run measured such a thing.
    """
    findings = findings_of(sweep, names)
    labels = {spot.number: spot.label for spot in sweep.spots()}
    return render(
        "sweep.html.jinja",
        {
            "sweep": sweep,
            "manifest": sweep.manifest,
            "facts": _facts(sweep),
            "spots": sweep.spots(),
            "ends": _ends(sweep),
            "missed": sweep.missed(),
            "most": _MOST_ROWS,
            "most_places": _MOST_PLACES,
            "shown": [_Shown(finding, sweep) for finding in findings if finding.constant is None],
            "constant": [finding for finding in findings if finding.constant is not None],
            "broken": sweep.broken(),
            "labels": labels,
            "measures": [MEASURES[name] for name in dict.fromkeys(f.column.measure for f in findings)],
            "commands": _commands(sweep),
        },
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """A finding with what is drawn of it."""

    finding: Finding
    sweep: StoredSweep

    @property
    def chart(self) -> Markup:
        """Its distributions side by side."""
        column, drawn = self.finding.column, self._drawn
        scale, suffix = _scale(column.unit, max(abs(d.maximum) for _, d in drawn))
        labels = self._written if self._fits else {spot.number: str(spot.number) for spot, _ in drawn}
        boxes = [
            Box(
                labels[spot.number],
                [value / scale for _, value in sorted(self.finding.values[spot.number].items())],
                (d.p5 / scale, d.q1 / scale, d.median / scale, d.q3 / scale, d.p95 / scale),
            )
            for spot, d in drawn
        ]
        medians = "; ".join(f"{labels[s.number]}: median {self.finding.said(d.median)}" for s, d in drawn)
        return box_chart(self.name, column.title, medians, boxes, suffix=suffix)

    @property
    def name(self) -> str:
        """What its chart is called within the page."""
        return f"{self.finding.column.measure}-{self.finding.column.key}".replace(" ", "-")

    @property
    def caption(self) -> str:
        """What its chart consists of."""
        same = {d.minimum == d.maximum for _, d in self._drawn}
        box = "Box: the middle half of the runs, with the median; whiskers: 5th and 95th percentile."
        dot = "Dot: the same in every run of the point."
        more = sum(d is not None for _, d in self.finding.points) - _MOST_BOXES
        rest = f"The first points; {more:,} more are in the table."
        return " ".join([box] * (False in same) + [dot] * (True in same) + [rest] * (more > 0))

    @property
    def legend(self) -> dict[int, str]:
        """The values behind the numbers under its boxes; nothing where the values stand there."""
        return {} if self._fits or not self.sweep.parameters else self._written

    @property
    def bars(self) -> list[tuple[Bar, Any]]:
        """What each parameter explains, as bars of its share, with the parameter's numbers."""
        return [
            (Bar(s.title, round(100 * (s.share or 0), 2), None, tone=1 if s.parameter is None else 0), s)
            for s in self.finding.sensitivities
        ]

    @property
    def _drawn(self) -> list[tuple[Spot, Distribution]]:
        return [(spot, d) for spot, d in self.finding.points if d is not None][:_MOST_BOXES]

    @property
    def _written(self) -> dict[int, str]:
        """The values of each point that is drawn, by its number."""
        return {spot.number: ", ".join(self.sweep.values_at(spot)) for spot, _ in self._drawn}

    @property
    def _fits(self) -> bool:
        """Whether there are values, and room for them under the boxes."""
        longest = max(map(len, self._written.values()))
        return longest > 0 and (longest + 1) * len(self._written) <= _LABELS


def _scale(unit: Unit, most: Fraction) -> tuple[Fraction, str]:
    """What a chart divides values by, and what it writes behind them."""
    if unit is Unit.SECONDS:
        return next((Fraction(size), suffix) for least, size, suffix in _TIMES if most >= least)
    return _SCALES.get(unit, (Fraction(1), ""))


def _facts(sweep: StoredSweep) -> dict[str, str]:
    tally, manifest = sweep.tally(), sweep.manifest
    points, seeds = manifest["points"], manifest["seeds"]
    done = f"{tally.done:,} of {tally.size:,}" if tally.done < tally.size else f"all {tally.size:,}"
    return {
        "Scenario": str(manifest["source"]),
        "Grid": f"{points:,} point{'s' * (points != 1)} × {seeds:,} seed{'s' * (seeds != 1)}",
        "Seeds from": str(manifest["seed"]),
        "Chain": str(manifest["evm"]),
        "Runs done": done,
        "Ended as the scenario expects": _marked(f"{tally.as_expected:,} of {tally.done:,}", tally.well),
        "Broke": _marked(f"{tally.broken:,}", tally.broken == 0),
        "Version": str(manifest["settlement"]),
    }


def _ends(sweep: StoredSweep) -> dict[int, Markup]:
    """How many runs of each point ended as the scenario expects, of how many."""
    return {
        number: _marked(f"{tally.as_expected:,}/{tally.done:,}", tally.well)
        for number, tally in sweep.tallies().items()
    }


def _marked(text: str, well: bool) -> Markup:
    """A text, marked where it is not well."""
    return escape(text) if well else Markup('<span class="missed">✗ {}</span>').format(text)


def _commands(sweep: StoredSweep) -> list[str]:
    """What brings about the same sweep, the same page, and one of its runs alone."""
    seed = sweep.store.query("SELECT seed FROM replications WHERE point = 1 AND replication = 1")
    one = [f"settlement run my-sweep/points/1.yaml --seed {seed[0][0]} --out my-run"] if seed else []
    return [sweep.command("my-sweep"), "settlement report my-sweep --html sweep.html", *one]
