"""Errors of ``DomesticCurrency.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "DomesticCurrencyModuleHolds",
    "DomesticCurrencyNotSameHolder",
    "DomesticCurrencyReferenceUsed",
]


class DomesticCurrencyReferenceUsed(ContractRevert, reason=Reason.ALREADY_USED):
    """The treasury used the reference before."""


class DomesticCurrencyNotSameHolder(ContractRevert, reason=Reason.PROTECTED_ACCOUNT):
    """The wallets are not two of one participant."""


class DomesticCurrencyModuleHolds(ContractRevert, reason=Reason.WRONG_STATE):
    """The module still holds currency."""
