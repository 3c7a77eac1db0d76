"""The keeper: calls what the rules let anybody call once a deadline has passed or a payment is due."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from settlement.domain.events import (
    AdvanceOverdue,
    AdvancePaid,
    CreditAmended,
    CreditAwarded,
    CreditBlocked,
    CreditCancelled,
    CreditClosed,
    CreditDisputed,
    CreditExpired,
    CreditFunded,
    CreditHeld,
    CreditIssued,
    CreditOpened,
    CreditRejected,
    CreditReleased,
    CreditWoundDown,
    DrawAccepted,
    DrawDiscrepant,
    DrawFinal,
    DrawPaid,
    DrawPresented,
    DrawReturned,
    Event,
    ItemReleased,
    StageChanged,
)
from settlement.domain.participants import CreditState, DrawKind, DrawState, Instrument, Stage
from settlement.simulation.actors.actor import Actor, Intent, Wake
from settlement.simulation.actors.deadlines import Deadlines
from settlement.simulation.operations import (
    AwardByTime,
    Cancel,
    ClaimItem,
    DeemAccepted,
    Expire,
    FinaliseDraw,
    Operation,
    ReportOverdue,
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
_DrawEvent = DrawPresented | DrawDiscrepant | DrawReturned | DrawAccepted | DrawPaid | DrawFinal


@dataclass(slots=True)
class _Draw:
    """A draw, with the retention period of the terms that it was presented under."""

    kind: DrawKind
    retention_period: int
    state: DrawState = DrawState.PRESENTED


@dataclass(slots=True)
class _Credit:
    """What the keeper remembers of a credit; expiry and periods are those in force.

    ``disputed`` and ``contested`` are what is with the arbiter of the undrawn rest and of retentions.
    """

    instrument: Instrument
    fund_until: int
    expiry: int
    retention_period: int
    waiver_window: int
    state: CreditState = CreditState.DRAFT
    guarantee: str = ""
    advance_open: bool = False
    disputed: int = 0
    contested: int = 0
    draws: dict[int, _Draw] = field(default_factory=dict)

    def is_in(self, state: CreditState) -> bool:
        """Whether it is in a state."""
        return self.state is state

    def is_live(self) -> bool:
        """Whether value may move under it."""
        return self.state in (CreditState.ACTIVE, CreditState.DISPUTED)

    def waits_for(self, draw: _Draw, state: DrawState) -> bool:
        """Whether it is live and a draw under it still in a state."""
        return draw.state is state and self.is_live()

    def may_expire(self, deadline: int) -> bool:
        """Whether the undrawn rest may be refunded after a deadline, if an amendment has not put it off."""
        closed = {DrawState.RETURNED, DrawState.FINAL}
        done = all(draw.state in closed for draw in self.draws.values())
        is_done = self.is_live() and done and not self.advance_open
        return is_done and deadline >= self.expiry

    def settle(self, event: CreditAwarded) -> None:
        """An award decides on everything; silence ends what the arbiter had long enough."""
        if event.by_time:
            self.disputed -= event.returned
            self.contested -= event.to_beneficiary
        else:
            self.disputed = self.contested = 0
        self.state = CreditState.DISPUTED if self.disputed or self.contested else CreditState.ACTIVE

    def is_overdue(self) -> bool:
        """Whether the delivery behind an advance is missing, the date aside."""
        open_ = {DrawState.PRESENTED, DrawState.DISCREPANT}
        shown = any(d.kind is DrawKind.DELIVERY and d.state in open_ for d in self.draws.values())
        return self.advance_open and not shown


class Keeper(Actor):
    """Follows every credit and takes each way out by time; pays accepted draws at maturity."""

    hears = (
        StageChanged, CreditHeld, CreditReleased, ItemReleased, CreditOpened, CreditIssued, CreditFunded,
        CreditAmended, CreditDisputed, CreditAwarded, AdvancePaid, AdvanceOverdue, DrawPresented,
        DrawDiscrepant, DrawReturned, DrawAccepted, DrawPaid, DrawFinal, *_ENDS,
    )  # fmt: skip

    def __init__(self, account: str, diary: Diary, wind_down_end: int) -> None:
        super().__init__(account, diary)
        self._wind_down_end = wind_down_end
        self._credits: dict[str, _Credit] = {}
        self._deadlines = Deadlines(account)

    def react(self, event: Event) -> Iterable[Wake]:
        """Remember the new state, and make an appointment for its way out."""
        now = event.sim_time
        match event:
            case StageChanged(stage=Stage.SUSPENDED):
                self._deadlines.suspend(now)
            case StageChanged():
                yield from self._deadlines.resume(now)
            case CreditHeld():
                self._deadlines.hold(event.credit, now)
                self._deadlines.hold(self._security(event.credit), now, "security")
            case CreditReleased():
                yield from self._deadlines.release(event.credit, now)
                yield from self._deadlines.release(self._security(event.credit), now, "security")
            case ItemReleased():
                yield self.wake(now + 1, ClaimItem(event.item))
            case CreditOpened():
                self._deadlines.start(event.credit, now)
                dates = event.fund_until, event.expiry, event.retention_period, event.waiver_window
                self._credits[event.credit] = _Credit(event.instrument, *dates, guarantee=event.guarantee)
                yield self._cancel(event.credit, CreditState.DRAFT, event.offer_until)
            case (
                DrawPresented()
                | DrawDiscrepant()
                | DrawReturned()
                | DrawAccepted()
                | DrawPaid()
                | DrawFinal()
            ):
                yield from self._follow(event)
            case _:
                yield from self._turn(event)

    def _security(self, credit: str) -> str:
        """The guarantee whose clock stands still with that of a credit, whose advance is out."""
        known = self._credits.get(credit)
        return known.guarantee if known is not None and known.advance_open else ""

    def _turn(self, event: Event) -> Iterable[Wake]:
        """What happens to a credit as a whole."""
        credit: str = getattr(event, "credit", "")
        known = self._credits.get(credit)
        if known is None:
            return
        match event:
            case CreditIssued():
                known.state = CreditState.ISSUED
                yield self._cancel(credit, CreditState.ISSUED, known.fund_until)
            case CreditFunded():
                known.state = CreditState.ACTIVE
                yield self._expire(credit, known.expiry)
                yield self._wind_down(credit)
            case CreditAmended():
                known.expiry, known.retention_period = event.terms.expiry, event.terms.retention_period
                known.waiver_window = event.terms.waiver_window
                known.guarantee = event.terms.guarantee
                yield self._expire(credit, known.expiry)
            case CreditDisputed():
                known.state, until = CreditState.DISPUTED, event.award_until
                known.disputed += 0 if event.from_retention else event.amount
                known.contested += event.amount if event.from_retention else 0
                disputed = self._in_state(credit, CreditState.DISPUTED)
                yield self._deadlines.set(credit, until + 1, AwardByTime(credit), disputed)
            case CreditAwarded():
                known.settle(event)
                yield from self._late_expiry(credit, event)
            case CreditExpired() if known.contested:
                # The rest went back; what was retained waits for the arbiter.
                known.disputed = 0
            case AdvancePaid():
                known.advance_open = True
                yield self._report(credit, event.return_until)
            case AdvanceOverdue():
                known.advance_open = False
                yield from self._late_expiry(credit, event)
            case _ if type(event) in _ENDS:
                known.state = _ENDS[type(event)]
                yield from self._deadlines.release(known.guarantee, event.sim_time, "security")
                # An advance that is still open will be reported all the same.
                if not known.advance_open:
                    self._deadlines.end(credit)
                    del self._credits[credit]

    def _follow(self, event: _DrawEvent) -> Iterable[Wake]:
        credit, draw = event.credit, event.draw
        known = self._credits.get(credit)
        if known is None:
            return
        clock = self._deadlines.reading(credit, event.sim_time)
        match event:
            case DrawPresented():
                known.draws[draw] = _Draw(event.draw_kind, known.retention_period)
                if known.instrument is Instrument.MILESTONE:
                    # Silence attests nothing.
                    yield self._on_draw(event.examine_until + 1, credit, draw, ReturnDocuments(credit, draw))
                else:
                    yield self._on_draw(event.examine_until + 1, credit, draw, DeemAccepted(credit, draw))
                    # What an examiner in bad standing left unexamined goes back in the end.
                    unexamined = event.examine_until + known.waiver_window
                    yield self._on_draw(unexamined + 1, credit, draw, ReturnDocuments(credit, draw))
            case DrawDiscrepant():
                known.draws[draw].state = DrawState.DISCREPANT
                yield self._on_draw(event.waive_until + 1, credit, draw, ReturnDocuments(credit, draw))
            case DrawAccepted():
                known.draws[draw].state = DrawState.ACCEPTED
                at = max(event.maturity, clock + 1)
                yield self._on_draw(at, credit, draw, Settle(credit, draw))
            case DrawPaid(retention=retention) if retention:
                known.draws[draw].state = DrawState.PAID
                until = clock + known.draws[draw].retention_period
                yield self._on_draw(until, credit, draw, FinaliseDraw(credit, draw))
            case DrawReturned() | DrawPaid() | DrawFinal():
                returned = isinstance(event, DrawReturned)
                known.draws[draw].state = DrawState.RETURNED if returned else DrawState.FINAL
                if known.draws[draw].kind is DrawKind.DELIVERY:
                    yield from self._after_delivery(credit, event)
                yield from self._late_expiry(credit, event)

    def _after_delivery(self, credit: str, event: Event) -> Iterable[Wake]:
        """Delivery was shown, or its documents went back and it must be shown again."""
        if isinstance(event, DrawFinal):
            self._credits[credit].advance_open = False
        else:
            # Before its time the appointment made at the advance still stands.
            yield self._report(credit, self._deadlines.reading(credit, event.sim_time))

    def _report(self, credit: str, until: int) -> Wake:
        overdue = self._credits[credit].is_overdue
        return self._deadlines.set(credit, until + 1, ReportOverdue(credit), overdue)

    def _cancel(self, credit: str, state: CreditState, deadline: int) -> Wake:
        return self._deadlines.set(credit, deadline + 1, Cancel(credit), self._in_state(credit, state))

    def _expire(self, credit: str, deadline: int) -> Wake:
        holds = partial(self._credits[credit].may_expire, deadline)
        return self._deadlines.set(credit, deadline + 1, Expire(credit), holds)

    def _late_expiry(self, credit: str, event: Event) -> Iterable[Wake]:
        """After expiry, what was open may just have become the last of it."""
        clock = self._deadlines.reading(credit, event.sim_time)
        # Before expiry the appointment made at funding still stands.
        if clock > self._credits[credit].expiry:
            yield self._expire(credit, clock)

    def _wind_down(self, credit: str) -> Wake:
        """The regime's own end, which nothing puts off."""
        known = self._credits[credit]

        def decide() -> Intent | None:
            return Intent(self.account, WindDown(credit)) if known.is_live() else None

        return Wake(self._wind_down_end + 1, decide)

    def _in_state(self, credit: str, state: CreditState) -> Callable[[], bool]:
        return partial(self._credits[credit].is_in, state)

    def _on_draw(self, clock: int, credit: str, draw: int, operation: Operation) -> Wake:
        """An appointment that holds while the draw stays in the state it is in now and its credit is live."""
        known = self._credits[credit]
        drawn = known.draws[draw]
        holds = partial(known.waits_for, drawn, drawn.state)
        return self._deadlines.set(credit, clock, operation, holds)
