"""Errors of ``Rulebook.sol``."""

from settlement.chain.reverts.base import ContractRevert

__all__ = [
    "RulebookRefused",
]


class RulebookRefused(ContractRevert, reason=None):
    """The Rulebook's answer."""
