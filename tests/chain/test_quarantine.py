"""Payouts that are held back: they fail nobody, strand nothing, and leave by two people only."""

from collections.abc import Callable

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    DualControlNotProposed,
    DualControlSamePerson,
    QuarantineNoPayer,
    QuarantineNotToken,
    QuarantineWrongState,
    RulebookRefused,
)
from settlement.chain.twins.quarantine import Item
from settlement.domain.events import ItemClaimed, ItemHeld, ItemReleased, Moved
from settlement.domain.participants import Flow, ItemState, Screening
from settlement.domain.reasons import Reason
from tests.chain.expect import call, expects, fact, facts, shown
from tests.chain.module import Module
from tests.chain.token import balances, change
from tests.world import (
    COMPLIANCE,
    KEEPER,
    RAMP,
    SECOND_REVIEWER,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
    su,
)

AMOUNT = su(100)


@pytest.fixture
def module(world: World) -> Module:
    """Holds what B locked for S."""
    module = Module(world)
    module.take(Flow.FUND, "B", "S", AMOUNT)
    return module


def held(world: World, module: Module, flow: Flow = Flow.PAY, amount: int = AMOUNT) -> int:
    """A payout to whoever is listed now goes to the quarantine; returns the item."""
    change(world, "S" if flow is not Flow.REFUND else "B", "listed")
    payee = "B" if flow is Flow.REFUND else "S"
    module.pay_out(flow, "B", payee, amount, trade="T-B-S")
    return world.system.quarantine.items()


def clear(world: World, participant: str) -> None:
    """Two reviewers find that the hit was none."""
    world.system.participants.resolve_screening(
        COMPLIANCE, SECOND_REVIEWER, participant, Screening.FALSE_POSITIVE
    )


def release(world: World, item: int, to_payer: bool = False) -> None:
    """Two reviewers release an item."""
    world.system.quarantine.release(COMPLIANCE, SECOND_REVIEWER, item, to_payer)


@pytest.mark.rule("op.quarantine", "op.pay")
class TestHold:
    @pytest.mark.parametrize("what", ["listed", "held", "owned at home"])
    @pytest.mark.parametrize("flow", [Flow.PAY, Flow.AWARD], ids=lambda flow: flow.name)
    def test_pitfall_05_payout_to_a_blocked_payee_strands_nothing(
        self, world: World, module: Module, flow: Flow, what: str
    ) -> None:
        change(world, "S", what)
        common = {"payer": "B", "payee": "S", "amount": AMOUNT, "ref": "C1"}
        assert facts(module.pay_out(flow, "B", "S", AMOUNT)) == [
            fact(
                Moved,
                "U",
                flow=flow.name,
                source="U",
                destination="Quarantine",
                trade="T-B-S",
                **common,
            ),
            fact(ItemHeld, "U", item=1, **common),
        ]
        quarantine, token = world.system.quarantine, world.system.token
        assert quarantine.items() == 1
        assert quarantine.item_of(1) == Item(ItemState.HELD, flow, "B", "S", AMOUNT, "C1", "T-B-S")
        assert [token.balance_of(account) for account in ("U", quarantine, "S")] == [0, AMOUNT, 0]
        assert token.check_flow(flow, "B", "S", "U", "S", 0, "T-B-S") is not Reason.OK

    def test_payer_that_is_resident_no_more(self, world: World) -> None:
        module = Module(world)
        world.system.ramp.issue(RAMP, "U", AMOUNT, "inventory")
        world.system.participants.set_owner(SUPERVISOR, "H", "XF")
        module.pay_out(Flow.PAY, "H", "S", AMOUNT, trade="")
        assert world.system.quarantine.item_of(1).state is ItemState.HELD

    @pytest.mark.rule("op.refund")
    def test_refund_to_a_listed_payer(self, world: World, module: Module) -> None:
        item = held(world, module, Flow.REFUND)
        assert world.system.quarantine.item_of(item).flow is Flow.REFUND
        # It was not refunded, so there is no room under the trade again.
        assert world.system.trades.trade_of("T-B-S").used == AMOUNT

    def test_intermediary_of_the_payee_counts(self, world: World) -> None:
        module = Module(world)
        module.take(Flow.FUND, "B", "V", AMOUNT)
        change(world, "G", "listed")
        module.pay_out(Flow.PAY, "B", "V", AMOUNT)
        assert world.system.quarantine.item_of(1).payee == "V"

    def test_pitfall_05_freeze_of_the_payee_holds_nothing_up(self, world: World, module: Module) -> None:
        """What arrives is frozen with the rest; see freezing."""
        world.system.token.set_frozen_tokens(SUPERVISOR, "S", 2**256 - 1)
        module.pay_out(Flow.PAY, "B", "S", AMOUNT)
        assert balances(world, "S") == [AMOUNT]
        assert world.system.quarantine.items() == 0

    @pytest.mark.parametrize(
        ("arrange", "reason"),
        [
            (lambda w: w.system.regime.suspend(SUPERVISOR), Reason.REGIME_SUSPENDED),
            (lambda w: change(w, "S", "retired"), Reason.WALLET_RETIRED),
            (
                lambda w: w.system.participants.publish_list(COMPLIANCE, 2, bytes(32)),
                Reason.LIST_STALE,
            ),
        ],
        ids=["suspended", "retired wallet", "stale list"],
    )
    def test_what_passes_by_itself_is_tried_again(
        self, world: World, module: Module, arrange: Callable[[World], object], reason: Reason
    ) -> None:
        arrange(world)
        with expects(RulebookRefused, reason, reason):
            module.pay_out(Flow.PAY, "B", "S", AMOUNT)
        assert world.system.quarantine.items() == 0
        assert balances(world, "U") == [AMOUNT]

    @pytest.mark.parametrize("actor", ["U", "B", SUPERVISOR, COMPLIANCE])
    def test_only_the_token_puts_items_there(self, world: World, module: Module, actor: str) -> None:
        item = Flow.PAY, address_of("B"), address_of("S"), 1, bytes(32), bytes(32)
        with expects(QuarantineNotToken, Reason.UNAUTHORISED, shown(address_of(actor))):
            call(world, actor, world.system.quarantine, "hold", *item)

    def test_compliance_may_have_a_clear_payee_held_back(self, world: World, module: Module) -> None:
        module.impound(Flow.PAY, "B", "S", AMOUNT)
        assert world.system.quarantine.item_of(1).state is ItemState.HELD
        release(world, 1)
        world.system.quarantine.claim(KEEPER, 1)
        assert balances(world, "S") == [AMOUNT]

    def test_items_are_apart(self, world: World, module: Module) -> None:
        change(world, "S", "listed")
        for amount in (1, 2, AMOUNT - 3):
            module.pay_out(Flow.PAY, "B", "S", amount)
        quarantine = world.system.quarantine
        assert [quarantine.item_of(n).amount for n in range(5)] == [0, 1, 2, AMOUNT - 3, 0]


