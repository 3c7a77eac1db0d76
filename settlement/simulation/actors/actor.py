"""What every actor is: it observes events, wakes at times of its choosing, and states intents.

An actor holds no backend. What it knows it has observed; what it draws comes from its own stream.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from settlement.domain.events import (
    CreditBlocked,
    CreditCancelled,
    CreditClosed,
    CreditExpired,
    CreditRejected,
    CreditWoundDown,
    Event,
    LicenceChanged,
    ScreeningChanged,
    StageChanged,
)
from settlement.domain.notes import Note
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
    """An appointment: at ``at`` (epoch seconds) the actor decides, or notes something.

    None when there is nothing left to do.
    """

    at: int
    decide: Callable[[], Intent | Note | None]


#: Refusals that pass by themselves; an actor comes back to what they stopped.
_PASSING = frozenset(
    {Reason.REGIME_SUSPENDED, Reason.SCREENING_HOLD, Reason.LISTED_PARTY, Reason.LICENCE_SUSPENDED}
)
#: Events after which there is nothing left to do about a credit.
_ENDS = (CreditCancelled, CreditExpired, CreditClosed, CreditBlocked, CreditRejected, CreditWoundDown)
_RETRY = Delay(1, 1, "banking days")


class Actor:
    """Base of all actors. By default it starts nothing, and retries what a passing refusal stopped."""

    def __init__(self, account: str, diary: Diary) -> None:
        self.account = account
        self.diary = diary
        self._stopped: list[Wake] = []
        self._ended: set[str] = set()

    def begin(self) -> Iterable[Wake | Note]:
        """Appointments known from the start."""
        return ()

    def observe(self, event: Event) -> Iterable[Wake | Note]:
        """Appointments that follow from what just happened, and what is noted about it."""
        if isinstance(event, _ENDS):
            self._ended.add(event.credit)
        yield from self.react(event)
        if self._stopped and isinstance(event, StageChanged | ScreeningChanged | LicenceChanged):
            retries, self._stopped = self._stopped, []
            at = self.diary.after(event.sim_time, _RETRY)
            yield from (Wake(at, wake.decide) for wake in retries)

    def react(self, event: Event) -> Iterable[Wake | Note]:
        """What the kind of actor does about an event."""
        return ()

    def refused(self, wake: Wake, reason: Reason) -> None:
        """Told that a rule refused what came of an appointment."""
        if reason in _PASSING:
            self._stopped.append(wake)

    def wake(self, at: int, operation: Operation) -> Wake:
        """An appointment for one operation, unless its credit has ended by then."""
        credit = getattr(operation, "credit", None)
        return Wake(at, lambda: None if credit in self._ended else Intent(self.account, operation))


def appointment(at: int, intent: Intent) -> Wake:
    """An appointment whose intent is settled already."""
    return Wake(at, lambda: intent)
