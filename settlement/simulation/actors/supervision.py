"""The supervisor's log: what was tried against the regime's bans, and which debts were not met."""

from collections.abc import Iterable, Iterator

from settlement.domain.events import AdvanceOverdue, BillDefaulted, Event, OperationRejected
from settlement.domain.notes import Note, NoteKind
from settlement.domain.participants import Office
from settlement.domain.reasons import Reason
from settlement.scenario import Participant, Scenario
from settlement.simulation.actors.actor import Actor
from settlement.simulation.streams import Diary

#: Refusals that tell of an attempt at what the regime prohibits, rather than of bad timing or a slip.
_PROHIBITED = frozenset(
    {
        Reason.DOMESTIC_PAYMENT,
        Reason.PARTICIPANT_UNKNOWN,
        Reason.CORRIDOR_CLOSED,
        Reason.GOODS_OUT_OF_SCOPE,
    }
)


class Supervision(Actor):
    """Notes incidents and breaches; has a report of suspicion filed where somebody hides behind others."""

    hears = (OperationRejected, BillDefaulted, AdvanceOverdue)

    def __init__(self, diary: Diary, scenario: Scenario) -> None:
        super().__init__(Office.SUPERVISOR.value, diary)
        self._home = scenario.regime.home
        self._people = {participant.id: participant for participant in scenario.participants}

    def react(self, event: Event) -> Iterable[Note]:
        """Note what an event tells of."""
        now = event.sim_time
        match event:
            case OperationRejected():
                yield from self._refused(event)
            case BillDefaulted():
                text = f"bill {event.bill} was not paid when it was due"
                yield Note(now, self.account, NoteKind.DEFAULT, event.drawee, text)
            case AdvanceOverdue(credit=credit):
                text = f"no delivery was shown in time for the advance under credit {credit}"
                yield Note(now, self.account, NoteKind.OVERDUE, self.register.credits[credit].payee, text)

    def _refused(self, refusal: OperationRejected) -> Iterator[Note]:
        tried = f"{refusal.flow} {refusal.subject}".strip()
        if refusal.reason is Reason.INTERMEDIARY_UNAUTHORISED:
            for party in self._parties(refusal):
                if party.intermediary is not None:
                    text = f"acts for {party.id} without being authorised ({tried})"
                    yield self._suspicion(refusal, party.intermediary, text)
        shells = [party for party in self._parties(refusal) if self._is_shell(party)]
        if refusal.reason is Reason.DOMESTIC_PAYMENT and shells:
            for shell in shells:
                yield self._suspicion(refusal, shell.id, f"is abroad, its owner is resident ({tried})")
        elif refusal.reason in _PROHIBITED:
            text = f"tried {tried}: {refusal.reason.sentence}"
            yield Note(refusal.sim_time, self.account, NoteKind.INCIDENT, refusal.actor, text)

    def _suspicion(self, refusal: OperationRejected, subject: str, text: str) -> Note:
        """A report of suspicion is compliance's to file."""
        return Note(refusal.sim_time, Office.COMPLIANCE.value, NoteKind.SUSPICION, subject, text)

    def _is_shell(self, party: Participant) -> bool:
        return party.jurisdiction != self._home and party.beneficial_jurisdiction == self._home

    def _parties(self, refusal: OperationRejected) -> list[Participant]:
        names = self.register.sides(refusal.subject) or (refusal.actor, refusal.subject)
        return [self._people[name] for name in dict.fromkeys(names) if name in self._people]
