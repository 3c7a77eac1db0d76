"""The register of trades: who enters what, and how headroom is used and given back."""

from collections.abc import Callable
from typing import Any

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import (
    ContractRevert,
    RulebookRefused,
    TradeRegistryInvalidTrade,
    TradeRegistryNotEntitled,
    TradeRegistryNumberTaken,
    TradeRegistryUnknown,
)
from settlement.chain.twins.trade_registry import Trade, TradeRegistry
from settlement.domain.events import (
    Event,
    TradeAmended,
    TradeDesignated,
    TradeRegistered,
    TravelRecorded,
)
from settlement.domain.participants import LicenceStatus
from settlement.domain.reasons import Reason
from tests.chain.expect import expects, fact, facts, shown
from tests.world import CHAPTER, COMPLIANCE, PARTICIPANTS, SUPERVISOR, WIND_DOWN_END, World, su

RECORD = b"\7" * 32
#: What is registered in these tests, unless a test says otherwise.
TERMS: dict[str, Any] = {
    "entity": "B",
    "counterparty": "S",
    "value": su(100),
    "until": WIND_DOWN_END,
    "chapter": CHAPTER,
}


def register(world: World, trade: str = "T-1", actor: str = "K", **changes: Any) -> tuple[Event, ...]:
    """Register a trade."""
    return world.system.trades.register(actor, trade, **{**TERMS, **changes})


@pytest.mark.rule("compliance.trade-registered")
class TestRegister:
    @pytest.mark.rule("check.purpose")
    def test_sponsoring_bank_registers(self, world: World) -> None:
        assert facts(register(world)) == [fact(TradeRegistered, "K", trade="T-1", **TERMS)]
        expected = Trade(**TERMS, used=0, travel_record=b"")
        assert world.system.trades.trade_of("T-1") == expected
        assert expected.headroom == su(100)

    def test_unregistered_trade_is_empty(self, world: World) -> None:
        assert world.system.trades.trade_of("T-1") == Trade("", "", 0, 0, 0, 0, b"")

    @pytest.mark.parametrize("number", ["T-B-S", ""], ids=["taken", "none"])
    def test_number_is_used_once(self, world: World, number: str) -> None:
        with expects(TradeRegistryNumberTaken, Reason.ALREADY_USED, to_bytes32(number)):
            register(world, number)

    @pytest.mark.parametrize(
        "fault",
        [
            {"counterparty": ""},
            {"counterparty": "B"},
            {"value": 0},
            {"until": 0},
            {"chapter": 0},
            {"chapter": 100},
        ],
        ids=str,
    )
    def test_incomplete_trade_is_refused(self, world: World, fault: dict[str, Any]) -> None:
        with expects(TradeRegistryInvalidTrade, Reason.TERMS_INVALID):
            register(world, **fault)

    @pytest.mark.parametrize("chapter", [1, 99])
    def test_the_extremes_pass(self, world: World, chapter: int) -> None:
        register(world, chapter=chapter, value=1, until=world.now)
        assert world.system.trades.trade_of("T-1").chapter == chapter

    @pytest.mark.parametrize("actor", ["B", "S", "C", "U", SUPERVISOR, COMPLIANCE])
    def test_nobody_else_registers(self, world: World, actor: str) -> None:
        with expects(TradeRegistryNotEntitled, Reason.NOT_A_PARTY, shown(address_of(actor))):
            register(world, actor=actor)

    def test_bank_of_somebody_else_registers_nothing(self, world: World) -> None:
        world.system.participants.register(SUPERVISOR, "X", PARTICIPANTS["K"], account="U")
        with expects(TradeRegistryNotEntitled, Reason.NOT_A_PARTY):
            register(world, actor="U")
        world.system.participants.set_sponsor(SUPERVISOR, "B", "X")
        register(world, actor="U")
        with expects(TradeRegistryNotEntitled, Reason.NOT_A_PARTY):
            register(world, "T-2")

    def test_entity_that_nobody_sponsors_has_no_trades(self, world: World) -> None:
        """A caller that is nobody must not pass for the bank of whoever has none."""
        world.system.participants.set_sponsor(SUPERVISOR, "B", "")
        for actor in ("K", "U"):
            with expects(TradeRegistryNotEntitled, Reason.NOT_A_PARTY):
                register(world, actor=actor)


@pytest.mark.parametrize(
    "step",
    [
        lambda world: register(world, "T-2"),
        lambda world: world.system.trades.amend("K", "T-1", su(1), WIND_DOWN_END),
    ],
    ids=["register", "amend"],
)
@pytest.mark.parametrize("what", ["suspended", "revoked", "expired", "retired"])
def test_bank_must_stand_and_act_through_a_live_wallet(
    world: World, step: Callable[[World], object], what: str
) -> None:
    register(world)
    participants = world.system.participants
    match what:
        case "suspended":
            participants.set_licence(SUPERVISOR, "K", LicenceStatus.SUSPENDED, WIND_DOWN_END)
        case "revoked":
            participants.set_licence(SUPERVISOR, "K", LicenceStatus.REVOKED, WIND_DOWN_END)
        case "expired":
            participants.set_licence(SUPERVISOR, "K", LicenceStatus.ACTIVE, world.now)
        case "retired":
            participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "K", "K", "U")
    with expects(TradeRegistryNotEntitled, Reason.NOT_A_PARTY, shown(address_of("K"))):
        step(world)


