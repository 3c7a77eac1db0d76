"""Twin of ``Participants.sol``."""

from dataclasses import dataclass
from typing import Any

from settlement.chain.chain import Origin, Twin, from_bytes, to_bytes32
from settlement.domain.events import (
    Event,
    KycChanged,
    LicenceChanged,
    OwnerChanged,
    ParticipantRegistered,
    ScreeningChanged,
    WalletAdded,
)
from settlement.domain.participants import LicenceStatus, OwnershipClass, Role, Screening


@dataclass(frozen=True, slots=True)
class Profile:
    """What the register knows of a participant; times in epoch seconds, jurisdictions two letters."""

    roles: Role
    ownership: OwnershipClass
    jurisdiction: str
    owner_jurisdiction: str
    licence: LicenceStatus
    licence_until: int
    kyc_until: int
    screening: Screening = Screening.UNSCREENED

    def to_abi(self) -> tuple[Any, ...]:
        """The Solidity struct."""
        return (
            self.roles,
            self.ownership,
            self.jurisdiction.encode(),
            self.owner_jurisdiction.encode(),
            self.licence,
            self.screening,
            self.licence_until,
            self.kyc_until,
        )

    @classmethod
    def from_abi(cls, values: tuple[Any, ...]) -> "Profile":
        """From the Solidity struct."""
        roles, ownership, jurisdiction, owner, licence, screening, licence_until, kyc_until = values
        return cls(
            Role(roles),
            OwnershipClass(ownership),
            from_bytes(jurisdiction),
            from_bytes(owner),
            LicenceStatus(licence),
            licence_until,
            kyc_until,
            Screening(screening),
        )


class Participants(Twin):
    """The register of participants."""

    contract = "Participants"

    def register(self, actor: str, participant: str, profile: Profile) -> tuple[Event, ...]:
        """Register a participant with the wallet of its name (supervisor)."""
        wallet = self.chain.introduce(participant)
        return self._send(
            actor, "register", to_bytes32(participant), wallet, profile.to_abi(), subject=participant
        )

    def add_wallet(self, actor: str, participant: str, account: str) -> tuple[Event, ...]:
        """Give a participant the wallet of ``account`` too (supervisor)."""
        wallet = self.chain.introduce(account)
        return self._send(
            actor, "addWallet", to_bytes32(participant), wallet, flow="ADD_WALLET", subject=participant
        )

    def set_licence(
        self, actor: str, participant: str, licence: LicenceStatus, until: int
    ) -> tuple[Event, ...]:
        """Change a licence, which then ends at ``until``, epoch seconds (supervisor)."""
        return self._set(actor, "setLicence", participant, licence, until, flow="LICENCE")

    def set_kyc(self, actor: str, participant: str, until: int) -> tuple[Event, ...]:
        """Renew a KYC file until ``until``, epoch seconds (supervisor)."""
        return self._set(actor, "setKyc", participant, until, flow="KYC")

    def set_owner(self, actor: str, participant: str, jurisdiction: str) -> tuple[Event, ...]:
        """Record where the beneficial owner resides (supervisor)."""
        return self._set(actor, "setOwner", participant, jurisdiction.encode(), flow="OWNER")

    def set_screening(self, actor: str, participant: str, screening: Screening) -> tuple[Event, ...]:
        """Record a screening result (compliance)."""
        return self._set(actor, "setScreening", participant, screening, flow="SCREEN")

    def participant_of(self, account: str) -> str:
        """The participant that the wallet of ``account`` belongs to; empty when to none."""
        return from_bytes(self._view("participantOf", self.chain.introduce(account)))

    def profile_of(self, participant: str) -> Profile:
        """The profile of a participant."""
        return Profile.from_abi(self._view("profileOf", to_bytes32(participant)))

    def _set(self, actor: str, function: str, participant: str, *values: Any, flow: str) -> tuple[Event, ...]:
        return self._send(actor, function, to_bytes32(participant), *values, flow=flow, subject=participant)

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        participant = from_bytes(fields["participant"])
        match name:
            case "ParticipantRegistered":
                profile = Profile.from_abi(fields["profile"])
                return ParticipantRegistered(
                    **origin,
                    participant=participant,
                    roles=profile.roles,
                    ownership=profile.ownership,
                    jurisdiction=profile.jurisdiction,
                    owner_jurisdiction=profile.owner_jurisdiction,
                    licence=profile.licence,
                    licence_until=profile.licence_until,
                    kyc_until=profile.kyc_until,
                )
            case "WalletAdded":
                return WalletAdded(**origin, participant=participant)
            case "LicenceChanged":
                return LicenceChanged(
                    **origin,
                    participant=participant,
                    licence=LicenceStatus(fields["licence"]),
                    licence_until=fields["licenceUntil"],
                )
            case "KycChanged":
                return KycChanged(**origin, participant=participant, kyc_until=fields["kycUntil"])
            case "OwnerChanged":
                owner = from_bytes(fields["ownerJurisdiction"])
                return OwnerChanged(**origin, participant=participant, owner_jurisdiction=owner)
            case "ScreeningChanged":
                screening = Screening(fields["screening"])
                return ScreeningChanged(**origin, participant=participant, screening=screening)
        return super()._event(name, fields, origin)
