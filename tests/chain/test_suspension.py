"""A suspended regime: no value moves, and every clock of a credit or bill stands still by its length."""

import pytest

from settlement.chain.reverts import RulebookRefused, TradeEscrowTooEarly, TradeEscrowTooLate
from settlement.domain.participants import DrawState, Instrument
from settlement.domain.reasons import Reason
from tests.chain.credits import (
    ACCEPTED,
    AGREED,
    ANYBODY,
    DISCREPANT,
    DISPUTED,
    EXAMINE_UNTIL,
    EXPIRY,
    FACE,
    FUND_UNTIL,
    FUNDED,
    OFFER_UNTIL,
    OFFERED,
    PAID,
    PRESENTED,
    RETENTION,
    arrive,
    money,
    purse,
    wallets,
)
from tests.chain.expect import expects
from tests.world import DAY, START, SUPERVISOR, World, documents, su


def suspend(world: World, seconds: int = 3 * DAY) -> int:
    """Suspend the regime and resume it; returns for how long it was."""
    regime = world.system.regime
    suspended = regime.suspend(SUPERVISOR)[0].sim_time
    world.advance(seconds)
    return regime.resume(SUPERVISOR)[0].sim_time - suspended


@pytest.mark.rule("regime.toll", "regime.suspend", "draw.presented-deemed")
def test_scenario_05_regime_suspended_mid_examination_and_resumed_three_days_later(world: World) -> None:
    purse(world)
    system = arrive(world, PRESENTED)
    world.advance_to(START + 2 * DAY)
    system.regime.suspend(SUPERVISOR)
    world.advance_to(START + 5 * DAY)
    system.regime.resume(SUPERVISOR)
    assert system.regime.tolled() == 3 * DAY
    world.advance_to(EXAMINE_UNTIL + 3 * DAY)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, EXAMINE_UNTIL):
        system.presentations.deem_accepted(ANYBODY, "C1", 1)
    system.presentations.deem_accepted(ANYBODY, "C1", 1)
    system.presentations.settle(ANYBODY, "C1", 1)
    assert wallets(world, "B", "S") == (500, 1_000)


@pytest.mark.rule("regime.toll")
def test_clock_stands_still_while_the_regime_is_suspended(world: World) -> None:
    system = arrive(world, FUNDED)
    start = system.regime.suspend(SUPERVISOR)[0].sim_time
    for _ in range(3):
        world.advance(DAY)
        assert system.escrow.clock_of("C1") == start
    resumed = system.regime.resume(SUPERVISOR)[0].sim_time
    assert system.escrow.clock_of("C1") == start + world.now - resumed


@pytest.mark.rule("regime.toll", "credit.draft-issued")
@pytest.mark.parametrize("late", [0, 1])
def test_offer_is_open_so_much_longer(world: World, late: int) -> None:
    escrow = arrive(world, OFFERED).escrow
    world.advance_to(OFFER_UNTIL + suspend(world) + late)
    if late:
        with expects(TradeEscrowTooLate, Reason.TOO_LATE, OFFER_UNTIL):
            escrow.issue("S", "C1")
    else:
        escrow.issue("S", "C1")


@pytest.mark.rule("regime.toll", "credit.issued-active")
@pytest.mark.parametrize("late", [0, 1])
def test_funding_is_in_time_so_much_longer(world: World, late: int) -> None:
    system = arrive(world, AGREED)
    system.token.approve("B", system.escrow, FACE)
    world.advance_to(FUND_UNTIL + suspend(world) + late)
    if late:
        with expects(TradeEscrowTooLate, Reason.TOO_LATE, FUND_UNTIL):
            system.escrow.fund("B", "C1")
    else:
        system.escrow.fund("B", "C1")


@pytest.mark.rule("regime.toll", "draw.presented", "credit.active-expired")
def test_expiry_is_put_off_so_much(world: World) -> None:
    system = arrive(world, FUNDED)
    tolled = suspend(world) + suspend(world, 2 * DAY)
    world.advance_to(EXPIRY + tolled)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, EXPIRY):
        system.escrow.expire(ANYBODY, "C1")
    snapshot = system.chain.snapshot()
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, EXPIRY):
        system.presentations.present("S", "C1", FACE, EXPIRY - 20 * DAY, documents(1))
    system.escrow.expire(ANYBODY, "C1")
    assert money(world) == {"refunded": 1_000}
    system.chain.revert(snapshot)


