"""A database that runs take in turn says of each what a database of its own would say."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.domain.errors import UserError
from settlement.domain.participants import Flow
from settlement.ledger.slate import Slate
from settlement.ledger.store import Store
from settlement.ledger.views import VIEWS
from settlement.report.measures import MEASURES
from tests.report.synthetic import MONDAY, THOUSAND, Script, moved
from tests.report.synthetic import tell as tell_everything

QUESTIONS = [measure.sql for measure in MEASURES.values()] + [f"SELECT * FROM {view}" for view in VIEWS]


def answers(store: Store) -> list[list[tuple[object, ...]]]:
    """What every query of a report finds, in whatever order where it asks for none."""
    return [sorted(store.query(sql), key=repr) for sql in QUESTIONS]


@contextmanager
def own() -> Iterator[Store]:
    """A database for one run."""
    with closing(Store.create(None)) as store:
        yield store


def fill(store: Store, runs: list[int]) -> None:
    """A run that has so many thousands issued, one after another; of everything where it is none."""
    script = Script()
    if not runs:
        tell_everything(script)
    for hour, amount in enumerate(runs):
        script(hour, "ramp", moved(Flow.ISSUE, "issuance", "A", amount, ref="A"))
    script.book(store, [MONDAY])


SLATE = Slate()


@given(st.lists(st.lists(st.integers(1, 9), max_size=3), min_size=1, max_size=4))
@settings(max_examples=8, deadline=None)
def test_one_run_after_another_is_each_by_itself(runs: list[list[int]]) -> None:
    for run in runs:
        with own() as alone, SLATE.store() as shared:
            fill(alone, run)
            fill(shared, run)
            assert answers(shared) == answers(alone)


def test_a_plan_made_of_an_empty_run_holds_for_a_full_one() -> None:
    slate = Slate()
    with slate.store() as store:
        assert all(isinstance(rows, list) for rows in answers(store))
    with own() as alone, slate.store() as shared:
        fill(alone, [])
        fill(shared, [])
        found = answers(shared)
        assert found == answers(alone)
    assert sum(map(bool, found)) > len(QUESTIONS) // 2


def test_what_is_written_after_a_question_counts_in_the_next() -> None:
    with Slate().store() as store:
        store.keep_banking_days([(date(2027, 3, 1), 1)])
        assert store.query("SELECT count(*) FROM movements") == [(0,)]
        fill(store, [3, 4])
        assert store.query("SELECT sum(amount)::VARCHAR FROM movements") == [(str(7 * THOUSAND),)]
        assert store.query("SELECT count(*) FROM movements WHERE payee = 'A'") == [(2,)]


def test_a_run_that_breaks_leaves_nothing_behind() -> None:
    slate = Slate()
    with slate.store() as store:
        fill(store, [1])
        with pytest.raises(duckdb.Error):
            store.query("SELECT no_such_column FROM movements")
    with slate.store() as store:
        assert store.query("SELECT count(*) FROM events") == [(0,)]


def test_a_store_answers_no_more_once_its_run_is_over() -> None:
    with Slate().store() as store:
        fill(store, [1])
    with pytest.raises(UserError, match="the run is closed"):
        store.query("SELECT 1")


def test_views_that_are_held_say_the_same(everything_folder: Path) -> None:
    with closing(Store.open(everything_folder / "run.duckdb")) as store:
        before = answers(store)
        for _ in range(2):
            store.hold_views()
            assert answers(store) == before
