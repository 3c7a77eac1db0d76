"""The store of one run, an embedded DuckDB file, and tables as Parquet files: all that knows the database.

Tables (times are epoch seconds UTC, amounts minor units):
``transactions`` one row per EVM transaction, refused ones included; ``events`` in order of
occurrence, their own fields as JSON; ``entries`` and ``postings`` of the journal; ``notes`` what
authorities noted beside the chain; ``closes`` the reconciled balance of each account and unit at
each business-day close, but for credits that an earlier close found empty; ``banking_days`` those
of the home jurisdiction and the moment each begins by its clock, on beyond the run's last day;
``baseline`` the same trades through correspondent banks, where the scenario compares with them. The
views of ``settlement.ledger.views`` stand beside them.

A run's rows are kept back and written some thousands at a time, column by column, each as one JSON text;
until the run is complete nothing but the process that runs it reads them. Values stand in statements as
literals and are never bound: for each that is, the database would load pandas, or look for it in vain.

No table has a key: what tells its rows apart the run counts itself. An index that enforces it would be kept
in memory whole, and take a third of the time for writing.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from settlement.domain.accounts import ISSUANCE, OUTSIDE, Holdings, credit_account
from settlement.domain.baseline import Passage
from settlement.domain.errors import UserError
from settlement.domain.events import Event
from settlement.domain.notes import Note
from settlement.domain.reasons import Reason
from settlement.ledger.journal import entry_of
from settlement.ledger.views import VIEWS, query_of

#: The tables of a run.
SCHEMA = """
CREATE TABLE transactions (
    block BIGINT NOT NULL, sim_time BIGINT NOT NULL, actor VARCHAR NOT NULL,
    operation VARCHAR NOT NULL, reason VARCHAR NOT NULL, gas_used BIGINT NOT NULL
);
CREATE TABLE events (
    seq BIGINT NOT NULL, block BIGINT NOT NULL, log_index INTEGER NOT NULL, sim_time BIGINT NOT NULL,
    kind VARCHAR NOT NULL, actor VARCHAR NOT NULL, data JSON NOT NULL
);
CREATE TABLE entries (
    entry BIGINT NOT NULL, block BIGINT NOT NULL, log_index INTEGER NOT NULL,
    sim_time BIGINT NOT NULL, flow VARCHAR NOT NULL, ref VARCHAR NOT NULL
);
CREATE TABLE postings (
    entry BIGINT NOT NULL, account VARCHAR NOT NULL, unit VARCHAR NOT NULL, amount BIGNUM NOT NULL
);
CREATE TABLE notes (
    seq BIGINT NOT NULL, sim_time BIGINT NOT NULL, author VARCHAR NOT NULL, kind VARCHAR NOT NULL,
    subject VARCHAR NOT NULL, text VARCHAR NOT NULL
);
CREATE TABLE closes (
    day DATE NOT NULL, sim_time BIGINT NOT NULL, account VARCHAR NOT NULL, unit VARCHAR NOT NULL,
    balance BIGNUM NOT NULL
);
CREATE TABLE banking_days (
    day DATE NOT NULL, begins BIGINT NOT NULL
);
CREATE TABLE baseline (
    trade VARCHAR NOT NULL, instrument VARCHAR NOT NULL, amount BIGNUM NOT NULL, ordered BIGINT NOT NULL,
    documents BIGINT, accepted BIGINT, due BIGINT, paid BIGINT, failed BOOLEAN NOT NULL,
    transfer BIGNUM NOT NULL,
    fx BIGNUM NOT NULL, issuance BIGNUM NOT NULL, confirmation BIGNUM NOT NULL, prefunding BIGNUM NOT NULL,
    days INTEGER NOT NULL, nostro BIGNUM NOT NULL, capital INTEGER NOT NULL
);
"""

#: Tables that a run fills, and the types that their columns come in. Amounts come as text: the database would
#: turn integers beyond 128 bits into floats.
_COLUMNS = {
    "transactions": ("BIGINT", "BIGINT", "VARCHAR", "VARCHAR", "VARCHAR", "BIGINT"),
    "events": ("BIGINT", "BIGINT", "INTEGER", "BIGINT", "VARCHAR", "VARCHAR", "VARCHAR"),
    "entries": ("BIGINT", "BIGINT", "INTEGER", "BIGINT", "VARCHAR", "VARCHAR"),
    "postings": ("BIGINT", "VARCHAR", "VARCHAR", "VARCHAR"),
    "notes": ("BIGINT", "BIGINT", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR"),
    "closes": ("VARCHAR", "BIGINT", "VARCHAR", "VARCHAR", "VARCHAR"),
    "banking_days": ("VARCHAR", "BIGINT"),
    "baseline": (
        *("VARCHAR",) * 3,
        *("BIGINT",) * 5,
        "BOOLEAN",
        *("VARCHAR",) * 5,
        "INTEGER",
        "VARCHAR",
        "INTEGER",
    ),
}
#: What is read again and again by whoever holds the views.
_READ_MOST = ("events", "entries", "postings")
#: How many rows are kept back, about.
_BATCH = 20_000
#: What the database may hold of a file while it is written; less would do.
_MEMORY = "64MB"

Row = tuple[object, ...]
Connection = duckdb.DuckDBPyConnection


def connect(path: Path | None = None) -> Connection:
    """A database at ``path``, or in memory where there is none; both on one thread."""
    limit = {} if path is None else {"memory_limit": _MEMORY}
    return duckdb.connect(str(path or ":memory:"), config={"threads": 1, **limit})


class Store:
    """A run's database. Create it for a run, open it read-only afterwards."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._events = 0
        self._entries = 0
        self._notes = 0
        self._kept: dict[str, list[Row]] = {table: [] for table in _COLUMNS}
        self._size = 0
        self._closed = False
        self._held = False
        self._balances: defaultdict[str, dict[str, int]] = defaultdict(dict, {"SU": {ISSUANCE: 0}})

    @classmethod
    def create(cls, path: Path | None) -> "Store":
        """A new, empty store at ``path``, or in memory where there is none."""
        connection = connect(path)
        connection.execute(SCHEMA)
        for view in VIEWS.values():
            connection.execute(view)
        return cls(connection)

    @classmethod
    def open(cls, path: Path) -> "Store":
        """The finished store at ``path``, for reading.

        All of it is read once, so that damage shows here and not in the middle of a report.

        Raises:
            OSError: there is none, it is no such store, or it is damaged.
        """
        try:
            connection = duckdb.connect(str(path), read_only=True, config={"threads": 1})
            for table in _COLUMNS:
                connection.execute(f"SELECT max(hash(t)) FROM {table} t").fetchall()
            for view in VIEWS:
                connection.table(view)
            return cls(connection)
        except duckdb.Error as error:
            why = str(error).splitlines()[0]
            raise OSError(f"{path} cannot be read as a store: {why}") from error

    @classmethod
    def of_parquet(cls, paths: Sequence[Path], table: str, columns: Mapping[str, str]) -> "Store":
        """A store in memory with the rows of Parquet files as a view ``table``.

        A row has null in a column that its file has not. The view has ``columns``, by name with their types,
        whether a file has them or not.

        Raises:
            OSError: one of them is no Parquet file.
        """
        connection = duckdb.connect()
        # A bracket stands for the sign in it: the name of a folder is not a pattern.
        names = ", ".join(quoted(re.sub(r"([*?[])", r"[\1]", str(path))) for path in paths)
        none = ", ".join(f"NULL::{kind} AS {_named(name)}" for name, kind in columns.items())
        source = f"(SELECT {none} LIMIT 0)"
        if paths:
            source += f" UNION ALL BY NAME SELECT * FROM read_parquet([{names}], union_by_name => true)"
        try:
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM {source}")
        except duckdb.Error as error:
            raise OSError(str(error).splitlines()[0]) from error
        return cls(connection)

    def append(
        self,
        block: int,
        sim_time: int,
        actor: str,
        operation: str,
        reason: Reason,
        gas_used: int,
        events: Sequence[Event],
    ) -> list[str]:
        """Book one block, which holds one transaction: all of it or nothing.

        Returns the events' own fields as they are stored.

        Raises:
            UnbalancedEntry: a posting rule is wrong; nothing of the block is stored.
        """
        entries = [entry_of(event) for event in events]
        self._keep("transactions", (block, sim_time, actor, operation, reason.name, gas_used))
        texts = [event.data_text() for event in events]
        for event, entry, data in zip(events, entries, texts, strict=True):
            key = (event.block, event.log_index, event.sim_time)
            self._events += 1
            self._keep("events", (self._events, *key, event.kind, event.actor, data))
            if entry is not None:
                self._entries += 1
                self._keep("entries", (self._entries, *key, entry.flow, entry.ref))
                for p in entry.postings:
                    self._keep("postings", (self._entries, p.account, p.unit, str(p.amount)))
                    balances = self._balances[p.unit]
                    balances[p.account] = balances.get(p.account, 0) + p.amount
        self._flush_batch()
        return texts

    def note(self, note: Note) -> None:
        """Keep what an authority noted."""
        self._notes += 1
        row = (self._notes, note.sim_time, note.author, note.kind.value, note.subject, note.text)
        self._keep("notes", row)

    def keep_close(self, day: date, sim_time: int) -> None:
        """Keep the balances of a business-day close, and from then on leave out credits that hold nothing."""
        prefix = credit_account("")
        for unit, accounts in self.balances().items():
            for account, balance in accounts.items():
                self._keep("closes", (day.isoformat(), sim_time, account, unit, str(balance)))
                if balance == 0 and account.startswith(prefix):
                    del self._balances[unit][account]
                self._flush_batch()

    def keep_banking_days(self, days: Iterable[tuple[date, int]]) -> None:
        """Keep the banking days at home, each with the moment at which it begins (epoch seconds)."""
        for day, begins in days:
            self._keep("banking_days", (day.isoformat(), begins))

    def keep_baseline(self, passages: Iterable[Passage]) -> None:
        """Keep the same trades' way through correspondent banks."""
        texts = {i for i, kind in enumerate(_COLUMNS["baseline"]) if kind == "VARCHAR"}
        for passage in passages:
            row = (str(value) if i in texts else value for i, value in enumerate(astuple(passage)))
            self._keep("baseline", tuple(row))
            self._flush_batch()

    def flush(self) -> None:
        """Write what is kept back, in one database transaction."""
        if not self._size:
            return
        with self._transaction():
            for table, rows in self._kept.items():
                if rows:
                    self._insert(table, _COLUMNS[table], rows)
        self._kept = {table: [] for table in _COLUMNS}
        self._size = 0

    def balances(self) -> Holdings:
        """Balance of every account of the journal; issuance of SU even when it is zero.

        What lies outside is left out: no chain knows it. So is a credit that a close found empty.
        """
        return {
            unit: {account: balance for account, balance in accounts.items() if account != OUTSIDE}
            for unit, accounts in self._balances.items()
        }

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query.

        Raises:
            UserError: the store is closed.
        """
        if self._closed:
            raise UserError("the run is closed; expected an open one; open it again with settlement.open_run")
        self.flush()
        return self._connection.execute(sql).fetchall()

    def tables(self) -> list[str]:
        """Names of tables and views."""
        sql = "SELECT DISTINCT table_name FROM information_schema.tables ORDER BY table_name"
        return [name for (name,) in self.query(sql)]

    def columns(self, table: str) -> dict[str, str]:
        """Columns of a table or view with their database types."""
        sql = "SELECT column_name, data_type FROM information_schema.columns"
        return dict(self.query(f"{sql} WHERE table_name = {quoted(table)} ORDER BY ordinal_position"))

    def add_temporary(self, table: str, columns: Mapping[str, str], rows: Sequence[Row]) -> None:
        """A table of ``columns``, by name with their types, that lasts as long as the connection."""
        defined = ", ".join(f"{_named(name)} {kind}" for name, kind in columns.items())
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({defined})")
        if rows:
            self._insert(table, tuple(columns.values()), rows)

    def add_table(self, table: str, sql: str) -> None:
        """The rows of a query, in its order, as a table that lasts as long as the connection.

        Raises:
            OSError: what the query reads is damaged.
        """
        try:
            self._connection.execute(f"CREATE TEMP TABLE {table} AS {sql}")
        except duckdb.Error as error:
            raise OSError(str(error).splitlines()[0]) from error

    def hold_views(self) -> None:
        """Work every view of a finished run out once, for whoever asks much of them.

        They are tables while the connection lasts, beside copies in memory of the tables that are read most:
        a file's are unpacked each time they are read.
        """
        if not self._held:
            for table in _READ_MOST:
                self.add_table(table, f"FROM {table}")
            for view in VIEWS:
                self.add_table(view, query_of(view))
        self._held = True

    def arrow(self, sql: str) -> Any:
        """The rows of a query as a ``pyarrow.Table``.

        Raises:
            OverflowError: a number does not fit the type that the query asks for.
        """
        with _exact():
            return self._connection.execute(sql).to_arrow_table()

    def copy(self, sql: str, path: Path, form: str) -> None:
        """Write the rows of a query to a file of the format ``form``: ``PARQUET`` or ``CSV``.

        Raises:
            OverflowError: a number does not fit the type that the query asks for.
        """
        header = ", HEADER" if form == "CSV" else ""
        with _exact():
            self._connection.execute(f"COPY ({sql}) TO {quoted(str(path))} (FORMAT {form}{header})")

    def close(self) -> None:
        """Write everything to the one file and close it."""
        try:
            self.flush()
        finally:
            self._connection.close()
            self._closed = True

    def _insert(self, table: str, kinds: Sequence[str], rows: Sequence[Row]) -> None:
        """Add rows, of which there are some, whose values come in these types."""
        columns = ", ".join(map(_column, kinds, zip(*rows, strict=True)))
        self._connection.execute(f"INSERT INTO {table} SELECT {columns}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.begin()
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()

    def _keep(self, table: str, row: Row) -> None:
        self._kept[table].append(row)
        self._size += 1

    def _flush_batch(self) -> None:
        if self._size >= _BATCH:
            self.flush()


def write_parquet(path: Path, columns: Mapping[str, str], rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows to a Parquet file; ``columns`` have database types, and null where a row has no such value.

    Integers of any size go into a DECIMAL column exactly.
    """
    terms = []
    for name, kind in columns.items():
        exact = kind.startswith("DECIMAL")
        found = (row.get(name) for row in rows)
        values = (str(value) if exact and value is not None else value for value in found)
        terms.append(f"{_column('VARCHAR' if exact else kind, values)}::{kind} AS {_named(name)}")
    with closing(connect()) as connection:
        connection.execute(f"CREATE TABLE rows AS SELECT {', '.join(terms)}")
        connection.execute(f"COPY rows TO {quoted(str(path))} (FORMAT PARQUET)")


def _column(kind: str, values: Iterable[object]) -> str:
    """A column of ``kind``, as SQL writes it."""
    text = json.dumps(list(values), ensure_ascii=False)
    return f"unnest(from_json({quoted(text)}, '[\"{kind}\"]'))"


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _named(column: str) -> str:
    """The name of a column as SQL writes it."""
    return '"' + column.replace('"', '""') + '"'


@contextmanager
def _exact() -> Iterator[None]:
    try:
        yield
    except duckdb.ConversionException as error:
        raise OverflowError(str(error).splitlines()[0]) from error
