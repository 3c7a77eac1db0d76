"""Documents against payment and open account: unfunded, so the seller bears the risk."""

from typing import Any

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.chain import Snapshot
from settlement.chain.collections import Collections
from settlement.chain.reverts import (
    CollectionsBillExists,
    CollectionsInvalidTerms,
    CollectionsNotParty,
    CollectionsTooEarly,
    CollectionsTooLate,
    CollectionsWrongState,
    ERC20InsufficientAllowance,
    ERC20InsufficientBalance,
    RulebookRefused,
)
from settlement.domain.events import (
    BillAgreed,
    BillCancelled,
    BillDefaulted,
    BillOffered,
    BillPaid,
    BillPresented,
    BillReturned,
    Moved,
)
from settlement.domain.participants import BillState, Instrument
from settlement.domain.reasons import Reason
from settlement.domain.terms import BillTerms
from tests.chain.credits import ACCEPTED, ANYBODY, MIDNIGHT, arrive, purse, quarantine, wallets
from tests.chain.expect import Fact, expects, fact, facts, shown
from tests.world import DAY, END, RAMP, SUPERVISOR, World, su

FACE = su(1_000)
OFFER_UNTIL, DUE, GRACE = MIDNIGHT + 5 * DAY, MIDNIGHT + 30 * DAY, 7 * DAY
COLLECTION, OPEN_ACCOUNT = Instrument.COLLECTION, Instrument.OPEN_ACCOUNT
DOCUMENTS = bytes([7] * 32)


def terms(instrument: Instrument = COLLECTION, **changes: Any) -> BillTerms:
    """Terms of a bill of S's on B over 1,000 SU."""
    usual: dict[str, Any] = {
        "ref": "I1",
        "trade": "T-B-S",
        "drawer": "S",
        "drawee": "B",
        "instrument": instrument,
        "amount": FACE,
        "offer_until": OFFER_UNTIL,
        "due": DUE,
        "grace": GRACE,
    }
    return BillTerms(**(usual | changes))


def take(world: World, steps: str, instrument: Instrument = COLLECTION) -> Collections:
    """Take I1 through its first steps; B has approved what it will pay."""
    bills = world.system.collections
    for step in steps.split():
        match step:
            case "offer":
                bills.offer("S", terms(instrument))
            case "agree":
                bills.agree("B", "I1")
            case "present":
                bills.present("S", "I1", DOCUMENTS)
            case "approve":
                world.system.token.approve("B", bills, FACE)
            case "pay":
                bills.pay("B", "I1")
            case "return":
                bills.return_documents("B", "I1")
            case "cancel":
                bills.cancel("S", "I1")
            case "default":
                world.advance_to(DUE + GRACE + 1)
                bills.declare_default(ANYBODY, "I1")
    return bills


def moved(flow: str, source: str, destination: str) -> Fact:
    """Half of a payment of I1."""
    parties = {"payer": "B", "payee": "S", "source": source, "destination": destination}
    return fact(Moved, "B", flow=flow, **parties, amount=FACE, ref="I1", trade="T-B-S")


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
    world.system.participants.rotate_wallet(SUPERVISOR, "S", "S", "S2")
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


def deadline(world: World, until: int) -> Snapshot:
    """A second after ``until``, with a snapshot from before to return to."""
    snapshot = world.system.chain.snapshot()
    world.advance_to(until + 1)
    return snapshot


@pytest.mark.rule("variant.documents-against-payment")
def test_every_step_of_a_collection_is_in_time_to_the_second(world: World) -> None:
    bills = take(world, "offer approve")
    chain = world.system.chain
    before = deadline(world, OFFER_UNTIL)
    with expects(CollectionsTooLate, Reason.TOO_LATE, OFFER_UNTIL):
        bills.agree("B", "I1")
    chain.revert(before)
    world.advance_to(OFFER_UNTIL)
    bills.agree("B", "I1")
    before = deadline(world, DUE)
    with expects(CollectionsTooLate, Reason.TOO_LATE, DUE):
        bills.present("S", "I1", DOCUMENTS)
    chain.revert(before)
    world.advance_to(DUE)
    assert facts(bills.present("S", "I1", DOCUMENTS)) == [
        fact(BillPresented, "S", bill="I1", documents=DOCUMENTS.hex(), pay_until=DUE + GRACE)
    ]
    before = deadline(world, DUE + GRACE)
    with expects(CollectionsTooLate, Reason.TOO_LATE, DUE + GRACE):
        bills.pay("B", "I1")
    chain.revert(before)
    world.advance_to(DUE + GRACE)
    bills.pay("B", "I1")
    assert wallets(world, "B", "S") == (9_000, 1_000)


