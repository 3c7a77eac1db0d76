"""Disputes: what may be set apart, by whom and until when; awards, and what happens without one."""

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.reverts import (
    RulebookRefused,
    TradeEscrowInvalidAmount,
    TradeEscrowNotParty,
    TradeEscrowTooEarly,
    TradeEscrowTooLate,
    TradeEscrowWrongCreditState,
)
from settlement.domain.events import CreditAwarded, CreditClosed, CreditDisputed, DrawFinal
from settlement.domain.participants import CreditState, DrawState, LicenceStatus
from settlement.domain.reasons import Reason
from tests.chain.credits import (
    ANYBODY,
    ARBITER,
    AWARD_PERIOD,
    DISPUTED,
    EXPIRY,
    FACE,
    FUNDED,
    PAID,
    PRESENTED,
    RETENTION,
    arrive,
    money,
    moved,
    wallets,
)
from tests.chain.expect import expects, fact, facts, shown
from tests.world import SUPERVISOR, WIND_DOWN_END, World, su

RETAINED = ARBITER | RETENTION


@pytest.mark.rule("credit.dispute")
@pytest.mark.parametrize("actor", ["B", "S"])
def test_either_party_has_an_undrawn_amount_set_apart(world: World, actor: str) -> None:
    system = arrive(world, FUNDED, **ARBITER)
    until = world.now + AWARD_PERIOD
    assert facts(system.escrow.dispute(actor, "C1", su(400))) == [
        fact(CreditDisputed, actor, credit="C1", amount=su(400), from_retention=False, award_until=until)
    ]
    assert system.escrow.credit_of("C1").state is CreditState.DISPUTED
    assert system.escrow.credit_of("C1").award_until == until
    assert money(world) == {"locked": 1_000, "disputed": 400}
    assert system.escrow.is_live("C1")


@pytest.mark.rule("credit.dispute")
@pytest.mark.parametrize("actor", ["R", "E", "K", ANYBODY])
def test_others_dispute_nothing(world: World, actor: str) -> None:
    escrow = arrive(world, FUNDED, issuer="K", **ARBITER).escrow
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(actor))):
        escrow.dispute(actor, "C1", 1)


@pytest.mark.rule("credit.dispute")
def test_without_an_arbiter_there_are_no_disputes(world: World) -> None:
    escrow = arrive(world, FUNDED).escrow
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY):
        escrow.dispute("B", "C1", 1)


@pytest.mark.rule("credit.dispute")
@pytest.mark.parametrize("amount", [0, su(400) + 1])
def test_disputed_amount_is_undrawn(world: World, amount: int) -> None:
    escrow = arrive(world, PRESENTED, draw=su(600), **ARBITER).escrow
    with expects(TradeEscrowInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, su(400)):
        escrow.dispute("B", "C1", amount)


@pytest.mark.rule("credit.dispute")
def test_dispute_is_in_time_to_the_second(world: World) -> None:
    escrow = arrive(world, FUNDED, **ARBITER).escrow
    snapshot = world.system.chain.snapshot()
    world.advance_to(EXPIRY + 1)
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, EXPIRY):
        escrow.dispute("B", "C1", 1)
    world.system.chain.revert(snapshot)
    world.advance_to(EXPIRY)
    escrow.dispute("B", "C1", 1)


@pytest.mark.rule("credit.dispute", "draw.presented")
def test_draws_go_on_beside_a_dispute(world: World) -> None:
    system = arrive(world, PRESENTED, draw=su(600), **ARBITER)
    system.escrow.dispute("B", "C1", su(400))
    system.presentations.accept("E", "C1", 1)
    system.presentations.settle(ANYBODY, "C1", 1)
    assert money(world) == {"paid": 600, "locked": 400, "disputed": 400}
    assert system.escrow.credit_of("C1").state is CreditState.DISPUTED


@pytest.mark.rule("credit.award")
def test_arbiter_splits_what_is_disputed(world: World) -> None:
    system = arrive(world, DISPUTED, **ARBITER)
    assert facts(system.escrow.award("R", "C1", su(300))) == [
        moved("AWARD", "R", "TradeEscrow", "S", su(300)),
        moved("REFUND", "R", "TradeEscrow", "B", su(100)),
        fact(CreditAwarded, "R", credit="C1", to_beneficiary=su(300), to_applicant=su(100), by_time=False),
    ]
    assert system.escrow.credit_of("C1").state is CreditState.ACTIVE
    assert money(world) == {"paid": 300, "refunded": 100, "locked": 600}
    assert system.escrow.undrawn_of("C1") == su(600)


@pytest.mark.rule("credit.award", "credit.active-closed")
@pytest.mark.parametrize(("to_beneficiary", "end"), [(0, (10_000, 0)), (1_000, (9_000, 1_000))])
def test_award_over_everything_closes_the_credit(
    world: World, to_beneficiary: int, end: tuple[int, int]
) -> None:
    escrow = arrive(world, FUNDED, **ARBITER).escrow
    escrow.dispute("S", "C1", FACE)
    last = escrow.award("R", "C1", su(to_beneficiary))
    assert facts(last)[-1] == fact(CreditClosed, "R", credit="C1")
    assert wallets(world, "B", "S") == end


@pytest.mark.rule("credit.award", "actor.neutral")
@pytest.mark.parametrize("actor", ["B", "S", "E", ANYBODY])
def test_only_the_arbiter_awards(world: World, actor: str) -> None:
    escrow = arrive(world, DISPUTED, **ARBITER).escrow
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(actor))):
        escrow.award(actor, "C1", 0)


