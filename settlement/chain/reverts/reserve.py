"""Errors of ``Reserve.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "ReserveInsufficient",
]


class ReserveInsufficient(ContractRevert, reason=Reason.INSUFFICIENT_BALANCE):
    """The reserve holds less."""
