"""A database in memory that one run after another writes to, and that is wiped between them.

For a small run, making a database and planning queries take longer than all else. So the database is made
once, each query is planned once, and views are tables here, filled when a run is written and first asked
about. What is asked is the same text as ever, and so are the rows.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from settlement.ledger.store import SCHEMA, Store
from settlement.ledger.views import VIEWS, query_of

#: A plan that is kept must hold for any rows. This is what would plan for those that are there: of a table
#: that is empty when a query is planned, it would have the query read nothing ever after.
_FOR_ANY_ROWS = "SET disabled_optimizers = 'statistics_propagation'"


class Slate:
    """The database, for one run at a time."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(config={"threads": 1})
        self._connection.execute(SCHEMA)
        for view in VIEWS:
            self._connection.execute(f"CREATE TABLE {view} AS FROM ({query_of(view)}) LIMIT 0")
        self._connection.execute(_FOR_ANY_ROWS)
        self._plans = _Plans(self._connection)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """An empty store for the length of the block.

        Nothing is ever committed, so nothing has to be deleted.
        """
        self._connection.begin()
        store = _SlateStore(self._connection, self._plans)
        try:
            yield store
        finally:
            store.leave()
            self._connection.rollback()


class _Plans:
    """Statements that were planned before, by their text."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._names: dict[str, str] = {}

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a statement without parameters."""
        if sql not in self._names:
            name = f"plan_{len(self._names)}"
            self._connection.execute(f"PREPARE {name} AS {sql}")
            self._names[sql] = name
        return self._connection.execute(f"EXECUTE {self._names[sql]}").fetchall()


class _SlateStore(Store):
    """A store within one database transaction, which somebody else began and ends."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, plans: _Plans) -> None:
        super().__init__(connection)
        self._plans = plans
        self._filled = False

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """See ``Store``."""
        if self._closed:
            return super().query(sql, parameters)
        self.flush()
        if not self._filled:
            self._fill()
        return super().query(sql, parameters) if parameters else self._plans.execute(sql)

    def flush(self) -> None:
        """See ``Store``."""
        self._filled = self._filled and not self._size
        super().flush()

    def leave(self) -> None:
        """Answer no more: the database is another run's."""
        self._closed = True

    def _fill(self) -> None:
        for view in VIEWS:
            self._plans.execute(f"DELETE FROM {view}")
            self._plans.execute(f"INSERT INTO {view} {query_of(view)}")
        self._filled = True

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        yield
