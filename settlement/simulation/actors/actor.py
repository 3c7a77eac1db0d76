"""What every actor is: it observes events, wakes at times of its choosing, and states intents.

An actor holds no backend. What it knows it has observed; what it draws comes from its own stream.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from settlement.domain.events import (
    BillCancelled,
    BillDefaulted,
    BillPaid,
    BillReturned,
    CreditBlocked,
    CreditCancelled,
    CreditClosed,
    CreditExpired,
    CreditHeld,
    CreditRejected,
    CreditReleased,
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

    None when there is nothing left to do. ``tries`` is how often what it is for was refused before.
    """

    at: int
    decide: Callable[[], Intent | Note | None]
    tries: int = 0


#: Refusals that an act of an authority ends; an actor comes back to what they stopped after the next one.
_PASSING = frozenset(
    {
        Reason.REGIME_SUSPENDED,
        Reason.SCREENING_HOLD,
        Reason.LISTED_PARTY,
        Reason.LIST_STALE,
        Reason.LICENCE_SUSPENDED,
        Reason.ON_HOLD,
    }
)
_ACTS = (StageChanged, ScreeningChanged, LicenceChanged, CreditReleased)
#: Refusals that time alone may end; an actor comes back a banking day later, so often as its behaviour says.
_CURABLE = frozenset(
    {
        Reason.CAP_DAILY,
        Reason.CAP_PERIOD,
        Reason.CAP_ENTITY,
        Reason.CAP_CORRIDOR,
        Reason.CAP_CLASS,
        Reason.CAP_REGIME,
        Reason.INSUFFICIENT_BALANCE,
    }
)
#: Events after which there is nothing left to do about a credit, or a bill.
_ENDS = (CreditCancelled, CreditExpired, CreditClosed, CreditBlocked, CreditRejected, CreditWoundDown)
_BILL_ENDS = (BillCancelled, BillDefaulted, BillPaid, BillReturned)
#: What every actor is told of.
COMMON: tuple[type[Event], ...] = _ACTS
_RETRY = Delay(1, 1, "banking days")


class Register:
    """What anybody can look up: the credits and bills that have ended, and the credits that are held."""

    def __init__(self) -> None:
        self.ended: set[str] = set()
        self.on_hold: set[str] = set()

    def observe(self, event: Event) -> None:
        """Keep what an event says of a credit or a bill."""
        if isinstance(event, _ENDS):
            self.ended.add(event.credit)
        elif isinstance(event, _BILL_ENDS):
            self.ended.add(event.bill)
        elif isinstance(event, CreditHeld):
            self.on_hold.add(event.credit)
        elif isinstance(event, CreditReleased):
            self.on_hold.discard(event.credit)


class Actor:
    """Base of all actors. By default it starts nothing, and retries what a passing refusal stopped.

    It is told of the events that it ``hears``, and of acts of authorities. Where ``subjects`` names credits
    and bills, it is told of no others. What has ended, or is held, it looks up in the ``register``, one for
    all: copies would take more memory than the trades themselves.

    From ``until`` on (epoch seconds; None: for ever) it takes no step, as a participant that is insolvent.
    """

    #: Kinds of events that ``react`` does something about.
    hears: ClassVar[tuple[type[Event], ...]] = ()

    until: int | None = None
    subjects: Collection[str] | None = None
    register: Register

    def __init__(self, account: str, diary: Diary, retries: int = 0) -> None:
        """``retries`` is how often it comes back to what time alone may cure."""
        self.account = account
        self.diary = diary
        self._retries = retries
        self._stopped: list[Wake] = []

    def begin(self) -> Iterable[Wake | Note]:
        """Appointments known from the start."""
        return ()

    def observe(self, event: Event) -> Iterable[Wake | Note]:
        """Appointments that follow from what just happened, and what is noted about it."""
        yield from self.react(event)
        if self._stopped and isinstance(event, _ACTS):
            retries, self._stopped = self._stopped, []
            at = self.diary.after(event.sim_time, _RETRY)
            yield from (replace(wake, at=at) for wake in retries)

    def react(self, event: Event) -> Iterable[Wake | Note]:
        """What the kind of actor does about an event."""
        return ()

    def refused(self, wake: Wake, reason: Reason, at: int) -> Iterable[Wake]:
        """Told that a rule refused, at ``at`` (epoch seconds), what came of an appointment."""
        if reason in _PASSING:
            self._stopped.append(wake)
        elif reason in _CURABLE and wake.tries < self._retries:
            yield replace(wake, at=self.diary.after(at, _RETRY), tries=wake.tries + 1)

    def wake(self, at: int, operation: Operation, holds: Callable[[], bool] = lambda: True) -> Wake:
        """An appointment for one operation where ``holds`` is true then.

        It lapses once its credit or bill has ended, and waits while compliance holds the credit.
        """
        subject = getattr(operation, "credit", None) or getattr(operation, "bill", None)

        def decide() -> Intent | None:
            if subject in self.register.ended or not holds():
                return None
            if subject in self.register.on_hold:
                self._stopped.append(Wake(at, decide))
                return None
            return Intent(self.account, operation)

        return Wake(at, decide)


def appointment(at: int, intent: Intent) -> Wake:
    """An appointment whose intent is settled already."""
    return Wake(at, lambda: intent)
