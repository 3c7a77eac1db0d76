"""What clearing is asked and what it answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from settlement.domain.obligations import Algorithm


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who pays and is paid; ``balance`` ≥ 0, in any unit that amounts share."""

    id: str
    balance: int


@dataclass(frozen=True, slots=True)
class Obligation:
    """What ``payer`` owes ``payee``: ``amount`` ≥ 1. Of one payer, the smaller ``priority`` goes first."""

    id: int | str
    payer: str
    payee: str
    amount: int
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """Who holds what, and what is owed, in queue order; no id stands twice among its like."""

    participants: tuple[Participant, ...]
    obligations: tuple[Obligation, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What settles; amounts are in the unit of the queue.

    ``settled`` and ``pending`` are in queue order, ``closing`` in that of the participants. ``bound``
    is None, unless a limit ended the search for the optimum: then no set settles more than ``bound``,
    and where that is ``gross_value`` only the choice among equally good sets was cut short.
    """

    algorithm: Algorithm
    settled: tuple[int | str, ...]
    pending: tuple[int | str, ...]
    closing: Mapping[str, int]
    gross_value: int
    net_value: int
    bound: int | None = None

    @property
    def liquidity_saved(self) -> Fraction:
        """The share of the gross value that needed no liquidity: 1 − net/gross, 0 where nothing settled."""
        return 1 - Fraction(self.net_value, self.gross_value) if self.gross_value else Fraction(0)

    def to_json(self) -> dict[str, Any]:
        """The answer as plain values; ``bound`` only where there is one, the share to two decimals."""
        answer: dict[str, Any] = {
            "algorithm": self.algorithm.value,
            "settled": list(self.settled),
            "pending": list(self.pending),
            "closing": dict(self.closing),
            "gross_value": self.gross_value,
            "net_value": self.net_value,
            "liquidity_saved": float(round(self.liquidity_saved, 2)),
        }
        return answer if self.bound is None else {**answer, "bound": self.bound}


def answer_to(queue: Queue, algorithm: Algorithm, chosen: Iterable[int], bound: int | None = None) -> Answer:
    """The answer that settles what is ``chosen``: a flag for each obligation, in queue order."""
    net = dict.fromkeys((participant.id for participant in queue.participants), 0)
    settled: list[int | str] = []
    pending: list[int | str] = []
    gross = 0
    for obligation, flag in zip(queue.obligations, chosen, strict=True):
        if not flag:
            pending.append(obligation.id)
            continue
        settled.append(obligation.id)
        net[obligation.payer] -= obligation.amount
        net[obligation.payee] += obligation.amount
        gross += obligation.amount
    closing = {
        participant.id: participant.balance + net[participant.id] for participant in queue.participants
    }
    debits = -sum(position for position in net.values() if position < 0)
    return Answer(algorithm, tuple(settled), tuple(pending), closing, gross, debits, bound)
