"""Contracts that move value for others: their flows, their allowances, and what they hold.

Numbers of pitfalls are those of the design notes on contracts.
"""

from collections.abc import Callable
from typing import Any

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.reverts import (
    DualControlNotProposed,
    ERC20InsufficientAllowance,
    ERC7943InsufficientUnfrozenBalance,
    RulebookRefused,
    SettlementTokenNotModule,
    SettlementTokenProtectedAccount,
    SettlementTokenQuarantineSet,
)
from settlement.domain.events import ModuleRegistered, Moved
from settlement.domain.participants import Flow
from settlement.domain.reasons import Reason
from tests.chain.expect import call, expects, fact, facts, shown
from tests.chain.module import Module
from tests.chain.token import balances
from tests.chain.traders import BALANCE
from tests.world import COMPLIANCE, SUPERVISOR, World


class TestModules:
    def test_register(self, world: World) -> None:
        token, calendar = world.system.token, world.system.calendar
        assert token.module_flows(calendar) == ()
        flows = (Flow.FUND, Flow.RECOVERY)
        _, *told = facts(token.appoint_module(COMPLIANCE, SUPERVISOR, calendar, reversed(flows)))
        assert told == [
            fact(ModuleRegistered, SUPERVISOR, module="BusinessCalendar", flows=["FUND", "RECOVERY"])
        ]
        assert token.module_flows(calendar) == flows

    @pytest.mark.rule("op.seize")
    def test_one_person_appoints_no_module_once_the_programme_is_approved(self, world: World) -> None:
        """A module for net legs takes without an allowance: its appointment could stand for a seizure."""
        with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
            world.system.token.register_module(SUPERVISOR, "U", (Flow.NET_LEG,))

    def test_flows_are_replaced_and_taken_away(self, world: World) -> None:
        token, module = world.system.token, Module(world, (Flow.FUND,))
        token.appoint_module(COMPLIANCE, SUPERVISOR, "U", (Flow.PAY,))
        assert token.module_flows("U") == (Flow.PAY,)
        with expects(SettlementTokenNotModule, Reason.UNAUTHORISED, shown(address_of("U"))):
            module.take(Flow.FUND, "B", "S", 5)
        token.appoint_module(COMPLIANCE, SUPERVISOR, "U", ())
        assert token.module_flows("U") == ()

    @pytest.mark.rule("check.flow")
    @pytest.mark.parametrize("allowed", [Flow.PAY, Flow.REFUND, Flow.AWARD], ids=lambda f: f.name)
    @pytest.mark.parametrize("tried", [Flow.FUND, Flow.PAY, Flow.REFUND, Flow.AWARD], ids=lambda f: f.name)
    def test_module_moves_its_own_flows_only(self, world: World, allowed: Flow, tried: Flow) -> None:
        module = Module(world)
        module.take(Flow.FUND, "B", "S", 5)
        world.system.token.appoint_module(COMPLIANCE, SUPERVISOR, "U", (allowed,))
        payee, trade = ("B" if tried is Flow.REFUND else "S"), "T-B-S"
        if tried is allowed:
            module.pay_out(tried, "B", payee, 5, trade=trade)
            assert world.system.token.balance_of("U") == 0
            return
        with expects(SettlementTokenNotModule, Reason.UNAUTHORISED, shown(address_of("U"))):
            module.pay_out(tried, "B", payee, 5, trade=trade)

    def test_account_with_a_freeze_cannot_become_a_module(self, world: World) -> None:
        token, calendar = world.system.token, world.system.calendar
        call(world, SUPERVISOR, token, "setFrozenTokens", calendar.address, 1)
        with expects(SettlementTokenProtectedAccount, Reason.PROTECTED_ACCOUNT, shown(calendar.address)):
            token.appoint_module(COMPLIANCE, SUPERVISOR, calendar, Flow)

    def test_quarantine_is_set_once(self, world: World) -> None:
        quarantine = world.system.quarantine
        with expects(SettlementTokenQuarantineSet, Reason.ALREADY_USED, shown(quarantine.address)):
            world.system.token.set_quarantine(SUPERVISOR, quarantine)

    def test_take_and_pay_out(self, world: World) -> None:
        token, module = world.system.token, Module(world)
        common = {"payer": "B", "payee": "S", "amount": 5, "ref": "C1", "trade": "T-B-S"}
        assert facts(module.take(Flow.FUND, "B", "S", 5)) == [
            fact(Moved, "U", flow="FUND", source="B", destination="U", **common)
        ]
        assert (token.allowance("B", "U"), balances(world, "B", "U")) == (0, [BALANCE - 5, 5])
        assert facts(module.pay_out(Flow.PAY, "B", "S", 5)) == [
            fact(Moved, "U", flow="PAY", source="U", destination="S", **common)
        ]
        assert balances(world, "U", "S") == [0, 5]

    def test_take_needs_an_allowance(self, world: World) -> None:
        module = Module(world)
        movement = Flow.FUND, address_of("B"), address_of("S"), 5, bytes(32), b"T-B-S".ljust(32, b"\0")
        with expects(ERC20InsufficientAllowance, Reason.INSUFFICIENT_ALLOWANCE, shown(address_of("U")), 0, 5):
            call(world, module.name, world.system.token, "take", *movement)

    def test_take_of_frozen_value_is_refused(self, world: World) -> None:
        world.system.token.set_frozen_tokens(SUPERVISOR, "B", 1)
        args = (shown(address_of("B")), BALANCE, BALANCE - 1)
        with expects(ERC7943InsufficientUnfrozenBalance, Reason.FROZEN, *args):
            Module(world).take(Flow.FUND, "B", "S", BALANCE)

    def test_net_leg_needs_no_allowance(self, world: World) -> None:
        """Its payer agreed by entering what is netted."""
        module = Module(world)
        house = address_of(module.name)
        movement = Flow.NET_LEG, address_of("B"), house, 5, bytes(32), bytes(32)
        call(world, module.name, world.system.token, "take", *movement)
        assert balances(world, "B", "U") == [BALANCE - 5, 5]

    @pytest.mark.rule("op.seize")
    @pytest.mark.parametrize(
        ("function", "arguments"),
        [
            ("setFrozenTokens", lambda module: (module, 1)),
            ("recover", lambda module: (module, address_of("B"), [])),
        ],
        ids=["freeze", "recover"],
    )
    def test_pitfall_06_value_held_for_others_is_out_of_reach(
        self, world: World, function: str, arguments: Callable[[bytes], tuple[Any, ...]]
    ) -> None:
        Module(world).take(Flow.FUND, "B", "S", 5)
        with expects(SettlementTokenProtectedAccount, Reason.PROTECTED_ACCOUNT, shown(address_of("U"))):
            call(world, SUPERVISOR, world.system.token, function, *arguments(address_of("U")))
        assert balances(world, "U") == [5]

    @pytest.mark.rule("op.seize")
    @pytest.mark.parametrize(("source", "to"), [("U", "B"), ("B", "U")], ids=["from", "to"])
    def test_pitfall_06_value_held_for_others_is_not_seized(self, world: World, source: str, to: str) -> None:
        Module(world).take(Flow.FUND, "B", "S", 5)
        with expects(SettlementTokenProtectedAccount, Reason.PROTECTED_ACCOUNT, shown(address_of("U"))):
            world.system.token.forced_transfer(COMPLIANCE, SUPERVISOR, source, to, 1)
        assert balances(world, "U") == [5]

    def test_allowance_alone_moves_nothing_into_a_module(self, world: World) -> None:
        Module(world)
        world.system.token.approve("B", "C", BALANCE)
        with expects(RulebookRefused, Reason.PARTICIPANT_UNKNOWN):
            world.system.token.transfer_from("C", "B", "U", BALANCE)
