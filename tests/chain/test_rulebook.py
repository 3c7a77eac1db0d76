"""The one place that decides: the regime, the purpose of a movement, and what is held."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from settlement.domain.participants import Flow, Stage
from settlement.domain.reasons import Reason
from tests.chain.traders import (
    AMOUNT,
    BALANCE,
    QUESTIONS,
    TRADE,
    TRADERS,
    answers,
    ask,
    earmark,
    enter,
    only,
    open_,
    open_trade,
)
from tests.world import END, PROGRAMME, SUPERVISOR, WIND_DOWN_END, World, su

EXITS = {"PAY", "AWARD", "REFUND", "REDEEM", "SEIZE", "CONVERT out", "RECOVERY", "NET_LEG out"}


# Stage and flow


def _suspend(world: World) -> None:
    world.system.regime.suspend(SUPERVISOR)


def _wind_down(world: World) -> None:
    world.system.regime.wind_down(SUPERVISOR)


@pytest.mark.rule("check.stage", "regime.exits-only", "regime.suspended-nothing-moves", "regime.expire")
@pytest.mark.parametrize(
    ("stage", "arrange", "entry", "net_leg", "exit_"),
    [
        (Stage.ACTIVE, lambda world: None, Reason.OK, Reason.OK, Reason.OK),
        (
            Stage.SUSPENDED,
            _suspend,
            Reason.REGIME_SUSPENDED,
            Reason.REGIME_SUSPENDED,
            Reason.REGIME_SUSPENDED,
        ),
        (Stage.WIND_DOWN, _wind_down, Reason.REGIME_WINDING_DOWN, Reason.OK, Reason.OK),
        (
            Stage.WIND_DOWN,
            lambda w: w.advance_to(END + 1),
            Reason.REGIME_WINDING_DOWN,
            Reason.OK,
            Reason.OK,
        ),
        (
            Stage.EXPIRED,
            lambda w: w.advance_to(WIND_DOWN_END + 1),
            Reason.REGIME_EXPIRED,
            Reason.REGIME_EXPIRED,
            Reason.OK,
        ),
    ],
    ids=["active", "suspended", "wound down early", "wound down by time", "expired"],
)
def test_stage_decides_on_entries_and_exits(
    traders: World,
    stage: Stage,
    arrange: Callable[[World], None],
    entry: Reason,
    net_leg: Reason,
    exit_: Reason,
) -> None:
    arrange(traders)
    assert traders.system.regime.stage() is stage
    expected = {question: exit_ if question in EXITS else entry for question in QUESTIONS}
    assert answers(traders) == {**expected, "NET_LEG in": net_leg}
    assert open_(traders) is entry
    assert traders.system.rulebook.check_obligation("P", "Q", AMOUNT, "T-P-Q") is entry


@pytest.mark.rule("check.stage")
def test_nothing_passes_before_the_regime_starts(bare: World) -> None:
    assert set(answers(bare).values()) == {Reason.REGIME_NOT_ACTIVE}
    assert open_(bare) is Reason.REGIME_NOT_ACTIVE


@pytest.mark.rule("check.flow", "regime.programme-direct")
def test_programme_without_direct_payments(elsewhere: World) -> None:
    assert ask(elsewhere, "DIRECT", "B", "S") is Reason.FLOW_NOT_PERMITTED
    assert ask(elsewhere, "FUND", "B", "S") is Reason.OK
    assert ask(elsewhere, "DIRECT", "U", "U") is Reason.FLOW_NOT_PERMITTED


@pytest.mark.rule("regime.programme-ban", "regime.programme-home")
def test_programme_without_domestic_ban(elsewhere: World) -> None:
    assert ask(elsewhere, "FUND", "B", "C") is Reason.OK
    assert ask(elsewhere, "PAY", "B", "C") is Reason.OK
    assert ask(elsewhere, "FUND", "S", "T") is Reason.NO_RESIDENT_PARTY


@pytest.mark.rule("regime.programme-instruments")
def test_programme_admits_instruments(traders: World) -> None:
    traders.change_programme(replace(PROGRAMME, instruments=0b101))
    asked = [open_(traders, instrument=instrument) for instrument in range(4)]
    refused = Reason.INSTRUMENT_NOT_PERMITTED
    assert asked == [Reason.OK, refused, Reason.OK, refused]


def test_credit_ends_before_the_regime(traders: World) -> None:
    assert open_(traders, until=END) is Reason.OK
    assert open_(traders, until=END + 1) is Reason.BEYOND_REGIME


# Purpose


@pytest.mark.rule("check.purpose")
class TestPurpose:
    @pytest.mark.parametrize(
        ("trade", "expected"),
        [
            ("T-P-Q", Reason.OK),
            ("", Reason.PURPOSE_UNREGISTERED),
            ("T-0", Reason.PURPOSE_UNREGISTERED),
            ("T-B-S", Reason.PURPOSE_MISMATCH),
            ("T-P", Reason.PURPOSE_MISMATCH),
        ],
    )
    def test_trade_of_these_two(self, traders: World, trade: str, expected: Reason) -> None:
        for sides in (("P", "Q"), ("Q", "P")):
            assert {ask(traders, flow, *sides, trade=trade) for flow in TRADE} == {expected}
            assert open_(traders, *sides, trade=trade) is expected

    @pytest.mark.rule("regime.programme-goods")
    @pytest.mark.parametrize(("chapter", "expected"), [(85, Reason.OK), (86, Reason.GOODS_OUT_OF_SCOPE)])
    def test_goods_in_scope(self, traders: World, chapter: int, expected: Reason) -> None:
        enter(traders, "Y", TRADERS["Q"])
        open_trade(traders, "P", "Y", chapter=chapter)
        assert {ask(traders, flow, "P", "Y") for flow in TRADE} == {expected}
        assert open_(traders, "P", "Y") is expected

    def test_until_its_last_second(self, traders: World) -> None:
        last = traders.now + 100
        traders.system.trades.amend("K", "T-P-Q", su(10_000), last)
        traders.advance_to(last)
        assert {ask(traders, flow) for flow in TRADE} == {Reason.OK}
        traders.advance_to(last + 1)
        assert {ask(traders, flow) for flow in TRADE} == {Reason.PURPOSE_EXPIRED}
        assert open_(traders) is Reason.PURPOSE_EXPIRED

    def test_as_much_as_it_is_worth(self, traders: World) -> None:
        traders.system.trades.amend("K", "T-P-Q", AMOUNT, WIND_DOWN_END)
        assert {ask(traders, flow) for flow in TRADE} == {Reason.OK}
        assert {ask(traders, flow, amount=AMOUNT + 1) for flow in TRADE} == {Reason.PURPOSE_EXHAUSTED}
        assert open_(traders, amount=AMOUNT + 1) is Reason.PURPOSE_EXHAUSTED

    @pytest.mark.rule("check.travel")
    def test_travel_record(self, traders: World) -> None:
        enter(traders, "Y", TRADERS["Q"])
        trade = open_trade(traders, "P", "Y", travel=False)
        assert {ask(traders, flow, "P", "Y") for flow in TRADE} == {Reason.TRAVEL_DATA_MISSING}
        # It is due when value moves, not when a credit is agreed.
        assert open_(traders, "P", "Y") is Reason.OK
        traders.system.trades.record_travel("Y", trade, b"\7" * 32)
        assert {ask(traders, flow, "P", "Y") for flow in TRADE} == {Reason.OK}

    def test_intake_is_for_a_trade_of_the_entity(self, traders: World) -> None:
        check_flow = traders.system.token.check_flow
        for trade, expected in (
            ("T-Q", Reason.OK),
            ("T-P", Reason.PURPOSE_MISMATCH),
            ("", Reason.PURPOSE_UNREGISTERED),
        ):
            assert check_flow(Flow.INTAKE, "P", "Q", None, "Q", AMOUNT, trade) is expected


# What is held


@pytest.mark.parametrize(
    ("amount", "frozen", "expected"),
    [
        (0, 0, Reason.OK),
        (BALANCE, 0, Reason.OK),
        (BALANCE + 1, 0, Reason.INSUFFICIENT_BALANCE),
        (BALANCE - 1, 1, Reason.OK),
        (BALANCE, 1, Reason.FROZEN),
        (1, BALANCE, Reason.FROZEN),
        (1, BALANCE + 1, Reason.FROZEN),
        (0, BALANCE + 1, Reason.OK),
        # FROZEN means held but frozen, so that it and the next exclude each other, as ERC-7943 has it.
        (BALANCE + 1, 1, Reason.INSUFFICIENT_BALANCE),
    ],
)
@pytest.mark.rule("check.frozen", "check.balance")
def test_holding(traders: World, amount: int, frozen: int, expected: Reason) -> None:
    traders.system.token.set_frozen_tokens(SUPERVISOR, "B", frozen)
    # Issuing takes from nobody; enforcement reaches frozen value, and recovery takes the freeze along.
    issued = dict.fromkeys(("ISSUE", "INTAKE"), Reason.OK)
    enforced = Reason.OK if expected is Reason.FROZEN else expected
    assert answers(traders, amount=amount) == {
        **dict.fromkeys(QUESTIONS, expected),
        **issued,
        "SEIZE": enforced,
        "RECOVERY": enforced,
    }


@pytest.mark.rule("check.earmarked")
def test_earmarked_value_is_good_for_its_trade_only(traders: World) -> None:
    earmark(traders, AMOUNT)
    assert traders.system.token.earmark_of("B", "T-B-T") == (AMOUNT, AMOUNT)
    assert set(answers(traders, amount=BALANCE).values()) == {Reason.OK}
    held_back = set(QUESTIONS) - {"ISSUE", "INTAKE", "SEIZE", "RECOVERY"}
    assert answers(traders, amount=BALANCE + 1) == only(Reason.EARMARKED, held_back)
    assert ask(traders, "DIRECT", "B", "T", BALANCE + AMOUNT) is Reason.OK
    # What is frozen is not spent on the trade either.
    traders.system.token.set_frozen_tokens(SUPERVISOR, "B", 1)
    assert ask(traders, "DIRECT", "B", "T", BALANCE + AMOUNT) is Reason.FROZEN
