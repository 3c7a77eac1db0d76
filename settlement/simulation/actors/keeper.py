"""The keeper: calls what the rules let anybody call once a deadline has passed or a payment is due."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from settlement.domain.events import (
    CreditBlocked,
    CreditCancelled,
    CreditClosed,
    CreditExpired,
    CreditFunded,
    CreditIssued,
    CreditOpened,
    CreditRejected,
    CreditWoundDown,
    DrawAccepted,
    DrawDiscrepant,
    DrawPaid,
    DrawPresented,
    DrawReturned,
    Event,
    ItemReleased,
    StageChanged,
)
from settlement.domain.participants import CreditState, DrawState, Stage
from settlement.simulation.actors.actor import Actor, Intent, Wake
from settlement.simulation.operations import (
    Cancel,
    ClaimItem,
    DeemAccepted,
    Expire,
    Operation,
    ReturnDocuments,
    Settle,
    WindDown,
)
from settlement.simulation.streams import Diary

#: Events that end a credit, and the state in which they leave it.
_ENDS: dict[type[Event], CreditState] = {
    CreditCancelled: CreditState.CANCELLED,
    CreditExpired: CreditState.EXPIRED,
    CreditClosed: CreditState.CLOSED,
    CreditBlocked: CreditState.BLOCKED,
    CreditRejected: CreditState.CANCELLED,
    CreditWoundDown: CreditState.WOUND_DOWN,
}


@dataclass(slots=True)
class _Credit:
    """What the keeper remembers of a credit; ``shift`` is how long suspensions had lasted at its opening."""

    opened: CreditOpened
    shift: int
    state: CreditState = CreditState.DRAFT
    draws: dict[int, DrawState] = field(default_factory=dict)

    def may_expire(self) -> bool:
        """Whether the undrawn rest could be refunded, the date aside."""
        closed = {DrawState.RETURNED, DrawState.FINAL}
        return self.state is CreditState.ACTIVE and set(self.draws.values()) <= closed


@dataclass(slots=True, eq=False)
class _Deadline:
    """A way out by time: taken at ``at`` (epoch seconds) where ``holds`` is still true then."""

    at: int
    holds: Callable[[], bool]
    operation: Operation


class Keeper(Actor):
    """Follows every credit and takes each way out by time; pays accepted draws at maturity.

    Deadlines in events are times on the clock of their credit, which a suspension stops: it puts off what is
    not yet due.
    """

    def __init__(self, account: str, diary: Diary, wind_down_end: int) -> None:
        super().__init__(account, diary)
        self._wind_down_end = wind_down_end
        self._credits: dict[str, _Credit] = {}
        # A dictionary for its order, so that a run repeats.
        self._deadlines: dict[_Deadline, None] = {}
        self._tolled = 0
        self._suspended_at: int | None = None

    def react(self, event: Event) -> Iterable[Wake]:
        """Remember the new state, and make an appointment for its way out."""
        match event:
            case StageChanged():
                yield from self._toll(event)
            case ItemReleased():
                yield self.wake(event.sim_time + 1, ClaimItem(event.item))
            case CreditOpened():
                self._credits[event.credit] = _Credit(event, self._tolled)
                yield self._cancel(event.credit, CreditState.DRAFT, event.offer_until)
            case CreditIssued():
                credit = self._turn(event.credit, CreditState.ISSUED)
                yield self._cancel(event.credit, CreditState.ISSUED, credit.opened.fund_until)
            case CreditFunded():
                credit = self._turn(event.credit, CreditState.ACTIVE)
                yield self._expire(event.credit, credit.opened.expiry)
                yield self._wind_down(event.credit)
            case (
                CreditCancelled()
                | CreditExpired()
                | CreditClosed()
                | CreditBlocked()
                | CreditRejected()
                | CreditWoundDown()
            ):
                self._turn(event.credit, _ENDS[type(event)])
            case DrawPresented() | DrawDiscrepant() | DrawReturned() | DrawAccepted() | DrawPaid():
                yield from self._follow(event)

    def _follow(
        self, event: DrawPresented | DrawDiscrepant | DrawReturned | DrawAccepted | DrawPaid
    ) -> Iterable[Wake]:
        credit, draw = event.credit, event.draw
        draws = self._credits[credit].draws
        match event:
            case DrawPresented():
                draws[draw] = DrawState.PRESENTED
                yield self._on_draw(event.examine_until + 1, credit, draw, DeemAccepted(credit, draw))
            case DrawDiscrepant():
                draws[draw] = DrawState.DISCREPANT
                yield self._on_draw(event.waive_until + 1, credit, draw, ReturnDocuments(credit, draw))
            case DrawAccepted():
                draws[draw] = DrawState.ACCEPTED
                at = max(event.maturity, self._clock_of(credit, event) + 1)
                yield self._on_draw(at, credit, draw, Settle(credit, draw))
            case DrawReturned() | DrawPaid():
                draws[draw] = DrawState.RETURNED if isinstance(event, DrawReturned) else DrawState.FINAL
                # Before expiry the appointment made at funding still stands.
                clock = self._clock_of(credit, event)
                if clock > self._credits[credit].opened.expiry:
                    yield self._expire(credit, clock)

    def _turn(self, credit: str, state: CreditState) -> _Credit:
        known = self._credits[credit]
        known.state = state
        return known

    def _cancel(self, credit: str, state: CreditState, deadline: int) -> Wake:
        known = self._credits[credit]
        return self._if(credit, deadline + 1, lambda: known.state is state, Cancel(credit))

    def _expire(self, credit: str, deadline: int) -> Wake:
        return self._if(credit, deadline + 1, self._credits[credit].may_expire, Expire(credit))

    def _wind_down(self, credit: str) -> Wake:
        """The regime's own end, which nothing puts off."""
        known = self._credits[credit]

        def decide() -> Intent | None:
            funded = known.state in (CreditState.ACTIVE, CreditState.DISPUTED)
            return Intent(self.account, WindDown(credit)) if funded else None

        return Wake(self._wind_down_end + 1, decide)

    def _on_draw(self, at: int, credit: str, draw: int, operation: Operation) -> Wake:
        """An appointment that holds while the draw stays in the state it is in now."""
        draws = self._credits[credit].draws
        state = draws[draw]
        return self._if(credit, at, lambda: draws[draw] is state, operation)

    def _if(self, credit: str, clock: int, holds: Callable[[], bool], operation: Operation) -> Wake:
        deadline = _Deadline(clock + self._tolled_of(credit), holds, operation)
        self._deadlines[deadline] = None
        return self._appointment(deadline)

    def _clock_of(self, credit: str, event: Event) -> int:
        """The time of an event on the clock of its credit."""
        return event.sim_time - self._tolled_of(credit)

    def _tolled_of(self, credit: str) -> int:
        return self._tolled - self._credits[credit].shift

    def _appointment(self, deadline: _Deadline) -> Wake:
        at = deadline.at

        def decide() -> Intent | None:
            # Put off, or to be put off when the suspension ends.
            if deadline.at != at or self._suspended_at is not None:
                return None
            del self._deadlines[deadline]
            return Intent(self.account, deadline.operation) if deadline.holds() else None

        return Wake(at, decide)

    def _toll(self, changed: StageChanged) -> Iterable[Wake]:
        """Put off by the length of the suspension what was not due when it began."""
        if changed.stage is Stage.SUSPENDED:
            self._suspended_at = changed.sim_time
        elif self._suspended_at is not None:
            tolled, self._suspended_at = changed.sim_time - self._suspended_at, None
            self._tolled += tolled
            for deadline in self._deadlines:
                deadline.at += tolled
                yield self._appointment(deadline)
