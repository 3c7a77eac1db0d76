"""The counterparty abroad: agrees to credits, ships, presents documents."""

from collections.abc import Iterable

from settlement.domain.events import AdvanceOverdue, CreditFunded, CreditOpened, Event
from settlement.scenario import Credit, Scenario
from settlement.simulation.actors.actor import Actor, Wake
from settlement.simulation.flow_trades import Trade
from settlement.simulation.operations import Agree, Present
from settlement.simulation.plans import CreditPlan
from settlement.simulation.streams import Diary


class Counterparty(Actor):
    """Acts for the beneficiary of its credits."""

    hears = (CreditOpened, CreditFunded, AdvanceOverdue)

    plays = True

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary, scenario.behaviour.retries)
        self._behaviour = scenario.behaviour
        #: The guarantee in its favour behind each credit that it pays an advance under.
        self._behind: dict[str, CreditPlan] = {}
        self._guarantees: set[str] = set()

    def plays_in(self, trade: Trade) -> bool:
        """Whether it is the beneficiary of a credit, or of the guarantee behind one."""
        return isinstance(trade, Credit) and (
            trade.beneficiary == self.account
            or (trade.guarantee is not None and trade.applicant == self.account)
        )

    def take_up(self, credit: Credit) -> Iterable[Wake]:
        """Know the guarantee behind it."""
        guarantee = self.register.credits.get(credit.guarantee or "")
        if guarantee is not None and guarantee.payee == self.account:
            self._behind[credit.id] = guarantee
            self._guarantees.add(guarantee.id)
        return ()

    def let_go(self, subject: str) -> None:
        """Forget a credit."""
        self._behind.pop(subject, None)
        self._guarantees.discard(subject)

    def react(self, event: Event) -> Iterable[Wake]:
        """Agree to what is offered; present once the credit is funded and the goods are shipped.

        A guarantee is called once the advance that it secures is overdue.
        """
        now = event.sim_time
        match event:
            case CreditOpened(credit=credit) if self._is_mine(credit):
                yield self.wake(self.diary.after(now, self._behaviour.agreement), Agree(credit))
            case CreditFunded(credit=credit) if self._is_mine(credit) and credit not in self._guarantees:
                yield from self._presentations(self.register.credits[credit], now)
            case AdvanceOverdue(credit=credit) if credit in self._behind:
                yield from self._presentations(self._behind[credit], now)

    def _is_mine(self, credit: str) -> bool:
        return self.register.credits[credit].payee == self.account

    def _presentations(self, plan: CreditPlan, ready_at: int) -> Iterable[Wake]:
        at = ready_at
        for number, showing in enumerate(plan.showings, 1):
            ready = self.diary.after(max(showing.shipped_at, ready_at), self._behaviour.presentation)
            if showing.at is not None:
                ready = showing.at
            # In the order of the file, so that the n-th that passes becomes draw n.
            at = max(ready, at + 1)
            papers = showing.shipped_at, plan.papers(number), showing.kind
            yield self.wake(at, Present(plan.id, showing.amount, *papers))
