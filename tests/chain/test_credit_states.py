"""Every step on a credit in every state: refused outside its own, and for ever in a final one."""

from collections.abc import Callable

import pytest

from settlement.chain.deployment import Deployment
from settlement.chain.reverts import (
    PresentationsWrongDrawState,
    TradeEscrowOnHold,
    TradeEscrowTooEarly,
    TradeEscrowWrongCreditState,
)
from settlement.domain.events import Event
from settlement.domain.participants import CreditState, DrawKind, Instrument, LicenceStatus
from settlement.domain.reasons import Reason
from tests.chain.credits import (
    ACCEPTED,
    ANYBODY,
    ARBITER,
    DISCREPANT,
    EXPIRY,
    FACE,
    FUND_UNTIL,
    FUNDED,
    HELD,
    PAID,
    PRESENTED,
    RETENTION,
    REVIEWERS,
    TERMINAL,
    arrive,
    money,
    reach,
)
from tests.chain.expect import expects
from tests.world import COMPLIANCE, DAY, SUPERVISOR, WIND_DOWN_END, World, documents, su

Step = Callable[[World, Deployment], tuple[Event, ...]]
DRAFT, ISSUED, ACTIVE, DISPUTED = (
    CreditState.DRAFT,
    CreditState.ISSUED,
    CreditState.ACTIVE,
    CreditState.DISPUTED,
)
#: Every step on a credit by whoever may take it, and the states in which it may be taken.
CREDIT_STEPS: dict[str, tuple[Step, set[CreditState]]] = {
    "issue": (lambda w, s: s.escrow.issue("S", "C1"), {DRAFT}),
    "cancel": (lambda w, s: s.escrow.cancel("B", "C1"), {DRAFT, ISSUED}),
    "fund": (lambda w, s: s.escrow.fund("B", "C1"), {ISSUED}),
    "amend": (lambda w, s: s.escrow.amend("B", "C1", w.terms()), {ACTIVE, DISPUTED}),
    "cancel_by_consent": (lambda w, s: s.escrow.cancel_by_consent("B", "C1"), {ACTIVE, DISPUTED}),
    "expire": (lambda w, s: s.escrow.expire(ANYBODY, "C1"), {ACTIVE, DISPUTED}),
    "dispute": (lambda w, s: s.escrow.dispute("B", "C1", 1), {ACTIVE, DISPUTED}),
    "award": (lambda w, s: s.escrow.award("R", "C1", 0), {DISPUTED}),
    "award_by_time": (lambda w, s: s.escrow.award_by_time(ANYBODY, "C1"), {DISPUTED}),
    "present": (
        lambda w, s: s.presentations.present("S", "C1", su(1), w.now, documents(9)),
        {ACTIVE, DISPUTED},
    ),
    "wind_down": (lambda w, s: s.presentations.wind_down("W", "C1"), {ACTIVE, DISPUTED}),
}
STATES = [state for state in CreditState if state is not CreditState.NONE]


def revoked(world: World) -> None:
    """Make a wind-down due, so that only the state stands against it."""
    world.system.participants.set_licence(SUPERVISOR, "B", LicenceStatus.REVOKED, WIND_DOWN_END)


@pytest.mark.rule("credit.terminal")
@pytest.mark.parametrize(
    ("step", "state"),
    [
        pytest.param(step, state, id=f"{step}-{state.name}")
        for step, (_, allowed) in CREDIT_STEPS.items()
        for state in STATES
        if state not in allowed
    ],
)
def test_step_is_refused_in_every_other_state(world: World, step: str, state: CreditState) -> None:
    take, _ = CREDIT_STEPS[step]
    system = reach(world, state)
    if step == "wind_down":
        revoked(world)
    before = money(world), system.token.balance_of("B"), system.token.balance_of("S")
    with expects(TradeEscrowWrongCreditState, Reason.WRONG_STATE):
        take(world, system)
    assert system.escrow.credit_of("C1").state is state
    assert (money(world), system.token.balance_of("B"), system.token.balance_of("S")) == before


@pytest.mark.rule("credit.terminal")
@pytest.mark.parametrize("state", TERMINAL, ids=lambda state: state.name)
def test_nothing_is_locked_in_a_final_state_and_no_hold_reaches_it(world: World, state: CreditState) -> None:
    system = reach(world, state)
    assert system.escrow.locked_of("C1") == 0
    assert not system.escrow.is_live("C1")
    with expects(TradeEscrowWrongCreditState, Reason.WRONG_STATE):
        system.escrow.hold(COMPLIANCE, "C1")


