"""The backend that is always there: py-evm's state machine driven directly, Prague rules, exact gas.

No signing, no blocks, no tries: a transaction is applied to the state as its sender's, and that is all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from eth.abc import ComputationAPI
from eth.constants import BLANK_ROOT_HASH
from eth.db.atomic import AtomicDB
from eth.exceptions import VMError
from eth.vm.execution_context import ExecutionContext
from eth.vm.forks.berlin.transactions import calculate_txn_intrinsic_gas_berlin
from eth.vm.forks.london.constants import DYNAMIC_FEE_TRANSACTION_TYPE
from eth.vm.forks.prague import PragueVM
from eth_typing import Address as EvmAddress
from eth_typing import BlockNumber, Hash32
from eth_utils.exceptions import ValidationError

from settlement.chain.engines.py_evm_accounts import Contents
from settlement.chain.engines.py_evm_state import State
from settlement.chain.port import (
    BLOCK_GAS_LIMIT,
    CHAIN_ID,
    GAS_PER_TRANSACTION,
    ZERO_ADDRESS,
    Address,
    CallResult,
    Log,
    Receipt,
    least_gas,
)
from settlement.domain.errors import BackendError


@dataclass(slots=True)
class Transaction:
    """What py-evm reads of a transaction; creates a contract where ``to`` is empty. Gas costs nothing."""

    sender: Address
    to: Address
    data: bytes
    type_id: ClassVar[int] = DYNAMIC_FEE_TRANSACTION_TYPE
    gas: ClassVar[int] = GAS_PER_TRANSACTION
    value: ClassVar[int] = 0
    max_fee_per_gas: ClassVar[int] = 0
    max_priority_fee_per_gas: ClassVar[int] = 0
    access_list: ClassVar[tuple[()]] = ()

    @property
    def intrinsic_gas(self) -> int:
        """Gas that goes before anything runs."""
        transaction: Any = self
        return calculate_txn_intrinsic_gas_berlin(transaction)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    contents: Contents
    block: int
    timestamp: int


class PyEvmBackend:
    """A chain of our own in this process; nothing leaves it."""

    name = "py-evm"
    gas_is_exact = True

    def __init__(self, genesis_time: int, accounts: Iterable[Address]) -> None:
        """Start a chain at ``genesis_time`` (epoch seconds) on which ``accounts`` can send transactions."""
        self._accounts = frozenset(accounts)
        self._block, self._timestamp = 1, genesis_time + 1
        self._state = State(AtomicDB(), context_at(self._block, self._timestamp), BLANK_ROOT_HASH)
        self._snapshots: list[_Snapshot] = []

    @property
    def timestamp(self) -> int:
        """See ``Backend``."""
        return self._timestamp

    def deploy(self, sender: Address, code: bytes) -> Receipt:
        """See ``Backend``."""
        return self._transact(Transaction(sender, b"", code))

    def send(self, sender: Address, to: Address, data: bytes) -> Receipt:
        """See ``Backend``."""
        return self._transact(Transaction(sender, to, data))

    def call(self, sender: Address, to: Address, data: bytes) -> CallResult:
        """See ``Backend``."""
        before = self._state.snapshot()
        computation = self._apply(Transaction(sender, to, data))
        self._state.revert(before)
        self._state.lock_changes()
        return CallResult(computation.is_success, computation.output)

    def advance_to(self, timestamp: int) -> None:
        """See ``Backend``."""
        if timestamp < self._timestamp:
            raise BackendError(f"time cannot run back from {self._timestamp} to {timestamp}")
        self._timestamp = timestamp

    def snapshot(self) -> int:
        """See ``Backend``."""
        self._snapshots.append(_Snapshot(self._state.contents.copy(), self._block, self._timestamp))
        return len(self._snapshots) - 1

    def revert(self, snapshot: int) -> None:
        """See ``Backend``."""
        remembered = self._snapshots[snapshot]
        self._state.replace(remembered.contents.copy())
        self._block, self._timestamp = remembered.block, remembered.timestamp

    def _apply(self, transaction: Any) -> ComputationAPI:
        self._state.execution_context = context_at(self._block, self._timestamp)
        before = self._state.snapshot()
        try:
            return self._state.apply_transaction(transaction)
        except (VMError, ValidationError) as error:
            self._state.revert(before)
            self._state.lock_changes()
            raise BackendError(f"py-evm takes no such transaction: {error}") from error

    def _transact(self, transaction: Any) -> Receipt:
        if transaction.sender not in self._accounts:
            raise BackendError(f"no account of this chain has the address 0x{transaction.sender.hex()}")
        least_gas(transaction.data)  # which py-evm charges, but lets pass where there is less
        computation = self._apply(transaction)
        self._state.lock_changes()
        created = computation.is_success and not transaction.to
        receipt = Receipt(
            succeeded=computation.is_success,
            output=computation.output,
            gas_used=PragueVM.finalize_gas_used(transaction, computation),
            logs=tuple(
                Log(address, tuple(topic.to_bytes(32) for topic in topics), data)
                for address, topics, data in computation.get_log_entries()
            ),
            block=self._block,
            timestamp=self._timestamp,
            contract=computation.msg.storage_address if created else None,
        )
        self._block, self._timestamp = self._block + 1, self._timestamp + 1
        return receipt


def context_at(block: int, timestamp: int) -> ExecutionContext:
    """What py-evm asks of the block that a transaction is in; its time is epoch seconds."""
    return ExecutionContext(
        coinbase=EvmAddress(ZERO_ADDRESS),
        timestamp=timestamp,
        block_number=BlockNumber(block),
        difficulty=0,
        mix_hash=Hash32(bytes(32)),
        gas_limit=BLOCK_GAS_LIMIT,
        prev_hashes=(),
        chain_id=CHAIN_ID,
        base_fee_per_gas=0,
        excess_blob_gas=0,
    )
