"""Holds: who places and ends them, what stands still meanwhile, block and rejection, always two people."""

import pytest

from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    DualControlLapsed,
    DualControlNotProposed,
    DualControlSamePerson,
    RulebookRefused,
    TradeEscrowOnHold,
    TradeEscrowTooLate,
)
from settlement.domain.events import (
    CallProposed,
    CreditBlocked,
    CreditHeld,
    CreditRejected,
    CreditReleased,
    ItemHeld,
)
from settlement.domain.participants import CreditState, DrawKind, Instrument
from settlement.domain.reasons import Reason
from tests.chain.credits import (
    ACCEPTED,
    ANYBODY,
    EXAMINE_UNTIL,
    EXPIRY,
    FACE,
    FUNDED,
    HELD,
    OFFER_UNTIL,
    PRESENTED,
    REVIEWERS,
    arrive,
    money,
    moved,
    purse,
    quarantine,
    wallets,
)
from tests.chain.expect import call, expects, fact, facts
from tests.world import COMPLIANCE, DAY, RAMP, SECOND_REVIEWER, SUPERVISOR, World, documents, su

ACTS = {"release": "release", "block_credit": "blockCredit", "reject_credit": "rejectCredit"}


@pytest.mark.rule("credit.hold", "actor.office", "compliance.actors-named")
@pytest.mark.parametrize("reviewer", REVIEWERS)
def test_each_reviewer_places_a_hold(world: World, reviewer: str) -> None:
    system = arrive(world, FUNDED)
    assert facts(system.escrow.hold(reviewer, "C1")) == [fact(CreditHeld, reviewer, credit="C1")]
    assert system.escrow.credit_of("C1").held
    assert not system.escrow.is_live("C1")
    with expects(TradeEscrowOnHold, Reason.ON_HOLD):
        system.escrow.hold(reviewer, "C1")


@pytest.mark.rule("actor.office")
@pytest.mark.parametrize("actor", [SUPERVISOR, RAMP, "B", "S", ANYBODY])
def test_nobody_else_places_a_hold_or_proposes_its_end(world: World, actor: str) -> None:
    escrow = arrive(world, FUNDED).escrow
    with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
        escrow.hold(actor, "C1")
    with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
        escrow.propose(actor, "release", world.system.chain.id_of("C1"))


@pytest.mark.rule("compliance.two-person", "actor.office")
@pytest.mark.parametrize("act", ACTS.values())
def test_end_of_a_hold_takes_two_reviewers(world: World, act: str) -> None:
    escrow, credit = arrive(world, HELD).escrow, world.system.chain.id_of("C1")
    with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
        call(world, COMPLIANCE, escrow, act, credit)
    escrow.propose(COMPLIANCE, act, credit)
    with expects(DualControlSamePerson, Reason.SAME_PERSON):
        call(world, COMPLIANCE, escrow, act, credit)
    with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
        call(world, SUPERVISOR, escrow, act, credit)
    world.advance(7 * DAY)
    with expects(DualControlLapsed, Reason.TOO_LATE):
        call(world, SECOND_REVIEWER, escrow, act, credit)
    assert escrow.credit_of("C1").held
    escrow.propose(SECOND_REVIEWER, act, credit)
    call(world, COMPLIANCE, escrow, act, credit)
    assert not escrow.credit_of("C1").held


@pytest.mark.rule("compliance.two-person")
def test_proposal_is_for_one_act_on_one_credit(world: World) -> None:
    escrow = arrive(world, HELD).escrow
    world.active_credit(ref="C2")
    escrow.hold(COMPLIANCE, "C2")
    escrow.propose(COMPLIANCE, "release", world.system.chain.id_of("C1"))
    with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
        call(world, SECOND_REVIEWER, escrow, "release", world.system.chain.id_of("C2"))
    with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
        call(world, SECOND_REVIEWER, escrow, "blockCredit", world.system.chain.id_of("C1"))


@pytest.mark.rule("credit.hold")
@pytest.mark.parametrize("act", ACTS)
def test_only_a_hold_is_ended(world: World, act: str) -> None:
    escrow = arrive(world, FUNDED).escrow
    with expects(TradeEscrowOnHold, Reason.ON_HOLD):
        getattr(escrow, act)(*REVIEWERS, "C1")
    assert money(world) == {"locked": 1_000}


