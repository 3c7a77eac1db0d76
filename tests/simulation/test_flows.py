"""Flows: what the seed draws is what the file asked for, and trades as the file could have written them."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.scenario import Bill, Credit, Obligation, Scenario, parse_scenario, scenario_text
from settlement.scenario.checks import check_scenario
from settlement.scenario.flow_terms import LONGEST_DAYS
from settlement.simulation.constitution import calendars_of
from settlement.simulation.flows import expand
from tests.simulation.running import changed, run

SCALE = scenario_text("quarter-at-scale")
#: The quarter at a fiftieth of its size.
SMALL = changed(
    SCALE, ("trades: 7000", "trades: 140"), ("trades: 1800", "trades: 36"), ("trades: 1200", "trades: 24")
)


@cache
def expanded(seed: int, text: str = SMALL) -> Scenario:
    scenario = parse_scenario(text, "test")
    return expand(scenario, seed, calendars_of(scenario))


def names(scenario: Scenario) -> list[str]:
    parts: tuple[Credit | Bill | Obligation, ...] = (
        *scenario.credits,
        *scenario.bills,
        *scenario.obligations,
    )
    return [part.id for part in parts]


def test_every_trade_has_its_name_and_no_flow_is_left() -> None:
    drawn = names(expanded(1))
    wanted = [f"{flow}-{n + 1}" for flow, count in (("Q", 140), ("N", 36), ("R", 24)) for n in range(count)]
    assert sorted(drawn) == sorted(wanted)
    assert expanded(1).flows == ()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_drawn_passes_the_checks_of_what_is_written(seed: int) -> None:
    assert list(check_scenario(expanded(seed))) == []


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**63 - 1))
def test_a_trade_is_within_what_its_flow_says(seed: int) -> None:
    scenario, drawn = parse_scenario(SMALL, "test"), expanded(seed)
    flows = {flow.id: flow for flow in scenario.flows}
    home = calendars_of(scenario)["XH"]
    trades = [
        *(
            (c.id, c.open, c.applicant, c.beneficiary, c.amount, c.expiry + c.tenor.elapsed())
            for c in drawn.credits
        ),
        *((b.id, b.offer, b.buyer, b.seller, b.amount, b.due + b.grace.elapsed()) for b in drawn.bills),
        *((o.id, o.enter, o.payer, o.payee, o.amount, o.until) for o in drawn.obligations),
    ]
    for name, begin, buyer, seller, amount, end in trades:
        flow = flows[name.partition("-")[0]]
        assert flow.first <= begin.date() <= flow.last
        assert home.is_open(begin.date())
        assert buyer in flow.buyers
        assert seller in flow.sellers
        assert flow.amount.low <= amount.minor <= flow.amount.high
        assert amount.minor % 10**6 == 0
        assert (end - begin.date()).days <= max(LONGEST_DAYS[word] for word in flow.instruments)


def test_trades_begin_evenly() -> None:
    days = Counter(obligation.enter.date() for obligation in expanded(1).obligations)
    assert max(days.values()) <= 2
    big = expanded(1, SCALE)
    begun = Counter(trade.open.date() for trade in big.credits) + Counter(b.offer.date() for b in big.bills)
    assert max(begun.values()) - min(begun.values()) <= 1


def test_shares_are_about_those_of_the_file() -> None:
    """Of 7,000: 55 % credits, 8 % of them discrepant; a quarter open accounts, of which 2 % default."""
    big = expanded(1, SCALE)
    assert len(big.credits) == pytest.approx(7_000 * 0.55, rel=0.05)
    faulty = [c.presentations[0] for c in big.credits if c.presentations[0].discrepancies]
    assert len(faulty) == pytest.approx(len(big.credits) * 0.08, rel=0.15)
    assert sum(p.waived for p in faulty) == pytest.approx(len(faulty) / 2, rel=0.2)
    assert 0.01 < sum(not bill.paid for bill in big.bills) / (7_000 * 0.25) < 0.03


def test_a_flow_draws_by_itself() -> None:
    """Another flow, or none, leaves its trades as they were; another seed does not."""
    fewer = changed(SMALL, ("trades: 140", "trades: 3"))
    assert expanded(1, fewer).obligations == expanded(1).obligations
    assert expanded(2).obligations != expanded(1).obligations


def test_the_quarter_at_a_fiftieth_of_its_size(tmp_path: Path) -> None:
    """Every invariant holds, and everything ends."""
    first, events = run(SMALL, tmp_path)
    assert first.ok
    assert first.reconciled
    assert len(first.credits) + len(first.bills) + len(first.obligations) == 200
    ended = {"CLOSED", "EXPIRED", "PAID", "DEFAULTED", "RETURNED", "SETTLED", "LAPSED"}
    states = (*first.credits.values(), *first.bills.values(), *first.obligations.values())
    assert set(states) <= ended
    assert {"DrawDiscrepant", "BillPresented", "CycleSettled"} <= {event["kind"] for event in events}


def test_the_quarter_repeats_byte_for_byte(tmp_path: Path) -> None:
    tiny = changed(
        SMALL, ("trades: 140", "trades: 14"), ("trades: 36", "trades: 4"), ("trades: 24", "trades: 2")
    )
    first, again = (run(tiny, tmp_path / name)[0] for name in ("one", "two"))
    assert first.run_hash == again.run_hash
