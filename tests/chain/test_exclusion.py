"""Members that are out: who excludes and readmits them, and how the rest is netted without them."""

from dataclasses import replace

import pytest

from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    ClearingHouseExcluded,
    ClearingHouseInGoodStanding,
    ClearingHouseMemberRefused,
    ClearingHouseNotExcluded,
    ClearingHouseOutOfOrder,
    RulebookRefused,
)
from settlement.chain.twins.clearing_house import ClearingHouse
from settlement.domain.events import MemberExcluded, MemberReadmitted
from settlement.domain.obligations import ObligationState
from settlement.domain.reasons import Reason
from tests.chain.clearing import CLEARING, RING, Owed, balances, enter, restore_licence, suspend_licence
from tests.chain.expect import expects, fact, facts
from tests.world import DAY, KEEPER, PROGRAMME, SUPERVISOR, World


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
