"""Attested output is plausible, counted once, and may be struck."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    ContractRevert,
    MinerIntakeAttestationUsed,
    MinerIntakeIdTaken,
    MinerIntakeImplausibleEnergy,
    MinerIntakeImplausibleOutput,
    MinerIntakeInvalidPeriod,
    MinerIntakeNoRig,
    MinerIntakeNotEntitled,
    MinerIntakeRegionClosed,
    MinerIntakeUnknown,
    MinerIntakeWrongDifficulty,
    RulebookRefused,
)
from settlement.chain.twins.miner_intake import Network
from settlement.domain.events import AttestationRevoked, OutputAttested
from settlement.domain.participants import Role
from settlement.domain.reasons import Reason
from tests.chain.expect import expects, fact, facts
from tests.chain.intake import (
    COINS,
    DIFFICULTY,
    ID,
    REGION,
    REWARD,
    RIG,
    attested,
    deliver,
    ordered,
    output,
    refuse,
    screen,
)
from tests.chain.money import ATTESTOR, BANK, COIN, MINER
from tests.world import COMPLIANCE, DAY, KEEPER, START, SUPERVISOR, World, profile

TOLERANCE = 500


def refuse_output(
    world: World, error: type[ContractRevert], reason: Reason, *arguments: object, **changes: Any
) -> None:
    with expects(error, reason, *arguments):
        attested(world, **changes)
    assert world.system.intake.attestation_of("A1")[0].coins == 0


@pytest.mark.rule("money.intake-plausible")
class TestAttestation:
    def test_an_attestor_vouches(self, world: World) -> None:
        mined = output(world)
        assert facts(world.system.intake.attest(ATTESTOR, "A1", mined)) == [
            fact(
                OutputAttested, ATTESTOR, attestation="A1", miner=MINER, start=mined.start, end=mined.end,
                coins=COINS, energy=mined.energy, difficulty=DIFFICULTY,
            )
        ]  # fmt: skip
        assert world.system.intake.attestation_of("A1") == (mined, 0)
        assert world.system.intake.rig_of(MINER) == (RIG, mined.end)

    @pytest.mark.parametrize(
        ("actor", "reason"),
        [
            ("B", Reason.ROLE_MISSING),
            (BANK, Reason.ROLE_MISSING),
            ("U", Reason.PARTICIPANT_UNKNOWN),
            (SUPERVISOR, Reason.PARTICIPANT_UNKNOWN),
        ],
    )
    def test_nobody_else_does(self, world: World, actor: str, reason: Reason) -> None:
        with expects(RulebookRefused, reason, reason):
            world.system.intake.attest(actor, "A1", output(world))

    def test_the_miner_least_of_all(self, world: World) -> None:
        with expects(MinerIntakeNotEntitled, Reason.NOT_A_PARTY):
            world.system.intake.attest(MINER, "A1", output(world))

    def test_nor_an_attestor_on_hold(self, world: World) -> None:
        screen(world, ATTESTOR)
        with expects(RulebookRefused, Reason.SCREENING_HOLD):
            attested(world)

    def test_nor_through_a_retired_wallet(self, world: World) -> None:
        world.system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, ATTESTOR, ATTESTOR, "U")
        with expects(MinerIntakeNotEntitled, Reason.NOT_A_PARTY):
            attested(world)

    @pytest.mark.rule("money.intake-once")
    def test_ids_are_single_use(self, world: World) -> None:
        attested(world)
        with expects(MinerIntakeIdTaken, Reason.ALREADY_USED, ID):
            attested(world, start=START + 30 * DAY, end=START + 31 * DAY, coins=1)
        with expects(MinerIntakeIdTaken, Reason.ALREADY_USED, bytes(32)):
            attested(world, "", start=START + 30 * DAY, end=START + 31 * DAY, coins=1)

    def test_the_bound_is_what_rig_time_and_network_explain(self, world: World) -> None:
        seconds = 30 * DAY
        most = (
            RIG.hashrate * 10**12 * seconds * REWARD * (10_000 + TOLERANCE) // (DIFFICULTY * 2**32 * 10_000)
        )
        assert world.system.intake.most_coins(MINER, START, START + seconds) == most
        refuse_output(world, MinerIntakeImplausibleOutput, Reason.IMPLAUSIBLE_OUTPUT, most, coins=most + 1)
        refuse_output(world, MinerIntakeImplausibleOutput, Reason.IMPLAUSIBLE_OUTPUT, most, coins=0, energy=0)
        attested(world, coins=most)
        assert world.system.intake.attestation_of("A1")[0].coins == most

    def test_the_energy_is_bounded_from_both_sides(self, world: World) -> None:
        least, most = world.system.intake.energy_range(output(world))
        hashes = COINS * DIFFICULTY * 2**32 / REWARD
        assert least == int(hashes / 10**12 * RIG.efficiency * (1 - TOLERANCE / 10_000) / 3.6e6)
        full = RIG.hashrate * RIG.efficiency * 30 * DAY
        assert most == -(-full * (10_000 + TOLERANCE) // (3_600_000 * 10_000))
        for energy in (least - 1, most + 1):
            refuse_output(
                world, MinerIntakeImplausibleEnergy, Reason.IMPLAUSIBLE_OUTPUT, least, most, energy=energy
            )
        attested(world, energy=least)
        attested(world, "A2", start=START + 30 * DAY, end=START + 31 * DAY, coins=1, energy=0)
        assert world.system.intake.attestation_of("A2")[0].coins == 1

    def test_periods_do_not_overlap(self, world: World) -> None:
        end = START + 10 * DAY
        attested(world, end=end, coins=COIN)
        for start, until in ((START, end), (end - 1, end + DAY), (START + DAY, START + 2 * DAY)):
            with expects(MinerIntakeInvalidPeriod, Reason.TERMS_INVALID, end):
                attested(world, "A2", start=start, end=until, coins=1)
        attested(world, "A2", start=end, end=end + DAY, coins=1)
        assert world.system.intake.rig_of(MINER)[1] == end + DAY

    def test_periods_of_several_miners_may(self, world: World) -> None:
        system = world.system
        system.participants.register(SUPERVISOR, "U", profile(Role.MINER, "XH", sponsor=BANK))
        system.intake.register_rig(SUPERVISOR, "U", RIG)
        attested(world)
        attested(world, "A2", miner="U")
        assert system.intake.attestation_of("A2")[0].miner == "U"

    @pytest.mark.parametrize(
        ("start", "end"),
        [(0, 0), (10, 10), (10, 9), (-1, DAY), (0, 32 * DAY)],
        ids=["empty", "empty later", "reversed", "before the rig", "not over"],
    )
    def test_periods_are_over_and_of_the_rig(self, world: World, start: int, end: int) -> None:
        refuse_output(
            world, MinerIntakeInvalidPeriod, Reason.TERMS_INVALID, 0,
            start=START + start, end=START + end, coins=1, energy=0,
        )  # fmt: skip

    @pytest.mark.rule("money.intake-miner")
    def test_a_rig_on_record_in_a_permitted_region(self, world: World) -> None:
        refuse_output(world, MinerIntakeNoRig, Reason.WRONG_STATE, to_bytes32("B"), miner="B")
        world.system.intake.set_region(SUPERVISOR, REGION, False)
        refuse_output(world, MinerIntakeRegionClosed, Reason.REGION_CLOSED, to_bytes32(REGION))

    def test_the_difficulty_is_that_of_the_period(self, world: World) -> None:
        intake = world.system.intake
        for difficulty in (DIFFICULTY - 1, DIFFICULTY + 1, 0):
            refuse_output(
                world,
                MinerIntakeWrongDifficulty,
                Reason.IMPLAUSIBLE_OUTPUT,
                DIFFICULTY,
                difficulty=difficulty,
            )
        halving = START + 15 * DAY
        intake.set_network(SUPERVISOR, Network(halving, DIFFICULTY, REWARD // 2))
        refuse_output(world, MinerIntakeWrongDifficulty, Reason.IMPLAUSIBLE_OUTPUT, 0)
        before, after = (
            intake.most_coins(MINER, START, halving),
            intake.most_coins(MINER, halving, halving + 15 * DAY),
        )
        assert before // 2 == after
        assert intake.most_coins(MINER, halving - 1, halving + 1) == 0
        assert intake.most_coins(MINER, START - 1, START) == 0
        attested(world, end=halving, coins=before)
        attested(world, "A2", start=halving, coins=after)
        assert intake.attestation_of("A2")[0].coins == after

    def test_nothing_is_explained_by_no_time_or_an_unknown_network(self, world: World) -> None:
        intake = world.system.intake
        for start, end in ((START, START), (START + 1, START), (START - DAY, START), (0, 0)):
            assert intake.most_coins(MINER, start, end) == 0
            assert intake.energy_range(output(world, start=start, end=end, energy=0)) == (0, 0)

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        hashrate=st.integers(1, 10**9),
        seconds=st.integers(1, 30 * DAY),
        share=st.integers(0, 12_000),
    )
    def test_property_attested_output_is_explained(
        self, world: World, hashrate: int, seconds: int, share: int
    ) -> None:
        chain, intake = world.system.chain, world.system.intake
        start = chain.snapshot()
        intake.register_rig(SUPERVISOR, MINER, replace(RIG, hashrate=hashrate))
        made = hashrate * 10**12 * seconds * REWARD
        coins = made * share // (DIFFICULTY * 2**32 * 10_000)
        explained = coins * DIFFICULTY * 2**32 * 10_000 <= made * (10_000 + TOLERANCE)
        energy = hashrate * RIG.efficiency * seconds // 3_600_000
        try:
            attested(world, end=START + seconds, coins=coins, energy=energy)
        except MinerIntakeImplausibleOutput:
            assert coins == 0 or not explained
        else:
            assert coins > 0
            assert explained
        chain.revert(start)


@pytest.mark.rule("money.intake-plausible")
class TestRevocation:
    def test_a_wrong_attestation_is_struck(self, world: World) -> None:
        intake = world.system.intake
        attested(world)
        ordered(world)
        assert facts(intake.revoke(SUPERVISOR, "A1")) == [
            fact(AttestationRevoked, SUPERVISOR, attestation="A1")
        ]
        refuse(world, MinerIntakeUnknown, Reason.WRONG_STATE, ID)

    def test_its_period_may_be_attested_again_under_another_id(self, world: World) -> None:
        attested(world)
        world.system.intake.revoke(SUPERVISOR, "A1")
        with expects(MinerIntakeIdTaken, Reason.ALREADY_USED, ID):
            attested(world)
        attested(world, "A2", coins=COIN)
        assert world.system.intake.attestation_of("A2")[0].coins == COIN

    def test_a_period_before_the_latest_may_not(self, world: World) -> None:
        attested(world, end=START + 10 * DAY, coins=COIN)
        attested(world, "A2", start=START + 10 * DAY, coins=COIN)
        world.system.intake.revoke(SUPERVISOR, "A1")
        assert world.system.intake.rig_of(MINER)[1] == START + 30 * DAY
        with expects(MinerIntakeInvalidPeriod, Reason.TERMS_INVALID, START + 30 * DAY):
            attested(world, "A3", end=START + 10 * DAY, coins=COIN)

    @pytest.mark.rule("money.intake-once")
    def test_not_once_it_is_delivered_on(self, world: World) -> None:
        attested(world)
        ordered(world)
        deliver(world)
        with expects(MinerIntakeAttestationUsed, Reason.ALREADY_USED, ID):
            world.system.intake.revoke(SUPERVISOR, "A1")

    def test_nor_one_that_is_not_there(self, world: World) -> None:
        with expects(MinerIntakeUnknown, Reason.WRONG_STATE, ID):
            world.system.intake.revoke(SUPERVISOR, "A1")

    @pytest.mark.rule("actor.office")
    @pytest.mark.parametrize("actor", [ATTESTOR, MINER, "C", KEEPER])
    def test_nobody_else_revokes(self, world: World, actor: str) -> None:
        attested(world)
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            world.system.intake.revoke(actor, "A1")
