"""The authorities: start the regime, issue opening balances, and carry out the scenario's actions."""

from collections.abc import Iterable, Iterator

from settlement.domain.events import Event, ItemHeld, ScreeningChanged
from settlement.domain.participants import Office, Screening
from settlement.domain.reasons import Reason
from settlement.scenario import Delay, Scenario
from settlement.simulation import operations
from settlement.simulation.actors.actor import Actor, Intent, Wake, appointment
from settlement.simulation.clock import midnight
from settlement.simulation.streams import Diary

#: How long two reviewers take to release what the quarantine holds; a choice of ours.
_REVIEW = Delay(1, 1, "banking days")


def opening(scenario: Scenario) -> Iterator[Intent]:
    """What the regime starts with: it turns active, its phases open, participants have their SU issued."""
    supervisor, ramp = Office.SUPERVISOR.value, Office.RAMP.value
    yield Intent(supervisor, operations.Activate())
    for phase in range(2, scenario.regime.phase + 1):
        yield Intent(supervisor, operations.OpenPhase(phase))
    holders = (participant for participant in scenario.participants if participant.balance.minor)
    for number, holder in enumerate(holders, 1):
        yield Intent(ramp, operations.IssueSU(holder.id, holder.balance.minor, f"opening {number}"))


class Authorities(Actor):
    """Supervisor, co-approver, compliance and ramp, following the scenario to the letter.

    It also carries out the scripted transfers of participants, so that every action of the file
    happens exactly when the file says, whether the rules allow it or not.
    """

    hears = (ItemHeld, ScreeningChanged)

    def __init__(self, diary: Diary, scenario: Scenario, steps: Iterable[tuple[int, Intent]]) -> None:
        """``steps`` are the scenario's actions as intents, each with its time."""
        super().__init__(Office.SUPERVISOR.value, diary)
        self._scenario = scenario
        self._steps = tuple(steps)
        self._held: list[ItemHeld] = []

    def begin(self) -> Iterable[Wake]:
        """Start the regime on its first day, then act as scripted."""
        start = midnight(self._scenario.regime.start)
        for intent in opening(self._scenario):
            yield appointment(start, intent)
        for at, intent in self._steps:
            yield appointment(at, intent)

    def react(self, event: Event) -> Iterable[Wake]:
        """Once a hit turns out to be none, release what the quarantine holds for its party."""
        if isinstance(event, ItemHeld):
            self._held.append(event)
        if isinstance(event, ScreeningChanged) and event.screening is Screening.FALSE_POSITIVE:
            due = [held for held in self._held if held.payee == event.participant]
            self._held = [held for held in self._held if held not in due]
            at = self.diary.after(event.sim_time, _REVIEW)
            for held in due:
                yield appointment(at, Intent(Office.COMPLIANCE.value, operations.ReleaseItem(held.item)))

    def refused(self, wake: Wake, reason: Reason, at: int) -> Iterable[Wake]:
        """A scripted action is tried once."""
        return ()
