"""Disputes: what may be set apart, by whom and until when; awards, and what happens without one."""

from dataclasses import replace
from typing import Any

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.reverts import (
    PresentationsInvalidAmount,
    RulebookRefused,
    TradeEscrowDrawsOpen,
    TradeEscrowInvalidAmount,
    TradeEscrowNotParty,
    TradeEscrowTooEarly,
    TradeEscrowTooLate,
    TradeEscrowWrongCreditState,
)
from settlement.domain.events import (
    ConsentGiven,
    CreditAwarded,
    CreditClosed,
    CreditDisputed,
    CreditExpired,
    DrawFinal,
)
from settlement.domain.participants import CreditState, DrawState, Instrument, LicenceStatus
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
    dispute,
    money,
    moved,
    wallets,
)
from tests.chain.expect import Fact, expects, fact, facts, shown
from tests.world import DAY, SUPERVISOR, WIND_DOWN_END, World, documents, su

RETAINED = ARBITER | RETENTION


def present(world: World, amount: int = FACE, serial: int = 1) -> None:
    """Documents of C1, of which there are two."""
    world.system.presentations.present("S", "C1", amount, world.now, documents(serial))


def awarded(
    actor: str, to_beneficiary: int = 0, to_applicant: int = 0, returned: int = 0, by_time: bool = True
) -> Fact:
    """What a dispute ended with, mostly by time."""
    shares = {"to_beneficiary": to_beneficiary, "to_applicant": to_applicant, "returned": returned}
    return fact(CreditAwarded, actor, credit="C1", **shares, by_time=by_time)


@pytest.mark.rule("credit.dispute")
@pytest.mark.parametrize("order", [("B", "K", "S"), ("S", "K", "B")], ids=" ".join)
def test_all_parties_have_an_undrawn_amount_set_apart(world: World, order: tuple[str, ...]) -> None:
    system = arrive(world, FUNDED, issuer="K", **ARBITER)
    change = su(400).to_bytes(32).hex()
    for actor in order[:-1]:
        given = system.escrow.dispute(actor, "C1", su(400))
        assert facts(given) == [fact(ConsentGiven, actor, credit="C1", change=change)]
        assert money(world) == {"locked": 1_000}
    until, last = world.now + AWARD_PERIOD, order[-1]
    assert facts(system.escrow.dispute(last, "C1", su(400)))[1:] == [
        fact(CreditDisputed, last, credit="C1", amount=su(400), from_retention=False, award_until=until)
    ]
    assert system.escrow.credit_of("C1").state is CreditState.DISPUTED
    assert system.escrow.credit_of("C1").award_until == until
    assert money(world) == {"locked": 1_000, "disputed": 400}
    assert system.escrow.is_live("C1")


@pytest.mark.rule("credit.irrevocable", "credit.dispute")
@pytest.mark.parametrize("alone", ["B", "S"])
@pytest.mark.parametrize("instrument", [Instrument.SIGHT, Instrument.GUARANTEE], ids=lambda i: i.name)
def test_no_side_alone_takes_undrawn_money_out_of_reach(
    world: World, alone: str, instrument: Instrument
) -> None:
    system = arrive(world, FUNDED, instrument=instrument, **ARBITER)
    for _ in range(2):
        system.escrow.dispute(alone, "C1", FACE)
    with expects(TradeEscrowWrongCreditState, Reason.WRONG_STATE):
        system.escrow.award("R", "C1", 0)
    present(world)
    assert money(world) == {"locked": 1_000, "reserved": 1_000}


