"""Twin of ``Participants.sol``."""

from dataclasses import dataclass
from typing import Any

from settlement.chain.chain import Origin, from_bytes, to_bytes32
from settlement.chain.twins.dual_control import DualControl
from settlement.domain.events import (
    CapChanged,
    Event,
    IntermediaryChanged,
    KycChanged,
    LicenceChanged,
    ListPublished,
    OwnerChanged,
    ParticipantRegistered,
    PrimaryWalletChanged,
    ScreeningChanged,
    SponsorChanged,
    WalletAdded,
    WalletRetired,
)
from settlement.domain.participants import LicenceStatus, OwnershipClass, Role, Screening
from settlement.domain.programme import NO_CAP


@dataclass(frozen=True, slots=True)
class Profile:
    """What the register knows of a participant; times in epoch seconds, jurisdictions two letters.

    ``sponsor`` and ``intermediary`` are participants by name, empty where there is none; ``cap`` is
    that of the licence, minor units of the reference currency.
    """

    roles: Role
    ownership: OwnershipClass
    jurisdiction: str
    owner_jurisdiction: str
    licence: LicenceStatus
    licence_until: int
    kyc_until: int
    screening: Screening = Screening.UNSCREENED
    list_version: int = 0
    sponsor: str = ""
    intermediary: str = ""
    cap: int = NO_CAP

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
            self.list_version,
            to_bytes32(self.sponsor),
            to_bytes32(self.intermediary),
            self.cap,
        )

    @classmethod
    def from_abi(cls, values: tuple[Any, ...]) -> "Profile":
        """From the Solidity struct."""
        roles, ownership, home, owner, licence, screening, licence_until, kyc_until, version, *rest = values
        sponsor, intermediary, cap = rest
        return cls(
            Role(roles),
            OwnershipClass(ownership),
            from_bytes(home),
            from_bytes(owner),
            LicenceStatus(licence),
            licence_until,
            kyc_until,
            Screening(screening),
            version,
            from_bytes(sponsor),
            from_bytes(intermediary),
            cap,
        )