@pytest.mark.rule("credit.hold")
def test_release_tells_how_long_the_clock_stood_still(world: World) -> None:
    escrow = arrive(world, FUNDED).escrow
    held = escrow.hold(COMPLIANCE, "C1")[0].sim_time
    world.advance(3 * DAY)
    assert escrow.clock_of("C1") == held
    released = escrow.release(*REVIEWERS, "C1")
    tolled = released[-1].sim_time - held
    assert [type(event) for event in released] == [CallProposed, CreditReleased]
    assert facts(released)[-1] == fact(CreditReleased, SECOND_REVIEWER, credit="C1", tolled=tolled)
    assert escrow.clock_of("C1") == world.now - tolled


@pytest.mark.rule("credit.hold")
def test_hold_tolls_the_examination_by_the_second(world: World) -> None:
    system = arrive(world, PRESENTED)
    tolled = hold_for(world, 3 * DAY)
    snapshot = system.chain.snapshot()
    world.advance_to(EXAMINE_UNTIL + tolled + 1)
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, EXAMINE_UNTIL):
        system.presentations.accept("E", "C1", 1)
    system.presentations.deem_accepted(ANYBODY, "C1", 1)
    system.chain.revert(snapshot)
    world.advance_to(EXAMINE_UNTIL + tolled)
    system.presentations.accept("E", "C1", 1)


@pytest.mark.rule("credit.hold")
def test_hold_tolls_offers_and_expiry_and_holds_add_up(world: World) -> None:
    escrow = arrive(world, ("open",)).escrow
    tolled = hold_for(world, 2 * DAY) + hold_for(world, DAY)
    snapshot = world.system.chain.snapshot()
    world.advance_to(OFFER_UNTIL + tolled + 1)
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, OFFER_UNTIL):
        escrow.issue("S", "C1")
    world.system.chain.revert(snapshot)
    world.advance_to(OFFER_UNTIL + tolled)
    escrow.issue("S", "C1")
    assert escrow.clock_of("C1") == world.now - tolled


@pytest.mark.rule("credit.hold", "regime.toll")
def test_time_that_is_both_held_and_suspended_counts_once(world: World) -> None:
    system = arrive(world, FUNDED)
    start = system.escrow.hold(COMPLIANCE, "C1")[0].sim_time
    world.advance(DAY)
    system.regime.suspend(SUPERVISOR)
    world.advance(DAY)
    system.escrow.release(*REVIEWERS, "C1")
    world.advance(DAY)
    assert system.escrow.clock_of("C1") == start
    resumed = system.regime.resume(SUPERVISOR)[0].sim_time
    assert system.escrow.clock_of("C1") == start + world.now - resumed


def hold_for(world: World, seconds: int) -> int:
    """Hold C1 and release it; returns how long its clock stood still."""
    escrow = world.system.escrow
    held = escrow.hold(COMPLIANCE, "C1")[0].sim_time
    world.advance(seconds)
    return escrow.release(*REVIEWERS, "C1")[-1].sim_time - held


@pytest.mark.rule("credit.block")
def test_block_puts_everything_that_is_locked_into_quarantine(world: World) -> None:
    escrow = arrive(world, (*ACCEPTED, "hold"), draw=su(600)).escrow
    assert facts(escrow.block_credit(*REVIEWERS, "C1"))[1:] == [
        moved("PAY", SECOND_REVIEWER, "TradeEscrow", "Quarantine", FACE),
        fact(ItemHeld, SECOND_REVIEWER, item=1, payer="B", payee="S", amount=FACE, ref="C1"),
        fact(CreditBlocked, SECOND_REVIEWER, credit="C1", amount=FACE),
    ]
    assert escrow.credit_of("C1").state is CreditState.BLOCKED
    assert money(world) == {"quarantined": 1_000}


@pytest.mark.rule("credit.reject", "op.refund")
def test_rejection_refunds_a_clear_applicant(world: World) -> None:
    escrow = arrive(world, (*ACCEPTED, "hold"), draw=su(600)).escrow
    assert facts(escrow.reject_credit(*REVIEWERS, "C1"))[1:] == [
        moved("REFUND", SECOND_REVIEWER, "TradeEscrow", "B", FACE),
        fact(CreditRejected, SECOND_REVIEWER, credit="C1", refunded=FACE),
    ]
    assert escrow.credit_of("C1").state is CreditState.CANCELLED
    assert money(world) == {"refunded": 1_000}


