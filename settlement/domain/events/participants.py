"""The register of participants."""

from dataclasses import dataclass

from settlement.domain.events.base import Event
from settlement.domain.participants import LicenceStatus, OwnershipClass, Role, Screening

__all__ = [
    "KycChanged",
    "LicenceChanged",
    "OwnerChanged",
    "ParticipantRegistered",
    "ScreeningChanged",
    "WalletAdded",
]


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
