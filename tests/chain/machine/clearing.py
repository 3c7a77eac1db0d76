"""What members and the clearing office do with obligations."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement.domain.obligations import ObligationState
from settlement.domain.participants import Office
from settlement.domain.reasons import Reason
from tests.chain.machine.disturbance import Disturbance
from tests.chain.machine.setting import END, TRADES, su
from tests.model.clock import DAY

OFFICE = Office.CLEARING.value
amounts = st.sampled_from((0, su(100), su(250), su(400), su(900), su(900), su(4_500)))
lives = st.sampled_from((-1, DAY, 4 * DAY, 4 * DAY, 30 * DAY, 91 * DAY))


class Clearing(Disturbance):
    """Obligations from entry to settlement."""

    @rule(
        number=st.sampled_from(("BS", "BS", "CS", "CS", "CT", "BT", "DT", "CL", "BSx", "CSo")),
        back=st.booleans(),
        amount=amounts,
        life=lives,
        priority=st.sampled_from((0, 0, 0, 1, 3, 4)),
    )
    def enter(self, number: str, back: bool, amount: int, life: int, priority: int) -> None:
        """Enter what one owes the other."""
        entity, other, *_ = TRADES[number]
        payer, payee = (other, entity) if back else (entity, other)
        self.owe(payer, payee, amount, number, min(self.setting.now + life, END), priority)

    @rule(
        amount=st.sampled_from((su(100), su(300), su(600))), more=st.sampled_from((0, 0, su(50), su(2_500)))
    )
    def enter_circle(self, amount: int, more: int) -> None:
        """Enter what nets to little: one owes another about what it is owed."""
        until = self.setting.now + 20 * DAY
        self.owe("B", "S", amount + more, "BS", until, 0)
        self.owe("S", "C", amount, "CS", until, 0)
        self.owe("C", "S", amount, "CS", until, 1)

    def owe(self, payer: str, payee: str, amount: int, trade: str, until: int, priority: int) -> None:
        """Enter, from the payer's present wallet, after having asked."""
        wallet = self.model.participants.wallet_of(payer)
        self.agree("obligation", lambda s: s.rulebook.check_obligation(payer, payee, amount, trade))
        self.both("enter", lambda s: s.clearing.enter(wallet, payee, amount, trade, until, priority))

    def pending(self) -> list[int]:
        """Numbers of what waits."""
        book = self.model.clearing.book
        return [n for n, o in enumerate(book, 1) if o.state is ObligationState.PENDING]

    @precondition(lambda self: self.pending())
    @rule(data=st.data(), office=st.sampled_from((OFFICE, OFFICE, OFFICE, "B")))
    def settle_some(self, data: st.DataObject, office: str) -> None:
        """Settle any of them."""
        numbers = data.draw(st.lists(st.sampled_from(self.pending()), max_size=4))
        if data.draw(st.integers(0, 3)):
            numbers = sorted(set(numbers))
        self.both("settle cycle", lambda s: s.clearing.settle(office, numbers))

    @precondition(lambda self: self.pending())
    @rule()
    def settle_what_can_be(self) -> None:
        """Settle all that can be, dropping the last ones of whoever has most of them."""
        numbers = self.affordable()
        if numbers:
            self.both("settle cycle", lambda s: s.clearing.settle(OFFICE, numbers))

    def affordable(self) -> list[int]:
        """The largest set in the order of the queues that the model settles; empty where there is none."""
        self.model.clock.now = self.setting.now
        clearing = self.model.clearing
        queues = {member: clearing.queue(member) for member in clearing.members}
        while any(queues.values()):
            numbers = sorted(number for queue in queues.values() for number in queue)
            _, reason = self.model.attempt(lambda s, n=numbers: s.clearing.settle(OFFICE, n))  # type: ignore[misc]
            if reason is Reason.OK:
                return numbers
            longest = max(queues, key=lambda member: len(queues[member]))
            queues[longest].pop()
        return []

    @precondition(lambda self: self.pending())
    @rule(data=st.data(), agreed=st.integers(0, 3), by=st.sampled_from(("payer", "payer", "payee", "U")))
    def withdraw(self, data: st.DataObject, agreed: int, by: str) -> None:
        """Ask to withdraw one, and mostly have it agreed to."""
        number = self.pick(data, self.pending())
        obligation = self.model.clearing.book[number - 1]
        actor = {"payer": obligation.payer, "payee": obligation.payee}.get(by, by)
        self.both("propose withdrawal", lambda s: s.clearing.propose_withdrawal(actor, number))
        if agreed:
            self.both("withdraw", lambda s: s.clearing.withdraw(obligation.payee, number))

    @precondition(lambda self: self.model.clearing.book)
    @rule(data=st.data())
    def lapse(self, data: st.DataObject) -> None:
        """Note that one is over, if it is."""
        number = data.draw(st.integers(1, len(self.model.clearing.book)))
        self.both("lapse", lambda s: s.clearing.lapse("U", number))

    @precondition(lambda self: self.model.clearing.members)
    @rule(data=st.data(), step=st.sampled_from(("exclude", "exclude", "readmit")), office=st.integers(0, 5))
    def membership(self, data: st.DataObject, step: str, office: int) -> None:
        """Exclude or readmit a member, those in trouble first."""
        members = self.model.clearing.members
        member = self.pick(data, {*members} & {*self.troubled()} or members)
        actor = OFFICE if office else "U"
        self.both(step, lambda s: getattr(s.clearing, step)(actor, member))

    def more_edges(self) -> list[int]:
        """When lives of obligations end."""
        return [self.model.clearing.until(o) for o in self.model.clearing.book]
