"""The conversion desk: firm quotes near the market, once, in time, and both legs or neither."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.chain.chain import Snapshot, to_bytes32
from settlement.chain.conversion_desk import DeskLimits, Quote
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    ContractRevert,
    ConversionDeskExpired,
    ConversionDeskIdTaken,
    ConversionDeskInvalidLimits,
    ConversionDeskInvalidQuote,
    ConversionDeskNotEntitled,
    ConversionDeskOutOfSpread,
    ConversionDeskQuoteUsed,
    ConversionDeskUnknown,
    ERC20InsufficientAllowance,
    ERC20InsufficientBalance,
    PriceOracleBreakerTripped,
    PriceOracleNoPrice,
    RulebookRefused,
)
from settlement.domain.errors import Refused
from settlement.domain.events import CurrencyMoved, DeskLimitsChanged, Moved, QuoteAccepted, QuotePosted
from settlement.domain.participants import Flow, LicenceStatus, Screening
from settlement.domain.quotes import QuoteSide, QuoteState
from settlement.domain.reasons import Reason
from tests.chain.conftest import rewound
from tests.chain.expect import expects, fact, facts, shown
from tests.chain.money import (
    DESK,
    HOUR,
    PRICE_UNIT,
    SU_PRICE,
    TREASURY,
    Books,
    books,
    drl,
    post_all,
    post_prices,
    stock_desk,
)
from tests.world import COMPLIANCE, DAY, END, KEEPER, PROGRAMME, RAMP, SUPERVISOR, WIND_DOWN_END, World, su

SU_AMOUNT, DRL_AMOUNT = su(1_000), drl(90_000)
LIMITS = DeskLimits(spread=200, max_life=HOUR, max_size=su(1_000_000))
ID = to_bytes32("Q1")


@pytest.fixture(scope="module")
def _stocked(_world: tuple[World, Snapshot]) -> tuple[World, Snapshot]:
    world, fresh = _world
    system = world.system
    system.chain.revert(fresh)
    post_prices(world)
    stock_desk(world)
    for number, entity in enumerate("BC"):
        system.currency.mint(TREASURY, entity, drl(200_000), f"opening {number}")
    system.currency.approve("B", system.desk, drl(200_000))
    system.token.approve("B", system.desk, su(10_000))
    return world, system.chain.snapshot()


@pytest.fixture
def world(_stocked: tuple[World, Snapshot]) -> World:
    """Fresh prices, a stocked desk, and B and C with DRL; B approved the desk for everything."""
    return rewound(*_stocked)


def quote(world: World, side: QuoteSide = QuoteSide.SELLS_SU, **changes: Any) -> Quote:
    return replace(Quote("B", side, SU_AMOUNT, DRL_AMOUNT, world.now + HOUR // 2), **changes)


def posted(world: World, side: QuoteSide = QuoteSide.SELLS_SU, **changes: Any) -> str:
    world.system.desk.post_quote(DESK, "Q1", quote(world, side, **changes))
    return "Q1"


def held(world: World) -> Books:
    return books(world, "B", world.system.desk)


@pytest.mark.rule("money.desk-atomic")
class TestConversion:
    def test_the_desk_sells_su(self, world: World) -> None:
        before = held(world)
        events = facts(world.system.desk.accept("B", posted(world)))
        assert events == [
            fact(
                QuoteAccepted, "B", quote="Q1", entity="B", side="SELLS_SU", su_amount=SU_AMOUNT,
                drl_amount=DRL_AMOUNT, market=DRL_AMOUNT,
            ),
            su_moved("ConversionDesk", "B"),
            fact(
                CurrencyMoved, "B", spender="ConversionDesk", source="B", destination="ConversionDesk",
                amount=DRL_AMOUNT,
            ),
        ]  # fmt: skip
        assert held(world) == before._replace(
            su=(before.su[0] + SU_AMOUNT, before.su[1] - SU_AMOUNT),
            drl=(before.drl[0] - DRL_AMOUNT, before.drl[1] + DRL_AMOUNT),
        )

    def test_the_desk_buys_su(self, world: World) -> None:
        before = held(world)
        events = facts(world.system.desk.accept("B", posted(world, QuoteSide.BUYS_SU)))
        assert events == [
            fact(
                QuoteAccepted, "B", quote="Q1", entity="B", side="BUYS_SU", su_amount=SU_AMOUNT,
                drl_amount=DRL_AMOUNT, market=DRL_AMOUNT,
            ),
            su_moved("B", "ConversionDesk"),
            fact(
                CurrencyMoved, "B", spender="ConversionDesk", source="ConversionDesk", destination="B",
                amount=DRL_AMOUNT,
            ),
        ]  # fmt: skip
        assert held(world) == before._replace(
            su=(before.su[0] - SU_AMOUNT, before.su[1] + SU_AMOUNT),
            drl=(before.drl[0] + DRL_AMOUNT, before.drl[1] - DRL_AMOUNT),
        )

    @pytest.mark.parametrize("side", QuoteSide, ids=lambda side: side.name)
    def test_any_wallet_of_the_entity_accepts(self, world: World, side: QuoteSide) -> None:
        system = world.system
        system.participants.add_wallet(SUPERVISOR, "B", "B2")
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


class TestAcceptance:
    @pytest.mark.rule("money.desk-quote-once")
    def test_a_quote_is_used_once(self, world: World) -> None:
        world.system.desk.accept("B", posted(world))
        assert world.system.desk.quote_of("Q1").state is QuoteState.USED
        before = held(world)
        refused(world, "Q1", ConversionDeskQuoteUsed, Reason.ALREADY_USED, ID)
        assert held(world) == before

    @pytest.mark.rule("money.desk-quote-once")
    def test_a_refused_acceptance_does_not_use_it(self, world: World) -> None:
        system = world.system
        system.currency.approve("B", system.desk, 0)
        refused(world, posted(world), ERC20InsufficientAllowance, Reason.INSUFFICIENT_ALLOWANCE)
        assert system.desk.quote_of("Q1").state is QuoteState.POSTED
        system.currency.approve("B", system.desk, DRL_AMOUNT)
        system.desk.accept("B", "Q1")
        assert system.desk.quote_of("Q1").state is QuoteState.USED

    @pytest.mark.rule("money.desk-quote-expires")
    def test_it_expires(self, world: World) -> None:
        until = world.now + HOUR
        posted(world, valid_until=until)
        world.advance_to(until + 1)
        refused(world, "Q1", ConversionDeskExpired, Reason.TOO_LATE, until)

    @pytest.mark.rule("money.desk-quote-expires")
    def test_its_last_second_counts(self, world: World) -> None:
        until = world.now + HOUR
        posted(world, valid_until=until)
        world.advance_to(until)
        world.system.desk.accept("B", "Q1")
        assert world.system.desk.quote_of("Q1").state is QuoteState.USED

    def test_there_is_none(self, world: World) -> None:
        refused(world, "Q1", ConversionDeskUnknown, Reason.WRONG_STATE, ID)

    @pytest.mark.parametrize("actor", ["C", "S", "U", DESK, KEEPER])
    def test_it_is_nobody_elses(self, world: World, actor: str) -> None:
        posted(world)
        caller = shown(world.system.chain.introduce(actor))
        with expects(ConversionDeskNotEntitled, Reason.NOT_A_PARTY, caller):
            world.system.desk.accept(actor, "Q1")

    @pytest.mark.rule("actor.keys")
    def test_a_retired_wallet_accepts_nothing(self, world: World) -> None:
        posted(world)
        world.system.participants.rotate_wallet(SUPERVISOR, "B", "B", "B2")
        refused(world, "Q1", ConversionDeskNotEntitled, Reason.NOT_A_PARTY)


class TestPriceMoves:
    """Scenario: the price falls by 30 %."""

    @pytest.mark.rule("money.oracle-breaker")
    def test_the_live_quote_is_honoured_at_the_desks_loss(self, world: World) -> None:
        posted(world, QuoteSide.BUYS_SU)
        post_all(world, "SU", SU_PRICE * 70 // 100)
        accepted = world.system.desk.accept("B", "Q1")[0]
        assert isinstance(accepted, QuoteAccepted)
        assert (accepted.drl_amount, accepted.market) == (DRL_AMOUNT, DRL_AMOUNT * 70 // 100)
        assert accepted.desk_result == -(DRL_AMOUNT * 30 // 100)

    @pytest.mark.rule("money.oracle-breaker")
    def test_the_next_quote_is_refused_by_the_breaker(self, world: World) -> None:
        post_all(world, "SU", SU_PRICE * 70 // 100)
        with expects(PriceOracleBreakerTripped, Reason.PRICE_BREAKER):
            posted(world)

    def test_the_desk_gains_from_a_fall_where_it_sold(self, world: World) -> None:
        posted(world)
        post_all(world, "SU", SU_PRICE * 90 // 100)
        accepted = world.system.desk.accept("B", "Q1")[0]
        assert isinstance(accepted, QuoteAccepted)
        assert accepted.desk_result == DRL_AMOUNT * 10 // 100

    @pytest.mark.rule("money.oracle-rejects")
    def test_pitfall_15_stale_oracle_makes_no_quote_and_breaks_none(self, world: World) -> None:
        world.advance(DAY - HOUR)
        posted(world, valid_until=world.now + HOUR)
        world.advance(HOUR - 60)
        world.system.desk.accept("B", "Q1")
        world.advance(HOUR)
        with expects(PriceOracleNoPrice, Reason.PRICE_STALE):
            world.system.desk.post_quote(DESK, "Q2", quote(world))

    def test_without_a_median_the_market_is_unknown(self, world: World) -> None:
        world.advance(DAY - HOUR)
        until = world.now + HOUR
        posted(world, valid_until=until)
        world.system.oracle.remove_feeder(SUPERVISOR, "feeder 1")
        accepted = world.system.desk.accept("B", "Q1")[0]
        assert isinstance(accepted, QuoteAccepted)
        assert accepted.market == 0


class TestQuotes:
    def test_the_desk_posts_one(self, world: World) -> None:
        offer = quote(world)
        assert facts(world.system.desk.post_quote(DESK, "Q1", offer)) == [
            fact(
                QuotePosted, DESK, quote="Q1", entity="B", side="SELLS_SU", su_amount=SU_AMOUNT,
                drl_amount=DRL_AMOUNT, valid_until=offer.valid_until,
            )
        ]  # fmt: skip
        assert world.system.desk.quote_of("Q1") == offer
        assert world.system.desk.quote_of("Q2").state is QuoteState.NONE

    @pytest.mark.rule("actor.office")
    @pytest.mark.parametrize("actor", [SUPERVISOR, TREASURY, RAMP, "B"])
    def test_nobody_else_does(self, world: World, actor: str) -> None:
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            world.system.desk.post_quote(actor, "Q1", quote(world))

    @pytest.mark.rule("money.desk-quote-once")
    @pytest.mark.parametrize("used", [False, True], ids=["posted", "used"])
    def test_ids_are_single_use(self, world: World, used: bool) -> None:
        posted(world)
        if used:
            world.system.desk.accept("B", "Q1")
        with expects(ConversionDeskIdTaken, Reason.ALREADY_USED, ID):
            posted(world)
        with expects(ConversionDeskIdTaken, Reason.ALREADY_USED, bytes(32)):
            world.system.desk.post_quote(DESK, "", quote(world))

    @pytest.mark.rule("money.desk-quote-size")
    def test_size_and_life_are_capped(self, world: World) -> None:
        size, amount = LIMITS.max_size, LIMITS.max_size * SU_PRICE // PRICE_UNIT
        refuse_quote(world, su_amount=size + 10**6, drl_amount=amount + 9_000)
        refuse_quote(world, su_amount=0)
        refuse_quote(world, drl_amount=0)
        refuse_quote(world, valid_until=world.now + HOUR + 1)
        refuse_quote(world, valid_until=world.now - 1)
        refuse_quote(world, entity="nobody")
        posted(world, su_amount=size, drl_amount=amount, valid_until=world.now + HOUR)
        assert world.system.desk.quote_of("Q1").su_amount == size

    @pytest.mark.parametrize(
        ("drl_amount", "fits"),
        [(88_199_99, False), (88_200_00, True), (91_800_00, True), (91_800_01, False)],
    )
    def test_the_price_is_near_the_market(self, world: World, drl_amount: int, fits: bool) -> None:
        assert world.system.desk.corridor_of(SU_AMOUNT) == (88_200_00, 91_800_00)
        if fits:
            posted(world, drl_amount=drl_amount)
            assert world.system.desk.quote_of("Q1").drl_amount == drl_amount
            return
        with expects(ConversionDeskOutOfSpread, Reason.PRICE_OUT_OF_SPREAD, 88_200_00, 91_800_00):
            posted(world, drl_amount=drl_amount)

    @pytest.mark.parametrize(
        ("su_amount", "least", "most"),
        [(1, 1, 0), (111, 1, 1), (150, 2, 1), (10**6, 8_820, 9_180), (1_234_567, 10_889, 11_333)],
    )
    def test_the_spread_is_rounded_towards_the_market(
        self, world: World, su_amount: int, least: int, most: int
    ) -> None:
        assert world.system.desk.corridor_of(su_amount) == (least, most)

    def test_the_supervisor_sets_the_limits(self, world: World) -> None:
        desk = world.system.desk
        assert desk.limits() == LIMITS
        posted(world)
        tighter = DeskLimits(spread=0, max_life=60, max_size=su(1))
        assert facts(desk.set_limits(SUPERVISOR, tighter)) == [
            fact(DeskLimitsChanged, SUPERVISOR, spread=0, max_life=60, max_size=su(1))
        ]
        assert desk.limits() == tighter
        with expects(ConversionDeskInvalidQuote, Reason.TERMS_INVALID):
            desk.post_quote(DESK, "Q2", quote(world))
        desk.accept("B", "Q1")
        assert desk.quote_of("Q1").state is QuoteState.USED

    @pytest.mark.parametrize("limits", [DeskLimits(10_000, 60, 1), DeskLimits(0, 0, 1), DeskLimits(0, 60, 0)])
    def test_limits_that_limit_nothing_are_refused(self, world: World, limits: DeskLimits) -> None:
        with expects(ConversionDeskInvalidLimits, Reason.TERMS_INVALID):
            world.system.desk.set_limits(SUPERVISOR, limits)

    @pytest.mark.rule("actor.office")
    @pytest.mark.parametrize("actor", [DESK, TREASURY, "B"])
    def test_nobody_else_sets_them(self, world: World, actor: str) -> None:
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            world.system.desk.set_limits(actor, LIMITS)


def su_moved(source: str, destination: str) -> Any:
    parties = {"payer": source, "payee": destination, "source": source, "destination": destination}
    return fact(Moved, "B", flow=Flow.CONVERT.name, amount=SU_AMOUNT, ref="Q1", trade="", **parties)


def refused(
    world: World, quote_id: str, error: type[ContractRevert], reason: Reason, *arguments: object
) -> None:
    with expects(error, reason, *arguments):
        world.system.desk.accept("B", quote_id)


def refuse_quote(world: World, **changes: Any) -> None:
    with expects(ConversionDeskInvalidQuote, Reason.TERMS_INVALID):
        posted(world, **changes)


def screen(world: World, screening: Screening) -> None:
    world.system.participants.set_screening(COMPLIANCE, "B", screening)


def revoke(world: World) -> None:
    world.system.participants.set_licence(SUPERVISOR, "B", LicenceStatus.REVOKED, WIND_DOWN_END)