@pytest.mark.rule("credit.irrevocable", "credit.award-by-time")
@pytest.mark.parametrize("instrument", [Instrument.SIGHT, Instrument.GUARANTEE], ids=lambda i: i.name)
def test_silence_of_the_arbiter_revokes_nothing(world: World, instrument: Instrument) -> None:
    system = arrive(world, FUNDED, instrument=instrument, **ARBITER)
    dispute(world, FACE)
    world.advance(AWARD_PERIOD + 1)
    assert facts(system.escrow.award_by_time("B", "C1")) == [awarded("B", returned=FACE)]
    assert system.escrow.credit_of("C1").state is CreditState.ACTIVE
    present(world)
    assert money(world) == {"locked": 1_000, "reserved": 1_000}


@pytest.mark.rule("credit.dispute")
def test_parties_agree_on_the_same_amount(world: World) -> None:
    system = arrive(world, FUNDED, **ARBITER)
    system.escrow.dispute("B", "C1", su(400))
    system.escrow.dispute("S", "C1", su(399))
    assert money(world) == {"locked": 1_000}


@pytest.mark.rule("credit.dispute")
@pytest.mark.parametrize("actor", ["R", "E", "N", ANYBODY])
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
def test_arbiter_has_its_time_before_expiry(world: World) -> None:
    escrow, last = arrive(world, FUNDED, **ARBITER).escrow, EXPIRY - AWARD_PERIOD
    escrow.dispute("B", "C1", 1)
    snapshot = world.system.chain.snapshot()
    world.advance_to(last + 1)
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, last):
        escrow.dispute("S", "C1", 1)
    world.system.chain.revert(snapshot)
    world.advance_to(last)
    escrow.dispute("S", "C1", 1)
    assert escrow.credit_of("C1").award_until == EXPIRY


@pytest.mark.rule("credit.dispute")
def test_disputes_add_up(world: World) -> None:
    system = arrive(world, DISPUTED, **ARBITER)
    dispute(world, su(100))
    assert money(world) == {"locked": 1_000, "disputed": 500}
    with expects(TradeEscrowInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, su(500)):
        system.escrow.dispute("B", "C1", su(500) + 1)
    system.escrow.award("R", "C1", su(450))
    assert money(world) == {"paid": 450, "refunded": 50, "locked": 500}


@pytest.mark.rule("credit.dispute", "variant.instalments")
def test_instalment_draws_what_is_there(world: World) -> None:
    plan: dict[str, Any] = {"instalments": (su(600), su(400)), "instalments_until": (EXPIRY - DAY, EXPIRY)}
    system = arrive(world, FUNDED, **ARBITER, **plan)
    dispute(world, su(500))
    with expects(PresentationsInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, su(500)):
        present(world, su(600))
    present(world, su(500))
    system.presentations.accept("E", "C1", 1)
    with expects(PresentationsInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, 0):
        present(world, 0, serial=2)
    world.advance(AWARD_PERIOD + 1)
    system.escrow.award_by_time(ANYBODY, "C1")
    present(world, su(400), serial=2)
    assert money(world) == {"locked": 1_000, "reserved": 900}


@pytest.mark.rule("credit.dispute", "credit.amend", "credit.active-cancelled")
def test_dust_in_dispute_stops_neither_amendment_nor_end(world: World) -> None:
    system = arrive(world, FUNDED, **ARBITER)
    dispute(world, su(1))
    terms = replace(system.escrow.terms_of("C1"), amount=su(700))
    for actor in ("B", "S"):
        system.escrow.amend(actor, "C1", terms)
    assert money(world) == {"refunded": 300, "locked": 700, "disputed": 1}
    for actor in ("B", "S"):
        system.escrow.cancel_by_consent(actor, "C1")
    assert money(world) == {"refunded": 1_000}
    assert system.escrow.credit_of("C1").state is CreditState.CANCELLED


@pytest.mark.rule("credit.dispute", "draw.presented")
def test_draws_go_on_beside_a_dispute(world: World) -> None:
    system = arrive(world, PRESENTED, draw=su(600), **ARBITER)
    dispute(world, su(400))
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
        awarded("R", su(300), su(100), by_time=False),
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
    dispute(world, FACE)
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
    assert facts(escrow.award_by_time(ANYBODY, "C1")) == [awarded(ANYBODY, returned=su(400))]
    assert money(world) == {"locked": 1_000}
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


