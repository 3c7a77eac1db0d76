"""Milestone, advance, demurrage."""

from typing import Any

import pytest

from settlement.chain.reverts import (
    PresentationsDocumentsIncomplete,
    PresentationsInvalidAmount,
    PresentationsNotProvided,
    TradeEscrowDrawsOpen,
    TradeEscrowInvalidAmount,
    TradeEscrowTooEarly,
    TradeEscrowTooLate,
    TradeRegistryDocumentUsed,
)
from settlement.domain.events import (
    AdvanceOverdue,
    AdvancePaid,
    CreditClosed,
    DrawAccepted,
    DrawFinal,
    DrawPaid,
    DrawReturned,
)
from settlement.domain.participants import CreditState, DrawKind, DrawState, Instrument
from settlement.domain.reasons import Reason
from tests.chain.advances import ADVANCE, RETURN_PERIOD, draw, pay_advance
from tests.chain.credits import (
    ANYBODY,
    EXAMINE_UNTIL,
    EXPIRY,
    FACE,
    FUNDED,
    PRESENTED,
    arrive,
    money,
)
from tests.chain.expect import expects, fact, facts
from tests.world import DAY, World, documents, su

MILESTONE: dict[str, Any] = {"instrument": Instrument.MILESTONE, "examiner": "A"}


@pytest.mark.rule("variant.milestone")
def test_attestation_stands_for_documents(world: World) -> None:
    system = arrive(world, PRESENTED, **MILESTONE)
    system.presentations.accept("A", "C1", 1)
    system.presentations.settle(ANYBODY, "C1", 1)
    assert money(world) == {"paid": 1_000}


@pytest.mark.rule("variant.milestone", "draw.presented-deemed")
def test_silence_of_an_attestor_attests_nothing(world: World) -> None:
    system = arrive(world, PRESENTED, **MILESTONE)
    world.advance_to(EXAMINE_UNTIL)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, EXAMINE_UNTIL):
        system.presentations.return_documents(ANYBODY, "C1", 1)
    with expects(PresentationsNotProvided, Reason.NOT_IN_TERMS, DrawKind.DOCUMENTS):
        system.presentations.deem_accepted(ANYBODY, "C1", 1)
    assert facts(system.presentations.return_documents(ANYBODY, "C1", 1)) == [
        fact(DrawReturned, ANYBODY, credit="C1", draw=1)
    ]
    assert money(world) == {"locked": 1_000}


@pytest.mark.rule("variant.advance")
def test_advance_starts_the_clock_of_its_return_and_keeps_the_credit_open(world: World) -> None:
    system = arrive(world, FUNDED, **ADVANCE)
    number = draw(system, DrawKind.ADVANCE, FACE, 50)
    system.presentations.accept("E", "C1", number)
    paid = system.presentations.settle(ANYBODY, "C1", number)
    until = paid[0].sim_time + RETURN_PERIOD
    assert fact(AdvancePaid, ANYBODY, credit="C1", return_until=until) in facts(paid)
    assert fact(DrawPaid, ANYBODY, credit="C1", draw=1, amount=FACE, retention=0, arrived=True) in facts(paid)
    assert system.escrow.credit_of("C1").advance_open
    assert system.escrow.credit_of("C1").state is CreditState.ACTIVE
    assert money(world) == {"paid": 1_000}
    world.advance_to(EXPIRY + 1)
    with expects(TradeEscrowDrawsOpen, Reason.DRAWS_OPEN):
        system.escrow.expire(ANYBODY, "C1")


@pytest.mark.rule("variant.advance")
def test_delivery_ends_an_advance_and_draws_nothing(world: World) -> None:
    system = arrive(world, FUNDED, **ADVANCE)
    pay_advance(world)
    with expects(PresentationsInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, 0):
        draw(system, DrawKind.DELIVERY, 1, 2, world.now)
    number = draw(system, DrawKind.DELIVERY, 0, 2, world.now)
    now = world.now
    assert facts(system.presentations.accept("E", "C1", number)) == [
        fact(DrawAccepted, "E", credit="C1", draw=2, maturity=now, deemed=False, waived=False),
        fact(DrawFinal, "E", credit="C1", draw=2, retention=0, arrived=True),
        fact(CreditClosed, "E", credit="C1"),
    ]
    assert system.presentations.draw_of("C1", 2).state is DrawState.FINAL
    with expects(PresentationsNotProvided, Reason.NOT_IN_TERMS, DrawKind.DELIVERY):
        system.presentations.report_overdue(ANYBODY, "C1")


