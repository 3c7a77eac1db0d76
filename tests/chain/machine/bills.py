"""What sellers and buyers do with bills."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement.domain.participants import BillState, Instrument
from settlement.domain.reasons import Reason
from settlement.domain.terms import BillTerms
from tests.chain.machine.base import Machine
from tests.chain.machine.setting import TRADES, su
from tests.model.bills import COLLECTIONS
from tests.model.clock import DAY

STEPS = ("agree", "cancel", "cancel", "pay", "return_documents", "declare_default", "declare_default")


class Bills(Machine):
    """Bills from offer to end."""

    @rule(
        number=st.sampled_from(("BS", "BS", "CS", "CT", "DT", "CL", "BSx")),
        instrument=st.sampled_from(
            (Instrument.COLLECTION, Instrument.OPEN_ACCOUNT) * 3 + (Instrument.SIGHT,)
        ),
        amount=st.sampled_from((0, su(300), su(700), su(4_500))),
        grace=st.sampled_from((0, 2 * DAY, 5 * DAY, 5 * DAY)),
        agreed=st.booleans(),
    )
    def offer_bill(self, number: str, instrument: Instrument, amount: int, grace: int, agreed: bool) -> None:
        """Offer a bill, and maybe agree at once."""
        drawee, drawer, *_ = TRADES[number]
        now = self.setting.now
        terms = BillTerms(
            ref=self.fresh("bill "),
            trade=number,
            drawer=drawer,
            drawee=drawee,
            instrument=instrument,
            amount=amount,
            offer_until=now + 2 * DAY,
            due=now + 4 * DAY,
            grace=grace,
        )
        if self.both("offer bill", lambda s: s.collections.offer(drawer, terms)) is Reason.OK and agreed:
            self.both("agree to bill", lambda s: s.collections.agree(drawee, terms.ref))

    @precondition(lambda self: self.model.collections.bills)
    @rule(data=st.data())
    def go_on_with_bill(self, data: st.DataObject) -> None:
        """The next step, by whoever it is up to."""
        bills = self.model.collections.bills
        waiting = (BillState.OFFERED, BillState.AGREED, BillState.PRESENTED)
        name = self.pick(data, [n for n, b in bills.items() if b.state in waiting] or bills)
        bill = bills[name]
        terms = bill.terms
        match bill.state:
            case BillState.OFFERED:
                self.both("agree to bill", lambda s: s.collections.agree(terms.drawee, name))
            case BillState.AGREED if not bill.open_account:
                self.both("present bill", lambda s: s.collections.present(terms.drawer, name, b"\6" * 32))
            case _:
                self.both("approve", lambda s: s.token.approve(terms.drawee, COLLECTIONS, terms.amount))
                self.both("pay bill", lambda s: s.collections.pay(terms.drawee, name))

    @precondition(lambda self: self.model.collections.bills)
    @rule(data=st.data(), step=st.sampled_from(STEPS), actor=st.sampled_from(("B", "S", "C", "U")))
    def any_step_on_bill(self, data: st.DataObject, step: str, actor: str) -> None:
        """Any step by anybody."""
        name = self.pick(data, self.model.collections.bills)
        self.both(f"{step.replace('_', ' ')} (bill)", lambda s: getattr(s.collections, step)(actor, name))

    def edges_of_bills(self) -> list[int]:
        """Deadlines of bills, as times of the world."""
        edges = []
        for bill in self.model.collections.bills.values():
            shift = self.model.regime.tolled() - bill.tolled
            times = (bill.terms.offer_until, bill.terms.due, bill.pay_until)
            edges += [time + shift for time in times if time]
        return edges
