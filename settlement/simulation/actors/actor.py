"""What every actor is: it observes events, wakes at times of its choosing, and states intents.

An actor holds no backend. What it knows it has observed; what it draws comes from its own stream.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

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
from settlement.scenario import Bill, Credit, Delay
from settlement.simulation.flow_trades import Trade
from settlement.simulation.operations import Operation
from settlement.simulation.plans import BillPlan, CreditPlan, bill_plan, credit_plan
from settlement.simulation.streams import Diary


@dataclass(frozen=True, slots=True)
class Intent:
    """An operation that ``account`` wants to perform."""

    account: str
    operation: Operation


class Wake(NamedTuple):
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
ACTS: tuple[type[Event], ...] = (StageChanged, ScreeningChanged, LicenceChanged, CreditReleased)
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
ENDS = (CreditCancelled, CreditExpired, CreditClosed, CreditBlocked, CreditRejected, CreditWoundDown)
_BILL_ENDS = (BillCancelled, BillDefaulted, BillPaid, BillReturned)
_RETRY = Delay(1, 1, "banking days")


class Register:
    """What anybody can look up: plans of credits and bills under way, what has ended, and what is held."""

    def __init__(self) -> None:
        self.credits: dict[str, CreditPlan] = {}
        self.bills: dict[str, BillPlan] = {}
        self.ended: set[str] = set()
        self.on_hold: set[str] = set()

    def enter(self, trade: Credit | Bill) -> None:
        """Keep the plan of a credit or a bill until it ends."""
        if isinstance(trade, Credit):
            self.credits[trade.id] = credit_plan(trade)
        else:
            self.bills[trade.id] = bill_plan(trade)

    def sides(self, subject: str) -> tuple[str, str] | None:
        """Who pays and who is paid under a credit or a bill; None of what is not under way."""
        plan = self.credits.get(subject) or self.bills.get(subject)
        return None if plan is None else (plan.payer, plan.payee)

    def observe(self, event: Event) -> str | None:
        """Keep what an event says of a credit or a bill; returns the one that ends with it, if one does."""
        if isinstance(event, CreditHeld):
            self.on_hold.add(event.credit)
        elif isinstance(event, CreditReleased):
            self.on_hold.discard(event.credit)
        elif isinstance(event, ENDS):
            self.credits.pop(event.credit, None)
            self.ended.add(event.credit)
            return event.credit
        elif isinstance(event, _BILL_ENDS):
            self.bills.pop(event.bill, None)
            self.ended.add(event.bill)
            return event.bill
        return None


class Actor:
    """Base of all actors. By default it starts nothing, and retries what a passing refusal stopped.

    It is told of the events that it ``hears``, and of acts of authorities while it waits for one. Where it
    ``plays`` parts in trades it takes up its own, and is told of no other credits and bills. What is to be of
    them, what has ended and what is held it looks up in the ``register``, which all share.

    From ``until`` on (epoch seconds; None: for ever) it takes no step, as a participant that is insolvent.
    """

    #: Kinds of events that ``react`` does something about.
    hears: ClassVar[tuple[type[Event], ...]] = ()

    #: Whether it plays parts in trades.
    plays: ClassVar[bool] = False

    until: int | None = None
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

    def plays_in(self, trade: Trade) -> bool:
        """Whether it plays its part in a trade."""
        return False

    def take_up(self, trade: Any) -> Iterable[Wake]:
        """Appointments that follow from a trade in which it plays a part, made on the morning of its day."""
        return ()

    def let_go(self, subject: str) -> None:
        """Forget a credit or a bill, which has ended."""

    def observe(self, event: Event) -> Iterable[Wake | Note]:
        """Appointments that follow from what just happened, and what is noted about it."""
        yield from self.react(event)
        if self._stopped and isinstance(event, ACTS):
            retries, self._stopped = self._stopped, []
            at = self.diary.after(event.sim_time, _RETRY)
            yield from (wake._replace(at=at) for wake in retries)

    def react(self, event: Event) -> Iterable[Wake | Note]:
        """What the kind of actor does about an event."""
        return ()

    def refused(self, wake: Wake, reason: Reason, at: int) -> Iterable[Wake]:
        """Told that a rule refused, at ``at`` (epoch seconds), what came of an appointment."""
        if reason in _PASSING:
            self._stopped.append(wake)
        elif reason in _CURABLE and wake.tries < self._retries:
            yield wake._replace(at=self.diary.after(at, _RETRY), tries=wake.tries + 1)

    def waits(self) -> bool:
        """Whether it has something to come back to after an act of an authority."""
        return bool(self._stopped)

    def wait(self, decide: Callable[[], Intent | Note | None]) -> None:
        """Come back to something after the next act of an authority."""
        self._stopped.append(Wake(0, decide))

    def wake(self, at: int, operation: Operation, holds: Callable[[], bool] = lambda: True) -> Wake:
        """An appointment for one operation where ``holds`` is true then.

        It lapses once its credit or bill has ended, and waits while compliance holds the credit.
        """
        return Wake(at, _Step(self, operation, holds))


@dataclass(slots=True)
class _Step:
    """An operation that an actor is to perform where ``holds`` is true when its time has come."""

    actor: Actor
    operation: Operation
    holds: Callable[[], bool]

    def __call__(self) -> Intent | None:
        subject = getattr(self.operation, "credit", None) or getattr(self.operation, "bill", None)
        if subject in self.actor.register.ended or not self.holds():
            return None
        if subject in self.actor.register.on_hold:
            self.actor.wait(self)
            return None
        return Intent(self.actor.account, self.operation)


def appointment(at: int, intent: Intent) -> Wake:
    """An appointment whose intent is settled already."""
    return Wake(at, lambda: intent)
