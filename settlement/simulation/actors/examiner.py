"""The examiner: looks at documents within its banking days, and at nothing but documents."""

from collections.abc import Iterable

from settlement.domain.events import DrawAccepted, DrawPresented, DrawReturned, Event
from settlement.scenario import Credit, Scenario
from settlement.simulation.actors.actor import Actor, Wake
from settlement.simulation.flow_trades import Trade
from settlement.simulation.operations import Accept, GiveNotice
from settlement.simulation.streams import Diary


class Examiner(Actor):
    """Examines presentations under the credits that name it; under a milestone credit, as the attestor."""

    hears = (DrawPresented, DrawAccepted, DrawReturned)
    plays = True

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary, scenario.behaviour.retries)
        self._behaviour = scenario.behaviour
        #: By credit, the draws on which nothing is left to decide.
        self._decided: dict[str, set[int]] = {}

    def plays_in(self, trade: Trade) -> bool:
        """Whether it examines documents under a credit."""
        return isinstance(trade, Credit) and trade.examiner == self.account

    def let_go(self, subject: str) -> None:
        """Forget a credit."""
        self._decided.pop(subject, None)

    def react(self, event: Event) -> Iterable[Wake]:
        """Decide on each presentation; too late a decision is none."""
        match event:
            case DrawAccepted() | DrawReturned():
                self._decided.setdefault(event.credit, set()).add(event.draw)
            case DrawPresented():
                yield self._decision(event)

    def _decision(self, presented: DrawPresented) -> Wake:
        credit, draw = presented.credit, presented.draw
        showing = self.register.credits[credit].shown_by(presented.documents)
        delay = None if showing is None else showing.examination
        at = self.diary.after(presented.sim_time, delay or self._behaviour.examination)
        faults = () if showing is None else showing.discrepancies
        decision = GiveNotice(credit, draw, faults) if faults else Accept(credit, draw)
        return self.wake(at, decision, lambda: draw not in self._decided.get(credit, ()))
