"""Clearing cycles with known answers, and any selection from any queue: only what is valid settles."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.chain.chain import Snapshot
from settlement.chain.reverts import ClearingHouseMemberRefused, ClearingHouseOutOfOrder, ContractRevert
from settlement.clearing import Algorithm, Obligation, Participant, Queue, clear
from settlement.domain.events import CycleSettled, Moved, NetPositionSettled
from settlement.domain.participants import Flow
from settlement.domain.reasons import Reason
from tests.chain.clearing import (
    CLEARING,
    Market,
    Owed,
    balances,
    build_market,
    enter,
    fifo,
    is_covered,
    is_front,
    nets,
)
from tests.chain.expect import expects
from tests.clearing.cases import PUBLISHED, Case
from tests.world import PROGRAMME, World, build_world, su

AMONG_RESIDENTS = replace(PROGRAMME, domestic_ban=False)
WITH_BYPASS = replace(AMONG_RESIDENTS, queue_bypass=True)


@pytest.fixture(scope="module")
def _residents() -> tuple[Market, Snapshot]:
    market = build_market(AMONG_RESIDENTS, dict.fromkeys("ABCDE", 0))
    return market, market.system.chain.snapshot()


@pytest.fixture
def residents(_residents: tuple[Market, Snapshot]) -> Market:
    """A to E, all at home where nothing bans their trade, with empty wallets."""
    market, snapshot = _residents
    market.system.chain.revert(snapshot)
    return Market(market.system, market.transactions)


class TestNettingDay:
    """Residents B and C, traders abroad S and T: gross 340 settles with 40."""

    DAY = (Owed("B", "S", su(100)), Owed("S", "C", su(80)), Owed("C", "T", su(90)), Owed("T", "B", su(70)))
    NET: ClassVar[dict[str, int]] = {"B": -su(30), "S": su(20), "C": -su(10), "T": su(20)}

    @pytest.mark.rule("clearing.novation", "clearing.sum-zero")
    def test_gross_of_340_settles_with_40(self, world: World) -> None:
        house = world.system.clearing
        before = balances(world, "BCST")
        for owed in self.DAY:
            enter(world, owed)
        assert house.check_settlement([1, 2, 3, 4]) == self.NET
        events = house.settle(CLEARING, [1, 2, 3, 4])
        after = balances(world, "BCST")
        assert {member: after[member] - before[member] for member in "BCST"} == self.NET
        cycle = next(event for event in events if isinstance(event, CycleSettled))
        assert (cycle.cycle, cycle.obligations, cycle.gross, cycle.net) == (1, 4, su(340), su(40))

    @pytest.mark.rule("clearing.novation")
    def test_net_legs_touch_the_house_only(self, world: World) -> None:
        for owed in self.DAY:
            enter(world, owed)
        events = world.system.clearing.settle(CLEARING, [1, 2, 3, 4])
        moves = [event for event in events if isinstance(event, Moved)]
        assert [(move.flow, move.source, move.destination, move.amount, move.ref) for move in moves] == [
            (Flow.NET_LEG, "B", "ClearingHouse", su(30), "cycle 1"),
            (Flow.NET_LEG, "C", "ClearingHouse", su(10), "cycle 1"),
            (Flow.NET_LEG, "ClearingHouse", "S", su(20), "cycle 1"),
            (Flow.NET_LEG, "ClearingHouse", "T", su(20), "cycle 1"),
        ]
        assert world.system.token.balance_of(world.system.clearing) == 0


class TestGridlock:
    """A ring of four that owe 50 each with 10 at hand, and one of fifty members."""

    @pytest.mark.rule("clearing.nobody-below-zero")
    @pytest.mark.parametrize("size", [4, 50])
    def test_ring_settles_at_once_and_nobody_one_by_one(self, size: int) -> None:
        entities = [f"E{number:02}" for number in range(size // 2)]
        abroad = [f"X{number:02}" for number in range(size // 2)]
        market = build_market(PROGRAMME, dict.fromkeys(entities, su(20)), abroad)
        for entity, other in zip(entities, abroad, strict=True):
            market.give(entity, other, su(10))
        ring = [name for pair in zip(entities, abroad, strict=True) for name in pair]
        for payer, payee in zip(ring, [*ring[1:], ring[0]], strict=True):
            enter(market, Owed(payer, payee, su(50)))
        house = market.system.clearing
        with expects(ClearingHouseMemberRefused, Reason.INSUFFICIENT_BALANCE):
            house.settle(CLEARING, [1])
        with expects(ClearingHouseMemberRefused, Reason.INSUFFICIENT_BALANCE):
            house.settle(CLEARING, range(1, size))
        events = house.settle(CLEARING, range(1, size + 1))
        assert set(balances(market, ring).values()) == {su(10)}
        assert not [event for event in events if isinstance(event, Moved | NetPositionSettled)]


class TestPublishedCases:
    """What `fifo` settles passes on the chain, and nothing beyond it."""

    @pytest.mark.rule("clearing.fifo")
    @pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case.section)
    def test_fifo_answer_settles(self, residents: Market, case: Case) -> None:
        residents.endow(case.held)
        queue = residents.enter_all(Owed(*owed) for owed in case.owed)
        answer = clear(case.queue, Algorithm.FIFO)
        settled = [int(number) for number in answer.settled]
        assert fifo(queue, case.held) == settled == list(case.fifo)
        house = residents.system.clearing
        for more in answer.pending:
            with pytest.raises(ContractRevert):
                house.check_settlement(sorted([*settled, int(more)]))
        house.settle(CLEARING, settled)
        assert balances(residents, case.held) == answer.closing == case.closing

    @pytest.mark.rule("clearing.fifo")
    def test_optimal_answer_needs_bypass(self, residents: Market) -> None:
        case = PUBLISHED[1]
        residents.endow(case.held)
        queue = residents.enter_all(Owed(*owed) for owed in case.owed)
        answer = clear(case.queue, Algorithm.OPTIMAL)
        best = [int(number) for number in answer.settled]
        assert is_covered(queue, best, case.held)
        assert not is_front(queue, best)
        house = residents.system.clearing
        with expects(ClearingHouseOutOfOrder, Reason.OUT_OF_ORDER):
            house.settle(CLEARING, best)
        residents.change_programme(WITH_BYPASS)
        house.settle(CLEARING, best)
        assert balances(residents, case.held) == answer.closing


class Shared:
    """A market of four, deployed once for all examples."""

    market: World
    snapshot: Snapshot

    @classmethod
    def fresh(cls) -> World:
        """The market at its first second."""
        if not hasattr(cls, "market"):
            cls.market = build_world()
            for payee in "ST":
                cls.market.system.token.transfer("B", payee, 40)
            cls.snapshot = cls.market.system.chain.snapshot()
        cls.market.system.chain.revert(cls.snapshot)
        cls.market.transactions.clear()
        return cls.market


def as_queue(queue: Mapping[int, Owed], held: Mapping[str, int]) -> Queue:
    """What is owed on the chain, as the clearing office solves it."""
    holders = tuple(Participant(name, balance) for name, balance in held.items())
    return Queue(holders, tuple(Obligation(number, *owed) for number, owed in queue.items()))


pairs = st.sampled_from([(a, b) for a in "BC" for b in "ST"] + [(b, a) for a in "BC" for b in "ST"])
obligations = st.builds(
    lambda pair, amount, priority: Owed(pair[0], pair[1], amount, priority),
    pairs,
    st.integers(1, 60),
    st.integers(0, 2),
)


class TestAnySelection:
    """Random queues and selections against the netting written in Python."""

    @pytest.mark.rule("clearing.fifo", "clearing.sum-zero", "clearing.nobody-below-zero")
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(obligations, min_size=1, max_size=8), st.data())
    def test_only_valid_selections_settle(self, entered: list[Owed], data: st.DataObject) -> None:
        market = Shared.fresh()
        house = market.system.clearing
        queue = {enter(market, owed): owed for owed in entered}
        while queue:
            held = balances(market, "BCST")
            answer = [int(number) for number in clear(as_queue(queue, held)).settled]
            assert answer == fifo(queue, held)
            any_set = st.sets(st.sampled_from(sorted(queue)), min_size=1).map(sorted)
            chosen = data.draw(st.just(answer) | any_set if answer else any_set)
            valid = is_front(queue, chosen) and is_covered(queue, chosen, held)
            assert valid or chosen != answer
            if not valid:
                with pytest.raises(ContractRevert) as refused:
                    house.settle(CLEARING, chosen)
                with pytest.raises(type(refused.value)):
                    house.check_settlement(chosen)
                assert balances(market, "BCST") == held
                break
            net = nets(queue[number] for number in chosen)
            assert sum(net.values()) == 0
            assert house.check_settlement(chosen) == {member: n for member, n in net.items() if n}
            house.settle(CLEARING, chosen)
            assert balances(market, "BCST") == {member: held[member] + net.get(member, 0) for member in held}
            queue = {number: owed for number, owed in queue.items() if number not in chosen}
        assert market.system.token.balance_of(house) == 0
