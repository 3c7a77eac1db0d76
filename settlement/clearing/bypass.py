"""Simultaneous settlement that may skip obligations: a fast heuristic for the optimum."""

from collections.abc import Iterable

from settlement.clearing.book import Book
from settlement.clearing.fifo import fifo
from settlement.clearing.gross import gross_with_bypass
from settlement.clearing.trees import Covering

#: How often what is left is tried again; more finds next to nothing.
_ROUNDS = 4


def bypass(book: Book) -> None:
    """Settle the best of three selections, which differ in what goes first.

    One is gross settlement with bypass, then simultaneous settlement of what is left; one settles
    everything left simultaneously at once. The third starts from what ``fifo`` settles, which is never
    less than ``gross`` does; so this is never worse than either of them.
    """
    best = book.copy()
    for first in (gross_with_bypass, fifo, _settle_all):
        selection = book.copy()
        first(selection)
        _extend(selection)
        best = max(best, selection, key=Book.rank)
    book.positions, book.settled = best.positions, best.settled


def _settle_all(book: Book) -> None:
    settle_together(book, range(len(book.amounts)))


def _extend(book: Book) -> None:
    """Settle more of what is left: at once, then one by one, until nothing more is found."""
    for _ in range(_ROUNDS):
        before = sum(book.settled)
        settle_together(book, (number for order in book.orders for number in order))
        gross_with_bypass(book)
        if sum(book.settled) == before:
            return


def settle_together(book: Book, numbers: Iterable[int]) -> None:
    """Settle those of ``numbers`` that are left, then drop of any payer below zero what brings it up.

    That is the smallest of them that does so alone, else the greatest. Nobody may be below zero before.
    """
    pending: list[list[int]] = [[] for _ in book.orders]
    for number in numbers:
        if not book.settled[number]:
            pending[book.payers[number]].append(number)
            book.settle(number)
    rows = [Covering([book.amounts[number] for number in mine]) for mine in pending]
    short = [payer for payer, position in enumerate(book.positions) if position < 0]
    while short:
        payer = short.pop()
        # Without what was settled here nobody is below zero, so there is something to drop.
        while book.positions[payer] < 0:
            number = pending[payer][rows[payer].take(-book.positions[payer])]
            payee = book.payees[number]
            was_short = book.positions[payee] < 0
            book.unsettle(number)
            if book.positions[payee] < 0 and not was_short:
                short.append(payee)
