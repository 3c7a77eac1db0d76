"""Earmarks: what miners' output was issued for is good for one trade only, until that ends."""

from collections.abc import Callable

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import (
    ERC7943InsufficientUnfrozenBalance,
    RulebookRefused,
    SettlementTokenNotModule,
    SettlementTokenTradeRuns,
)
from settlement.domain.events import Earmarked, Moved
from settlement.domain.participants import Flow
from settlement.domain.reasons import Reason
from tests.chain.expect import expects, fact, facts, shown
from tests.chain.module import Module
from tests.chain.token import balances, change
from tests.world import (
    COMPLIANCE,
    DAY,
    END,
    KEEPER,
    RAMP,
    SECOND_REVIEWER,
    SUPERVISOR,
    World,
    endow,
    su,
)

BALANCE, MINED = su(10_000), su(100)


@pytest.fixture
def module(world: World) -> Module:
    """B holds MINED that is good for its trade with S only, and BALANCE."""
    endow(world, BALANCE)
    module = Module(world)
    module.intake("M", "B", MINED, "lot 1", "T-B-S")
    return module


@pytest.mark.rule("op.issue-ramp", "check.earmarked")
class TestIntake:
    def test_issues_and_earmarks(self, world: World, module: Module) -> None:
        movement = {"payer": "M", "payee": "C", "source": "issuance", "destination": "C"}
        assert facts(module.intake("M", "C", 5, "lot 2", "T-C-S")) == [
            fact(Moved, "U", flow="INTAKE", amount=5, ref="lot 2", trade="T-C-S", **movement),
            fact(Earmarked, "U", account="C", trade="T-C-S", amount=5),
        ]
        assert world.system.token.earmark_of("C", "T-C-S") == (5, 5)
        assert balances(world, "C") == [BALANCE + 5]

    def test_earmarks_add_up_by_trade_and_in_all(self, world: World, module: Module) -> None:
        module.intake("M", "B", 5, "lot 2", "T-B-S")
        module.intake("M", "B", 7, "lot 3", "T-B-T")
        token = world.system.token
        assert token.earmark_of("B", "T-B-S") == (MINED + 5, MINED + 12)
        assert token.earmark_of("B", "T-B-T") == (7, MINED + 12)

    @pytest.mark.parametrize(
        ("miner", "entity", "trade", "reason"),
        [
            ("B", "C", "T-C-S", Reason.ROLE_MISSING),
            ("M", "S", "T-B-S", Reason.ROLE_MISSING),
            ("M", "B", "T-C-S", Reason.PURPOSE_MISMATCH),
            ("M", "B", "T-0", Reason.PURPOSE_UNREGISTERED),
            ("M", "D", "T-D-S", Reason.PHASE_CLOSED),
            ("U", "B", "T-B-S", Reason.PARTICIPANT_UNKNOWN),
        ],
        ids=["no miner", "no entity", "another's trade", "no trade", "private in phase 1", "stranger"],
    )
    def test_no_other_shape(
        self, world: World, module: Module, miner: str, entity: str, trade: str, reason: Reason
    ) -> None:
        with expects(RulebookRefused, reason, reason):
            module.intake(miner, entity, 5, "lot 2", trade)

    @pytest.mark.parametrize("party", ["M", "B"])
    @pytest.mark.parametrize(
        ("what", "reason"), [("listed", Reason.LISTED_PARTY), ("revoked", Reason.LICENCE_REVOKED)]
    )
    def test_both_in_good_standing(
        self, world: World, module: Module, party: str, what: str, reason: Reason
    ) -> None:
        change(world, party, what)
        with expects(RulebookRefused, reason, reason):
            module.intake("M", "B", 5, "lot 2", "T-B-S")

    @pytest.mark.rule("op.issue-reserve")
    def test_reserve_covers_it(self, world: World, module: Module) -> None:
        left = BALANCE - MINED
        with expects(RulebookRefused, Reason.RESERVE_SHORT):
            module.intake("M", "B", left + 1, "lot 2", "T-B-S")
        module.intake("M", "B", left, "lot 2", "T-B-S")
        assert world.system.token.total_supply() == 3 * BALANCE

    def test_by_modules_for_it_only(self, world: World) -> None:
        module = Module(world, tuple(flow for flow in Flow if flow is not Flow.INTAKE))
        with expects(SettlementTokenNotModule, Reason.UNAUTHORISED, shown(address_of("U"))):
            module.intake("M", "B", 5, "lot 1", "T-B-S")


