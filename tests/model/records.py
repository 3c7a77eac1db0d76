"""A credit and its draws as records. What is set apart of the money follows from the draws."""

from dataclasses import dataclass, field

from settlement.domain.participants import CreditState, DrawKind, DrawState
from settlement.domain.terms import Terms

LIVE = (CreditState.ACTIVE, CreditState.DISPUTED)
UNDER_WAY = (DrawState.PRESENTED, DrawState.DISCREPANT, DrawState.ACCEPTED)


@dataclass
class Draw:
    """One presentation; deadlines are zero where not set."""

    kind: DrawKind
    amount: int
    retention: int
    tenor: int
    retention_period: int
    examine_until: int
    document: bytes
    presented_at: int
    state: DrawState = DrawState.PRESENTED
    waived_by: frozenset[str] = frozenset()
    waive_until: int = 0
    maturity: int = 0
    retain_until: int = 0


@dataclass
class Credit:
    """A credit: its money as flows so far, its draws, and what is in dispute."""

    terms: Terms
    opened_at: int
    state: CreditState = CreditState.DRAFT
    holds: list[tuple[int, int | None]] = field(default_factory=list)
    stilled: list[tuple[int, int | None]] = field(default_factory=list)  #: by holds of what it secures
    funded: int = 0
    paid: int = 0
    refunded: int = 0
    quarantined: int = 0
    draws: list[Draw] = field(default_factory=list)
    disputed: int = 0
    of_retention: int = 0  #: what of the disputed amount was retained of accepted draws
    award_until: int = 0
    retention_until: int = 0
    advance_open: bool = False
    return_until: int = 0
    lapsed: bool = False  #: whether it expired but for a retention in dispute
    consents: dict[Terms | int | None, set[str]] = field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        """Whether value may move under it."""
        return self.state in LIVE and not self.held

    @property
    def held(self) -> bool:
        """Whether compliance holds it."""
        return any(end is None for _, end in self.holds)

    @property
    def locked(self) -> int:
        """What the escrow has of it."""
        return self.funded - self.paid - self.refunded - self.quarantined

    @property
    def reserved(self) -> int:
        """For draws under way."""
        return sum(d.amount for d in self.draws if d.state in UNDER_WAY) if self.state in LIVE else 0

    @property
    def retained(self) -> int:
        """Of draws that are paid, to be paid later."""
        return sum(d.retention for d in self.draws if d.state is DrawState.PAID) if self.state in LIVE else 0

    @property
    def demurrage(self) -> int:
        """Left in the reserve for demurrage."""
        drawn = sum(
            d.amount for d in self.draws if d.kind is DrawKind.DEMURRAGE and d.state is not DrawState.RETURNED
        )
        return self.terms.demurrage - drawn if self.state in LIVE and not self.lapsed else 0

    @property
    def undrawn(self) -> int:
        """What can still be drawn."""
        return self.locked - self.reserved - self.retained - self.disputed - self.demurrage

    @property
    def first_end(self) -> int:
        """When the arbiter's time ends for the part of what is disputed for which it ends first."""
        return min(filter(None, (self.award_until, self.retention_until)))

    @property
    def at_rest(self) -> bool:
        """Nothing is under way or to come."""
        return not (self.reserved or self.retained or self.advance_open)
