"""Mined output: coins have 8 decimals, energy is in kWh, times are epoch seconds."""

from dataclasses import dataclass

from settlement.domain.events.base import Event

__all__ = [
    "AttestationRevoked",
    "DeliveryOrdered",
    "NetworkSet",
    "OutputAttested",
    "OutputDelivered",
    "RegionSet",
    "RigRegistered",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionSet(Event):
    """Mining in ``region`` is permitted, or is no more."""

    region: str
    permitted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RigRegistered(Event):
    """What ``miner`` runs: TH/s, J/TH, and its tariff in minor units of DRL for 1,000 kWh."""

    miner: str
    region: str
    hashrate: int
    efficiency: int
    tariff: int
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSet(Event):
    """Difficulty, and what a block brings, from ``since`` on."""

    since: int
    difficulty: int
    reward: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputAttested(Event):
    """An attestor vouched for what ``miner`` mined from ``start`` to ``end``."""

    attestation: str
    miner: str
    start: int
    end: int
    coins: int
    energy: int
    difficulty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationRevoked(Event):
    """An attestation was found wrong before anything was delivered on it."""

    attestation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOrdered(Event):
    """``entity`` agreed to a delivery for its ``trade``, against DRL; zero coins: withdrew from it."""

    attestation: str
    entity: str
    coins: int
    trade: str
    max_payment: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputDelivered(Event):
    """Coins went to the reserve, earmarked SU to ``entity``, and ``payment`` in DRL to ``miner``."""

    attestation: str
    miner: str
    entity: str
    trade: str
    coins: int
    su: int
    payment: int
