"""The life cycle of the regime."""

from dataclasses import dataclass

from settlement.chain.deployment import Deployment
from settlement.domain.participants import Office

__all__ = ["Activate", "OpenPhase", "Resume", "StartWindDown", "Suspend"]


@dataclass(frozen=True, slots=True)
class Activate:
    """Start the regime."""

    def perform(self, system: Deployment, account: str) -> None:
        system.regime.activate(account)


@dataclass(frozen=True, slots=True)
class Suspend:
    """Stop all value."""

    def perform(self, system: Deployment, account: str) -> None:
        system.regime.suspend(account)


@dataclass(frozen=True, slots=True)
class Resume:
    """End a suspension."""

    def perform(self, system: Deployment, account: str) -> None:
        system.regime.resume(account)


@dataclass(frozen=True, slots=True)
class OpenPhase:
    """Open the next phase: proposed by the account, co-signed as it was announced before."""

    phase: int

    def perform(self, system: Deployment, account: str) -> None:
        system.regime.propose_phase(account, self.phase)
        system.regime.approve_phase(Office.CO_APPROVER.value, self.phase)


@dataclass(frozen=True, slots=True)
class StartWindDown:
    """End the regime early: only exits pass from now on."""

    def perform(self, system: Deployment, account: str) -> None:
        system.regime.wind_down(account)
