"""A queue by number: what the algorithms work on.

Obligations count from 0 in queue order, participants in theirs. A book costs a few machine words an
obligation, whatever the algorithm.
"""

from collections import defaultdict
from copy import copy

from settlement.clearing.queue import Queue


class Book:
    """The queue's columns, each payer's order, and positions that change as obligations are settled."""

    def __init__(self, queue: Queue) -> None:
        """Copy a queue into columns.

        Raises:
            ValueError: the queue is not as ``Queue``, ``Participant`` and ``Obligation`` say.
        """
        places = {participant.id: place for place, participant in enumerate(queue.participants)}
        #: Position of each participant: its balance, and what was settled since.
        self.positions = [participant.balance for participant in queue.participants]
        try:
            self.payers = [places[obligation.payer] for obligation in queue.obligations]
            self.payees = [places[obligation.payee] for obligation in queue.obligations]
        except KeyError as error:
            raise ValueError(f"no participant {error.args[0]!r} is in the queue") from None
        self.amounts = [obligation.amount for obligation in queue.obligations]
        #: Of each participant, the obligations that it pays, in the order in which they are due.
        self.orders: list[list[int]] = [[] for _ in self.positions]
        #: A flag for each obligation.
        self.settled = bytearray(len(self.amounts))
        _check(queue, self)
        by_priority: dict[int, list[int]] = defaultdict(list)
        for number, obligation in enumerate(queue.obligations):
            by_priority[obligation.priority].append(number)
        for priority in sorted(by_priority):
            for number in by_priority[priority]:
                self.orders[self.payers[number]].append(number)

    def copy(self) -> "Book":
        """A book to settle in on its own; the columns, which never change, are shared."""
        twin = copy(self)
        twin.positions, twin.settled = self.positions[:], self.settled[:]
        return twin

    def settle(self, number: int) -> None:
        """Settle one obligation, whether or not its payer holds the amount."""
        self.settled[number] = True
        self.positions[self.payers[number]] -= self.amounts[number]
        self.positions[self.payees[number]] += self.amounts[number]

    def unsettle(self, number: int) -> None:
        """Take one obligation out of what is settled."""
        self.settled[number] = False
        self.positions[self.payers[number]] += self.amounts[number]
        self.positions[self.payees[number]] -= self.amounts[number]

    def value(self) -> int:
        """What is settled, gross."""
        return sum(amount for amount, flag in zip(self.amounts, self.settled, strict=True) if flag)

    def rank(self) -> tuple[int, int, bytes]:
        """What makes one selection better than another: value, then number, then what stands earlier."""
        return self.value(), sum(self.settled), bytes(self.settled)


def _check(queue: Queue, book: Book) -> None:
    if len({participant.id for participant in queue.participants}) < len(queue.participants):
        raise ValueError("a participant stands twice in the queue")
    if len({obligation.id for obligation in queue.obligations}) < len(queue.obligations):
        raise ValueError("an obligation stands twice in the queue")
    if any(position < 0 for position in book.positions):
        raise ValueError("a balance is below 0")
    if any(amount < 1 for amount in book.amounts):
        raise ValueError("an amount is below 1")
    if any(payer == payee for payer, payee in zip(book.payers, book.payees, strict=True)):
        raise ValueError("an obligation is owed to its payer")
