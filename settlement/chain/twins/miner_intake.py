"""Twin of ``MinerIntake.sol``: mined coins become earmarked SU, and the miner is paid in DRL.

Coins have 8 decimals, SU 6, DRL 2; energy is in kWh, times are epoch seconds.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from settlement.chain.chain import Origin, Twin, from_bytes, to_bytes32
from settlement.domain.events import (
    AttestationRevoked,
    DeliveryOrdered,
    Event,
    NetworkSet,
    OutputAttested,
    OutputDelivered,
    RegionSet,
    RigRegistered,
)


@dataclass(frozen=True, slots=True)
class Rig:
    """What a miner runs.

    Attributes:
        region: where.
        hashrate: TH/s.
        efficiency: J/TH.
        tariff: minor units of DRL for 1,000 kWh.
        since: first second from which its output may be attested.
    """

    region: str
    hashrate: int
    efficiency: int
    tariff: int
    since: int

    def to_abi(self) -> tuple[Any, ...]:
        """The Solidity struct."""
        return to_bytes32(self.region), self.hashrate, self.efficiency, self.tariff, self.since

    @classmethod
    def from_abi(cls, values: tuple[Any, ...]) -> "Rig":
        """From the Solidity struct."""
        region, *figures = values
        return cls(from_bytes(region), *figures)


class Network(NamedTuple):
    """The network from ``since`` on: difficulty, and what a block brings in minor units of a coin."""

    since: int
    difficulty: int
    reward: int


@dataclass(frozen=True, slots=True)
class Output:
    """What an attestor vouches for: ``coins`` mined from ``start`` (included) to ``end`` (excluded)."""

    miner: str
    start: int
    end: int
    coins: int
    energy: int
    difficulty: int

    def to_abi(self) -> tuple[Any, ...]:
        """The Solidity struct."""
        return to_bytes32(self.miner), self.start, self.end, self.coins, self.energy, self.difficulty

    @classmethod
    def from_abi(cls, values: tuple[Any, ...]) -> "Output":
        """From the Solidity struct."""
        miner, *figures = values
        return cls(from_bytes(miner), *figures)


@dataclass(frozen=True, slots=True)
class Order:
    """An entity's agreement to one delivery; zero ``coins`` are none. ``max_payment`` in DRL."""

    coins: int
    trade: str
    max_payment: int
    until: int

    def to_abi(self) -> tuple[Any, ...]:
        """The Solidity struct."""
        return self.coins, to_bytes32(self.trade), self.max_payment, self.until

    @classmethod
    def from_abi(cls, values: tuple[Any, ...]) -> "Order":
        """From the Solidity struct."""
        coins, trade, max_payment, until = values
        return cls(coins, from_bytes(trade), max_payment, until)


