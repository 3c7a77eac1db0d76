"""How tables look on the terminal."""

from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text


class _Table(Table):
    """A table whose cells are text as it is: names and notices are the user's, not markup."""

    def add_row(self, *cells: RenderableType | None, **options: Any) -> None:
        """Add a row."""
        super().add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in cells), **options)


def plain_table(*columns: str) -> Table:
    """A plain table; a column whose name starts with ``>`` holds amounts."""
    table = _Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim")
    for column in columns:
        # Amounts are never cut short; where the terminal is narrow, names and sentences wrap instead.
        if column.startswith(">"):
            table.add_column(column[1:], justify="right", no_wrap=True, min_width=12)
        else:
            table.add_column(column, overflow="fold")
    return table
