"""What the intake goes by: regions, rigs, the network, tolerances and orders."""

from dataclasses import replace
from typing import Any

import pytest

from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    MinerIntakeInvalidNetwork,
    MinerIntakeInvalidRig,
    MinerIntakeInvalidTolerance,
    MinerIntakeNotEntitled,
    MinerIntakeNotOrdered,
    MinerIntakeRegionClosed,
)
from settlement.chain.twins.miner_intake import Network, Order
from settlement.domain.events import DeliveryOrdered, NetworkSet, RegionSet, RigRegistered
from settlement.domain.participants import Role
from settlement.domain.reasons import Reason
from tests.chain.expect import expects, fact, facts
from tests.chain.intake import COINS, DIFFICULTY, PAYMENT, REGION, REWARD, RIG, TRADE, attested, refuse
from tests.chain.money import ATTESTOR, BANK, MINER, TREASURY
from tests.world import DAY, KEEPER, START, SUPERVISOR, World, profile


class TestRecords:
    @pytest.mark.rule("money.intake-miner")
    def test_supervisor_permits_regions(self, world: World) -> None:
        intake = world.system.intake
        assert not intake.is_permitted("south")
        assert facts(intake.set_region(SUPERVISOR, "south")) == [
            fact(RegionSet, SUPERVISOR, region="south", permitted=True)
        ]
        assert intake.is_permitted("south")
        intake.set_region(SUPERVISOR, "south", False)
        assert not intake.is_permitted("south")

    @pytest.mark.rule("money.intake-miner")
    def test_supervisor_registers_rigs(self, world: World) -> None:
        intake, rig = world.system.intake, replace(RIG, hashrate=7)
        assert facts(intake.register_rig(SUPERVISOR, MINER, rig)) == [
            fact(
                RigRegistered, SUPERVISOR, miner=MINER, region=REGION, hashrate=7, efficiency=20,
                tariff=5_000, since=START,
            )
        ]  # fmt: skip
        assert intake.rig_of(MINER) == (rig, 0)

    @pytest.mark.rule("money.intake-miner")
    @pytest.mark.parametrize(
        ("miner", "changes"),
        [(MINER, {"hashrate": 0}), (MINER, {"efficiency": 0}), ("B", {}), ("nobody", {})],
        ids=["no hashrate", "no efficiency", "no miner", "nobody"],
    )
    def test_of_miners_with_figures(self, world: World, miner: str, changes: dict[str, Any]) -> None:
        with expects(MinerIntakeInvalidRig, Reason.TERMS_INVALID, to_bytes32(miner)):
            world.system.intake.register_rig(SUPERVISOR, miner, replace(RIG, **changes))

    @pytest.mark.rule("money.intake-miner")
    def test_of_miners_at_home_in_permitted_regions(self, world: World) -> None:
        system = world.system
        system.participants.register(SUPERVISOR, "U", profile(Role.MINER, "XF", sponsor=BANK))
        with expects(MinerIntakeInvalidRig, Reason.TERMS_INVALID):
            system.intake.register_rig(SUPERVISOR, "U", RIG)
        with expects(MinerIntakeRegionClosed, Reason.REGION_CLOSED, to_bytes32("south")):
            system.intake.register_rig(SUPERVISOR, MINER, replace(RIG, region="south"))

    def test_supervisor_records_the_network(self, world: World) -> None:
        intake, network = world.system.intake, Network(START + DAY, 7, 5)
        assert facts(intake.set_network(SUPERVISOR, network)) == [
            fact(NetworkSet, SUPERVISOR, since=START + DAY, difficulty=7, reward=5)
        ]
        assert intake.network_at(START + DAY) == network
        assert intake.network_at(START + DAY - 1) == Network(START, DIFFICULTY, REWARD)
        assert intake.network_at(START - 1) == Network(0, 0, 0)

    @pytest.mark.parametrize(
        "network", [Network(START, 7, 5), Network(START + 1, 0, 5), Network(START + 1, 7, 0)]
    )
    def test_in_order_and_with_figures(self, world: World, network: Network) -> None:
        with expects(MinerIntakeInvalidNetwork, Reason.TERMS_INVALID):
            world.system.intake.set_network(SUPERVISOR, network)

    def test_an_entity_orders_and_withdraws(self, world: World) -> None:
        intake = world.system.intake
        attested(world)
        order = Order(COINS, TRADE, PAYMENT, world.now + DAY)
        assert facts(intake.order("C", "A1", order)) == [
            fact(
                DeliveryOrdered, "C", attestation="A1", entity="C", coins=COINS, trade=TRADE,
                max_payment=PAYMENT, until=order.until,
            )
        ]  # fmt: skip
        assert intake.order_of("A1", "C") == order
        intake.order("C", "A1", replace(order, coins=0))
        refuse(world, MinerIntakeNotOrdered, Reason.NOT_ORDERED)

    def test_strangers_order_nothing(self, world: World) -> None:
        attested(world)
        with expects(MinerIntakeNotEntitled, Reason.NOT_A_PARTY):
            world.system.intake.order("U", "A1", Order(COINS, TRADE, PAYMENT, world.now + DAY))

    @pytest.mark.rule("actor.office")
    @pytest.mark.parametrize("actor", [TREASURY, MINER, ATTESTOR, KEEPER])
    def test_nobody_else_keeps_records(self, world: World, actor: str) -> None:
        intake = world.system.intake
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            intake.set_region(actor, "south")
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            intake.register_rig(actor, MINER, RIG)
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            intake.set_network(actor, Network(START + DAY, 7, 5))

    def test_a_tolerance_above_the_whole_is_refused(self, world: World) -> None:
        with expects(MinerIntakeInvalidTolerance, Reason.TERMS_INVALID):
            parts = tuple(bytes(20) for _ in range(8))
            arguments = world.system.access.address, parts, 10_001
            world.system.chain.deploy(SUPERVISOR, "MinerIntake", *arguments)
