"""What each algorithm settles: published answers, and random queues against trying everything."""

import os
import random
import signal
from collections import Counter
from dataclasses import replace
from threading import Event, Thread, Timer
from typing import ClassVar

import highspy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.clearing import Algorithm, Limits, Obligation, Participant, Queue, clear
from tests.clearing.cases import PUBLISHED, UBIN, Case
from tests.clearing.queues import best, chosen_of, feasible, keeps_order, positions, queues, value

GROSS, FIFO, BYPASS, OPTIMAL = Algorithm
#: Nothing is found by exact search, so that HiGHS has to.
BY_HIGHS = Limits(steps=0)


def chosen(queue: Queue, algorithm: Algorithm, limits: Limits | None = None) -> tuple[int, ...]:
    answer = clear(queue, algorithm, limits)
    assert answer.bound is None
    return chosen_of(queue, answer.settled)


class TestPublishedCases:
    @pytest.mark.parametrize("case", UBIN, ids=lambda case: case.section)
    def test_fifo(self, case: Case) -> None:
        answer = clear(case.queue, FIFO)
        assert answer.settled == case.fifo
        assert answer.closing == case.closing
        assert list(answer.closing) == list(case.held)

    @pytest.mark.parametrize("case", UBIN, ids=lambda case: case.section)
    def test_others_against_trying_everything(self, case: Case) -> None:
        queue = case.queue
        optimum = best(queue)
        assert chosen(queue, OPTIMAL) == chosen(queue, OPTIMAL, BY_HIGHS) == optimum
        assert value(queue, optimum) >= clear(queue, BYPASS).gross_value >= clear(queue, FIFO).gross_value

    def test_gross_settles_nothing_of_a_gridlock(self) -> None:
        assert clear(PUBLISHED[0].queue, GROSS).settled == ()

    def test_values(self) -> None:
        assert [clear(case.queue, FIFO).gross_value for case in PUBLISHED] == [45, 47, 71]

    def test_optimum_of_the_second(self) -> None:
        answer = clear(PUBLISHED[1].queue, OPTIMAL)
        assert answer.settled == (1, 2, 4, 5)
        assert answer.pending == (3, 6)
        assert answer.closing == {"A": 2, "B": 16}
        assert (answer.gross_value, answer.net_value) == (62, 8)


class TestAnyQueue:
    @given(queues())
    @pytest.mark.parametrize("algorithm", Algorithm)
    def test_answers_add_up(self, algorithm: Algorithm, queue: Queue) -> None:
        answer = clear(queue, algorithm)
        flags = chosen_of(queue, answer.settled)
        order = [owed.id for owed in queue.obligations]
        assert list(answer.settled) == [name for name in order if name in answer.settled]
        assert list(answer.pending) == [name for name in order if name not in answer.settled]
        assert answer.closing == positions(queue, flags)
        assert min(answer.closing.values()) >= 0
        assert sum(answer.closing.values()) == sum(holder.balance for holder in queue.participants)
        assert answer.gross_value == value(queue, flags)
        debits = [max(0, holder.balance - answer.closing[holder.id]) for holder in queue.participants]
        assert answer.net_value == sum(debits)
        assert clear(queue, algorithm) == answer

    @given(queues())
    def test_fifo_is_the_largest_set_in_order(self, queue: Queue) -> None:
        in_order = [flags for flags in feasible(queue) if keeps_order(queue, flags)]
        largest = tuple(max(column) for column in zip(*in_order, strict=True))
        assert chosen(queue, FIFO) == largest

    @given(queues(), st.randoms(use_true_random=False))
    def test_fifo_whoever_drops_first(self, queue: Queue, chance: random.Random) -> None:
        flags = [1] * len(queue.obligations)
        while short := [name for name, position in positions(queue, flags).items() if position < 0]:
            payer = chance.choice(short)
            mine = [n for n, owed in enumerate(queue.obligations) if flags[n] and owed.payer == payer]
            flags[max(mine, key=lambda n: (queue.obligations[n].priority, n))] = 0
        assert chosen(queue, FIFO) == tuple(flags)

    @given(queues(), st.randoms(use_true_random=False))
    def test_gross_whoever_pays_first(self, queue: Queue, chance: random.Random) -> None:
        flags = [0] * len(queue.obligations)

        def payable() -> list[int]:
            heads: dict[str, int] = {}
            for number, owed in sorted(enumerate(queue.obligations), key=lambda pair: pair[1].priority):
                if not flags[number]:
                    heads.setdefault(owed.payer, number)
            held = positions(queue, flags)
            return [n for payer, n in heads.items() if queue.obligations[n].amount <= held[payer]]

        while able := payable():
            flags[chance.choice(able)] = 1
        assert chosen(queue, GROSS) == tuple(flags)

    @given(queues())
    def test_each_settles_no_less_than_the_one_before(self, queue: Queue) -> None:
        gross, fifo = set(clear(queue, GROSS).settled), set(clear(queue, FIFO).settled)
        assert gross <= fifo
        values = [clear(queue, algorithm).gross_value for algorithm in (GROSS, FIFO, BYPASS, OPTIMAL)]
        assert values == sorted(values)

    @given(queues())
    def test_bypass_leaves_nothing_that_could_be_paid(self, queue: Queue) -> None:
        answer = clear(queue, BYPASS)
        for owed in queue.obligations:
            assert owed.id in answer.settled or owed.amount > answer.closing[owed.payer]

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(queues())
    @pytest.mark.parametrize("limits", [Limits(), BY_HIGHS], ids=["search", "HiGHS"])
    def test_optimum_is_that_of_trying_everything(self, limits: Limits, queue: Queue) -> None:
        assert chosen(queue, OPTIMAL, limits) == best(queue)


