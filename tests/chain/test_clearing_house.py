"""Settlement: who settles what, in which order, all of it or nothing."""

from dataclasses import replace

import pytest

from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    ClearingHouseInvalidObligation,
    ClearingHouseMemberRefused,
    ClearingHouseNotPending,
    ClearingHouseNotRising,
    ClearingHouseOutOfOrder,
    SettlementTokenNotModule,
)
from settlement.chain.twins.clearing_house import ClearingHouse
from settlement.domain.events import CycleSettled, ItemHeld, NetPositionSettled, ObligationSettled
from settlement.domain.obligations import ObligationState
from settlement.domain.participants import Flow, Screening
from settlement.domain.reasons import Reason
from tests.chain.clearing import CLEARING, RING, Owed, balances, enter, suspend_licence
from tests.chain.expect import call, expects, fact, facts
from tests.world import COMPLIANCE, DAY, KEEPER, PROGRAMME, SECOND_REVIEWER, SUPERVISOR, World, su


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
        world.system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "S", "S", "S2")
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
