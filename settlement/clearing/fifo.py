"""Simultaneous settlement in each payer's order: the largest set there is, found by dropping."""

from settlement.clearing.book import Book


def fifo(book: Book) -> None:
    """Settle everything, then drop the last-queued obligation of any payer below zero until nobody is.

    Sets that respect every payer's order are vectors of how many each payer settles. Where two of
    them leave nobody below zero, so does the one that takes the longer front of every payer: whoever
    pays as much as in one of the two receives at least as much as there. Hence there is a largest,
    and dropping never goes below it: whoever falls short with more incoming than it would have there
    must be paying more than there. The result is that set, whoever drops first.

    Each obligation is settled once and dropped at most once.
    """
    positions, amounts, payees = book.positions, book.amounts, book.payees
    for number in range(len(amounts)):
        book.settle(number)
    short = [payer for payer, position in enumerate(positions) if position < 0]
    ends = [len(order) for order in book.orders]
    while short:
        payer = short.pop()
        order = book.orders[payer]
        # Who pays nothing is not below zero, so the order does not run out.
        while positions[payer] < 0:
            ends[payer] -= 1
            number = order[ends[payer]]
            payee = payees[number]
            was_short = positions[payee] < 0
            book.unsettle(number)
            if positions[payee] < 0 and not was_short:
                short.append(payee)
