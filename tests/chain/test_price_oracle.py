"""The oracle: the median of fresh feeds, a breaker that two people reset, and everything fails closed."""

from statistics import median_low

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    DualControlNotProposed,
    DualControlSamePerson,
    PriceOracleBreakerTripped,
    PriceOracleFeederTaken,
    PriceOracleInvalidLimits,
    PriceOracleMedianMoved,
    PriceOracleNoPrice,
    PriceOracleNotFeeder,
    PriceOracleNotTripped,
    PriceOracleTooManyFeeders,
    PriceOracleZeroValue,
)
from settlement.chain.twins.price_oracle import AssetState
from settlement.domain.events import (
    BreakerReset,
    BreakerTripped,
    FeederAdded,
    FeederRemoved,
    PriceAccepted,
    PricePosted,
)
from settlement.domain.reasons import Reason
from tests.chain.expect import call, expects, fact, facts, shown
from tests.chain.money import FEEDERS, SU_PRICE, post_all
from tests.world import CO_APPROVER, DAY, KEEPER, SUPERVISOR, World

ASSET = to_bytes32("SU")
MAX_AGE, MAX_DEVIATION = DAY, 1_000
FALLEN = SU_PRICE * 70 // 100


@pytest.mark.rule("money.oracle-median")
class TestMedian:
    def test_three_feeds_make_a_price(self, world: World) -> None:
        oracle = world.system.oracle
        first, second, third = FEEDERS
        assert facts(oracle.post(first, "SU", 30)) == [fact(PricePosted, first, asset="SU", value=30)]
        oracle.post(second, "SU", 10)
        assert not oracle.is_fresh("SU")
        time = world.now
        assert facts(oracle.post(third, "SU", 20)) == [
            fact(PricePosted, third, asset="SU", value=20),
            fact(PriceAccepted, third, asset="SU", value=20),
        ]
        assert oracle.price("SU") == (20, time)
        assert oracle.is_fresh("SU")
        assert oracle.state_of("SU") == AssetState(20, time, False)

    @pytest.mark.parametrize("feeds", [0, 1, 2])
    def test_fewer_than_three_feeds_make_none(self, world: World, feeds: int) -> None:
        oracle = world.system.oracle
        for feeder in FEEDERS[:feeds]:
            oracle.post(feeder, "SU", 20)
        with expects(PriceOracleNoPrice, Reason.PRICE_STALE, ASSET):
            oracle.price("SU")
        assert not oracle.is_fresh("SU")
        assert oracle.median_of("SU") == (0, feeds)
        assert oracle.state_of("SU") == AssetState(0, 0, False)

    def test_of_an_even_number_it_is_the_lower_middle(self, world: World) -> None:
        oracle = world.system.oracle
        oracle.add_feeder(SUPERVISOR, KEEPER)
        post_all(world, "SU", 1_000, 1_001, 1_003)
        oracle.post(KEEPER, "SU", 1_002)
        assert oracle.price("SU")[0] == 1_001

    def test_a_feeder_has_one_value(self, world: World) -> None:
        oracle = world.system.oracle
        for _ in range(3):
            oracle.post(FEEDERS[0], "SU", 20)
        assert oracle.median_of("SU") == (0, 1)

    def test_assets_are_apart(self, world: World) -> None:
        post_all(world, "SU", 20)
        assert world.system.oracle.is_fresh("SU")
        assert not world.system.oracle.is_fresh("COIN")

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(values=st.lists(st.integers(1, 2**128 - 1), min_size=3, max_size=6))
    def test_property_median_of_whatever_is_posted(self, world: World, values: list[int]) -> None:
        chain, oracle = world.system.chain, world.system.oracle
        before = chain.snapshot()
        extra = ("keeper", "ramp", "compliance")[: max(0, len(values) - 3)]
        for feeder in extra:
            oracle.add_feeder(SUPERVISOR, feeder)
        for feeder, value in zip((*FEEDERS, *extra), values, strict=True):
            oracle.post(feeder, "NEW", value)
        assert oracle.median_of("NEW") == (median_low(values), len(values))
        chain.revert(before)


