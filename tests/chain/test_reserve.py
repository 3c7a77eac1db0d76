"""The reserve: cash at par, coins at a fresh price less the haircut, and the floor under every issue."""

from dataclasses import replace

import pytest

from settlement.chain.chain import to_bytes32
from settlement.chain.deployment import Mandate
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    DualControlNotProposed,
    PriceOracleNoPrice,
    ReserveInsufficient,
    ReserveOffMarket,
    RulebookRefused,
)
from settlement.domain.events import CoinsDeposited, CoinsSold
from settlement.domain.reasons import Reason
from tests.chain.expect import call, expects, fact, facts
from tests.chain.money import COIN, COIN_PRICE, FEEDERS, SU_PRICE, post_all, post_prices
from tests.world import COMPLIANCE, DAY, PROGRAMME, RAMP, SUPERVISOR, World, endow, su

CASH = su(20_000)
#: What a coin counts for: 60,000 SU less 5 %.
PER_COIN = su(57_000)


@pytest.fixture
def vault(unsealed: World) -> World:
    """A reserve that U brings coins to; the programme is only drafted, which is enough for its figures."""
    system = unsealed.system
    system.access.grant_role(SUPERVISOR, Mandate.INTAKE, "U")
    for feeder in FEEDERS:
        system.oracle.add_feeder(SUPERVISOR, feeder)
    system.regime.draft(SUPERVISOR, PROGRAMME)
    return unsealed


def deposit(world: World, coins: int, ref: str = "lot 1") -> object:
    """U puts coins in."""
    return facts(call(world, "U", world.system.reserve, "depositCoins", coins, to_bytes32(ref)))


@pytest.mark.rule("op.issue-reserve")
class TestValue:
    def test_cash_counts_at_par(self, world: World) -> None:
        reserve = world.system.reserve
        assert (reserve.holdings(), reserve.value()) == ((CASH, 0), CASH)

    def test_coins_count_at_their_price_less_the_haircut(self, vault: World) -> None:
        reserve = vault.system.reserve
        assert deposit(vault, 2 * COIN) == [fact(CoinsDeposited, "U", coins=2 * COIN, ref="lot 1")]
        post_prices(vault)
        assert reserve.holdings() == (0, 2 * COIN)
        assert reserve.coins_value(COIN) == PER_COIN
        assert reserve.value() == 2 * PER_COIN

    @pytest.mark.parametrize("coins", [0, 1, 3, 17, COIN - 1, COIN + 1])
    def test_is_rounded_down(self, vault: World, coins: int) -> None:
        post_all(vault, "SU", SU_PRICE + 1)
        post_all(vault, "COIN", COIN_PRICE - 1)
        at_market = coins * (COIN_PRICE - 1) // ((SU_PRICE + 1) * 100)
        assert vault.system.reserve.coins_value(coins) == at_market * 9_500 // 10_000

    @pytest.mark.parametrize("haircut", [0, 2_000, 10_000])
    def test_haircut_is_the_programmes(self, vault: World, haircut: int) -> None:
        vault.system.regime.draft(SUPERVISOR, replace(PROGRAMME, haircut=haircut))
        post_prices(vault)
        assert vault.system.reserve.coins_value(COIN) == su(60_000) * (10_000 - haircut) // 10_000


class TestSale:
    def test_coins_become_cash(self, vault: World) -> None:
        reserve = vault.system.reserve
        deposit(vault, 2 * COIN)
        post_prices(vault)
        _, sold = facts(reserve.sell_coins(COMPLIANCE, RAMP, COIN, su(59_000), "sale 1"))
        assert sold == fact(CoinsSold, RAMP, coins=COIN, proceeds=su(59_000), ref="sale 1")
        assert reserve.holdings() == (su(59_000), COIN)

    def test_no_more_than_there_are(self, vault: World) -> None:
        deposit(vault, COIN)
        with expects(ReserveInsufficient, Reason.INSUFFICIENT_BALANCE, COIN):
            vault.system.reserve.sell_coins(COMPLIANCE, RAMP, COIN + 1, su(1), "sale 1")

    @pytest.mark.rule("money.sale")
    @pytest.mark.parametrize(
        ("proceeds", "fits"),
        [(54_000, True), (66_000, True), (0, False), (2**256 - 1, False)],
    )
    def test_for_about_the_markets_price(self, vault: World, proceeds: int, fits: bool) -> None:
        reserve = vault.system.reserve
        deposit(vault, COIN)
        post_prices(vault)
        if fits:
            away = -1 if proceeds == 54_000 else 1
            with expects(ReserveOffMarket, Reason.TERMS_INVALID, su(54_000), su(66_000)):
                reserve.sell_coins(COMPLIANCE, RAMP, COIN, su(proceeds) + away, "sale 1")
            reserve.sell_coins(COMPLIANCE, RAMP, COIN, su(proceeds), "sale 2")
            assert reserve.holdings() == (su(proceeds), 0)
            return
        with expects(ReserveOffMarket, Reason.TERMS_INVALID):
            reserve.sell_coins(COMPLIANCE, RAMP, COIN, proceeds, "sale 1")
        with expects(ReserveOffMarket, Reason.TERMS_INVALID, 0, 0):
            reserve.sell_coins(COMPLIANCE, RAMP, 0, 1, "a short reserve made whole")

    @pytest.mark.rule("money.sale")
    def test_not_without_a_fresh_price(self, vault: World) -> None:
        deposit(vault, COIN)
        with expects(PriceOracleNoPrice, Reason.PRICE_STALE):
            vault.system.reserve.sell_coins(COMPLIANCE, RAMP, COIN, su(60_000), "sale 1")

    @pytest.mark.rule("money.sale", "compliance.two-person")
    def test_the_ramp_office_alone_states_nothing(self, vault: World) -> None:
        deposit(vault, COIN)
        post_prices(vault)
        reserve, terms = vault.system.reserve, (COIN, su(60_000), to_bytes32("sale 1"))
        with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
            call(vault, RAMP, reserve, "sellCoins", *terms)
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            reserve.propose(RAMP, "sellCoins", *terms)

    def test_cash_that_is_not_there_is_not_paid_out(self, unsealed: World) -> None:
        unsealed.system.access.grant_role(SUPERVISOR, Mandate.RAMP, "U")
        reserve = unsealed.system.reserve
        call(unsealed, "U", reserve, "depositCash", 5, to_bytes32("wire 1"))
        with expects(ReserveInsufficient, Reason.INSUFFICIENT_BALANCE, 5):
            call(unsealed, "U", reserve, "withdrawCash", 6, to_bytes32("wire 2"))


