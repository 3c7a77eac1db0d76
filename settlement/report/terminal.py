"""The terminal view of a stored run: the short form of the report."""

from collections import defaultdict
from datetime import UTC, datetime

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from settlement.report.narrative import day, su
from settlement.report.narrator import timeline
from settlement.report.stored import StoredRun
from settlement.report.tables import plain_table

#: Longest timeline and longest table that anybody reads on a terminal; the tables of the run hold the rest.
_MOST_STEPS, _MOST_ROWS = 300, 60


def show_run(console: Console, run: StoredRun) -> None:
    """Print what a person wants to know of a run."""
    summary = run.summary
    console.print()
    console.print(Text(run.scenario.title, style="bold"))
    facts = (
        summary["scenario"],
        f"seed {summary['seed']}",
        summary["backend"],
        f"run {summary['run_hash'][:16]}",
    )
    console.print(Text(" · ".join(facts), style="dim"))
    sections: list[tuple[str, RenderableType]] = [
        ("Timeline (UTC)", _timeline(run)),
        ("Balances", _balances(run)),
        ("Credits", _credits(run)),
    ]
    if run.summary["bills"]:
        sections.append(("Bills", _bills(run)))
    if run.notes():
        sections.append(("Noted by the authorities", _notes(run)))
    if run.scenario.correspondent is not None:
        # The measures are loaded where something is compared.
        from settlement.report.against import against_correspondents

        sections += [("Against correspondent banks", against_correspondents(run))]
    sections.append(("Expectations", _expectations(run)))
    for title, body in sections:
        console.print()
        console.print(Text(title, style="bold cyan"))
        console.print(Padding(body, (0, 0, 0, 1)))
    console.print()
    console.print(_verdict(run))
    console.print(Text(f"{run.folder}", style="dim"))


def _timeline(run: StoredRun) -> RenderableType:
    """Every event from the first day on; what came before it is one line."""
    table = plain_table("Day", "Time", "Who", "What")
    told, omitted = timeline(run, _MOST_STEPS)
    before = f"SELECT max(sim_time) FROM events WHERE sim_time < {run.first_moment:d}"
    (eve,) = run.store.query(before)[0]
    if eve is not None:
        table.add_row(day(eve), "", "supervisor", _preparation(run), style="dim")
    shown = ""
    for step, text in told:
        today = day(step.sim_time)
        time = f"{datetime.fromtimestamp(step.sim_time, UTC):%H:%M}"
        style = "yellow" if step.kind in ("OperationRejected", "DrawDiscrepant") else ""
        table.add_row("" if today == shown else today, time, step.actor, text, style=style)
        shown = today
    if omitted:
        table.add_row("", "", "", f"… and {omitted:,} more events", style="dim")
    return table


def _preparation(run: StoredRun) -> str:
    participants, calendars = len(run.scenario.participants), len(run.scenario.jurisdictions)
    trades = len(run.steps("TradeRegistered"))
    behind = f", and {trades} trade{'s' * (trades != 1)} by their bank" if trades else ""
    return (
        f"deploys the contracts, has the programme co-signed, loads {calendars} holiday calendars; "
        f"registers {participants} participants, each screened clear{behind}"
    )


def _balances(run: StoredRun) -> RenderableType:
    table = plain_table("SU", "Participant", ">issued", ">closing", ">change")
    for holding in run.holdings():
        change = holding.closing - holding.issued
        amounts = (_figure(holding.issued), Text(_figure(holding.closing), style="bold"))
        sign = "+" if change > 0 else ""
        table.add_row(holding.participant, holding.name, *amounts, sign + _figure(change) if change else "–")
    held = run.summary["held"]["quarantine"]
    if held:
        table.add_row("–", "in the quarantine", "", Text(_figure(held), style="bold"), "")
    return table


def _figure(minor: int) -> str:
    """An amount in a column of SU."""
    return su(minor).removesuffix(" SU")


def _credits(run: StoredRun) -> RenderableType:
    lines = run.credits()
    if not lines:
        return Text("none", style="dim")
    held = [">quarantined"] * any(line.quarantined for line in lines)
    table = plain_table("SU", "State", ">face", ">paid", ">refunded", *held, "Draws")
    draws: defaultdict[str, list[str]] = defaultdict(list)
    for name, state in run.summary["draws"].items():
        draws[name.rpartition("/")[0]].append(f"{name} {state}")
    for line in lines[:_MOST_ROWS]:
        amounts = [_figure(minor) for minor in (line.amount, line.paid, line.refunded)]
        amounts += [_figure(line.quarantined)] * len(held)
        table.add_row(line.credit, Text(line.state, style="bold"), *amounts, ", ".join(draws[line.credit]))
    _rest(table, len(lines), "credits")
    return table


def _bills(run: StoredRun) -> RenderableType:
    lines = run.bills()
    held = [">quarantined"] * any(line.quarantined for line in lines)
    table = plain_table("SU", "State", ">amount", *held, "Seller", "Buyer")
    for line in lines[:_MOST_ROWS]:
        state = Text(line.state, style="bold")
        amounts = [_figure(line.amount), *[_figure(line.quarantined)] * len(held)]
        table.add_row(line.bill, state, *amounts, line.seller, line.buyer)
    _rest(table, len(lines), "bills")
    return table


def _rest(table: Table, count: int, what: str) -> None:
    """A last row for what is not shown."""
    if count > _MOST_ROWS:
        table.add_row("…", f"and {count - _MOST_ROWS:,} more {what}", style="dim")


def _notes(run: StoredRun) -> RenderableType:
    """The log of supervisor and compliance, which is never shown to whom it is about."""
    table = plain_table("Day", "Who", "Kind", "About", "What")
    notes = run.notes()
    for note in notes[:_MOST_ROWS]:
        table.add_row(day(note.sim_time), note.author, note.kind, note.subject, note.text)
    _rest(table, len(notes), "notes")
    return table


def _expectations(run: StoredRun) -> RenderableType:
    expectations = run.summary["expectations"]
    if not expectations:
        return Text("the scenario states none", style="dim")
    table = plain_table("", "What", "Expected", "Actual")
    for item in expectations:
        mark = Text("✓", style="green") if item["ok"] else Text("✗", style="bold red")
        style = "" if item["ok"] else "red"
        table.add_row(mark, item["what"], item["expected"], item["actual"], style=style)
    return table


def _verdict(run: StoredRun) -> RenderableType:
    summary = run.summary
    count, first, last = run.closes()
    failed = sum(not item["ok"] for item in summary["expectations"])
    expected = len(summary["expectations"])
    verdict = Text()
    if failed:
        verdict.append(f"✗ {failed} of {expected} expectations failed", style="bold red")
    else:
        verdict.append(f"✓ {expected} of {expected} expectations met", style="bold green")
    if summary["reconciled"] and count:
        verdict.append("\n✓ ", style="green")
        verdict.append(f"ledger and chain agree on every account at {count} closes, {first} to {last}")
    else:
        verdict.append("\n✗ ledger and chain were not reconciled", style="bold red")
    estimate = " (gas: estimate)" if summary["gas"] == "estimate" else ""
    verdict.append(
        f"\n  {summary['transactions']} transactions, {summary['gas_used']:,} gas{estimate}, "
        f"{len(summary['rejections'])} refused, {summary['wall_seconds']:.1f} s wall time"
    )
    return verdict
