"""Documents against payment and open account: unfunded, so the seller bears the risk."""

import pytest

from settlement.chain.chain import Snapshot
from settlement.chain.reverts import (
    CollectionsInvalidTerms,
    CollectionsTooEarly,
    CollectionsTooLate,
    CollectionsWrongState,
    ERC20InsufficientAllowance,
    ERC20InsufficientBalance,
    RulebookRefused,
)
from settlement.domain.events import (
    BillCancelled,
    BillDefaulted,
    BillPaid,
    BillPresented,
    BillReturned,
    Moved,
)
from settlement.domain.participants import BillState, Instrument
from settlement.domain.reasons import Reason
from tests.chain.bills import COLLECTION, DOCUMENTS, DUE, FACE, GRACE, OFFER_UNTIL, OPEN_ACCOUNT, take, terms
from tests.chain.credits import ACCEPTED, ANYBODY, arrive, purse, quarantine, wallets
from tests.chain.expect import Fact, expects, fact, facts
from tests.world import DAY, RAMP, SUPERVISOR, World, su


def moved(flow: str, source: str, destination: str) -> Fact:
    """Half of a payment of I1."""
    parties = {"payer": "B", "payee": "S", "source": source, "destination": destination}
    return fact(Moved, "B", flow=flow, **parties, amount=FACE, ref="I1", trade="T-B-S")


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
