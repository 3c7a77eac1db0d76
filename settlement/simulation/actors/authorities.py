"""The authorities: start the regime, issue opening balances, and carry out the scenario's actions."""

from collections.abc import Iterable

from settlement.domain.events import Event, ItemHeld, ScreeningChanged
from settlement.domain.participants import Office, Screening
from settlement.domain.reasons import Reason
from settlement.scenario import (
    Action,
    Delay,
    Freeze,
    Issue,
    Licence,
    OpenPhase,
    Resume,
    Scenario,
    Screen,
    Suspend,
    Transfer,
)
from settlement.simulation import operations
from settlement.simulation.actors.actor import Actor, Intent, Wake, appointment
from settlement.simulation.clock import midnight
from settlement.simulation.streams import Diary

#: How long two reviewers take to release what the quarantine holds; a choice of ours.
_REVIEW = Delay(1, 1, "banking days")


class Authorities(Actor):
    """Supervisor, co-approver, compliance and ramp, following the scenario to the letter.

    It also carries out the scripted transfers of participants, so that every action of the file
    happens exactly when the file says, whether the rules allow it or not.
    """

    def __init__(self, diary: Diary, scenario: Scenario) -> None:
        super().__init__(Office.SUPERVISOR.value, diary)
        self._scenario = scenario
        self._held: list[ItemHeld] = []

    def begin(self) -> Iterable[Wake]:
        """Start the regime on its first day, then act as scripted."""
        start = midnight(self._scenario.regime.start)
        yield self.wake(start, operations.Activate())
        for phase in range(2, self._scenario.regime.phase + 1):
            yield self.wake(start, operations.OpenPhase(phase))
        holders = (participant for participant in self._scenario.participants if participant.balance.minor)
        for number, holder in enumerate(holders, 1):
            issue = operations.IssueSU(holder.id, holder.balance.minor, f"opening {number}")
            yield appointment(start, Intent(Office.RAMP.value, issue))
        for number, action in enumerate(self._scenario.actions, 1):
            yield appointment(int(action.at.timestamp()), _intent(action, number))

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

    def refused(self, wake: Wake, reason: Reason) -> None:
        """A scripted action is tried once."""


def _intent(action: Action, number: int) -> Intent:
    """Who performs the n-th action of the file, and the operation it stands for."""
    supervisor = Office.SUPERVISOR.value
    match action:
        case Transfer():
            return Intent(action.actor, operations.Transfer(action.to, action.amount.minor))
        case Issue():
            issue = operations.IssueSU(action.participant, action.amount.minor, f"action {number}")
            return Intent(Office.RAMP.value, issue)
        case Freeze():
            return Intent(supervisor, operations.Freeze(action.participant, action.amount.minor))
        case Suspend():
            return Intent(supervisor, operations.Suspend())
        case Resume():
            return Intent(supervisor, operations.Resume())
        case Screen():
            screening = operations.RecordScreening(action.participant, action.result)
            return Intent(Office.COMPLIANCE.value, screening)
        case Licence():
            return Intent(supervisor, operations.SetLicence(action.participant, action.status))
        case OpenPhase():
            return Intent(supervisor, operations.OpenPhase(action.phase))
