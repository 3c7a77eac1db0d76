"""Netting: what of a queue of obligations settles. Pure functions, and the files that hold queues."""

from settlement.clearing.clear import clear
from settlement.clearing.loader import parse_queue, read_queue
from settlement.clearing.optimal import Limits
from settlement.clearing.queue import Answer, Obligation, Participant, Queue
from settlement.domain.obligations import Algorithm

__all__ = [
    "Algorithm",
    "Answer",
    "Limits",
    "Obligation",
    "Participant",
    "Queue",
    "clear",
    "parse_queue",
    "read_queue",
]
