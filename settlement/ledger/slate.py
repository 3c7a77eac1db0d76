"""A database in memory that one run after another writes to, and that is wiped between them.

Making a database takes longer than filling one with a small run. And its views are tables here, filled when a
run is written and first asked about: measures read each of them many times, and of few rows planning a view
takes longer than reading it. What a query says is the same either way, and so are its rows.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import duckdb

from settlement.ledger.store import SCHEMA, Store
from settlement.ledger.views import VIEWS, query_of


class Slate:
    """The database, for one run at a time."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(config={"threads": 1})
        self._connection.execute(SCHEMA)
        for view in VIEWS:
            self._connection.execute(f"CREATE TABLE {view} AS FROM ({query_of(view)}) LIMIT 0")

    @contextmanager
    def store(self) -> Iterator[Store]:
        """An empty store for the length of the block. Nothing is ever committed, so nothing has to be deleted."""
        self._connection.begin()
        store = _SlateStore(self._connection)
        try:
            yield store
        finally:
            store.leave()
            self._connection.rollback()


class _SlateStore(Store):
    """A store within one database transaction, which somebody else began and ends."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection)
        self._filled = False

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """See ``Store``."""
        self.flush()
        if not self._filled:
            self._fill()
        return super().query(sql, parameters)

    def flush(self) -> None:
        """See ``Store``."""
        self._filled = self._filled and not self._size
        super().flush()

    def leave(self) -> None:
        """Answer no more: the database is another run's."""
        self._closed = True

    def _fill(self) -> None:
        for view in VIEWS:
            self._connection.execute(f"DELETE FROM {view}")
            self._connection.execute(f"INSERT INTO {view} {query_of(view)}")
        self._filled = True

    def _transaction(self) -> AbstractContextManager[None]:
        return nullcontext()