@pytest.mark.rule("check.earmarked")
class TestUse:
    def test_pays_under_its_trade_and_is_used_up_first(self, world: World, module: Module) -> None:
        token = world.system.token
        events = facts(token.transfer("B", "S", 5))
        assert events[0] == fact(Earmarked, "B", account="B", trade="T-B-S", amount=MINED - 5)
        assert token.earmark_of("B", "T-B-S") == (MINED - 5, MINED - 5)
        token.transfer("B", "S", MINED)
        assert token.earmark_of("B", "T-B-S") == (0, 0)
        assert balances(world, "B", "S") == [BALANCE - 5, MINED + 5]

    def test_pays_under_no_other(self, world: World, module: Module) -> None:
        token = world.system.token
        assert token.detect_transfer_restriction("B", "T", BALANCE + 1) is Reason.EARMARKED
        with expects(RulebookRefused, Reason.EARMARKED):
            token.transfer("B", "T", BALANCE + 1)
        token.transfer("B", "T", BALANCE)
        assert token.earmark_of("B", "T-B-S") == (MINED, MINED)

    #: Ways out that belong to no trade, or to another.
    WAYS: tuple[Callable[[World, Module], object], ...] = (
        lambda w, m: m.take(Flow.FUND, "B", "T", BALANCE + 1),
        lambda w, m: m.take(Flow.NET_LEG, "B", "U", BALANCE + 1, trade=""),
        lambda w, m: m.take(Flow.CONVERT, "B", "U", BALANCE + 1, trade=""),
        lambda w, m: w.system.ramp.redeem(RAMP, "B", BALANCE + 1, "wire 1"),
    )

    @pytest.mark.parametrize("way", WAYS, ids=["fund", "net leg", "convert", "redeem"])
    def test_nothing_gets_round_it(
        self, world: World, module: Module, way: Callable[[World, Module], object]
    ) -> None:
        world.system.token.approve("B", world.system.ramp, BALANCE + 1)
        with expects(RulebookRefused, Reason.EARMARKED):
            way(world, module)

    def test_refund_is_earmarked_again(self, world: World, module: Module) -> None:
        token = world.system.token
        module.take(Flow.FUND, "B", "S", MINED + 5)
        assert token.earmark_of("B", "T-B-S") == (0, 0)
        events = facts(module.pay_out(Flow.REFUND, "B", "B", MINED - 7, trade="T-B-S"))
        assert events[1:] == [fact(Earmarked, "U", account="B", trade="T-B-S", amount=MINED - 7)]
        # Of the rest no more than was earmarked.
        module.pay_out(Flow.REFUND, "B", "B", 12, trade="T-B-S")
        assert token.earmark_of("B", "T-B-S") == (MINED, MINED)

    def test_payment_frees_it_for_good(self, world: World, module: Module) -> None:
        module.take(Flow.FUND, "B", "S", MINED)
        module.pay_out(Flow.PAY, "B", "S", MINED)
        assert world.system.token.earmark_of("S", "T-B-S") == (0, 0)
        world.system.token.transfer("S", "C", MINED)
        assert balances(world, "S", "C") == [0, BALANCE + MINED]

    def test_refund_of_something_else_is_not_earmarked(self, world: World, module: Module) -> None:
        module.take(Flow.FUND, "B", "S", MINED, ref="C1")
        module.take(Flow.FUND, "C", "S", MINED, ref="C2")
        module.pay_out(Flow.REFUND, "C", "C", MINED, ref="C2", trade="T-C-S")
        assert world.system.token.earmark_of("C", "T-C-S") == (0, 0)

    def test_refund_out_of_quarantine_is_earmarked_again(self, world: World, module: Module) -> None:
        module.take(Flow.FUND, "B", "S", MINED)
        change(world, "S", "listed")
        module.pay_out(Flow.PAY, "B", "S", MINED)
        world.system.quarantine.release(COMPLIANCE, SECOND_REVIEWER, 1, to_payer=True)
        world.system.quarantine.claim(KEEPER, 1)
        assert world.system.token.earmark_of("B", "T-B-S") == (MINED, MINED)

    def test_above_the_balance_it_binds_what_comes_later(self, world: World, module: Module) -> None:
        token = world.system.token
        token.forced_transfer(COMPLIANCE, SUPERVISOR, "B", "C", BALANCE + MINED)
        assert token.earmark_of("B", "T-B-S") == (MINED, MINED)
        world.system.ramp.issue(RAMP, "B", MINED, "wire 1")
        with expects(RulebookRefused, Reason.EARMARKED):
            token.transfer("B", "T", 1)
        token.transfer("B", "S", MINED)
        assert balances(world, "B") == [0]

    def test_freeze_comes_first(self, world: World, module: Module) -> None:
        token = world.system.token
        token.set_frozen_tokens(SUPERVISOR, "B", BALANCE)
        with expects(RulebookRefused, Reason.EARMARKED):
            token.transfer("B", "T", MINED)
        token.transfer("B", "S", MINED)
        with expects(ERC7943InsufficientUnfrozenBalance, Reason.FROZEN):
            token.transfer("B", "S", 1)

    def test_pitfall_12_trade_named_twice_in_a_recovery(self, world: World, module: Module) -> None:
        token = world.system.token
        world.system.participants.add_wallet(COMPLIANCE, SUPERVISOR, "B", "B2")
        token.recover(SUPERVISOR, "B", "B2", ["T-B-S", "T-B-S"])
        assert token.earmark_of("B2", "T-B-S") == (MINED, MINED)
        with expects(RulebookRefused, Reason.EARMARKED):
            token.transfer("B2", "T", BALANCE + 1)


