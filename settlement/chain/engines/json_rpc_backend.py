"""Any development node on this machine as a backend, through what anvil, Hardhat and others have in common.

Beside the standard methods these are ``evm_setNextBlockTimestamp``, ``evm_snapshot``, ``evm_revert`` and
``debug_traceTransaction``. But for what the transactions did, the node is left as it was found.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from eth_utils.crypto import keccak

from settlement.chain.accounts import address_of, sign_transaction
from settlement.chain.engines.development_node import admit
from settlement.chain.engines.json_rpc import (
    Block,
    Node,
    NodeError,
    batches,
    from_hex,
    output_of,
    receipt_of,
    result,
    revert_data_of,
    to_hex,
)
from settlement.chain.port import GAS_PER_TRANSACTION, Address, CallResult, Message, Receipt
from settlement.domain.errors import BackendError

#: Transactions that ``send_all`` puts into a block.
BATCH = 100
#: The most an account pays for a unit of gas, in wei.
_FEE = 100 * 10**9
#: How to ask what a transaction returned: nodes know the one or the other.
_TRACERS: tuple[dict[str, Any], ...] = (
    {"tracer": "callTracer", "tracerConfig": {"onlyTopCall": True}},
    {"disableStorage": True, "disableStack": True, "disableMemory": True},
)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    name: str
    head: Block
    timestamp: int
    nonces: dict[Address, int]


class JsonRpcBackend:
    """The chain of a node, which nobody else may use meanwhile.

    Blocks are numbered from where the run began. Snapshots nest: one that is returned to stays, later ones
    are gone. When the connection breaks, what was asked is asked again unless the node has done it.
    """

    def __init__(
        self, endpoint: str, genesis_time: int, accounts: Iterable[str], *, attach: bool = False
    ) -> None:
        """Begin on the node at ``endpoint`` at ``genesis_time`` (epoch seconds), for ``accounts`` by name.

        ``attach`` allows for a node that holds a deployment of ours already.

        Raises:
            UserError: the node is elsewhere, or is not what it has to be.
        """
        self.name = endpoint
        self._node = Node(endpoint)
        self._names = {address_of(name): name for name in accounts}
        self._standing = admit(self._node, genesis_time, self._names, attach=attach)
        self._node.head = self._standing.head
        self._nonces = dict(self._standing.nonces)
        self._timestamp = genesis_time + 1
        self._armed: int | None = None
        self._tracer = 0
        self._numbers = count()
        self._snapshots: dict[int, _Snapshot] = {}

    @property
    def gas_is_exact(self) -> bool:
        """See ``Backend``; it is not known to be where the node does not say that its rules are Prague's."""
        return self._standing.rules == "prague"

    @property
    def timestamp(self) -> int:
        """See ``Backend``."""
        return self._timestamp

    def deploy(self, sender: Address, code: bytes) -> Receipt:
        """See ``Backend``."""
        return self._transact(sender, b"", code)

    def send(self, sender: Address, to: Address, data: bytes) -> Receipt:
        """See ``Backend``."""
        return self._transact(sender, to, data)

    def send_all(self, messages: Iterable[Message]) -> Generator[Receipt]:
        """See ``BulkBackend``: ``BATCH`` to a block.

        While the node works on a block, the next one is signed and the receipts of the last one are yielded.
        """
        with self._mining_by_hand(), ThreadPoolExecutor(1) as line:
            ahead: Future[list[Receipt]] | None = None
            for signed in batches((self._sign(*message) for message in messages), BATCH):
                arriving, ahead = ahead, line.submit(self._mine_together, dict(signed))
                if arriving is not None:
                    yield from arriving.result()
            if ahead is not None:
                yield from ahead.result()

    def call(self, sender: Address, to: Address, data: bytes) -> CallResult:
        """See ``Backend``."""
        self._arm()
        asked = {
            "from": to_hex(sender),
            "to": to_hex(to),
            "data": to_hex(data),
            "gas": hex(GAS_PER_TRANSACTION),
        }
        (output,) = self._node.read(("eth_call", [asked, "pending"]))
        if isinstance(output, NodeError):
            return CallResult(False, revert_data_of(output))
        return CallResult(True, from_hex(output))

    def advance_to(self, timestamp: int) -> None:
        """See ``Backend``."""
        if timestamp < self._timestamp:
            raise BackendError(f"time cannot run back from {self._timestamp} to {timestamp}")
        self._timestamp = timestamp

    def snapshot(self) -> int:
        """See ``Backend``."""
        number = next(self._numbers)
        self._remember(number)
        return number

    def revert(self, snapshot: int) -> None:
        """See ``Backend``."""
        if snapshot not in self._snapshots:
            raise BackendError(f"the node gave snapshot {snapshot} up when an older one was returned to")
        number = None
        while number != snapshot:
            number, remembered = self._snapshots.popitem()
        # Asked once: the node gives a snapshot up as it returns to it.
        if result(self._node.ask(("evm_revert", [remembered.name]))[0]) is not True:
            raise BackendError(f"the node at {self.name} knows its own snapshot {remembered.name} no more")
        self._node.head = remembered.head
        self._timestamp, self._nonces = remembered.timestamp, dict(remembered.nonces)
        self._armed = None
        self._remember(snapshot)

    def _remember(self, number: int) -> None:
        name = result(self._node.read(("evm_snapshot", []))[0])
        nonces = dict(self._nonces)
        self._snapshots[number] = _Snapshot(name, self._node.head, self._timestamp, nonces)

    def _arm(self) -> None:
        """Have the node know the time of its next block."""
        if self._armed != self._timestamp:
            result(self._node.read(("evm_setNextBlockTimestamp", [self._timestamp]))[0])
            self._armed = self._timestamp

    def _sign(self, sender: Address, to: Address, data: bytes) -> tuple[str, str]:
        """Hash and text of the sender's next transaction."""
        name = self._names.get(sender)
        if name is None:
            raise BackendError(f"no account of this chain has the address {to_hex(sender)}")
        nonce = self._nonces[sender]
        self._nonces[sender] = nonce + 1
        raw = sign_transaction(
            name,
            chain_id=self._standing.chain_id,
            nonce=nonce,
            gas=GAS_PER_TRANSACTION,
            fee=_FEE,
            to=to,
            data=data,
        )
        return to_hex(keccak(raw)), to_hex(raw)

    def _transact(self, sender: Address, to: Address, data: bytes) -> Receipt:
        # By hand even where the node mines by itself: anvil tells of such a block before its pool has
        # forgotten what the block holds, and may mine that once more, into an empty block.
        signed = dict([self._sign(sender, to, data)])
        try:
            with self._mining_by_hand():
                (receipt,) = self._mine_together(signed, outputs=True)
        except BackendError:
            self._nonces[sender] -= 1
            raise
        return receipt

    def _mine_together(self, signed: Mapping[str, str], outputs: bool = False) -> list[Receipt]:
        """Mine one block of the transactions; ``outputs`` asks for what each returned."""
        self._arm()
        try:
            self._node.submit(signed)
        except NodeError as error:
            raise BackendError(
                f"the node at {self.name} takes no such transaction: {error.message}"
            ) from error
        self._node.mine()
        (mined,) = self._node.read(("eth_getBlockReceipts", [hex(self._node.head.number + 1)]))
        if isinstance(mined, NodeError):  # Hardhat does not know it
            mined = [
                result(r) for r in self._node.read(*(("eth_getTransactionReceipt", [h]) for h in signed))
            ]
        if [receipt["transactionHash"] for receipt in mined or ()] != list(signed):
            raise self._not_ours(self._node.head.number + 1)
        return self._receipts(mined, outputs)

    def _receipts(self, mined: Sequence[Mapping[str, Any]], outputs: bool) -> list[Receipt]:
        """Receipts of the next block, which holds ``mined`` and nothing else; the time goes on.

        ``outputs`` asks for what each returned, and not only for what reverted.
        """
        height, timestamp = self._node.head.number + 1, self._timestamp
        traced = [m["transactionHash"] for m in mined if outputs or m["status"] != "0x1"]
        block, armed, *traces = self._node.read(
            ("eth_getBlockByNumber", [hex(height), False]),
            ("evm_setNextBlockTimestamp", [timestamp + 1]),
            *self._traces(traced),
        )
        if any(isinstance(trace, NodeError) for trace in traces) and self._tracer == 0:
            self._tracer = 1
            traces = self._node.read(*self._traces(traced))
        result(armed)
        expected = {"timestamp": hex(timestamp), "transactions": [m["transactionHash"] for m in mined]}
        if result(block) is None or not expected.items() <= block.items():
            raise self._not_ours(height)
        self._node.head = Block(height, block["hash"])
        self._timestamp = self._armed = timestamp + 1
        returned = dict(zip(traced, (output_of(result(trace)) for trace in traces), strict=True))
        number = height - self._standing.head.number
        return [receipt_of(m, returned.get(m["transactionHash"], b""), number, timestamp) for m in mined]

    def _not_ours(self, height: int) -> BackendError:
        return BackendError(
            f"block {height} of the node at {self.name} is not as we made it: somebody else uses the"
            " node, or it mines at intervals"
        )

    def _traces(self, hashes: Iterable[str]) -> Iterator[tuple[str, list[Any]]]:
        return (("debug_traceTransaction", [h, _TRACERS[self._tracer]]) for h in hashes)

    @contextmanager
    def _mining_by_hand(self) -> Iterator[None]:
        """Have the node mine when it is told to, blocks with room for a whole batch."""
        changes = [("evm_setAutomine", False), ("evm_setBlockGasLimit", hex(BATCH * GAS_PER_TRANSACTION))]
        before = [
            ("evm_setAutomine", self._standing.automines),
            ("evm_setBlockGasLimit", self._standing.gas_limit),
        ]
        try:
            for answer in self._node.read(*((method, [value]) for method, value in changes)):
                result(answer)
            yield
        finally:
            self._node.read(*((method, [value]) for method, value in before))
