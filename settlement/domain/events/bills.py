"""Bills; ``bill`` is the seller's reference, amounts are minor units, times epoch seconds."""

from dataclasses import dataclass

from settlement.domain.events.base import Event
from settlement.domain.participants import Instrument

__all__ = [
    "BillAgreed",
    "BillCancelled",
    "BillDefaulted",
    "BillOffered",
    "BillPaid",
    "BillPresented",
    "BillReturned",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BillOffered(Event):
    """The seller offered a bill; the fields are those of ``BillTerms``."""

    bill: str
    trade: str
    drawer: str
    drawee: str
    instrument: Instrument
    amount: int
    offer_until: int
    due: int
    grace: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BillAgreed(Event):
    """The buyer agreed."""

    bill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillCancelled(Event):
    """The bill ended without effect."""

    bill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillPresented(Event):
    """Documents, by their hash, wait for payment."""

    bill: str
    documents: str
    pay_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BillPaid(Event):
    """The bill was paid; where it did not arrive, into quarantine."""

    bill: str
    amount: int
    arrived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BillReturned(Event):
    """The documents went back unpaid."""

    bill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillDefaulted(Event):
    """The buyer is in default."""

    bill: str
    drawee: str
    amount: int
