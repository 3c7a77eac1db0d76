"""Presenting documents: who, when to the second, which set, how much, in parts or instalments."""

from typing import Any

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.reverts import (
    PresentationsDocumentsIncomplete,
    PresentationsInstalmentMissed,
    PresentationsInvalidAmount,
    PresentationsTooManyDraws,
    PresentationsWrongDrawState,
    RulebookRefused,
    TradeEscrowNotParty,
    TradeEscrowTooEarly,
    TradeEscrowTooLate,
    TradeRegistryDocumentUsed,
)
from settlement.domain.events import DrawPresented
from settlement.domain.participants import CreditState, DrawKind, DrawState, LicenceStatus
from settlement.domain.reasons import Reason
from tests.chain.credits import (
    ANYBODY,
    EXAMINE_UNTIL,
    EXPIRY,
    FACE,
    FUNDED,
    LATEST_SHIPMENT,
    PAID,
    PRESENTATION_PERIOD,
    PRESENTED,
    RETURNED,
    arrive,
    dispute,
    money,
    purse,
    wallets,
)
from tests.chain.expect import expects, fact, facts, shown
from tests.world import DAY, START, SUPERVISOR, WIND_DOWN_END, World, documents, su


def present(world: World, amount: int = FACE, shipped_at: int | None = None, serial: int = 1) -> None:
    """Present a set as S; shipped now unless said otherwise."""
    shipped = world.now if shipped_at is None else shipped_at
    world.system.presentations.present("S", "C1", amount, shipped, documents(serial))


def accept_and_pay(world: World, draw: int) -> None:
    """The examiner accepts, somebody has it paid."""
    world.system.presentations.accept("E", "C1", draw)
    world.system.presentations.settle(ANYBODY, "C1", draw)


@pytest.mark.rule("draw.presented", "op.present", "variant.banking-days")
def test_presentation_reserves_its_amount(world: World) -> None:
    system = arrive(world, FUNDED)
    shipped = world.now - 60
    presented = system.presentations.present("S", "C1", su(600), shipped, documents(1))
    assert facts(presented) == [
        fact(
            DrawPresented,
            "S",
            credit="C1",
            draw=1,
            draw_kind="DOCUMENTS",
            amount=su(600),
            shipped_at=shipped,
            documents=[document.hex() for document in documents(1)],
            examine_until=EXAMINE_UNTIL,
        )
    ]
    draw = system.presentations.draw_of("C1", 1)
    assert (draw.state, draw.kind, draw.amount) == (DrawState.PRESENTED, DrawKind.DOCUMENTS, su(600))
    assert (draw.examine_until, draw.transport_document) == (EXAMINE_UNTIL, documents(1)[0])
    assert system.presentations.draws_of("C1") == 1
    assert system.presentations.draw_of("C1", 2).state is DrawState.NONE
    assert money(world) == {"locked": 1_000, "reserved": 600}
    assert system.escrow.undrawn_of("C1") == su(400)


@pytest.mark.rule("draw.presented")
@pytest.mark.parametrize("actor", ["B", "T", "E", ANYBODY])
def test_only_the_beneficiary_presents(world: World, actor: str) -> None:
    system = arrive(world, FUNDED)
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(actor))):
        system.presentations.present(actor, "C1", FACE, world.now, documents(1))


@pytest.mark.rule("draw.presented")
def test_nothing_is_presented_under_no_credit(world: World) -> None:
    """A wallet that is nobody's is not that of the beneficiary of a credit that is not there."""
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(ANYBODY))):
        world.system.presentations.present(ANYBODY, "C1", FACE, world.now, documents(1))


@pytest.mark.parametrize("number", [0, 2])
def test_draws_are_numbered_from_one(world: World, number: int) -> None:
    draws = arrive(world, PRESENTED).presentations
    assert draws.draw_of("C1", number).state is DrawState.NONE
    credit = world.system.chain.id_of("C1")
    with expects(PresentationsWrongDrawState, Reason.WRONG_STATE, credit, number, DrawState.NONE):
        draws.accept("E", "C1", number)


@pytest.mark.rule("op.present", "check.screening-hold", "check.licence")
@pytest.mark.parametrize("reason", [Reason.LICENCE_SUSPENDED, Reason.LISTED_PARTY])
def test_presenter_is_in_good_standing(world: World, reason: Reason) -> None:
    system = arrive(world, FUNDED)
    if reason is Reason.LISTED_PARTY:
        world.list_party("S")
    else:
        system.participants.set_licence(SUPERVISOR, "S", LicenceStatus.SUSPENDED, WIND_DOWN_END)
    with expects(RulebookRefused, reason):
        present(world)


@pytest.mark.rule("op.present", "check.cap-once")
def test_presentation_looks_at_no_cap(world: World) -> None:
    system = arrive(world, FUNDED)
    system.participants.set_cap(SUPERVISOR, "B", 0)
    present(world)
    accept_and_pay(world, 1)
    assert money(world) == {"paid": 1_000}


