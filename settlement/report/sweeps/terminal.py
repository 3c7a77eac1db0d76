"""The terminal view of a sweep: the short form of its report."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from settlement.report.sweeps.findings import Finding, findings_of
from settlement.report.sweeps.statistics import Distribution
from settlement.report.sweeps.stored import StoredSweep
from settlement.report.tables import plain_table

#: As many points, broken runs and failed expectations (with points of each) as anybody reads on a terminal;
#: the page and the shards hold the rest.
_MOST_POINTS, _MOST_BROKEN, _MOST_MISSED, _MOST_PLACES = 24, 10, 10, 6

_STATISTICS: dict[str, Callable[[Distribution], Fraction | None]] = {
    "mean": lambda d: d.mean,
    "± 95 %": lambda d: None if d.interval is None else d.interval.high - d.mean,
    "sd": lambda d: d.sd,
    "min": lambda d: d.minimum,
    "p5": lambda d: d.p5,
    "median": lambda d: d.median,
    "p95": lambda d: d.p95,
    "max": lambda d: d.maximum,
}
#: Which of them a terminal shows, the most that it has room for.
_CHOICES = (tuple(_STATISTICS), ("mean", "± 95 %", "p5", "median", "p95"), ("mean", "± 95 %", "median"))


def show_sweep(console: Console, sweep: StoredSweep, names: Sequence[str] = ()) -> None:
    """Print what a person wants to know of a sweep; ``names`` choose the figures.

    Raises:
        UserError: no run measured such a thing.
    """
    findings = findings_of(sweep, names)
    manifest = sweep.manifest
    console.print()
    console.print(Text(str(manifest["title"]), style="bold"))
    facts = (
        f"{manifest['points']} point{'s' * (manifest['points'] != 1)} × {manifest['seeds']} seeds",
        f"from seed {manifest['seed']}",
        str(manifest["evm"]),
    )
    console.print(Text(" · ".join(facts), style="dim"))
    if len(sweep.parameters) > 1 or (sweep.parameters and not sweep.tally().well):
        _section(console, "Points", _points(sweep))
    for finding in findings:
        if finding.constant is None:
            _section(console, finding.column.title, _distribution(finding, sweep, console))
    constant = [finding for finding in findings if finding.constant is not None]
    if constant:
        table = plain_table("", ">value")
        for finding in constant:
            table.add_row(finding.column.title, finding.said(finding.constant))
        _section(console, "The same in every run", table)
    if sweep.parameters and any(finding.sensitivities for finding in findings):
        _section(console, "What each parameter does", _effects(findings, console.width))
    if sweep.missed():
        _section(console, "Expectations that failed", _missed(sweep))
    if sweep.broken():
        _section(console, "Runs that broke", _broken(sweep))
    console.print()
    console.print(_verdict(sweep))
    console.print(Text(f"{sweep.folder}", style="dim"))


def _section(console: Console, title: str, body: Table) -> None:
    console.print()
    console.print(Text(title, style="bold cyan"))
    console.print(Padding(body, (0, 0, 0, 1)))


def _numbers(table: Table, *names: str) -> None:
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)


def _points(sweep: StoredSweep) -> Table:
    table = plain_table("Point", *(parameter.name for parameter in sweep.parameters))
    _numbers(table, "as expected")
    spots, tallies = sweep.spots(), sweep.tallies()
    for spot in spots[:_MOST_POINTS]:
        tally = tallies[spot.number]
        ends = Text(f"{tally.as_expected:,}/{tally.done:,}", style="" if tally.well else "red")
        table.add_row(str(spot.number), *sweep.values_at(spot), ends)
    _rest(table, len(spots))
    return table


def _rest(table: Table, count: int) -> None:
    if count > _MOST_POINTS:
        table.add_row("…", f"{count - _MOST_POINTS:,} more", style="dim")


def _distribution(finding: Finding, sweep: StoredSweep, console: Console) -> Table:
    tables = [_statistics(finding, sweep, chosen) for chosen in _CHOICES]
    fitting = (table for table in tables if console.measure(table).maximum < console.width)
    return next(fitting, tables[-1])


def _statistics(finding: Finding, sweep: StoredSweep, chosen: Sequence[str]) -> Table:
    table = plain_table(sweep.parameters[0].name if len(sweep.parameters) == 1 else "Point")
    _numbers(table, "n", *chosen)
    for spot, distribution in finding.points[:_MOST_POINTS]:
        if distribution is None:
            table.add_row(sweep.named(spot), "0")
            continue
        figures = (finding.said(_STATISTICS[name](distribution)) for name in chosen)
        table.add_row(sweep.named(spot), str(distribution.n), *figures)
    _rest(table, len(finding.points))
    return table


def _effects(findings: Sequence[Finding], width: int) -> Table:
    """Effects, and as many of the other indices as the terminal has room for."""
    table = plain_table("Figure", "Parameter")
    wide = width >= 96
    _numbers(table, "effect", "± 95 %", *(["elasticity", "SRC"] if wide else []), "explains")
    for finding in findings:
        title = finding.column.title
        for sensitivity in finding.sensitivities:
            indices = [_ratio(sensitivity.elasticity), _ratio(sensitivity.coefficient)] if wide else []
            table.add_row(
                title, sensitivity.title, finding.said(sensitivity.effect, sign=True),
                finding.said(sensitivity.half), *indices, _share(sensitivity.share),
            )  # fmt: skip
            title = ""
    return table


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:+.2f}"


def _missed(sweep: StoredSweep) -> Table:
    table = plain_table("Expectation")
    _numbers(table, "runs")
    table.add_column("where (runs)")
    found = sweep.missed()
    for missed in found[:_MOST_MISSED]:
        table.add_row(missed.what, f"{missed.runs:,}", sweep.where(missed, _MOST_PLACES), style="red")
    if len(found) > _MOST_MISSED:
        table.add_row("…", f"{len(found) - _MOST_MISSED:,} more", style="dim")
    return table


def _broken(sweep: StoredSweep) -> Table:
    table = plain_table("Point", "Replication", "Seed", "Why")
    labels = {spot.number: spot.label for spot in sweep.spots()}
    runs = sweep.broken()
    for run in runs[:_MOST_BROKEN]:
        point = f"{run.point}: {labels[run.point]}"
        table.add_row(point, str(run.replication), str(run.seed), run.error, style="red")
    if len(runs) > _MOST_BROKEN:
        table.add_row("…", f"{len(runs) - _MOST_BROKEN:,} more", style="dim")
    return table


def _verdict(sweep: StoredSweep) -> Text:
    tally = sweep.tally()
    verdict = Text()
    if tally.done < tally.size:
        verdict.append(f"{tally.done:,} of {tally.size:,} runs so far; to go on:\n", style="bold yellow")
        verdict.append(f"  {sweep.command(str(sweep.folder))}\n")
    mark, style = ("✓", "bold green") if tally.well else ("✗", "bold red")
    verdict.append(
        f"{mark} {tally.as_expected:,} of {tally.done:,} runs ended as the scenario expects", style=style
    )
    if tally.not_as_expected:
        verdict.append(f"; {tally.not_as_expected:,} did not")
    if tally.broken:
        verdict.append(f"; {tally.broken:,} broke")
    return verdict
