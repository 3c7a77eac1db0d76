"""The clearing house: entry, the ways out of it, settlement in the queues' order, exclusion."""

from dataclasses import replace

import pytest

from settlement.chain.chain import to_bytes32
from settlement.chain.clearing_house import ClearingHouse, Obligation
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    ClearingHouseExcluded,
    ClearingHouseInGoodStanding,
    ClearingHouseInvalidObligation,
    ClearingHouseMemberRefused,
    ClearingHouseNotExcluded,
    ClearingHouseNotParty,
    ClearingHouseNotPending,
    ClearingHouseNotProposed,
    ClearingHouseNotRising,
    ClearingHouseOutOfOrder,
    ClearingHouseTooEarly,
    RulebookRefused,
    SettlementTokenNotModule,
)
from settlement.domain.events import (
    CycleSettled,
    ItemHeld,
    MemberExcluded,
    MemberReadmitted,
    NetPositionSettled,
    ObligationEntered,
    ObligationLapsed,
    ObligationSettled,
    ObligationWithdrawn,
    WithdrawalProposed,
)
from settlement.domain.obligations import ObligationState
from settlement.domain.participants import Flow, LicenceStatus, Screening, Stage
from settlement.domain.programme import ClassCaps
from settlement.domain.reasons import Reason
from tests.chain.clearing import CLEARING, Owed, balances, enter
from tests.chain.expect import call, expects, fact, facts, shown
from tests.world import (
    COMPLIANCE,
    DAY,
    END,
    KEEPER,
    PROGRAMME,
    SECOND_REVIEWER,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
    su,
)

LONGEST_LIFE = 90 * DAY
RING = (Owed("B", "S", 50), Owed("S", "C", 50), Owed("C", "T", 50), Owed("T", "B", 50))


@pytest.fixture
def house(world: World) -> ClearingHouse:
    return world.system.clearing


def suspend_licence(world: World, member: str) -> None:
    world.system.participants.set_licence(SUPERVISOR, member, LicenceStatus.SUSPENDED, WIND_DOWN_END)


def restore_licence(world: World, member: str) -> None:
    world.system.participants.set_licence(SUPERVISOR, member, LicenceStatus.ACTIVE, WIND_DOWN_END)