@pytest.mark.rule("op.quarantine-release")
class TestRelease:
    def test_two_people_release_to_the_payee(self, world: World, module: Module) -> None:
        item = held(world, module)
        proposed, released = world.system.quarantine.release(COMPLIANCE, SECOND_REVIEWER, item)
        assert (proposed.actor, proposed.data()["contract"]) == (COMPLIANCE, "Quarantine")
        assert facts([released]) == [fact(ItemReleased, SECOND_REVIEWER, item=item, to_payer=False)]
        assert world.system.quarantine.item_of(item).state is ItemState.TO_PAYEE

    def test_one_person_releases_nothing(self, world: World, module: Module) -> None:
        item, quarantine = held(world, module), world.system.quarantine
        with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
            call(world, COMPLIANCE, quarantine, "release", item, False)
        with expects(DualControlSamePerson, Reason.SAME_PERSON):
            quarantine.release(COMPLIANCE, COMPLIANCE, item)
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            quarantine.release(COMPLIANCE, SUPERVISOR, item)
        # What was proposed for the payee is not agreed to for the payer.
        with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
            call(world, SECOND_REVIEWER, quarantine, "release", item, True)
        assert quarantine.item_of(item).state is ItemState.HELD

    def test_may_be_changed_until_it_is_claimed(self, world: World, module: Module) -> None:
        item, quarantine = held(world, module), world.system.quarantine
        for to_payer, state in ((False, ItemState.TO_PAYEE), (True, ItemState.TO_PAYER)):
            release(world, item, to_payer)
            assert quarantine.item_of(item).state is state
        quarantine.claim(KEEPER, item)
        with expects(QuarantineWrongState, Reason.WRONG_STATE, item, ItemState.CLAIMED):
            release(world, item)

    def test_item_that_is_not_there(self, world: World) -> None:
        with expects(QuarantineWrongState, Reason.WRONG_STATE, 7, ItemState.NONE):
            release(world, 7)

    def test_net_position_has_no_payer_to_go_back_to(self, world: World) -> None:
        module = Module(world)
        module.take(Flow.NET_LEG, "B", "U", AMOUNT, trade="")
        change(world, "S", "listed")
        module.pay_out(Flow.NET_LEG, "U", "S", AMOUNT, trade="")
        with expects(QuarantineNoPayer, Reason.PARTICIPANT_UNKNOWN, 1):
            release(world, 1, to_payer=True)
        release(world, 1)
        assert world.system.quarantine.item_of(1).state is ItemState.TO_PAYEE