@pytest.mark.rule("credit.terminal")
@pytest.mark.parametrize("step", ["issue", "cancel", "fund", "expire"])
def test_unknown_credit_is_in_no_state(world: World, step: str) -> None:
    with expects(TradeEscrowWrongCreditState, Reason.WRONG_STATE):
        CREDIT_STEPS[step][0](world, world.system)


#: What a hold stops, from an active credit with a draw in the state that the step needs.
HELD_STEPS: dict[str, tuple[tuple[str, ...], Step]] = {
    "amend": (HELD, lambda w, s: s.escrow.amend("B", "C1", w.terms())),
    "cancel_by_consent": (HELD, lambda w, s: s.escrow.cancel_by_consent("B", "C1")),
    "expire": (HELD, lambda w, s: s.escrow.expire(ANYBODY, "C1")),
    "dispute": (HELD, lambda w, s: s.escrow.dispute("B", "C1", 1)),
    "present": (HELD, lambda w, s: s.presentations.present("S", "C1", su(1), w.now, documents(9))),
    "accept": ((*PRESENTED, "hold"), lambda w, s: s.presentations.accept("E", "C1", 1)),
    "give_notice": ((*PRESENTED, "hold"), lambda w, s: s.presentations.give_notice("E", "C1", 1, ["x"])),
    "deem_accepted": ((*PRESENTED, "hold"), lambda w, s: s.presentations.deem_accepted(ANYBODY, "C1", 1)),
    "waive": ((*DISCREPANT, "hold"), lambda w, s: s.presentations.waive("B", "C1", 1)),
    "return": ((*DISCREPANT, "hold"), lambda w, s: s.presentations.return_documents("S", "C1", 1)),
    "settle": ((*ACCEPTED, "hold"), lambda w, s: s.presentations.settle(ANYBODY, "C1", 1)),
    "award": ((*FUNDED, "dispute", "hold"), lambda w, s: s.escrow.award("R", "C1", 0)),
    "award_by_time": (
        (*FUNDED, "dispute", "hold"),
        lambda w, s: s.escrow.award_by_time(ANYBODY, "C1"),
    ),
    "issue": (("open", "hold"), lambda w, s: s.escrow.issue("S", "C1")),
    "cancel": (("open", "hold"), lambda w, s: s.escrow.cancel("B", "C1")),
    "fund": (("open", "issue", "hold"), lambda w, s: s.escrow.fund("B", "C1")),
}


@pytest.mark.rule("credit.hold", "draw.terminal")
@pytest.mark.parametrize("step", HELD_STEPS)
def test_hold_stops_every_step(world: World, step: str) -> None:
    steps, take = HELD_STEPS[step]
    system = arrive(world, steps, **ARBITER)
    with expects(TradeEscrowOnHold, Reason.ON_HOLD):
        take(world, system)


@pytest.mark.rule("credit.hold")
@pytest.mark.parametrize("step", ["finalise", "dispute_retention"])
def test_hold_stops_the_retention(world: World, step: str) -> None:
    system = arrive(world, (*PAID, "hold"), **RETENTION)
    with expects(TradeEscrowOnHold, Reason.ON_HOLD):
        getattr(system.presentations, step)("B", "C1", 1)


@pytest.mark.rule("credit.hold", "variant.advance")
def test_hold_stops_the_clock_of_an_advance(world: World) -> None:
    terms = {"instrument": Instrument.ADVANCE, "advance": FACE, "return_period": DAY}
    system = arrive(world, FUNDED, **terms)
    system.presentations.present("S", "C1", FACE, 0, documents(1, 1), DrawKind.ADVANCE)
    system.presentations.accept("E", "C1", 1)
    system.presentations.settle(ANYBODY, "C1", 1)
    system.escrow.hold(COMPLIANCE, "C1")
    until = system.presentations.return_until_of("C1")
    world.advance(2 * DAY)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, until):
        system.presentations.report_overdue(ANYBODY, "C1")


#: Every step on a draw, and the ways to draws in other states.
DRAW_STEPS: dict[str, tuple[Step, str]] = {
    "accept": (lambda w, s: s.presentations.accept("E", "C1", 1), "presented"),
    "give_notice": (lambda w, s: s.presentations.give_notice("E", "C1", 1, ["x"]), "presented"),
    "deem_accepted": (lambda w, s: s.presentations.deem_accepted(ANYBODY, "C1", 1), "presented"),
    "waive": (lambda w, s: s.presentations.waive("B", "C1", 1), "discrepant"),
    "return": (lambda w, s: s.presentations.return_documents("S", "C1", 1), "discrepant"),
    "settle": (lambda w, s: s.presentations.settle(ANYBODY, "C1", 1), "accepted"),
    "finalise": (lambda w, s: s.presentations.finalise("B", "C1", 1), "paid"),
    "dispute_retention": (lambda w, s: s.presentations.dispute_retention("B", "C1", 1), "paid"),
}
DRAW_WAYS = {
    "nothing": FUNDED,
    "presented": PRESENTED,
    "discrepant": DISCREPANT,
    "returned": (*DISCREPANT, "return"),
    "accepted": ACCEPTED,
    "final": PAID,
}


