"""The tables of a run for other tools: Arrow, pandas, Polars, Parquet, CSV; amounts stay exact in each.

An amount is an integer of minor units. Arrow, pandas, Polars and Parquet have it as DECIMAL(38, 0) (pandas
with Arrow's types, for its own would make floats of it); with ``amounts="text"``, and in CSV, it is written
out. Only shares and ratios of the table ``measures`` come as floats too, beside their exact value.
"""

from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from settlement.domain.errors import UserError
from settlement.ledger.store import Store
from settlement.report.measures import MEASURES, StoredRun, Unit

#: What a run offers: tables of the store, views over them, and the figures of every measure.
TABLES = (
    "transactions", "events", "entries", "postings", "notes", "closes", "banking_days", "baseline",
    "parties", "trades", "steps", "payments", "movements", "measures",
)  # fmt: skip

#: How the amounts of a table may come.
_AMOUNTS = ("decimal", "text")

#: Units whose figures may be shown as floats: none of them is money.
INEXACT = {Unit.SHARE, Unit.YEARLY, Unit.RATIO, Unit.INDEX, Unit.SECONDS, Unit.COUNT, Unit.GAS, Unit.KWH}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a run or a sweep; each method hands it to a library of the extra ``notebook``."""

    store: Store
    name: str
    amounts: Literal["decimal", "text"] = "decimal"

    def arrow(self) -> Any:
        """As a ``pyarrow.Table``.

        Raises:
            UserError: pyarrow is missing, or an amount has more than 38 digits.
        """
        require("pyarrow")
        try:
            return self.store.arrow(self.sql())
        except OverflowError as error:
            raise _too_large(self.name, error) from None

    def df(self) -> Any:
        """As a ``pandas.DataFrame``; its columns keep their Arrow types, so nothing becomes a float.

        Raises:
            UserError: pandas or pyarrow is missing, or an amount has more than 38 digits.
        """
        pandas = require("pandas")
        return self.arrow().to_pandas(types_mapper=pandas.ArrowDtype)

    def pl(self) -> Any:
        """As a ``polars.DataFrame``.

        Raises:
            UserError: polars or pyarrow is missing, or an amount has more than 38 digits.
        """
        return require("polars").from_arrow(self.arrow())

    def write(self, path: Path, form: Literal["PARQUET", "CSV"]) -> None:
        """To a file.

        Raises:
            UserError: an amount has more than 38 digits, which Parquet does not hold.
        """
        try:
            self.store.copy(self.sql(), path, form)
        except OverflowError as error:
            raise _too_large(self.name, error) from None

    def sql(self) -> str:
        """The query, with amounts in the form asked for."""
        columns = self.store.columns(self.name)
        target = "::VARCHAR" if self.amounts == "text" else "::VARCHAR::DECIMAL(38, 0)"
        terms = (f'"{name}"{target} AS "{name}"' if kind == "BIGNUM" else f'"{name}"'
                 for name, kind in columns.items())  # fmt: skip
        order = next(
            (f' ORDER BY "{name}"' for name in ("seq", "block", "entry", "sim_time") if name in columns), ""
        )
        return f"SELECT {', '.join(terms)} FROM {self.name}{order}"


def table_of(run: StoredRun, name: str, amounts: Literal["decimal", "text"] = "decimal") -> Table:
    """One of ``TABLES``, or another table that the run holds.

    Raises:
        UserError: there is none of that name, no such form of amounts, or the run is closed.
    """
    if amounts not in _AMOUNTS:
        raise UserError(f"no amounts {amounts!r}; expected one of {', '.join(_AMOUNTS)}; choose one of them")
    known = tables_of(run)
    if name not in known:
        raise UserError(f"no table {name!r}; expected one of {', '.join(known)}; choose one of them")
    if name == "measures":
        _add_measures(run)
    return Table(run.store, name, amounts)


def tables_of(run: StoredRun) -> list[str]:
    """Names of the tables of a run, ``TABLES`` first."""
    rest = [name for name in run.store.tables() if name not in TABLES]
    return [*TABLES, *rest]


def _add_measures(run: StoredRun) -> None:
    rows = [
        (
            name,
            figure.key,
            figure.unit.value,
            None if figure.value is None else str(figure.value),
            None if figure.value is None or figure.unit not in INEXACT else float(Fraction(figure.value)),
        )
        for name, measure in MEASURES.items()
        for figure in measure.of(run.store)
    ]
    columns = {**dict.fromkeys(("measure", "key", "unit", "exact"), "VARCHAR"), "number": "DOUBLE"}
    run.store.add_temporary("measures", columns, rows)


def require(library: str, extra: str = "notebook") -> ModuleType:
    """Import a library that only some users need.

    Raises:
        UserError: it is not installed; names the extra that brings it.
    """
    try:
        return import_module(library)
    except ImportError:
        raise UserError(
            f"{library} is not installed; expected the extra {extra!r}; "
            f"run: pip install 'settlement[{extra}]'"
        ) from None


def _too_large(table: str, error: OverflowError) -> UserError:
    return UserError(
        f"{table}: an amount does not fit 38 digits ({error}); expected amounts below 10**38 minor units; "
        'use csv, or amounts="text"'
    )
