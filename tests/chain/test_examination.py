"""Examination: acceptance, the one notice, silence for five banking days, waiver, return."""

from datetime import date

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.reverts import (
    PresentationsDocumentsIncomplete,
    PresentationsWrongDrawState,
    RulebookRefused,
    TradeEscrowDrawsOpen,
    TradeEscrowNotParty,
    TradeEscrowTooEarly,
    TradeEscrowTooLate,
)
from settlement.domain.events import DrawAccepted, DrawDiscrepant, DrawReturned, WaiverGiven
from settlement.domain.participants import CreditState, DrawState, LicenceStatus
from settlement.domain.reasons import Reason
from tests.chain.credits import (
    ANYBODY,
    DISCREPANT,
    EXAMINE_UNTIL,
    EXPIRY,
    FUNDED,
    MIDNIGHT,
    PRESENTED,
    WAIVER_WINDOW,
    arrive,
    money,
    purse,
    wallets,
)
from tests.chain.expect import expects, fact, facts, shown
from tests.world import COMPLIANCE, DAY, START, SUPERVISOR, WIND_DOWN_END, World, documents, su, weekends


@pytest.mark.rule("draw.presented-accepted", "variant.sight")
def test_examiner_accepts_and_a_sight_draw_is_due_at_once(world: World) -> None:
    system = arrive(world, PRESENTED)
    now = world.now
    assert facts(system.presentations.accept("E", "C1", 1)) == [
        fact(DrawAccepted, "E", credit="C1", draw=1, maturity=now, deemed=False, waived=False)
    ]
    draw = system.presentations.draw_of("C1", 1)
    assert (draw.state, draw.maturity) == (DrawState.ACCEPTED, now)
    assert money(world) == {"locked": 1_000, "reserved": 1_000}


@pytest.mark.rule("draw.presented-accepted", "draw.presented-discrepant")
@pytest.mark.parametrize("actor", ["B", "S", "A", ANYBODY])
def test_only_the_examiner_examines(world: World, actor: str) -> None:
    draws = arrive(world, PRESENTED).presentations
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(actor))):
        draws.accept(actor, "C1", 1)
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(actor))):
        draws.give_notice(actor, "C1", 1, ["late"])


@pytest.mark.rule("op.present", "draw.presented-accepted")
def test_examiner_is_in_good_standing(world: World) -> None:
    system = arrive(world, PRESENTED)
    system.participants.set_licence(SUPERVISOR, "E", LicenceStatus.SUSPENDED, WIND_DOWN_END)
    with expects(RulebookRefused, Reason.LICENCE_SUSPENDED):
        system.presentations.accept("E", "C1", 1)
    with expects(RulebookRefused, Reason.LICENCE_SUSPENDED):
        system.presentations.give_notice("E", "C1", 1, ["late"])


@pytest.mark.rule("draw.presented-accepted", "draw.presented-discrepant", "draw.presented-deemed")
@pytest.mark.parametrize("step", ["accept", "give_notice"])
def test_examination_ends_to_the_second(world: World, step: str) -> None:
    draws = arrive(world, PRESENTED).presentations
    arguments = ("E", "C1", 1) if step == "accept" else ("E", "C1", 1, ["late"])
    snapshot = world.system.chain.snapshot()
    world.advance_to(EXAMINE_UNTIL)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, EXAMINE_UNTIL):
        draws.deem_accepted(ANYBODY, "C1", 1)
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, EXAMINE_UNTIL):
        getattr(draws, step)(*arguments)
    world.system.chain.revert(snapshot)
    world.advance_to(EXAMINE_UNTIL)
    getattr(draws, step)(*arguments)
    assert draws.draw_of("C1", 1).state is not DrawState.PRESENTED


@pytest.mark.rule("draw.presented-deemed", "variant.banking-days")
def test_five_banking_days_step_over_weekend_and_holiday(world: World) -> None:
    """Presented on Friday 5 March; Monday 8 March is a holiday: the fifth banking day is Monday 15 March."""
    first, last = date(2027, 2, 20), date(2028, 12, 31)
    closed = [*weekends(first, last), date(2027, 3, 8)]
    world.system.calendar.load(SUPERVISOR, "XH", first, last, closed)
    arrive(world, FUNDED)
    world.advance_to(START + 4 * DAY)
    world.present("C1", su(1_000))
    until = MIDNIGHT + 14 * DAY
    draws = world.system.presentations
    assert draws.draw_of("C1", 1).examine_until == until
    world.advance_to(until + 1)
    assert facts(draws.deem_accepted(ANYBODY, "C1", 1)) == [
        fact(DrawAccepted, ANYBODY, credit="C1", draw=1, maturity=until + 1, deemed=True, waived=False)
    ]


