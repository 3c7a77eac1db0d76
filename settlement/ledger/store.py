"""The store of one run: an embedded DuckDB file. The only module that knows the database.

Tables (times are epoch seconds UTC, amounts minor units):
``transactions`` one row per EVM transaction, refused ones included; ``events`` in order of
occurrence, their own fields as JSON; ``entries`` and ``postings`` of the journal; ``notes`` what
authorities noted beside the chain; ``closes`` the reconciled balance of each account and unit at
each business-day close. The views of ``settlement.ledger.views`` stand beside them.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from settlement.domain.accounts import ISSUANCE, OUTSIDE, Holdings
from settlement.domain.events import Event
from settlement.domain.notes import Note
from settlement.domain.reasons import Reason
from settlement.ledger.journal import entry_of
from settlement.ledger.views import VIEWS

_SCHEMA = """
CREATE TABLE transactions (
    block BIGINT PRIMARY KEY, sim_time BIGINT NOT NULL, actor VARCHAR NOT NULL,
    operation VARCHAR NOT NULL, reason VARCHAR NOT NULL, gas_used BIGINT NOT NULL
);
CREATE TABLE events (
    seq BIGINT PRIMARY KEY, block BIGINT NOT NULL, log_index INTEGER NOT NULL, sim_time BIGINT NOT NULL,
    kind VARCHAR NOT NULL, actor VARCHAR NOT NULL, data JSON NOT NULL, UNIQUE (block, log_index)
);
CREATE TABLE entries (
    entry BIGINT PRIMARY KEY, block BIGINT NOT NULL, log_index INTEGER NOT NULL,
    sim_time BIGINT NOT NULL, flow VARCHAR NOT NULL, ref VARCHAR NOT NULL
);
CREATE TABLE postings (
    entry BIGINT NOT NULL, account VARCHAR NOT NULL, unit VARCHAR NOT NULL, amount BIGNUM NOT NULL
);
CREATE TABLE notes (
    seq BIGINT PRIMARY KEY, sim_time BIGINT NOT NULL, author VARCHAR NOT NULL, kind VARCHAR NOT NULL,
    subject VARCHAR NOT NULL, text VARCHAR NOT NULL
);
CREATE TABLE closes (
    day DATE NOT NULL, sim_time BIGINT NOT NULL, account VARCHAR NOT NULL, unit VARCHAR NOT NULL,
    balance BIGNUM NOT NULL, PRIMARY KEY (sim_time, account, unit)
);
"""

_INSERT = {
    "transactions": "INSERT INTO transactions VALUES (?, ?, ?, ?, ?, ?)",
    "events": "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)",
    "entries": "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)",
    "postings": "INSERT INTO postings VALUES (?, ?, ?, ?)",
    "notes": "INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?)",
    "closes": "INSERT INTO closes VALUES (?, ?, ?, ?, ?)",
}


class Store:
    """A run's database. Create it for a run, open it read-only afterwards."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._events = 0
        self._entries = 0
        self._notes = 0

    @classmethod
    def create(cls, path: Path) -> "Store":
        """A new, empty store at ``path``."""
        connection = duckdb.connect(str(path))
        connection.execute(_SCHEMA)
        for view in VIEWS.values():
            connection.execute(view)
        return cls(connection)

    @classmethod
    def open(cls, path: Path) -> "Store":
        """The finished store at ``path``, for reading.

        Raises:
            OSError: there is none, or it is no such store.
        """
        try:
            connection = duckdb.connect(str(path), read_only=True)
            for table in (*_INSERT, *VIEWS):
                connection.table(table)
            return cls(connection)
        except duckdb.Error as error:
            raise OSError(f"{path} cannot be read as a store: {error}") from error

    def append(
        self,
        block: int,
        sim_time: int,
        actor: str,
        operation: str,
        reason: Reason,
        gas_used: int,
        events: Sequence[Event],
    ) -> None:
        """Book one block, which holds one transaction, in one database transaction.

        Raises:
            UnbalancedEntry: a posting rule is wrong; nothing of the block is stored.
        """
        with self._transaction():
            row = (block, sim_time, actor, operation, reason.name, gas_used)
            self._insert("transactions", [row])
            for event in events:
                self._append_event(event)

    def note(self, note: Note) -> None:
        """Keep what an authority noted."""
        self._notes += 1
        row = (self._notes, note.sim_time, note.author, note.kind.value, note.subject, note.text)
        with self._transaction():
            self._insert("notes", [row])

    def keep_close(self, day: date, sim_time: int, balances: Holdings) -> None:
        """Keep the balances of a business-day close."""
        rows = [
            (day, sim_time, account, unit, str(balance))
            for unit, accounts in balances.items()
            for account, balance in accounts.items()
        ]
        with self._transaction():
            self._insert("closes", rows)

    def balances(self) -> Holdings:
        """Balance of every account of the journal; issuance of SU even when it is zero.

        What lies outside is left out: no chain knows it.
        """
        sql = """
            SELECT unit, account, sum(amount)::VARCHAR FROM postings WHERE account != ? GROUP BY unit, account
        """
        balances: defaultdict[str, dict[str, int]] = defaultdict(dict, {"SU": {ISSUANCE: 0}})
        for unit, account, balance in self.query(sql, [OUTSIDE]):
            balances[unit][account] = int(balance)
        return balances

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        return self._connection.execute(sql, parameters).fetchall()

    def tables(self) -> list[str]:
        """Names of tables and views."""
        sql = "SELECT table_name FROM information_schema.tables ORDER BY table_name"
        return [name for (name,) in self.query(sql)]

    def columns(self, table: str) -> dict[str, str]:
        """Columns of a table or view with their database types."""
        sql = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = ?"
        return dict(self.query(f"{sql} ORDER BY ordinal_position", [table]))

    def add_temporary(self, table: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
        """A table beside the stored ones that lasts as long as the connection."""
        marks = ", ".join("?" * len(columns.split(",")))
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({columns})")
        if rows:
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

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
        escaped = str(path).replace("'", "''")
        header = ", HEADER" if form == "CSV" else ""
        with _exact():
            self._connection.execute(f"COPY ({sql}) TO '{escaped}' (FORMAT {form}{header})")

    def close(self) -> None:
        """Write everything to the one file and close it."""
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.begin()
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()

    def _append_event(self, event: Event) -> None:
        key = (event.block, event.log_index, event.sim_time)
        data = json.dumps(event.data(), sort_keys=True, ensure_ascii=False)
        self._events += 1
        self._insert("events", [(self._events, *key, event.kind, event.actor, data)])
        entry = entry_of(event)
        if entry is None:
            return
        self._entries += 1
        self._insert("entries", [(self._entries, *key, entry.flow, entry.ref)])
        self._insert("postings", [(self._entries, p.account, p.unit, str(p.amount)) for p in entry.postings])

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        # Amounts come as text: the database would turn integers beyond 128 bits into floats.
        if rows:
            self._connection.executemany(_INSERT[table], rows)


@contextmanager
def _exact() -> Iterator[None]:
    try:
        yield
    except duckdb.ConversionException as error:
        raise OverflowError(str(error).splitlines()[0]) from error