class TestPriority:
    QUEUE: ClassVar[Queue] = Queue(
        (Participant("A", 5), Participant("B", 0)),
        (
            Obligation("late", "A", "B", 5, 1),
            Obligation("first", "A", "B", 3, -1),
            Obligation("next", "A", "B", 3),
        ),
    )

    @pytest.mark.parametrize("algorithm", [GROSS, FIFO])
    def test_the_smaller_goes_first(self, algorithm: Algorithm) -> None:
        assert clear(self.QUEUE, algorithm).settled == ("first",)

    def test_the_optimum_does_not_mind(self) -> None:
        assert clear(self.QUEUE, OPTIMAL).settled == ("late",)


class TestTies:
    @pytest.mark.parametrize("limits", [Limits(), BY_HIGHS], ids=["search", "HiGHS"])
    def test_more_obligations_then_earlier_ones(self, limits: Limits) -> None:
        amounts = {"one": 4, "two": 1, "three": 2, "four": 2, "five": 3}
        queue = Queue(
            (Participant("A", 4), Participant("B", 0)),
            tuple(Obligation(name, "A", "B", amount) for name, amount in amounts.items()),
        )
        assert clear(queue, OPTIMAL, limits).settled == ("two", "five")
        assert clear(queue, OPTIMAL, limits).bound is None

    def test_more_than_are_decided_at_once(self) -> None:
        queue = Queue(
            (Participant("A", 80), Participant("B", 0)),
            tuple(Obligation(number, "A", "B", 3 if number % 3 else 2) for number in range(60)),
        )
        # 20 twos and 40 threes: 80 by all twos but one and 14 threes, for fewer twos mean fewer obligations.
        answer = clear(queue, OPTIMAL, BY_HIGHS)
        assert answer.bound is None
        assert (answer.gross_value, len(answer.settled)) == (80, 33)
        amounts = Counter(queue.obligations[int(number)].amount for number in answer.settled)
        assert amounts == {2: 19, 3: 14}
        twos = [number for number in range(60) if number % 3 == 0]
        threes = [number for number in range(60) if number % 3]
        assert set(answer.settled) == {*twos[:19], *threes[:14]}


