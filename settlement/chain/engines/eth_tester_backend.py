"""The reference backend: web3.py over eth-tester's in-process py-evm, Prague rules."""

import ast
from collections.abc import Iterable
from typing import Any

from eth.exceptions import VMError
from eth_account.signers.local import LocalAccount
from eth_tester import EthereumTester, PyEVMBackend
from eth_tester.exceptions import TransactionFailed
from eth_typing import ChecksumAddress
from eth_utils.currency import to_wei
from eth_utils.exceptions import ValidationError
from hexbytes import HexBytes
from web3 import EthereumTesterProvider, Web3
from web3.exceptions import ContractLogicError, Web3RPCError
from web3.types import TxParams

from settlement.chain.port import (
    CHAIN_ID,
    GAS_PER_TRANSACTION,
    Address,
    CallResult,
    Log,
    Receipt,
    least_gas,
)
from settlement.domain.errors import BackendError

_MAX_FEE_PER_GAS = to_wei(10, "gwei")


class _RecordingPyEVM(PyEVMBackend):  # type: ignore[misc]  # eth-tester ships no types
    """py-evm as eth-tester drives it, keeping the output that receipts and exceptions lose."""

    output: bytes = b""

    def send_raw_transaction(self, raw_transaction: bytes) -> bytes:
        """Apply a signed transaction to the pending block and keep what it returned."""
        transaction = self.chain.get_transaction_builder().decode(raw_transaction)
        _, _, computation = self.chain.apply_transaction(transaction)
        self.output = computation.output
        transaction_hash: bytes = transaction.hash
        return transaction_hash

    def call(self, transaction: dict[str, Any], block_number: str = "latest") -> bytes:
        """Execute without a transaction; on a revert keep the revert data."""
        try:
            self.output = super().call(transaction, block_number)
        except TransactionFailed as failure:
            self.output = _bytes_in(str(failure))
            raise
        return self.output

    @staticmethod
    def is_eip838_error(error: Exception) -> bool:
        """Answer no, so that the base class leaves every revert's data alone."""
        return False


def _bytes_in(text: str) -> bytes:
    """The bytes whose representation ``text`` is; empty when it is prose (out of gas, say)."""
    return bytes(ast.literal_eval(text)) if text[:2] in ("b'", 'b"') else b""


class EthTesterBackend:
    """A chain of our own in this process; nothing leaves it."""

    name = "eth-tester"
    gas_is_exact = True

    def __init__(self, genesis_time: int, accounts: Iterable[LocalAccount]) -> None:
        """Start a chain at ``genesis_time`` (epoch seconds) on which ``accounts`` can pay for gas."""
        self._accounts = {bytes.fromhex(account.address[2:]): account for account in accounts}
        self._nonces: dict[Address, int] = {}
        self._snapshots: list[tuple[int, int]] = []
        purse = {"balance": to_wei(10**6, "ether"), "nonce": 0, "code": b"", "storage": {}}
        self._evm = _RecordingPyEVM(
            genesis_parameters=PyEVMBackend.generate_genesis_params({"timestamp": genesis_time}),
            genesis_state=dict.fromkeys(self._accounts, purse),
        )
        self._tester = EthereumTester(backend=self._evm)
        self._web3 = Web3(EthereumTesterProvider(self._tester))
        if self._web3.eth.chain_id != CHAIN_ID:
            raise BackendError(f"chain id {self._web3.eth.chain_id} is not that of our development chain")
        self._set_time(genesis_time + 1)

    @property
    def timestamp(self) -> int:
        """See ``Backend``."""
        timestamp: int = self._evm.chain.header.timestamp
        return timestamp

    def deploy(self, sender: Address, code: bytes) -> Receipt:
        """See ``Backend``."""
        return self._transact(sender, {"data": code, "gas": GAS_PER_TRANSACTION})

    def send(self, sender: Address, to: Address, data: bytes) -> Receipt:
        """See ``Backend``."""
        return self._transact(sender, {"to": to, "data": data, "gas": GAS_PER_TRANSACTION})

    def call(self, sender: Address, to: Address, data: bytes) -> CallResult:
        """See ``Backend``."""
        transaction: TxParams = {
            "from": _checksum(sender),
            "to": _checksum(to),
            "data": HexBytes(data),
            "gas": GAS_PER_TRANSACTION,
        }
        try:
            output = self._web3.eth.call(transaction, "pending")
        except (ContractLogicError, TransactionFailed, Web3RPCError):
            return CallResult(False, self._evm.output)
        return CallResult(True, bytes(output))

    def advance_to(self, timestamp: int) -> None:
        """See ``Backend``."""
        if timestamp < self.timestamp:
            raise BackendError(f"time cannot run back from {self.timestamp} to {timestamp}")
        self._set_time(timestamp)

    def snapshot(self) -> int:
        """See ``Backend``."""
        self._snapshots.append((self._tester.take_snapshot(), self.timestamp))
        return len(self._snapshots) - 1

    def revert(self, snapshot: int) -> None:
        """See ``Backend``."""
        state, timestamp = self._snapshots[snapshot]
        self._tester.revert_to_snapshot(state)
        self._nonces.clear()
        self._set_time(timestamp)

    def _set_time(self, timestamp: int) -> None:
        # Left alone, py-evm would stamp the next block with the wall clock where that is later.
        self._evm.chain.set_header_timestamp(timestamp)

    def _transact(self, sender: Address, fields: dict[str, Any]) -> Receipt:
        account = self._accounts.get(sender)
        if account is None:
            raise BackendError(f"no account of this chain has the address {_hex(sender)}")
        least_gas(fields["data"])  # which py-evm charges, but lets pass where there is less
        nonce = self._nonces.get(sender)
        if nonce is None:
            nonce = self._web3.eth.get_transaction_count(_checksum(sender))
        fees = {"maxFeePerGas": _MAX_FEE_PER_GAS, "maxPriorityFeePerGas": 0, "value": 0}
        signed = account.sign_transaction({**fields, **fees, "nonce": nonce, "chainId": CHAIN_ID})
        timestamp = self.timestamp
        try:
            transaction_hash = self._web3.eth.send_raw_transaction(signed.raw_transaction)
        except (VMError, ValidationError) as error:
            raise BackendError(f"eth-tester takes no such transaction: {error}") from error
        self._nonces[sender] = nonce + 1
        self._set_time(timestamp + 1)
        return self._receipt(transaction_hash, timestamp)

    def _receipt(self, transaction_hash: HexBytes, timestamp: int) -> Receipt:
        receipt = self._web3.eth.get_transaction_receipt(transaction_hash)
        succeeded = receipt["status"] == 1
        created = receipt["contractAddress"] if succeeded else None
        return Receipt(
            succeeded=succeeded,
            output=self._evm.output,
            gas_used=receipt["gasUsed"],
            logs=tuple(
                Log(bytes.fromhex(log["address"][2:]), tuple(map(bytes, log["topics"])), bytes(log["data"]))
                for log in receipt["logs"]
            ),
            block=receipt["blockNumber"],
            timestamp=timestamp,
            contract=bytes.fromhex(created[2:]) if created else None,
        )


def _hex(address: Address) -> str:
    return "0x" + address.hex()


def _checksum(address: Address) -> ChecksumAddress:
    return Web3.to_checksum_address(_hex(address))