@pytest.mark.rule("op.quarantine-release")
class TestClaim:
    def test_released_and_cleared_is_paid_at_anybodys_word(self, world: World, module: Module) -> None:
        item, quarantine = held(world, module), world.system.quarantine
        release(world, item)
        clear(world, "S")
        common = {"payer": "B", "payee": "S", "amount": AMOUNT, "ref": "C1", "trade": "T-B-S"}
        assert facts(quarantine.claim(KEEPER, item)) == [
            fact(Moved, KEEPER, flow="PAY", source="Quarantine", destination="S", **common),
            fact(ItemClaimed, KEEPER, item=item, amount=AMOUNT),
        ]
        assert balances(world, "S") == [AMOUNT]
        assert quarantine.item_of(item).state is ItemState.CLAIMED

    @pytest.mark.rule("check.listed")
    def test_release_alone_lets_nothing_reach_a_listed_party(self, world: World, module: Module) -> None:
        item, quarantine = held(world, module), world.system.quarantine
        release(world, item)
        with expects(RulebookRefused, Reason.LISTED_PARTY):
            quarantine.claim(KEEPER, item)
        assert quarantine.item_of(item).state is ItemState.TO_PAYEE
        assert world.system.token.balance_of(quarantine) == AMOUNT

    def test_clearance_alone_releases_nothing(self, world: World, module: Module) -> None:
        item = held(world, module)
        clear(world, "S")
        with expects(QuarantineWrongState, Reason.WRONG_STATE, item, ItemState.HELD):
            world.system.quarantine.claim("S", item)

    def test_is_paid_once(self, world: World, module: Module) -> None:
        item, quarantine = held(world, module), world.system.quarantine
        release(world, item, to_payer=True)
        quarantine.claim(KEEPER, item)
        with expects(QuarantineWrongState, Reason.WRONG_STATE, item, ItemState.CLAIMED):
            quarantine.claim(KEEPER, item)
        with expects(QuarantineWrongState, Reason.WRONG_STATE, 7, ItemState.NONE):
            quarantine.claim(KEEPER, 7)

    @pytest.mark.rule("op.refund")
    def test_back_to_the_payer_it_is_a_refund(self, world: World, module: Module) -> None:
        item = held(world, module)
        before = world.system.token.balance_of("B")
        release(world, item, to_payer=True)
        moved = world.system.quarantine.claim(KEEPER, item)[0].data()
        assert (moved["flow"], moved["payer"], moved["payee"], moved["destination"]) == (
            "REFUND",
            "B",
            "B",
            "B",
        )
        assert world.system.token.balance_of("B") == before + AMOUNT
        # Which makes room under the trade again.
        assert world.system.trades.trade_of("T-B-S").used == 0

    def test_refund_that_was_held_back_is_one_when_it_is_claimed(self, world: World, module: Module) -> None:
        item = held(world, module, Flow.REFUND)
        clear(world, "B")
        release(world, item)
        before = world.system.token.balance_of("B")
        assert world.system.quarantine.claim(KEEPER, item)[0].data()["flow"] == "REFUND"
        assert world.system.token.balance_of("B") == before + AMOUNT
        assert world.system.trades.trade_of("T-B-S").used == 0

    @pytest.mark.rule("actor.keys")
    @pytest.mark.parametrize(
        ("to_payer", "party", "wallet"), [(False, "S", "S2"), (True, "B", "B2")], ids=["payee", "payer"]
    )
    def test_goes_to_the_present_wallet(
        self, world: World, module: Module, to_payer: bool, party: str, wallet: str
    ) -> None:
        item = held(world, module)
        clear(world, "S")
        world.system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, party, party, wallet)
        release(world, item, to_payer)
        world.system.quarantine.claim(KEEPER, item)
        assert balances(world, wallet) == [AMOUNT]

    @pytest.mark.rule("regime.suspended-nothing-moves")
    def test_waits_while_the_regime_is_suspended(self, world: World, module: Module) -> None:
        item = held(world, module)
        release(world, item, to_payer=True)
        world.system.regime.suspend(SUPERVISOR)
        with expects(RulebookRefused, Reason.REGIME_SUSPENDED):
            world.system.quarantine.claim(KEEPER, item)
        world.system.regime.resume(SUPERVISOR)
        world.system.quarantine.claim(KEEPER, item)
        assert world.system.token.balance_of(world.system.quarantine) == 0

    @pytest.mark.rule("regime.expire")
    def test_is_claimed_after_the_regime_too(self, world: World, module: Module) -> None:
        item = held(world, module)
        world.advance_to(WIND_DOWN_END + 1)
        release(world, item, to_payer=True)
        world.system.quarantine.claim(KEEPER, item)
        assert world.system.token.balance_of(world.system.quarantine) == 0
