"""Errors of ``Reserve.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "ReserveInsufficient",
    "ReserveOffMarket",
]


class ReserveInsufficient(ContractRevert, reason=Reason.INSUFFICIENT_BALANCE):
    """The reserve holds less."""


class ReserveOffMarket(ContractRevert, reason=Reason.TERMS_INVALID):
    """The sale brings more or less than coins are worth, beyond the tolerance."""
