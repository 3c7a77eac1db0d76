"""What every operation is."""

from typing import Protocol

from settlement.chain.deployment import Deployment

__all__ = ["Operation"]


class Operation(Protocol):
    """One step on the contracts."""

    def perform(self, system: Deployment, account: str) -> None:
        """Do it as ``account``.

        Raises:
            Refused: a contract refuses it.
        """
        ...
