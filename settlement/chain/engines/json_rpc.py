"""A node on this machine, asked in JSON-RPC, and asked again when the connection breaks."""

import json
import re
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from http.client import HTTPException
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from settlement.chain.engines.loopback import PATIENCE, line_to
from settlement.chain.port import Log, Receipt
from settlement.domain.errors import BackendError

#: Seconds to wait before each new attempt after the connection broke.
_PAUSES = (0.0, 0.05, 0.2, 0.5, 1.0)
#: Calls of a batch that a node works on in their order, though it need not: anvil does so with 63.
_FEW = 32
_HALTED = re.compile(r"EVM error|VM Exception|revert|out of gas|opcode", re.IGNORECASE)

T = TypeVar("T")
#: A method and its parameters.
Call = tuple[str, Sequence[Any]]


class Block(NamedTuple):
    """A block of a node: its number there, and its hash."""

    number: int
    hash: str


class ConnectionLost(BackendError):
    """The connection broke; what the node did of what it was asked last is open."""


class NodeError(BackendError):
    """The node answers with an error.

    Attributes:
        method: what it was asked for.
        message: what it says.
        data: what it adds for programs, as it came; None where there is nothing.
    """

    def __init__(self, method: str, message: str, data: Any = None) -> None:
        super().__init__(method, message, data)
        self.method = method
        self.message = " ".join(message.split())
        self.data = data

    def __str__(self) -> str:
        """What it refuses, and what it says, in one line."""
        return f"the node refuses {self.method}: {self.message}"


class Node:
    """A node at an endpoint; a connection is opened when it is first asked, and again when one broke.

    Attributes:
        endpoint: where it is.
        head: its last block, by which it is recognised after the connection broke.
    """

    def __init__(self, endpoint: str) -> None:
        """Mean the node at ``endpoint``: ``http://…`` or the path of a Unix socket.

        Raises:
            UserError: it is something else, or not on this machine.
        """
        self.endpoint = endpoint
        self.head = Block(0, "")
        self._line = line_to(endpoint)
        weakref.finalize(self, self._line.close)

    def ask(self, *calls: Call) -> list[Any]:
        """Results of ``calls`` in their order, a ``NodeError`` in the place of one that failed.

        They travel in one batch, of which the node may work on several at a time: none may depend on another.

        Raises:
            ConnectionLost: the connection broke, or there is none to be had.
            NodeError: the node takes no such batch.
            BackendError: it does not answer in time, or not in JSON-RPC.
        """
        batch = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}
            for number, (method, parameters) in enumerate(calls)
        ]
        try:
            answers = self._line.exchange(json.dumps(batch).encode())
        except TimeoutError:
            self.close()
            raise BackendError(f"the node at {self.endpoint} did not answer for {PATIENCE} seconds") from None
        except (OSError, HTTPException) as error:
            self.close()
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise ConnectionLost(f"no connection to the node at {self.endpoint}: {reason}") from None
        except ValueError:
            self.close()
            raise BackendError(f"what answers at {self.endpoint} does not speak JSON-RPC") from None
        return self._in_order(answers, [method for method, _ in calls])

    def read(self, *calls: Call) -> list[Any]:
        """The same for calls that may be made twice: they are, when the connection breaks.

        Raises:
            ConnectionLost: it broke each time.
            BackendError: see ``ask``, or another node answers now.
        """
        return self.persist(lambda again: self.ask(*calls))

    def persist(self, attempt: Callable[[bool], T]) -> T:
        """Try, and when the connection breaks try again, a bounded number of times.

        ``attempt`` is told whether it is a further one: the node may have done then what it is to be asked.

        Raises:
            ConnectionLost: it broke each time.
            BackendError: another node answers now, or what ``attempt`` raises.
        """
        again = False
        for pause in (*_PAUSES, None):
            try:
                if again:
                    self._recognise()
                return attempt(again)
            except ConnectionLost:
                if pause is None:
                    raise
                time.sleep(pause)
                again = True
        raise AssertionError("the last attempt returns or raises")

    def submit(self, signed: Mapping[str, str]) -> None:
        """Hand signed transactions (by their hash) over in order; after a break, those that it does not know.

        Raises:
            NodeError: it does not take one of them.
            BackendError: see ``read``.
        """

        def hand_over(again: bool) -> None:
            waiting = self._unknown(signed) if again else list(signed)
            answers = self._ask_each("eth_sendRawTransaction", [signed[name] for name in waiting])
            refused = {n: a for n, a in zip(waiting, answers, strict=True) if isinstance(a, NodeError)}
            # Some nodes refuse what they have taken: one that reverts, or that came before the break.
            for name in self._unknown(refused):
                raise refused[name]

        self.persist(hand_over)

    def mine(self) -> None:
        """Have it make one block of what it was handed.

        Raises:
            BackendError: see ``read``, or it does not.
        """

        def mine(again: bool) -> None:
            if again and int(result(self.ask(("eth_blockNumber", []))[0]), 16) > self.head.number:
                return
            result(self.ask(("evm_mine", []))[0])

        self.persist(mine)

    def close(self) -> None:
        """Close the connection."""
        self._line.close()

    def _ask_each(self, method: str, things: Iterable[str]) -> list[Any]:
        """Answers for each of the things, which the node hears of in their order."""
        answers: list[Any] = []
        for few in batches(things, _FEW):
            answers += self.ask(*((method, [thing]) for thing in few))
        return answers

    def _unknown(self, hashes: Iterable[str]) -> list[str]:
        """Those of the transactions that the node does not know."""
        names = list(hashes)
        found = self._ask_each("eth_getTransactionByHash", names)
        return [name for name, known in zip(names, found, strict=True) if result(known) is None]

    def _recognise(self) -> None:
        block = result(self.ask(("eth_getBlockByNumber", [hex(self.head.number), False]))[0])
        if block is None or block["hash"] != self.head.hash:
            raise BackendError(
                f"the node at {self.endpoint} was started anew: block {self.head.number} is not what it was"
            )

    def _in_order(self, answers: Any, methods: Sequence[str]) -> list[Any]:
        if isinstance(answers, dict) and "error" in answers:
            raise _error("a batch", answers["error"])
        try:
            by_id = {answer["id"]: answer for answer in answers}
            ordered = [by_id[number] for number in range(len(methods))]
            return [
                _error(method, answer["error"]) if answer.get("error") else answer["result"]
                for method, answer in zip(methods, ordered, strict=True)
            ]
        except (AttributeError, TypeError, KeyError):
            raise BackendError(f"the node at {self.endpoint} does not answer what it was asked") from None


