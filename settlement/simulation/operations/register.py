"""Files of participants: licences, KYC, wallets, screening."""

from dataclasses import dataclass

from settlement.chain.deployment import Deployment
from settlement.domain.participants import LicenceStatus, Office, Screening

__all__ = ["PublishList", "RecordScreening", "RecoverWallet", "RotateWallet", "SetKyc", "SetLicence"]


@dataclass(frozen=True, slots=True)
class RecordScreening:
    """Record a screening result; a hit is resolved by both reviewers."""

    participant: str
    screening: Screening

    def perform(self, system: Deployment, account: str) -> None:
        register = system.participants
        found = register.profile_of(self.participant).screening
        is_hit = found in (Screening.POTENTIAL, Screening.TRUE_MATCH)
        if self.screening is not Screening.TRUE_MATCH and not (is_hit and self.screening is Screening.CLEAR):
            register.set_screening(account, self.participant, self.screening)
            return
        if not is_hit:
            register.set_screening(account, self.participant, Screening.POTENTIAL)
        cleared = self.screening is Screening.CLEAR
        outcome = Screening.FALSE_POSITIVE if cleared else Screening.TRUE_MATCH
        register.resolve_screening(account, Office.SECOND_REVIEWER.value, self.participant, outcome)


@dataclass(frozen=True, slots=True)
class SetLicence:
    """Change the standing of a licence; its term stays."""

    participant: str
    licence: LicenceStatus

    def perform(self, system: Deployment, account: str) -> None:
        until = system.participants.profile_of(self.participant).licence_until
        system.participants.set_licence(account, self.participant, self.licence, until)


@dataclass(frozen=True, slots=True)
class SetKyc:
    """Change until when (epoch seconds) the KYC of a participant is valid."""

    participant: str
    until: int

    def perform(self, system: Deployment, account: str) -> None:
        system.participants.set_kyc(account, self.participant, self.until)


@dataclass(frozen=True, slots=True)
class PublishList:
    """Publish a version of the screening list."""

    version: int
    content_hash: bytes

    def perform(self, system: Deployment, account: str) -> None:
        system.participants.publish_list(account, self.version, self.content_hash)


@dataclass(frozen=True, slots=True)
class RotateWallet:
    """Replace a participant's wallet by one with a new key, as the second of two; a reviewer proposes it."""

    participant: str
    old: str
    new: str

    def perform(self, system: Deployment, account: str) -> None:
        keys = self.participant, self.old, self.new
        system.participants.rotate_wallet(Office.COMPLIANCE.value, account, *keys)


@dataclass(frozen=True, slots=True)
class RecoverWallet:
    """Move what a retired wallet holds to another wallet of its participant: SU and its earmarks, and DRL.

    ``trades`` are those that something of it may be earmarked for.
    """

    old: str
    new: str
    trades: tuple[str, ...] = ()

    def perform(self, system: Deployment, account: str) -> None:
        token, currency = system.token, system.currency
        earmarked = [trade for trade in self.trades if token.earmark_of(self.old, trade)[0]]
        token.recover(account, self.old, self.new, earmarked)
        if currency.balance_of(self.old):
            currency.recover(account, self.old, self.new)
