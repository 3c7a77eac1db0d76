"""Errors of ``PriceOracle.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "PriceOracleBreakerTripped",
    "PriceOracleFeederTaken",
    "PriceOracleInvalidLimits",
    "PriceOracleMedianMoved",
    "PriceOracleNoPrice",
    "PriceOracleNotFeeder",
    "PriceOracleNotTripped",
    "PriceOracleTooManyFeeders",
    "PriceOracleZeroValue",
]


class PriceOracleNoPrice(ContractRevert, reason=Reason.PRICE_STALE):
    """Too few feeders have a fresh value."""


class PriceOracleBreakerTripped(ContractRevert, reason=Reason.PRICE_BREAKER):
    """The median is too far from the price accepted last."""


class PriceOracleNotTripped(ContractRevert, reason=Reason.WRONG_STATE):
    """The breaker is not tripped."""


class PriceOracleMedianMoved(ContractRevert, reason=Reason.TERMS_CHANGED):
    """The median left the price that two people agreed on."""


class PriceOracleZeroValue(ContractRevert, reason=Reason.TERMS_INVALID):
    """Nothing is worth zero."""


class PriceOracleNotFeeder(ContractRevert, reason=Reason.UNAUTHORISED):
    """The account is no feeder."""


class PriceOracleFeederTaken(ContractRevert, reason=Reason.ALREADY_USED):
    """The account is a feeder already."""


class PriceOracleTooManyFeeders(ContractRevert, reason=Reason.TERMS_INVALID):
    """There are as many feeders as there may be."""


class PriceOracleInvalidLimits(ContractRevert, reason=Reason.TERMS_INVALID):
    """The age or the deviation allowed makes no sense."""
