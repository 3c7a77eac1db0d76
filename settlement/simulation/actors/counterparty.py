"""The counterparty abroad: agrees to credits, ships, presents documents."""

from collections.abc import Iterable

from settlement.domain.events import AdvanceOverdue, CreditFunded, CreditOpened, Event
from settlement.scenario import Credit, Scenario
from settlement.simulation.actors.actor import Actor, Wake
from settlement.simulation.clock import midnight
from settlement.simulation.documents import document_set
from settlement.simulation.operations import Agree, Present
from settlement.simulation.streams import Diary


class Counterparty(Actor):
    """Acts for the beneficiary of its credits."""

    hears = (CreditOpened, CreditFunded, AdvanceOverdue)

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary, scenario.behaviour.retries)
        self._behaviour = scenario.behaviour
        self._credits = {credit.id: credit for credit in scenario.credits if credit.beneficiary == account}
        #: Its guarantees by the credit whose advance each secures.
        self._guarantees = {c.id: c.guarantee for c in scenario.credits if c.guarantee in self._credits}
        self.subjects = {*self._credits, *self._guarantees}

    def react(self, event: Event) -> Iterable[Wake]:
        """Agree to what is offered; present once the credit is funded and the goods are shipped.

        A guarantee is called once the advance that it secures is overdue.
        """
        match event:
            case CreditOpened(credit=credit) if credit in self._credits:
                yield self.wake(self.diary.after(event.sim_time, self._behaviour.agreement), Agree(credit))
            case CreditFunded(credit=credit) if credit in self._credits:
                if credit not in self._guarantees.values():
                    yield from self._presentations(self._credits[credit], event.sim_time)
            case AdvanceOverdue(credit=credit) if credit in self._guarantees:
                yield from self._presentations(self._credits[self._guarantees[credit]], event.sim_time)

    def _presentations(self, credit: Credit, ready_at: int) -> Iterable[Wake]:
        at = ready_at
        for number, presentation in enumerate(credit.presentations, 1):
            shipped_at = midnight(presentation.shipped)
            ready = self.diary.after(max(shipped_at, ready_at), self._behaviour.presentation)
            if presentation.at is not None:
                ready = int(presentation.at.timestamp())
            # In the order of the file, so that the n-th that passes becomes draw n.
            at = max(ready, at + 1)
            papers = shipped_at, document_set(credit, number), presentation.of
            yield self.wake(at, Present(credit.id, presentation.amount.minor, *papers))
