"""Trades come up on the morning of their day and are let go of: the same run, and nothing of them is left."""

import gc
from collections import Counter
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.run import Bench, run_scenario
from settlement.scenario import Bill, Credit, Scenario, parse_scenario
from settlement.simulation import flows
from settlement.simulation.actors import deadlines, keeper
from settlement.simulation.clock import OFFICE_OPENS
from settlement.simulation.constitution import calendars_of
from settlement.simulation.flow_trades import Trade
from settlement.simulation.flows import Trades, expand
from settlement.simulation.plans import BillPlan, CreditPlan
from tests.simulation.running import changed
from tests.simulation.test_flows import PROJECTS, SMALL

SCENARIO = parse_scenario(SMALL, "test")
MIXED = changed(PROJECTS, ("trades: 3\n", "trades: 8\n"))
CALENDARS = calendars_of(SCENARIO)
SEEDS = st.integers(0, 2**63 - 1)


def begins(trade: Trade) -> datetime:
    if isinstance(trade, Credit):
        return trade.open
    return trade.offer if isinstance(trade, Bill) else trade.enter


def mornings(seed: int, most: int | None = None) -> list[tuple[int, list[Trade]]]:
    return list(islice(Trades(SCENARIO, seed, CALENDARS).mornings(), most))


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_every_trade_comes_up_once_on_the_morning_of_its_day(seed: int) -> None:
    drawn = mornings(seed)
    assert [at for at, _ in drawn] == sorted({at for at, _ in drawn})
    for at, begun in drawn:
        morning = datetime.fromtimestamp(at, UTC)
        assert all(0 < (begins(trade) - morning).total_seconds() < 86_400 for trade in begun)
    trades = Trades(SCENARIO, seed, CALENDARS)
    whole: list[Trade] = [*trades.credits(), *trades.bills(), *trades.obligations()]
    assert Counter(t.id for _, begun in drawn for t in begun) == Counter(t.id for t in whole)
    assert {t.id: t for _, begun in drawn for t in begun} == {t.id: t for t in whole}


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(0, 70))
def test_what_is_drawn_does_not_depend_on_how_far_it_was_gone_over(seed: int, most: int) -> None:
    assert mornings(seed, most) == mornings(seed)[:most] == mornings(seed, most)


def test_a_run_is_the_same_as_if_the_file_had_written_its_trades_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Down to its hash, where all trades of a day begin at once: each comes up in its order in the file."""
    monkeypatch.setattr(flows, "OFFICE_CLOSES", OFFICE_OPENS + 60)
    crowded = changed(
        PROJECTS,
        *(("trades: 0", "trades: 2") for _ in range(2)),
        *(("last: 2027-06-30", "last: 2027-04-02") for _ in range(4)),
    )
    drawn = parse_scenario(crowded, "test")
    written = expand(drawn, 1, CALENDARS)
    trades: list[Trade] = [*written.credits, *written.bills, *written.obligations]
    moments = Counter(map(begins, trades))
    assert max(moments.values()) > 5
    assert hash_of(drawn, 1) == hash_of(written, 1)


def hash_of(scenario: Scenario, seed: int) -> str:
    with Bench().run(scenario, seed=seed) as (outcome, _):
        return outcome.run_hash


def test_nothing_is_left_of_trades_that_ended(tmp_path: Path) -> None:
    """Neither their plans, nor what the keepers of deadlines remember of them."""
    kinds = (CreditPlan, BillPlan, keeper._Credit, deadlines._Clock)
    found: dict[date, Counter[type]] = {}

    def count(day: date) -> None:
        if day in (date(2027, 6, 15), SCENARIO.end):
            gc.collect()
            found[day] = Counter(type(each) for each in gc.get_objects() if type(each) in kinds)

    run_scenario(parse_scenario(MIXED, "test"), MIXED, tmp_path / "run", progress=count)
    under_way, left = found.values()
    assert under_way.keys() == set(kinds)
    assert left == Counter()