@pytest.mark.rule("draw.presented-discrepant")
def test_notice_lists_every_discrepancy_once(world: World) -> None:
    system = arrive(world, PRESENTED)
    with expects(PresentationsDocumentsIncomplete, Reason.DOCUMENTS_INCOMPLETE, 1):
        system.presentations.give_notice("E", "C1", 1, [])
    until = world.now + WAIVER_WINDOW
    assert facts(system.presentations.give_notice("E", "C1", 1, ["late", "stale"])) == [
        fact(DrawDiscrepant, "E", credit="C1", draw=1, discrepancies=["late", "stale"], waive_until=until)
    ]
    with expects(PresentationsWrongDrawState, Reason.WRONG_STATE):
        system.presentations.give_notice("E", "C1", 1, ["one more"])


@pytest.mark.rule("draw.discrepant-accepted")
def test_applicant_waives_alone_where_there_is_no_issuer(world: World) -> None:
    draws = arrive(world, DISCREPANT).presentations
    now = world.now
    assert facts(draws.waive("B", "C1", 1)) == [
        fact(WaiverGiven, "B", credit="C1", draw=1),
        fact(DrawAccepted, "B", credit="C1", draw=1, maturity=now, deemed=False, waived=True),
    ]


@pytest.mark.rule("draw.discrepant-accepted")
@pytest.mark.parametrize(("first", "second"), [("B", "K"), ("K", "B")])
def test_applicant_and_issuer_waive_together(world: World, first: str, second: str) -> None:
    draws = arrive(world, DISCREPANT, issuer="K").presentations
    assert facts(draws.waive(first, "C1", 1)) == [fact(WaiverGiven, first, credit="C1", draw=1)]
    draws.waive(first, "C1", 1)
    assert draws.draw_of("C1", 1).state is DrawState.DISCREPANT
    draws.waive(second, "C1", 1)
    assert draws.draw_of("C1", 1).state is DrawState.ACCEPTED


@pytest.mark.rule("draw.discrepant-accepted")
@pytest.mark.parametrize("issuer", ["", "K"], ids=["no issuer", "issuer"])
@pytest.mark.parametrize("actor", ["S", "E", "N", ANYBODY])
def test_nobody_else_waives(world: World, actor: str, issuer: str) -> None:
    draws = arrive(world, DISCREPANT, issuer=issuer, confirmer="N").presentations
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(actor))):
        draws.waive(actor, "C1", 1)


@pytest.mark.rule("actor.keys", "draw.discrepant-accepted")
def test_retired_wallets_neither_waive_nor_return_nor_examine(world: World) -> None:
    system = arrive(world, DISCREPANT)
    for party, new in (("B", "B2"), ("S", "S2"), ("E", "F1")):
        system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, party, party, new)
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of("B"))):
        system.presentations.waive("B", "C1", 1)
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of("S"))):
        system.presentations.present("S", "C1", su(1), world.now, documents(2))
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY):
        system.presentations.return_documents("S", "C1", 1)
    system.presentations.return_documents("S2", "C1", 1)
    world.present("C1", su(1_000), actor="S2")
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of("E"))):
        system.presentations.accept("E", "C1", 2)
    system.presentations.accept("F1", "C1", 2)


@pytest.mark.rule("draw.discrepant-accepted")
@pytest.mark.parametrize("party", ["B", "K"])
def test_who_waives_is_in_good_standing(world: World, party: str) -> None:
    system = arrive(world, DISCREPANT, issuer="K")
    world.list_party(party)
    with expects(RulebookRefused, Reason.LISTED_PARTY):
        system.presentations.waive(party, "C1", 1)


@pytest.mark.rule("draw.discrepant-accepted", "draw.discrepant-returned")
def test_waiver_window_ends_to_the_second(world: World) -> None:
    draws = arrive(world, DISCREPANT).presentations
    until = draws.draw_of("C1", 1).waive_until
    snapshot = world.system.chain.snapshot()
    world.advance_to(until)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, until):
        draws.return_documents(ANYBODY, "C1", 1)
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, until):
        draws.waive("B", "C1", 1)
    assert facts(draws.return_documents(ANYBODY, "C1", 1)) == [
        fact(DrawReturned, ANYBODY, credit="C1", draw=1)
    ]
    world.system.chain.revert(snapshot)
    world.advance_to(until)
    draws.waive("B", "C1", 1)


