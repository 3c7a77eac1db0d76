"""The comparison with correspondent banks, in short: both sides, the yardsticks, and which was faster."""

from rich.console import Group, RenderableType
from rich.text import Text

from settlement.report.measures import MEASURES, Figure, StoredRun
from settlement.report.tables import plain_table
from settlement.report.yardsticks import YARDSTICKS, verdict

#: A line: what it tells, and the figure of each side; None where a side has none.
_LINES: tuple[tuple[str, tuple[str, str] | None, tuple[str, str] | None], ...] = (
    (
        "documents to account, median",
        ("against_baseline", "median here"),
        ("against_baseline", "median through correspondents"),
    ),
    ("due to final, median", ("due_to_final", "median"), ("baseline_due", "median")),
    ("due to final, slowest", ("due_to_final", "max"), ("baseline_due", "max")),
    ("within 1 hour of due", ("due_to_final", "within 1 hour"), ("baseline_due", "within 1 hour")),
    (
        "within 1 banking day of due",
        ("due_to_final", "within 1 banking day"),
        ("baseline_due", "within 1 banking day"),
    ),
    ("held up by investigations", None, ("baseline_time", "failed")),
    ("tied up at most", ("idle_balances", "locked here"), ("idle_balances", "nostro balance")),
    ("cost of what is tied up", ("idle_balances", "locked cost"), ("idle_balances", "nostro cost")),
    ("cost of transfers", None, ("baseline_cost", "transfer")),
    ("cost of conversion", None, ("baseline_cost", "fx")),
    ("cost of issuance", None, ("baseline_cost", "issuance")),
    ("cost of confirmation", None, ("baseline_cost", "confirmation")),
    ("issuance, of the face amount", None, ("documentary_fees", "issuance")),
    ("confirmation, of the face amount", None, ("documentary_fees", "confirmation")),
    ("all costs, of the value paid", None, ("baseline_cost", "total share")),
)


def against_correspondents(run: StoredRun) -> RenderableType:
    """Both sides in a table, what others have published, and a sentence that says which was faster."""
    names = {at[0] for _, *sides in _LINES for at in sides if at is not None}
    names |= {at[0] for stick in YARDSTICKS for at in stick.figures}
    found = {(name, figure.key): figure for name in sorted(names) for figure in MEASURES[name].of(run.store)}
    table = plain_table("", ">regime", ">correspondents")
    for title, *sides in _LINES:
        table.add_row(title, *(_shown(found.get(at)) if at is not None else "–" for at in sides))
    sticks = plain_table("Yardstick", "Regime", "Source")
    for stick in YARDSTICKS:
        sticks.add_row(stick.text, stick.verdict(found) or "–", stick.source)
    words = verdict(found, lambda key: str(found["against_baseline", key])).striptags()
    return Group(table, Text(), sticks, Text(), Text(words))


def _shown(figure: Figure | None) -> str:
    return "–" if figure is None else str(figure)