@pytest.mark.rule("money.oracle-rejects")
class TestRejectedValues:
    def test_zero_is_refused(self, world: World) -> None:
        with expects(PriceOracleZeroValue, Reason.TERMS_INVALID, ASSET):
            world.system.oracle.post(FEEDERS[0], "SU", 0)

    @pytest.mark.parametrize("wild", [1, SU_PRICE // 2, SU_PRICE * 100, 2**128 - 1])
    def test_a_single_deviant_feed_does_not_move_the_median(self, world: World, wild: int) -> None:
        oracle = world.system.oracle
        post_all(world, "SU", SU_PRICE)
        oracle.post(FEEDERS[1], "SU", wild)
        assert oracle.price("SU")[0] == SU_PRICE
        assert not oracle.state_of("SU").tripped

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        honest=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)),
        wild=st.integers(1, 2**128 - 1),
        who=st.integers(0, 2),
    )
    def test_property_the_price_stays_between_honest_feeds(
        self, world: World, honest: tuple[int, int], wild: int, who: int
    ) -> None:
        chain, oracle = world.system.chain, world.system.oracle
        before = chain.snapshot()
        post_all(world, "SU", SU_PRICE)
        values = [SU_PRICE + value for value in honest]
        for feeder, value in zip(FEEDERS, [*values[:who], wild, *values[who:]], strict=True):
            oracle.post(feeder, "SU", value)
        assert min(values) <= oracle.price("SU")[0] <= max(values)
        chain.revert(before)

    @pytest.mark.rule("money.oracle-median")
    def test_pitfall_15_stale_oracle_has_no_price(self, world: World) -> None:
        oracle = world.system.oracle
        start = world.now
        post_all(world, "SU", SU_PRICE)
        world.advance_to(start + MAX_AGE)
        assert oracle.is_fresh("SU"), "a value of exactly the greatest age counts"
        world.advance(1)
        assert not oracle.is_fresh("SU")
        with expects(PriceOracleNoPrice, Reason.PRICE_STALE, ASSET):
            oracle.price("SU")
        post_all(world, "SU", SU_PRICE)
        assert oracle.is_fresh("SU")

    def test_feeds_that_go_stale_do_not_move_the_price_unseen(self, world: World) -> None:
        oracle = world.system.oracle
        later = (KEEPER, "ramp", "compliance")
        for feeder in ("desk", *later):
            oracle.add_feeder(SUPERVISOR, feeder)
        post_all(world, "SU", SU_PRICE)
        oracle.post("desk", "SU", SU_PRICE)
        world.advance(DAY // 2)
        for feeder in later:
            oracle.post(feeder, "SU", FALLEN)
        assert oracle.price("SU")[0] == SU_PRICE
        world.advance(DAY // 2)
        assert oracle.median_of("SU") == (FALLEN, 3)
        assert not oracle.state_of("SU").tripped, "nobody posted since"
        with expects(PriceOracleBreakerTripped, Reason.PRICE_BREAKER, ASSET):
            oracle.price("SU")
        oracle.post(KEEPER, "SU", FALLEN)
        assert oracle.state_of("SU").tripped


@pytest.mark.rule("money.oracle-breaker")
class TestBreaker:
    def test_a_jump_of_the_median_trips_it(self, world: World) -> None:
        oracle = world.system.oracle
        post_all(world, "SU", SU_PRICE)
        oracle.post(FEEDERS[0], "SU", FALLEN)
        accepted_at = oracle.state_of("SU").accepted_at
        assert oracle.is_fresh("SU"), "one feed alone moves nothing"
        assert facts(oracle.post(FEEDERS[1], "SU", FALLEN)) == [
            fact(PricePosted, FEEDERS[1], asset="SU", value=FALLEN),
            fact(BreakerTripped, FEEDERS[1], asset="SU", accepted=SU_PRICE, median=FALLEN),
        ]
        assert not oracle.is_fresh("SU")
        assert oracle.state_of("SU") == AssetState(SU_PRICE, accepted_at, True)
        with expects(PriceOracleBreakerTripped, Reason.PRICE_BREAKER, ASSET):
            oracle.price("SU")

    @pytest.mark.parametrize("sign", [-1, 1], ids=["down", "up"])
    def test_exactly_the_deviation_allowed_passes(self, world: World, sign: int) -> None:
        oracle = world.system.oracle
        moved = SU_PRICE + sign * SU_PRICE * MAX_DEVIATION // 10_000
        post_all(world, "SU", SU_PRICE)
        post_all(world, "SU", moved)
        assert oracle.price("SU")[0] == moved

    @pytest.mark.parametrize("sign", [-1, 1], ids=["down", "up"])
    def test_a_unit_more_does_not(self, world: World, sign: int) -> None:
        post_all(world, "SU", SU_PRICE)
        post_all(world, "SU", SU_PRICE + sign * (SU_PRICE * MAX_DEVIATION // 10_000 + 1))
        assert world.system.oracle.state_of("SU").tripped

    def test_it_does_not_reset_itself(self, world: World) -> None:
        post_all(world, "SU", SU_PRICE)
        post_all(world, "SU", FALLEN)
        assert facts(post_all(world, "SU", SU_PRICE)) == [
            fact(PricePosted, FEEDERS[2], asset="SU", value=SU_PRICE)
        ]
        assert not world.system.oracle.is_fresh("SU")

    @pytest.mark.rule("compliance.two-person")
    @pytest.mark.parametrize(
        ("first", "second"), [(SUPERVISOR, CO_APPROVER), (CO_APPROVER, SUPERVISOR)], ids=lambda office: office
    )
    def test_two_people_reset_it(self, world: World, first: str, second: str) -> None:
        oracle = world.system.oracle
        post_all(world, "SU", SU_PRICE)
        post_all(world, "SU", FALLEN)
        _, reset = facts(oracle.reset_breaker(first, second, "SU", FALLEN + 1))
        assert reset == fact(BreakerReset, second, asset="SU", value=FALLEN)
        assert oracle.price("SU")[0] == FALLEN

    def test_one_person_does_not(self, world: World) -> None:
        oracle = world.system.oracle
        post_all(world, "SU", SU_PRICE)
        post_all(world, "SU", FALLEN)
        with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
            call(world, SUPERVISOR, oracle, "resetBreaker", ASSET, FALLEN)
        with expects(
            DualControlSamePerson, Reason.SAME_PERSON, shown(world.system.chain.introduce(SUPERVISOR))
        ):
            oracle.reset_breaker(SUPERVISOR, SUPERVISOR, "SU", FALLEN)
        with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
            call(world, CO_APPROVER, oracle, "resetBreaker", ASSET, FALLEN - 1)
        assert not oracle.is_fresh("SU")

    def test_not_at_a_price_that_is_gone(self, world: World) -> None:
        oracle = world.system.oracle
        post_all(world, "SU", SU_PRICE)
        post_all(world, "SU", FALLEN)
        post_all(world, "SU", FALLEN // 2)
        with expects(PriceOracleMedianMoved, Reason.TERMS_CHANGED, ASSET, FALLEN // 2):
            oracle.reset_breaker(SUPERVISOR, CO_APPROVER, "SU", FALLEN)
        assert not oracle.is_fresh("SU")

    def test_not_without_fresh_feeds(self, world: World) -> None:
        post_all(world, "SU", SU_PRICE)
        post_all(world, "SU", FALLEN)
        world.advance(MAX_AGE + 10)
        with expects(PriceOracleNoPrice, Reason.PRICE_STALE, ASSET):
            world.system.oracle.reset_breaker(SUPERVISOR, CO_APPROVER, "SU", FALLEN)

    def test_not_one_that_is_not_tripped(self, world: World) -> None:
        post_all(world, "SU", SU_PRICE)
        with expects(PriceOracleNotTripped, Reason.WRONG_STATE, ASSET):
            world.system.oracle.reset_breaker(SUPERVISOR, CO_APPROVER, "SU", SU_PRICE)

    @pytest.mark.rule("actor.office")
    @pytest.mark.parametrize("actor", [*FEEDERS, "desk", KEEPER])
    def test_others_neither_propose_nor_reset(self, world: World, actor: str) -> None:
        oracle = world.system.oracle
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            oracle.propose(actor, "resetBreaker", ASSET, FALLEN)
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            call(world, actor, oracle, "resetBreaker", ASSET, FALLEN)


class TestFeeders:
    @pytest.mark.rule("money.oracle-median")
    def test_supervisor_adds_and_removes_them(self, world: World) -> None:
        oracle = world.system.oracle
        assert oracle.feeders() == set(FEEDERS)
        assert facts(oracle.add_feeder(SUPERVISOR, KEEPER)) == [fact(FeederAdded, SUPERVISOR, feeder=KEEPER)]
        assert oracle.feeders() == {*FEEDERS, KEEPER}
        removed = facts(oracle.remove_feeder(SUPERVISOR, KEEPER))
        assert removed == [fact(FeederRemoved, SUPERVISOR, feeder=KEEPER)]
        assert oracle.feeders() == set(FEEDERS)

    @pytest.mark.rule("money.oracle-rejects")
    def test_what_a_removed_feeder_posted_does_not_count_again(self, world: World) -> None:
        oracle = world.system.oracle
        post_all(world, "SU", SU_PRICE)
        oracle.remove_feeder(SUPERVISOR, FEEDERS[0])
        assert oracle.median_of("SU") == (0, 2)
        oracle.add_feeder(SUPERVISOR, FEEDERS[0])
        assert oracle.median_of("SU") == (0, 2)
        oracle.post(FEEDERS[0], "SU", SU_PRICE)
        assert oracle.is_fresh("SU")

    @pytest.mark.rule("money.oracle-rejects")
    @pytest.mark.parametrize("actor", [SUPERVISOR, KEEPER, "B", "U"])
    def test_nobody_else_posts(self, world: World, actor: str) -> None:
        with expects(PriceOracleNotFeeder, Reason.UNAUTHORISED, shown(world.system.chain.introduce(actor))):
            world.system.oracle.post(actor, "SU", SU_PRICE)

    def test_nobody_is_one_twice(self, world: World) -> None:
        with expects(PriceOracleFeederTaken, Reason.ALREADY_USED):
            world.system.oracle.add_feeder(SUPERVISOR, FEEDERS[0])
        with expects(PriceOracleFeederTaken, Reason.ALREADY_USED, shown(bytes(20))):
            call(world, SUPERVISOR, world.system.oracle, "addFeeder", bytes(20))

    def test_who_is_none_is_not_removed(self, world: World) -> None:
        with expects(PriceOracleNotFeeder, Reason.UNAUTHORISED):
            world.system.oracle.remove_feeder(SUPERVISOR, KEEPER)

    def test_there_are_at_most_fifteen(self, world: World) -> None:
        oracle = world.system.oracle
        for number in range(4, 16):
            oracle.add_feeder(SUPERVISOR, f"feeder {number}")
        with expects(PriceOracleTooManyFeeders, Reason.TERMS_INVALID, 15):
            oracle.add_feeder(SUPERVISOR, "feeder 16")

    @pytest.mark.rule("actor.office")
    @pytest.mark.parametrize("actor", [CO_APPROVER, FEEDERS[0], KEEPER])
    def test_only_the_supervisor(self, world: World, actor: str) -> None:
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            world.system.oracle.add_feeder(actor, KEEPER)
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            world.system.oracle.remove_feeder(actor, FEEDERS[0])


@pytest.mark.parametrize(("max_age", "max_deviation"), [(0, 1_000), (DAY, 0), (DAY, 10_001)])
def test_limits_that_limit_nothing_are_refused(world: World, max_age: int, max_deviation: int) -> None:
    with expects(PriceOracleInvalidLimits, Reason.TERMS_INVALID):
        arguments = world.system.access.address, max_age, max_deviation
        world.system.chain.deploy(SUPERVISOR, "PriceOracle", *arguments)


def test_limits_are_stated(world: World) -> None:
    assert world.system.oracle.limits() == (MAX_AGE, MAX_DEVIATION)