@pytest.mark.rule("draw.presented")
def test_shipment_is_not_ahead(world: World) -> None:
    arrive(world, FUNDED)
    now = world.now
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, now + 1):
        present(world, shipped_at=now + 1)
    present(world, shipped_at=world.now)


@pytest.mark.rule("draw.presented")
def test_shipment_is_in_time_to_the_second(world: World) -> None:
    arrive(world, FUNDED)
    world.advance_to(LATEST_SHIPMENT + DAY)
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, LATEST_SHIPMENT):
        present(world, shipped_at=LATEST_SHIPMENT + 1)
    present(world, shipped_at=LATEST_SHIPMENT)


@pytest.mark.rule("draw.presented")
@pytest.mark.parametrize(
    ("shipped_at", "until"),
    [
        pytest.param(START, START + PRESENTATION_PERIOD, id="period after shipment"),
        pytest.param(LATEST_SHIPMENT, EXPIRY, id="expiry"),
    ],
)
def test_presentation_is_in_time_to_the_second(world: World, shipped_at: int, until: int) -> None:
    """By the earlier of expiry and the period after shipment."""
    system = arrive(world, FUNDED)
    snapshot = system.chain.snapshot()
    world.advance_to(until + 1)
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, until):
        present(world, shipped_at=shipped_at)
    system.chain.revert(snapshot)
    world.advance_to(until)
    present(world, shipped_at=shipped_at)
    assert money(world) == {"locked": 1_000, "reserved": 1_000}


@pytest.mark.rule("draw.presented-documents")
@pytest.mark.parametrize(
    "papers",
    [
        pytest.param((), id="none"),
        pytest.param(documents(1, 1), id="too few"),
        pytest.param(documents(1, 3), id="too many"),
        pytest.param((documents(1)[0], bytes(32)), id="an empty one"),
        pytest.param((bytes(32), documents(1)[0]), id="an empty transport document"),
        pytest.param((documents(1)[0],) * 2, id="one twice"),
    ],
)
def test_set_of_documents_is_complete(world: World, papers: tuple[bytes, ...]) -> None:
    system = arrive(world, FUNDED)
    with expects(PresentationsDocumentsIncomplete, Reason.DOCUMENTS_INCOMPLETE, 2):
        system.presentations.present("S", "C1", FACE, world.now, papers)


@pytest.mark.rule("draw.presented-documents")
def test_transport_document_is_used_once_over_all_credits(world: World) -> None:
    system = arrive(world, PAID, draw=su(300))
    again = documents(1)[0], documents(2)[1]
    with expects(TradeRegistryDocumentUsed, Reason.DOCUMENT_REUSED, documents(1)[0]):
        system.presentations.present("S", "C1", su(300), world.now, again)
    world.active_credit(ref="C2")
    with expects(TradeRegistryDocumentUsed, Reason.DOCUMENT_REUSED, documents(1)[0]):
        system.presentations.present("S", "C2", su(300), world.now, again)
    # Only the first one is bound to a shipment.
    system.presentations.present("S", "C2", su(300), world.now, (documents(2)[0], documents(1)[1]))


@pytest.mark.rule("draw.presented-documents", "draw.discrepant-returned")
def test_returned_transport_document_may_be_presented_again(world: World) -> None:
    system = arrive(world, RETURNED, draw=su(600))
    present(world, su(600))
    accept_and_pay(world, 2)
    assert system.presentations.draw_of("C1", 1).state is DrawState.RETURNED
    assert money(world) == {"paid": 600, "locked": 400}


@pytest.mark.rule("draw.presented-amount", "variant.partial")
@pytest.mark.parametrize("amount", [0, su(400) + 1])
def test_draw_is_of_something_that_is_unreserved(world: World, amount: int) -> None:
    arrive(world, PAID, draw=su(600))
    with expects(PresentationsInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, su(400)):
        present(world, amount, serial=2)


@pytest.mark.rule("draw.presented-amount", "variant.partial")
def test_reserved_and_disputed_amounts_are_not_drawn_again(world: World) -> None:
    arrive(world, FUNDED, arbiter="R", award_period=DAY)
    present(world, su(300))
    dispute(world, su(200))
    with expects(PresentationsInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, su(500)):
        present(world, su(500) + 1, serial=2)
    present(world, su(500), serial=2)
    assert money(world) == {"locked": 1_000, "reserved": 800, "disputed": 200}


@pytest.mark.rule("variant.partial", "variant.tolerance")
@pytest.mark.parametrize(
    ("tolerance", "least", "most"),
    [pytest.param(0, 1_000, 1_000, id="exact"), pytest.param(500, 950, 1_050, id="five per cent")],
)
def test_single_draw_is_of_the_whole_within_tolerance(
    world: World, tolerance: int, least: int, most: int
) -> None:
    system = arrive(world, FUNDED, partial_draws=False, tolerance=tolerance)
    snapshot = system.chain.snapshot()
    for wrong in (su(least) - 1, su(most) + 1):
        with expects(PresentationsInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, su(most)):
            present(world, wrong)
    present(world, su(most))
    system.chain.revert(snapshot)
    present(world, su(least))
    with expects(PresentationsInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, 0):
        present(world, 1, serial=2)


