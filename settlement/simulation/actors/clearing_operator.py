"""The clearing operator: chooses what the clearing house settles, and leaves out whom the rules refuse.

It knows what it has observed: obligations that were entered, and what members hold. Whatever it chooses the
contract verifies.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from settlement.clearing import Algorithm, Obligation, Participant, Queue, clear
from settlement.domain.amounts import Amount
from settlement.domain.events import (
    CycleSettled,
    Event,
    KycChanged,
    LicenceChanged,
    MemberExcluded,
    MemberReadmitted,
    ObligationEntered,
    ObligationLapsed,
    ObligationSettled,
    ObligationWithdrawn,
    OperationRejected,
    ScreeningChanged,
    StageChanged,
)
from settlement.domain.notes import Note, NoteKind
from settlement.domain.participants import Flow, LicenceStatus, Office, Screening, Stage
from settlement.domain.reasons import Reason
from settlement.scenario import Scenario
from settlement.simulation.actors.actor import Actor, Intent, Wake
from settlement.simulation.clock import midnight
from settlement.simulation.operations import Exclude, Lapse, Readmit, SettleCycle
from settlement.simulation.purses import Purses
from settlement.simulation.streams import Diary

#: Refusals for which a member is excluded: all from its registration to its screening. Others are not about
#: its standing, and to exclude it would be refused too.
_STANDING = range(Reason.PARTICIPANT_UNKNOWN, Reason.LIST_STALE + 1)
#: Results of screening that pass.
_CLEAR = frozenset({Screening.CLEAR, Screening.FALSE_POSITIVE})


#: Obligations that one transaction settles at most: each takes some 20,000 gas, and a block holds 30 million.
MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class _Pending:
    """An obligation that waits; it is over after ``until`` on the clock that suspensions stop."""

    obligation: Obligation
    until: int


class ClearingOperator(Actor):
    """Runs the cycles of the scenario, with its algorithm."""

    hears = (
        ObligationEntered, ObligationSettled, ObligationLapsed, ObligationWithdrawn, CycleSettled,
        StageChanged, OperationRejected, MemberExcluded, MemberReadmitted, ScreeningChanged, LicenceChanged,
        KycChanged, *Purses.HEARD,
    )  # fmt: skip

    def __init__(self, diary: Diary, scenario: Scenario) -> None:
        super().__init__(Office.CLEARING.value, diary)
        self._scenario = scenario
        self._algorithm = Algorithm(scenario.clearing.algorithm)
        self._purses = Purses()
        #: By number; numbers rise, so the order is that of the queue.
        self._pending: dict[int, _Pending] = {}
        self._members: dict[str, None] = {}
        self._excluded: set[str] = set()
        #: The algorithm of the cycle that is under way.
        self._running: Algorithm | None = None
        #: Whether another step of it follows once this one is settled.
        self._goes_on = False
        self._tolled = 0
        self._suspended_at: int | None = None
        #: The cycle that the present suspension stopped, by its algorithm.
        self._missed: Algorithm | None = None

    def begin(self) -> Iterable[Wake]:
        """Every cycle of the scenario."""
        clearing = self._scenario.clearing
        for moment in clearing.gross:
            yield self._cycle(int(moment.timestamp()), Algorithm.GROSS)
        for at in sorted({*(int(moment.timestamp()) for moment in clearing.cycles), *self._daily()}):
            yield self._cycle(at, self._algorithm)

    def _daily(self) -> Iterator[int]:
        regime = self._scenario.regime
        last = min(self._scenario.end, regime.end)
        for day in self.diary.calendar.open_days(regime.start, last):
            yield from (midnight(day) + time for time in self._scenario.clearing.daily)

    def observe(self, event: Event) -> Iterable[Wake | Note]:
        """Follow what members hold, too."""
        self._purses.observe(event)
        return super().observe(event)

    def react(self, event: Event) -> Iterable[Wake | Note]:
        """Keep the queue, have what is over lapse, and see to members whose standing changes."""
        match event:
            case ObligationEntered():
                yield self._enter(event)
            case ObligationSettled() | ObligationLapsed() | ObligationWithdrawn():
                self._pending.pop(event.obligation, None)
            case CycleSettled() if self._running is not None and self._goes_on:
                yield self._cycle(event.sim_time, self._running, first=False)
            case StageChanged():
                yield from self._toll(event)
            case OperationRejected(actor=self.account, flow=Flow.NET_LEG.name, subject=member) if member:
                if event.reason in _STANDING:
                    yield self.wake(event.sim_time, Exclude(member))
            case MemberExcluded():
                self._excluded.add(event.member)
                if self._running is not None:
                    yield self._cycle(event.sim_time, self._running, first=False)
            case MemberReadmitted():
                self._excluded.discard(event.member)
            case ScreeningChanged() | LicenceChanged() | KycChanged():
                if event.participant in self._excluded and _is_good(event):
                    yield self.wake(event.sim_time, Readmit(event.participant))

    def refused(self, wake: Wake, reason: Reason, at: int) -> Iterable[Wake]:
        """What is wrong with a cycle is seen to by then, or by the next one."""
        return ()

    def _cycle(self, at: int, algorithm: Algorithm, *, first: bool = True) -> Wake:
        """An appointment for a cycle, or for going on with it where it is not the ``first`` step."""
        return Wake(at, lambda: self._choose(at, algorithm, first=first))

    def _choose(self, at: int, algorithm: Algorithm, *, first: bool) -> Intent | Note | None:
        if self._suspended_at is not None:
            self._missed = algorithm
            return None
        queue = self._queue(at)
        settled = clear(queue, algorithm).settled
        self._running = algorithm if settled else None
        if settled:
            chosen = (_next_head(queue),) if algorithm is Algorithm.GROSS else _in_a_block(queue, settled)
            self._goes_on = algorithm is Algorithm.GROSS or len(chosen) < len(settled)
            if not chosen:
                self._running = None
                return self._gridlock(at, queue, "they settle only together, and no block holds them")
            return Intent(self.account, SettleCycle(tuple(map(int, chosen))))
        if queue.obligations and algorithm is Algorithm.GROSS and first:
            return self._gridlock(at, queue, "none of them settles by itself")
        return None

    def _queue(self, at: int) -> Queue:
        """What could be settled at ``at``, and what its members could pay."""
        clock = at - self._tolled
        living = (waiting.obligation for waiting in self._pending.values() if waiting.until >= clock)
        due = [o for o in living if not {o.payer, o.payee} & self._excluded]
        members = (Participant(member, self._purses.spendable(member)) for member in self._members)
        return Queue(tuple(members), tuple(due))

    def _gridlock(self, at: int, queue: Queue, why: str) -> Note:
        worth = Amount(sum(obligation.amount for obligation in queue.obligations))
        text = f"{len(queue.obligations)} obligations worth {worth} wait: {why}"
        return Note(at, self.account, NoteKind.GRIDLOCK, self.account, text)

    def _enter(self, entered: ObligationEntered) -> Wake:
        number = entered.obligation
        self._members |= dict.fromkeys((entered.payer, entered.payee))
        obligation = Obligation(number, entered.payer, entered.payee, entered.amount, entered.priority)
        self._pending[number] = _Pending(obligation, entered.until - self._tolled)
        return self._lapse(number)

    def _lapse(self, number: int) -> Wake:
        """An appointment at the end of an obligation's life; where it is put off, another one follows."""
        at = self._pending[number].until + self._tolled + 1

        def decide() -> Intent | None:
            waiting = self._pending.get(number)
            if waiting is None or self._suspended_at is not None or waiting.until >= at - self._tolled:
                return None
            return Intent(self.account, Lapse(number))

        return Wake(at, decide)

    def _toll(self, changed: StageChanged) -> Iterable[Wake]:
        if changed.stage is Stage.SUSPENDED:
            self._suspended_at = changed.sim_time
        elif self._suspended_at is not None:
            self._tolled += changed.sim_time - self._suspended_at
            self._suspended_at = None
            yield from map(self._lapse, self._pending)
            if self._missed is not None:
                yield self._cycle(changed.sim_time, self._missed)
                self._missed = None


