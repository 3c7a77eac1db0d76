"""Where a run begins: the contracts on a chain of its own, or on one that the runs of a process take in turn.

A deployment follows from the EVM, the chain's first moment and who can send transactions on it, and from
nothing else of a run. So one that is kept and returned to is the one that a fresh chain would hold, and
whoever listens to its transactions is told the same.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from settlement.chain.chain import Chain, Snapshot, Transaction
from settlement.chain.deployment import Deployment, deploy
from settlement.chain.engines.backends import open_backend
from settlement.domain.participants import Office

Listener = Callable[[Transaction], None]

#: How many deployments are kept: the points of a sweep take turns, and some begin on another day.
_MOST_KEPT = 8
#: How often one is returned to. An engine may remember something of every state that it has been in.
_MOST_RETURNS = 100


def deployed(
    backend: str, genesis_time: int, accounts: Iterable[str], listener: Listener, *, attach: bool = False
) -> Deployment:
    """The contracts on a fresh chain that begins at ``genesis_time`` (epoch seconds), or on a node.

    ``accounts`` can send transactions on it. ``listener`` is told of every transaction from the first on.

    Raises:
        UserError: there is no such backend, it is not installed, or the node is not what it has to be.
        BackendError: the chain refuses a deployment.
    """
    evm = open_backend(backend, genesis_time, accounts, attach=attach)
    chain = Chain(evm, Office.SUPERVISOR.value, listener)
    return deploy(chain)


@dataclass(slots=True)
class _Kept:
    """A deployment, the state to return it to, and the transactions that led there."""

    system: Deployment
    state: Snapshot
    transactions: tuple[Transaction, ...]
    returns: int = 0


class Deployments:
    """Deployments on EVMs of this process, kept for the next run that would make the same one.

    Whoever is given one has it until another is asked for; two runs at a time need two of these.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int, tuple[str, ...]], _Kept] = {}

    def deployed(
        self, backend: str, genesis_time: int, accounts: Iterable[str], listener: Listener
    ) -> Deployment:
        """See the function of this name; ``backend`` is the name of an EVM in this process."""
        key = backend, genesis_time, tuple(accounts)
        kept = self._kept.pop(key, None)
        if kept is None or kept.returns == _MOST_RETURNS:
            kept = _keep(*key)
        else:
            kept.system.chain.revert(kept.state)
            kept.returns += 1
        self._kept[key] = kept
        if len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        for transaction in kept.transactions:
            listener(transaction)
        kept.system.chain.on_transaction = listener
        return kept.system


def _keep(backend: str, genesis_time: int, accounts: tuple[str, ...]) -> _Kept:
    told: list[Transaction] = []
    system = deployed(backend, genesis_time, accounts, told.append)
    return _Kept(system, system.chain.snapshot(), tuple(told))
