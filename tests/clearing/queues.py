"""Random small queues, and what settles of them found by trying everything."""

from collections.abc import Iterator, Sequence
from itertools import product

from hypothesis import strategies as st

from settlement.clearing import Obligation, Participant, Queue

Selection = Sequence[int]


@st.composite
def queues(draw: st.DrawFn, most: int = 8, largest: int = 12, members: int = 4) -> Queue:
    """Queues among few participants, with amounts that often coincide and scarce balances."""
    names = [f"P{number}" for number in range(draw(st.integers(2, members)))]
    holders = tuple(Participant(name, draw(st.integers(0, largest))) for name in names)
    owed = []
    for number in range(draw(st.integers(0, most))):
        payer, payee = draw(st.permutations(names).map(lambda order: order[:2]))
        owed.append(Obligation(number, payer, payee, draw(st.integers(1, largest)), draw(st.integers(0, 2))))
    return Queue(holders, tuple(owed))


def chosen_of(queue: Queue, ids: Sequence[int | str]) -> tuple[int, ...]:
    """A flag for each obligation: whether it is among ``ids``."""
    return tuple(int(owed.id in ids) for owed in queue.obligations)


def positions(queue: Queue, chosen: Selection) -> dict[str, int]:
    """What everybody holds once a selection has settled."""
    held = {holder.id: holder.balance for holder in queue.participants}
    for owed, flag in zip(queue.obligations, chosen, strict=True):
        if flag:
            held[owed.payer] -= owed.amount
            held[owed.payee] += owed.amount
    return held


def feasible(queue: Queue) -> Iterator[Selection]:
    """All selections that leave nobody below zero, the earliest in the queue first."""
    for chosen in product((1, 0), repeat=len(queue.obligations)):
        if min(positions(queue, chosen).values()) >= 0:
            yield chosen


def keeps_order(queue: Queue, chosen: Selection) -> bool:
    """Whether of every payer a front of its queue is chosen."""
    blocked = set()
    for owed, flag in sorted(zip(queue.obligations, chosen, strict=True), key=lambda pair: pair[0].priority):
        if flag and owed.payer in blocked:
            return False
        if not flag:
            blocked.add(owed.payer)
    return True


def value(queue: Queue, chosen: Selection) -> int:
    """What a selection settles, gross."""
    return sum(owed.amount for owed, flag in zip(queue.obligations, chosen, strict=True) if flag)


def best(queue: Queue) -> Selection:
    """The optimum: greatest value, then most obligations, then earliest in the queue."""
    return max(feasible(queue), key=lambda chosen: (value(queue, chosen), sum(chosen), chosen))
