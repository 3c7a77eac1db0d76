"""Errors of ``Collections.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "CollectionsBillExists",
    "CollectionsInvalidTerms",
    "CollectionsNotParty",
    "CollectionsTooEarly",
    "CollectionsTooLate",
    "CollectionsWrongState",
]


class CollectionsBillExists(ContractRevert, reason=Reason.ALREADY_USED):
    """The drawer used the reference before."""


class CollectionsWrongState(ContractRevert, reason=Reason.WRONG_STATE):
    """The bill's state does not allow the step."""


class CollectionsNotParty(ContractRevert, reason=Reason.NOT_A_PARTY):
    """The caller is not the party that may do this."""


class CollectionsInvalidTerms(ContractRevert, reason=Reason.TERMS_INVALID):
    """Terms are incomplete or out of order, or documents are missing."""


class CollectionsTooEarly(ContractRevert, reason=Reason.TOO_EARLY):
    """The step's time has not come."""


class CollectionsTooLate(ContractRevert, reason=Reason.TOO_LATE):
    """The step's time has passed."""
