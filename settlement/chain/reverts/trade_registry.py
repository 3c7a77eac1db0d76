"""Errors of ``TradeRegistry.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "TradeRegistryDocumentUsed",
    "TradeRegistryInvalidTrade",
    "TradeRegistryNotEntitled",
    "TradeRegistryNumberTaken",
    "TradeRegistryUnknown",
]


class TradeRegistryNumberTaken(ContractRevert, reason=Reason.ALREADY_USED):
    """The number is taken, or is none."""


class TradeRegistryDocumentUsed(ContractRevert, reason=Reason.DOCUMENT_REUSED):
    """The document was shown for payment already."""


class TradeRegistryUnknown(ContractRevert, reason=Reason.PURPOSE_UNREGISTERED):
    """No such trade."""


class TradeRegistryNotEntitled(ContractRevert, reason=Reason.NOT_A_PARTY):
    """The caller is neither the entity's bank nor a party."""


class TradeRegistryInvalidTrade(ContractRevert, reason=Reason.TERMS_INVALID):
    """Something is missing, or the value is below what was used."""
