"""Obligations of the clearing house."""

from enum import IntEnum

#: Priorities of an obligation, smaller first.
PRIORITIES = range(4)


class ObligationState(IntEnum):
    """State of an obligation. Values are those of ``IClearingHouse``."""

    NONE = 0
    PENDING = 1  #: to be settled, until its life ends
    SETTLED = 2
    WITHDRAWN = 3
    LAPSED = 4