@pytest.mark.rule("variant.documents-against-payment", "op.fund")
def test_documents_are_released_against_payment_in_one_transaction(world: World) -> None:
    bills = take(world, "offer agree present approve")
    assert facts(bills.pay("B", "I1")) == [
        moved("FUND", "B", "Collections"),
        moved("PAY", "Collections", "S"),
        fact(BillPaid, "B", bill="I1", amount=FACE, arrived=True),
    ]
    assert bills.bill_of("I1").state is BillState.PAID
    assert world.system.token.balance_of(bills) == 0
    assert world.system.rulebook.used_by_entity("B", DAY) == 1_000 * 100


@pytest.mark.rule("variant.open-account", "regime.programme-direct")
def test_open_account_is_paid_as_a_direct_payment(world: World) -> None:
    bills = take(world, "offer agree approve", OPEN_ACCOUNT)
    assert facts(bills.pay("B", "I1")) == [
        moved("DIRECT", "B", "Collections"),
        moved("PAY", "Collections", "S"),
        fact(BillPaid, "B", bill="I1", amount=FACE, arrived=True),
    ]
    assert wallets(world, "B", "S") == (9_000, 1_000)


@pytest.mark.rule("regime.programme-direct", "check.flow")
def test_programme_without_direct_payments_admits_collections_only(elsewhere: World) -> None:
    bills = take(elsewhere, "offer agree approve", OPEN_ACCOUNT)
    with expects(RulebookRefused, Reason.FLOW_NOT_PERMITTED):
        bills.pay("B", "I1")
    bills.offer("S", terms(ref="I2"))
    bills.agree("B", "I2")
    bills.present("S", "I2", DOCUMENTS)
    bills.pay("B", "I2")
    assert wallets(elsewhere, "B", "S") == (9_000, 1_000)


@pytest.mark.rule("check.balance")
def test_payment_needs_allowance_and_balance(world: World) -> None:
    bills, system = take(world, "offer agree present"), world.system
    with expects(ERC20InsufficientAllowance, Reason.INSUFFICIENT_ALLOWANCE):
        bills.pay("B", "I1")
    system.token.approve("B", system.ramp, su(9_500))
    system.ramp.redeem(RAMP, "B", su(9_500), "most")
    take(world, "approve")
    with expects(ERC20InsufficientBalance, Reason.INSUFFICIENT_BALANCE):
        bills.pay("B", "I1")
    assert bills.bill_of("I1").state is BillState.PRESENTED


@pytest.mark.rule("op.quarantine", "check.screening-hold")
def test_payment_of_a_listed_seller_is_refused_where_it_is_entered(world: World) -> None:
    bills = take(world, "offer agree present approve")
    world.list_party("S")
    with expects(RulebookRefused, Reason.LISTED_PARTY):
        bills.pay("B", "I1")
    assert (wallets(world, "B", "S"), quarantine(world)) == ((10_000, 0), 0)


@pytest.mark.rule("variant.documents-against-payment")
def test_documents_go_back_unpaid(world: World) -> None:
    bills = take(world, "offer agree present")
    until = bills.bill_of("I1").pay_until
    snapshot = world.system.chain.snapshot()
    assert facts(bills.return_documents("B", "I1")) == [fact(BillReturned, "B", bill="I1")]
    assert bills.bill_of("I1").state is BillState.RETURNED
    world.system.chain.revert(snapshot)
    world.advance_to(until)
    with expects(CollectionsTooEarly, Reason.TOO_EARLY, until):
        bills.return_documents("S", "I1")
    bills.return_documents(ANYBODY, "I1")


@pytest.mark.rule("variant.documents-against-payment")
def test_empty_documents_release_nothing(world: World) -> None:
    bills = take(world, "offer agree")
    with expects(CollectionsInvalidTerms, Reason.TERMS_INVALID):
        bills.present("S", "I1", bytes(32))


@pytest.mark.rule("variant.open-account")
def test_default_is_stated_by_anybody_after_the_grace(world: World) -> None:
    bills = take(world, "offer agree approve", OPEN_ACCOUNT)
    world.advance_to(DUE + GRACE)
    with expects(CollectionsTooEarly, Reason.TOO_EARLY, DUE + GRACE):
        bills.declare_default(ANYBODY, "I1")
    with expects(CollectionsTooLate, Reason.TOO_LATE, DUE + GRACE):
        bills.pay("B", "I1")
    assert facts(bills.declare_default(ANYBODY, "I1")) == [
        fact(BillDefaulted, ANYBODY, bill="I1", drawee="B", amount=FACE)
    ]
    assert bills.bill_of("I1").state is BillState.DEFAULTED


