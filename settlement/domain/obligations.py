"""Obligations of the clearing house, and how it may choose among them."""

from enum import Enum, IntEnum

#: Priorities of an obligation, smaller first.
PRIORITIES = range(4)


class ObligationState(IntEnum):
    """State of an obligation. Values are those of ``IClearingHouse``."""

    NONE = 0
    PENDING = 1  #: to be settled, until its life ends
    SETTLED = 2
    WITHDRAWN = 3
    LAPSED = 4


class Algorithm(Enum):
    """How it is decided what settles."""

    GROSS = "gross"  #: one by one in each payer's order
    FIFO = "fifo"  #: at once, in each payer's order
    BYPASS = "bypass"  #: at once, whatever the order; fast
    OPTIMAL = "optimal"  #: at once, whatever the order; the greatest value there is
