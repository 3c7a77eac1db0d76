"""The terminal view of a clearing answer."""

from collections.abc import Sized

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from settlement.clearing import Answer, Queue
from settlement.report.tables import plain_table

#: Longer tables are cut here: nobody reads a thousand lines of a terminal, and machines read JSON.
_MOST_LINES = 50


def show_answer(console: Console, queue: Queue, answer: Answer) -> None:
    """Print what settles, what waits, what everybody holds in the end, and what it took."""
    count, of = len(answer.settled), len(queue.obligations)
    title = f"{answer.algorithm.value}: {count:,} of {of:,} obligations settle"
    console.print(Text(title, style="bold"))
    for heading, body in (("Queue", _obligations(queue, answer)), ("Balances", _balances(queue, answer))):
        console.print()
        console.print(Text(heading, style="bold cyan"))
        console.print(Padding(body, (0, 0, 0, 1)))
    console.print()
    console.print(_verdict(answer))


def _obligations(queue: Queue, answer: Answer) -> RenderableType:
    has_priorities = any(obligation.priority for obligation in queue.obligations)
    priority_column = ("Priority",) if has_priorities else ()
    table = plain_table("", "Obligation", "Payer", "Payee", ">amount", *priority_column)
    settled = frozenset(answer.settled)
    for obligation in queue.obligations[:_MOST_LINES]:
        is_settled = obligation.id in settled
        mark, style = (Text("✓", style="green"), "") if is_settled else ("·", "dim")
        cells = (f"{obligation.id}", obligation.payer, obligation.payee, f"{obligation.amount:,}")
        priority = (f"{obligation.priority}",) if has_priorities else ()
        table.add_row(mark, *cells, *priority, style=style)
    return _cut(table, queue.obligations)


def _balances(queue: Queue, answer: Answer) -> RenderableType:
    table = plain_table("Participant", ">opening", ">closing", ">change")
    for participant in queue.participants[:_MOST_LINES]:
        opening, closing = participant.balance, answer.closing[participant.id]
        change = f"{closing - opening:+,}" if closing != opening else "–"
        table.add_row(participant.id, f"{opening:,}", Text(f"{closing:,}", style="bold"), change)
    return _cut(table, queue.participants)


def _cut(table: RenderableType, rows: Sized) -> RenderableType:
    more = len(rows) - _MOST_LINES
    return Group(table, Text(f"and {more:,} more; --json has all", style="dim")) if more > 0 else table


def _verdict(answer: Answer) -> Text:
    verdict = Text(f"settled {answer.gross_value:,} gross with {answer.net_value:,} net", style="bold")
    verdict.append(f": {float(answer.liquidity_saved):.0%} of the liquidity saved", style="not bold")
    if answer.bound is not None:
        verdict.append("\n! ", style="yellow")
        if answer.bound == answer.gross_value:
            text = "nothing settles more, but a limit ended the search among what settles as much"
        else:
            text = f"a limit ended the search: no selection settles more than {answer.bound:,}"
        verdict.append(text, style="not bold")
    return verdict
