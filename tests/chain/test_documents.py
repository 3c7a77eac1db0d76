"""Transport documents are used once, under whatever instrument; a barred examiner is not a silent one."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from settlement.chain.reverts import (
    PresentationsWrongDrawState,
    RulebookRefused,
    TradeEscrowNotParty,
    TradeEscrowTooEarly,
    TradeEscrowTooLate,
    TradeRegistryDocumentUsed,
)
from settlement.domain.events import DrawReturned
from settlement.domain.participants import BillState, DrawState, LicenceStatus, Screening
from settlement.domain.reasons import Reason
from tests.chain.bills import terms as bill_terms
from tests.chain.credits import (
    ACCEPTED,
    ANYBODY,
    DISCREPANT,
    EXAMINE_UNTIL,
    FUNDED,
    PRESENTED,
    REVIEWERS,
    WAIVER_WINDOW,
    arrive,
    money,
)
from tests.chain.expect import expects, fact, facts
from tests.world import COMPLIANCE, SUPERVISOR, WIND_DOWN_END, World, documents, su

PAPERS = documents(9)


def under_a_credit(world: World, ref: str) -> Callable[[], object]:
    world.active_credit(ref=ref, amount=su(100))
    return lambda: world.system.presentations.present("S", ref, su(100), world.now, PAPERS)


def under_a_bill(world: World, ref: str) -> Callable[[], object]:
    bills = world.system.collections
    terms = replace(bill_terms(), ref=ref, amount=su(100))
    bills.offer("S", terms)
    bills.agree("B", ref)
    return lambda: bills.present("S", ref, PAPERS[0])


def back_from_a_credit(world: World, ref: str) -> None:
    draws = world.system.presentations
    draws.give_notice("E", ref, 1, ["late"])
    draws.return_documents("S", ref, 1)


def back_from_a_bill(world: World, ref: str) -> None:
    world.system.collections.return_documents("B", ref)


SHOWN = {"credit": under_a_credit, "bill": under_a_bill}
BACK = {"credit": back_from_a_credit, "bill": back_from_a_bill}


@pytest.mark.rule("draw.presented-documents", "variant.documents-against-payment")
@pytest.mark.parametrize("second", SHOWN)
@pytest.mark.parametrize("first", SHOWN)
def test_a_document_is_used_once_whoever_shows_it(world: World, first: str, second: str) -> None:
    show, again = SHOWN[first](world, "X1"), SHOWN[second](world, "X2")
    show()
    assert world.system.trades.is_document_used(PAPERS[0])
    with expects(TradeRegistryDocumentUsed, Reason.DOCUMENT_REUSED, PAPERS[0]):
        again()
    BACK[first](world, "X1")
    assert not world.system.trades.is_document_used(PAPERS[0])
    again()
    assert world.system.trades.is_document_used(PAPERS[0])


@pytest.mark.rule("draw.presented-documents", "variant.documents-against-payment")
def test_a_document_that_was_paid_for_stays_used(world: World) -> None:
    under_a_bill(world, "X1")()
    world.system.token.approve("B", world.system.collections, su(100))
    world.system.collections.pay("B", "X1")
    assert world.system.collections.bill_of("X1").state is BillState.PAID
    with expects(TradeRegistryDocumentUsed, Reason.DOCUMENT_REUSED, PAPERS[0]):
        under_a_credit(world, "X2")()


@pytest.mark.rule("draw.presented-documents", "credit.reject")
@pytest.mark.parametrize("steps", [PRESENTED, DISCREPANT, ACCEPTED])
def test_documents_of_a_rejected_credit_go_back(world: World, steps: tuple[str, ...]) -> None:
    system = arrive(world, (*steps, "hold"))
    system.escrow.reject_credit(*REVIEWERS, "C1")
    before = money(world)
    draws = system.presentations
    assert facts(draws.return_documents(ANYBODY, "C1", 1)) == [
        fact(DrawReturned, ANYBODY, credit="C1", draw=1)
    ]
    assert money(world) == before
    assert not system.trades.is_document_used(documents(1)[0])
    with expects(PresentationsWrongDrawState, Reason.WRONG_STATE):
        draws.return_documents(ANYBODY, "C1", 1)


def lose_licence(world: World) -> Reason:
    world.system.participants.set_licence(SUPERVISOR, "E", LicenceStatus.REVOKED, WIND_DOWN_END)
    return Reason.LICENCE_REVOKED


def lose_kyc(world: World) -> Reason:
    world.system.participants.set_kyc(SUPERVISOR, "E", world.now - 1)
    return Reason.KYC_EXPIRED


def be_listed(world: World) -> Reason:
    world.list_party("E")
    return Reason.LISTED_PARTY


BARS = [lose_licence, lose_kyc, be_listed]


@pytest.mark.rule("draw.presented-deemed")
@pytest.mark.parametrize("bar", BARS)
def test_silence_of_a_barred_examiner_accepts_nothing(world: World, bar: Callable[[World], Reason]) -> None:
    draws = arrive(world, PRESENTED).presentations
    why = bar(world)
    world.advance_to(EXAMINE_UNTIL + 1)
    with expects(RulebookRefused, why):
        draws.deem_accepted(ANYBODY, "C1", 1)
    assert draws.draw_of("C1", 1).state is DrawState.PRESENTED


@pytest.mark.rule("draw.presented-unexamined")
@pytest.mark.parametrize("bar", BARS)
def test_what_is_left_unexamined_is_waived_or_goes_back(world: World, bar: Callable[[World], Reason]) -> None:
    system = arrive(world, PRESENTED)
    draws, until = system.presentations, EXAMINE_UNTIL + WAIVER_WINDOW
    bar(world)
    world.advance_to(EXAMINE_UNTIL)
    with expects(PresentationsWrongDrawState, Reason.WRONG_STATE):
        draws.waive("B", "C1", 1)
    world.advance_to(EXAMINE_UNTIL + 1)
    snapshot = system.chain.snapshot()
    draws.waive("B", "C1", 1)
    assert draws.draw_of("C1", 1).state is DrawState.ACCEPTED
    system.chain.revert(snapshot)
    for actor in ("E", ANYBODY):
        with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, until):
            draws.return_documents(actor, "C1", 1)
    draws.return_documents("S", "C1", 1)
    assert draws.draw_of("C1", 1).state is DrawState.RETURNED
    system.chain.revert(snapshot)
    world.advance_to(until + 1)
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, until):
        draws.waive("B", "C1", 1)
    draws.return_documents(ANYBODY, "C1", 1)
    assert draws.draw_of("C1", 1).state is DrawState.RETURNED
    assert money(world)["locked"] == 1_000


def renew_licence(world: World) -> None:
    world.system.participants.set_licence(SUPERVISOR, "E", LicenceStatus.ACTIVE, WIND_DOWN_END)


def renew_kyc(world: World) -> None:
    world.system.participants.set_kyc(SUPERVISOR, "E", WIND_DOWN_END)


def be_cleared(world: World) -> None:
    world.system.participants.resolve_screening(*REVIEWERS, "E", Screening.FALSE_POSITIVE)


RESTORED = [(lose_licence, renew_licence), (lose_kyc, renew_kyc), (be_listed, be_cleared)]


@pytest.mark.rule("draw.presented-deemed", "draw.presented-unexamined")
@pytest.mark.parametrize(("bar", "restore"), RESTORED)
def test_an_examiner_that_was_barred_meanwhile_was_not_silent(
    world: World, bar: Callable[[World], Reason], restore: Callable[[World], None]
) -> None:
    draws = arrive(world, PRESENTED).presentations
    bar(world)
    world.advance_to(EXAMINE_UNTIL)
    restore(world)
    with expects(PresentationsWrongDrawState, Reason.WRONG_STATE):
        draws.deem_accepted(ANYBODY, "C1", 1)
    draws.waive("B", "C1", 1)
    assert draws.draw_of("C1", 1).state is DrawState.ACCEPTED


@pytest.mark.rule("draw.presented-deemed")
@pytest.mark.parametrize(("bar", "restore"), RESTORED)
def test_what_kept_an_examiner_out_before_does_not_count(
    world: World, bar: Callable[[World], Reason], restore: Callable[[World], None]
) -> None:
    arrive(world, FUNDED)
    bar(world)
    restore(world)
    world.present("C1", su(1_000))
    draws = world.system.presentations
    world.advance_to(draws.draw_of("C1", 1).examine_until + 1)
    draws.deem_accepted(ANYBODY, "C1", 1)
    assert draws.draw_of("C1", 1).state is DrawState.ACCEPTED


@pytest.mark.rule("draw.presented-deemed")
@pytest.mark.parametrize("renew", [renew_licence, renew_kyc])
def test_a_renewal_in_time_restores_nothing(world: World, renew: Callable[[World], None]) -> None:
    draws = arrive(world, PRESENTED).presentations
    renew(world)
    world.advance_to(EXAMINE_UNTIL + 1)
    draws.deem_accepted(ANYBODY, "C1", 1)
    assert draws.draw_of("C1", 1).state is DrawState.ACCEPTED


@pytest.mark.rule("draw.presented-deemed", "draw.presented-unexamined")
def test_a_stale_list_keeps_everybody_waiting(world: World) -> None:
    system = arrive(world, PRESENTED)
    draws = system.presentations
    world.advance_to(EXAMINE_UNTIL + WAIVER_WINDOW + 1)
    system.participants.publish_list(COMPLIANCE, system.participants.current_list()[0] + 1, bytes(32))
    with expects(RulebookRefused, Reason.LIST_STALE):
        draws.deem_accepted(ANYBODY, "C1", 1)
    with expects(PresentationsWrongDrawState, Reason.WRONG_STATE):
        draws.return_documents(ANYBODY, "C1", 1)
    system.participants.set_screening(COMPLIANCE, "E", Screening.CLEAR)
    draws.deem_accepted(ANYBODY, "C1", 1)
    assert draws.draw_of("C1", 1).state is DrawState.ACCEPTED


@pytest.mark.rule("draw.presented-unexamined")
def test_parties_take_nothing_from_an_examiner_in_good_standing(world: World) -> None:
    draws = arrive(world, PRESENTED).presentations
    world.advance_to(EXAMINE_UNTIL + 1)
    with expects(PresentationsWrongDrawState, Reason.WRONG_STATE):
        draws.waive("B", "C1", 1)
    with expects(PresentationsWrongDrawState, Reason.WRONG_STATE):
        draws.return_documents("S", "C1", 1)
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY):
        draws.accept(COMPLIANCE, "C1", 1)
