"""Unfunded instruments: documents against payment, and open account."""

from dataclasses import dataclass, field

from settlement.domain.participants import BillState, Flow, Instrument
from settlement.domain.reasons import Reason
from settlement.domain.terms import BillTerms
from tests.model.clock import Clock
from tests.model.offices import require
from tests.model.register import Participants
from tests.model.rulebook import Rulebook
from tests.model.token import Token

COLLECTIONS = "Collections"


@dataclass
class Bill:
    """A bill; ``tolled`` is how long the regime had been suspended when it was offered."""

    terms: BillTerms
    tolled: int
    state: BillState = BillState.OFFERED
    pay_until: int = 0
    documents: bytes = b""

    @property
    def open_account(self) -> bool:
        """Whether it is paid when due, or else against documents."""
        return self.terms.instrument is Instrument.OPEN_ACCOUNT


@dataclass
class Collections:
    """Bills by the drawer's reference, which is unique here."""

    clock: Clock
    rulebook: Rulebook
    participants: Participants
    token: Token
    presented: set[bytes]  #: transport documents in use, under whatever instrument
    bills: dict[str, Bill] = field(default_factory=dict)

    def offer(self, actor: str, terms: BillTerms) -> None:
        """The drawer offers."""
        require(self._acts(actor, terms.drawer), Reason.NOT_A_PARTY)
        unfunded = terms.instrument in (Instrument.COLLECTION, Instrument.OPEN_ACCOUNT)
        ordered = self.clock.now <= terms.offer_until <= terms.due and terms.grace > 0
        require(unfunded and ordered and terms.ref != "" and terms.amount > 0, Reason.TERMS_INVALID)
        self._require_permitted(terms)
        require(terms.ref not in self.bills, Reason.ALREADY_USED)
        self.bills[terms.ref] = Bill(terms, self.rulebook.regime.tolled())

    def agree(self, actor: str, name: str) -> None:
        """The drawee agrees."""
        bill = self._in_state(name, BillState.OFFERED)
        require(self._acts(actor, bill.terms.drawee), Reason.NOT_A_PARTY)
        require(self._time(bill) <= bill.terms.offer_until, Reason.TOO_LATE)
        self._require_permitted(bill.terms)
        bill.state = BillState.AGREED
        if bill.open_account:
            bill.pay_until = bill.terms.due + bill.terms.grace

    def cancel(self, actor: str, name: str) -> None:
        """An offer: either side, anybody when it has ended; or a collection whose documents never came."""
        bill = self.bills.get(name)
        waits = bill is not None and bill.state is BillState.AGREED and not bill.open_account
        offered = bill is not None and bill.state is BillState.OFFERED
        require(waits or offered, Reason.WRONG_STATE)
        assert bill is not None
        if waits:
            require(self._time(bill) > bill.terms.due, Reason.TOO_EARLY)
        elif not self._acts(actor, bill.terms.drawer, bill.terms.drawee):
            require(self._time(bill) > bill.terms.offer_until, Reason.TOO_EARLY)
        bill.state = BillState.CANCELLED

    def present(self, actor: str, name: str, documents: bytes) -> None:
        """The drawer leaves documents for payment."""
        bill = self._in_state(name, BillState.AGREED)
        require(not bill.open_account, Reason.WRONG_STATE)
        require(documents != bytes(32), Reason.TERMS_INVALID)
        require(self._acts(actor, bill.terms.drawer), Reason.NOT_A_PARTY)
        require(self._time(bill) <= bill.terms.due, Reason.TOO_LATE)
        require(documents not in self.presented, Reason.DOCUMENT_REUSED)
        self.presented.add(documents)
        bill.documents = documents
        bill.state = BillState.PRESENTED
        bill.pay_until = self._time(bill) + bill.terms.grace

    def pay(self, actor: str, name: str) -> None:
        """The drawee pays; an open account is a direct payment."""
        bill = self.bills.get(name)
        payable = BillState.AGREED if bill and bill.open_account else BillState.PRESENTED
        require(bill is not None and bill.state is payable, Reason.WRONG_STATE)
        assert bill is not None
        terms = bill.terms
        require(self._acts(actor, terms.drawee), Reason.NOT_A_PARTY)
        require(self._time(bill) <= bill.pay_until, Reason.TOO_LATE)
        bill.state = BillState.PAID
        flow = Flow.DIRECT if bill.open_account else Flow.FUND
        movement = actor, self.participants.wallet_of(terms.drawer), terms.amount, name, terms.trade
        self.token.take(COLLECTIONS, flow, *movement)
        self.token.pay_out(COLLECTIONS, Flow.PAY, *movement)

    def return_documents(self, actor: str, name: str) -> None:
        """Unpaid documents go back: by the drawee at once, by anybody after the time."""
        bill = self._in_state(name, BillState.PRESENTED)
        if not self._acts(actor, bill.terms.drawee):
            require(self._time(bill) > bill.pay_until, Reason.TOO_EARLY)
        bill.state = BillState.RETURNED
        self.presented.discard(bill.documents)

    def declare_default(self, actor: str, name: str) -> None:
        """An open account was not paid in time."""
        bill = self._in_state(name, BillState.AGREED)
        require(bill.open_account, Reason.WRONG_STATE)
        require(self._time(bill) > bill.pay_until, Reason.TOO_EARLY)
        bill.state = BillState.DEFAULTED

    def _time(self, bill: Bill) -> int:
        """On the bill's clock, which stands still during suspensions."""
        return self.clock.now - (self.rulebook.regime.tolled() - bill.tolled)

    def _acts(self, actor: str, *parties: str) -> bool:
        return self.participants.acting(actor) in {*parties} - {""}

    def _in_state(self, name: str, state: BillState) -> Bill:
        bill = self.bills.get(name)
        require(bill is not None and bill.state is state, Reason.WRONG_STATE)
        assert bill is not None
        return bill

    def _require_permitted(self, terms: BillTerms) -> None:
        until = terms.due + terms.grace
        parties = terms.drawee, terms.drawer
        answer = self.rulebook.check_opening(*parties, until, terms.instrument, terms.amount, terms.trade)
        require(answer is Reason.OK, answer)
