"""Section 1 of the rules: who takes part, through which wallets, and what screening found."""

from dataclasses import dataclass, field, replace
from typing import Any

from settlement.chain.twins.participants import Profile
from settlement.domain.participants import LicenceStatus, Role, Screening
from settlement.domain.reasons import Reason
from tests.model.clock import Clock
from tests.model.offices import COMPLIANCE, SUPERVISOR, TwoPeople, require, require_office

ENTITY = Role.SETTLER | Role.MINER
HITS = (Screening.POTENTIAL, Screening.TRUE_MATCH)


@dataclass
class Participants:
    """The register of participants."""

    clock: Clock
    profiles: dict[str, Profile] = field(default_factory=dict)
    primary: dict[str, str] = field(default_factory=dict)  #: participant -> wallet
    owner_of: dict[str, str] = field(default_factory=dict)  #: wallet -> participant, for ever
    retired: set[str] = field(default_factory=set)  #: wallets
    restored_at: dict[str, int] = field(default_factory=dict)  #: when it came back into good standing
    list_version: int = 0
    list_published_at: int = 0
    two_people: TwoPeople = field(init=False)

    def __post_init__(self) -> None:
        self.two_people = TwoPeople(self.clock, COMPLIANCE)

    # What is so

    def participant_of(self, wallet: str) -> str:
        """Whose wallet it is; empty when nobody's."""
        return self.owner_of.get(wallet, "")

    def wallet_of(self, participant: str) -> str:
        """Where payments to a participant go."""
        return self.primary.get(participant, "")

    def is_retired(self, wallet: str) -> bool:
        """Whether the wallet may act no more."""
        return wallet in self.retired

    def acting(self, wallet: str) -> str:
        """The participant that acts through the wallet; empty when nobody can."""
        return "" if wallet in self.retired else self.participant_of(wallet)

    def bank_stands(self, name: str) -> bool:
        """Whether a bank of that name is in good standing."""
        bank = self.profiles.get(name)
        return bank is not None and bool(bank.roles & Role.BANK) and self.is_licensed(bank, self.clock.now)

    @staticmethod
    def is_licensed(profile: Profile, until: int) -> bool:
        """Whether the licence is active and lasts until then."""
        return profile.licence is LicenceStatus.ACTIVE and profile.licence_until >= until

    # Registration

    def register(self, actor: str, participant: str, profile: Profile) -> None:
        """Register a participant with the wallet of its name."""
        require_office(actor, SUPERVISOR)
        require(participant not in self.profiles, Reason.ALREADY_USED)
        complete = participant and profile.roles and profile.jurisdiction and profile.owner_jurisdiction
        require(bool(complete), Reason.TERMS_INVALID)
        require(profile.screening is Screening.UNSCREENED, Reason.TERMS_INVALID)
        self._require_sponsored(profile)
        self._bind(participant, participant)
        self.profiles[participant] = profile
        self.primary[participant] = participant

    def add_wallet(self, actor: str, participant: str, wallet: str) -> None:
        """Give a participant another wallet, as the second of two."""
        require_office(actor, SUPERVISOR)
        self.two_people.second(actor, ("add_wallet", participant, wallet), self._result_of(participant))
        self._require_known(participant)
        self._bind(participant, wallet)

    def retire_wallet(self, actor: str, participant: str, wallet: str) -> None:
        """End what a wallet may do, unless payments go there."""
        require_office(actor, SUPERVISOR)
        require(self.wallet_of(participant) != wallet, Reason.NOT_A_PARTY)
        self._retire(participant, wallet)

    def rotate_wallet(self, actor: str, participant: str, source: str, to: str) -> None:
        """Payments go to ``to`` from now on, and ``source`` is retired; as the second of two."""
        require_office(actor, SUPERVISOR)
        act = "rotate_wallet", participant, source, to
        self.two_people.second(actor, act, self._result_of(participant))
        self._require_known(participant)
        if to not in self.owner_of:
            self._bind(participant, to)
        mine = self.owner_of[to] == participant and to not in self.retired
        require(mine and to != source, Reason.NOT_A_PARTY)
        self.primary[participant] = to
        self._retire(participant, source)

    def propose_keys(self, actor: str, step: str, participant: str, *wallets: str) -> None:
        """The first person's half of giving or replacing a wallet."""
        self.two_people.propose(actor, (step, participant, *wallets), self._result_of(participant))

    # Files

    def set_licence(self, actor: str, participant: str, licence: LicenceStatus, until: int) -> None:
        """Change a licence; an entity's cannot be active without a bank behind it."""
        self._change(actor, participant, licence=licence, licence_until=until)
        self._require_sponsored(self.profiles[participant])

    def set_kyc(self, actor: str, participant: str, until: int) -> None:
        """Renew a KYC file."""
        self._change(actor, participant, kyc_until=until)

    def set_owner(self, actor: str, participant: str, jurisdiction: str) -> None:
        """Record where the beneficial owner resides."""
        self._change(actor, participant, owner_jurisdiction=jurisdiction)

    def set_sponsor(self, actor: str, participant: str, sponsor: str) -> None:
        """Record the bank behind an entity."""
        self._change(actor, participant, sponsor=sponsor)

    def set_intermediary(self, actor: str, participant: str, intermediary: str) -> None:
        """Record who acts for a counterparty."""
        self._change(actor, participant, intermediary=intermediary)

    def set_cap(self, actor: str, participant: str, cap: int) -> None:
        """Change the cap in a licence."""
        self._change(actor, participant, cap=cap)

    # Screening

    def publish_list(self, actor: str, version: int, content_hash: bytes) -> None:
        """Publish the next list; every earlier result is stale."""
        require_office(actor, COMPLIANCE)
        require(version == self.list_version + 1, Reason.ALREADY_USED)
        self.list_version, self.list_published_at = version, self.clock.now

    def set_screening(self, actor: str, participant: str, screening: Screening) -> None:
        """Record a result: one reviewer may place a hit and confirm any result, but lifts no hit."""
        require_office(actor, COMPLIANCE)
        self._require_known(participant)
        before = self.profiles[participant].screening
        confirms = screening is before and screening is not Screening.UNSCREENED
        places = screening is Screening.POTENTIAL and before is not Screening.TRUE_MATCH
        clears = screening is Screening.CLEAR and before not in HITS
        require(confirms or places or clears, Reason.WRONG_STATE)
        self._screened(participant, screening)

    def propose_resolution(self, actor: str, participant: str, screening: Screening) -> None:
        """The first reviewer's half of ``resolve_screening``."""
        self.two_people.propose(actor, ("resolve", participant, screening), self._result_of(participant))

    def resolve_screening(self, actor: str, participant: str, screening: Screening) -> None:
        """Two reviewers decide on a hit."""
        require_office(actor, COMPLIANCE)
        self.two_people.second(actor, ("resolve", participant, screening), self._result_of(participant))
        self._require_known(participant)
        require(self.profiles[participant].screening in HITS, Reason.WRONG_STATE)
        require(screening in (Screening.FALSE_POSITIVE, Screening.TRUE_MATCH), Reason.WRONG_STATE)
        self._screened(participant, screening)

    def _result_of(self, participant: str) -> object:
        profile = self.profiles.get(participant)
        return profile and (profile.screening, profile.list_version), self.list_version

    def _screened(self, participant: str, screening: Screening) -> None:
        self._put(participant, screening=screening, list_version=self.list_version)

    def _change(self, actor: str, participant: str, **changes: Any) -> None:
        require_office(actor, SUPERVISOR)
        self._require_known(participant)
        self._put(participant, **changes)

    def _put(self, participant: str, **changes: Any) -> None:
        """Change a profile, and note when something in it that kept its holder out was made good."""
        before = self.profiles[participant]
        after = self.profiles[participant] = replace(before, **changes)
        now = self.clock.now
        for stands in (
            lambda p: self.is_licensed(p, now),
            lambda p: p.kyc_until >= now,
            lambda p: p.screening in (Screening.CLEAR, Screening.FALSE_POSITIVE),
        ):
            if stands(after) and not stands(before):
                self.restored_at[participant] = now

    def _bind(self, participant: str, wallet: str) -> None:
        require(wallet not in self.owner_of, Reason.ALREADY_USED)
        self.owner_of[wallet] = participant

    def _retire(self, participant: str, wallet: str) -> None:
        acts = self.owner_of.get(wallet) == participant and wallet not in self.retired
        require(acts, Reason.NOT_A_PARTY)
        self.retired.add(wallet)

    def _require_known(self, participant: str) -> None:
        require(participant in self.profiles, Reason.PARTICIPANT_UNKNOWN)

    def _require_sponsored(self, profile: Profile) -> None:
        if profile.licence is LicenceStatus.ACTIVE and profile.roles & ENTITY:
            require(self.bank_stands(profile.sponsor), Reason.SPONSOR_MISSING)
