"""Domain events: what happened, in the vocabulary of the rules, participants by name.

Every event carries the simulated time, who acted, and where on the chain it was logged. The
canonical form leaves out what depends on the backend (block numbers, log indices, addresses,
gas), so the SHA-256 of its lines, the run hash, is the same on every engine.
"""

import json
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from settlement.domain.participants import (
    Flow,
    LicenceStatus,
    OwnershipClass,
    Role,
    Screening,
    Stage,
)
from settlement.domain.reasons import Reason

#: The other side of issuance in ``Moved``, and of the journal: SU that is not in circulation.
ISSUANCE = "issuance"

#: Account name of the contract that holds what credits lock.
ESCROW = "TradeEscrow"

#: Names of the contracts, which events and the ledger use beside those of participants.
CONTRACTS = (
    "AccessManager",
    "BusinessCalendar",
    "Participants",
    "Regime",
    "Rulebook",
    "SettlementToken",
    ESCROW,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all events share.

    Attributes:
        sim_time: block timestamp, epoch seconds UTC.
        actor: name of the participant or office that sent the transaction.
        block: block number; with ``log_index`` the key of the event within a run.
        log_index: position of the log within its block; -1 for a refusal, which leaves no log.
    """

    sim_time: int
    actor: str
    block: int
    log_index: int

    @property
    def kind(self) -> str:
        """Name of the event's type."""
        return type(self).__name__

    def data(self) -> dict[str, Any]:
        """The event's own fields as JSON values, enumerations by name."""
        shared = {field.name for field in fields(Event)}
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self) if f.name not in shared}

    def canonical(self) -> str:
        """One line of JSON that is the same on every backend."""
        record = {"actor": self.actor, "data": self.data(), "kind": self.kind, "sim_time": self.sim_time}
        return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


# Regime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeDrafted(Event):
    """The supervisor drafted the programme; times in epoch seconds."""

    start: int
    end: int
    wind_down_end: int
    home: str
    private_from_phase: int
    domestic_ban: bool
    direct_payments: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeApproved(Event):
    """The co-approver signed the programme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseProposed(Event):
    """The supervisor asked to open a phase."""

    phase: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseOpened(Event):
    """A phase is open."""

    phase: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChanged(Event):
    """An authority moved the regime to another stage."""

    stage: Stage


# Participants and calendars


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantRegistered(Event):
    """A participant was registered, unscreened, with its first wallet."""

    participant: str
    roles: Role
    ownership: OwnershipClass
    jurisdiction: str
    owner_jurisdiction: str
    licence: LicenceStatus
    licence_until: int
    kyc_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletAdded(Event):
    """A participant got another wallet."""

    participant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceChanged(Event):
    """A licence was granted, suspended, restored or revoked."""

    participant: str
    licence: LicenceStatus
    licence_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KycChanged(Event):
    """A KYC file was renewed."""

    participant: str
    kyc_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChanged(Event):
    """The beneficial owner's residence changed."""

    participant: str
    owner_jurisdiction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningChanged(Event):
    """Screening of a participant found something, or cleared it."""

    participant: str
    screening: Screening


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarLoaded(Event):
    """Banking days of a jurisdiction were loaded; days since the epoch."""

    jurisdiction: str
    first_day: int
    last_day: int


# The settlement token


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Event):
    """SU moved; ``amount`` in minor units.

    ``payer`` and ``payee`` are the ultimate parties, ``source`` and ``destination`` the accounts
    debited and credited (``ISSUANCE`` for supply); ``ref`` is a credit id or a ramp reference.
    """

    flow: Flow
    payer: str
    payee: str
    source: str
    destination: str
    amount: int
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenSet(Event):
    """From now on ``amount`` minor units of the participant's SU are frozen."""

    participant: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleRegistered(Event):
    """A contract of the regime may hold value for participants."""

    module: str


# Documentary credits; ``credit`` is the trade's reference, amounts are minor units, times epoch seconds


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


# Refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRejected(Event):
    """A rule or a guard refused what ``actor`` tried; ``flow`` is the flow or the step, in capitals."""

    flow: str
    reason: Reason
    subject: str
