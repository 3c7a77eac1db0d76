"""What a measure is: a query, a definition in words, and the exact figures that come of it.

A measure's SQL works in any DuckDB client that opens ``run.duckdb``; what the database cannot do exactly
(products and ratios of large amounts) is done here with ``Fraction``. Only rendering rounds.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any, TypeVar

from settlement.domain.amounts import Amount
from settlement.domain.amounts import Unit as Money
from settlement.ledger.store import Store

Rows = Sequence[tuple[Any, ...]]
Number = TypeVar("Number", int, Fraction)


class Unit(Enum):
    """What a figure is counted in; money always in minor units."""

    SU = "minor units of SU"
    DRL = "minor units of DRL"
    COINS = "10**-8 coins"
    SECONDS = "seconds"
    COUNT = "count"
    SHARE = "share of 1"
    YEARLY = "share of 1 a year"
    POINTS = "difference of shares of 1"
    POINTS_YEARLY = "difference of shares of 1 a year"
    RATIO = "ratio"
    SU_DAYS = "minor units of SU times days"
    KWH = "kWh"
    GAS = "gas"
    INDEX = "Herfindahl-Hirschman index, 0 to 10,000"


class Keys(Enum):
    """Which keys the figures of a measure have, seen over many runs."""

    FIXED = "the same in every run, as far as there is something to measure"
    FOUND = "what occurred; of what is absent there was nothing, which is zero"
    DAYS = "days; no two runs share them all"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a measure: ``value`` is exact, and None where nothing was there to measure."""

    key: str
    value: int | Fraction | None
    unit: Unit

    def __str__(self) -> str:
        """As people read it; rounded only here."""
        return "–" if self.value is None else _SHOWN[self.unit](self.value)


@dataclass(frozen=True, slots=True)
class Measure:
    """A named query with its definition.

    Attributes:
        name: what reports, exports and comparisons call it.
        group: part of the report that it belongs to.
        title: a few words.
        sql: the query over tables and views of the store.
        compute: from the rows of the query to figures.
        keys: which keys those have.
    """

    name: str
    group: str
    title: str
    sql: str
    compute: Callable[[Rows], Iterable[Figure]]
    keys: Keys = Keys.FIXED

    @property
    def definition(self) -> str:
        """Formula and unit, in words: the docstring."""
        return " ".join((inspect.getdoc(self.compute) or "").split())

    def of(self, store: Store) -> list[Figure]:
        """The figures of a stored run; none of a baseline that it does not hold."""
        if "baseline" in self.sql and not store.query("SELECT 1 FROM baseline LIMIT 1"):
            return []
        return list(self.compute(store.query(self.sql)))


#: Every measure by name, as the modules define them.
REGISTERED: dict[str, Measure] = {}


def measure(
    group: str, title: str, sql: str, keys: Keys = Keys.FIXED
) -> Callable[[Callable[[Rows], Iterable[Figure]]], Callable[[Rows], Iterable[Figure]]]:
    """Register a function from rows to figures as the measure of its name."""

    def register(compute: Callable[[Rows], Iterable[Figure]]) -> Callable[[Rows], Iterable[Figure]]:
        name = compute.__name__
        REGISTERED[name] = Measure(name, group, title, inspect.cleandoc(sql), compute, keys)
        return compute

    return register


def ratio(part: int | Fraction, whole: int | Fraction) -> Fraction | None:
    """``part / whole``; None where there is no whole."""
    return Fraction(part) / Fraction(whole) if whole else None


def nearest_rank(values: Iterable[Number], share: Fraction) -> Number | None:
    """The smallest of ``values`` that at least ``share`` of them do not exceed; None of none."""
    ordered = sorted(values)
    return ordered[max(-(-len(ordered) * share.numerator // share.denominator), 1) - 1] if ordered else None


def concentration(amounts: Iterable[int]) -> Fraction | None:
    """Sum of squared shares times 10,000: 10,000 is one party alone, 10,000/n is n equal ones."""
    parts = list(amounts)
    total = sum(parts)
    return Fraction(10_000 * sum(part * part for part in parts), total * total) if total else None


def distribution(seconds: Sequence[int]) -> Iterator[Figure]:
    """How many, their median, 90th percentile (nearest rank) and maximum, and the share within an hour."""
    yield Figure("count", len(seconds), Unit.COUNT)
    yield Figure("median", nearest_rank(seconds, Fraction(1, 2)), Unit.SECONDS)
    yield Figure("p90", nearest_rank(seconds, Fraction(9, 10)), Unit.SECONDS)
    yield Figure("max", max(seconds, default=None), Unit.SECONDS)
    within = sum(second <= 3_600 for second in seconds)
    yield Figure("within 1 hour", ratio(within, len(seconds)), Unit.SHARE)


def duration(seconds: int | Fraction) -> str:
    """Seconds as people say them: ``45 s``, ``12 min``, ``3.5 h``, ``6.9 days``."""
    size = abs(Fraction(seconds))
    if size < 60:
        return f"{rounded(seconds, 0)} s"
    for limit, unit, name in ((3_600, 60, "min"), (172_800, 3_600, "h")):
        if size < limit:
            return f"{rounded(Fraction(seconds) / unit, 1)} {name}"
    return f"{rounded(Fraction(seconds) / 86_400, 1)} days"


def _hundredths(share: int | Fraction, decimals: int) -> str:
    """A share times 100; below one as many decimals as show two digits, so that only nothing reads as 0."""
    size = abs(Fraction(share)) * 100
    while 0 < size < Fraction(1, 10 ** (decimals - 1)):
        decimals += 1
    return rounded(Fraction(share) * 100, decimals)


def rounded(value: int | Fraction, decimals: int) -> str:
    """Half to even, grouped; no trailing zero decimals."""
    scaled = round(Fraction(value) * 10**decimals)
    scale: int = 10**decimals
    whole, rest = divmod(abs(scaled), scale)
    text = f"{whole:,}" + (f".{rest:0{decimals}d}".rstrip("0") if rest else "")
    return f"-{text}" if scaled < 0 else text


_SHOWN: dict[Unit, Callable[[int | Fraction], str]] = {
    Unit.SU: lambda v: str(Amount(round(v))),
    Unit.DRL: lambda v: str(Amount(round(v), Money.DRL)),
    Unit.COINS: lambda v: f"{rounded(Fraction(v) / 10**8, 8)} coins",
    Unit.SECONDS: duration,
    Unit.COUNT: lambda v: rounded(v, 1),
    Unit.SHARE: lambda v: f"{_hundredths(v, 1)} %",
    Unit.YEARLY: lambda v: f"{_hundredths(v, 2)} % a year",
    Unit.POINTS: lambda v: f"{_hundredths(v, 1)} points",
    Unit.POINTS_YEARLY: lambda v: f"{_hundredths(v, 2)} points a year",
    Unit.RATIO: lambda v: rounded(v, 2),
    Unit.SU_DAYS: lambda v: f"{rounded(Fraction(v) / 10**6, 2)} SU·days",
    Unit.KWH: lambda v: f"{rounded(v, 0)} kWh",
    Unit.GAS: lambda v: f"{rounded(v, 0)} gas",
    Unit.INDEX: lambda v: rounded(v, 0),
}