@pytest.mark.rule("op.issue-reserve", "money.coverage-floor")
class TestCoverage:
    def test_of_cash_to_the_unit(self, world: World) -> None:
        check = world.system.reserve.check_coverage
        assert (check(CASH), check(CASH + 1)) == (Reason.OK, Reason.RESERVE_SHORT)

    def test_of_coins_to_the_unit(self, vault: World) -> None:
        deposit(vault, COIN)
        post_prices(vault)
        check = vault.system.reserve.check_coverage
        assert (check(PER_COIN), check(PER_COIN + 1)) == (Reason.OK, Reason.RESERVE_SHORT)

    def test_floor_is_the_programmes_and_rounded_up(self, vault: World) -> None:
        vault.system.regime.draft(SUPERVISOR, replace(PROGRAMME, coverage_floor=15_000))
        deposit(vault, COIN)
        post_prices(vault)
        check = vault.system.reserve.check_coverage
        assert (check(su(38_000)), check(su(38_000) + 1)) == (Reason.OK, Reason.RESERVE_SHORT)

    def test_price_shock_stops_issues_and_a_recovery_lets_them_in(self, vault: World) -> None:
        deposit(vault, COIN)
        post_prices(vault)
        check = vault.system.reserve.check_coverage
        post_all(vault, "COIN", COIN_PRICE * 95 // 100)
        assert check(PER_COIN) is Reason.RESERVE_SHORT
        post_all(vault, "COIN", COIN_PRICE)
        assert check(PER_COIN) is Reason.OK

    @pytest.mark.parametrize("asset", ["SU", "COIN"])
    def test_pitfall_15_stale_price_fails_closed(self, vault: World, asset: str) -> None:
        reserve = vault.system.reserve
        deposit(vault, COIN)
        post_prices(vault)
        vault.advance(DAY + 10)
        post_all(vault, "COIN" if asset == "SU" else "SU", COIN_PRICE if asset == "SU" else SU_PRICE)
        assert reserve.check_coverage(1) is Reason.PRICE_STALE
        with expects(PriceOracleNoPrice, Reason.PRICE_STALE, to_bytes32(asset)):
            reserve.value()

    def test_pitfall_15_tripped_breaker_fails_closed(self, vault: World) -> None:
        deposit(vault, COIN)
        post_prices(vault)
        post_all(vault, "COIN", COIN_PRICE // 2)
        assert vault.system.reserve.check_coverage(1) is Reason.PRICE_STALE

    def test_cash_needs_no_price(self, world: World) -> None:
        """Without coins there is nothing to value, so no feeder can stop an issue against cash."""
        world.advance(10 * DAY)
        assert not world.system.oracle.is_fresh("COIN")
        world.system.ramp.issue(RAMP, "B", 5, "wire 7")
        assert world.system.reserve.value() == CASH + 5

    def test_issue_below_the_floor_is_refused(self, world: World) -> None:
        world.change_programme(replace(PROGRAMME, coverage_floor=15_000))
        with expects(RulebookRefused, Reason.RESERVE_SHORT):
            world.system.ramp.issue(RAMP, "B", 5, "wire 7")
        endow(world, su(10_000))
        with expects(RulebookRefused, Reason.RESERVE_SHORT):
            # An issue brings in cash for itself only, and the floor asks for half as much again.
            world.system.ramp.issue(RAMP, "B", 5, "wire 7")
        endow(world, 3)
        world.system.ramp.issue(RAMP, "B", 5, "wire 7")
        assert world.system.token.total_supply() == CASH + 5
