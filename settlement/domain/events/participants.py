"""The register of participants; times in epoch seconds."""

from dataclasses import dataclass

from settlement.domain.events.base import Event
from settlement.domain.participants import (
    LicenceStatus,
    OwnershipClass,
    Role,
    Screening,
)

__all__ = [
    "CapChanged",
    "IntermediaryChanged",
    "KycChanged",
    "LicenceChanged",
    "ListPublished",
    "OwnerChanged",
    "ParticipantRegistered",
    "PrimaryWalletChanged",
    "ScreeningChanged",
    "SponsorChanged",
    "WalletAdded",
    "WalletRetired",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantRegistered(Event):
    """A participant was registered, unscreened, with its first wallet."""

    participant: str
    wallet: str
    roles: Role
    ownership: OwnershipClass
    jurisdiction: str
    owner_jurisdiction: str
    licence: LicenceStatus
    licence_until: int
    kyc_until: int
    sponsor: str
    intermediary: str
    cap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletAdded(Event):
    """A participant got another wallet."""

    participant: str
    wallet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletRetired(Event):
    """A wallet of a participant acts no more."""

    participant: str
    wallet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryWalletChanged(Event):
    """Payments to a participant go to another of its wallets."""

    participant: str
    wallet: str


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
class SponsorChanged(Event):
    """The bank behind an entity changed; empty when it lost it."""

    participant: str
    sponsor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntermediaryChanged(Event):
    """Who acts for a counterparty changed; empty when nobody does."""

    participant: str
    intermediary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CapChanged(Event):
    """The cap in an entity's licence changed; minor units of the reference currency."""

    participant: str
    cap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningChanged(Event):
    """Screening of a participant against a list found something, or cleared it."""

    participant: str
    screening: Screening
    list_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPublished(Event):
    """A screening list was published; its content hashes to ``content_hash``, in hexadecimal."""

    version: int
    content_hash: str
