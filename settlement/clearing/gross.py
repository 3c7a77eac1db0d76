"""Real-time gross settlement: one obligation at a time, out of what its payer holds at that moment."""

from collections import deque

from settlement.clearing.book import Book
from settlement.clearing.trees import Earliest


def gross(book: Book) -> None:
    """Pay heads of queues while any can be paid; a head that cannot be paid blocks what is behind it.

    The result does not depend on whose head is paid first: paying one only adds to what others hold,
    so a head that can be paid can still be paid later, and two orders of paying always meet again.

    Each obligation is paid at most once, and looked at once more for each payment to its payer.
    """
    heads = [iter(order) for order in book.orders]
    due = [next(head, None) for head in heads]
    able = list(range(len(due)))
    while able:
        payer = able.pop()
        number = due[payer]
        while number is not None and book.amounts[number] <= book.positions[payer]:
            book.settle(number)
            able.append(book.payees[number])
            number = due[payer] = next(heads[payer], None)


def gross_with_bypass(book: Book) -> None:
    """Pay whatever of the pending can be paid, each payer's first that can be, until nothing can be.

    Payers take turns, each paying all it can. What is paid depends on the turns, which go by the
    order of the participants.
    """
    pending = [[number for number in order if not book.settled[number]] for order in book.orders]
    trees = [Earliest([book.amounts[number] for number in numbers]) for numbers in pending]
    turns = deque(range(len(trees)))
    waiting = bytearray(b"\x01" * len(trees))
    while turns:
        payer = turns.popleft()
        waiting[payer] = False
        while (place := trees[payer].first(book.positions[payer])) is not None:
            trees[payer].remove(place)
            number = pending[payer][place]
            book.settle(number)
            payee = book.payees[number]
            if not waiting[payee]:
                waiting[payee] = True
                turns.append(payee)
