"""SU in, out and between; what is frozen, and what the quarantine holds."""

from dataclasses import dataclass

from settlement.chain.deployment import Deployment
from settlement.domain.participants import Office

__all__ = ["ClaimItem", "Freeze", "IssueSU", "RedeemSU", "ReleaseItem", "Transfer"]


@dataclass(frozen=True, slots=True)
class Transfer:
    """Pay SU directly; minor units."""

    to: str
    amount: int

    def perform(self, system: Deployment, account: str) -> None:
        system.token.transfer(account, system.participants.wallet_of(self.to), self.amount)


@dataclass(frozen=True, slots=True)
class IssueSU:
    """Issue SU through the on-ramp; minor units."""

    to: str
    amount: int
    ref: str

    def perform(self, system: Deployment, account: str) -> None:
        system.ramp.issue(account, system.participants.wallet_of(self.to), self.amount, self.ref)


@dataclass(frozen=True, slots=True)
class Freeze:
    """Freeze part of a balance, or with a reviewer release it; minor units."""

    participant: str
    amount: int

    def perform(self, system: Deployment, account: str) -> None:
        wallet = system.participants.wallet_of(self.participant)
        if self.amount < system.token.frozen_of(wallet):
            reviewer = Office.COMPLIANCE.value
            system.token.release_frozen_tokens(reviewer, account, wallet, self.amount)
        else:
            system.token.set_frozen_tokens(account, wallet, self.amount)


@dataclass(frozen=True, slots=True)
class ReleaseItem:
    """Release an item of the quarantine to its payee, by both reviewers."""

    item: int

    def perform(self, system: Deployment, account: str) -> None:
        system.quarantine.release(account, Office.SECOND_REVIEWER.value, self.item, to_payer=False)


@dataclass(frozen=True, slots=True)
class ClaimItem:
    """Have a released item of the quarantine paid."""

    item: int

    def perform(self, system: Deployment, account: str) -> None:
        system.quarantine.claim(account, self.item)


@dataclass(frozen=True, slots=True)
class RedeemSU:
    """Take SU back from a holder, who allows it, against reserve; minor units."""

    holder: str
    amount: int
    ref: str

    def perform(self, system: Deployment, account: str) -> None:
        wallet = system.participants.wallet_of(self.holder)
        system.token.approve(wallet, system.ramp, self.amount)
        system.ramp.redeem(account, wallet, self.amount, self.ref)