class TestEnter:
    @pytest.mark.rule("clearing.entry")
    def test_payer_enters_an_obligation(self, world: World, house: ClearingHouse) -> None:
        until = world.now + DAY
        assert facts(house.enter("B", "S", su(5), "T-B-S", until, priority=2)) == [
            fact(
                ObligationEntered,
                "B",
                obligation=1,
                payer="B",
                payee="S",
                amount=su(5),
                priority=2,
                trade="T-B-S",
                until=until,
            )
        ]
        assert house.obligation_of(1) == Obligation(
            ObligationState.PENDING, "B", "S", su(5), 2, False, until, "T-B-S"
        )
        assert (house.obligations(), house.pending_of("B", 2), house.pending_of("B", 0)) == (1, (1,), ())
        assert house.obligation_of(2).state is ObligationState.NONE

    def test_any_live_wallet_of_the_payer_enters(self, world: World, house: ClearingHouse) -> None:
        world.system.participants.add_wallet(SUPERVISOR, "B", "B2")
        house.enter("B2", "S", 5, "T-B-S", world.now + DAY)
        assert house.obligation_of(1).payer == "B"

    @pytest.mark.parametrize("actor", ["U", "B"], ids=["stranger", "retired wallet"])
    def test_nobody_else_enters(self, world: World, house: ClearingHouse, actor: str) -> None:
        world.system.participants.rotate_wallet(SUPERVISOR, "B", "B", "B2")
        wallet = shown(world.system.chain.address_of(actor))
        with expects(ClearingHouseNotParty, Reason.NOT_A_PARTY, wallet):
            house.enter(actor, "S", 5, "T-B-S", world.now + DAY)

    @pytest.mark.parametrize(
        ("amount", "priority", "life"),
        [(0, 0, DAY), (5, 4, DAY), (5, 0, -1), (5, 0, LONGEST_LIFE + 1)],
        ids=["nothing", "no such priority", "over", "too long"],
    )
    def test_bounds(self, world: World, house: ClearingHouse, amount: int, priority: int, life: int) -> None:
        with expects(ClearingHouseInvalidObligation, Reason.TERMS_INVALID):
            house.enter("B", "S", amount, "T-B-S", world.now + life, priority)

    def test_within_the_bounds(self, world: World, house: ClearingHouse) -> None:
        house.enter("B", "S", 1, "T-B-S", world.now, priority=0)
        house.enter("B", "S", 1, "T-B-S", world.now + LONGEST_LIFE, priority=3)
        assert house.obligations() == 2

    def test_no_life_beyond_the_programme(self, world: World, house: ClearingHouse) -> None:
        world.advance_to(END - DAY)
        with expects(ClearingHouseInvalidObligation, Reason.TERMS_INVALID):
            house.enter("B", "S", 5, "T-B-S", END + 1)
        house.enter("B", "S", 5, "T-B-S", END)

    @pytest.mark.rule("clearing.entry")
    def test_netting_disguises_no_domestic_payment(self, world: World, house: ClearingHouse) -> None:
        with expects(RulebookRefused, Reason.DOMESTIC_PAYMENT):
            enter(world, Owed("B", "C", 5))
        with expects(RulebookRefused, Reason.DOMESTIC_PAYMENT):
            enter(world, Owed("B", "H", 5))
        with expects(RulebookRefused, Reason.DOMESTIC_PAYMENT):
            house.enter("B", "B", 5, "T-B-S", world.now + DAY)
        with expects(RulebookRefused, Reason.NO_RESIDENT_PARTY):
            house.enter("S", "T", 5, "T-B-S", world.now + DAY)

    @pytest.mark.rule("clearing.entry")
    @pytest.mark.parametrize(
        ("payee", "trade", "reason"),
        [
            ("U", "T-B-S", Reason.PARTICIPANT_UNKNOWN),
            ("Z", "T-B-Z", Reason.CORRIDOR_CLOSED),
            ("L", "T-B-L", Reason.LISTED_PARTY),
            ("S", "T-B-T", Reason.PURPOSE_MISMATCH),
            ("S", "none", Reason.PURPOSE_UNREGISTERED),
        ],
    )
    def test_everything_is_asked_of_a_payment(
        self, world: World, house: ClearingHouse, payee: str, trade: str, reason: Reason
    ) -> None:
        assert world.system.rulebook.check_obligation("B", payee, 5, trade) is reason
        with expects(RulebookRefused, reason):
            house.enter("B", payee, 5, trade, world.now + DAY)

    @pytest.mark.rule("clearing.entry")
    def test_caps_and_headroom_are_used_at_entry_and_not_at_settlement(
        self, world: World, house: ClearingHouse
    ) -> None:
        world.change_programme(replace(PROGRAMME, state_caps=ClassCaps(daily=su(100) // 10_000)))
        rulebook, trades = world.system.rulebook, world.system.trades
        enter(world, Owed("B", "S", su(60)))
        used = rulebook.used_by_entity("B", DAY)
        assert used == su(60) // 10_000
        with expects(RulebookRefused, Reason.CAP_DAILY):
            enter(world, Owed("B", "S", su(41)))
        house.settle(CLEARING, [1])
        assert rulebook.used_by_entity("B", DAY) == used
        assert trades.trade_of("T-B-S").used == su(60)

    def test_the_payer_need_not_hold_it(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("S", "B", su(10**6)))
        assert house.obligation_of(1).state is ObligationState.PENDING

    @pytest.mark.parametrize("stage", [Stage.SUSPENDED, Stage.WIND_DOWN])
    def test_nothing_is_entered_in_a_regime_that_is_not_active(self, world: World, stage: Stage) -> None:
        if stage is Stage.SUSPENDED:
            world.system.regime.suspend(SUPERVISOR)
        else:
            world.system.regime.wind_down(SUPERVISOR)
        reason = Reason.REGIME_SUSPENDED if stage is Stage.SUSPENDED else Reason.REGIME_WINDING_DOWN
        with expects(RulebookRefused, reason):
            enter(world, Owed("B", "S", 5))

    def test_nothing_is_entered_after_the_end(self, world: World, house: ClearingHouse) -> None:
        world.advance_to(END + 1)
        with expects(ClearingHouseInvalidObligation, Reason.TERMS_INVALID):
            house.enter("B", "S", 5, "T-B-S", END + 1)


class TestWithdraw:
    @pytest.mark.rule("clearing.leave")
    def test_both_parties_withdraw(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", su(5)))
        used = world.system.rulebook.used_by_regime(DAY)
        assert facts(house.propose_withdrawal("B", 1)) == [fact(WithdrawalProposed, "B", obligation=1)]
        assert house.obligation_of(1).withdrawing
        assert house.pending_of("B") == (1,)
        assert facts(house.withdraw("S", 1)) == [fact(ObligationWithdrawn, "S", obligation=1)]
        assert house.obligation_of(1).state is ObligationState.WITHDRAWN
        assert house.pending_of("B") == ()
        assert world.system.trades.trade_of("T-B-S").used == 0
        assert world.system.rulebook.used_by_regime(DAY) == used > 0

    def test_payer_alone_does_not(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        for actor in "ST":
            with expects(ClearingHouseNotParty, Reason.NOT_A_PARTY):
                house.propose_withdrawal(actor, 1)
        house.propose_withdrawal("B", 1)
        for actor in "BT":
            with expects(ClearingHouseNotParty, Reason.NOT_A_PARTY):
                house.withdraw(actor, 1)

    def test_payee_alone_does_not(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        with expects(ClearingHouseNotProposed, Reason.NOT_PROPOSED, 1):
            house.withdraw("S", 1)

    def test_retired_wallet_does_not(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        house.propose_withdrawal("B", 1)
        world.system.participants.rotate_wallet(SUPERVISOR, "S", "S", "S2")
        with expects(ClearingHouseNotParty, Reason.NOT_A_PARTY):
            house.withdraw("S", 1)
        house.withdraw("S2", 1)

    def test_final_states_are_final(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        house.propose_withdrawal("B", 1)
        house.withdraw("S", 1)
        world.advance(20 * DAY)
        for step in (house.propose_withdrawal, house.withdraw, house.lapse):
            with expects(ClearingHouseNotPending, Reason.WRONG_STATE, 1):
                step("B", 1)
        with expects(ClearingHouseNotPending, Reason.WRONG_STATE, 2):
            house.propose_withdrawal("B", 2)


class TestLapse:
    @pytest.mark.rule("clearing.leave")
    def test_anybody_notes_that_a_life_is_over(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", su(5)), life=DAY)
        until = house.obligation_of(1).until
        world.advance_to(until)
        with expects(ClearingHouseTooEarly, Reason.TOO_EARLY, 1, until):
            house.lapse(KEEPER, 1)
        world.advance_to(until + 1)
        with expects(ClearingHouseNotPending, Reason.WRONG_STATE, 1):
            house.settle(CLEARING, [1])
        assert facts(house.lapse(KEEPER, 1)) == [fact(ObligationLapsed, KEEPER, obligation=1)]
        assert house.obligation_of(1).state is ObligationState.LAPSED
        assert world.system.trades.trade_of("T-B-S").used == 0

    @pytest.mark.rule("clearing.leave")
    def test_what_a_party_abroad_lets_lapse_counts_against_the_trade(
        self, world: World, house: ClearingHouse
    ) -> None:
        """It entered it by its own will alone; with the payee's consent the headroom is given back."""
        enter(world, Owed("S", "B", su(5)), life=DAY)
        enter(world, Owed("S", "B", su(7)), life=DAY)
        house.propose_withdrawal("S", 2)
        house.withdraw("B", 2)
        world.advance(DAY + 1)
        house.lapse(KEEPER, 1)
        assert world.system.trades.trade_of("T-B-S").used == su(5)

    @pytest.mark.rule("regime.toll")
    def test_suspension_tolls_a_life(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5), life=DAY)
        until = house.obligation_of(1).until
        world.system.regime.suspend(SUPERVISOR)
        begun = world.now
        world.advance(3 * DAY)
        world.system.regime.resume(SUPERVISOR)
        longer = house.obligation_of(1).until
        assert longer - until == world.system.regime.tolled() > world.now - begun - 2
        world.advance_to(longer - 1)
        with expects(ClearingHouseTooEarly, Reason.TOO_EARLY, 1, longer):
            house.lapse(KEEPER, 1)
        world.advance_to(longer)
        house.settle(CLEARING, [1])

    def test_obligations_end_with_the_regime(self, world: World, house: ClearingHouse) -> None:
        world.advance_to(END - 50 * DAY)
        enter(world, Owed("B", "S", 5), life=49 * DAY)
        world.system.regime.suspend(SUPERVISOR)
        world.advance(90 * DAY)
        world.system.regime.resume(SUPERVISOR)
        assert world.system.regime.stage() is Stage.EXPIRED
        assert house.obligation_of(1).until > world.now
        with expects(ClearingHouseMemberRefused, Reason.REGIME_EXPIRED):
            house.settle(CLEARING, [1])
        house.lapse(KEEPER, 1)


class TestSettle:
    def test_events(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 50))
        enter(world, Owed("S", "C", 20))
        events = house.settle(CLEARING, [1, 2])
        ours = [event for event in events if type(event).__module__.endswith("clearing")]
        assert facts(ours) == [
            fact(ObligationSettled, CLEARING, obligation=1, cycle=1),
            fact(ObligationSettled, CLEARING, obligation=2, cycle=1),
            fact(CycleSettled, CLEARING, cycle=1, obligations=2, gross=70, net=50),
            fact(NetPositionSettled, CLEARING, cycle=1, member="B", net=-50, arrived=True),
            fact(NetPositionSettled, CLEARING, cycle=1, member="S", net=30, arrived=True),
            fact(NetPositionSettled, CLEARING, cycle=1, member="C", net=20, arrived=True),
        ]
        assert house.cycles() == 1
        assert house.obligation_of(1).state is ObligationState.SETTLED

    @pytest.mark.parametrize("actor", ["B", SUPERVISOR, KEEPER])
    def test_pitfall_11_only_the_clearing_office_settles(
        self, world: World, house: ClearingHouse, actor: str
    ) -> None:
        enter(world, Owed("B", "S", 5))
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            house.settle(actor, [1])

    @pytest.mark.rule("clearing.all-pending")
    def test_pitfall_11_an_obligation_settles_once(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        house.settle(CLEARING, [1])
        with expects(ClearingHouseNotPending, Reason.WRONG_STATE, 1):
            house.settle(CLEARING, [1])
        assert world.system.token.balance_of("S") == 5

    @pytest.mark.rule("clearing.all-pending")
    @pytest.mark.parametrize("ids", [[], [1, 1], [2, 1], [1, 2, 2]])
    def test_pitfall_12_no_obligation_stands_twice_in_a_settlement(
        self, world: World, house: ClearingHouse, ids: list[int]
    ) -> None:
        enter(world, Owed("B", "S", 5))
        enter(world, Owed("B", "S", 5))
        with expects(ClearingHouseNotRising, Reason.ALREADY_USED):
            house.settle(CLEARING, ids)

    def test_what_is_not_there_does_not_settle(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        for number in (2, 2**200):
            with expects(ClearingHouseNotPending, Reason.WRONG_STATE, number):
                house.settle(CLEARING, [1, number])

    @pytest.mark.rule("clearing.sum-zero")
    def test_pitfall_11_no_unit_is_made_or_lost(self, world: World, house: ClearingHouse) -> None:
        for owed in (Owed("B", "S", 7), Owed("S", "C", 3), Owed("C", "T", 11), Owed("T", "B", 2)):
            enter(world, owed)
        supply = world.system.token.total_supply()
        total = sum(balances(world, "BCST").values())
        house.settle(CLEARING, [1, 2, 3, 4])
        assert balances(world, "ST") == {"S": 4, "T": 9}
        assert sum(balances(world, "BCST").values()) == total == supply

    @pytest.mark.rule("clearing.nobody-below-zero")
    def test_net_debtor_must_hold_its_debit(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("S", "B", 6))
        world.system.token.transfer("B", "S", 5)
        reason = Reason.INSUFFICIENT_BALANCE
        with expects(ClearingHouseMemberRefused, reason, int(reason), to_bytes32("S")):
            house.settle(CLEARING, [1])
        world.system.token.transfer("B", "S", 1)
        house.settle(CLEARING, [1])
        assert world.system.token.balance_of("S") == 0

    @pytest.mark.parametrize("reason", [Reason.FROZEN, Reason.LICENCE_SUSPENDED, Reason.SCREENING_HOLD])
    def test_net_debtor_must_be_free_to_pay(self, world: World, house: ClearingHouse, reason: Reason) -> None:
        enter(world, Owed("B", "S", 6))
        if reason is Reason.FROZEN:
            world.system.token.set_frozen_tokens(SUPERVISOR, "B", su(10_000))
        elif reason is Reason.LICENCE_SUSPENDED:
            suspend_licence(world, "B")
        else:
            world.system.participants.set_screening(COMPLIANCE, "B", Screening.POTENTIAL)
        with expects(ClearingHouseMemberRefused, reason, int(reason), to_bytes32("B")):
            house.check_settlement([1])
        with expects(ClearingHouseMemberRefused, reason, int(reason), to_bytes32("B")):
            house.settle(CLEARING, [1])

    def test_value_of_a_listed_member_does_not_move_by_being_netted(
        self, world: World, house: ClearingHouse
    ) -> None:
        """More comes in to S than goes out: it would pay C without being debited."""
        enter(world, Owed("B", "S", 50))
        enter(world, Owed("S", "C", 20))
        world.list_party("S")
        with expects(ClearingHouseMemberRefused, Reason.LISTED_PARTY):
            house.settle(CLEARING, [1, 2])

    def test_pays_from_and_to_the_present_wallets(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        world.system.participants.rotate_wallet(SUPERVISOR, "S", "S", "S2")
        house.settle(CLEARING, [1])
        assert balances(world, ("S", "S2")) == {"S": 0, "S2": 5}

    def test_creditor_that_is_held_back_does_not_fail_the_rest(
        self, world: World, house: ClearingHouse
    ) -> None:
        enter(world, Owed("B", "S", 5))
        enter(world, Owed("B", "T", 7))
        world.list_party("S")
        assert house.check_settlement([1, 2]) == {"B": -12, "S": 5, "T": 7}
        events = house.settle(CLEARING, [1, 2])
        token, quarantine = world.system.token, world.system.quarantine
        held = [event for event in events if isinstance(event, ItemHeld | NetPositionSettled)]
        assert facts(held)[1:3] == [
            fact(ItemHeld, CLEARING, item=1, payer="ClearingHouse", payee="S", amount=5, ref="cycle 1"),
            fact(NetPositionSettled, CLEARING, cycle=1, member="S", net=5, arrived=False),
        ]
        assert (token.balance_of(quarantine), token.balance_of("T"), token.balance_of("S")) == (5, 7, 0)
        participants = world.system.participants
        participants.resolve_screening(COMPLIANCE, SECOND_REVIEWER, "S", Screening.FALSE_POSITIVE)
        quarantine.release(COMPLIANCE, SECOND_REVIEWER, 1)
        quarantine.claim(KEEPER, 1)
        assert token.balance_of("S") == 5

    def test_creditor_that_is_not_screened_afresh_is_named(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        participants = world.system.participants
        participants.publish_list(COMPLIANCE, 2, bytes(32))
        participants.set_screening(COMPLIANCE, "B", Screening.CLEAR)
        reason = Reason.LIST_STALE
        with expects(ClearingHouseMemberRefused, reason, int(reason), to_bytes32("S")):
            house.settle(CLEARING, [1])

    def test_winding_down_settles_what_was_entered(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        world.system.regime.wind_down(SUPERVISOR)
        house.settle(CLEARING, [1])
        assert world.system.token.balance_of("S") == 5

    @pytest.mark.rule("regime.suspended-nothing-moves")
    def test_suspended_settles_nothing_not_even_a_ring(self, world: World, house: ClearingHouse) -> None:
        for owed in RING:
            enter(world, owed)
        world.system.regime.suspend(SUPERVISOR)
        with expects(ClearingHouseMemberRefused, Reason.REGIME_SUSPENDED):
            house.settle(CLEARING, [1, 2, 3, 4])

    def test_house_moves_net_legs_only(self, world: World, house: ClearingHouse) -> None:
        token = world.system.token
        assert token.module_flows(house) == (Flow.NET_LEG,)
        wallets = [world.system.chain.address_of(name) for name in "BS"]
        with expects(SettlementTokenNotModule, Reason.UNAUTHORISED):
            call(world, CLEARING, token, "take", Flow.NET_LEG, *wallets, 5, bytes(32), bytes(32))
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            call(world, CLEARING, world.system.rulebook, "leaveObligation", 5, to_bytes32("T-B-S"))


class TestOrder:
    @pytest.mark.rule("clearing.fifo")
    def test_within_a_priority_first_in_goes_first(self, world: World, house: ClearingHouse) -> None:
        for amount in (5, 6, 7):
            enter(world, Owed("B", "S", amount))
        for wrong in ([2], [3], [1, 3], [2, 3]):
            with expects(ClearingHouseOutOfOrder, Reason.OUT_OF_ORDER, to_bytes32("B")):
                house.settle(CLEARING, wrong)
        house.settle(CLEARING, [1, 2])
        house.settle(CLEARING, [3])
        assert house.pending_of("B") == ()

    @pytest.mark.rule("clearing.fifo")
    def test_smaller_priority_goes_first(self, world: World, house: ClearingHouse) -> None:
        for priority in (2, 0, 1, 0):
            enter(world, Owed("B", "S", 5, priority))
        assert [house.pending_of("B", priority) for priority in range(4)] == [(2, 4), (3,), (1,), ()]
        for wrong in ([1], [3], [2, 3], [1, 2, 3], [1, 2, 4]):
            with expects(ClearingHouseOutOfOrder, Reason.OUT_OF_ORDER):
                house.settle(CLEARING, wrong)
        house.settle(CLEARING, [2, 3, 4])
        enter(world, Owed("B", "S", 5, 0))
        with expects(ClearingHouseOutOfOrder, Reason.OUT_OF_ORDER):
            house.settle(CLEARING, [1])
        house.settle(CLEARING, [1, 5])

    def test_queues_are_each_payers_own(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        enter(world, Owed("C", "S", 5))
        house.settle(CLEARING, [2])
        assert (house.pending_of("B"), house.pending_of("C")) == ((1,), ())

    @pytest.mark.rule("clearing.fifo")
    def test_what_is_over_stands_in_nobodys_way(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5), life=DAY)
        enter(world, Owed("B", "S", 6), life=DAY)
        enter(world, Owed("B", "T", 7))
        house.propose_withdrawal("B", 2)
        house.withdraw("S", 2)
        with expects(ClearingHouseOutOfOrder, Reason.OUT_OF_ORDER):
            house.settle(CLEARING, [3])
        world.advance(DAY + 1)
        assert house.pending_of("B") == (3,)
        house.settle(CLEARING, [3])
        house.lapse(KEEPER, 1)

    @pytest.mark.rule("clearing.fifo")
    def test_bypass_is_the_programmes(self, world: World, house: ClearingHouse) -> None:
        for amount in (5, 6, 7):
            enter(world, Owed("B", "S", amount))
        world.change_programme(replace(PROGRAMME, queue_bypass=True))
        house.settle(CLEARING, [2])
        world.change_programme(PROGRAMME)
        assert house.pending_of("B") == (1, 3)
        with expects(ClearingHouseOutOfOrder, Reason.OUT_OF_ORDER):
            house.settle(CLEARING, [3])
        house.settle(CLEARING, [1, 3])

    def test_anybody_sweeps_a_queue(self, world: World, house: ClearingHouse) -> None:
        for amount in (5, 6, 7, 8):
            enter(world, Owed("B", "S", amount))
        for number in (1, 3):
            house.propose_withdrawal("B", number)
            house.withdraw("S", number)
        for most in (0, 2, 100):
            house.sweep(KEEPER, "B", 0, most)
            assert house.pending_of("B") == (2, 4)
        house.settle(CLEARING, [2])
        house.settle(CLEARING, [4])
        for read in (lambda: house.sweep(KEEPER, "B", 4, 1), lambda: house.pending_of("B", 4)):
            with expects(ClearingHouseInvalidObligation, Reason.TERMS_INVALID):
                read()


class TestExclusion:
    def test_office_excludes_whom_the_rulebook_refuses(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        suspend_licence(world, "S")
        assert facts(house.exclude(CLEARING, "S")) == [
            fact(MemberExcluded, CLEARING, member="S", reason="LICENCE_SUSPENDED")
        ]
        assert house.is_excluded("S")
        with expects(ClearingHouseExcluded, Reason.MEMBER_EXCLUDED, to_bytes32("S")):
            house.exclude(CLEARING, "S")
        with expects(ClearingHouseExcluded, Reason.MEMBER_EXCLUDED, to_bytes32("S")):
            house.settle(CLEARING, [1])
        assert house.pending_of("B") == ()

    def test_excluded_payer_settles_nothing_until_it_is_readmitted(
        self, world: World, house: ClearingHouse
    ) -> None:
        enter(world, Owed("B", "S", 5))
        suspend_licence(world, "B")
        house.exclude(CLEARING, "B")
        assert house.pending_of("B") == ()
        with expects(ClearingHouseExcluded, Reason.MEMBER_EXCLUDED, to_bytes32("B")):
            house.settle(CLEARING, [1])
        restore_licence(world, "B")
        house.readmit(KEEPER, "B")
        assert house.pending_of("B") == (1,)
        house.settle(CLEARING, [1])

    def test_nobody_else_excludes(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        suspend_licence(world, "S")
        for actor in ("B", KEEPER, SUPERVISOR):
            with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
                house.exclude(actor, "S")

    def test_member_in_good_standing_stays(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        suspend_licence(world, "T")
        for member in ("B", "T", "U"):
            with expects(ClearingHouseInGoodStanding, Reason.IN_GOOD_STANDING, to_bytes32(member)):
                house.exclude(CLEARING, member)

    def test_excluded_member_neither_owes_nor_is_owed_more(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        suspend_licence(world, "S")
        house.exclude(CLEARING, "S")
        restore_licence(world, "S")
        for owed in (Owed("B", "S", 5), Owed("S", "B", 5)):
            with expects(ClearingHouseExcluded, Reason.MEMBER_EXCLUDED, to_bytes32("S")):
                enter(world, owed)

    def test_anybody_readmits_whom_the_rulebook_passes(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        with expects(ClearingHouseNotExcluded, Reason.WRONG_STATE, to_bytes32("S")):
            house.readmit(KEEPER, "S")
        suspend_licence(world, "S")
        house.exclude(CLEARING, "S")
        with expects(RulebookRefused, Reason.LICENCE_SUSPENDED):
            house.readmit(KEEPER, "S")
        restore_licence(world, "S")
        assert facts(house.readmit(KEEPER, "S")) == [fact(MemberReadmitted, KEEPER, member="S")]
        assert not house.is_excluded("S")
        house.settle(CLEARING, [1])

    @pytest.mark.rule("clearing.member-out")
    def test_pitfall_11_rest_is_netted_again_when_a_member_fails(
        self, world: World, house: ClearingHouse
    ) -> None:
        """A ring of four with a shorter way round between three of them; T fails."""
        for owed in (*RING, Owed("C", "S", 40), Owed("S", "B", 30)):
            enter(world, owed)
        suspend_licence(world, "T")
        reason = Reason.LICENCE_SUSPENDED
        with expects(ClearingHouseMemberRefused, reason, int(reason), to_bytes32("T")):
            house.settle(CLEARING, range(1, 7))
        house.exclude(CLEARING, "T")
        with expects(ClearingHouseExcluded, Reason.MEMBER_EXCLUDED, to_bytes32("T")):
            house.settle(CLEARING, range(1, 7))
        before = balances(world, "BCST")
        rest = [1, 2, 5, 6]
        net = {"B": -20, "C": 10, "S": 10}
        assert house.check_settlement(rest) == net
        house.settle(CLEARING, rest)
        assert balances(world, "BCST") == {name: before[name] + net.get(name, 0) for name in "BCST"}
        assert house.obligation_of(3).state is ObligationState.PENDING

    @pytest.mark.rule("clearing.member-out")
    def test_deferred_obligations_keep_their_place(self, world: World, house: ClearingHouse) -> None:
        for owed in (Owed("B", "S", 5), Owed("B", "T", 6), Owed("B", "S", 7), Owed("B", "T", 8)):
            enter(world, owed)
        suspend_licence(world, "S")
        house.exclude(CLEARING, "S")
        assert house.pending_of("B") == (2, 4)
        house.settle(CLEARING, [2])
        restore_licence(world, "S")
        house.readmit(KEEPER, "S")
        assert house.pending_of("B") == (1, 3, 4)
        with expects(ClearingHouseOutOfOrder, Reason.OUT_OF_ORDER):
            house.settle(CLEARING, [4])
        house.settle(CLEARING, [1, 3])
        house.settle(CLEARING, [4])

    def test_deferred_obligations_leave_as_others_do(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5), life=DAY)
        enter(world, Owed("S", "B", 5))
        suspend_licence(world, "S")
        house.exclude(CLEARING, "S")
        house.propose_withdrawal("S", 2)
        house.withdraw("B", 2)
        world.advance(DAY + 1)
        house.lapse(KEEPER, 1)
        assert house.obligation_of(1).state is ObligationState.LAPSED

    @pytest.mark.rule("clearing.entry")
    def test_netting_disguises_no_payment_that_was_banned_since(self, elsewhere: World) -> None:
        """B owes C, both at home, from before the ban; B and S owe across the border."""
        house = elsewhere.system.clearing
        for owed in (Owed("B", "C", 5), Owed("B", "S", 7)):
            enter(elsewhere, owed, life=40 * DAY)
        assert house.check_settlement([1, 2]) == {"B": -12, "C": 5, "S": 7}
        elsewhere.change_programme(replace(PROGRAMME, queue_bypass=True))
        reason = Reason.DOMESTIC_PAYMENT
        for chosen in ([1], [1, 2]):
            with expects(ClearingHouseMemberRefused, reason, int(reason), to_bytes32("C")):
                house.settle(CLEARING, chosen)
        house.settle(CLEARING, [2])
        assert balances(elsewhere, "S") == {"S": 7}

    @pytest.mark.rule("clearing.entry", "clearing.member-out")
    def test_netting_disguises_no_payment_that_became_domestic(
        self, world: World, house: ClearingHouse
    ) -> None:
        """The owner of S moves home, so that what B owes it is a domestic payment by now."""
        for owed in (Owed("B", "S", 5), Owed("S", "C", 3), Owed("B", "T", 7)):
            enter(world, owed)
        world.system.participants.set_owner(SUPERVISOR, "S", "XH")
        reason = Reason.DOMESTIC_PAYMENT
        for chosen in ([1], [1, 2], [1, 2, 3]):
            with expects(ClearingHouseMemberRefused, reason, int(reason), to_bytes32("S")):
                house.settle(CLEARING, chosen)
        assert facts(house.exclude(CLEARING, "S")) == [
            fact(MemberExcluded, CLEARING, member="S", reason="DOMESTIC_PAYMENT")
        ]
        with expects(RulebookRefused, reason):
            house.readmit(KEEPER, "S")
        house.settle(CLEARING, [3])
        assert balances(world, "ST") == {"S": 0, "T": 7}
