"""What authorities note beside the chain: alerts, hits, incidents. None of it is visible to its subject."""

from dataclasses import dataclass
from enum import Enum


class NoteKind(Enum):
    """What a note is about."""

    HIT = "hit"  #: a name, a jurisdiction or an owner is like one on the screening list
    CLEARED = "cleared"  #: two reviewers found a hit to be none
    MATCH = "match"  #: two reviewers found a listed party
    STRUCTURING = "structuring"  #: payments stay just below a threshold
    SUSPICION = "suspicion"  #: a report of suspicion was filed
    INCIDENT = "incident"  #: somebody tried what the regime prohibits
    DEFAULT = "default"  #: a buyer did not pay
    OVERDUE = "overdue"  #: an advance was not returned in time
    OUTAGE = "outage"  #: an intermediary cannot act
    LOSS = "loss"  #: the conversion desk bore a move of the price
    DELAY = "delay"  #: a conversion of which one leg did not come was made later, at another price
    GRIDLOCK = "gridlock"  #: obligations wait for each other, so that nothing settles one by one


@dataclass(frozen=True, slots=True)
class Note:
    """A line of the log of supervisor and compliance.

    Attributes:
        sim_time: when, epoch seconds.
        author: office that noted it.
        kind: what it is about.
        subject: whom it is about, by name.
        text: one sentence.
    """

    sim_time: int
    author: str
    kind: NoteKind
    subject: str
    text: str