@pytest.mark.rule("check.earmarked")
class TestRelease:
    """The way out by time."""

    def test_bank_and_entity_cannot_cut_the_trade_short(self, world: World, module: Module) -> None:
        world.system.trades.amend("K", "T-B-S", su(1_000), world.now)
        world.advance(DAY)
        with expects(SettlementTokenTradeRuns, Reason.TOO_EARLY, to_bytes32("T-B-S")):
            world.system.token.release_earmark("B", "B", "T-B-S")

    def test_from_the_last_second_of_the_programme_on(self, world: World, module: Module) -> None:
        token = world.system.token
        world.advance_to(END)
        with expects(SettlementTokenTradeRuns, Reason.TOO_EARLY):
            token.release_earmark(KEEPER, "B", "T-B-S")
        # That took the programme's last second.
        assert facts(token.release_earmark(KEEPER, "B", "T-B-S")) == [
            fact(Earmarked, KEEPER, account="B", trade="T-B-S", amount=0)
        ]
        assert token.earmark_of("B", "T-B-S") == (0, 0)

    def test_of_one_trade_only(self, world: World, module: Module) -> None:
        module.intake("M", "B", 7, "lot 2", "T-B-T")
        world.system.regime.wind_down(SUPERVISOR)
        world.system.token.release_earmark(KEEPER, "B", "T-B-S")
        assert world.system.token.earmark_of("B", "T-B-T") == (7, 7)

    def test_not_while_the_regime_is_suspended(self, world: World, module: Module) -> None:
        world.system.regime.suspend(SUPERVISOR)
        with expects(SettlementTokenTradeRuns, Reason.TOO_EARLY):
            world.system.token.release_earmark("B", "B", "T-B-S")

    def test_in_the_wind_down(self, world: World, module: Module) -> None:
        world.system.regime.wind_down(SUPERVISOR)
        token = world.system.token
        token.release_earmark("B", "B", "T-B-S")
        token.approve("B", world.system.ramp, BALANCE + MINED)
        world.system.ramp.redeem(RAMP, "B", BALANCE + MINED, "wire 1")
        assert balances(world, "B") == [0]
