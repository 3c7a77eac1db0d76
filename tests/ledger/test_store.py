"""The store: a block whole or not at all, amounts beyond 64 bits, read-only afterwards."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from settlement.domain.amounts import UINT128_MAX
from settlement.domain.baseline import Passage
from settlement.domain.errors import UnbalancedEntry
from settlement.domain.events import ESCROW, ISSUANCE, CreditClosed, Event
from settlement.domain.participants import Flow
from settlement.domain.reasons import Reason
from settlement.ledger import store as store_module
from settlement.ledger.store import Store, write_parquet
from tests.commands import ROOT
from tests.ledger.test_journal import moved


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.create(tmp_path / "run.duckdb")
    yield store
    store.close()


def moved_again(block: int) -> Event:
    return replace(moved(Flow.ISSUE, ISSUANCE, "B", UINT128_MAX), block=block)


def append(store: Store, block: int, *events: Event) -> None:
    store.append(block, 100 + block, "B", "TradeEscrow.fund", Reason.OK, 21_000, events)


def count(store: Store, table: str) -> int:
    number: int = store.query(f"SELECT count(*) FROM {table}")[0][0]
    return number


def summed(store: Store) -> dict[str, dict[str, int]]:
    """Balances as the stored postings have them."""
    books: dict[str, dict[str, int]] = {}
    sql = "SELECT unit, account, sum(amount)::VARCHAR FROM postings GROUP BY unit, account"
    for unit, account, amount in store.query(sql):
        books.setdefault(unit, {})[account] = int(amount)
    return books


def test_a_block_is_booked_with_its_events_and_postings(store: Store) -> None:
    closed = CreditClosed(sim_time=101, actor="B", block=1, log_index=3, credit="C1")
    append(store, 1, moved(Flow.ISSUE, ISSUANCE, "B", 9), closed)
    assert {t: count(store, t) for t in ("transactions", "events", "entries", "postings")} == {
        "transactions": 1,
        "events": 2,
        "entries": 1,
        "postings": 2,
    }
    assert store.balances() == {"SU": {ISSUANCE: -9, "wallet:B": 9}}
    assert store.query("SELECT kind, actor, data->>'credit' FROM events WHERE log_index = 3") == [
        ("CreditClosed", "B", "C1")
    ]


def test_amounts_up_to_the_contracts_largest_are_exact(store: Store) -> None:
    append(store, 1, moved(Flow.ISSUE, ISSUANCE, "B", UINT128_MAX))
    append(store, 2, moved_again(2))
    assert store.balances() == {"SU": {ISSUANCE: -2 * UINT128_MAX, "wallet:B": 2 * UINT128_MAX}}
    assert store.balances() == summed(store)


def test_a_block_that_cannot_be_booked_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(event: Event) -> Any:
        raise UnbalancedEntry("broken rule")

    append(store, 1, moved(Flow.ISSUE, ISSUANCE, "B"))
    monkeypatch.setattr(store_module, "entry_of", broken)
    with pytest.raises(UnbalancedEntry):
        append(store, 2, moved_again(2))
    assert count(store, "transactions") == count(store, "events") == 1


def test_closes_keep_the_balances_of_their_day(store: Store) -> None:
    append(store, 1, moved(Flow.ISSUE, ISSUANCE, "B", UINT128_MAX))
    store.keep_close(date(2027, 3, 1), 500)
    rows = store.query("SELECT day::VARCHAR, account, balance::VARCHAR FROM closes ORDER BY account")
    assert rows == [
        ("2027-03-01", "issuance", str(-UINT128_MAX)),
        ("2027-03-01", "wallet:B", str(UINT128_MAX)),
    ]


def test_a_finished_store_is_read_only(tmp_path: Path) -> None:
    path = tmp_path / "run.duckdb"
    made = Store.create(path)
    append(made, 1, moved(Flow.ISSUE, ISSUANCE, "B", 9))
    made.close()
    assert list(tmp_path.iterdir()) == [path]
    reader = Store.open(path)
    assert summed(reader) == {"SU": {ISSUANCE: -9, "wallet:B": 9}}
    append(reader, 2, moved_again(2))
    with pytest.raises(Exception, match="read-only"):
        reader.flush()


def test_what_is_no_store_cannot_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "run.duckdb"
    path.write_text("not a database")
    with pytest.raises(OSError, match="cannot be read as a store"):
        Store.open(path)


def test_what_was_booked_before_a_failure_is_in_the_file(tmp_path: Path) -> None:
    """Rows are kept back, and written when the store is closed for whatever reason."""
    path = tmp_path / "run.duckdb"

    def fail() -> None:
        with closing(Store.create(path)) as made:
            append(made, 1, moved(Flow.ISSUE, ISSUANCE, "B", 9))
            raise UnbalancedEntry("broken")

    with pytest.raises(UnbalancedEntry):
        fail()
    with closing(Store.open(path)) as reader:
        assert count(reader, "transactions") == 1


def test_memory_is_bounded_by_a_batch(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_BATCH", 10)

    def is_bounded() -> bool:
        return sum(map(len, store._kept.values())) < 10

    def passages() -> Iterator[Passage]:
        for number in range(25):
            assert is_bounded()
            yield Passage(f"T{number}", "SIGHT", 1, 1, None, None, None, None, False, 0, 0, 0, 0, 0, 0, 0, 0)

    for block in range(1, 30):
        append(store, block, replace(moved(Flow.ISSUE, ISSUANCE, f"B{block}"), block=block))
        assert is_bounded()
    store.keep_close(date(2027, 3, 1), 1_000)
    assert is_bounded()
    store.keep_baseline(passages())
    assert is_bounded()
    assert [count(store, table) for table in ("events", "closes", "baseline")] == [29, 30, 25]


def test_a_credit_that_stays_empty_is_closed_once(store: Store) -> None:
    def move(block: int, flow: Flow, source: str, destination: str) -> None:
        append(store, block, replace(moved(flow, source, destination, 5), block=block, ref="C1"))

    append(store, 1, moved(Flow.ISSUE, ISSUANCE, "B", 5))
    move(2, Flow.FUND, "B", ESCROW)
    store.keep_close(date(2027, 3, 1), 100)
    move(3, Flow.REFUND, ESCROW, "B")
    store.keep_close(date(2027, 3, 2), 101)
    store.keep_close(date(2027, 3, 3), 102)
    rows = store.query("SELECT sim_time, account FROM closes WHERE account LIKE 'credit:%' ORDER BY sim_time")
    assert rows == [(100, "credit:C1"), (101, "credit:C1")]
    assert store.balances() == {"SU": {ISSUANCE: -5, "wallet:B": 5}}


LOOKUPS = """
import sys
from pathlib import Path
from settlement.ledger.store import Store, write_parquet
from tests.ledger.test_store import append, moved_again