@pytest.mark.rule("regime.toll", "draw.discrepant-accepted")
def test_waiver_window_is_so_much_longer(world: World) -> None:
    draws = arrive(world, DISCREPANT).presentations
    until = draws.draw_of("C1", 1).waive_until
    world.advance_to(until + suspend(world))
    draws.waive("B", "C1", 1)
    assert draws.draw_of("C1", 1).state is DrawState.ACCEPTED


@pytest.mark.rule("regime.toll", "variant.deferred")
def test_maturity_comes_so_much_later(world: World) -> None:
    draws = arrive(world, ACCEPTED, instrument=Instrument.DEFERRED, tenor=30 * DAY).presentations
    maturity = draws.draw_of("C1", 1).maturity
    world.advance_to(maturity + suspend(world) - 1)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, maturity):
        draws.settle(ANYBODY, "C1", 1)
    draws.settle(ANYBODY, "C1", 1)
    assert money(world) == {"paid": 1_000}


@pytest.mark.rule("regime.toll", "variant.retention")
def test_retention_ends_so_much_later(world: World) -> None:
    draws = arrive(world, PAID, **RETENTION).presentations
    until = draws.draw_of("C1", 1).retain_until
    world.advance_to(until + suspend(world) - 1)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, until):
        draws.finalise(ANYBODY, "C1", 1)
    draws.finalise(ANYBODY, "C1", 1)


@pytest.mark.rule("regime.toll", "credit.award")
def test_arbiter_has_so_much_longer(world: World) -> None:
    escrow = arrive(world, DISPUTED, arbiter="R", award_period=10 * DAY).escrow
    until = escrow.credit_of("C1").award_until
    world.advance_to(until + suspend(world))
    escrow.award("R", "C1", su(400))
    assert money(world) == {"paid": 400, "locked": 600}


@pytest.mark.rule("regime.toll")
def test_suspension_before_the_offer_moves_no_deadline(world: World) -> None:
    suspend(world)
    escrow = world.system.escrow
    terms = world.terms()
    escrow.open("B", terms)
    assert escrow.clock_of("C1") == world.now
    world.advance_to(terms.offer_until + 1)
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, terms.offer_until):
        escrow.issue("S", "C1")


@pytest.mark.rule("regime.suspended-nothing-moves")
def test_no_value_moves_in_or_out_of_a_credit(world: World) -> None:
    system = arrive(world, PAID, draw=su(600), **RETENTION)
    system.presentations.present("S", "C1", su(200), world.now, documents(2))
    system.presentations.accept("E", "C1", 2)
    system.escrow.open("B", world.terms(ref="C2"))
    system.escrow.issue("S", "C2")
    system.token.approve("B", system.escrow, FACE)
    system.regime.suspend(SUPERVISOR)
    with expects(RulebookRefused, Reason.REGIME_SUSPENDED):
        system.escrow.fund("B", "C2")
    with expects(RulebookRefused, Reason.REGIME_SUSPENDED):
        system.presentations.settle(ANYBODY, "C1", 2)
    with expects(RulebookRefused, Reason.REGIME_SUSPENDED):
        system.presentations.finalise("B", "C1", 1)
    assert money(world) == {"paid": 540, "locked": 460, "reserved": 200, "retained": 60}


@pytest.mark.rule("regime.toll", "regime.wind-down")
def test_wind_down_out_of_a_suspension_keeps_what_was_tolled(world: World) -> None:
    system = arrive(world, PRESENTED)
    start = system.regime.suspend(SUPERVISOR)[0].sim_time
    world.advance(3 * DAY)
    ended = system.regime.wind_down(SUPERVISOR)[0].sim_time
    assert system.escrow.clock_of("C1") == start + world.now - ended
    system.presentations.accept("E", "C1", 1)
    system.presentations.settle(ANYBODY, "C1", 1)
    assert money(world) == {"paid": 1_000}
