"""Two orders that obligations are looked up in while some of them leave."""

from bisect import bisect_left
from collections.abc import Sequence


class Earliest:
    """Amounts in a row, and the first of those left that is no greater than a limit: a tree of minima.

    Looking up and removing cost the logarithm of the length of the row.
    """

    def __init__(self, amounts: Sequence[int]) -> None:
        self._width = 1 << max(len(amounts) - 1, 0).bit_length()
        # A node holds the least amount below it, None where nothing is left; node n is above 2n and 2n + 1.
        self._least: list[int | None] = [None] * self._width + list(amounts)
        self._least += [None] * (2 * self._width - len(self._least))
        for node in range(self._width - 1, 0, -1):
            self._least[node] = self._lesser(node)

    def _lesser(self, node: int) -> int | None:
        left, right = self._least[2 * node], self._least[2 * node + 1]
        if left is None or right is None:
            return right if left is None else left
        return min(left, right)

    def first(self, limit: int) -> int | None:
        """Place of the first amount that is no greater than ``limit``; None where there is none."""
        least = self._least
        top = least[1]
        if top is None or top > limit:
            return None
        node = 1
        while node < self._width:
            node *= 2
            left = least[node]
            if left is None or left > limit:
                node += 1
        return node - self._width

    def remove(self, place: int) -> None:
        """Take the amount at a place out of the row."""
        node = place + self._width
        self._least[node] = None
        while node > 1:
            node //= 2
            self._least[node] = self._lesser(node)


class Covering:
    """Amounts by size, and the smallest of those left that reaches a limit, else the greatest.

    Places that have left are passed over by links that grow shorter with use, so that taking all
    costs little more than sorting them.
    """

    def __init__(self, amounts: Sequence[int]) -> None:
        self._places = sorted(range(len(amounts)), key=amounts.__getitem__)
        self._sizes = [amounts[place] for place in self._places]
        # Link of a rank: itself while it is left, otherwise a later one; the last rank stands for none.
        self._links = list(range(len(amounts) + 1))
        self._top = len(amounts) - 1

    def take(self, limit: int) -> int:
        """Take out the amount that covers ``limit`` and return its place; the row must not be empty."""
        rank = self._left(bisect_left(self._sizes, limit))
        if rank == len(self._sizes):
            while self._links[self._top] != self._top:
                self._top -= 1
            rank = self._top
        self._links[rank] = rank + 1
        return self._places[rank]

    def _left(self, rank: int) -> int:
        links = self._links
        while links[rank] != rank:
            links[rank] = rank = links[links[rank]]
        return rank
