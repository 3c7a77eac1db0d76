"""The transactions of a run, written down and put to the bare engines, which no simulator can beat."""

import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from eth.constants import BLANK_ROOT_HASH
from eth.db.atomic import AtomicDB
from eth.vm.forks.prague.state import PragueState
from eth_typing import Address as EvmAddress
from pyrevm import EVM, AccountInfo, BlockEnv, CfgEnv, Env

from settlement.chain.engines.py_evm_backend import Transaction, context_at
from settlement.chain.engines.py_evm_state import State
from settlement.chain.engines.revm_backend import SPEC
from settlement.chain.port import (
    BLOCK_GAS_LIMIT,
    CHAIN_ID,
    GAS_PER_TRANSACTION,
    Address,
    Backend,
    Receipt,
)


@dataclass(frozen=True, slots=True)
class Call:
    """A transaction as an engine gets it: encoded, at its time (epoch seconds); without ``to`` it creates."""

    sender: Address
    to: Address
    data: bytes
    timestamp: int


def record(backend: Backend, tell: Callable[[Call], None]) -> None:
    """Tell of every transaction that ``backend`` is sent from now on."""
    deploy, send = backend.deploy, backend.send

    def told_deploy(sender: Address, code: bytes) -> object:
        tell(Call(sender, b"", code, backend.timestamp))
        return deploy(sender, code)

    def told_send(sender: Address, to: Address, data: bytes) -> object:
        tell(Call(sender, to, data, backend.timestamp))
        return send(sender, to, data)

    vars(backend).update(deploy=told_deploy, send=told_send)


class Engine(Protocol):
    """An engine with nothing around it."""

    def apply(self, call: Call) -> object:
        """Execute; a revert is nothing special."""
        ...


class RawRevm:
    """pyrevm: ``message_call`` with encoded calldata, and the block's time."""

    def __init__(self) -> None:
        self._evm = EVM(env=Env(cfg=CfgEnv(chain_id=CHAIN_ID)), gas_limit=BLOCK_GAS_LIMIT, spec_id=SPEC)
        self._nonces: dict[Address, int] = {}
        self._block = 0

    def apply(self, call: Call) -> object:
        """See ``Engine``."""
        self._block += 1
        nonce = self._nonces.get(call.sender, 0)
        self._nonces[call.sender] = nonce + 1
        block = BlockEnv(
            number=self._block, timestamp=call.timestamp, prevrandao=bytes(32), gas_limit=BLOCK_GAS_LIMIT
        )
        self._evm.set_block_env(block)
        self._evm.reset_transient_storage()
        sender = f"0x{call.sender.hex()}"
        try:
            if call.to:
                return self.message(sender, f"0x{call.to.hex()}", call.data)
            self._evm.insert_account_info(sender, AccountInfo(nonce=nonce))
            return self._evm.deploy(sender, call.data, gas=GAS_PER_TRANSACTION)
        except RuntimeError:
            return None

    def message(self, sender: str, to: str, data: bytes) -> bytes:
        """One ``message_call`` in the present block."""
        return self._evm.message_call(sender, to, calldata=data, gas=GAS_PER_TRANSACTION)


@dataclass(slots=True)
class _Spoofed(Transaction):
    """A transaction that nobody signed, as far as py-evm itself looks at one."""

    nonce: int
    gas_price: ClassVar[int] = 0
    # A signature that is none: py-evm looks at its form alone.
    r: ClassVar[int] = 0
    s: ClassVar[int] = 1
    y_parity: ClassVar[int] = 0

    def validate(self) -> None:
        """No signature to look at."""


class RawPyEvm:
    """py-evm as it comes: ``apply_transaction`` with a spoofed sender, then ``lock_changes``."""

    def __init__(self, kind: type[PragueState] = PragueState) -> None:
        self._state = kind(AtomicDB(), context_at(1, 1), BLANK_ROOT_HASH)
        self._block = 0

    def apply(self, call: Call) -> Any:
        """See ``Engine``; returns py-evm's computation."""
        self._block += 1
        self._state.execution_context = context_at(self._block, call.timestamp)
        nonce = self._state.get_nonce(EvmAddress(call.sender))
        transaction: Any = _Spoofed(call.sender, call.to, call.data, nonce)
        computation = self._state.apply_transaction(transaction)
        self._state.lock_changes()
        return computation


class RawTranslated(RawPyEvm):
    """The same over our accounts and our translation of code, which is what the backend is made of."""

    def __init__(self) -> None:
        super().__init__(State)


class Behind:
    """An engine behind our port: its receipt is read, and its logs stay raw."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def apply(self, call: Call) -> Receipt:
        """See ``Engine``."""
        self._backend.advance_to(max(call.timestamp, self._backend.timestamp))
        if call.to:
            return self._backend.send(call.sender, call.to, call.data)
        return self._backend.deploy(call.sender, call.data)


def replay(engine: Engine, calls: Iterable[Call]) -> float:
    """Put all ``calls`` to ``engine``; returns the seconds of processor time that it took."""
    gc.collect()
    started = time.process_time()
    for call in calls:
        engine.apply(call)
    return time.process_time() - started
