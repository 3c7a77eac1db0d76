"""Credits; ``credit`` is the applicant's reference, amounts are minor units, times epoch seconds."""

from dataclasses import dataclass

from settlement.domain.events.base import Event
from settlement.domain.participants import Instrument
from settlement.domain.terms import Terms

__all__ = [
    "ConsentGiven",
    "CreditAmended",
    "CreditAwarded",
    "CreditBlocked",
    "CreditCancelled",
    "CreditClosed",
    "CreditDisputed",
    "CreditExpired",
    "CreditFunded",
    "CreditHeld",
    "CreditIssued",
    "CreditOpened",
    "CreditRejected",
    "CreditReleased",
    "CreditWoundDown",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditOpened(Event):
    """The applicant's side offered a credit; the fields are those of ``Terms``."""

    credit: str
    trade: str
    applicant: str
    issuer: str
    confirmer: str
    beneficiary: str
    examiner: str
    arbiter: str
    instrument: Instrument
    amount: int
    tolerance: int
    advance: int
    guarantee: str
    return_period: int
    demurrage: int
    retention: int
    retention_period: int
    offer_until: int
    fund_until: int
    latest_shipment: int
    expiry: int
    presentation_period: int
    tenor: int
    waiver_window: int
    award_period: int
    banking_place: str
    documents: int
    partial_draws: bool
    instalments: tuple[int, ...]
    instalments_until: tuple[int, ...]
    terms_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditIssued(Event):
    """The beneficiary's side agreed; the terms are irrevocable."""

    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditFunded(Event):
    """The face amount, with its tolerance and the demurrage reserve, is locked."""

    credit: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Event):
    """A party agreed to new terms with the hash ``change``, or (empty) to end the credit."""

    credit: str
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditAmended(Event):
    """All parties agreed to new terms: ``locked`` more, or ``refunded``."""

    credit: str
    terms: Terms
    terms_hash: str
    locked: int
    refunded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditCancelled(Event):
    """The credit ended before it was funded, or by consent of all parties with ``refunded``."""

    credit: str
    refunded: int


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
class CreditHeld(Event):
    """Compliance holds the credit: no value moves, its clock stands still."""

    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditReleased(Event):
    """Two reviewers cleared the credit, whose clock had stood still for ``tolled`` seconds."""

    credit: str
    tolled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditBlocked(Event):
    """Two reviewers confirmed a true match; ``amount`` went into quarantine."""

    credit: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRejected(Event):
    """Two reviewers rejected the credit; ``refunded`` went back, or into quarantine."""

    credit: str
    refunded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditDisputed(Event):
    """A retention, or of the undrawn rest by agreement of all, was set apart; the arbiter has so long."""

    credit: str
    amount: int
    from_retention: bool
    award_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditAwarded(Event):
    """A dispute ended, by the arbiter's award or ``by_time``, which leaves ``returned`` undrawn again."""

    credit: str
    to_beneficiary: int
    to_applicant: int
    returned: int
    by_time: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditWoundDown(Event):
    """The credit was wound down: ``paid`` to the beneficiary, ``refunded`` to the applicant."""

    credit: str
    paid: int
    refunded: int
