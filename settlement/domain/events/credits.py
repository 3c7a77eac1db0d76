"""Documentary credits; ``credit`` is the trade's reference, amounts are minor units, times epoch seconds."""

from dataclasses import dataclass

from settlement.domain.events.base import Event

__all__ = [
    "CreditCancelled",
    "CreditClosed",
    "CreditExpired",
    "CreditFunded",
    "CreditIssued",
    "CreditOpened",
    "DrawAccepted",
    "DrawDiscrepant",
    "DrawPaid",
    "DrawPresented",
    "DrawReturned",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditOpened(Event):
    """The applicant's side offered a credit."""

    credit: str
    applicant: str
    beneficiary: str
    examiner: str
    amount: int
    offer_until: int
    fund_until: int
    latest_shipment: int
    expiry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditIssued(Event):
    """The beneficiary's side agreed; the terms are irrevocable."""

    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditFunded(Event):
    """The face amount is locked."""

    credit: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditCancelled(Event):
    """The credit ended before it was funded."""

    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditExpired(Event):
    """The credit expired and the undrawn rest went back."""

    credit: str
    refunded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditClosed(Event):
    """Nothing is locked under the credit any more."""

    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPresented(Event):
    """Documents were presented under a credit."""

    credit: str
    draw: int
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
class DrawReturned(Event):
    """The documents went back."""

    credit: str
    draw: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPaid(Event):
    """The draw was paid, finally."""

    credit: str
    draw: int
    amount: int
