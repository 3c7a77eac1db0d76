"""The keeper: calls what the rules let anybody call once a deadline has passed or a payment is due."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from settlement.domain.events import (
    CreditCancelled,
    CreditClosed,
    CreditExpired,
    CreditFunded,
    CreditIssued,
    CreditOpened,
    DrawAccepted,
    DrawDiscrepant,
    DrawPaid,
    DrawPresented,
    DrawReturned,
    Event,
)
from settlement.domain.participants import CreditState, DrawState
from settlement.simulation.actors.actor import Actor, Intent, Wake
from settlement.simulation.operations import (
    Cancel,
    DeemAccepted,
    Expire,
    Operation,
    ReturnDocuments,
    Settle,
)
from settlement.simulation.streams import Diary


@dataclass(slots=True)
class _Credit:
    """What the keeper remembers of a credit."""

    opened: CreditOpened
    state: CreditState = CreditState.DRAFT
    draws: dict[int, DrawState] = field(default_factory=dict)

    def may_expire(self) -> bool:
        """Whether the undrawn rest could be refunded, the date aside."""
        closed = {DrawState.RETURNED, DrawState.FINAL}
        return self.state is CreditState.ACTIVE and set(self.draws.values()) <= closed


class Keeper(Actor):
    """Follows every credit and takes each way out by time; pays accepted draws at maturity."""

    def __init__(self, account: str, diary: Diary) -> None:
        super().__init__(account, diary)
        self._credits: dict[str, _Credit] = {}

    def react(self, event: Event) -> Iterable[Wake]:
        """Remember the new state, and make an appointment for its way out."""
        match event:
            case CreditOpened():
                self._credits[event.credit] = _Credit(event)
                yield self._cancel(event.credit, CreditState.DRAFT, event.offer_until)
            case CreditIssued():
                credit = self._turn(event.credit, CreditState.ISSUED)
                yield self._cancel(event.credit, CreditState.ISSUED, credit.opened.fund_until)
            case CreditFunded():
                credit = self._turn(event.credit, CreditState.ACTIVE)
                yield self._expire(event.credit, credit.opened.expiry)
            case CreditCancelled():
                self._turn(event.credit, CreditState.CANCELLED)
            case CreditExpired():
                self._turn(event.credit, CreditState.EXPIRED)
            case CreditClosed():
                self._turn(event.credit, CreditState.CLOSED)
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
                at = max(event.maturity, event.sim_time + 1)
                yield self._on_draw(at, credit, draw, Settle(credit, draw))
            case DrawReturned() | DrawPaid():
                draws[draw] = DrawState.RETURNED if isinstance(event, DrawReturned) else DrawState.FINAL
                # Before expiry the appointment made at funding still stands.
                if event.sim_time > self._credits[credit].opened.expiry:
                    yield self._expire(credit, event.sim_time)

    def _turn(self, credit: str, state: CreditState) -> _Credit:
        known = self._credits[credit]
        known.state = state
        return known

    def _cancel(self, credit: str, state: CreditState, deadline: int) -> Wake:
        return self._if(deadline + 1, lambda: self._credits[credit].state is state, Cancel(credit))

    def _expire(self, credit: str, deadline: int) -> Wake:
        return self._if(deadline + 1, self._credits[credit].may_expire, Expire(credit))

    def _on_draw(self, at: int, credit: str, draw: int, operation: Operation) -> Wake:
        """An appointment that holds while the draw stays in the state it is in now."""
        draws = self._credits[credit].draws
        state = draws[draw]
        return self._if(at, lambda: draws[draw] is state, operation)

    def _if(self, at: int, holds: Callable[[], bool], operation: Operation) -> Wake:
        return Wake(at, lambda: Intent(self.account, operation) if holds() else None)
