"""Deadlines on clocks that stand still: during suspensions all of them, during a hold that of its credit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from settlement.simulation.actors.actor import Intent, Wake
from settlement.simulation.operations import Operation

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class _Deadline:
    """A way out by time: taken at ``at`` of its subject's clock where ``holds`` is true then."""

    at: int
    holds: Callable[[], bool]
    intent: Intent


@dataclass(slots=True)
class _Clock:
    """``lost`` is for how long it stood still so far, seconds; ``since`` when it does so now."""

    lost: int = 0
    since: int = 0
    causes: frozenset[str] = _NOTHING
    waiting: list[_Deadline] = field(default_factory=list)


@dataclass(slots=True)
class _Turn:
    """An appointment for a deadline, made when its clock had lost ``lost`` seconds."""

    clock: _Clock
    deadline: _Deadline
    lost: int
    taken: bool = False

    def __call__(self) -> Intent | None:
        if not self.taken:
            # Put off meanwhile, or to be put off when the clock goes on.
            if self.clock.lost != self.lost or self.clock.causes or self.deadline not in self.clock.waiting:
                return None
            self.clock.waiting.remove(self.deadline)
            self.taken = True
        # What was taken and refused may be tried again.
        return self.deadline.intent if self.deadline.holds() else None


class Deadlines:
    """Appointments of one account by the clocks of credits and bills, their subjects.

    Times in events are times on such a clock; an appointment is put off by what its clock loses meanwhile.
    """

    def __init__(self, account: str) -> None:
        self._account = account
        self._clocks: dict[str, _Clock] = {}
        self._suspended_at: int | None = None

    def start(self, subject: str, now: int) -> None:
        """From ``now`` on a subject has a clock, which shows the time."""
        self._clocks[subject] = clock = _Clock()
        if self._suspended_at is not None:
            _stop(clock, "suspension", now)

    def end(self, subject: str) -> None:
        """Nothing is left to be done about a subject."""
        self._clocks.pop(subject, None)

    def reading(self, subject: str, now: int) -> int:
        """What the clock of a subject shows at ``now``."""
        clock = self._clocks[subject]
        return (clock.since if clock.causes else now) - clock.lost

    def set(self, subject: str, clock: int, operation: Operation, holds: Callable[[], bool]) -> Wake:
        """An appointment for when the clock of ``subject`` shows ``clock``."""
        deadline = _Deadline(clock, holds, Intent(self._account, operation))
        self._clocks[subject].waiting.append(deadline)
        return _appointment(self._clocks[subject], deadline)

    def suspend(self, now: int) -> None:
        """The regime is suspended: every clock stands still."""
        self._suspended_at = now
        for clock in self._clocks.values():
            _stop(clock, "suspension", now)

    def resume(self, now: int) -> Iterable[Wake]:
        """The suspension, if there is one, ends: what was not due when it began is put off."""
        if self._suspended_at is None:
            return
        self._suspended_at = None
        for clock in self._clocks.values():
            yield from _go_on(clock, "suspension", now)

    def hold(self, subject: str, now: int, cause: str = "hold") -> None:
        """The clock of one subject stands still, if it has one."""
        if subject in self._clocks:
            _stop(self._clocks[subject], cause, now)

    def release(self, subject: str, now: int, cause: str = "hold") -> Iterable[Wake]:
        """It goes on, unless something else stops it."""
        clock = self._clocks.get(subject)
        return () if clock is None else _go_on(clock, cause, now)


def _stop(clock: _Clock, cause: str, now: int) -> None:
    if not clock.causes:
        clock.since = now
    clock.causes |= {cause}


def _go_on(clock: _Clock, cause: str, now: int) -> Iterable[Wake]:
    if cause not in clock.causes:
        return
    clock.causes -= {cause}
    if clock.causes:
        return
    clock.lost += now - clock.since
    for deadline in clock.waiting:
        yield _appointment(clock, deadline)


def _appointment(clock: _Clock, deadline: _Deadline) -> Wake:
    return Wake(deadline.at + clock.lost, _Turn(clock, deadline, clock.lost))
