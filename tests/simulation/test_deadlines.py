"""Clocks that stand still: what a deadline loses is the time of suspensions and holds, counted once."""

from hypothesis import given
from hypothesis import strategies as st

from settlement.simulation.actors.actor import Wake
from settlement.simulation.actors.deadlines import Deadlines
from settlement.simulation.operations import Expire

#: Seconds of a clock, and stops of it: a cause, when it begins, and how long it lasts.
MOMENT = st.integers(0, 50)
STOP = st.tuples(st.sampled_from(["suspension", "hold"]), MOMENT, st.integers(1, 20))


def _apart(stops: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """The stops of each cause that do not overlap the ones before."""
    until = {"suspension": -1, "hold": -1}
    kept = []
    for cause, begin, length in sorted(stops, key=lambda stop: stop[1]):
        if begin > until[cause]:
            kept.append((cause, begin, length))
            until[cause] = begin + length
    return kept


@given(st.lists(STOP, max_size=6), MOMENT)
def test_deadline_comes_when_the_clock_has_run_that_long(
    stops: list[tuple[str, int, int]], deadline: int
) -> None:
    stops = _apart(stops)
    deadlines = Deadlines("keeper")
    deadlines.start("C1", 0)
    wakes: list[Wake] = [deadlines.set("C1", deadline, Expire("C1"), lambda: True)]
    fired, clock = [], 0
    for now in range(200):
        for cause, begin, length in stops:
            if now == begin + length:
                resume = deadlines.resume(now) if cause == "suspension" else deadlines.release("C1", now)
                wakes += resume
            if now == begin:
                if cause == "suspension":
                    deadlines.suspend(now)
                else:
                    deadlines.hold("C1", now)
        stopped = any(begin <= now < begin + length for _, begin, length in stops)
        assert deadlines.reading("C1", now) == clock
        for wake in [wake for wake in wakes if wake.at == now]:
            fired += [now] if wake.decide() is not None else []
        if fired:
            break
        clock += not stopped
    assert len(fired) == 1
    # A clock that stands still at its deadline goes on first.
    assert (clock, stopped) == (deadline, False)


def test_hold_of_one_credit_leaves_the_others_alone() -> None:
    deadlines = Deadlines("keeper")
    for credit in ("C1", "C2"):
        deadlines.start(credit, 0)
    wake = deadlines.set("C2", 10, Expire("C2"), lambda: True)
    deadlines.hold("C1", 5)
    assert deadlines.reading("C2", 8) == 8
    assert wake.decide() is not None


def test_what_was_taken_and_refused_is_tried_again() -> None:
    deadlines = Deadlines("keeper")
    deadlines.start("C1", 0)
    wake = deadlines.set("C1", 10, Expire("C1"), lambda: True)
    assert wake.decide() is not None
    deadlines.suspend(20)
    assert list(deadlines.resume(30)) == []
    assert wake.decide() is not None


def test_what_is_over_is_not_taken() -> None:
    deadlines = Deadlines("keeper")
    deadlines.start("C1", 0)
    wake = deadlines.set("C1", 10, Expire("C1"), lambda: False)
    assert wake.decide() is None
