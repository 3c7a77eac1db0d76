"""One figure of a benchmark, and what it is to reach."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rich.console import Console

from settlement.report.tables import plain_table


@dataclass(frozen=True)
class Row:
    """A figure.

    Attributes:
        what: what was measured.
        value: the figure.
        unit: of the figure: ``/s``, ``ms``, ``KiB``, ``MB``, ``s``; empty for a ratio.
        target: what it is to reach; None where nothing was promised.
        sense: whether the target is the least or the most it may be.
    """

    what: str
    value: float
    unit: str = ""
    target: float | None = None
    sense: Literal["least", "most"] = "least"

    @property
    def reached(self) -> bool | None:
        """Whether it reaches its target; None where it has none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.sense == "least" else self.value <= self.target

    def to_json(self) -> dict[str, Any]:
        """All of it, for a file."""
        return {**asdict(self), "reached": self.reached}


def show(rows: Sequence[Row]) -> None:
    """Print a line for each."""
    table = plain_table(" ", "what", ">figure", ">target")
    for row in rows:
        mark = {True: "✓", False: "✗", None: ""}[row.reached]
        target = "" if row.target is None else f"at {row.sense} {written(row.target)}"
        table.add_row(mark, row.what, f"{written(row.value)} {row.unit}".rstrip(), target)
    Console(markup=False, width=110).print(table)


def written(value: float) -> str:
    """Three figures that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
