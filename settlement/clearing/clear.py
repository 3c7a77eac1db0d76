"""The door of the room: a queue → what settles."""

from settlement.clearing.book import Book
from settlement.clearing.bypass import bypass
from settlement.clearing.fifo import fifo
from settlement.clearing.gross import gross
from settlement.clearing.optimal import Limits, optimal
from settlement.clearing.queue import Answer, Queue, answer_to
from settlement.domain.obligations import Algorithm


def clear(queue: Queue, algorithm: Algorithm = Algorithm.FIFO, limits: Limits | None = None) -> Answer:
    """What ``algorithm`` settles of a queue; ``limits`` matter to the optimum only.

    The same queue always gets the same answer.

    Raises:
        ValueError: the queue is not as ``Queue``, ``Participant`` and ``Obligation`` say.
    """
    book, bound = Book(queue), None
    match algorithm:
        case Algorithm.GROSS:
            gross(book)
        case Algorithm.FIFO:
            fifo(book)
        case Algorithm.BYPASS:
            bypass(book)
        case Algorithm.OPTIMAL:
            bound = optimal(book, limits or Limits())
    return answer_to(queue, algorithm, book.settled, bound)
