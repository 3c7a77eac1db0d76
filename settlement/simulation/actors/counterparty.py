"""The counterparty abroad: agrees to credits, ships, presents documents."""

from collections.abc import Iterable

from settlement.domain.events import CreditFunded, CreditOpened, Event
from settlement.scenario import Credit, Scenario
from settlement.simulation.actors.actor import Actor, Wake
from settlement.simulation.clock import midnight
from settlement.simulation.documents import document_hash
from settlement.simulation.operations import Agree, Present
from settlement.simulation.streams import Diary


class Counterparty(Actor):
    """Acts for the beneficiary of its credits."""

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary)
        self._behaviour = scenario.behaviour
        self._credits = {credit.id: credit for credit in scenario.credits if credit.beneficiary == account}

    def react(self, event: Event) -> Iterable[Wake]:
        """Agree to what is offered; present once the credit is funded and the goods are shipped."""
        match event:
            case CreditOpened(credit=credit) if credit in self._credits:
                yield self.wake(self.diary.after(event.sim_time, self._behaviour.agreement), Agree(credit))
            case CreditFunded(credit=credit) if credit in self._credits:
                yield from self._presentations(self._credits[credit], event.sim_time)

    def _presentations(self, credit: Credit, funded_at: int) -> Iterable[Wake]:
        at = funded_at
        for number, presentation in enumerate(credit.presentations, 1):
            shipped_at = midnight(presentation.shipped)
            ready = self.diary.after(max(shipped_at, funded_at), self._behaviour.presentation)
            # In the order of the file, so that the n-th that passes becomes draw n.
            at = max(ready, at + 1)
            documents = tuple(document_hash(credit.id, number, name) for name in credit.documents)
            yield self.wake(at, Present(credit.id, presentation.amount.minor, shipped_at, documents))
