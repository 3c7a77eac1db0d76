"""The optimum of a small core: whatever selection could be it is tried, in exact integers."""

from collections.abc import Sequence

from settlement.clearing.core import Core

#: Selections nest as deeply as a core is large.
_LARGEST = 64


def search(core: Core, known: Sequence[int], steps: int) -> Sequence[int] | None:
    """The best selection: greatest value, then most obligations, then earliest in the queue.

    ``known`` is some selection that leaves nobody below zero. None when the core is too large, or
    ``steps`` are not enough.
    """
    if len(core.amounts) > _LARGEST:
        return None
    tried = _Search(core, known, steps)
    try:
        tried.visit(0, 0)
    except _OutOfStepsError:
        return None
    return tried.best


class _OutOfStepsError(Exception):
    pass


class _Search:
    def __init__(self, core: Core, known: Sequence[int], steps: int) -> None:
        self._core, self._steps = core, steps
        # Value comes before number.
        self._weights = [amount * (len(core.amounts) + 1) + 1 for amount in core.amounts]
        self._rest = [0]
        for weight in reversed(self._weights):
            self._rest.append(self._rest[-1] + weight)
        self._rest.reverse()
        # What each would end with if all that is undecided came in and nothing of it went out.
        self._hope = list(core.holdings)
        for amount, payee in zip(core.amounts, core.payees, strict=True):
            if payee is not None:
                self._hope[payee] += amount
        self._chosen = [0] * len(core.amounts)
        self.best = known
        # What is known is to be found again, for an equal one may stand earlier in the queue.
        self._most = sum(weight for weight, flag in zip(self._weights, known, strict=True) if flag) - 1

    def visit(self, place: int, score: int) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise _OutOfStepsError
        if score + self._rest[place] <= self._most:
            return
        if place == len(self._chosen):
            self.best, self._most = self._chosen[:], score
            return
        amount, hope = self._core.amounts[place], self._hope
        payer, payee = self._core.payers[place], self._core.payees[place]
        # Settled before left out: of equals, the earliest in the queue is found first.
        if hope[payer] >= amount:
            hope[payer] -= amount
            self._chosen[place] = 1
            self.visit(place + 1, score + self._weights[place])
            self._chosen[place] = 0
            hope[payer] += amount
        if payee is None:
            self.visit(place + 1, score)
        elif hope[payee] >= amount:
            hope[payee] -= amount
            self.visit(place + 1, score)
            hope[payee] += amount
