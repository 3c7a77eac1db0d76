"""Quotes: firm, near the market, taken once and in time."""

from typing import Any

import pytest

from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    ConversionDeskExpired,
    ConversionDeskIdTaken,
    ConversionDeskInvalidLimits,
    ConversionDeskInvalidQuote,
    ConversionDeskNotEntitled,
    ConversionDeskOutOfSpread,
    ConversionDeskQuoteUsed,
    ConversionDeskUnknown,
    ERC20InsufficientAllowance,
    PriceOracleBreakerTripped,
    PriceOracleNoPrice,
)
from settlement.chain.twins.conversion_desk import DeskLimits
from settlement.domain.events import DeskLimitsChanged, QuoteAccepted, QuotePosted
from settlement.domain.quotes import QuoteSide, QuoteState
from settlement.domain.reasons import Reason
from tests.chain.desk import DRL_AMOUNT, SU_AMOUNT, held, posted, quote, refused
from tests.chain.expect import expects, fact, facts, shown
from tests.chain.money import DESK, HOUR, PRICE_UNIT, SU_PRICE, TREASURY, post_all
from tests.world import COMPLIANCE, DAY, KEEPER, RAMP, SUPERVISOR, World, su

LIMITS = DeskLimits(spread=200, max_life=HOUR, max_size=su(1_000_000))
ID = to_bytes32("Q1")


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
        before = held(world)
        refused(world, "Q1", ConversionDeskExpired, Reason.TOO_LATE, until)
        assert held(world) == before

    @pytest.mark.rule("money.desk-quote-expires")
    def test_its_last_second_counts(self, world: World) -> None:
        until = world.now + HOUR
        posted(world, valid_until=until)
        world.advance_to(until)
        world.system.desk.accept("B", "Q1")
        assert world.system.desk.quote_of("Q1").state is QuoteState.USED

    def test_there_is_none(self, world: World) -> None:
        refused(world, "Q1", ConversionDeskUnknown, Reason.WRONG_STATE, ID)
        assert world.system.desk.quote_of("Q1").state is QuoteState.NONE

    @pytest.mark.parametrize("actor", ["C", "S", "U", DESK, KEEPER])
    def test_it_is_nobody_elses(self, world: World, actor: str) -> None:
        posted(world)
        caller = shown(world.system.chain.introduce(actor))
        with expects(ConversionDeskNotEntitled, Reason.NOT_A_PARTY, caller):
            world.system.desk.accept(actor, "Q1")

    @pytest.mark.rule("actor.keys")
    def test_a_retired_wallet_accepts_nothing(self, world: World) -> None:
        posted(world)
        world.system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "B", "B", "B2")
        refused(world, "Q1", ConversionDeskNotEntitled, Reason.NOT_A_PARTY)
        assert world.system.desk.quote_of("Q1").state is QuoteState.POSTED


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


def refuse_quote(world: World, **changes: Any) -> None:
    with expects(ConversionDeskInvalidQuote, Reason.TERMS_INVALID):
        posted(world, **changes)
