"""Simultaneous settlement of the greatest value there is, whatever the order of the queue.

Of selections of equal value the one with more obligations is taken, of those the one that stands
earliest in the queue: at the first obligation on which two differ, the one that settles it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import floor, isfinite

from settlement.clearing.book import Book
from settlement.clearing.bypass import bypass
from settlement.clearing.core import Core, cores, reduce
from settlement.clearing.search import search

#: Obligations whose order is decided at once: the weights of so many are exact, and small beside tolerances.
_AT_ONCE = 16
_HAIR = 1e-3


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a search for the optimum goes; counted, never timed, so that answers do not vary.

    A core is what the queue leaves to be decided together. ``steps`` of exact search are tried on
    each; after that HiGHS gets it, unless it has more than ``obligations``, and may branch ``work``
    times, divided by its number of obligations.
    """

    steps: int = 200_000
    obligations: int = 2_000
    work: int = 100_000


def optimal(book: Book, limits: Limits) -> int | None:
    """Settle the optimum; or, where a limit ends the search, the best selection found.

    Returns None for the optimum, otherwise what no selection settles more than.
    """
    heuristic = book.copy()
    bypass(heuristic)
    left = reduce(book)
    most, is_limited = book.value(), False
    for core in cores(book, left):
        known = [heuristic.settled[number] for number in core.numbers]
        chosen, bound = _best(core, known, limits)
        for number, flag in zip(core.numbers, chosen, strict=True):
            if flag:
                book.settle(number)
        is_limited = is_limited or bound is not None
        most += core.unit * (core.value(chosen) if bound is None else bound)
    return most if is_limited else None


def _best(core: Core, known: Sequence[int], limits: Limits) -> tuple[Sequence[int], int | None]:
    """The best selection of a core that was found, and, unless it is the best there is, a bound."""
    everything = [1] * len(core.amounts)
    if core.covers(everything):
        return everything, None
    found = search(core, known, limits.steps)
    if found is not None:
        return found, None
    if len(core.amounts) > limits.obligations:
        return known, _bound(core, [0.0] * len(core.holdings))
    return _solve(core, known, limits.work // len(core.amounts))


def _solve(core: Core, known: Sequence[int], nodes: int) -> tuple[Sequence[int], int | None]:
    """Let HiGHS choose the value, then the number, then the order."""
    # Loading it takes longer than clearing most queues does.
    from settlement.clearing.mixed_integer import Programme

    programme = Programme(core, nodes)
    solution = programme.maximise(programme.amounts, known)
    best = _better(core, solution.chosen, known)
    value = core.value(best)
    if not (programme.is_exact and solution.proves(value)):
        bound = _bound(core, programme.prices())
        is_bounded = programme.is_exact and isfinite(solution.bound)
        # A bound that rounding put a hair below the value it bounds is that value.
        return best, min(bound, floor(solution.bound + _HAIR)) if is_bounded else bound
    programme.require(programme.amounts, value)
    for weights in _preferences(len(best)):
        solution = programme.maximise(weights, best)
        found = solution.chosen
        if found is not None and core.covers(found) and core.value(found) == value:
            best = max(best, found, key=partial(_weight, weights))
        weight = _weight(weights, best)
        if not solution.proves(weight):
            return best, value
        programme.require(weights, weight)
    return best, None


def _better(core: Core, found: Sequence[int] | None, known: Sequence[int]) -> Sequence[int]:
    """What HiGHS found, if it leaves nobody below zero in exact integers and settles more than is known."""
    if found is None or not core.covers(found) or core.value(found) <= core.value(known):
        return known
    return found


def _preferences(size: int) -> Iterator[Sequence[float]]:
    """Weights that decide among selections of equal value: the number, then who stands first, bit by bit."""
    yield [1.0] * size
    for first in range(0, size, _AT_ONCE):
        weights = [0.0] * size
        for place in range(first, min(first + _AT_ONCE, size)):
            weights[place] = 2.0 ** (first + _AT_ONCE - 1 - place)
        yield weights


def _weight(weights: Sequence[float], chosen: Sequence[int]) -> int:
    return int(sum(weight for weight, flag in zip(weights, chosen, strict=True) if flag))


def _bound(core: Core, prices: Sequence[float]) -> int:
    """What no selection settles more than, whatever the prices, as long as none is below 0; exact.

    At a price for its payer's liquidity, and earning that of its payee, an obligation is worth
    amount × (1 − payer's price + payee's price). All that are worth something, plus all holdings
    sold, are worth at least what any selection settles, for selections leave nobody below zero.
    """
    exact = [Fraction(price) for price in prices]
    worth = sum((price * held for price, held in zip(exact, core.holdings, strict=True)), Fraction(0))
    for amount, payer, payee in zip(core.amounts, core.payers, core.payees, strict=True):
        margin = 1 - exact[payer] + (0 if payee is None else exact[payee])
        worth += amount * max(margin, Fraction(0))
    return min(floor(worth), sum(core.amounts))
