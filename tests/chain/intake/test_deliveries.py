"""Delivered output is attested and ordered, and all legs move or none."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import (
    ERC20InsufficientAllowance,
    ERC20InsufficientBalance,
    MinerIntakeAmountOutOfTerms,
    MinerIntakeAttestationUsed,
    MinerIntakeNotEntitled,
    MinerIntakeNotOrdered,
    MinerIntakePaymentOutOfTerms,
    MinerIntakeUnknown,
    PriceOracleBreakerTripped,
    PriceOracleNoPrice,
    RulebookRefused,
)
from settlement.chain.twins.miner_intake import Order
from settlement.domain.errors import Refused
from settlement.domain.events import CoinsDeposited, CurrencyMoved, Earmarked, Moved, OutputDelivered
from settlement.domain.participants import Flow, LicenceStatus, Role, Screening
from settlement.domain.reasons import Reason
from tests.chain.expect import expects, fact, shown
from tests.chain.intake import (
    COINS,
    ID,
    PAYMENT,
    RIG,
    SU_AMOUNT,
    TRADE,
    attested,
    deliver,
    held,
    ordered,
    output,
    refuse,
    screen,
)
from tests.chain.money import ATTESTOR, BANK, COIN, COIN_PRICE, MINER, SU_PRICE, drl, post_all
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
        assert world.system.reserve.holdings()[1] == COIN

    @pytest.mark.rule("money.intake-once")
    def test_no_more_than_attested_is_delivered(self, world: World) -> None:
        attested(world, coins=COINS - 1)
        ordered(world)
        refuse(world, MinerIntakeAmountOutOfTerms, Reason.AMOUNT_OUT_OF_TERMS, COINS - 1)
        assert world.system.intake.attestation_of("A1")[1] == 0

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
        system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "C", "C", "B2")
        system.currency.recover(SUPERVISOR, "C", "B2")
        system.currency.approve("B2", system.intake, PAYMENT)
        system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, MINER, MINER, "U")
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


def revoke(world: World, participant: str) -> None:
    licence = LicenceStatus.REVOKED
    world.system.participants.set_licence(SUPERVISOR, participant, licence, WIND_DOWN_END)
