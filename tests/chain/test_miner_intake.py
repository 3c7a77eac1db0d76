"""The miner intake: attested output is plausible, delivered output is attested, and all legs move or none."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.chain.chain import Snapshot, to_bytes32
from settlement.chain.miner_intake import Network, Order, Output, Rig
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    ContractRevert,
    ERC20InsufficientAllowance,
    ERC20InsufficientBalance,
    MinerIntakeAmountOutOfTerms,
    MinerIntakeAttestationUsed,
    MinerIntakeIdTaken,
    MinerIntakeImplausibleEnergy,
    MinerIntakeImplausibleOutput,
    MinerIntakeInvalidNetwork,
    MinerIntakeInvalidPeriod,
    MinerIntakeInvalidRig,
    MinerIntakeInvalidTolerance,
    MinerIntakeNoRig,
    MinerIntakeNotEntitled,
    MinerIntakeNotOrdered,
    MinerIntakePaymentOutOfTerms,
    MinerIntakeRegionClosed,
    MinerIntakeUnknown,
    MinerIntakeWrongDifficulty,
    PriceOracleBreakerTripped,
    PriceOracleNoPrice,
    RulebookRefused,
)
from settlement.domain.errors import Refused
from settlement.domain.events import (
    AttestationRevoked,
    CoinsDeposited,
    CurrencyMoved,
    DeliveryOrdered,
    Earmarked,
    Moved,
    NetworkSet,
    OutputAttested,
    OutputDelivered,
    RegionSet,
    RigRegistered,
)
from settlement.domain.participants import Flow, LicenceStatus, Role, Screening
from settlement.domain.reasons import Reason
from tests.chain.conftest import rewound
from tests.chain.expect import Fact, expects, fact, facts, shown
from tests.chain.money import (
    ATTESTOR,
    BANK,
    COIN,
    COIN_PRICE,
    MINER,
    PRICE_UNIT,
    SU_PRICE,
    TREASURY,
    Books,
    books,
    drl,
    post_all,
    post_prices,
)
from tests.world import (
    CHAPTER,
    CO_APPROVER,
    COMPLIANCE,
    DAY,
    KEEPER,
    RAMP,
    START,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
    profile,
    su,
)

REGION = "north"
DIFFICULTY, REWARD = 100 * 10**12, 3_125 * 10**5
TOLERANCE = 500
#: 30 days of a million TH/s find about 18.9 coins at that difficulty.
RIG = Rig(REGION, hashrate=1_000_000, efficiency=20, tariff=5_000, since=START)
ID = to_bytes32("A1")
TRADE = "T1"
#: 10 coins at 60,000 SU less 5 %.
COINS, SU_AMOUNT = 10 * COIN, su(570_000)
PAYMENT = SU_AMOUNT * SU_PRICE // PRICE_UNIT


@pytest.fixture(scope="module")
def _mined(_world: tuple[World, Snapshot]) -> tuple[World, Snapshot]:
    world, fresh = _world
    system = world.system
    system.chain.revert(fresh)
    world.advance_to(START + 31 * DAY)
    post_prices(world)
    system.intake.set_region(SUPERVISOR, REGION)
    system.intake.set_network(SUPERVISOR, Network(START, DIFFICULTY, REWARD))
    system.intake.register_rig(SUPERVISOR, MINER, RIG)
    system.trades.register(BANK, TRADE, "C", "S", SU_AMOUNT, WIND_DOWN_END, CHAPTER)
    system.currency.mint(TREASURY, "C", drl(60_000_000), "opening")
    return world, system.chain.snapshot()


@pytest.fixture
def world(_mined: tuple[World, Snapshot]) -> World:
    """A month into the regime: a registered rig, a known network, fresh prices, a trade of 570,000 SU."""
    return rewound(*_mined)


def output(world: World, **changes: Any) -> Output:
    """What the rig mined in the first 30 days, with the energy of full load where it is not given."""
    full = Output(MINER, START, START + 30 * DAY, COINS, 0, DIFFICULTY)
    plain = replace(full, **changes)
    if "energy" in changes or plain.end <= plain.start:
        return plain
    return replace(plain, energy=RIG.hashrate * RIG.efficiency * (plain.end - plain.start) // 3_600_000)


def attested(world: World, attestation: str = "A1", **changes: Any) -> str:
    world.system.intake.attest(ATTESTOR, attestation, output(world, **changes))
    return attestation


def ordered(world: World, coins: int = COINS, **changes: Any) -> Order:
    """C orders, and approves the intake for what it will pay."""
    order = replace(Order(coins, TRADE, PAYMENT, world.now + DAY), **changes)
    world.system.intake.order("C", "A1", order)
    world.system.currency.approve("C", world.system.intake, drl(60_000_000))
    return order


def deliver(world: World, coins: int = COINS, min_payment: int = 0) -> list[Fact]:
    return facts(world.system.intake.deliver(MINER, "A1", coins, TRADE, "C", min_payment))


def held(world: World) -> Books:
    return books(world, "C", MINER, world.system.intake)


def refuse(
    world: World, error: type[ContractRevert], reason: Reason, *arguments: object, coins: int = COINS
) -> None:
    """The delivery is refused and moves nothing."""
    before = held(world), world.system.intake.attestation_of("A1")[1]
    with expects(error, reason, *arguments):
        deliver(world, coins)
    assert (held(world), world.system.intake.attestation_of("A1")[1]) == before


def refuse_output(
    world: World, error: type[ContractRevert], reason: Reason, *arguments: object, **changes: Any
) -> None:
    with expects(error, reason, *arguments):
        attested(world, **changes)
    assert world.system.intake.attestation_of("A1")[0].coins == 0


@pytest.mark.rule("money.intake-shape")
class TestDelivery:
    """Scenario: 10 coins at 60,000 SU, haircut 5 %, an import of 570,000 SU."""

    def test_coins_in_earmarked_su_out_and_drl_across(self, world: World) -> None:
        attested(world)
        ordered(world)
        before = held(world)
        assert deliver(world) == [
            fact(
                OutputDelivered, MINER, attestation="A1", miner=MINER, entity="C", trade=TRADE, coins=COINS,
                su=SU_AMOUNT, payment=PAYMENT,
            ),
            fact(CoinsDeposited, MINER, coins=COINS, ref="A1"),
            fact(
                Moved, MINER, flow=Flow.INTAKE.name, payer=MINER, payee="C", source="issuance",
                destination="C", amount=SU_AMOUNT, ref="A1", trade=TRADE,
            ),
            fact(Earmarked, MINER, account="C", trade=TRADE, amount=SU_AMOUNT),
            fact(
                CurrencyMoved, MINER, spender="MinerIntake", source="C", destination=MINER, amount=PAYMENT
            ),
        ]  # fmt: skip
        assert held(world) == before._replace(
            su_supply=before.su_supply + SU_AMOUNT,
            coins=COINS,
            su=(before.su[0] + SU_AMOUNT, 0, 0),
            drl=(before.drl[0] - PAYMENT, PAYMENT, 0),
        )
        assert world.system.intake.attestation_of("A1") == (output(world), COINS)

    @pytest.mark.rule("check.earmarked")
    def test_it_pays_the_import_and_nothing_else(self, world: World) -> None:
        system = world.system
        attested(world)
        ordered(world)
        deliver(world)
        system.trades.register(BANK, "T2", "C", "S", SU_AMOUNT, WIND_DOWN_END, CHAPTER)
        for trade in (TRADE, "T2"):
            system.trades.record_travel("C", trade, bytes([7]) * 32)
        own = system.token.balance_of("C") - SU_AMOUNT
        system.trades.designate("C", "T2")
        with expects(RulebookRefused, Reason.EARMARKED):
            system.token.transfer("C", "S", own + 1)
        system.trades.designate("C", TRADE)
        system.token.transfer("C", "S", SU_AMOUNT)
        assert system.token.balance_of("C") == own

    @pytest.mark.rule("money.intake-once")
    def test_an_attestation_is_used_once(self, world: World) -> None:
        attested(world)
        ordered(world, coins=COIN)
        deliver(world, coins=COIN)
        ordered(world, coins=COIN)
        refuse(world, MinerIntakeAttestationUsed, Reason.ALREADY_USED, ID, coins=COIN)

    @pytest.mark.rule("money.intake-once")
    def test_no_more_than_attested_is_delivered(self, world: World) -> None:
        attested(world, coins=COINS - 1)
        ordered(world)
        refuse(world, MinerIntakeAmountOutOfTerms, Reason.AMOUNT_OUT_OF_TERMS, COINS - 1)

    def test_less_may_be(self, world: World) -> None:
        attested(world)
        ordered(world, coins=COIN)
        deliver(world, coins=COIN)
        assert world.system.intake.attestation_of("A1")[1] == COIN
        assert world.system.reserve.holdings()[1] == COIN

    def test_the_miner_needs_the_entitys_order(self, world: World) -> None:
        attested(world)
        world.system.currency.approve("C", world.system.intake, PAYMENT)
        refuse(world, MinerIntakeNotOrdered, Reason.NOT_ORDERED, ID, to_bytes32("C"))
        refuse(world, MinerIntakeNotOrdered, Reason.NOT_ORDERED, coins=0)

    @pytest.mark.parametrize(
        "changes", [{"coins": COINS - 1}, {"coins": 0}, {"trade": "T2"}, {"until": START}], ids=str
    )
    def test_and_for_this_very_delivery(self, world: World, changes: dict[str, Any]) -> None:
        attested(world)
        ordered(world, **changes)
        refuse(world, MinerIntakeNotOrdered, Reason.NOT_ORDERED)

    def test_both_bound_the_payment(self, world: World) -> None:
        attested(world)
        ordered(world, max_payment=PAYMENT - 1)
        refuse(world, MinerIntakePaymentOutOfTerms, Reason.AMOUNT_OUT_OF_TERMS, PAYMENT)
        ordered(world)
        with expects(MinerIntakePaymentOutOfTerms, Reason.AMOUNT_OUT_OF_TERMS, PAYMENT):
            deliver(world, min_payment=PAYMENT + 1)
        deliver(world, min_payment=PAYMENT)
        assert world.system.currency.balance_of(MINER) == PAYMENT

    def test_nobody_else_delivers(self, world: World) -> None:
        attested(world)
        ordered(world)
        for actor in ("C", "B", ATTESTOR, "U", KEEPER):
            with expects(
                MinerIntakeNotEntitled, Reason.NOT_A_PARTY, shown(world.system.chain.introduce(actor))
            ):
                world.system.intake.deliver(actor, "A1", COINS, TRADE, "C")

    def test_there_must_be_an_attestation(self, world: World) -> None:
        with expects(MinerIntakeUnknown, Reason.WRONG_STATE, ID):
            deliver(world)
        with expects(MinerIntakeUnknown, Reason.WRONG_STATE, ID):
            world.system.intake.order("C", "A1", Order(COINS, TRADE, PAYMENT, world.now + DAY))

    def test_what_the_entity_cannot_pay_moves_nothing(self, world: World) -> None:
        system = world.system
        attested(world)
        ordered(world)
        system.currency.approve("C", system.intake, PAYMENT - 1)
        refuse(world, ERC20InsufficientAllowance, Reason.INSUFFICIENT_ALLOWANCE)
        system.currency.approve("C", system.intake, PAYMENT)
        system.currency.transfer("C", "B", drl(60_000_000) - PAYMENT + 1)
        refuse(world, ERC20InsufficientBalance, Reason.INSUFFICIENT_BALANCE)

    def test_what_is_worth_nothing_is_not_delivered(self, world: World) -> None:
        attested(world)
        ordered(world, coins=1)
        assert world.system.intake.value_of(1) == (570, 5)
        post_all(world, "COIN", 100)
        with expects(PriceOracleBreakerTripped, Reason.PRICE_BREAKER):
            deliver(world, coins=1)
        world.system.oracle.reset_breaker(CO_APPROVER, SUPERVISOR, "COIN", 100)
        refuse(world, MinerIntakeAmountOutOfTerms, Reason.AMOUNT_OUT_OF_TERMS, COINS, coins=1)

    @pytest.mark.rule("money.intake-resident", "money.intake-miner")
    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (lambda world: screen(world, MINER), Reason.SCREENING_HOLD),
            (lambda world: screen(world, "C"), Reason.SCREENING_HOLD),
            (lambda world: revoke(world, MINER), Reason.LICENCE_REVOKED),
            (lambda world: revoke(world, "C"), Reason.LICENCE_REVOKED),
            (
                lambda world: world.system.participants.set_sponsor(SUPERVISOR, "C", ""),
                Reason.SPONSOR_MISSING,
            ),
            (
                lambda world: world.system.trades.amend(BANK, TRADE, SU_AMOUNT - 1, WIND_DOWN_END),
                Reason.PURPOSE_EXHAUSTED,
            ),
            (
                lambda world: world.system.trades.amend(BANK, TRADE, SU_AMOUNT, world.now - 1),
                Reason.PURPOSE_EXPIRED,
            ),
            (lambda world: world.system.regime.suspend(SUPERVISOR), Reason.REGIME_SUSPENDED),
            (lambda world: world.system.regime.wind_down(SUPERVISOR), Reason.REGIME_WINDING_DOWN),
        ],
        ids=[
            "miner held", "entity held", "miner revoked", "entity revoked", "no bank", "trade too small",
            "trade ended", "suspended", "winding down",
        ],
    )  # fmt: skip
    def test_the_rulebook_has_its_say(
        self, world: World, change: Callable[[World], object], reason: Reason
    ) -> None:
        attested(world)
        ordered(world)
        change(world)
        refuse(world, RulebookRefused, reason, reason)

    @pytest.mark.rule("check.purpose")
    def test_two_deliveries_do_not_earmark_more_than_the_trade_has_room_for(self, world: World) -> None:
        attested(world)
        ordered(world)
        deliver(world)
        world.system.intake.attest(
            ATTESTOR, "A2", output(world, start=START + 30 * DAY, end=START + 31 * DAY, coins=COIN // 10)
        )
        world.system.intake.order("C", "A2", Order(COIN // 10, TRADE, PAYMENT, world.now + DAY))
        with expects(RulebookRefused, Reason.PURPOSE_EXHAUSTED):
            world.system.intake.deliver(MINER, "A2", COIN // 10, TRADE, "C")

    @pytest.mark.rule("check.purpose")
    def test_only_for_a_trade_of_the_entity(self, world: World) -> None:
        attested(world)
        world.system.trades.register(BANK, "T2", "B", "S", SU_AMOUNT, WIND_DOWN_END, CHAPTER)
        ordered(world, trade="T2")
        with expects(RulebookRefused, Reason.PURPOSE_MISMATCH):
            world.system.intake.deliver(MINER, "A1", COINS, "T2", "C")
        ordered(world, trade="T3")
        with expects(RulebookRefused, Reason.PURPOSE_UNREGISTERED):
            world.system.intake.deliver(MINER, "A1", COINS, "T3", "C")

    @pytest.mark.rule("actor.roles-combine")
    def test_never_to_itself(self, world: World) -> None:
        system = world.system
        system.participants.register(SUPERVISOR, "U", profile(Role.MINER | Role.SETTLER, "XH", sponsor=BANK))
        system.participants.set_screening(COMPLIANCE, "U", Screening.CLEAR)
        system.intake.register_rig(SUPERVISOR, "U", RIG)
        system.intake.attest(ATTESTOR, "A1", output(world, miner="U"))
        system.trades.register(BANK, "T2", "U", "S", SU_AMOUNT, WIND_DOWN_END, CHAPTER)
        system.intake.order("U", "A1", Order(COINS, "T2", PAYMENT, world.now + DAY))
        with expects(RulebookRefused, Reason.DOMESTIC_PAYMENT):
            system.intake.deliver("U", "A1", COINS, "T2", "U")

    @pytest.mark.rule("actor.keys")
    def test_keys_may_have_changed_meanwhile(self, world: World) -> None:
        system = world.system
        attested(world)
        ordered(world)
        system.participants.rotate_wallet(SUPERVISOR, "C", "C", "B2")
        system.currency.recover(SUPERVISOR, "C", "B2")
        system.currency.approve("B2", system.intake, PAYMENT)
        system.participants.rotate_wallet(SUPERVISOR, MINER, MINER, "U")
        with expects(MinerIntakeNotEntitled, Reason.NOT_A_PARTY):
            deliver(world)
        with expects(MinerIntakeNotEntitled, Reason.NOT_A_PARTY):
            system.intake.order("C", "A1", Order(COINS, TRADE, PAYMENT, world.now + DAY))
        system.intake.deliver("U", "A1", COINS, TRADE, "C")
        assert system.currency.balance_of("U") == PAYMENT
        assert system.token.balance_of("B2") == SU_AMOUNT

    def test_pitfall_15_stale_oracle_stops_the_intake(self, world: World) -> None:
        attested(world)
        ordered(world, until=world.now + 2 * DAY)
        world.advance(DAY + 60)
        with expects(PriceOracleNoPrice, Reason.PRICE_STALE, to_bytes32("COIN")):
            deliver(world)
        post_all(world, "COIN", COIN_PRICE)
        refuse(world, PriceOracleNoPrice, Reason.PRICE_STALE, to_bytes32("SU"))

    @pytest.mark.rule("money.coverage-floor", "op.issue-reserve")
    def test_a_reserve_below_its_floor_stops_it_and_the_ramp(self, world: World) -> None:
        """Scenario: the price of coins falls by 30 %."""
        system = world.system
        attested(world)
        ordered(world, coins=COIN)
        deliver(world, coins=COIN)
        later = output(world, start=START + 30 * DAY, end=START + 31 * DAY, coins=COIN // 10)
        system.intake.attest(ATTESTOR, "A2", later)
        system.intake.order("C", "A2", Order(COIN // 10, TRADE, PAYMENT, world.now + DAY))
        fallen = COIN_PRICE * 70 // 100
        post_all(world, "COIN", fallen)
        with expects(PriceOracleBreakerTripped, Reason.PRICE_BREAKER):
            system.intake.deliver(MINER, "A2", COIN // 10, TRADE, "C")
        with expects(RulebookRefused, Reason.PRICE_STALE):
            system.ramp.issue(RAMP, "B", su(1), "wire 7")
        system.oracle.reset_breaker(CO_APPROVER, SUPERVISOR, "COIN", fallen)
        with expects(RulebookRefused, Reason.RESERVE_SHORT):
            system.intake.deliver(MINER, "A2", COIN // 10, TRADE, "C")
        with expects(RulebookRefused, Reason.RESERVE_SHORT):
            system.ramp.issue(RAMP, "B", su(1), "wire 7")

    @pytest.mark.parametrize(
        ("coins", "coin_price", "su_price", "su_amount", "payment"),
        [
            (1, COIN_PRICE, SU_PRICE, 570, 5),
            (1, 10**12, 10**10, 0, 0),
            (333, 7 * 10**12, 3 * 10**9, 7381, 22),
            (COINS, COIN_PRICE, SU_PRICE, SU_AMOUNT, PAYMENT),
        ],
    )
    def test_both_values_are_rounded_down(
        self, world: World, coins: int, coin_price: int, su_price: int, su_amount: int, payment: int
    ) -> None:
        for asset, value in (("COIN", coin_price), ("SU", su_price)):
            post_all(world, asset, value)
            if world.system.oracle.state_of(asset).tripped:
                world.system.oracle.reset_breaker(CO_APPROVER, SUPERVISOR, asset, value)
        assert world.system.intake.value_of(coins) == (su_amount, payment)

    @pytest.mark.rule("money.intake-plausible")
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        attested_coins=st.integers(1, 19 * COIN),
        coins=st.integers(0, 21 * COIN),
        wealth=st.sampled_from((0, PAYMENT - 1, PAYMENT, drl(60_000_000))),
        held_up=st.booleans(),
    )
    def test_property_intake_is_at_most_attested_and_all_or_nothing(
        self, world: World, attested_coins: int, coins: int, wealth: int, held_up: bool
    ) -> None:
        system = world.system
        start = system.chain.snapshot()
        system.trades.amend(BANK, TRADE, su(10_000_000), WIND_DOWN_END)
        attested(world, coins=attested_coins, start=START)
        ordered(world, coins=coins, max_payment=drl(200_000_000))
        system.currency.approve("C", system.intake, wealth)
        if held_up:
            screen(world, MINER)
        su_amount, payment = system.intake.value_of(coins)
        before = held(world)
        try:
            deliver(world, coins)
        except Refused:
            assert held(world) == before
            assert held_up or payment > min(wealth, drl(60_000_000)) or not 0 < coins <= attested_coins
        else:
            assert 0 < coins <= attested_coins
            assert held(world) == before._replace(
                su_supply=before.su_supply + su_amount,
                coins=coins,
                su=(before.su[0] + su_amount, 0, 0),
                drl=(before.drl[0] - payment, payment, 0),
            )
            with pytest.raises(MinerIntakeAttestationUsed):
                deliver(world, coins)
        system.chain.revert(start)


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
        world.system.participants.rotate_wallet(SUPERVISOR, ATTESTOR, ATTESTOR, "U")
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


def screen(world: World, participant: str) -> None:
    world.system.participants.set_screening(COMPLIANCE, participant, Screening.POTENTIAL)


def revoke(world: World, participant: str) -> None:
    licence = LicenceStatus.REVOKED
    world.system.participants.set_licence(SUPERVISOR, participant, licence, WIND_DOWN_END)