@pytest.mark.rule("compliance.trade-registered")
class TestAmend:
    def test_value_and_term(self, world: World) -> None:
        register(world)
        assert facts(world.system.trades.amend("K", "T-1", su(50), WIND_DOWN_END - 1)) == [
            fact(TradeAmended, "K", trade="T-1", value=su(50), until=WIND_DOWN_END - 1)
        ]
        trade = world.system.trades.trade_of("T-1")
        assert (trade.value, trade.until) == (su(50), WIND_DOWN_END - 1)

    def test_not_below_what_was_used(self, world: World) -> None:
        world.system.token.transfer("B", "S", su(5))
        number = world.trade("B", "S")
        with expects(TradeRegistryInvalidTrade, Reason.TERMS_INVALID):
            world.system.trades.amend("K", number, su(5) - 1, WIND_DOWN_END)
        world.system.trades.amend("K", number, su(5), WIND_DOWN_END)
        assert world.system.trades.trade_of(number).headroom == 0
        with expects(RulebookRefused, Reason.PURPOSE_EXHAUSTED):
            world.system.token.transfer("B", "S", 1)

    def test_not_to_nothing(self, world: World) -> None:
        register(world)
        with expects(TradeRegistryInvalidTrade, Reason.TERMS_INVALID):
            world.system.trades.amend("K", "T-1", 0, WIND_DOWN_END)

    @pytest.mark.parametrize("actor", ["B", "S", "C", SUPERVISOR])
    def test_by_the_bank_only(self, world: World, actor: str) -> None:
        register(world)
        with expects(TradeRegistryNotEntitled, Reason.NOT_A_PARTY, shown(address_of(actor))):
            world.system.trades.amend(actor, "T-1", su(50), WIND_DOWN_END)


@pytest.mark.rule("check.travel", "compliance.travel-hash")
class TestTravel:
    @pytest.mark.parametrize("party", ["B", "S"])
    def test_a_party_records_it(self, world: World, party: str) -> None:
        register(world)
        assert facts(world.system.trades.record_travel(party, "T-1", RECORD)) == [
            fact(TravelRecorded, party, trade="T-1", travel_record=RECORD.hex())
        ]
        assert world.system.trades.trade_of("T-1").travel_record == RECORD

    def test_no_record_is_none(self, world: World) -> None:
        register(world)
        with expects(TradeRegistryInvalidTrade, Reason.TERMS_INVALID):
            world.system.trades.record_travel("B", "T-1", bytes(32))


class TestDesignate:
    @pytest.mark.parametrize(("payer", "payee"), [("B", "S"), ("S", "B")])
    def test_each_party_chooses_for_itself(self, world: World, payer: str, payee: str) -> None:
        register(world)
        trades, before = world.system.trades, world.trade("B", "S")
        assert facts(trades.designate(payer, "T-1")) == [fact(TradeDesignated, payer, trade="T-1")]
        assert trades.designated(payer, payee) == "T-1"
        assert trades.designated(payee, payer) == before
        assert world.system.rulebook.designated_trade(payer, payee) == "T-1"

    def test_nothing_is_designated_by_default(self, world: World) -> None:
        assert world.system.trades.designated("B", "G") == ""


#: What the parties of a trade do.
PARTY_STEPS: list[Callable[[TradeRegistry, str, str], object]] = [
    lambda trades, actor, trade: trades.record_travel(actor, trade, RECORD),
    lambda trades, actor, trade: trades.designate(actor, trade),
]


@pytest.mark.parametrize("step", PARTY_STEPS, ids=["travel", "designate"])
class TestParties:
    @pytest.mark.parametrize("actor", ["K", "C", "T", "U", SUPERVISOR])
    def test_nobody_but_a_party(self, world: World, step: Any, actor: str) -> None:
        register(world)
        with expects(TradeRegistryNotEntitled, Reason.NOT_A_PARTY, shown(address_of(actor))):
            step(world.system.trades, actor, "T-1")

    @pytest.mark.rule("actor.keys")
    def test_through_any_live_wallet(self, world: World, step: Any) -> None:
        register(world)
        world.system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "B", "B", "B2")
        with expects(TradeRegistryNotEntitled, Reason.NOT_A_PARTY, shown(address_of("B"))):
            step(world.system.trades, "B", "T-1")
        step(world.system.trades, "B2", "T-1")
        assert world.transactions[-1].reason is Reason.OK


@pytest.mark.parametrize(
    "step",
    [
        lambda trades: trades.amend("K", "T-1", 1, WIND_DOWN_END),
        lambda trades: trades.record_travel("B", "T-1", RECORD),
        lambda trades: trades.designate("B", "T-1"),
    ],
    ids=["amend", "travel", "designate"],
)
def test_nothing_is_done_to_an_unregistered_trade(
    world: World, step: Callable[[TradeRegistry], object]
) -> None:
    with expects(TradeRegistryUnknown, Reason.PURPOSE_UNREGISTERED, to_bytes32("T-1")):
        step(world.system.trades)


@pytest.mark.rule("check.purpose")
class TestHeadroom:
    def test_is_used_by_what_is_entered_in_either_direction(self, world: World) -> None:
        number = world.trade("B", "S")
        world.system.token.transfer("B", "S", su(5))
        world.system.token.transfer("S", "B", su(2))
        assert world.system.trades.trade_of(number).used == su(7)

    def test_refused_payment_uses_none(self, world: World) -> None:
        with pytest.raises(ContractRevert):
            world.system.token.transfer("B", "S", su(10_001))
        assert world.system.trades.trade_of(world.trade("B", "S")).used == 0

    def test_trades_end(self, world: World) -> None:
        last = world.now + 100
        world.system.trades.amend("K", world.trade("B", "S"), su(100), last)
        world.advance_to(last)
        world.system.token.transfer("B", "S", 1)
        with expects(RulebookRefused, Reason.PURPOSE_EXPIRED):
            world.system.token.transfer("B", "S", 1)
