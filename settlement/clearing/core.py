"""What is hard about finding the optimum: the obligations that are left when the easy ones are decided."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

from settlement.clearing.book import Book


@dataclass(frozen=True)
class Core:
    """Obligations of which one settles or not for the sake of others, in queue order.

    Lists go by place in the core; ``payers`` and ``payees`` are places in ``holdings``, and ``payees``
    is None where receiving helps nobody to pay. Amounts are multiples of ``unit`` in the queue.
    """

    numbers: Sequence[int]
    amounts: Sequence[int]
    payers: Sequence[int]
    payees: Sequence[int | None]
    holdings: Sequence[int]
    unit: int

    def value(self, chosen: Sequence[int]) -> int:
        """What a selection settles, in units of the core."""
        return sum(amount for amount, flag in zip(self.amounts, chosen, strict=True) if flag)

    def covers(self, chosen: Sequence[int]) -> bool:
        """Whether a selection leaves nobody below zero."""
        positions = list(self.holdings)
        for place, flag in enumerate(chosen):
            if flag:
                positions[self.payers[place]] -= self.amounts[place]
                payee = self.payees[place]
                if payee is not None:
                    positions[payee] += self.amounts[place]
        return min(positions) >= 0


def reduce(book: Book) -> list[int]:
    """Settle what every optimum settles; return what it may settle, in queue order.

    Who can pay all that it may come to pay does so. What exceeds everything its payer can ever hold
    is out. Either may make the other apply to somebody else.
    """
    left = [sorted(order, key=book.amounts.__getitem__) for order in book.orders]
    owing = [sum(book.amounts[number] for number in mine) for mine in left]
    hope = book.positions[:]
    for number, payee in enumerate(book.payees):
        hope[payee] += book.amounts[number]
    turns = list(range(len(left)))
    while turns:
        payer = turns.pop()
        mine = left[payer]
        while mine and book.amounts[mine[-1]] > hope[payer]:
            number = mine.pop()
            owing[payer] -= book.amounts[number]
            hope[book.payees[number]] -= book.amounts[number]
            turns.append(book.payees[number])
        if mine and owing[payer] <= book.positions[payer]:
            for number in mine:
                book.settle(number)
                turns.append(book.payees[number])
            mine.clear()
    return sorted(number for mine in left for number in mine)


def cores(book: Book, left: Sequence[int]) -> list[Core]:
    """What may settle, in parts that nobody's position connects."""
    paying = {book.payers[number] for number in left}
    above = {payer: payer for payer in paying}

    def root(payer: int) -> int:
        while above[payer] != payer:
            above[payer] = payer = above[above[payer]]
        return payer

    for number in left:
        if book.payees[number] in paying:
            above[root(book.payers[number])] = root(book.payees[number])
    parts: dict[int, list[int]] = defaultdict(list)
    for number in left:
        parts[root(book.payers[number])].append(number)
    return [_core(book, part) for part in parts.values()]


def _core(book: Book, numbers: Sequence[int]) -> Core:
    payers = sorted({book.payers[number] for number in numbers})
    places = {payer: place for place, payer in enumerate(payers)}
    unit = gcd(*(book.amounts[number] for number in numbers))
    return Core(
        numbers,
        [book.amounts[number] // unit for number in numbers],
        [places[book.payers[number]] for number in numbers],
        [places.get(book.payees[number]) for number in numbers],
        # A remainder below the unit never helps to pay.
        [book.positions[payer] // unit for payer in payers],
        unit,
    )
