"""The narrow port between the simulator and an EVM. It speaks bytes and knows no ABI.

Time: every transaction is mined in a block of its own. Its timestamp is the larger of the last
``advance_to`` and the previous block's timestamp plus one, on every backend, so that a run's
events are the same on all of them.
"""

from collections.abc import Generator, Iterable
from typing import NamedTuple, Protocol, runtime_checkable

from settlement.domain.errors import BackendError

#: A 20-byte account or contract address.
Address = bytes

ZERO_ADDRESS: Address = bytes(20)

#: Sender, receiver and data of a transaction.
Message = tuple[Address, Address, bytes]

#: What all backends share. The chain id is that of a development chain, eth-tester's. Explicit gas spares an
#: estimate, which would execute everything twice; a block holds one transaction of that much.
CHAIN_ID = 131277322940537
GAS_PER_TRANSACTION = 30_000_000
BLOCK_GAS_LIMIT = 30_029_122


def least_gas(data: bytes) -> int:
    """What a transaction with this data costs at least, whatever it executes: Prague's floor (EIP-7623).

    Raises:
        BackendError: more than a transaction has.
    """
    gas = 21_000 + 10 * (4 * len(data) - 3 * data.count(0))
    if gas > GAS_PER_TRANSACTION:
        raise BackendError(f"a block takes no such transaction: its data alone costs {gas:,} gas")
    return gas


class Log(NamedTuple):
    """A raw log: emitting contract, 32-byte topics, data."""

    address: Address
    topics: tuple[bytes, ...]
    data: bytes


class Receipt(NamedTuple):
    """What came of a transaction.

    Attributes:
        succeeded: False when the transaction reverted.
        output: return data, or revert data when it reverted.
        gas_used: gas, in units.
        logs: raw logs in order; empty when it reverted.
        block: block number.
        timestamp: block timestamp, epoch seconds.
        contract: address of the contract created, for ``deploy``.
    """

    succeeded: bool
    output: bytes
    gas_used: int
    logs: tuple[Log, ...]
    block: int
    timestamp: int
    contract: Address | None = None


class CallResult(NamedTuple):
    """What a call without a transaction would return or revert with."""

    succeeded: bool
    output: bytes


class Backend(Protocol):
    """A local EVM. A revert is an answer; a transaction that no block takes is a ``BackendError``."""

    @property
    def name(self) -> str:
        """Name of the backend, as the user chooses it."""
        ...

    @property
    def gas_is_exact(self) -> bool:
        """Whether ``gas_used`` is what Prague's rules say; otherwise it is an estimate."""
        ...

    @property
    def timestamp(self) -> int:
        """Timestamp the next transaction's block will have, epoch seconds."""
        ...

    def deploy(self, sender: Address, code: bytes) -> Receipt:
        """Create a contract from creation code with its encoded arguments appended."""
        ...

    def send(self, sender: Address, to: Address, data: bytes) -> Receipt:
        """Send a transaction and mine it in a block of its own."""
        ...

    def call(self, sender: Address, to: Address, data: bytes) -> CallResult:
        """Execute against the state and the time that the next transaction would see."""
        ...

    def advance_to(self, timestamp: int) -> None:
        """Let the next transaction happen at ``timestamp`` or later.

        Raises:
            BackendError: ``timestamp`` lies before the next transaction's.
        """
        ...

    def snapshot(self) -> int:
        """Remember the present state and time."""
        ...

    def revert(self, snapshot: int) -> None:
        """Return to a remembered state and time; the snapshot stays usable.

        Raises:
            BackendError: the backend gave the snapshot up when an older one was returned to.
        """
        ...


@runtime_checkable
class BulkBackend(Backend, Protocol):
    """A backend that is quicker where transactions may share blocks."""

    def send_all(self, messages: Iterable[Message]) -> Generator[Receipt]:
        """Send transactions in order, many to a block, and yield their receipts.

        Nothing else may be asked of the backend before the last. A receipt has no output unless it reverted.

        Raises:
            BackendError: one of them, no block takes.
        """
        ...