@pytest.mark.rule("draw.discrepant-returned")
@pytest.mark.parametrize("actor", ["E", "S"])
def test_examiner_and_beneficiary_return_documents_at_once(world: World, actor: str) -> None:
    draws = arrive(world, DISCREPANT).presentations
    assert facts(draws.return_documents(actor, "C1", 1)) == [fact(DrawReturned, actor, credit="C1", draw=1)]
    assert draws.draw_of("C1", 1).state is DrawState.RETURNED
    assert money(world) == {"locked": 1_000}


@pytest.mark.rule("draw.discrepant-returned")
def test_applicant_does_not_return_documents_before_the_window_ends(world: World) -> None:
    draws = arrive(world, DISCREPANT).presentations
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, draws.draw_of("C1", 1).waive_until):
        draws.return_documents("B", "C1", 1)


@pytest.mark.rule("draw.presented-discrepant", "draw.discrepant-accepted")
def test_scenario_08_notice_on_day_3_waived_on_day_4(world: World) -> None:
    purse(world)
    system = arrive(world, PRESENTED)
    world.advance_to(START + 3 * DAY)
    system.presentations.give_notice("E", "C1", 1, ["weights differ", "insurance is short"])
    world.advance_to(START + 4 * DAY)
    system.presentations.waive("B", "C1", 1)
    system.presentations.settle(ANYBODY, "C1", 1)
    assert wallets(world, "B", "S") == (500, 1_000)


@pytest.mark.rule("draw.discrepant-returned", "credit.active-expired")
def test_scenario_08_unwaived(world: World) -> None:
    purse(world)
    system = arrive(world, PRESENTED)
    world.advance_to(START + 3 * DAY)
    system.presentations.give_notice("E", "C1", 1, ["weights differ", "insurance is short"])
    world.advance_to(EXPIRY + 1)
    with expects(TradeEscrowDrawsOpen, Reason.DRAWS_OPEN):
        system.escrow.expire(ANYBODY, "C1")
    system.presentations.return_documents(ANYBODY, "C1", 1)
    system.escrow.expire(ANYBODY, "C1")
    assert wallets(world, "B", "S") == (1_500, 0)
    assert money(world) == {"refunded": 1_000}


@pytest.mark.rule("draw.presented-deemed")
def test_scenario_09_silent_examiner(world: World) -> None:
    purse(world)
    system = arrive(world, PRESENTED)
    world.advance_to(EXAMINE_UNTIL + 1)
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, EXAMINE_UNTIL):
        system.presentations.give_notice("E", "C1", 1, ["too late"])
    system.presentations.deem_accepted(ANYBODY, "C1", 1)
    system.presentations.settle(ANYBODY, "C1", 1)
    assert wallets(world, "B", "S") == (500, 1_000)
    assert system.escrow.credit_of("C1").state is CreditState.CLOSED


@pytest.mark.rule("credit.active-expired")
def test_scenario_10_nothing_presented_by_expiry(world: World) -> None:
    purse(world)
    system = arrive(world, FUNDED)
    world.advance_to(EXPIRY)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, EXPIRY):
        system.escrow.expire(ANYBODY, "C1")
    system.escrow.expire(ANYBODY, "C1")
    assert wallets(world, "B", "S") == (1_500, 0)
    assert system.escrow.credit_of("C1").state is CreditState.EXPIRED


@pytest.mark.rule("draw.presented", "credit.active-expired")
def test_scenario_10_presentation_on_the_last_day_is_paid(world: World) -> None:
    purse(world)
    system = arrive(world, FUNDED)
    world.advance_to(EXPIRY)
    system.presentations.present("S", "C1", su(1_000), EXPIRY - 20 * DAY, documents(1))
    with expects(TradeEscrowDrawsOpen, Reason.DRAWS_OPEN):
        system.escrow.expire(ANYBODY, "C1")
    system.presentations.accept("E", "C1", 1)
    system.presentations.settle(ANYBODY, "C1", 1)
    assert wallets(world, "B", "S") == (500, 1_000)
