"""The examiner: looks at documents within its banking days, and at nothing but documents."""

from collections.abc import Iterable

from settlement.domain.events import DrawAccepted, DrawPresented, DrawReturned, Event
from settlement.scenario import Scenario
from settlement.simulation.actors.actor import Actor, Wake
from settlement.simulation.documents import planned
from settlement.simulation.operations import Accept, GiveNotice
from settlement.simulation.streams import Diary


class Examiner(Actor):
    """Examines presentations under the credits that name it; under a milestone credit, as the attestor."""

    hears = (DrawPresented, DrawAccepted, DrawReturned)

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary, scenario.behaviour.retries)
        self._behaviour = scenario.behaviour
        self._decided: set[tuple[str, int]] = set()
        mine = [credit for credit in scenario.credits if credit.examiner == account]
        self.subjects = {credit.id for credit in mine}
        self._planned = planned(mine)

    def react(self, event: Event) -> Iterable[Wake]:
        """Decide on each presentation; too late a decision is none."""
        match event:
            case DrawAccepted() | DrawReturned():
                self._decided.add((event.credit, event.draw))
            case DrawPresented():
                yield self._decision(event)

    def _decision(self, presented: DrawPresented) -> Wake:
        credit, draw = presented.credit, presented.draw
        presentation = self._planned.get(bytes.fromhex(presented.documents[0]))
        delay = None if presentation is None else presentation.examination
        at = self.diary.after(presented.sim_time, delay or self._behaviour.examination)
        faults = () if presentation is None else presentation.discrepancies
        decision = GiveNotice(credit, draw, faults) if faults else Accept(credit, draw)
        return self.wake(at, decision, lambda: (credit, draw) not in self._decided)