@pytest.mark.rule("credit.reject", "op.quarantine")
def test_rejection_quarantines_the_refund_of_a_listed_applicant(world: World) -> None:
    escrow = arrive(world, HELD).escrow
    world.list_party("B")
    escrow.reject_credit(*REVIEWERS, "C1")
    assert money(world) == {"quarantined": 1_000}
    assert (wallets(world, "B"), quarantine(world)) == ((9_000,), 1_000)


@pytest.mark.rule("credit.hold", "credit.block", "credit.reject")
@pytest.mark.parametrize(("act", "state"), [("block_credit", "BLOCKED"), ("reject_credit", "CANCELLED")])
def test_unfunded_credit_is_held_and_ended_too(world: World, act: str, state: str) -> None:
    escrow = arrive(world, ("open", "hold")).escrow
    getattr(escrow, act)(*REVIEWERS, "C1")
    assert escrow.credit_of("C1").state is CreditState[state]
    assert money(world) == {}


@pytest.mark.rule("regime.suspended-nothing-moves", "credit.block", "credit.reject")
@pytest.mark.parametrize("act", ["block_credit", "reject_credit"])
def test_suspended_regime_moves_nothing_for_reviewers_either(world: World, act: str) -> None:
    system = arrive(world, HELD)
    system.regime.suspend(SUPERVISOR)
    with expects(RulebookRefused, Reason.REGIME_SUSPENDED):
        getattr(system.escrow, act)(*REVIEWERS, "C1")
    assert money(world) == {"locked": 1_000}


@pytest.mark.rule("credit.hold", "check.screening-hold")
@pytest.mark.parametrize(
    ("outcome", "end"),
    [
        pytest.param("release", {"B": 500, "S": 1_000, "quarantine": 0}, id="a cleared"),
        pytest.param("block_credit", {"B": 500, "S": 0, "quarantine": 1_000}, id="b blocked"),
        pytest.param("reject_credit", {"B": 1_500, "S": 0, "quarantine": 0}, id="c rejected"),
    ],
)
def test_scenario_03_screening_hit_after_presentation(
    world: World, outcome: str, end: dict[str, int]
) -> None:
    purse(world)
    system = arrive(world, (*PRESENTED, "hold"))
    getattr(system.escrow, outcome)(*REVIEWERS, "C1")
    if outcome == "release":
        system.presentations.accept("E", "C1", 1)
        system.presentations.settle(ANYBODY, "C1", 1)
    buyer, seller = wallets(world, "B", "S")
    assert {"B": buyer, "S": seller, "quarantine": quarantine(world)} == end
    assert "locked" not in money(world)


@pytest.mark.rule("credit.active-expired", "credit.hold")
def test_held_credit_does_not_expire(world: World) -> None:
    escrow = arrive(world, HELD).escrow
    world.advance_to(EXPIRY + DAY)
    with expects(TradeEscrowOnHold, Reason.ON_HOLD):
        escrow.expire(ANYBODY, "C1")
    assert money(world) == {"locked": 1_000}


@pytest.mark.rule("variant.advance", "credit.hold")
def test_advance_of_a_held_credit_stays_open_though_overdue(world: World) -> None:
    terms = {"instrument": Instrument.ADVANCE, "advance": FACE, "return_period": 30 * DAY}
    system = arrive(world, FUNDED, **terms)
    system.presentations.present("S", "C1", FACE, 0, documents(50, 1), DrawKind.ADVANCE)
    system.presentations.accept("E", "C1", 1)
    system.presentations.settle(ANYBODY, "C1", 1)
    world.advance_to(system.presentations.return_until_of("C1") + 1)
    system.escrow.hold(COMPLIANCE, "C1")
    with expects(TradeEscrowOnHold, Reason.ON_HOLD, system.chain.id_of("C1"), True):
        system.presentations.report_overdue(ANYBODY, "C1")
    system.escrow.release(*REVIEWERS, "C1")
    system.presentations.report_overdue(ANYBODY, "C1")
    assert system.escrow.credit_of("C1").state is CreditState.CLOSED
