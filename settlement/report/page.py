"""The report as one self-contained page: every number with the query that it comes from.

The template is jinja2's; charts are those of ``settlement.report.charts``. The page needs no network, no
script and no second file. Each number is a ``data`` element that names its measure and key and holds the
exact value; the appendix has each measure's definition and SQL.
"""

import shlex
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from settlement.domain.errors import UserError
from settlement.ledger.views import VIEWS
from settlement.report.measures import GROUPS, MEASURES, Step, StoredRun
from settlement.report.measures.figures import duration
from settlement.report.narrative import day, su
from settlement.report.narrator import timeline
from settlement.report.sections import (
    MOST_BARS,
    QUERIES,
    Cell,
    balances_of,
    bars_of,
    cells_of,
    coverage_of,
    lanes_of,
    queue_of,
    suspensions_of,
    tiles_of,
)
from settlement.report.yardsticks import YARDSTICKS, verdict

#: Longest timeline that anybody reads.
_MOST_STEPS = 300


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


#: Measures drawn as bars.
_BARS = ("flows", "cycles", "rejections", "outcomes")


def _context(run: StoredRun) -> dict[str, Any]:
    run.store.hold_views()
    figures = {name: measure.of(run.store) for name, measure in MEASURES.items()}
    found = {(name, figure.key): figure for name, own in figures.items() for figure in own}
    told, omitted = timeline(run, _MOST_STEPS)
    trades = run.store.query(QUERIES["trades"])
    (number,) = run.store.query("SELECT count(*) FROM trades")[0]
    return {
        "run": run,
        "facts": _facts(run),
        "tiles": tiles_of(figures, found),
        "suspensions": [_span(since, until) for since, until in suspensions_of(run)],
        "verdict": verdict(found, lambda key: Cell("against_baseline", found["against_baseline", key])),
        "yardsticks": [
            (stick, [Cell(at[0], found[at]) for at in stick.figures if at in found], stick.verdict(found))
            for stick in YARDSTICKS
        ],
        "balances": balances_of(run),
        "coverage": coverage_of(run, figures["reserve_coverage"]),
        "queue": queue_of(run),
        "lanes": lanes_of(run),
        "bars_of": {name: bars_of(name, figures[name]) for name in _BARS},
        "more_of": {name: max(len(figures[name]) - MOST_BARS, 0) for name in _BARS},
        "groups": [
            (group, [(m, cells_of(m.name, figures[m.name])) for m in MEASURES.values() if m.group == group])
            for group in GROUPS
        ],
        "notes": [(day(at), *rest) for at, *rest in run.store.query(QUERIES["notes"])],
        "timeline": [_line(step, text) for step, text in told],
        "omitted": omitted,
        "trades": trades,
        "more_trades": number - len(trades),
        "quarantined": any(int(trade[-1]) for trade in trades),
        "su": su,
        "measures": MEASURES,
        "queries": QUERIES,
        "views": VIEWS,
        "commands": _commands(run),
    }


def _facts(run: StoredRun) -> dict[str, str]:
    count, first, last = run.closes()
    agree = run.summary["reconciled"] and count
    failed = sum(not item["ok"] for item in run.summary["expectations"])
    expected = len(run.summary["expectations"])
    return {
        "Scenario": run.summary["scenario"],
        "Seed": str(run.summary["seed"]),
        "Run": run.summary["run_hash"][:16],
        "Chain": run.summary["backend"] + (" (gas: estimate)" if run.summary["gas"] == "estimate" else ""),
        "Days": f"{run.scenario.start} to {run.scenario.end}",
        "Books": f"ledger and chain agree at {count} closes, {first} to {last}"
        if agree
        else "not reconciled",
        "Expectations": f"{expected - failed} of {expected} met" if expected else "the scenario states none",
    }


def _span(since: int, until: int) -> str:
    ends = (f"{day(at)} {datetime.fromtimestamp(at, UTC):%H:%M}" for at in (since, until))
    return f"{' to '.join(ends)} ({duration(until - since)})"


def _commands(run: StoredRun) -> list[str]:
    """What brings about the same run and the same page."""
    summary = run.summary
    return [
        f"settlement run {shlex.quote(summary['scenario'])} --seed {summary['seed']} --out my-run",
        "settlement report my-run --html report.html",
        "sha256sum my-run/events.jsonl",
    ]


def _line(step: Step, text: str) -> tuple[str, str, str, str]:
    """Day, time, who and what."""
    return day(step.sim_time), f"{datetime.fromtimestamp(step.sim_time, UTC):%H:%M}", step.actor, text
