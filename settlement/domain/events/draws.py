"""Draws under documentary credits, by number from 1; amounts are minor units, times epoch seconds."""

from dataclasses import dataclass

from settlement.domain.events.base import Event
from settlement.domain.participants import DrawKind

__all__ = [
    "AdvanceOverdue",
    "AdvancePaid",
    "DrawAccepted",
    "DrawDiscrepant",
    "DrawFinal",
    "DrawPaid",
    "DrawPresented",
    "DrawReturned",
    "DrawWoundDown",
    "WaiverGiven",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPresented(Event):
    """Documents were presented under a credit."""

    credit: str
    draw: int
    draw_kind: DrawKind
    amount: int
    shipped_at: int
    documents: tuple[str, ...]
    examine_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawAccepted(Event):
    """The presentation was accepted, by the examiner, by silence or by waiver."""

    credit: str
    draw: int
    maturity: int
    deemed: bool
    waived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawDiscrepant(Event):
    """The examiner gave notice of every discrepancy."""

    credit: str
    draw: int
    discrepancies: tuple[str, ...]
    waive_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverGiven(Event):
    """The applicant or the issuer waived the discrepancies."""

    credit: str
    draw: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawReturned(Event):
    """The documents went back."""

    credit: str
    draw: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPaid(Event):
    """The draw was paid but for its retention; where it did not arrive, into quarantine."""

    credit: str
    draw: int
    amount: int
    retention: int
    arrived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawFinal(Event):
    """Nothing is to come any more; ``retention`` was paid, where it did not arrive into quarantine."""

    credit: str
    draw: int
    retention: int
    arrived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawWoundDown(Event):
    """The credit was wound down; ``due`` of this draw was to be paid."""

    credit: str
    draw: int
    due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvancePaid(Event):
    """The first advance was paid; delivery must be shown until ``return_until``."""

    credit: str
    return_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceOverdue(Event):
    """No delivery was shown in time for the advance: a breach."""

    credit: str
