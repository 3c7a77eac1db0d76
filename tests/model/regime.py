"""Section 2 of the rules: stages, phases, the programme, and time that does not count."""

from dataclasses import dataclass, field

from settlement.domain.participants import Access, Stage
from settlement.domain.programme import Corridor, Programme
from settlement.domain.reasons import Reason
from tests.model.clock import DAY, Clock
from tests.model.offices import CO_APPROVER, SUPERVISOR, Timelock, require, require_office

#: The legal frame: three years at most.
LEGAL_FRAME = (3 * 365 + 1) * DAY
WHOLE = 10_000


@dataclass
class Draft:
    """A programme that waits for its second signature."""

    programme: Programme
    corridors: tuple[Corridor, ...]
    drafter: str


@dataclass
class Regime:
    """``DRAFT -> APPROVED -> ACTIVE <-> SUSPENDED -> WIND_DOWN -> EXPIRED``."""

    clock: Clock
    decided: Stage = Stage.DRAFT  #: where the authorities left it; time may have taken it further
    open_phase: int = 0
    draft_: Draft | None = None
    programme_: Programme | None = None
    corridors: tuple[Corridor, ...] = ()
    proposed_phase: tuple[int, str] | None = None
    suspensions: list[tuple[int, int | None]] = field(default_factory=list)
    timelock: Timelock = field(init=False)

    def __post_init__(self) -> None:
        self.timelock = Timelock(self.clock, CO_APPROVER)

    # What is so

    def programme(self) -> Programme:
        """The programme in force."""
        assert self.programme_ is not None
        return self.programme_

    def stage(self) -> Stage:
        """The stage now: a regime that nobody stopped ends by time; a suspension outlasts even that."""
        if self.decided in (Stage.DRAFT, Stage.SUSPENDED):
            return self.decided
        if self.clock.now > self.programme().wind_down_end:
            return Stage.EXPIRED
        if self.clock.now > self.programme().end:
            return Stage.WIND_DOWN
        return self.decided

    def phase(self) -> int:
        """The open phase."""
        return self.open_phase

    def corridor(self, jurisdiction: str) -> Corridor:
        """The corridor to a jurisdiction; a closed one where the programme is silent."""
        for corridor in self.corridors:
            if corridor.jurisdiction == jurisdiction:
                return corridor
        return Corridor(jurisdiction, Access.NONE, 0)

    def tolled(self) -> int:
        """Seconds that did not count for holders so far."""
        return sum((self.clock.now if end is None else end) - begin for begin, end in self.suspensions)

    # What may be done

    def draft(self, actor: str, programme: Programme, corridors: tuple[Corridor, ...]) -> None:
        """Draft the first programme, or a change of the one in force."""
        require_office(actor, SUPERVISOR)
        self._require_draftable(programme)
        require(_is_valid(programme, corridors), Reason.TERMS_INVALID)
        self.draft_ = Draft(programme, corridors, actor)

    def announce_approval(self, actor: str, programme: Programme, corridors: tuple[Corridor, ...]) -> None:
        """Announce the signature."""
        self.timelock.announce(actor, ("approve", programme, corridors))

    def approve(self, actor: str, programme: Programme, corridors: tuple[Corridor, ...]) -> None:
        """Co-sign the very programme that was drafted."""
        self.timelock.use(actor, ("approve", programme, corridors))
        require(self.draft_ is not None, Reason.TERMS_INVALID)
        assert self.draft_ is not None
        same = (programme, corridors) == (self.draft_.programme, self.draft_.corridors)
        require(same, Reason.TERMS_CHANGED)
        self._require_draftable(programme)
        require(actor != self.draft_.drafter, Reason.SAME_PERSON)
        self.programme_, self.corridors, self.draft_ = programme, corridors, None
        if self.decided is Stage.DRAFT:
            self.decided = Stage.APPROVED

    def activate(self, actor: str) -> None:
        """Start, once the start has come."""
        require_office(actor, SUPERVISOR)
        require(self.stage() is Stage.APPROVED, Reason.WRONG_STATE)
        require(self.clock.now >= self.programme().start, Reason.TOO_EARLY)
        self.decided, self.open_phase = Stage.ACTIVE, 1

    def propose_phase(self, actor: str, phase: int) -> None:
        """Ask for the next phase."""
        require_office(actor, SUPERVISOR)
        require(self.stage() is Stage.ACTIVE, Reason.WRONG_STATE)
        require(phase == self.open_phase + 1, Reason.WRONG_PHASE)
        self.proposed_phase = phase, actor

    def announce_phase(self, actor: str, phase: int) -> None:
        """Announce the signature."""
        self.timelock.announce(actor, ("phase", phase))

    def approve_phase(self, actor: str, phase: int) -> None:
        """Open the phase that was asked for."""
        self.timelock.use(actor, ("phase", phase))
        require(self.stage() is Stage.ACTIVE, Reason.WRONG_STATE)
        require(phase == self.open_phase + 1, Reason.WRONG_PHASE)
        require(self.proposed_phase is not None and self.proposed_phase[0] == phase, Reason.WRONG_PHASE)
        assert self.proposed_phase is not None
        require(actor != self.proposed_phase[1], Reason.SAME_PERSON)
        self.open_phase = phase

    def suspend(self, actor: str) -> None:
        """Stop all value."""
        require_office(actor, SUPERVISOR)
        require(self.stage() is Stage.ACTIVE, Reason.WRONG_STATE)
        self.decided = Stage.SUSPENDED
        self.suspensions.append((self.clock.now, None))

    def resume(self, actor: str) -> None:
        """Go on; time may have ended the regime meanwhile."""
        require_office(actor, SUPERVISOR)
        require(self.stage() is Stage.SUSPENDED, Reason.WRONG_STATE)
        self._end_suspension()
        self.decided = Stage.ACTIVE

    def wind_down(self, actor: str) -> None:
        """End it early."""
        require_office(actor, SUPERVISOR)
        require(self.stage() in (Stage.ACTIVE, Stage.SUSPENDED), Reason.WRONG_STATE)
        self._end_suspension()
        self.decided = Stage.WIND_DOWN

    def _end_suspension(self) -> None:
        self.suspensions = [
            (begin, self.clock.now if end is None else end) for begin, end in self.suspensions
        ]

    def _require_draftable(self, programme: Programme) -> None:
        """The first programme starts ahead; a change keeps start and home, and ends ahead."""
        if self.stage() is Stage.DRAFT:
            require(programme.start >= self.clock.now, Reason.TERMS_INVALID)
            return
        require(self.stage() in (Stage.ACTIVE, Stage.SUSPENDED), Reason.WRONG_STATE)
        fixed = (programme.start, programme.home) == (self.programme().start, self.programme().home)
        require(fixed and programme.end >= self.clock.now, Reason.TERMS_INVALID)


def _is_valid(programme: Programme, corridors: tuple[Corridor, ...]) -> bool:
    abroad = [corridor.jurisdiction for corridor in corridors]
    return (
        programme.start < programme.end < programme.wind_down_end
        and programme.end - programme.start <= LEGAL_FRAME
        and programme.haircut <= WHOLE <= programme.coverage_floor
        and programme.reference_rate > 0
        and programme.period > 0
        and programme.private_from_phase > 0
        and programme.home != ""
        and programme.home not in abroad
        and "" not in abroad
        and len(set(abroad)) == len(abroad)
    )