@pytest.mark.rule("draw.terminal")
@pytest.mark.parametrize(
    ("step", "state"),
    [(step, state) for step, (_, allowed) in DRAW_STEPS.items() for state in DRAW_WAYS if state != allowed],
)
def test_step_on_a_draw_is_refused_in_every_other_state(world: World, step: str, state: str) -> None:
    take, _ = DRAW_STEPS[step]
    system = arrive(world, DRAW_WAYS[state], draw=su(600), **ARBITER)
    before = money(world)
    with expects(PresentationsWrongDrawState, Reason.WRONG_STATE):
        take(world, system)
    assert money(world) == before


@pytest.mark.rule("credit.block", "credit.reject", "credit.wound-down", "draw.terminal")
@pytest.mark.parametrize("end", ["block", "reject", "wind down"])
def test_accepted_draw_of_a_finished_credit_is_not_payable(world: World, end: str) -> None:
    system = arrive(world, ACCEPTED, draw=su(600))
    if end == "wind down":
        revoked(world)
        system.presentations.wind_down("W", "C1")
    else:
        system.escrow.hold(COMPLIANCE, "C1")
        getattr(system.escrow, f"{end}_credit")(*REVIEWERS, "C1")
    with expects(TradeEscrowWrongCreditState, Reason.WRONG_STATE):
        system.presentations.settle(ANYBODY, "C1", 1)
    assert "locked" not in money(world)


def _expire(world: World, system: Deployment) -> None:
    world.advance_to(max(world.now, EXPIRY + 1))
    system.escrow.expire(ANYBODY, "C1")


def _pay(world: World, system: Deployment) -> None:
    system.presentations.settle(ANYBODY, "C1", 1)
    _finalise(world, system)


def _finalise(world: World, system: Deployment) -> None:
    world.advance(31 * DAY)
    system.presentations.finalise(ANYBODY, "C1", 1)
    _expire(world, system)


def _deem(world: World, system: Deployment) -> None:
    world.advance(8 * DAY)
    system.presentations.deem_accepted(ANYBODY, "C1", 1)
    _pay(world, system)


def _return(world: World, system: Deployment) -> None:
    world.advance(6 * DAY)
    system.presentations.return_documents(ANYBODY, "C1", 1)
    _expire(world, system)


def _award(world: World, system: Deployment) -> None:
    world.advance(31 * DAY)
    system.escrow.award_by_time(ANYBODY, "C1")
    _expire(world, system)


def _wind_down(world: World, system: Deployment) -> None:
    world.advance_to(WIND_DOWN_END + 1)
    system.presentations.wind_down(ANYBODY, "C1")


def _cancel(after: int) -> Step:
    def cancel(world: World, system: Deployment) -> tuple[Event, ...]:
        world.advance_to(after + 1)
        return system.escrow.cancel(ANYBODY, "C1")

    return cancel


#: Where a credit waits for somebody, and the way out for anybody else.
WAYS_OUT: dict[tuple[str, ...], Callable[[World, Deployment], object]] = {
    ("open",): _cancel(FUND_UNTIL),
    ("open", "issue"): _cancel(FUND_UNTIL),
    FUNDED: _expire,
    PRESENTED: _deem,
    DISCREPANT: _return,
    ACCEPTED: _pay,
    PAID: _finalise,
    (*FUNDED, "dispute"): _award,
    HELD: _wind_down,
    (*ACCEPTED, "hold"): _wind_down,
}


@pytest.mark.rule("credit.issued-cancelled", "credit.active-expired", "credit.award-by-time")
@pytest.mark.parametrize("steps", WAYS_OUT, ids=" ".join)
def test_pitfall_09_every_state_has_a_way_out_by_time_that_anybody_may_take(
    world: World, steps: tuple[str, ...]
) -> None:
    terms = ARBITER | RETENTION
    system = arrive(world, steps, draw=su(600), **terms)
    WAYS_OUT[steps](world, system)
    assert system.escrow.locked_of("C1") == 0
    assert system.escrow.credit_of("C1").state in TERMINAL