@pytest.mark.rule("credit.draft-cancelled")
def test_pitfall_07_bill_ends_by_a_party_or_by_time_only(world: World) -> None:
    bills, chain = take(world, "offer"), world.system.chain
    snapshot = chain.snapshot()
    for actor in ("S", "B"):
        assert facts(bills.cancel(actor, "I1")) == [fact(BillCancelled, actor, bill="I1")]
        chain.revert(snapshot)
    world.advance_to(OFFER_UNTIL)
    with expects(CollectionsTooEarly, Reason.TOO_EARLY, OFFER_UNTIL):
        bills.cancel(ANYBODY, "I1")
    bills.cancel(ANYBODY, "I1")
    assert bills.bill_of("I1").state is BillState.CANCELLED
    chain.revert(snapshot)
    take(world, "agree")
    world.advance_to(DUE)
    with expects(CollectionsTooEarly, Reason.TOO_EARLY, DUE):
        bills.cancel("S", "I1")
    bills.cancel(ANYBODY, "I1")


#: Each step, by whoever may take it.
STEPS = {
    "agree": lambda bills: bills.agree("B", "I1"),
    "cancel": lambda bills: bills.cancel("S", "I1"),
    "present": lambda bills: bills.present("S", "I1", DOCUMENTS),
    "pay": lambda bills: bills.pay("B", "I1"),
    "return": lambda bills: bills.return_documents("B", "I1"),
    "default": lambda bills: bills.declare_default(ANYBODY, "I1"),
}


@pytest.mark.rule("variant.documents-against-payment", "variant.open-account")
@pytest.mark.parametrize(
    ("way", "instrument", "allowed"),
    [
        pytest.param("", COLLECTION, set(), id="none"),
        pytest.param("offer", COLLECTION, {"agree", "cancel"}, id="offered"),
        pytest.param("offer agree", COLLECTION, {"cancel", "present"}, id="agreed collection"),
        pytest.param("offer agree", OPEN_ACCOUNT, {"pay", "default"}, id="agreed open account"),
        pytest.param("offer agree present", COLLECTION, {"pay", "return"}, id="presented"),
        pytest.param("offer agree present approve pay", COLLECTION, set(), id="paid"),
        pytest.param("offer agree present return", COLLECTION, set(), id="returned"),
        pytest.param("offer cancel", COLLECTION, set(), id="cancelled"),
        pytest.param("offer agree default", OPEN_ACCOUNT, set(), id="defaulted"),
    ],
)
def test_step_is_refused_in_every_other_state(
    world: World, way: str, instrument: Instrument, allowed: set[str]
) -> None:
    bills = take(world, way, instrument)
    state = bills.bill_of("I1").state
    for name in STEPS.keys() - allowed:
        with expects(CollectionsWrongState, Reason.WRONG_STATE):
            STEPS[name](bills)
    assert bills.bill_of("I1").state is state


@pytest.mark.rule("regime.toll")
def test_suspension_puts_off_the_deadlines_of_a_bill(world: World) -> None:
    bills = take(world, "offer agree approve", OPEN_ACCOUNT)
    suspended = world.system.regime.suspend(SUPERVISOR)[0].sim_time
    with expects(RulebookRefused, Reason.REGIME_SUSPENDED):
        bills.pay("B", "I1")
    world.advance(3 * DAY)
    assert bills.clock_of("I1") == suspended
    tolled = world.system.regime.resume(SUPERVISOR)[0].sim_time - suspended
    world.advance_to(DUE + GRACE + tolled)
    with expects(CollectionsTooEarly, Reason.TOO_EARLY, DUE + GRACE):
        bills.declare_default(ANYBODY, "I1")
    bills.declare_default(ANYBODY, "I1")


@pytest.mark.rule("draw.accepted-paid")
def test_scenario_12_insolvent_buyer_does_not_touch_a_funded_credit(world: World) -> None:
    purse(world)
    system = arrive(world, ACCEPTED)
    spend_everything(world)
    system.presentations.settle(ANYBODY, "C1", 1)
    assert wallets(world, "B", "S") == (0, 1_000)


@pytest.mark.rule("variant.open-account")
def test_scenario_12_insolvent_buyer_is_in_default_on_an_open_account(world: World) -> None:
    bills = take(world, "offer agree approve", OPEN_ACCOUNT)
    spend_everything(world)
    with expects(ERC20InsufficientBalance, Reason.INSUFFICIENT_BALANCE):
        bills.pay("B", "I1")
    world.advance_to(DUE + GRACE + 1)
    defaulted = bills.declare_default(ANYBODY, "I1")
    assert facts(defaulted) == [fact(BillDefaulted, ANYBODY, bill="I1", drawee="B", amount=FACE)]
    assert wallets(world, "B", "S") == (0, 0)


def spend_everything(world: World) -> None:
    """B pays all it has to T."""
    token = world.system.token
    token.transfer("B", "T", token.balance_of("B"))