@pytest.mark.rule("variant.partial")
def test_single_draw_that_was_returned_may_be_made_again(world: World) -> None:
    arrive(world, RETURNED, partial_draws=False)
    present(world, FACE)
    accept_and_pay(world, 2)
    assert money(world) == {"paid": 1_000}


@pytest.mark.rule("variant.tolerance", "variant.partial")
def test_parts_come_to_the_tolerance_at_most(world: World) -> None:
    arrive(world, FUNDED, tolerance=1_000)
    present(world, su(1_050))
    with expects(PresentationsInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, su(50)):
        present(world, su(51), serial=2)
    present(world, su(50), serial=2)
    assert money(world) == {"locked": 1_100, "reserved": 1_100}


@pytest.mark.rule("draw.presented-amount")
def test_credit_has_a_hundred_draws_at_most(world: World) -> None:
    arrive(world, FUNDED)
    for serial in range(1, 101):
        present(world, 1, serial=serial)
    with expects(PresentationsTooManyDraws, Reason.AMOUNT_OUT_OF_TERMS, 100):
        present(world, 1, serial=101)
    # All of them fit into the transaction that winds the credit down.
    world.system.participants.set_licence(SUPERVISOR, "B", LicenceStatus.REVOKED, WIND_DOWN_END)
    world.system.presentations.wind_down("W", "C1")
    assert world.system.escrow.credit_of("C1").state is CreditState.WOUND_DOWN


PLAN: dict[str, Any] = {
    "instalments": (su(400), su(350), su(250)),
    "instalments_until": (START + 10 * DAY, START + 20 * DAY, START + 30 * DAY),
}


@pytest.mark.rule("variant.instalments")
def test_instalments_follow_each_other_each_for_its_amount(world: World) -> None:
    system = arrive(world, FUNDED, **PLAN)
    with expects(PresentationsInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, su(400)):
        present(world, su(350))
    present(world, su(400))
    with expects(PresentationsInstalmentMissed, Reason.INSTALMENT_MISSED, 2):
        present(world, su(350), serial=2)
    system.presentations.accept("E", "C1", 1)
    present(world, su(350), serial=2)
    system.presentations.accept("E", "C1", 2)
    present(world, su(250), serial=3)
    system.presentations.accept("E", "C1", 3)
    assert system.presentations.instalments_of("C1") == 3
    with expects(PresentationsInstalmentMissed, Reason.INSTALMENT_MISSED, 4):
        present(world, 1, serial=4)
    for draw in (1, 2, 3):
        system.presentations.settle(ANYBODY, "C1", draw)
    assert money(world) == {"paid": 1_000}


@pytest.mark.rule("variant.instalments")
def test_instalment_is_in_time_to_the_second(world: World) -> None:
    system = arrive(world, FUNDED, **PLAN)
    snapshot = system.chain.snapshot()
    world.advance_to(START + 10 * DAY + 1)
    with expects(PresentationsInstalmentMissed, Reason.INSTALMENT_MISSED, 1):
        present(world, su(400))
    system.chain.revert(snapshot)
    world.advance_to(START + 10 * DAY)
    present(world, su(400))


@pytest.mark.rule("variant.instalments", "draw.discrepant-returned")
def test_returned_instalment_is_presented_again_in_its_time(world: World) -> None:
    system = arrive(world, RETURNED, draw=su(400), **PLAN)
    assert system.presentations.instalments_of("C1") == 0
    present(world, su(400))
    assert system.presentations.instalments_of("C1") == 1


@pytest.mark.rule("variant.partial", "credit.active-expired")
def test_scenario_11_third_part_is_missed(world: World) -> None:
    purse(world)
    system = arrive(world, FUNDED)
    for number, amount in enumerate((su(400), su(350)), 1):
        present(world, amount, serial=number)
        accept_and_pay(world, number)
    world.advance_to(EXPIRY + 1)
    system.escrow.expire(ANYBODY, "C1")
    assert wallets(world, "B", "S") == (750, 750)
    assert money(world) == {"paid": 750, "refunded": 250}


@pytest.mark.rule("variant.instalments", "credit.active-expired")
def test_scenario_11_second_instalment_is_missed_and_with_it_the_third(world: World) -> None:
    purse(world)
    system = arrive(world, FUNDED, **PLAN)
    present(world, su(400))
    accept_and_pay(world, 1)
    world.advance_to(START + 20 * DAY + 1)
    for amount in (su(350), su(250)):
        with expects(PresentationsInstalmentMissed, Reason.INSTALMENT_MISSED, 2):
            present(world, amount, serial=2)
    world.advance_to(EXPIRY + 1)
    system.escrow.expire(ANYBODY, "C1")
    assert wallets(world, "B", "S") == (1_100, 400)
    assert money(world) == {"paid": 400, "refunded": 600}
