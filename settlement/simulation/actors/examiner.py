"""The examiner: looks at documents within its banking days, and at nothing but documents."""

from collections.abc import Iterable

from settlement.domain.events import CreditOpened, DrawAccepted, DrawPresented, Event
from settlement.scenario import Scenario
from settlement.simulation.actors.actor import Actor, Intent, Wake
from settlement.simulation.documents import document_hash
from settlement.simulation.operations import Accept, GiveNotice, Operation
from settlement.simulation.streams import Diary


class Examiner(Actor):
    """Examines presentations under the credits that name it."""

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary)
        self._behaviour = scenario.behaviour
        self._mine: set[str] = set()
        self._decided: set[tuple[str, int]] = set()
        self._faults = {
            document_hash(credit.id, number, credit.documents[0]): presentation.discrepancies
            for credit in scenario.credits
            for number, presentation in enumerate(credit.presentations, 1)
        }

    def react(self, event: Event) -> Iterable[Wake]:
        """Decide on each presentation; too late a decision is none."""
        match event:
            case CreditOpened(examiner=self.account):
                self._mine.add(event.credit)
            case DrawAccepted():
                self._decided.add((event.credit, event.draw))
            case DrawPresented(credit=credit, draw=draw) if credit in self._mine:
                at = self.diary.after(event.sim_time, self._behaviour.examination)
                decision = self._decision(event)
                yield Wake(
                    at, lambda: None if (credit, draw) in self._decided else Intent(self.account, decision)
                )

    def _decision(self, presented: DrawPresented) -> Operation:
        faults = self._faults.get(bytes.fromhex(presented.documents[0]), ())
        if faults:
            return GiveNotice(presented.credit, presented.draw, faults)
        return Accept(presented.credit, presented.draw)
