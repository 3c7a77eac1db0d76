"""The fast backend: revm, in Rust, through pyrevm. What it does is exact; what it says of gas is an estimate.

pyrevm never ends a transaction: a slot or account that one warmed is warm for the next, and what a slot "held
before the transaction" is what it held when first read. So gas comes out too low. Nothing in pyrevm ends one:
its ``commit`` closes a checkpoint, and storage cannot be listed to carry it over into a fresh EVM.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count

from pyrevm import EVM, AccountInfo, BlockEnv, CfgEnv, Env, JournalCheckpoint

from settlement.chain.port import (
    BLOCK_GAS_LIMIT,
    CHAIN_ID,
    GAS_PER_TRANSACTION,
    Address,
    CallResult,
    Log,
    Receipt,
)
from settlement.domain.errors import BackendError

#: Its newest rules. Names have this mixed case; one that it does not know means rules still in the making.
SPEC = "Cancun"
#: An open snapshot is one level of the 1,024 that calls may nest.
MOST_SNAPSHOTS = 512
#: ``get_code`` pads code for the interpreter.
_PADDING = 33
_REVERTED = re.compile(r"Revert \{ gas_used: \d+, output: 0x([0-9a-f]*) \}")
_HALTED = re.compile(r"Halt \{ reason: ")


@dataclass(frozen=True, slots=True)
class _Snapshot:
    checkpoint: JournalCheckpoint
    block: int
    timestamp: int
    nonces: dict[Address, int]


class RevmBackend:
    """A chain of our own in this process; nothing leaves it.

    Its memory grows, by some 700 bytes a transaction. Snapshots nest: one that is returned to stays, later
    ones are gone.
    """

    name = "revm"
    gas_is_exact = False

    def __init__(self, genesis_time: int, accounts: Iterable[Address]) -> None:
        """Start a chain at ``genesis_time`` (epoch seconds) on which ``accounts`` can send transactions."""
        self._nonces = dict.fromkeys(accounts, 0)
        self._block, self._timestamp = 1, genesis_time + 1
        self._evm = EVM(env=Env(cfg=CfgEnv(chain_id=CHAIN_ID)), gas_limit=BLOCK_GAS_LIMIT, spec_id=SPEC)
        self._snapshots: dict[int, _Snapshot] = {}
        self._numbers = count()

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

        return self._transact(sender, create)

    def send(self, sender: Address, to: Address, data: bytes) -> Receipt:
        """See ``Backend``."""
        return self._transact(sender, lambda: (self._message(sender, to, data), None))

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
        """See ``Backend``.

        Raises:
            BackendError: too many are open.
        """
        if len(self._snapshots) == MOST_SNAPSHOTS:
            raise BackendError(f"revm keeps no more than {MOST_SNAPSHOTS} snapshots; return to an older one")
        number = next(self._numbers)
        self._remember(number)
        return number

    def revert(self, snapshot: int) -> None:
        """See ``Backend``."""
        if snapshot not in self._snapshots:
            raise BackendError(f"revm gave snapshot {snapshot} up when an older one was returned to")
        number = None
        while number != snapshot:  # one by one, for each closes only its own level
            number, remembered = self._snapshots.popitem()
            self._evm.revert(remembered.checkpoint)
        self._block, self._timestamp = remembered.block, remembered.timestamp
        self._nonces = dict(remembered.nonces)
        self._remember(snapshot)

    def _remember(self, number: int) -> None:
        checkpoint = self._evm.snapshot()
        nonces = dict(self._nonces)
        self._snapshots[number] = _Snapshot(checkpoint, self._block, self._timestamp, nonces)

    def _set_block(self) -> None:
        block = BlockEnv(
            number=self._block, timestamp=self._timestamp, prevrandao=bytes(32), gas_limit=BLOCK_GAS_LIMIT
        )
        self._evm.set_block_env(block)
        self._evm.reset_transient_storage()

    def _message(self, sender: Address, to: Address, data: bytes) -> bytes:
        return self._evm.message_call(_hex(sender), _hex(to), calldata=data, gas=GAS_PER_TRANSACTION)

    def _transact(self, sender: Address, execute: Callable[[], tuple[bytes, Address | None]]) -> Receipt:
        if sender not in self._nonces:
            raise BackendError(f"no account of this chain has the address {_hex(sender)}")
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
            gas_used=result.gas_used,
            logs=tuple(_log(log.address, *log.data) for log in result.logs),
            block=self._block,
            timestamp=self._timestamp,
            contract=contract,
        )
        self._nonces[sender] += 1
        self._block, self._timestamp = self._block + 1, self._timestamp + 1
        return receipt


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