@pytest.mark.rule("credit.award")
def test_award_is_of_what_is_disputed_at_most(world: World) -> None:
    escrow = arrive(world, DISPUTED, **ARBITER).escrow
    with expects(TradeEscrowInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, su(400)):
        escrow.award("R", "C1", su(400) + 1)


@pytest.mark.rule("credit.award", "check.licence")
def test_arbiter_is_in_good_standing(world: World) -> None:
    system = arrive(world, DISPUTED, **ARBITER)
    system.participants.set_licence(SUPERVISOR, "R", LicenceStatus.REVOKED, WIND_DOWN_END)
    with expects(RulebookRefused, Reason.LICENCE_REVOKED):
        system.escrow.award("R", "C1", su(400))
    assert money(world) == {"locked": 1_000, "disputed": 400}


@pytest.mark.rule("credit.award", "credit.award-by-time")
def test_award_is_in_time_to_the_second_and_then_anybody_ends_the_dispute(world: World) -> None:
    escrow = arrive(world, DISPUTED, **ARBITER).escrow
    until = escrow.credit_of("C1").award_until
    snapshot = world.system.chain.snapshot()
    world.advance_to(until)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, until):
        escrow.award_by_time(ANYBODY, "C1")
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, until):
        escrow.award("R", "C1", 0)
    assert facts(escrow.award_by_time(ANYBODY, "C1")) == [
        moved("REFUND", ANYBODY, "TradeEscrow", "B", su(400)),
        fact(CreditAwarded, ANYBODY, credit="C1", to_beneficiary=0, to_applicant=su(400), by_time=True),
    ]
    world.system.chain.revert(snapshot)
    world.advance_to(until)
    escrow.award("R", "C1", 0)


@pytest.mark.rule("op.quarantine", "credit.award")
def test_award_to_a_listed_party_is_quarantined(world: World) -> None:
    system = arrive(world, DISPUTED, **ARBITER)
    world.list_party("S")
    system.escrow.award("R", "C1", su(400))
    assert money(world) == {"quarantined": 400, "locked": 600}
    assert wallets(world, "S") == (0,)


@pytest.mark.rule("credit.dispute")
def test_credit_does_not_expire_before_its_dispute_ends(world: World) -> None:
    escrow = arrive(world, DISPUTED, **ARBITER).escrow
    world.advance_to(EXPIRY + 1)
    with expects(TradeEscrowWrongCreditState, Reason.WRONG_STATE):
        escrow.expire(ANYBODY, "C1")
    escrow.award_by_time(ANYBODY, "C1")
    escrow.expire(ANYBODY, "C1")
    assert money(world) == {"refunded": 1_000}


@pytest.mark.rule("draw.paid-final", "credit.dispute")
@pytest.mark.parametrize("actor", ["B", "S"])
def test_either_party_has_a_retention_set_apart(world: World, actor: str) -> None:
    system = arrive(world, PAID, draw=su(600), **RETAINED)
    until = world.now + AWARD_PERIOD
    assert facts(system.presentations.dispute_retention(actor, "C1", 1)) == [
        fact(DrawFinal, actor, credit="C1", draw=1, retention=0, arrived=True),
        fact(CreditDisputed, actor, credit="C1", amount=su(60), from_retention=True, award_until=until),
    ]
    assert system.presentations.draw_of("C1", 1).state is DrawState.FINAL
    assert money(world) == {"paid": 540, "locked": 460, "disputed": 60}


@pytest.mark.rule("draw.paid-final", "credit.award-by-time")
def test_retention_is_disputed_beside_what_is_disputed_already(world: World) -> None:
    system = arrive(world, PAID, draw=su(600), **RETAINED)
    system.escrow.dispute("B", "C1", su(200))
    system.presentations.dispute_retention("S", "C1", 1)
    assert money(world) == {"paid": 540, "locked": 460, "disputed": 260}
    assert system.escrow.credit_of("C1").from_retention == su(60)
    world.advance(AWARD_PERIOD + 1)
    system.escrow.award_by_time(ANYBODY, "C1")
    assert money(world) == {"paid": 600, "refunded": 200, "locked": 200}


@pytest.mark.rule("draw.paid-final")
@pytest.mark.parametrize("actor", ["R", ANYBODY])
def test_others_dispute_no_retention(world: World, actor: str) -> None:
    draws = arrive(world, PAID, **RETAINED).presentations
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(actor))):
        draws.dispute_retention(actor, "C1", 1)
    assert draws.draw_of("C1", 1).state is DrawState.PAID


@pytest.mark.rule("draw.paid-final")
def test_retention_is_disputed_in_time_to_the_second(world: World) -> None:
    draws = arrive(world, PAID, **RETAINED).presentations
    until = draws.draw_of("C1", 1).retain_until
    snapshot = world.system.chain.snapshot()
    world.advance_to(until + 1)
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, until):
        draws.dispute_retention("B", "C1", 1)
    world.system.chain.revert(snapshot)
    world.advance_to(until)
    draws.dispute_retention("B", "C1", 1)
    assert money(world) == {"paid": 900, "locked": 100, "disputed": 100}


@pytest.mark.rule("credit.award-by-time")
def test_disputed_retention_goes_to_the_beneficiary_without_an_award(world: World) -> None:
    system = arrive(world, PAID, **RETAINED)
    system.presentations.dispute_retention("B", "C1", 1)
    world.advance(AWARD_PERIOD + 1)
    assert facts(system.escrow.award_by_time(ANYBODY, "C1")) == [
        moved("AWARD", ANYBODY, "TradeEscrow", "S", su(100)),
        fact(CreditAwarded, ANYBODY, credit="C1", to_beneficiary=su(100), to_applicant=0, by_time=True),
        fact(CreditClosed, ANYBODY, credit="C1"),
    ]
    assert money(world) == {"paid": 1_000}
