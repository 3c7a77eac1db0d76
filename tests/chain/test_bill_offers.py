"""Bills that are offered: by whom, on which terms, and who agrees to them."""

from typing import Any

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.reverts import (
    CollectionsBillExists,
    CollectionsInvalidTerms,
    CollectionsNotParty,
    RulebookRefused,
)
from settlement.domain.events import BillAgreed, BillOffered
from settlement.domain.participants import BillState, Instrument
from settlement.domain.reasons import Reason
from tests.chain.bills import COLLECTION, DOCUMENTS, DUE, FACE, GRACE, OFFER_UNTIL, OPEN_ACCOUNT, take, terms
from tests.chain.credits import ANYBODY, MIDNIGHT
from tests.chain.expect import expects, fact, facts, shown
from tests.world import COMPLIANCE, DAY, END, SUPERVISOR, World


@pytest.mark.rule("variant.documents-against-payment", "variant.open-account")
@pytest.mark.parametrize("instrument", [COLLECTION, OPEN_ACCOUNT], ids=lambda i: i.name)
def test_seller_offers_and_buyer_agrees(world: World, instrument: Instrument) -> None:
    bills = world.system.collections
    assert facts(bills.offer("S", terms(instrument))) == [
        fact(
            BillOffered,
            "S",
            bill="I1",
            trade="T-B-S",
            drawer="S",
            drawee="B",
            instrument=instrument.name,
            amount=FACE,
            offer_until=OFFER_UNTIL,
            due=DUE,
            grace=GRACE,
        )
    ]
    assert (bills.bill_of("I1").state, bills.bill_of("I1").terms) == (BillState.OFFERED, terms(instrument))
    assert facts(bills.agree("B", "I1")) == [fact(BillAgreed, "B", bill="I1")]
    assert bills.bill_of("I1").state is BillState.AGREED
    assert bills.bill_of("I1").pay_until == (DUE + GRACE if instrument is OPEN_ACCOUNT else 0)
    assert bills.bills() == ("I1",)
    assert world.system.escrow.credits() == ()


@pytest.mark.rule("variant.documents-against-payment")
@pytest.mark.parametrize("actor", ["B", "T", ANYBODY])
def test_only_the_seller_offers_and_presents(world: World, actor: str) -> None:
    with expects(CollectionsNotParty, Reason.NOT_A_PARTY, shown(address_of(actor))):
        world.system.collections.offer(actor, terms())
    bills = take(world, "offer agree")
    with expects(CollectionsNotParty, Reason.NOT_A_PARTY, shown(address_of(actor))):
        bills.present(actor, "I1", DOCUMENTS)


@pytest.mark.rule("variant.documents-against-payment")
def test_nobody_is_no_seller(world: World) -> None:
    """A wallet that is nobody's is not that of a seller without a name."""
    with expects(CollectionsNotParty, Reason.NOT_A_PARTY, shown(address_of(ANYBODY))):
        world.system.collections.offer(ANYBODY, terms(drawer=""))


@pytest.mark.rule("actor.keys")
def test_retired_wallet_offers_nothing_and_the_new_one_does(world: World) -> None:
    bills = world.system.collections
    world.system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "S", "S", "S2")
    with expects(CollectionsNotParty, Reason.NOT_A_PARTY, shown(address_of("S"))):
        bills.offer("S", terms())
    bills.offer("S2", terms())
    assert bills.bill_of("I1").state is BillState.OFFERED


@pytest.mark.rule("variant.documents-against-payment")
@pytest.mark.parametrize("actor", ["S", "C", ANYBODY])
def test_only_the_buyer_agrees_and_pays(world: World, actor: str) -> None:
    bills = take(world, "offer")
    with expects(CollectionsNotParty, Reason.NOT_A_PARTY, shown(address_of(actor))):
        bills.agree(actor, "I1")
    take(world, "agree present")
    with expects(CollectionsNotParty, Reason.NOT_A_PARTY, shown(address_of(actor))):
        bills.pay(actor, "I1")


@pytest.mark.rule("variant.open-account")
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"ref": ""}, id="no reference"),
        pytest.param({"amount": 0}, id="nothing to pay"),
        pytest.param({"grace": 0}, id="no time to pay"),
        pytest.param({"offer_until": MIDNIGHT - DAY}, id="offer has lapsed"),
        pytest.param({"due": OFFER_UNTIL - 1}, id="due before the offer ends"),
        pytest.param({"instrument": Instrument.SIGHT}, id="a credit"),
        pytest.param({"instrument": Instrument.GUARANTEE}, id="a guarantee"),
    ],
)
def test_invalid_terms_are_refused(world: World, changes: dict[str, Any]) -> None:
    with expects(CollectionsInvalidTerms, Reason.TERMS_INVALID):
        world.system.collections.offer("S", terms(**changes))


@pytest.mark.rule("check.residency", "check.purpose", "op.open")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"drawee": "C"}, Reason.PURPOSE_MISMATCH),
        ({"drawee": "T"}, Reason.NO_RESIDENT_PARTY),
        ({"drawee": "nobody"}, Reason.PARTICIPANT_UNKNOWN),
        ({"trade": "nothing"}, Reason.PURPOSE_UNREGISTERED),
        ({"due": END}, Reason.BEYOND_REGIME),
        ({"amount": 10**16}, Reason.PURPOSE_EXHAUSTED),
    ],
)
def test_rulebook_refuses_an_offer(world: World, changes: dict[str, Any], reason: Reason) -> None:
    with expects(RulebookRefused, reason):
        world.system.collections.offer("S", terms(**changes))


@pytest.mark.rule("variant.open-account")
def test_reference_is_used_once_by_each_seller(world: World) -> None:
    bills = take(world, "offer")
    with expects(CollectionsBillExists, Reason.ALREADY_USED):
        bills.offer("S", terms())
    bills.offer("T", terms(drawer="T", trade="T-B-T"))
    assert bills.bills() == ("I1", "T:I1")


@pytest.mark.rule("variant.open-account", "check.listed")
def test_agreement_asks_the_rulebook_again(world: World) -> None:
    bills = take(world, "offer")
    world.list_party("S")
    with expects(RulebookRefused, Reason.LISTED_PARTY):
        bills.agree("B", "I1")
