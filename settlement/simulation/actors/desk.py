"""The conversion desk: it bears what the price does while a quote of its stands, and keeps account of it."""

from collections.abc import Iterable

from settlement.domain.amounts import Amount, Unit
from settlement.domain.events import Event, OperationRejected, QuoteAccepted, QuotePosted
from settlement.domain.notes import Note, NoteKind
from settlement.domain.participants import Flow, Office
from settlement.domain.quotes import QuoteSide
from settlement.simulation.actors.actor import Actor
from settlement.simulation.streams import Diary


class Desk(Actor):
    """Notes the losses of the desk, and what it cost an entity that one leg of a conversion did not come.

    The quotes themselves are actions of the scenario.
    """

    hears = (QuotePosted, OperationRejected, QuoteAccepted)

    def __init__(self, diary: Diary) -> None:
        super().__init__(Office.DESK.value, diary)
        self._quotes: dict[str, QuotePosted] = {}
        #: The first conversion of each entity that failed since its last that did not: quote and time.
        self._failed: dict[str, tuple[QuotePosted, int]] = {}

    def react(self, event: Event) -> Iterable[Note]:
        """Remember quotes and failures; note what they cost."""
        match event:
            case QuotePosted():
                self._quotes[event.quote] = event
            case OperationRejected(flow=Flow.CONVERT.name, subject=quote) if quote in self._quotes:
                failed = self._quotes[quote]
                self._failed.setdefault(failed.entity, (failed, event.sim_time))
            case QuoteAccepted():
                yield from self._loss(event)
                yield from self._delay(event)

    def _loss(self, accepted: QuoteAccepted) -> Iterable[Note]:
        if accepted.desk_result < 0:
            loss = Amount(-accepted.desk_result, Unit.DRL)
            text = f"honours quote {accepted.quote} at a loss of {loss} against the market"
            yield self._note(accepted, NoteKind.LOSS, self.account, text)

    def _delay(self, accepted: QuoteAccepted) -> Iterable[Note]:
        if accepted.entity not in self._failed:
            return
        failed, since = self._failed.pop(accepted.entity)
        if failed.side is not accepted.side:
            return
        # What as much SU would have come to under the quote that failed, rounded down.
        then = failed.drl_amount * accepted.su_amount // failed.su_amount
        buys = accepted.side is QuoteSide.SELLS_SU
        cost = accepted.drl_amount - then if buys else then - accepted.drl_amount
        hours = (accepted.sim_time - since) // 3_600
        text = (
            f"converted {hours} hours after one leg of quote {failed.quote} did not come, which "
            f"{'cost' if cost >= 0 else 'saved'} it {Amount(abs(cost), Unit.DRL)}"
        )
        yield self._note(accepted, NoteKind.DELAY, accepted.entity, text)

    def _note(self, event: Event, kind: NoteKind, subject: str, text: str) -> Note:
        return Note(event.sim_time, self.account, kind, subject, text)
