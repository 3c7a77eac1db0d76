"""What every actor is: it observes events, wakes at times of its choosing, and states intents.

An actor holds no backend. What it knows it has observed; what it draws comes from its own stream.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from settlement.domain.events import Event, LicenceChanged, ScreeningChanged, StageChanged
from settlement.domain.reasons import Reason
from settlement.scenario import Delay
from settlement.simulation.operations import Operation
from settlement.simulation.streams import Diary


@dataclass(frozen=True, slots=True)
class Intent:
    """An operation that ``account`` wants to perform."""

    account: str
    operation: Operation


@dataclass(frozen=True, slots=True)
class Wake:
    """An appointment: at ``at`` (epoch seconds) the actor decides; None when there is nothing left to do."""

    at: int
    decide: Callable[[], Intent | None]


#: Refusals that pass by themselves; an actor comes back to what they stopped.
_PASSING = frozenset({Reason.REGIME_SUSPENDED, Reason.SCREENING_HOLD, Reason.LICENCE_SUSPENDED})
_RETRY = Delay(1, 1, "banking days")


class Actor:
    """Base of all actors. By default it starts nothing, and retries what a passing refusal stopped."""

    def __init__(self, account: str, diary: Diary) -> None:
        self.account = account
        self.diary = diary
        self._stopped: list[Intent] = []

    def begin(self) -> Iterable[Wake]:
        """Appointments known from the start."""
        return ()

    def observe(self, event: Event) -> Iterable[Wake]:
        """Appointments that follow from what just happened."""
        yield from self.react(event)
        if self._stopped and isinstance(event, StageChanged | ScreeningChanged | LicenceChanged):
            retries, self._stopped = self._stopped, []
            at = self.diary.after(event.sim_time, _RETRY)
            yield from (appointment(at, intent) for intent in retries)

    def react(self, event: Event) -> Iterable[Wake]:
        """What the kind of actor does about an event."""
        return ()

    def refused(self, intent: Intent, reason: Reason) -> None:
        """Told that a rule refused what it intended."""
        if reason in _PASSING:
            self._stopped.append(intent)

    def wake(self, at: int, operation: Operation) -> Wake:
        """An appointment for one operation, whatever happens until then."""
        return appointment(at, Intent(self.account, operation))


def appointment(at: int, intent: Intent) -> Wake:
    """An appointment whose intent is settled already."""
    return Wake(at, lambda: intent)