@pytest.mark.rule("variant.advance")
def test_delivery_shown_twice_ends_an_advance_once(world: World) -> None:
    """Both were presented before either was accepted; the rest of the credit keeps it open."""
    system = arrive(world, FUNDED, **ADVANCE)
    pay_advance(world, su(300))
    for serial in (2, 3):
        draw(system, DrawKind.DELIVERY, 0, serial, world.now)
    system.presentations.accept("E", "C1", 2)
    assert not system.escrow.credit_of("C1").advance_open
    now = world.now
    assert facts(system.presentations.accept("E", "C1", 3)) == [
        fact(DrawAccepted, "E", credit="C1", draw=3, maturity=now, deemed=False, waived=False),
        fact(DrawFinal, "E", credit="C1", draw=3, retention=0, arrived=True),
    ]
    assert system.escrow.credit_of("C1").state is CreditState.ACTIVE
    assert money(world) == {"paid": 300, "locked": 700}


@pytest.mark.rule("variant.advance")
def test_rest_is_drawn_against_documents_after_a_part_in_advance(world: World) -> None:
    system = arrive(world, FUNDED, **(ADVANCE | {"advance": su(300)}))
    with expects(PresentationsInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, su(300)):
        draw(system, DrawKind.ADVANCE, su(300) + 1, 50)
    with expects(PresentationsInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, su(300)):
        draw(system, DrawKind.ADVANCE, 0, 50)
    pay_advance(world, su(200))
    with expects(PresentationsInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, su(100)):
        draw(system, DrawKind.ADVANCE, su(101), 51)
    pay_advance(world, su(100), 51)
    number = draw(system, DrawKind.DELIVERY, 0, 2, world.now)
    system.presentations.accept("E", "C1", number)
    last = world.present("C1", su(700), serial=3)
    system.presentations.accept("E", "C1", last)
    system.presentations.settle(ANYBODY, "C1", last)
    assert money(world) == {"paid": 1_000}
    assert system.escrow.credit_of("C1").state is CreditState.CLOSED


@pytest.mark.rule("variant.advance")
def test_nothing_is_advanced_once_delivery_was_shown_or_is_overdue(world: World) -> None:
    system = arrive(world, FUNDED, **ADVANCE)
    until = pay_advance(world, su(300))
    snapshot = system.chain.snapshot()
    system.presentations.accept("E", "C1", draw(system, DrawKind.DELIVERY, 0, 2, world.now))
    with expects(PresentationsNotProvided, Reason.NOT_IN_TERMS, DrawKind.ADVANCE):
        draw(system, DrawKind.ADVANCE, su(300), 51)
    system.chain.revert(snapshot)
    world.advance_to(until + 1)
    system.presentations.report_overdue(ANYBODY, "C1")
    with expects(PresentationsNotProvided, Reason.NOT_IN_TERMS, DrawKind.ADVANCE):
        draw(system, DrawKind.ADVANCE, su(300), 51)


@pytest.mark.rule("variant.advance")
@pytest.mark.parametrize("kind", [DrawKind.ADVANCE, DrawKind.DELIVERY])
def test_credit_without_an_advance_provides_for_none(world: World, kind: DrawKind) -> None:
    system = arrive(world, FUNDED)
    with expects(PresentationsNotProvided, Reason.NOT_IN_TERMS, kind):
        draw(system, kind, 0 if kind is DrawKind.DELIVERY else FACE, 50, world.now)


@pytest.mark.rule("variant.advance", "draw.presented-documents")
def test_demand_for_an_advance_is_one_document_used_once(world: World) -> None:
    system = arrive(world, FUNDED, **ADVANCE)
    with expects(PresentationsDocumentsIncomplete, Reason.DOCUMENTS_INCOMPLETE, 1):
        system.presentations.present("S", "C1", 1, 0, documents(50, 2), DrawKind.ADVANCE)
    draw(system, DrawKind.ADVANCE, 1, 50)
    with expects(TradeRegistryDocumentUsed, Reason.DOCUMENT_REUSED):
        draw(system, DrawKind.ADVANCE, 1, 50)


