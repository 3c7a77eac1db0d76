"""What a report of a sweep tells of each figure, ready to be printed or drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from settlement.report.charts import compact
from settlement.report.measures import Figure, Unit
from settlement.report.measures.figures import rounded
from settlement.report.sweeps.columns import Column
from settlement.report.sweeps.statistics import (
    Distribution,
    Sensitivity,
    distribution_of,
    sensitivities_of,
)
from settlement.report.sweeps.stored import Spot, StoredSweep, Values

#: How much makes one of the unit that people speak of, and how that is written.
_WHOLE = {
    Unit.SU: (Fraction(10**6), " SU"),
    Unit.DRL: (Fraction(10**2), " DRL"),
    Unit.COINS: (Fraction(10**8), " coins"),
    Unit.SU_DAYS: (Fraction(10**6), " SU·d"),
    Unit.SHARE: (Fraction(1, 100), " %"),
}
#: Units of numbers that are written without one.
_PLAIN = {Unit.COUNT, Unit.RATIO, Unit.INDEX}


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure over the whole sweep: its distribution at each point, and what each parameter does to it."""

    column: Column
    values: Values
    points: tuple[tuple[Spot, Distribution | None], ...]
    sensitivities: tuple[Sensitivity, ...]

    @property
    def constant(self) -> Fraction | None:
        """The value that it has in every run; None where it differs."""
        seen = {value for own in self.values.values() for value in own.values()}
        return seen.pop() if len(seen) == 1 else None

    def said(self, value: Fraction | None, sign: bool = False) -> str:
        """A value as people read it: money in thousands and millions, shares finely enough to compare."""
        if value is None:
            return "–"
        plus, unit = "+" if sign and value > 0 else "", self.column.unit
        if unit in _WHOLE:
            whole, name = _WHOLE[unit]
            return plus + compact(value / whole) + name
        return plus + (rounded(value, 3) if unit in _PLAIN else str(Figure("", value, unit)))

    def number(self, value: Fraction | None, statistic: str, sign: bool = False) -> Markup:
        """A statistic for a page: for people, and for machines its value, its origin and what it is."""
        plain = "" if value is None else str(round(value)) if self.column.exact else f"{float(value):.12g}"
        return Markup(
            '<data value="{}" data-measure="{}" data-key="{}" data-statistic="{}">{}</data>'
        ).format(plain, self.column.measure, self.column.key, statistic, self.said(value, sign))


def findings_of(sweep: StoredSweep, names: Sequence[str] = ()) -> list[Finding]:
    """What the sweep found of the figures of these names, or of the headlines.

    Raises:
        UserError: no run measured such a thing.
    """
    spots = sweep.spots()
    found = []
    for column in sweep.chosen(names):
        values = sweep.values(column)
        if values:
            points = tuple((spot, distribution_of(values.get(spot.number, {}).values())) for spot in spots)
            sensitivities = tuple(sensitivities_of(values, spots, sweep.parameters))
            found.append(Finding(column, values, points, sensitivities))
    return found
