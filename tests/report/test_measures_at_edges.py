"""Measures where days, demurrage and guarantees make a difference."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from settlement.domain import events
from settlement.domain.baseline import Passage
from settlement.domain.participants import DrawKind, Instrument
from settlement.ledger.store import Store
from settlement.report.measures import MEASURES
from tests.report.synthetic import DAY, HOUR, THOUSAND, Script, credit

#: By the clock of the home jurisdiction, three hours behind UTC.
OFFSET = -3 * HOUR
PASSAGE = Passage(
    trade="T", instrument="SIGHT", amount=10**6, ordered=0, documents=0, accepted=None, due=0, paid=0,
    failed=False, transfer=0, fx=0, issuance=0, confirmation=0, prefunding=0, days=0, nostro=0, capital=0,
)  # fmt: skip


def local(day: int, hour: int) -> int:
    """An hour of a day of March 2027 at home, epoch seconds."""
    return int(datetime(2027, 3, day, hour, tzinfo=UTC).timestamp()) - OFFSET


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.create(tmp_path / "run.duckdb")
    monday = date(2027, 3, 1)
    days = (monday + timedelta(days=number) for number in range(30))
    store.keep_banking_days((day, local(day.day, 0)) for day in days if day.weekday() < 5)
    yield store
    store.close()


@pytest.mark.parametrize(
    ("due", "paid", "within"),
    [
        (local(4, 22), local(5, 23), True),  # Thursday night to Friday night: in UTC, two days
        (local(5, 16), local(8, 23), True),  # over the weekend
        (local(5, 16), local(9, 1), False),  # to Tuesday: in UTC, not yet two days after Friday night
        (local(4, 23), local(8, 1), False),  # Friday and Monday begin
        (local(6, 12), local(8, 9), True),
    ],
)
def test_a_business_day_begins_by_the_clock_at_home(store: Store, due: int, paid: int, within: bool) -> None:
    """Whether the run closed a business day since, or had ended before, does not matter."""
    store.keep_close(date(2027, 3, 7), local(7, 20))
    store.keep_baseline([replace(PASSAGE, due=due, paid=paid)])
    figures = {figure.key: figure.value for figure in MEASURES["baseline_due"].of(store)}
    assert figures["max"] == paid - due < 4 * DAY
    assert figures["within 1 banking day"] == Fraction(within)


def test_what_banks_take_is_a_share_of_the_trades_that_they_carried(store: Store) -> None:
    """A guarantee that was called is none of them."""
    say = Script()
    for name, form in (("T", Instrument.SIGHT), ("G", Instrument.GUARANTEE)):
        say(0, "A", (events.CreditOpened, credit(name, 100, instrument=form)))
        paid = {"credit": name, "draw": 1, "amount": 100 * THOUSAND, "retention": 0, "arrived": True}
        say(1, "keeper", (events.DrawPaid, paid))
    say.book(store, [])
    store.keep_baseline([replace(PASSAGE, amount=100 * THOUSAND, fx=2 * THOUSAND)])
    figures = {figure.key: figure.value for figure in MEASURES["baseline_cost"].of(store)}
    assert figures["fx share"] == figures["total share"] == Fraction(2, 100)


def test_what_one_side_did_not_pay_is_in_no_share_of_costs(store: Store) -> None:
    """Of four credits one is paid on both sides, one on neither, and two on one side each."""
    trades = {"T": (True, True), "N": (False, False), "R": (True, False), "B": (False, True)}
    say = Script()
    for name, (here, _) in trades.items():
        say(0, "A", (events.CreditOpened, credit(name, 100)))
        paid = {"credit": name, "draw": 1, "amount": 100 * THOUSAND, "retention": 0, "arrived": True}
        if here:
            say(1, "keeper", (events.DrawPaid, paid))
    say.book(store, [])
    carried = replace(PASSAGE, amount=100 * THOUSAND, transfer=3 * THOUSAND, fx=2 * THOUSAND)
    store.keep_baseline(
        replace(carried, trade=name, paid=5 if there else None) for name, (_, there) in trades.items()
    )
    figures = {figure.key: figure.value for figure in MEASURES["baseline_cost"].of(store)}
    assert figures["fx"] == 4 * 2 * THOUSAND
    assert figures["fx share"] == Fraction(2, 100)
    assert figures["total share"] == Fraction(5, 100)


def test_demurrage_settles_nothing_of_what_was_entered(store: Store) -> None:
    """Half of the face amount is drawn, and a tenth of it is paid for delay, from a reserve of its own."""
    say = Script()
    say(0, "A", (events.CreditOpened, credit("T", 100, demurrage=10 * THOUSAND)))
    for number, (kind, amount) in enumerate(((DrawKind.DOCUMENTS, 50), (DrawKind.DEMURRAGE, 10)), 1):
        draw = {"credit": "T", "draw": number, "amount": amount * THOUSAND}
        shown = {"draw_kind": kind, "shipped_at": 0, "documents": (), "examine_until": 0}
        say(number, "X", (events.DrawPresented, {**draw, **shown}))
        say(number + 5, "keeper", (events.DrawPaid, {**draw, "retention": 0, "arrived": True}))
    say.book(store, [])
    figures = {figure.key: figure.value for figure in MEASURES["settlement_rate"].of(store)}
    assert figures["paid"] == 50 * THOUSAND
    assert figures["by value"] == Fraction(1, 2)
