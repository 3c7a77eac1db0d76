"""Errors of ``ConversionDesk.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "ConversionDeskExpired",
    "ConversionDeskIdTaken",
    "ConversionDeskInvalidLimits",
    "ConversionDeskInvalidQuote",
    "ConversionDeskNotEntitled",
    "ConversionDeskOutOfSpread",
    "ConversionDeskQuoteUsed",
    "ConversionDeskUnknown",
]


class ConversionDeskInvalidLimits(ContractRevert, reason=Reason.TERMS_INVALID):
    """A limit of the desk makes no sense."""


class ConversionDeskIdTaken(ContractRevert, reason=Reason.ALREADY_USED):
    """The quote was posted before."""


class ConversionDeskInvalidQuote(ContractRevert, reason=Reason.TERMS_INVALID):
    """The quote lacks an entity, or its size or life is out of the limits."""


class ConversionDeskOutOfSpread(ContractRevert, reason=Reason.PRICE_OUT_OF_SPREAD):
    """The price is too far from the market."""


class ConversionDeskUnknown(ContractRevert, reason=Reason.WRONG_STATE):
    """There is no such quote."""


class ConversionDeskQuoteUsed(ContractRevert, reason=Reason.ALREADY_USED):
    """The quote was accepted before."""


class ConversionDeskNotEntitled(ContractRevert, reason=Reason.NOT_A_PARTY):
    """The quote was made to somebody else."""


class ConversionDeskExpired(ContractRevert, reason=Reason.TOO_LATE):
    """The quote has ended."""
