"""Bills: the seller who offers and presents, the buyer who agrees and pays, the keeper of their deadlines."""

from collections.abc import Callable, Iterable

from settlement.domain.events import (
    BillAgreed,
    BillCancelled,
    BillDefaulted,
    BillOffered,
    BillPaid,
    BillPresented,
    BillReturned,
    Event,
    StageChanged,
)
from settlement.domain.participants import BillState, Instrument, Stage
from settlement.domain.terms import BillTerms
from settlement.scenario import Bill, Scenario
from settlement.simulation.actors.actor import Actor, Wake
from settlement.simulation.actors.deadlines import Deadlines
from settlement.simulation.clock import SECONDS_PER_DAY, end_of
from settlement.simulation.documents import document_hash
from settlement.simulation.flow_trades import Trade
from settlement.simulation.operations import (
    AgreeToBill,
    CancelBill,
    DeclareDefault,
    OfferBill,
    Operation,
    PayBill,
    PresentBill,
    ReturnBill,
)
from settlement.simulation.streams import Diary

#: Events that change the state of a bill, and the state in which they leave it.
_STATES: dict[type[Event], BillState] = {
    BillAgreed: BillState.AGREED,
    BillPresented: BillState.PRESENTED,
    BillPaid: BillState.PAID,
    BillReturned: BillState.RETURNED,
    BillDefaulted: BillState.DEFAULTED,
    BillCancelled: BillState.CANCELLED,
}


class BillSeller(Actor):
    """Offers its bills; presents the documents of a collection once the goods are shipped."""

    hears = (BillAgreed,)

    plays = True

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary, scenario.behaviour.retries)
        self._behaviour = scenario.behaviour

    def plays_in(self, trade: Trade) -> bool:
        """Whether it is the seller of a bill."""
        return isinstance(trade, Bill) and trade.seller == self.account

    def take_up(self, bill: Bill) -> Iterable[Wake]:
        """Offer it when the scenario says."""
        yield self.wake(int(bill.offer.timestamp()), OfferBill(terms_of_bill(bill)))

    def react(self, event: Event) -> Iterable[Wake]:
        """Ship and present once the buyer agreed."""
        if isinstance(event, BillAgreed):
            plan = self.register.bills[event.bill]
            if plan.kind is Instrument.COLLECTION and plan.shipped_at is not None:
                shipped = max(plan.shipped_at, event.sim_time)
                at = self.diary.after(shipped, self._behaviour.presentation)
                yield self.wake(at, PresentBill(plan.id, document_hash(plan.id, 1, "documents")))


class BillBuyer(Actor):
    """Agrees to bills, and pays them where the scenario says that it does."""

    hears = (BillOffered, BillAgreed, BillPresented)

    plays = True

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary, scenario.behaviour.retries)
        self._behaviour = scenario.behaviour

    def plays_in(self, trade: Trade) -> bool:
        """Whether it is the buyer of a bill."""
        return isinstance(trade, Bill) and trade.buyer == self.account

    def react(self, event: Event) -> Iterable[Wake]:
        """Agree to what is offered; pay a collection once presented, an open account before it is due."""
        now = event.sim_time
        match event:
            case BillOffered(bill=bill):
                yield self.wake(self.diary.after(now, self._behaviour.agreement), AgreeToBill(bill))
            case BillAgreed(bill=bill) if self._pays(bill, Instrument.OPEN_ACCOUNT):
                due = self.register.bills[bill].due
                yield self._pay(bill, max(self.diary.before(due, self._behaviour.payment), now + 1))
            case BillPresented(bill=bill) if self._pays(bill, Instrument.COLLECTION):
                yield self._pay(bill, self.diary.after(now, self._behaviour.payment))

    def _pays(self, bill: str, kind: Instrument) -> bool:
        plan = self.register.bills[bill]
        return plan.kind is kind and plan.paid

    def _pay(self, bill: str, at: int) -> Wake:
        return self.wake(at, PayBill(bill, self.register.bills[bill].amount))


class BillKeeper(Actor):
    """Follows every bill and takes each way out by time."""

    hears = (*_STATES, StageChanged, BillOffered)

    def __init__(self, account: str, diary: Diary) -> None:
        super().__init__(account, diary)
        self._offered: dict[str, BillOffered] = {}
        self._states: dict[str, BillState] = {}
        self._deadlines = Deadlines(account)

    def react(self, event: Event) -> Iterable[Wake]:
        """Remember the new state, and make an appointment for its way out."""
        match event:
            case (
                BillAgreed()
                | BillPresented()
                | BillPaid()
                | BillReturned()
                | BillDefaulted()
                | BillCancelled()
            ):
                self._states[event.bill] = _STATES[type(event)]
        match event:
            case BillPaid() | BillReturned() | BillDefaulted() | BillCancelled():
                self._forget(event.bill)
            case StageChanged(stage=Stage.SUSPENDED):
                self._deadlines.suspend(event.sim_time)
            case StageChanged():
                yield from self._deadlines.resume(event.sim_time)
            case BillOffered():
                self._deadlines.start(event.bill, event.sim_time)
                self._offered[event.bill], self._states[event.bill] = event, BillState.OFFERED
                yield self._way_out(event.bill, event.offer_until, CancelBill(event.bill))
            case BillAgreed():
                offered = self._offered[event.bill]
                if offered.instrument is Instrument.OPEN_ACCOUNT:
                    until, way_out = offered.due + offered.grace, DeclareDefault(event.bill)
                    yield self._way_out(event.bill, until, way_out)
                else:
                    yield self._way_out(event.bill, offered.due, CancelBill(event.bill))
            case BillPresented():
                yield self._way_out(event.bill, event.pay_until, ReturnBill(event.bill))

    def _forget(self, bill: str) -> None:
        self._deadlines.end(bill)
        for known in (self._offered, self._states):
            known.pop(bill, None)

    def _way_out(self, bill: str, until: int, operation: Operation) -> Wake:
        """Taken after ``until`` where the bill still is in the state it is in now."""
        return self._deadlines.set(bill, until + 1, operation, self._still(bill))

    def _still(self, bill: str) -> Callable[[], bool]:
        state = self._states[bill]
        return lambda: self._states.get(bill) is state


def terms_of_bill(bill: Bill) -> BillTerms:
    """The terms of a scenario's bill: days become their last second, periods seconds."""
    return BillTerms(
        ref=bill.id,
        trade=bill.id,
        drawer=bill.seller,
        drawee=bill.buyer,
        instrument=bill.kind,
        amount=bill.amount.minor,
        offer_until=end_of(bill.offer_until),
        due=end_of(bill.due),
        grace=bill.grace.count * SECONDS_PER_DAY,
    )
