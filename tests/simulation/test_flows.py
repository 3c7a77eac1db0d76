"""Flows: what the seed draws is what the file asked for, and trades as the file could have written them."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.domain.participants import DrawKind, Instrument
from settlement.scenario import (
    Bill,
    Credit,
    Expectations,
    Obligation,
    Scenario,
    parse_scenario,
    scenario_text,
)
from settlement.scenario.checks import check_scenario
from settlement.scenario.flow_names import guarantee_name, is_guarantee
from settlement.scenario.flow_terms import LONGEST_DAYS
from settlement.simulation.constitution import calendars_of
from settlement.simulation.flows import expand
from tests.simulation.running import changed, run, without_expectations

SCALE = scenario_text("quarter-at-scale")
#: The quarter at a fiftieth of its size.
SMALL = changed(
    SCALE,
    ("trades: 6000", "trades: 120"),
    ("trades: 1000", "trades: 20"),
    ("trades: 1800", "trades: 36"),
    ("trades: 1200", "trades: 24"),
)

#: Six projects and three other trades, of which nothing is expected.
PROJECTS = changed(
    without_expectations(SMALL),
    ("trades: 120", "trades: 3"),
    ("trades: 20", "trades: 6"),
    ("trades: 36", "trades: 0"),
    ("trades: 24", "trades: 0"),
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


def of_form(scenario: Scenario, form: Instrument) -> list[Credit]:
    """Credits of a form, without the guarantees behind others."""
    return [c for c in scenario.credits if c.form is form and not is_guarantee(c.id)]


def test_every_trade_has_its_name_and_no_flow_is_left() -> None:
    drawn = [name for name in names(expanded(1)) if not is_guarantee(name)]
    counts = (("Q", 120), ("P", 20), ("N", 36), ("R", 24))
    wanted = [f"{flow}-{n + 1}" for flow, count in counts for n in range(count)]
    assert sorted(drawn) == sorted(wanted)
    assert expanded(1).flows == ()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_drawn_passes_the_checks_of_what_is_written(seed: int) -> None:
    # What was expected of flows has none of them left.
    drawn = expanded(seed).model_copy(update={"expect": Expectations(rejections=())})
    assert list(check_scenario(drawn)) == []


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
        if is_guarantee(name):
            assert (buyer in flow.guarantors, seller in flow.buyers) == (True, True)
            continue
        assert (buyer in flow.buyers, seller in flow.sellers) == (True, True)
        assert flow.amount.low <= amount.minor <= flow.amount.high
        assert amount.minor % 10**6 == 0
        assert (end - begin.date()).days <= max(LONGEST_DAYS[word] for word in flow.instruments)


def test_trades_begin_evenly() -> None:
    days = Counter(obligation.enter.date() for obligation in expanded(1).obligations)
    assert max(days.values()) <= 2
    big = expanded(1, SCALE)
    credits = [credit for credit in big.credits if not is_guarantee(credit.id)]
    begun = Counter(trade.open.date() for trade in credits) + Counter(b.offer.date() for b in big.bills)
    # Two flows, each evenly.
    assert max(begun.values()) - min(begun.values()) <= 2


def test_shares_are_about_those_of_the_file() -> None:
    """Of 6,000: 55 % credits, 15 % of them in parts, 8 % discrepant; a quarter open accounts, 2 % default."""
    big = expanded(1, SCALE)
    documentary = of_form(big, Instrument.SIGHT)
    assert len(documentary) == pytest.approx(6_000 * 0.55, rel=0.05)
    drawn = [p for c in documentary for p in c.presentations if p.of is DrawKind.DOCUMENTS]
    assert len(drawn) - len(documentary) == pytest.approx(len(documentary) * 0.15, rel=0.15)
    assert sum(c.demurrage.minor > 0 for c in documentary) == pytest.approx(len(documentary) * 0.03, rel=0.3)
    faulty = [p for p in drawn if p.discrepancies]
    assert len(faulty) == pytest.approx(len(drawn) * 0.08, rel=0.15)
    assert sum(p.waived for p in faulty) == pytest.approx(len(faulty) / 2, rel=0.2)
    assert 0.01 < sum(not bill.paid for bill in big.bills) / (6_000 * 0.25) < 0.03


def test_projects_are_drawn_by_milestone_in_advance_and_on_demand() -> None:
    """Of 1,000: 40 % milestones, 30 % advances with a guarantee behind each, 30 % guarantees, 5 % default."""
    big = expanded(1, SCALE)
    milestones, advances, guarantees = (
        of_form(big, form) for form in (Instrument.MILESTONE, Instrument.ADVANCE, Instrument.GUARANTEE)
    )
    for found, share in ((milestones, 0.4), (advances, 0.3), (guarantees, 0.3)):
        assert len(found) == pytest.approx(1_000 * share, rel=0.1)
    behind = {c.id: c for c in big.credits if is_guarantee(c.id)}
    assert behind.keys() == {guarantee_name(c.id) for c in advances} == {c.guarantee for c in advances}
    for credit in advances:
        security = behind[guarantee_name(credit.id)]
        assert (security.amount, security.beneficiary) == (credit.advance, credit.applicant)
        assert security.open < credit.open
    for credit in (*milestones, *(a for a in advances if len(a.presentations) > 1)):
        assert len(credit.presentations) == 3
        assert sum(p.amount.minor for p in credit.presentations) == credit.amount.minor
    assert {c.examiner for c in milestones} == {"AT"}
    assert {c.retention for c in (*milestones, *advances)} == {500}
    assert {c.retention for c in (*guarantees, *behind.values())} == {0}
    assert 0 < sum(len(a.presentations) == 1 for a in advances) < len(advances) * 0.12
    assert 0 < sum(bool(g.presentations) for g in guarantees) < len(guarantees) * 0.12


def test_a_flow_draws_by_itself() -> None:
    """Another flow, or none, leaves its trades as they were; another seed does not."""
    fewer = changed(SMALL, ("trades: 120", "trades: 3"))
    assert expanded(1, fewer).obligations == expanded(1).obligations
    assert expanded(2).obligations != expanded(1).obligations


def test_the_quarter_at_a_fiftieth_of_its_size(tmp_path: Path) -> None:
    """Every invariant holds, and everything ends."""
    first, events = run(SMALL, tmp_path)
    assert first.ok
    assert first.reconciled
    trades = [*first.credits, *first.bills, *first.obligations]
    assert len([name for name in trades if not is_guarantee(name)]) == 200
    ended = {"CLOSED", "EXPIRED", "PAID", "DEFAULTED", "RETURNED", "SETTLED", "LAPSED"}
    states = (*first.credits.values(), *first.bills.values(), *first.obligations.values())
    assert set(states) <= ended
    assert {"DrawDiscrepant", "BillPresented", "CycleSettled"} <= {event["kind"] for event in events}


def test_projects_end_as_they_are_drawn(tmp_path: Path) -> None:
    """Advances are secured, delivered on or overdue; guarantees are called or expire; retention is paid."""
    text = changed(PROJECTS, ("trades: 6\n", "trades: 50\n"), ("defaults: 5 %", "defaults: 40 %"))
    outcome, events = run(text, tmp_path)
    assert (outcome.rejections, outcome.held) == ([], {"credits": 0, "quarantine": 0})
    drawn = expanded(1, text)
    overdue = {a.id for a in of_form(drawn, Instrument.ADVANCE) if len(a.presentations) == 1}
    assert {e["data"]["credit"] for e in events if e["kind"] == "AdvanceOverdue"} == overdue
    behind = {name: state for name, state in outcome.credits.items() if is_guarantee(name)}
    assert 0 < len(overdue) < len(behind)
    assert {name for name, state in behind.items() if state == "CLOSED"} == set(map(guarantee_name, overdue))
    for standby in of_form(drawn, Instrument.GUARANTEE):
        assert outcome.credits[standby.id] == ("CLOSED" if standby.presentations else "EXPIRED")
    retained = [e for e in events if e["kind"] == "DrawFinal" and int(e["data"]["retention"])]
    assert {e["data"]["credit"].partition("-")[0] for e in retained} == {"P"}


def test_a_file_counts_how_the_trades_of_a_flow_end(tmp_path: Path) -> None:
    """By name, by number and by share; guarantees behind others are not counted."""
    drawn = expanded(1, PROJECTS)
    advance = next(c for c in drawn.credits if c.guarantee and len(c.presentations) > 1)
    nothing = next(f"Q-{n}" for n in (1, 2, 3) if f"Q-{n}" not in {bill.id for bill in drawn.bills})
    ends = (
        f"  credits: {{{advance.guarantee}: EXPIRED, {advance.id}: DRAFT}}\n"
        f"  draws: {{{advance.id}/1: FINAL}}\n  bills: {{{nothing}: PAID}}\n  flows:\n"
        "    P: {credits: {CLOSED: 1 to 6, EXPIRED: 0 to 100 %, DRAFT: 0}, draws: {FINAL: 18}}\n"
    )
    outcome, _ = run(f"{PROJECTS}expect:\n{ends}", tmp_path)
    found = {e.what: e for e in outcome.expectations}
    own = [outcome.credits[f"P-{number}"] for number in range(1, 7)]
    closed = own.count("CLOSED")
    assert found["flow P: credits CLOSED"].actual == f"{closed} of 6"
    assert found["flow P: credits EXPIRED"].actual == f"{6 - closed} of 6 ({100 * (6 - closed) / 6:.1f} %)"
    assert found[f"bill {nothing}"].actual == "NONE"
    failed = {e.what for e in outcome.expectations if not e.ok}
    assert failed == {f"credit {advance.id}", f"bill {nothing}", "flow P: draws FINAL"}


def test_the_quarter_repeats_byte_for_byte(tmp_path: Path) -> None:
    tiny = changed(
        SMALL,
        ("trades: 120", "trades: 14"),
        ("trades: 20", "trades: 6"),
        ("trades: 36", "trades: 4"),
        ("trades: 24", "trades: 2"),
    )
    first, again = (run(tiny, tmp_path / name)[0] for name in ("one", "two"))
    assert first.run_hash == again.run_hash
