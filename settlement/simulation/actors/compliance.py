"""Compliance: screens everybody against each list, holds what a hit touches, and watches for structuring."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, utils

from settlement.domain.accounts import participant_of
from settlement.domain.events import (
    CreditOpened,
    Event,
    ListPublished,
    Moved,
    ObligationEntered,
    ScreeningChanged,
)
from settlement.domain.notes import Note, NoteKind
from settlement.domain.participants import Flow, Office, Screening
from settlement.scenario import Aggregation, Participant, Scenario, ScreeningList
from settlement.simulation.actors.actor import ENDS, Actor, Intent, Wake, appointment
from settlement.simulation.clock import SECONDS_PER_DAY
from settlement.simulation.operations import (
    BlockCredit,
    HoldCredit,
    PublishList,
    RecordScreening,
    RejectCredit,
    ReleaseCredit,
)
from settlement.simulation.streams import Diary

_PASSES = (Screening.CLEAR, Screening.FALSE_POSITIVE)


@dataclass(frozen=True, slots=True)
class _Hit:
    """A name of the list, or a jurisdiction, that somebody is like; ``likeness`` in basis points."""

    entry: str
    likeness: int


class Compliance(Actor):
    """The two reviewers. They take one case at a time, and find out whether a hit is the party it is like."""

    hears = (ListPublished, ScreeningChanged, CreditOpened, *ENDS, Moved, ObligationEntered)

    def __init__(self, diary: Diary, scenario: Scenario) -> None:
        super().__init__(Office.COMPLIANCE.value, diary)
        self._rules, self._review = scenario.compliance, scenario.behaviour.review
        self._lists = {version.version: version for version in self._rules.lists}
        self._people = {participant.id: participant for participant in scenario.participants}
        self._found = dict.fromkeys(self._people, Screening.CLEAR)
        self._cleared: dict[str, str] = {}  # entry that somebody was found not to be
        #: Entry that somebody under review is like; None where its payments are looked at.
        self._cases: dict[str, str | None] = {}
        self._due: dict[str, int] = {}  # when the review of each case ends
        self._dropped: set[str] = set()  # whose case ends because a list leaves its entry out
        self._matched: set[str] = set()
        self._parties: dict[str, frozenset[str]] = {}  # of each open credit, intermediaries included
        self._mine: set[str] = set()  # credits that are held for a case
        self._watch = None if self._rules.aggregation is None else _Watch(self._rules.aggregation)
        self._free_at = 0

    def begin(self) -> Iterable[Wake]:
        """Publish each list at its moment."""
        for version in self._rules.lists:
            yield self.wake(int(version.at.timestamp()), PublishList(version.version, content_hash(version)))

    def react(self, event: Event) -> Iterable[Wake | Note]:
        """Rescreen everybody against a new list; act on what a review found; count payments."""
        match event:
            case ListPublished(version=version) if version in self._lists:
                for participant in self._people.values():
                    yield from self._screen(participant, self._lists[version], event.sim_time)
                yield self.wake(event.sim_time, RecordScreening(Office.SPONSOR.value, Screening.CLEAR))
            case ScreeningChanged(participant=name) if name in self._people:
                self._found[name] = event.screening
                if event.screening in _PASSES:
                    self._matched.discard(name)
                if name in self._cases and event.screening is not Screening.POTENTIAL:
                    yield from self._decided(name, event)
            case CreditOpened():
                sides = [self._people[name] for name in (event.applicant, event.beneficiary)]
                between = (side.intermediary for side in sides if side.intermediary)
                self._parties[event.credit] = frozenset((event.applicant, event.beneficiary, *between))
            case _ if isinstance(event, ENDS):
                self._parties.pop(event.credit, None)
                self._mine.discard(event.credit)
            case Moved(flow=Flow.FUND | Flow.DIRECT) | ObligationEntered():
                # What follows from the entry of trade is no payment of its own.
                yield from self._count(event.payer, event.payee, event.amount, event.sim_time)

    def _screen(self, who: Participant, against: ScreeningList, now: int) -> Iterator[Wake | Note]:
        name, found = who.id, self._found[who.id]
        hit = self._hit(who, against)
        if hit is None:
            if self._cases.get(name) is not None:
                self._dropped.add(name)
            # What others found, or was found for another reason than a name, no list undoes.
            ours = found in _PASSES or self._cases.get(name) is not None or name in self._matched
            result = Screening.CLEAR if ours else found
        elif found in _PASSES:
            known = found is Screening.FALSE_POSITIVE and self._cleared.get(name) == hit.entry
            result = found if known else Screening.POTENTIAL
        else:
            result = found
        yield self.wake(now, RecordScreening(name, result))
        if hit is not None and result is Screening.POTENTIAL and self._cases.get(name) is None:
            likeness = f"{hit.likeness / 100:.0f} of 100"
            text = f"{who.name} is like {hit.entry} on list {against.version} ({likeness})"
            yield self._note(now, NoteKind.HIT, name, text)
            yield from self._take_up(who, hit.entry, now)

    def _take_up(self, who: Participant, entry: str | None, now: int) -> Iterator[Wake]:
        """Hold what a case touches, and put it at the end of the queue; what is there already is one case."""
        name, is_new = who.id, who.id not in self._cases
        self._cases[name] = self._cases.get(name) or entry
        if not is_new:
            return
        for credit, parties in self._parties.items():
            if name in parties and credit not in self.register.on_hold and credit not in self._mine:
                self._mine.add(credit)
                yield self.wake(now, HoldCredit(credit))
        self._free_at = self._due[name] = at = self.diary.after(max(now, self._free_at), self._review)
        outcome = Screening.TRUE_MATCH if who.listed else Screening.CLEAR
        yield self.wake(at, RecordScreening(name, outcome), lambda: self._due.get(name) == at)

    def _decided(self, name: str, event: ScreeningChanged) -> Iterator[Wake | Note]:
        """Both reviewers found somebody to be the listed party or not to be: its credits go on, or end."""
        entry, now, who = self._cases.pop(name), event.sim_time, self._people[name]
        del self._due[name]
        listed = event.screening is Screening.TRUE_MATCH
        if listed:
            self._matched.add(name)
            is_it = "is a listed party" if entry is None else f"is {entry}, a listed party"
            yield self._note(now, NoteKind.MATCH, name, f"{who.name} {is_it}")
        elif entry is None:
            yield self._note(now, NoteKind.CLEARED, name, f"the payments of {who.name} are in order")
        elif name in self._dropped:
            # Nobody found out whether it is: should the entry come back, it is a hit again.
            yield self._note(now, NoteKind.CLEARED, name, f"{entry} is on the list no more")
        else:
            self._cleared[name] = entry
            yield self._note(now, NoteKind.CLEARED, name, f"{who.name} is not {entry}")
        self._dropped.discard(name)
        for credit in sorted(self._mine):
            parties = self._parties[credit]
            if name not in parties or (not listed and parties & self._cases.keys()):
                continue
            self._mine.discard(credit)
            # Not through wake(), which waits while a credit is held.
            end = BlockCredit(credit) if self._rules.on_match == "block" else RejectCredit(credit)
            yield appointment(now, Intent(self.account, end if listed else ReleaseCredit(credit)))

    def _hit(self, who: Participant, against: ScreeningList) -> _Hit | None:
        """What of the list somebody is most like, if it is like enough."""
        for place in (who.jurisdiction, who.beneficial_jurisdiction):
            if place in against.jurisdictions:
                return _Hit(f"jurisdiction {place}", 10_000)
        hits = [_Hit(entry, likeness(who.name, entry)) for entry in against.names]
        best = max(hits, key=lambda hit: hit.likeness, default=None)
        return best if best is not None and best.likeness >= self._rules.similarity else None

    def _count(self, payer: str, payee: str, amount: int, now: int) -> Iterator[Wake | Note]:
        """Raise an alert when payments from one to the other stay just below the threshold too often.

        The payer's case is taken up like any other hit.
        """
        one, other = participant_of(payer), participant_of(payee)
        if self._watch is None or one not in self._people or not self._watch.alarms(one, other, amount, now):
            return
        rule = self._watch.rule
        yield self._note(
            now,
            NoteKind.STRUCTURING,
            one,
            f"{rule.count} payments to {other} within {rule.window} days stayed just below {rule.threshold}",
        )
        yield self.wake(now, RecordScreening(one, Screening.POTENTIAL))
        yield from self._take_up(self._people[one], None, now)

    def _note(self, now: int, kind: NoteKind, subject: str, text: str) -> Note:
        return Note(now, self.account, kind, subject, text)


class _Watch:
    """Counts payments near below a threshold, for each payer and payee."""

    def __init__(self, rule: Aggregation) -> None:
        self.rule = rule
        self._near: defaultdict[tuple[str, str], list[int]] = defaultdict(list)

    def alarms(self, payer: str, payee: str, amount: int, now: int) -> bool:
        """Count a payment (minor units); whether it is the last one that it takes for an alert."""
        threshold = self.rule.threshold.minor
        if not threshold * self.rule.share <= amount * 10_000 < threshold * 10_000:
            return False
        times = self._near[payer, payee]
        times.append(now)
        since = now - self.rule.window * SECONDS_PER_DAY
        times[:] = [time for time in times if time > since]
        if len(times) < self.rule.count:
            return False
        times.clear()
        return True


def likeness(name: str, entry: str) -> int:
    """How alike two names are, whatever the order of their words, in basis points."""
    return round(100 * fuzz.token_sort_ratio(name, entry, processor=utils.default_process))


def content_hash(version: ScreeningList) -> bytes:
    """The hash that is published of a list's content."""
    content = {"jurisdictions": sorted(version.jurisdictions), "names": sorted(version.names)}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).digest()