class TestLimits:
    HARD: ClassVar[Queue] = Queue(
        tuple(Participant(f"P{number}", 50) for number in range(6)),
        tuple(
            Obligation(n, f"P{n % 6}", f"P{(n * n + n // 6 + 1 + n % 6) % 6}", 37 + n * n % 101)
            for n in range(70)
            if n % 6 != (n * n + n // 6 + 1 + n % 6) % 6
        ),
    )

    def test_beyond_the_size_the_heuristic_answers_with_a_bound(self) -> None:
        answer = clear(self.HARD, OPTIMAL, Limits(steps=0, obligations=10))
        assert answer.gross_value == clear(self.HARD, BYPASS).gross_value
        assert answer.bound is not None
        assert answer.gross_value <= clear(self.HARD, OPTIMAL).gross_value <= answer.bound
        assert answer.to_json()["bound"] == answer.bound

    def test_a_search_cut_short_answers_with_a_bound(self) -> None:
        answer = clear(self.HARD, OPTIMAL, Limits(steps=0, work=0))
        assert answer.bound is not None
        assert clear(self.HARD, BYPASS).gross_value <= answer.gross_value <= answer.bound

    @given(queues())
    @settings(deadline=None)
    def test_amounts_beyond_doubles_are_exact_or_bounded(self, queue: Queue) -> None:
        # Coprime and long: no common unit makes them short.
        owed = tuple(replace(o, amount=o.amount * 10**40 + int(o.id) % 3) for o in queue.obligations)
        held = tuple(replace(h, balance=h.balance * 10**40 + 1) for h in queue.participants)
        long = Queue(held, owed)
        optimum = best(long)
        assert chosen(long, OPTIMAL) == optimum
        answer = clear(long, OPTIMAL, BY_HIGHS)
        assert min(answer.closing.values()) >= 0
        most = answer.gross_value if answer.bound is None else answer.bound
        assert answer.gross_value <= value(long, optimum) <= most


class Counted(int):
    """An amount that counts how often it is added, subtracted or compared."""

    touched = 0

    def _count(self) -> None:
        Counted.touched += 1

    def __add__(self, other: int) -> int:
        self._count()
        return int(self) + other

    def __sub__(self, other: int) -> int:
        self._count()
        return int(self) - other

    def __rsub__(self, other: int) -> int:
        self._count()
        return other - int(self)

    def __le__(self, other: int) -> bool:
        self._count()
        return int(self) <= other

    def __lt__(self, other: int) -> bool:
        self._count()
        return int(self) < other

    __radd__ = __add__


@pytest.mark.parametrize("algorithm", [GROSS, FIFO])
@pytest.mark.parametrize("size", [1_000, 100_000])
def test_each_obligation_is_touched_a_bounded_number_of_times(algorithm: Algorithm, size: int) -> None:
    chance = random.Random(size)
    names = [f"P{number}" for number in range(50)]
    queue = Queue(
        tuple(Participant(name, chance.randrange(1_000)) for name in names),
        tuple(
            Obligation(number, payer, payee, Counted(chance.randrange(1, 1_000)))
            for number, (payer, payee) in enumerate(chance.sample(names, 2) for _ in range(size))
        ),
    )
    Counted.touched = 0
    answer = clear(queue, algorithm)
    assert 0 < len(answer.settled) < size
    assert Counted.touched <= 12 * size


@pytest.mark.parametrize(
    ("participants", "obligations", "message"),
    [
        ([("A", 1), ("A", 2)], [], "a participant stands twice"),
        ([("A", -1)], [], "a balance is below 0"),
        ([("A", 1), ("B", 1)], [(1, "A", "B", 0)], "an amount is below 1"),
        ([("A", 1), ("B", 1)], [(1, "A", "C", 1)], "no participant 'C'"),
        ([("A", 1), ("B", 1)], [(1, "A", "A", 1)], "owed to its payer"),
        ([("A", 1), ("B", 1)], [(1, "A", "B", 1), (1, "B", "A", 1)], "an obligation stands twice"),
    ],
)
def test_no_answer_to_what_is_no_queue(
    participants: list[tuple[str, int]], obligations: list[tuple[int, str, str, int]], message: str
) -> None:
    queue = Queue(
        tuple(Participant(*holder) for holder in participants),
        tuple(Obligation(*owed) for owed in obligations),
    )
    with pytest.raises(ValueError, match=message):
        clear(queue)


def test_an_interruption_reaches_us_while_the_solver_calculates(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    names = [f"P{number}" for number in range(30)]
    pairs = (chance.sample(names, 2) for _ in range(600))
    owed = (Obligation(n, payer, payee, chance.randrange(1, 1_000)) for n, (payer, payee) in enumerate(pairs))
    queue = Queue(tuple(Participant(name, chance.randrange(100)) for name in names), tuple(owed))
    # A solver that goes on until it is cancelled: how fast a real one is must not decide what is tested.
    cancelled = Event()

    def interrupted(solver: highspy.Highs) -> Thread:
        calculating = Thread(target=cancelled.wait, daemon=True)
        calculating.start()
        Timer(0.2, os.kill, [os.getpid(), signal.SIGINT]).start()
        return calculating

    monkeypatch.setattr(highspy.Highs, "startSolve", interrupted)
    monkeypatch.setattr(highspy.Highs, "cancelSolve", lambda solver: cancelled.set())
    # A process that a shell put into the background ignores interruptions.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            clear(queue, OPTIMAL, BY_HIGHS)
    finally:
        signal.signal(signal.SIGINT, before)
    assert cancelled.is_set()
