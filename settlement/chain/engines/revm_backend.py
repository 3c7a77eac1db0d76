"""The fast backends: revm, in Rust, through pyrevm. One ends every transaction, so that its gas is exact.

To end one takes half as long again as to execute it. The other ends many at once, and what they warmed stays
warm for those after them: what it does is the same, and what it says of gas is an estimate, which is too low.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from pyrevm import EVM, AccountInfo, BlockEnv, CfgEnv, Env

from settlement.chain.engines.revm_state import RevmState
from settlement.chain.port import (
    BLOCK_GAS_LIMIT,
    CHAIN_ID,
    GAS_PER_TRANSACTION,
    Address,
    CallResult,
    Log,
    Receipt,
    least_gas,
)
from settlement.domain.errors import BackendError

#: Its newest rules. Names have this mixed case; one that it does not know means rules still in the making.
#: To what can be done here Prague adds ``least_gas``, and nothing else.
SPEC = "Cancun"
#: ``get_code`` pads code for the interpreter.
_PADDING = 33
_REVERTED = re.compile(r"Revert \{ gas_used: \d+, output: 0x([0-9a-f]*) \}")
_HALTED = re.compile(r"Halt \{ reason: ")


@dataclass(frozen=True, slots=True)
class _Snapshot:
    block: int
    timestamp: int
    nonces: dict[Address, int]


class RevmBackend:
    """A chain of our own in this process; nothing leaves it."""

    name = "revm"
    gas_is_exact = True
    #: Transactions that are ended together.
    span: ClassVar[int] = 1

    def __init__(self, genesis_time: int, accounts: Iterable[Address]) -> None:
        """Start a chain at ``genesis_time`` (epoch seconds) on which ``accounts`` can send transactions."""
        self._nonces = dict.fromkeys(accounts, 0)
        self._block, self._timestamp = 1, genesis_time + 1
        self._evm = EVM(env=Env(cfg=CfgEnv(chain_id=CHAIN_ID)), gas_limit=BLOCK_GAS_LIMIT, spec_id=SPEC)
        self._state = RevmState(self._evm)
        #: Transactions that have not been ended.
        self._open = 0
        self._snapshots: list[_Snapshot] = []

    @property
    def timestamp(self) -> int:
        """See ``Backend``."""
        return self._timestamp

    def deploy(self, sender: Address, code: bytes) -> Receipt:
        """See ``Backend``."""

        def create() -> tuple[bytes, Address]:
            # pyrevm counts contracts and not transactions.
            self._evm.insert_account_info(_hex(sender), AccountInfo(nonce=self._nonces[sender]))
            created = self._evm.deploy(_hex(sender), code, gas=GAS_PER_TRANSACTION)
            return (self._evm.get_code(created) or b"")[:-_PADDING], _bytes(created)

        return self._transact(sender, code, create)

    def send(self, sender: Address, to: Address, data: bytes) -> Receipt:
        """See ``Backend``."""
        return self._transact(sender, data, lambda: (self._message(sender, to, data), None))

    def call(self, sender: Address, to: Address, data: bytes) -> CallResult:
        """See ``Backend``."""
        self._set_block()
        before = self._evm.snapshot()
        try:
            return CallResult(True, self._message(sender, to, data))
        except RuntimeError as error:
            return CallResult(False, _output_of(error))
        finally:
            self._evm.revert(before)

    def advance_to(self, timestamp: int) -> None:
        """See ``Backend``."""
        if timestamp < self._timestamp:
            raise BackendError(f"time cannot run back from {self._timestamp} to {timestamp}")
        self._timestamp = timestamp

    def snapshot(self) -> int:
        """See ``Backend``."""
        self._end()
        self._snapshots.append(_Snapshot(self._block, self._timestamp, dict(self._nonces)))
        return self._state.mark()

    def revert(self, snapshot: int) -> None:
        """See ``Backend``."""
        remembered = self._snapshots[snapshot]
        self._state.drop()
        self._open = 0
        self._state.return_to(snapshot)
        self._block, self._timestamp = remembered.block, remembered.timestamp
        self._nonces = dict(remembered.nonces)

    def _set_block(self) -> None:
        block = BlockEnv(
            number=self._block, timestamp=self._timestamp, prevrandao=bytes(32), gas_limit=BLOCK_GAS_LIMIT
        )
        self._evm.set_block_env(block)
        self._evm.reset_transient_storage()

    def _message(self, sender: Address, to: Address, data: bytes) -> bytes:
        return self._evm.message_call(_hex(sender), _hex(to), calldata=data, gas=GAS_PER_TRANSACTION)

    def _transact(
        self, sender: Address, data: bytes, execute: Callable[[], tuple[bytes, Address | None]]
    ) -> Receipt:
        if sender not in self._nonces:
            raise BackendError(f"no account of this chain has the address {_hex(sender)}")
        floor = least_gas(data)
        self._set_block()
        contract = None
        try:
            output, contract = execute()
        except RuntimeError as error:
            output = _output_of(error)
        result = self._evm.result
        if result is None:
            raise BackendError("revm kept no result")
        receipt = Receipt(
            succeeded=result.is_success,
            output=output,
            gas_used=max(result.gas_used, floor),
            logs=tuple(_log(log.address, *log.data) for log in result.logs),
            block=self._block,
            timestamp=self._timestamp,
            contract=contract,
        )
        self._nonces[sender] += 1
        self._block, self._timestamp = self._block + 1, self._timestamp + 1
        self._open += 1
        # A contract may take itself away in the transaction that creates it, and not in the next.
        if contract or self._open >= self.span:
            self._end()
        return receipt

    def _end(self) -> None:
        if self._open:
            self._state.settle()
            self._open = 0


class FastRevmBackend(RevmBackend):
    """The same, which ends transactions by the hundred: often enough for its memory to stay small.

    A contract that another contract creates may take itself away until then, and not only in the same
    transaction. None of ours does.
    """

    name = "revm-fast"
    gas_is_exact = False
    span = 200


def _log(address: str, topics: list[bytes], data: bytes) -> Log:
    return Log(_bytes(address), tuple(topics), data)


def _output_of(error: RuntimeError) -> bytes:
    """Revert data, which stands in the error's text alone; empty when gas ran out.

    Raises:
        BackendError: it is neither, so revm takes no such transaction.
    """
    text = str(error)
    if reverted := _REVERTED.fullmatch(text):
        return bytes.fromhex(reverted[1])
    if _HALTED.match(text):
        return b""
    raise BackendError(f"revm takes no such transaction: {text}") from error


def _hex(address: Address) -> str:
    return "0x" + address.hex()


def _bytes(address: str) -> Address:
    return bytes.fromhex(address[2:])