def result(answer: Any) -> Any:
    """A result of ``Node.ask``.

    Raises:
        NodeError: it is none.
    """
    if isinstance(answer, NodeError):
        raise answer
    return answer


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of ``size`` items, the last one of what is left."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def to_hex(value: bytes) -> str:
    """Bytes as nodes write them."""
    return "0x" + value.hex()


def from_hex(text: str) -> bytes:
    """Bytes that a node wrote."""
    return bytes.fromhex(text[2:])


def receipt_of(mined: Mapping[str, Any], output: bytes, block: int, timestamp: int) -> Receipt:
    """A receipt that a node wrote, with what it does not tell."""
    succeeded = mined["status"] == "0x1"
    created = succeeded and mined["to"] is None
    return Receipt(
        succeeded=succeeded,
        output=output,
        gas_used=int(mined["gasUsed"], 16),
        logs=tuple(
            Log(from_hex(log["address"]), tuple(map(from_hex, log["topics"])), from_hex(log["data"]))
            for log in mined["logs"]
        ),
        block=block,
        timestamp=timestamp,
        contract=from_hex(mined["contractAddress"]) if created else None,
    )


def output_of(trace: Mapping[str, Any]) -> bytes:
    """What a traced transaction returned or reverted with; empty where it ran out of gas."""
    return from_hex(trace.get("output") or "0x" + trace.get("returnValue", "").removeprefix("0x"))


def revert_data_of(error: NodeError) -> bytes:
    """What a call reverted with; empty where it ran out of gas.

    Raises:
        NodeError: the call was not made at all.
    """
    data = error.data.get("data") if isinstance(error.data, dict) else error.data
    if isinstance(data, str) and data.startswith("0x"):
        return from_hex(data)
    if _HALTED.search(error.message):
        return b""
    raise error


def _error(method: str, error: Any) -> NodeError:
    if not isinstance(error, dict):
        return NodeError(method, str(error))
    return NodeError(method, str(error.get("message", error)), error.get("data"))
