"""Amendments and cancellation by consent: all parties, the same terms, silence is no consent."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.reverts import (
    ERC20InsufficientAllowance,
    PresentationsInvalidAmount,
    RulebookRefused,
    TradeEscrowDrawsOpen,
    TradeEscrowInvalidAmount,
    TradeEscrowInvalidTerms,
    TradeEscrowNotParty,
)
from settlement.domain.events import ConsentGiven, CreditAmended, CreditCancelled, CreditClosed
from settlement.domain.participants import CreditState, DrawKind, Instrument
from settlement.domain.reasons import Reason
from settlement.domain.terms import Terms
from tests.chain.credits import (
    ACCEPTED,
    ANYBODY,
    ARBITER,
    EXPIRY,
    FACE,
    FUNDED,
    PAID,
    PRESENTED,
    REVIEWERS,
    arrive,
    dispute,
    money,
    moved,
    wallets,
)
from tests.chain.expect import expects, fact, facts, shown
from tests.world import COMPLIANCE, DAY, SUPERVISOR, World, documents, su

#: Everybody whose consent an amendment needs, when there are banks.
BANKS: dict[str, Any] = {"issuer": "K", "confirmer": "N"}
PARTIES = ("B", "K", "N", "S")


def amended(world: World, **changes: Any) -> Terms:
    """New terms of C1."""
    return replace(world.system.escrow.terms_of("C1"), **changes)


def agree(world: World, terms: Terms, *actors: str) -> None:
    """Consent to new terms, in this order."""
    for actor in actors:
        world.system.escrow.amend(actor, "C1", terms)


@pytest.mark.rule("credit.amend")
@pytest.mark.parametrize("order", [PARTIES, PARTIES[::-1]], ids=" ".join)
def test_amendment_is_in_force_when_the_last_party_agreed(world: World, order: tuple[str, ...]) -> None:
    escrow = arrive(world, FUNDED, **BANKS).escrow
    before, terms = escrow.terms_of("C1"), amended(world, expiry=EXPIRY + DAY, documents=3)
    digest = escrow.hash_of(terms).hex()
    for actor in order[:-1]:
        given = escrow.amend(actor, "C1", terms)
        assert facts(given) == [fact(ConsentGiven, actor, credit="C1", change=digest)]
        assert escrow.terms_of("C1") == before
    last = escrow.amend(order[-1], "C1", terms)
    assert last[-1] == CreditAmended(
        sim_time=last[-1].sim_time,
        actor=order[-1],
        block=last[-1].block,
        log_index=last[-1].log_index,
        credit="C1",
        terms=terms,
        terms_hash=digest,
        locked=0,
        refunded=0,
    )
    assert escrow.terms_of("C1") == terms
    assert money(world) == {"locked": 1_000}


@pytest.mark.rule("credit.amend")
@pytest.mark.parametrize("silent", PARTIES)
def test_silence_is_no_consent(world: World, silent: str) -> None:
    escrow = arrive(world, FUNDED, **BANKS).escrow
    before, terms = escrow.terms_of("C1"), amended(world, expiry=EXPIRY + DAY)
    agree(world, terms, *(party for party in PARTIES if party != silent))
    agree(world, terms, *(party for party in PARTIES if party != silent))
    assert escrow.terms_of("C1") == before


@pytest.mark.rule("credit.amend")
@pytest.mark.parametrize("actor", ["E", "R", "C", "K", ANYBODY])
def test_others_have_no_say(world: World, actor: str) -> None:
    escrow = arrive(world, FUNDED, arbiter="R", award_period=DAY).escrow
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(actor))):
        escrow.amend(actor, "C1", world.terms())
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(actor))):
        escrow.cancel_by_consent(actor, "C1")


@pytest.mark.rule("credit.amend")
def test_consents_to_different_terms_do_not_add_up(world: World) -> None:
    escrow = arrive(world, FUNDED).escrow
    before = escrow.terms_of("C1")
    agree(world, amended(world, expiry=EXPIRY + DAY), "B")
    agree(world, amended(world, expiry=EXPIRY + 2 * DAY), "S")
    assert escrow.terms_of("C1") == before


@pytest.mark.rule("credit.amend")
def test_another_amendment_voids_a_consent_even_when_it_is_undone(world: World) -> None:
    escrow = arrive(world, FUNDED).escrow
    original, smaller = escrow.terms_of("C1"), amended(world, amount=su(400))
    agree(world, smaller, "S")
    longer = amended(world, expiry=EXPIRY + DAY)
    agree(world, longer, "B", "S")
    agree(world, original, "B", "S")
    assert escrow.terms_of("C1") == original
    agree(world, smaller, "B")
    assert escrow.terms_of("C1") == original
    agree(world, smaller, "S")
    assert escrow.terms_of("C1") == smaller


@pytest.mark.rule("credit.amend", "credit.active-cancelled")
def test_presentation_voids_consents(world: World) -> None:
    system = arrive(world, FUNDED)
    smaller = amended(world, amount=su(600))
    agree(world, smaller, "S")
    system.escrow.cancel_by_consent("S", "C1")
    world.present("C1", su(400))
    system.presentations.accept("E", "C1", 1)
    system.presentations.settle(ANYBODY, "C1", 1)
    agree(world, smaller, "B")
    system.escrow.cancel_by_consent("B", "C1")
    assert system.escrow.terms_of("C1").amount == FACE
    assert money(world) == {"paid": 400, "locked": 600}


#: What befalls a credit whose first draw over 400 is paid but for its retention, with another presented.
BEFALLS: dict[str, Callable[[World], object]] = {
    "dispute": lambda w: dispute(w, su(100)),
    "award": lambda w: w.system.escrow.award("R", "C1", su(100)),
    "retention disputed": lambda w: w.system.presentations.dispute_retention("S", "C1", 1),
    "retention paid": lambda w: w.system.presentations.finalise("B", "C1", 1),
    "draw paid": lambda w: w.system.presentations.settle(ANYBODY, "C1", 3),
    "draw returned": lambda w: w.system.presentations.return_documents("S", "C1", 2),
    "hold": lambda w: w.system.escrow.hold(COMPLIANCE, "C1"),
    "release": lambda w: w.system.escrow.release(*REVIEWERS, "C1"),
}


@pytest.mark.rule("credit.amend")
@pytest.mark.parametrize("what", BEFALLS)
def test_whatever_befalls_a_credit_voids_consents(world: World, what: str) -> None:
    system = arrive(world, PAID, su(300), **ARBITER, retention=1_000, retention_period=DAY)
    for number in (2, 3):
        world.present("C1", su(100), serial=number)
    system.presentations.give_notice("E", "C1", 2, ["late"])
    system.presentations.accept("E", "C1", 3)
    if what == "award":
        dispute(world, su(100))
    longer = amended(world, expiry=EXPIRY + DAY)
    agree(world, longer, "S")
    if what == "release":
        # A hold voids it too, so that what is left is what the release does.
        system.escrow.hold(COMPLIANCE, "C1")
    BEFALLS[what](world)
    if what == "hold":
        system.escrow.release(*REVIEWERS, "C1")
    agree(world, longer, "B")
    assert system.escrow.terms_of("C1").expiry == EXPIRY
    agree(world, longer, "S")
    assert system.escrow.terms_of("C1").expiry == EXPIRY + DAY


@pytest.mark.rule("credit.amend")
def test_increase_locks_more_of_the_applicant(world: World) -> None:
    system = arrive(world, FUNDED, tolerance=1_000)
    assert money(world) == {"locked": 1_100}
    larger = amended(world, amount=su(1_500))
    agree(world, larger, "B")
    with expects(ERC20InsufficientAllowance, Reason.INSUFFICIENT_ALLOWANCE):
        system.escrow.amend("S", "C1", larger)
    system.token.approve("B", system.escrow, su(550))
    last = system.escrow.amend("S", "C1", larger)
    assert moved("FUND", "S", "B", "TradeEscrow", su(550)) in facts(last)
    assert last[-1].data()["locked"] == su(550)
    assert money(world) == {"locked": 1_650}
    assert system.rulebook.used_by_entity("B", DAY) == 1_650 * 100


@pytest.mark.rule("credit.amend", "op.refund")
def test_decrease_refunds_down_to_what_is_paid_and_reserved(world: World) -> None:
    system = arrive(world, PRESENTED, draw=su(600))
    least = amended(world, amount=su(600))
    too_little = replace(least, amount=su(600) - 1)
    agree(world, too_little, "B")
    with expects(TradeEscrowInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, su(400)):
        system.escrow.amend("S", "C1", too_little)
    agree(world, least, "B")
    last = system.escrow.amend("S", "C1", least)
    assert moved("REFUND", "S", "TradeEscrow", "B", su(400)) in facts(last)
    assert money(world) == {"refunded": 400, "locked": 600, "reserved": 600}
    system.presentations.accept("E", "C1", 1)
    system.presentations.settle(ANYBODY, "C1", 1)
    assert money(world) == {"paid": 600, "refunded": 400}


@pytest.mark.rule("credit.amend", "credit.active-closed")
def test_decrease_to_what_is_paid_closes_the_credit(world: World) -> None:
    system = arrive(world, PAID, draw=su(400))
    least = amended(world, amount=su(400))
    agree(world, least, "S")
    last = system.escrow.amend("B", "C1", least)
    assert facts(last)[-1] == fact(CreditClosed, "B", credit="C1")
    assert system.escrow.credit_of("C1").state is CreditState.CLOSED
    assert money(world) == {"paid": 400, "refunded": 600}


@pytest.mark.rule("credit.amend-old-terms")
def test_draws_in_flight_keep_the_old_terms(world: World) -> None:
    deferred = {"instrument": Instrument.DEFERRED, "tenor": 10 * DAY}
    system = arrive(world, PRESENTED, su(600), **deferred, retention=1_000, retention_period=20 * DAY)
    agree(world, amended(world, tenor=50 * DAY, retention=5_000, retention_period=90 * DAY), "B", "S")
    system.presentations.accept("E", "C1", 1)
    draw = system.presentations.draw_of("C1", 1)
    assert draw.maturity == world.now - 1 + 10 * DAY
    assert (draw.retention, draw.retention_period) == (su(60), 20 * DAY)
    world.present("C1", su(400), serial=2)
    later = system.presentations.draw_of("C1", 2)
    assert (later.retention, later.tenor, later.retention_period) == (su(200), 50 * DAY, 90 * DAY)


FIXED: dict[str, dict[str, Any]] = {
    "reference": {"ref": "C2"},
    "trade": {"trade": "T-B-T"},
    "instrument": {"instrument": Instrument.MILESTONE},
    "applicant": {"applicant": "C"},
    "issuer": {"issuer": "K"},
    "confirmer": {"confirmer": "N"},
    "beneficiary": {"beneficiary": "T"},
    "examiner": {"examiner": "A"},
    "arbiter": {"arbiter": ""},
    "demurrage": {"demurrage": 1},
    "offer": {"offer_until": EXPIRY},
    "funding": {"fund_until": EXPIRY},
    "instalments": {"instalments": (FACE,), "instalments_until": (EXPIRY,)},
}


@pytest.mark.rule("credit.amend")
@pytest.mark.parametrize("part", FIXED)
def test_what_is_fixed_stays(world: World, part: str) -> None:
    escrow = arrive(world, FUNDED, **ARBITER).escrow
    terms = amended(world, **FIXED[part])
    agree(world, terms, "B")
    with expects(TradeEscrowInvalidTerms, Reason.TERMS_INVALID):
        escrow.amend("S", "C1", terms)


@pytest.mark.rule("credit.amend")
def test_new_terms_hang_together_too(world: World) -> None:
    escrow = arrive(world, FUNDED).escrow
    terms = amended(world, latest_shipment=EXPIRY + 1)
    agree(world, terms, "B")
    with expects(TradeEscrowInvalidTerms, Reason.TERMS_INVALID):
        escrow.amend("S", "C1", terms)


@pytest.mark.rule("variant.force-majeure")
def test_expired_credit_is_not_revived(world: World) -> None:
    escrow = arrive(world, FUNDED).escrow
    terms = amended(world, expiry=EXPIRY + 30 * DAY)
    agree(world, terms, "B")
    snapshot = world.system.chain.snapshot()
    world.advance_to(EXPIRY + 1)
    with expects(TradeEscrowInvalidTerms, Reason.TERMS_INVALID):
        escrow.amend("S", "C1", terms)
    world.system.chain.revert(snapshot)
    world.advance_to(EXPIRY)
    escrow.amend("S", "C1", terms)
    assert escrow.terms_of("C1") == terms


@pytest.mark.rule("credit.amend", "variant.force-majeure")
def test_new_expiry_lies_ahead(world: World) -> None:
    escrow = arrive(world, FUNDED).escrow
    terms = amended(world, latest_shipment=world.now, expiry=world.now + DAY)
    agree(world, terms, "B")
    world.advance_to(terms.expiry + 1)
    with expects(TradeEscrowInvalidTerms, Reason.TERMS_INVALID):
        escrow.amend("S", "C1", terms)


@pytest.mark.rule("credit.amend", "op.open")
@pytest.mark.parametrize("reason", [Reason.LISTED_PARTY, Reason.REGIME_SUSPENDED, Reason.BEYOND_REGIME])
def test_amendment_asks_the_rulebook(world: World, reason: Reason) -> None:
    system = arrive(world, FUNDED)
    terms = amended(world, expiry=EXPIRY + (400 * DAY if reason is Reason.BEYOND_REGIME else DAY))
    spoil: dict[Reason, Callable[[], object]] = {
        Reason.LISTED_PARTY: lambda: world.list_party("S"),
        Reason.REGIME_SUSPENDED: lambda: system.regime.suspend(SUPERVISOR),
        Reason.BEYOND_REGIME: lambda: None,
    }
    spoil[reason]()
    agree(world, terms, "B")
    with expects(RulebookRefused, reason):
        system.escrow.amend("S", "C1", terms)


@pytest.mark.rule("credit.amend", "variant.advance")
def test_advance_below_what_was_drawn_leaves_nothing_to_draw(world: World) -> None:
    terms = {"instrument": Instrument.ADVANCE, "advance": su(500), "return_period": 30 * DAY}
    system = arrive(world, FUNDED, **terms)
    system.presentations.present("S", "C1", su(300), 0, documents(1, 1), DrawKind.ADVANCE)
    agree(world, amended(world, advance=su(200)), "B", "S")
    with expects(PresentationsInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, 0):
        system.presentations.present("S", "C1", 1, 0, documents(2, 1), DrawKind.ADVANCE)


@pytest.mark.rule("credit.active-cancelled")
def test_all_parties_end_a_credit(world: World) -> None:
    system = arrive(world, PAID, draw=su(300), **BANKS)
    for actor in PARTIES[:-1]:
        given = system.escrow.cancel_by_consent(actor, "C1")
        assert facts(given) == [fact(ConsentGiven, actor, credit="C1", change="")]
    assert facts(system.escrow.cancel_by_consent("S", "C1"))[1:] == [
        moved("REFUND", "S", "TradeEscrow", "B", su(700)),
        fact(CreditCancelled, "S", credit="C1", refunded=su(700)),
    ]
    assert system.escrow.credit_of("C1").state is CreditState.CANCELLED
    assert money(world) == {"paid": 300, "refunded": 700}
    assert wallets(world, "B", "S") == (9_700, 300)


@pytest.mark.rule("credit.active-cancelled")
@pytest.mark.parametrize("steps", [PRESENTED, ACCEPTED, PAID], ids=["presented", "accepted", "retained"])
def test_credit_with_open_draws_is_not_cancelled(world: World, steps: tuple[str, ...]) -> None:
    escrow = arrive(world, steps, draw=su(300), retention=1_000, retention_period=DAY).escrow
    with expects(TradeEscrowDrawsOpen, Reason.DRAWS_OPEN):
        escrow.cancel_by_consent("B", "C1")