def _in_a_block(queue: Queue, settled: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """What of a set that settles at once goes into the next block; all of it where it fits.

    Of more the first ones of each payer's queue that settle without the others; nothing where they do not.
    """
    if len(settled) <= MOST_AT_ONCE:
        return settled
    among = set(settled)
    inside = [obligation for obligation in queue.obligations if obligation.id in among]
    first = sorted(inside, key=lambda obligation: obligation.priority)[:MOST_AT_ONCE]
    kept = {obligation.id for obligation in first}
    part = Queue(queue.participants, tuple(o for o in inside if o.id in kept))
    return clear(part, Algorithm.FIFO).settled


def _next_head(queue: Queue) -> int | str:
    """The earliest obligation that its payer can pay now and has nothing before it."""
    held = {participant.id: participant.balance for participant in queue.participants}
    heads: dict[str, Obligation] = {}
    for obligation in sorted(queue.obligations, key=lambda obligation: obligation.priority):
        heads.setdefault(obligation.payer, obligation)
    return next(o.id for o in queue.obligations if o is heads[o.payer] and o.amount <= held[o.payer])


def _is_good(event: ScreeningChanged | LicenceChanged | KycChanged) -> bool:
    """Whether the change may be what an excluded member waits for."""
    match event:
        case ScreeningChanged():
            return event.screening in _CLEAR
        case LicenceChanged():
            return event.licence is LicenceStatus.ACTIVE
        case KycChanged():
            return event.kyc_until > event.sim_time
