"""Firm quotes of the conversion desk."""

from enum import IntEnum


class QuoteSide(IntEnum):
    """What the desk does. Values are those of ``IConversionDesk``."""

    SELLS_SU = 0
    BUYS_SU = 1


class QuoteState(IntEnum):
    """State of a quote. Values are those of ``IConversionDesk``."""

    NONE = 0
    POSTED = 1
    USED = 2
