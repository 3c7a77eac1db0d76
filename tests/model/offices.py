"""Who holds which office, and acts that take two people."""

from collections import Counter
from dataclasses import dataclass, field

from settlement.domain.errors import Refused
from settlement.domain.participants import Office
from settlement.domain.reasons import Reason
from tests.model.clock import DAY, Clock

SUPERVISOR = frozenset({Office.SUPERVISOR.value})
CO_APPROVER = frozenset({Office.CO_APPROVER.value})
COMPLIANCE = frozenset({Office.COMPLIANCE.value, Office.SECOND_REVIEWER.value})
RAMP = frozenset({Office.RAMP.value})

#: An act with every argument.
Act = tuple[object, ...]


def require(condition: bool, reason: Reason) -> None:
    """Refuse for ``reason`` unless the condition holds."""
    if not condition:
        raise Refused(reason)


def require_office(actor: str, office: frozenset[str]) -> None:
    """Refuse whoever does not hold the office."""
    require(actor in office, Reason.UNAUTHORISED)


@dataclass
class Timelock:
    """What an office announces two days before it does it, and then does within a week."""

    clock: Clock
    office: frozenset[str]
    ready_at: dict[Act, int] = field(default_factory=dict)

    def announce(self, actor: str, act: Act) -> None:
        """Announce an act that is not announced already."""
        require_office(actor, self.office)
        waits = act in self.ready_at and self.clock.now < self.ready_at[act] + 7 * DAY
        require(not waits, Reason.ALREADY_USED)
        self.ready_at[act] = self.clock.now + 2 * DAY

    def use(self, actor: str, act: Act) -> None:
        """Use the announcement up."""
        require_office(actor, self.office)
        require(act in self.ready_at, Reason.WRONG_STATE)
        ready_at = self.ready_at.pop(act)
        require(self.clock.now >= ready_at, Reason.TOO_EARLY)
        require(self.clock.now < ready_at + 7 * DAY, Reason.TOO_LATE)


@dataclass
class TwoPeople:
    """Proposals of one contract: somebody proposes the very act, somebody else makes it within a week.

    ``about`` is how that which the act decides on, its second part, stands. Once that has changed, or two
    people have decided on it in whatever way, the proposal is void.
    """

    clock: Clock
    office: frozenset[str]
    proposals: dict[tuple[Act, object], tuple[str, int]] = field(default_factory=dict)
    turns: Counter[object] = field(default_factory=Counter)

    def propose(self, actor: str, act: Act, about: object) -> None:
        """Propose an act, for the first time or anew."""
        require_office(actor, self.office)
        self.proposals[act, (about, self.turns[act[1]])] = actor, self.clock.now + 7 * DAY

    def second(self, actor: str, act: Act, about: object) -> None:
        """Use the proposal up."""
        proposed = act, (about, self.turns[act[1]])
        require(proposed in self.proposals, Reason.NOT_PROPOSED)
        proposer, lapses_at = self.proposals[proposed]
        require(proposer != actor, Reason.SAME_PERSON)
        require(self.clock.now <= lapses_at, Reason.TOO_LATE)
        self.turns[act[1]] += 1