@pytest.mark.rule("credit.dispute", "credit.active-expired")
def test_dispute_that_nobody_ended_does_not_put_expiry_off(world: World) -> None:
    escrow = arrive(world, DISPUTED, **ARBITER).escrow
    world.advance_to(EXPIRY)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, EXPIRY):
        escrow.expire(ANYBODY, "C1")
    escrow.expire(ANYBODY, "C1")
    assert money(world) == {"refunded": 1_000}
    assert escrow.credit_of("C1").state is CreditState.EXPIRED


@pytest.mark.rule("credit.dispute", "credit.active-expired")
def test_expiry_that_was_brought_forward_leaves_the_arbiter_its_time(world: World) -> None:
    system = arrive(world, DISPUTED, **ARBITER)
    until = system.escrow.credit_of("C1").award_until
    soon = world.now + DAY
    terms = replace(system.escrow.terms_of("C1"), latest_shipment=soon, expiry=soon)
    for actor in ("B", "S"):
        system.escrow.amend(actor, "C1", terms)
    world.advance_to(until)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, until):
        system.escrow.expire(ANYBODY, "C1")
    system.escrow.expire(ANYBODY, "C1")


@pytest.mark.rule("credit.dispute", "credit.active-expired")
def test_retention_in_dispute_alone_outlasts_expiry(world: World) -> None:
    late: dict[str, Any] = {"retention": 1_000, "retention_period": 70 * DAY}
    system = arrive(world, PAID, draw=su(600), demurrage=su(50), **ARBITER, **late)
    world.advance_to(EXPIRY - 2 * DAY)
    system.presentations.dispute_retention("S", "C1", 1)
    with expects(TradeEscrowDrawsOpen, Reason.DRAWS_OPEN):
        system.escrow.cancel_by_consent("B", "C1")
    world.advance_to(EXPIRY + 1)
    assert facts(system.escrow.expire(ANYBODY, "C1"))[1:] == [
        fact(CreditExpired, ANYBODY, credit="C1", refunded=su(450))
    ]
    assert money(world) == {"paid": 540, "refunded": 450, "locked": 60, "disputed": 60}
    with expects(TradeEscrowWrongCreditState, Reason.WRONG_STATE):
        system.escrow.expire(ANYBODY, "C1")
    system.escrow.award("R", "C1", su(20))
    assert money(world) == {"paid": 560, "refunded": 490}
    assert system.escrow.credit_of("C1").state is CreditState.CLOSED


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
def test_each_kind_of_dispute_has_its_own_time(world: World) -> None:
    system = arrive(world, PAID, draw=su(600), **RETAINED)
    dispute(world, su(200))
    first = system.escrow.credit_of("C1").award_until
    world.advance(DAY)
    system.presentations.dispute_retention("S", "C1", 1)
    second = system.escrow.credit_of("C1").retention_until
    assert second > first == system.escrow.credit_of("C1").award_until
    assert money(world) == {"paid": 540, "locked": 460, "disputed": 260}
    assert system.escrow.credit_of("C1").from_retention == su(60)
    world.advance_to(first + 1)
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, first):
        system.escrow.award("R", "C1", 0)
    assert facts(system.escrow.award_by_time(ANYBODY, "C1")) == [awarded(ANYBODY, returned=su(200))]
    assert money(world) == {"paid": 540, "locked": 460, "disputed": 60}
    world.advance_to(second)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, second):
        system.escrow.award_by_time(ANYBODY, "C1")
    system.escrow.award_by_time(ANYBODY, "C1")
    assert money(world) == {"paid": 600, "locked": 400}


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
        awarded(ANYBODY, su(100)),
        fact(CreditClosed, ANYBODY, credit="C1"),
    ]
    assert money(world) == {"paid": 1_000}
