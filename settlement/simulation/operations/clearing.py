"""Steps of the clearing house."""

from dataclasses import dataclass

from settlement.chain.deployment import Deployment

__all__ = ["Enter", "Exclude", "Lapse", "Readmit", "SettleCycle"]


@dataclass(frozen=True, slots=True)
class Enter:
    """Enter an obligation of the account to ``payee``; minor units, ``until`` epoch seconds."""

    payee: str
    amount: int
    trade: str
    until: int
    priority: int

    def perform(self, system: Deployment, account: str) -> None:
        system.clearing.enter(account, self.payee, self.amount, self.trade, self.until, self.priority)


@dataclass(frozen=True, slots=True)
class SettleCycle:
    """Settle obligations, by number, at once."""

    obligations: tuple[int, ...]

    def perform(self, system: Deployment, account: str) -> None:
        system.clearing.settle(account, self.obligations)


@dataclass(frozen=True, slots=True)
class Exclude:
    """Leave out a member that the Rulebook refuses."""

    member: str

    def perform(self, system: Deployment, account: str) -> None:
        system.clearing.exclude(account, self.member)


@dataclass(frozen=True, slots=True)
class Readmit:
    """Take back a member that the Rulebook passes again."""

    member: str

    def perform(self, system: Deployment, account: str) -> None:
        system.clearing.readmit(account, self.member)


@dataclass(frozen=True, slots=True)
class Lapse:
    """Note that the life of an obligation is over."""

    obligation: int

    def perform(self, system: Deployment, account: str) -> None:
        system.clearing.lapse(account, self.obligation)
