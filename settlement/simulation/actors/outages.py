"""Outages of intermediaries: what they and those they act for would do waits until they are back."""

from collections.abc import Iterable
from functools import partial

from settlement.domain.notes import Note, NoteKind
from settlement.domain.participants import Office, Role
from settlement.scenario import Outage, Scenario
from settlement.simulation.actors.actor import Actor, Wake
from settlement.simulation.streams import Diary


class Outages(Actor):
    """Knows who cannot act until when, and notes it for the supervisor."""

    def __init__(self, diary: Diary, scenario: Scenario) -> None:
        super().__init__(Office.SUPERVISOR.value, diary)
        outages = (action for action in scenario.actions if isinstance(action, Outage))
        self._outages = sorted(outages, key=lambda outage: outage.at)
        self._abroad = [p for p in scenario.participants if p.kind & Role.COUNTERPARTY]
        self._between = {p.id: p.intermediary for p in scenario.participants if p.intermediary is not None}

    def begin(self) -> Iterable[Wake]:
        """Note each outage when it begins."""
        for outage in self._outages:
            yield Wake(int(outage.at.timestamp()), partial(self._note, outage))

    def back(self, account: str, now: int) -> int:
        """When ``account`` can act, from ``now`` on; epoch seconds."""
        stopped = (account, self._between.get(account))
        for outage in self._outages:
            start, end = int(outage.at.timestamp()), int(outage.until.timestamp())
            if outage.participant in stopped and start <= now < end:
                now = end
        return now

    def _note(self, outage: Outage) -> Note:
        """How much hangs on the one that is out: those it acts for, of all counterparties."""
        stopped = [p.id for p in self._abroad if p.intermediary == outage.participant]
        share = f"{len(stopped)} of {len(self._abroad)} counterparties"
        names = f" ({', '.join(stopped)})" if stopped else ""
        text = f"cannot act until {outage.until:%Y-%m-%d %H:%M} UTC; it acts for {share}{names}"
        at = int(outage.at.timestamp())
        return Note(at, self.account, NoteKind.OUTAGE, outage.participant, text)