class Participants(DualControl):
    """The register of participants. A participant goes by the account name of its first wallet."""

    contract = "Participants"

    def register(
        self, actor: str, participant: str, profile: Profile, account: str | None = None
    ) -> tuple[Event, ...]:
        """Register a participant with the wallet of its name, or of ``account`` (supervisor)."""
        wallet = self.chain.introduce(account or participant)
        return self._set(actor, "register", participant, wallet, profile.to_abi(), flow="REGISTER")

    def add_wallet(self, first: str, second: str, participant: str, account: str) -> tuple[Event, ...]:
        """Give a participant the wallet of ``account`` too (a reviewer proposes, the supervisor acts)."""
        arguments = to_bytes32(participant), self.chain.introduce(account)
        return self._together(first, second, "addWallet", *arguments, flow="ADD_WALLET", subject=participant)

    def retire_wallet(self, actor: str, participant: str, account: str) -> tuple[Event, ...]:
        """End what a wallet, not the primary one, may do (supervisor)."""
        wallet = self.chain.introduce(account)
        return self._set(actor, "retireWallet", participant, wallet, flow="RETIRE_WALLET")

    def rotate_wallet(
        self, first: str, second: str, participant: str, old: str, new: str
    ) -> tuple[Event, ...]:
        """Make the wallet of ``new`` the primary one and retire that of ``old`` (the same two)."""
        arguments = to_bytes32(participant), self.chain.introduce(old), self.chain.introduce(new)
        return self._together(
            first, second, "rotateWallet", *arguments, flow="ROTATE_WALLET", subject=participant
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

    def set_sponsor(self, actor: str, participant: str, sponsor: str) -> tuple[Event, ...]:
        """Record the bank behind an entity; empty when it lost it (supervisor)."""
        return self._set(actor, "setSponsor", participant, to_bytes32(sponsor), flow="SPONSOR")

    def set_intermediary(self, actor: str, participant: str, intermediary: str) -> tuple[Event, ...]:
        """Record who acts for a counterparty; empty when nobody does (supervisor)."""
        return self._set(actor, "setIntermediary", participant, to_bytes32(intermediary), flow="INTERMEDIARY")

    def set_cap(self, actor: str, participant: str, cap: int) -> tuple[Event, ...]:
        """Change the cap in a licence, minor units of the reference currency (supervisor)."""
        return self._set(actor, "setCap", participant, cap, flow="CAP")

    def publish_list(self, actor: str, version: int, content_hash: bytes) -> tuple[Event, ...]:
        """Publish a screening list; what rests on an older one is stale from now on (compliance)."""
        return self._send(
            actor, "publishList", version, content_hash, flow="PUBLISH_LIST", subject=str(version)
        )

    def set_screening(self, actor: str, participant: str, screening: Screening) -> tuple[Event, ...]:
        """Record what one reviewer may: CLEAR, POTENTIAL, or the same again (compliance)."""
        return self._set(actor, "setScreening", participant, screening, flow="SCREEN")

    def resolve_screening(
        self, first: str, second: str, participant: str, outcome: Screening
    ) -> tuple[Event, ...]:
        """Resolve a hit as FALSE_POSITIVE or TRUE_MATCH (two reviewers)."""
        return self._together(
            first,
            second,
            "resolveScreening",
            to_bytes32(participant),
            outcome,
            flow="RESOLVE",
            subject=participant,
        )

    def participant_of(self, account: str) -> str:
        """The participant that the wallet of ``account`` belongs to; empty when to none."""
        return from_bytes(self._view("participantOf", self.chain.introduce(account)))

    def wallet_of(self, participant: str) -> str:
        """The account whose wallet payments to a participant go to.

        Raises:
            BackendError: the participant has none that we know.
        """
        return self.chain.name_of(self._view("walletOf", to_bytes32(participant)))

    def is_retired(self, account: str) -> bool:
        """Whether the wallet of ``account`` may act no more."""
        return bool(self._view("isRetired", self.chain.introduce(account)))

    def profile_of(self, participant: str) -> Profile:
        """The profile of a participant."""
        return Profile.from_abi(self._view("profileOf", to_bytes32(participant)))

    def current_list(self) -> tuple[int, int]:
        """Version of the latest screening list and when it was published, epoch seconds; zeros before."""
        version, published_at = self._view("currentList")
        return version, published_at

    def _set(self, actor: str, function: str, participant: str, *values: Any, flow: str) -> tuple[Event, ...]:
        return self._send(actor, function, to_bytes32(participant), *values, flow=flow, subject=participant)

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        match name:
            case "ListPublished":
                content_hash = fields["contentHash"].hex()
                return ListPublished(**origin, version=fields["version"], content_hash=content_hash)
            case "ParticipantRegistered":
                return self._registered(fields, origin)
            case "WalletAdded" | "WalletRetired" | "PrimaryWalletChanged":
                return self._wallet_event(name, fields, origin)
            case "ScreeningChanged":
                return ScreeningChanged(
                    **origin,
                    participant=from_bytes(fields["participant"]),
                    screening=Screening(fields["screening"]),
                    list_version=fields["listVersion"],
                )
        return self._file_event(name, fields, origin)

    def _registered(self, fields: dict[str, Any], origin: Origin) -> Event:
        profile = Profile.from_abi(fields["profile"])
        return ParticipantRegistered(
            **origin,
            participant=from_bytes(fields["participant"]),
            wallet=self.chain.name_of(fields["wallet"]),
            roles=profile.roles,
            ownership=profile.ownership,
            jurisdiction=profile.jurisdiction,
            owner_jurisdiction=profile.owner_jurisdiction,
            licence=profile.licence,
            licence_until=profile.licence_until,
            kyc_until=profile.kyc_until,
            sponsor=profile.sponsor,
            intermediary=profile.intermediary,
            cap=profile.cap,
        )

    def _wallet_event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        kinds = {
            "WalletAdded": WalletAdded,
            "WalletRetired": WalletRetired,
            "PrimaryWalletChanged": PrimaryWalletChanged,
        }
        participant = from_bytes(fields["participant"])
        return kinds[name](**origin, participant=participant, wallet=self.chain.name_of(fields["wallet"]))

    def _file_event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        participant = from_bytes(fields.get("participant", b""))
        match name:
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
            case "SponsorChanged":
                sponsor = from_bytes(fields["sponsor"])
                return SponsorChanged(**origin, participant=participant, sponsor=sponsor)
            case "IntermediaryChanged":
                intermediary = from_bytes(fields["intermediary"])
                return IntermediaryChanged(**origin, participant=participant, intermediary=intermediary)
            case "CapChanged":
                return CapChanged(**origin, participant=participant, cap=fields["cap"])
        return super()._event(name, fields, origin)