class MinerIntake(Twin):
    """The one shape in which a resident's value reaches another resident."""

    contract = "MinerIntake"

    def set_region(self, actor: str, region: str, permitted: bool = True) -> tuple[Event, ...]:
        """Permit mining in a region, or end that (supervisor)."""
        return self._send(actor, "setRegion", to_bytes32(region), permitted, flow="REGION", subject=region)

    def register_rig(self, actor: str, miner: str, rig: Rig) -> tuple[Event, ...]:
        """Register what a miner runs (supervisor)."""
        return self._send(actor, "registerRig", to_bytes32(miner), rig.to_abi(), flow="RIG", subject=miner)

    def set_network(self, actor: str, network: Network) -> tuple[Event, ...]:
        """Record difficulty and reward (supervisor)."""
        return self._send(actor, "setNetwork", tuple(network), flow="NETWORK")

    def attest(self, actor: str, attestation: str, output: Output) -> tuple[Event, ...]:
        """Vouch for an output (attestor)."""
        return self._send(
            actor, "attest", to_bytes32(attestation), output.to_abi(), flow="ATTEST", subject=attestation
        )

    def revoke(self, actor: str, attestation: str) -> tuple[Event, ...]:
        """Strike an attestation that nothing was delivered on yet (supervisor)."""
        return self._send(actor, "revoke", to_bytes32(attestation), flow="REVOKE", subject=attestation)

    def order(self, actor: str, attestation: str, order: Order) -> tuple[Event, ...]:
        """Agree to a delivery of an output (entity)."""
        return self._send(
            actor, "order", to_bytes32(attestation), order.to_abi(), flow="ORDER", subject=attestation
        )

    def deliver(
        self, actor: str, attestation: str, coins: int, trade: str, entity: str, min_payment: int = 0
    ) -> tuple[Event, ...]:
        """Deliver coins as the entity ordered them (miner)."""
        names = to_bytes32(trade), to_bytes32(entity)
        return self._send(
            actor, "deliver", to_bytes32(attestation), coins, *names, min_payment, flow="INTAKE",
            subject=attestation,
        )  # fmt: skip

    def value_of(self, coins: int) -> tuple[int, int]:
        """SU to the entity and DRL to the miner that ``coins`` bring now, each rounded down.

        Raises:
            PriceOracleNoPrice, PriceOracleBreakerTripped: there is no price to rely on.
        """
        su, payment = self._view("valueOf", coins)
        return su, payment

    def most_coins(self, miner: str, start: int, end: int) -> int:
        """The most coins that the rig can have mined in the period; zero where the network is unknown."""
        return int(self._view("mostCoins", to_bytes32(miner), start, end))

    def energy_range(self, output: Output) -> tuple[int, int]:
        """The energy that the output can have taken, from and to."""
        least, most = self._view("energyRange", output.to_abi())
        return least, most

    def attestation_of(self, attestation: str) -> tuple[Output, int]:
        """An attestation and the coins delivered on it; once there are any it is used up."""
        output, delivered = self._view("attestationOf", to_bytes32(attestation))
        return Output.from_abi(output), delivered

    def order_of(self, attestation: str, entity: str) -> Order:
        """What the entity agreed to."""
        return Order.from_abi(self._view("orderOf", to_bytes32(attestation), to_bytes32(entity)))

    def rig_of(self, miner: str) -> tuple[Rig, int]:
        """What a miner runs, and the end of its latest attested period."""
        rig, attested_until = self._view("rigOf", to_bytes32(miner))
        return Rig.from_abi(rig), attested_until

    def network_at(self, time: int) -> Network:
        """The network at ``time``; zeros where it is unknown."""
        return Network(*self._view("networkAt", time))

    def is_permitted(self, region: str) -> bool:
        """Whether mining is permitted in a region."""
        return bool(self._view("isPermitted", to_bytes32(region)))

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        match name:
            case "RegionSet":
                region, permitted = from_bytes(fields["region"]), fields["permitted"]
                return RegionSet(**origin, region=region, permitted=permitted)
            case "RigRegistered":
                rig = Rig.from_abi(fields["rig"])
                return RigRegistered(
                    **origin,
                    miner=from_bytes(fields["miner"]),
                    region=rig.region,
                    hashrate=rig.hashrate,
                    efficiency=rig.efficiency,
                    tariff=rig.tariff,
                    since=rig.since,
                )
            case "NetworkSet":
                return NetworkSet(**origin, **Network(*fields["network"])._asdict())
            case "OutputAttested":
                return self._attested(fields, origin)
            case "AttestationRevoked":
                return AttestationRevoked(**origin, attestation=self.chain.ref_of(fields["id"]))
            case "DeliveryOrdered":
                return self._ordered(fields, origin)
            case "OutputDelivered":
                return self._delivered(fields, origin)
        return super()._event(name, fields, origin)

    def _attested(self, fields: dict[str, Any], origin: Origin) -> OutputAttested:
        output = Output.from_abi(fields["output"])
        return OutputAttested(
            **origin,
            attestation=self.chain.ref_of(fields["id"]),
            miner=output.miner,
            start=output.start,
            end=output.end,
            coins=output.coins,
            energy=output.energy,
            difficulty=output.difficulty,
        )

    def _ordered(self, fields: dict[str, Any], origin: Origin) -> DeliveryOrdered:
        order = Order.from_abi(fields["order"])
        return DeliveryOrdered(
            **origin,
            attestation=self.chain.ref_of(fields["id"]),
            entity=from_bytes(fields["entity"]),
            coins=order.coins,
            trade=order.trade,
            max_payment=order.max_payment,
            until=order.until,
        )

    def _delivered(self, fields: dict[str, Any], origin: Origin) -> OutputDelivered:
        miner, entity, trade, coins, su, payment = fields["delivery"]
        return OutputDelivered(
            **origin,
            attestation=self.chain.ref_of(fields["id"]),
            miner=from_bytes(miner),
            entity=from_bytes(entity),
            trade=from_bytes(trade),
            coins=coins,
            su=su,
            payment=payment,
        )