@pytest.mark.rule("variant.advance", "draw.discrepant-returned")
def test_returned_advance_may_be_drawn_again(world: World) -> None:
    system = arrive(world, FUNDED, **ADVANCE)
    draw(system, DrawKind.ADVANCE, FACE, 50)
    system.presentations.give_notice("E", "C1", 1, ["unsigned"])
    system.presentations.return_documents("S", "C1", 1)
    pay_advance(world)
    assert money(world) == {"paid": 1_000}


@pytest.mark.rule("variant.advance")
def test_delivery_is_shown_and_overdue_to_the_second(world: World) -> None:
    system = arrive(world, FUNDED, **ADVANCE)
    until = pay_advance(world)
    snapshot = system.chain.snapshot()
    world.advance_to(until)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, until):
        system.presentations.report_overdue(ANYBODY, "C1")
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, until):
        draw(system, DrawKind.DELIVERY, 0, 2, world.now)
    assert facts(system.presentations.report_overdue(ANYBODY, "C1")) == [
        fact(AdvanceOverdue, ANYBODY, credit="C1"),
        fact(CreditClosed, ANYBODY, credit="C1"),
    ]
    system.chain.revert(snapshot)
    world.advance_to(until)
    draw(system, DrawKind.DELIVERY, 0, 2, world.now)


@pytest.mark.rule("variant.advance")
def test_delivery_under_examination_is_not_overdue(world: World) -> None:
    system = arrive(world, FUNDED, **ADVANCE)
    until = pay_advance(world)
    world.advance_to(until)
    number = draw(system, DrawKind.DELIVERY, 0, 2, world.now)
    with expects(TradeEscrowDrawsOpen, Reason.DRAWS_OPEN):
        system.presentations.report_overdue(ANYBODY, "C1")
    system.presentations.give_notice("E", "C1", number, ["other goods"])
    system.presentations.return_documents("E", "C1", number)
    system.presentations.report_overdue(ANYBODY, "C1")
    assert not system.escrow.credit_of("C1").advance_open


@pytest.mark.rule("variant.demurrage")
def test_demurrage_comes_out_of_its_own_reserve_up_to_its_cap(world: World) -> None:
    system = arrive(world, FUNDED, demurrage=su(50))
    with expects(PresentationsInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, su(50)):
        draw(system, DrawKind.DEMURRAGE, 0, 60)
    with expects(TradeEscrowInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, su(50)):
        draw(system, DrawKind.DEMURRAGE, su(50) + 1, 60)
    draw(system, DrawKind.DEMURRAGE, su(20), 60)
    assert money(world) == {"locked": 1_050, "reserved": 20, "demurrage": 30}
    system.presentations.accept("E", "C1", 1)
    system.presentations.settle(ANYBODY, "C1", 1)
    world.present("C1", FACE)
    system.presentations.accept("E", "C1", 2)
    system.presentations.settle(ANYBODY, "C1", 2)
    assert money(world) == {"paid": 1_020, "locked": 30, "demurrage": 30}
    world.advance_to(EXPIRY + 1)
    system.escrow.expire(ANYBODY, "C1")
    assert money(world) == {"paid": 1_020, "refunded": 30}


@pytest.mark.rule("variant.demurrage", "variant.partial")
def test_demurrage_is_not_the_single_draw(world: World) -> None:
    system = arrive(world, FUNDED, demurrage=su(50), partial_draws=False)
    draw(system, DrawKind.DEMURRAGE, su(20), 60)
    world.present("C1", FACE)
    assert money(world) == {"locked": 1_050, "reserved": 1_020, "demurrage": 30}


@pytest.mark.rule("variant.demurrage", "draw.discrepant-returned")
def test_returned_demurrage_goes_back_to_its_reserve(world: World) -> None:
    system = arrive(world, FUNDED, demurrage=su(50), retention=1_000, retention_period=DAY)
    draw(system, DrawKind.DEMURRAGE, su(50), 60)
    assert system.presentations.draw_of("C1", 1).retention == 0
    system.presentations.give_notice("E", "C1", 1, ["no delay"])
    system.presentations.return_documents("E", "C1", 1)
    assert money(world) == {"locked": 1_050, "demurrage": 50}
