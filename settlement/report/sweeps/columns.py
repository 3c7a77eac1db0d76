"""The figures of a run as columns of a row: ``measure.key [unit]``, so that each number says what it is.

Money, coins and SU × days are exact integers of minor units, ``DECIMAL(38, 0)``; everything else is a
double. Of a measure with a figure for every day, the columns are the lowest, the highest and the last.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from settlement.domain.errors import UserError
from settlement.ledger.store import Store
from settlement.ledger.sweep_folder import COLUMNS
from settlement.report.dataset import INEXACT
from settlement.report.measures import MEASURES, Figure, Unit
from settlement.report.measures.figures import Keys

_COLUMN = re.compile(r"(\w+)\.(.*) \[([^]]+)\]")
_UNITS = {unit.value: unit for unit in Unit}


@dataclass(frozen=True, slots=True)
class Column:
    """A figure's column of a sweep."""

    measure: str
    key: str
    unit: Unit

    def __str__(self) -> str:
        """Its name in the shards."""
        return f"{self.measure}.{self.key} [{self.unit.value}]"

    @property
    def title(self) -> str:
        """As people read it."""
        return f"{MEASURES[self.measure].title}: {self.key}"

    @property
    def exact(self) -> bool:
        """Whether its values are integers."""
        return self.unit not in INEXACT

    @property
    def order(self) -> tuple[int, str]:
        """Its place among the others: that of the measure, then the key's."""
        return list(MEASURES).index(self.measure), self.key


def column_of(name: str) -> Column | None:
    """The figure's column of a name; None where it is another column."""
    match = _COLUMN.fullmatch(name)
    if match is None or match[1] not in MEASURES or match[3] not in _UNITS:
        return None
    return Column(match[1], match[2], _UNITS[match[3]])


def kind_of(name: str) -> str:
    """The database type of a column by its name."""
    column = column_of(name)
    if column is None:
        return COLUMNS.get(name, "VARCHAR")
    return "DECIMAL(38, 0)" if column.exact else "DOUBLE"


def figures_of(store: Store) -> dict[str, int | float | None]:
    """Every figure of a run, by the name of its column.

    Raises:
        UserError: an amount has more digits than a column holds.
    """
    values: dict[str, int | float | None] = {}
    for name, measure in MEASURES.items():
        figures = measure.of(store)
        for figure in _summary(figures) if measure.keys is Keys.DAYS else figures:
            column = Column(name, figure.key, figure.unit)
            values[str(column)] = _value(column, figure)
    return values


def _summary(figures: Sequence[Figure]) -> list[Figure]:
    """The lowest, the highest and the last of a figure for every day."""
    known = [figure for figure in figures if figure.value is not None]
    if not known:
        return []
    by_value = sorted(known, key=lambda figure: Fraction(figure.value or 0))
    picked: Mapping[str, Figure] = {"lowest": by_value[0], "highest": by_value[-1], "last": known[-1]}
    return [Figure(key, figure.value, figure.unit) for key, figure in picked.items()]


def _value(column: Column, figure: Figure) -> int | float | None:
    if figure.value is None:
        return None
    if not column.exact:
        return float(figure.value)
    # Only SU × days has fractions, and its unit is already the millionth of an SU for a day.
    value = round(figure.value)
    if abs(value) >= 10**38:
        raise UserError(
            f"{column}: {value} has more than 38 digits; expected amounts below 10**38 minor units; "
            "state smaller amounts"
        )
    return value
