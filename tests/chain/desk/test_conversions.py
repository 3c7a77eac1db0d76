"""Conversion: both legs or neither, whatever stands before one of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.chain.reverts import (
    ConversionDeskQuoteUsed,
    ERC20InsufficientAllowance,
    ERC20InsufficientBalance,
    RulebookRefused,
)
from settlement.domain.errors import Refused
from settlement.domain.events import CurrencyMoved, Moved, QuoteAccepted
from settlement.domain.participants import Flow, LicenceStatus, Screening
from settlement.domain.quotes import QuoteSide
from settlement.domain.reasons import Reason
from tests.chain.desk import DRL_AMOUNT, SU_AMOUNT, held, posted, quote, refused
from tests.chain.expect import Fact, fact, facts
from tests.chain.money import DESK, PRICE_UNIT, SU_PRICE, TREASURY, books, drl, post_all, stock_desk
from tests.world import COMPLIANCE, DAY, END, PROGRAMME, RAMP, SUPERVISOR, WIND_DOWN_END, World, su


@pytest.mark.rule("money.desk-atomic")
class TestConversion:
    def test_the_desk_sells_su(self, world: World) -> None:
        before = held(world)
        events = world.system.desk.accept("B", posted(world))
        assert facts(events) == converted("SELLS_SU", "ConversionDesk", "B")
        assert held(world) == before._replace(
            su=(before.su[0] + SU_AMOUNT, before.su[1] - SU_AMOUNT),
            drl=(before.drl[0] - DRL_AMOUNT, before.drl[1] + DRL_AMOUNT),
        )

    def test_the_desk_buys_su(self, world: World) -> None:
        before = held(world)
        events = world.system.desk.accept("B", posted(world, QuoteSide.BUYS_SU))
        assert facts(events) == converted("BUYS_SU", "B", "ConversionDesk")
        assert held(world) == before._replace(
            su=(before.su[0] - SU_AMOUNT, before.su[1] + SU_AMOUNT),
            drl=(before.drl[0] + DRL_AMOUNT, before.drl[1] - DRL_AMOUNT),
        )

    @pytest.mark.parametrize("side", QuoteSide, ids=lambda side: side.name)
    def test_any_wallet_of_the_entity_accepts(self, world: World, side: QuoteSide) -> None:
        system = world.system
        system.participants.add_wallet(COMPLIANCE, SUPERVISOR, "B", "B2")
        system.currency.mint(TREASURY, "B2", DRL_AMOUNT, "second wallet")
        system.ramp.issue(RAMP, "B2", SU_AMOUNT, "second wallet")
        system.currency.approve("B2", system.desk, DRL_AMOUNT)
        system.token.approve("B2", system.desk, SU_AMOUNT)
        system.desk.accept("B2", posted(world, side))
        sold = side is QuoteSide.SELLS_SU
        after = books(world, "B2")
        assert (after.su, after.drl) == ((2 * SU_AMOUNT * sold,), (2 * DRL_AMOUNT * (not sold),))

    @pytest.mark.parametrize("side", QuoteSide, ids=lambda side: side.name)
    def test_what_the_payer_did_not_approve_does_not_move(self, world: World, side: QuoteSide) -> None:
        system, before = world.system, held(world)
        system.currency.approve("B", system.desk, DRL_AMOUNT - 1)
        system.token.approve("B", system.desk, SU_AMOUNT - 1)
        refused(world, posted(world, side), ERC20InsufficientAllowance, Reason.INSUFFICIENT_ALLOWANCE)
        assert held(world) == before

    @pytest.mark.parametrize("side", QuoteSide, ids=lambda side: side.name)
    def test_what_the_payer_does_not_hold_does_not_move(self, world: World, side: QuoteSide) -> None:
        system = world.system
        system.currency.transfer("B", "C", drl(200_000) - DRL_AMOUNT + 1)
        system.token.approve("B", system.ramp, su(10_000) - SU_AMOUNT + 1)
        system.ramp.redeem(RAMP, "B", su(10_000) - SU_AMOUNT + 1, "off-ramp")
        before = held(world)
        refused(world, posted(world, side), ERC20InsufficientBalance, Reason.INSUFFICIENT_BALANCE)
        assert held(world) == before

    @pytest.mark.parametrize("side", QuoteSide, ids=lambda side: side.name)
    def test_what_the_desk_does_not_hold_does_not_move(self, world: World, side: QuoteSide) -> None:
        system = world.system
        system.ramp.redeem(RAMP, system.desk, su(10_000) - SU_AMOUNT + 1, "inventory")
        system.currency.burn(TREASURY, system.desk, drl(1_000_000) - DRL_AMOUNT + 1, "inventory")
        before = held(world)
        refused(world, posted(world, side), ERC20InsufficientBalance, Reason.INSUFFICIENT_BALANCE)
        assert held(world) == before
        stock_desk(world)
        system.desk.accept("B", "Q1")

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (lambda world: screen(world, Screening.POTENTIAL), Reason.SCREENING_HOLD),
            (lambda world: revoke(world), Reason.LICENCE_REVOKED),
            (
                lambda world: world.system.participants.set_sponsor(SUPERVISOR, "B", ""),
                Reason.SPONSOR_MISSING,
            ),
            (lambda world: world.system.regime.suspend(SUPERVISOR), Reason.REGIME_SUSPENDED),
        ],
        ids=["held", "revoked", "no bank", "suspended"],
    )
    def test_who_may_not_acquire_keeps_its_drl(
        self, world: World, change: Callable[[World], object], reason: Reason
    ) -> None:
        posted(world)
        change(world)
        before = held(world)
        refused(world, "Q1", RulebookRefused, reason, reason)
        assert held(world) == before

    @pytest.mark.rule("op.quarantine")
    def test_a_payout_that_would_be_held_back_is_refused_instead(self, world: World) -> None:
        posted(world)
        before, items = held(world), world.system.quarantine.items()
        screen(world, Screening.POTENTIAL)
        refused(world, "Q1", RulebookRefused, Reason.SCREENING_HOLD)
        assert (held(world), world.system.quarantine.items()) == (before, items)

    @pytest.mark.rule("money.volatility", "check.exposure")
    @pytest.mark.parametrize(
        ("limits", "reason"),
        [
            ({"max_exposure": su(10_000) + SU_AMOUNT - 1}, Reason.EXPOSURE_EXCEEDED),
            ({"max_holding": DAY}, Reason.HOLDING_OVERDUE),
        ],
        ids=["amount", "time"],
    )
    def test_who_holds_too_much_or_for_too_long_acquires_no_more(
        self, world: World, limits: dict[str, Any], reason: Reason
    ) -> None:
        world.change_programme(replace(PROGRAMME, **limits))
        post_all(world, "SU", SU_PRICE)
        before = held(world)
        refused(world, posted(world), RulebookRefused, reason, reason)
        assert held(world) == before
        # What it has too much of it may sell.
        world.system.desk.post_quote(DESK, "Q2", quote(world, QuoteSide.BUYS_SU))
        world.system.desk.accept("B", "Q2")
        assert held(world).su[0] == before.su[0] - SU_AMOUNT

    @pytest.mark.rule("regime.exits-only")
    @pytest.mark.parametrize("end", [END, WIND_DOWN_END], ids=["winding down", "expired"])
    def test_after_the_end_su_is_only_sold_to_the_desk(self, world: World, end: int) -> None:
        world.system.participants.set_licence(SUPERVISOR, "K", LicenceStatus.ACTIVE, end + DAY)
        world.advance_to(end + 1)
        post_all(world, "SU", SU_PRICE)
        world.system.desk.post_quote(DESK, "Q2", quote(world, QuoteSide.BUYS_SU))
        reason = Reason.REGIME_WINDING_DOWN if end == END else Reason.REGIME_EXPIRED
        refused(world, posted(world), RulebookRefused, reason)
        before = held(world)
        world.system.desk.accept("B", "Q2")
        assert held(world).su[0] == before.su[0] - SU_AMOUNT

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        side=st.sampled_from(QuoteSide),
        su_amount=st.integers(1, su(12_000)),
        offset=st.integers(-210, 210),
        inventory=st.integers(0, su(10_000)),
        allowance=st.integers(0, drl(1_100_000)),
        held_up=st.booleans(),
    )
    def test_property_supplies_stay_and_nothing_is_lost(
        self,
        world: World,
        side: QuoteSide,
        su_amount: int,
        offset: int,
        inventory: int,
        allowance: int,
        held_up: bool,
    ) -> None:
        system = world.system
        start = system.chain.snapshot()
        system.ramp.redeem(RAMP, system.desk, su(10_000) - inventory, "inventory")
        system.currency.approve("B", system.desk, allowance)
        if held_up:
            screen(world, Screening.POTENTIAL)
        drl_amount = su_amount * SU_PRICE * (10_000 + offset) // (10_000 * PRICE_UNIT)
        before = held(world)
        try:
            posted(world, side, su_amount=su_amount, drl_amount=drl_amount)
            system.desk.accept("B", "Q1")
        except Refused:
            assert held(world) == before
        else:
            sign = 1 if side is QuoteSide.SELLS_SU else -1
            assert held(world) == before._replace(
                su=(before.su[0] + sign * su_amount, before.su[1] - sign * su_amount),
                drl=(before.drl[0] - sign * drl_amount, before.drl[1] + sign * drl_amount),
            )
            with pytest.raises(ConversionDeskQuoteUsed):
                system.desk.accept("B", "Q1")
        system.chain.revert(start)


def converted(side: str, seller: str, buyer: str) -> list[Fact]:
    """What the conversion of the quote says: SU goes from the seller to the buyer, DRL the other way."""
    parties = {"payer": seller, "payee": buyer, "source": seller, "destination": buyer}
    accepted = {"quote": "Q1", "entity": "B", "su_amount": SU_AMOUNT, "drl_amount": DRL_AMOUNT}
    return [
        fact(QuoteAccepted, "B", side=side, market=DRL_AMOUNT, **accepted),
        fact(Moved, "B", flow=Flow.CONVERT.name, amount=SU_AMOUNT, ref="Q1", trade="", **parties),
        fact(
            CurrencyMoved,
            "B",
            spender="ConversionDesk",
            source=buyer,
            destination=seller,
            amount=DRL_AMOUNT,
        ),
    ]


def screen(world: World, screening: Screening) -> None:
    world.system.participants.set_screening(COMPLIANCE, "B", screening)


def revoke(world: World) -> None:
    world.system.participants.set_licence(SUPERVISOR, "B", LicenceStatus.REVOKED, WIND_DOWN_END)