class Finder:
    looked = []

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("pandas", "pyarrow"):
            self.looked.append(name)

sys.meta_path.insert(0, Finder())
store = Store.create(None)
append(store, 1, moved_again(1))
store.flush()
store.add_temporary("t", {"a": "BIGINT"}, [(1,)])
assert store.query("SELECT a FROM t") == [(1,)] and store.columns("t") == {"a": "BIGINT"}
write_parquet(Path(sys.argv[1]), {"a": "BIGINT"}, [{"a": 1}])
assert not Finder.looked, Finder.looked
"""


def test_the_database_looks_for_no_other_library(tmp_path: Path) -> None:
    """It does for every value that is bound to a statement, and each time anew where there is none."""
    done = subprocess.run(
        [sys.executable, "-c", LOOKUPS, tmp_path / "rows.parquet"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("text", ["it's", "''", 'say "so"', "\\", "a\nb", "ü€🙂", "$1 ?", "\x00", "-- ;", ""])
def test_a_text_comes_back_as_it_was(store: Store, tmp_path: Path, text: str) -> None:
    store.append(1, 101, text, text, Reason.OK, 21_000, [])
    assert store.query("SELECT actor, operation FROM transactions") == [(text, text)]
    columns, path = {"a": "VARCHAR", "b": "VARCHAR[]"}, tmp_path / "rows.parquet"
    write_parquet(path, columns, [{"a": text, "b": [text]}, {}])
    with closing(Store.of_parquet([path], "t", columns)) as read:
        assert read.query("SELECT a, b FROM t ORDER BY a NULLS LAST") == [(text, [text]), (None, None)]
