"""A backend seen through names: transactions by actor, events and refusals in domain terms."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, TypedDict

from settlement.chain.abi import ErrorType, Function, load_artifact
from settlement.chain.accounts import address_of
from settlement.chain.port import ZERO_ADDRESS, Address, Backend, BulkBackend, Log, Message, Receipt
from settlement.chain.reverts import ContractRevert, revert_of
from settlement.domain.errors import BackendError
from settlement.domain.events import ISSUANCE, Event, OperationRejected
from settlement.domain.reasons import Reason


class Origin(TypedDict):
    """Where an event comes from: the fields that all events share."""

    sim_time: int
    actor: str
    block: int
    log_index: int


class Transaction(NamedTuple):
    """One EVM transaction and what it meant.

    Attributes:
        block: block number; every transaction has a block of its own, unless many were sent together.
        sim_time: block timestamp, epoch seconds.
        actor: name of the sender.
        operation: contract and function, such as ``TradeEscrow.fund``.
        reason: OK, or why it was refused.
        gas_used: gas, in units.
        events: domain events, in log order; a refusal is one ``OperationRejected``.
    """

    block: int
    sim_time: int
    actor: str
    operation: str
    reason: Reason
    gas_used: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of a contract, to be called by an actor.

    ``flow`` and ``subject`` say in a refusal what was tried, and on what.
    """

    actor: str
    twin: "Twin"
    function: str
    arguments: tuple[Any, ...]
    flow: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state of the chain to return to, and the names that things on it had."""

    state: int
    ids: dict[str, bytes]


class Twin:
    """Base of the Python twins: one typed method for every function of a Solidity contract.

    A method that sends returns the transaction's events. It raises the ``ContractRevert`` of the
    contract's custom error when refused, and ``UnknownRevert`` on a panic.
    """

    #: Name of the Solidity contract and of its artifact.
    contract: ClassVar[str]
    #: Events that say nothing a domain event does not say; every other event must be decoded.
    ignored: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, chain: "Chain", address: Address) -> None:
        self.chain = chain
        self.address = address
        self.artifact = load_artifact(self.contract)
        chain.attach(self)

    def function_name(self, calldata: bytes) -> str:
        """The function that ``calldata`` calls; its selector where the contract has none such."""
        selector = calldata[:4]
        names = (f.name for f in self.artifact.functions.values() if f.selector == selector)
        return next(names, "0x" + selector.hex())

    def decode(self, log: Log, origin: Origin) -> Event | None:
        """The domain event of ``log``; None for an ignored one.

        Raises:
            BackendError: the contract has no such event.
        """
        kind = self.artifact.events.get(log.topics[0])
        if kind is None:
            raise BackendError(f"{self.contract} logged an event it does not have: {log.topics[0].hex()}")
        if kind.name in self.ignored:
            return None
        return self._event(kind.name, kind.decode(log), origin)

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        raise BackendError(f"{self.contract}.{name} has no domain event")

    def _send(
        self, actor: str, function: str, *arguments: Any, flow: str | None = None, subject: str = ""
    ) -> tuple[Event, ...]:
        """Send a transaction; ``flow`` and ``subject`` say in a refusal what was tried, and on what."""
        call = self.artifact.functions[function]
        return self.chain.transact(actor, self, call, arguments, flow or function.upper(), subject)

    def _view(self, function: str, *arguments: Any) -> Any:
        """Call a view; a single return value comes alone, several as a tuple."""
        values = self.chain.view(self, self.artifact.functions[function], arguments)
        return values[0] if len(values) == 1 else values


@dataclass
class Chain:
    """A backend, the names of its accounts, and the twins of its contracts.

    Attributes:
        backend: the EVM.
        reader: account that views are called from.
        on_transaction: told of every transaction, refused ones and deployments included, but not of
            one that ends the run.
    """

    backend: Backend
    reader: str
    on_transaction: Callable[[Transaction], None] = lambda transaction: None
    _names: dict[Address, str] = field(default_factory=lambda: {ZERO_ADDRESS: ISSUANCE})
    _refs: dict[bytes, str] = field(default_factory=dict)
    _ids: dict[str, bytes] = field(default_factory=dict)
    _kinds: dict[str, str] = field(default_factory=dict)
    _twins: dict[Address, Twin] = field(default_factory=dict)
    _errors: dict[bytes, ErrorType] = field(default_factory=dict)

    def attach(self, twin: Twin) -> None:
        """Decode the logs and errors of ``twin`` from now on, and know its address by its name."""
        self._twins[twin.address] = twin
        self._names[twin.address] = twin.contract
        self._errors |= twin.artifact.errors

    def introduce(self, name: str) -> Address:
        """Know the wallet of the account ``name`` by that name; returns its address."""
        address = address_of(name)
        self._names[address] = name
        return address

    def name_of(self, address: str) -> str:
        """The name behind ``0x…``.

        Raises:
            BackendError: nobody we know.
        """
        try:
            return self._names[bytes.fromhex(address[2:])]
        except KeyError:
            raise BackendError(f"{address} is the address of nobody we know") from None

    def twin_of(self, address: str) -> Twin:
        """The twin of the contract at ``0x…``.

        Raises:
            BackendError: no contract that we know.
        """
        try:
            return self._twins[bytes.fromhex(address[2:])]
        except KeyError:
            raise BackendError(f"{address} is the address of no contract we know") from None

    def address_of(self, holder: "str | Twin") -> Address:
        """The address of a contract, or of an account's wallet, which is known from now on."""
        return holder.address if isinstance(holder, Twin) else self.introduce(holder)

    def know_ref(self, identifier: bytes, ref: str, owner: str, kind: str) -> str:
        """Know that a 32-byte id of the logs stands for a thing of ``kind``; returns the name it goes by.

        That is ``ref``, with the owner before it where somebody else's goes by ``ref`` already.
        """
        name = ref if self._ids.get(ref, identifier) == identifier else f"{owner}:{ref}"
        self._ids[name] = identifier
        self._kinds[name] = kind
        self._refs[identifier] = name
        return name

    def ref_of(self, identifier: bytes) -> str:
        """The name of a 32-byte id; of one that was never introduced, the text in it."""
        return self._refs.get(identifier) or from_bytes(identifier)

    def id_of(self, ref: str) -> bytes:
        """The 32-byte id behind a name; what was never introduced has an id that nothing has."""
        return self._ids.get(ref, bytes(32))

    def refs(self, kind: str) -> tuple[str, ...]:
        """All names of a kind that were introduced, in order."""
        return tuple(name for name in self._ids if self._kinds[name] == kind)

    def snapshot(self) -> Snapshot:
        """Remember the state of the chain, and the names on it."""
        return Snapshot(self.backend.snapshot(), dict(self._ids))

    def revert(self, snapshot: Snapshot) -> None:
        """Return to a remembered state; the snapshot stays usable."""
        self.backend.revert(snapshot.state)
        self._ids = dict(snapshot.ids)
        self._refs = {identifier: name for name, identifier in self._ids.items()}

    def deploy(self, actor: str, contract: str, *arguments: Any) -> Address:
        """Create a contract and return its address.

        Raises:
            UnknownRevert, ContractRevert: the constructor reverted.
        """
        artifact = load_artifact(contract)
        receipt = self.backend.deploy(address_of(actor), artifact.creation_code(*arguments))
        if not receipt.succeeded or receipt.contract is None:
            raise revert_of(f"deploying {contract}", artifact.errors, receipt.output, receipt)
        block, at, gas = receipt.block, receipt.timestamp, receipt.gas_used
        self.on_transaction(Transaction(block, at, actor, f"{contract}.constructor", Reason.OK, gas, ()))
        return receipt.contract

    def transact(
        self, actor: str, twin: Twin, function: Function, arguments: tuple[Any, ...], flow: str, subject: str
    ) -> tuple[Event, ...]:
        """Send one call of ``twin`` as ``actor``; see ``Twin``."""
        operation = f"{twin.contract}.{function.name}"
        receipt = self.backend.send(address_of(actor), twin.address, function.encode(*arguments))
        transaction, revert = self._outcome(receipt, actor, operation, flow, subject)
        self.on_transaction(transaction)
        if revert is not None:
            raise revert
        return transaction.events

    def transact_all(self, calls: Iterable[Call]) -> list[Transaction]:
        """Send many calls in order, together in blocks where the backend can; returns what came of each.

        One that is refused is an outcome like the others. ``on_transaction`` is told of none: who listens
        there books one transaction a block.

        Raises:
            UnknownRevert: one failed for no reason of ours.
        """
        under_way: deque[Call] = deque()

        def messages() -> Iterator[Message]:
            for call in calls:
                under_way.append(call)
                function = call.twin.artifact.functions[call.function]
                yield address_of(call.actor), call.twin.address, function.encode(*call.arguments)

        backend = self.backend
        if isinstance(backend, BulkBackend):
            sending = backend.send_all(messages())
        else:
            sending = (backend.send(*message) for message in messages())
        transactions: list[Transaction] = []
        block, logs = -1, 0
        with closing(sending) as receipts:
            for receipt in receipts:
                logs = logs if receipt.block == block else 0
                call = under_way.popleft()
                operation = f"{call.twin.contract}.{call.function}"
                said = call.flow, call.subject
                transactions.append(self._outcome(receipt, call.actor, operation, *said, first_log=logs)[0])
                block, logs = receipt.block, logs + len(receipt.logs)
        return transactions

    def view(self, twin: Twin, function: Function, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        """Call one view of ``twin``.

        Raises:
            ContractRevert, UnknownRevert: the view reverted.
        """
        result = self.backend.call(address_of(self.reader), twin.address, function.encode(*arguments))
        if not result.succeeded:
            raise revert_of(f"{twin.contract}.{function.name}", self._errors, result.output, None)
        return function.decode(result.output)

    def _outcome(
        self, receipt: Receipt, actor: str, operation: str, flow: str, subject: str, first_log: int = 0
    ) -> tuple[Transaction, ContractRevert | None]:
        """What a transaction meant, and the error that it was refused with."""
        at, block, gas = receipt.timestamp, receipt.block, receipt.gas_used
        if receipt.succeeded:
            events = self._decode(receipt, actor, first_log)
            return Transaction(block, at, actor, operation, Reason.OK, gas, events), None
        revert = revert_of(operation, self._errors, receipt.output, receipt)
        if isinstance(revert, BackendError):
            raise revert
        origin = Origin(sim_time=at, actor=actor, block=block, log_index=-1)
        subject = revert.subject or subject
        rejection = OperationRejected(**origin, flow=flow, reason=revert.reason, subject=subject)
        return Transaction(block, at, actor, operation, revert.reason, gas, (rejection,)), revert

    def _decode(self, receipt: Receipt, actor: str, first_log: int) -> tuple[Event, ...]:
        events = []
        for index, log in enumerate(receipt.logs, first_log):
            twin = self._twins.get(log.address)
            if twin is None:
                raise BackendError(f"a contract we do not know logged: 0x{log.address.hex()}")
            origin = Origin(sim_time=receipt.timestamp, actor=actor, block=receipt.block, log_index=index)
            event = twin.decode(log, origin)
            if event is not None:
                events.append(event)
        return tuple(events)


def name_of(holder: str | Twin) -> str:
    """The name that an account or a contract goes by."""
    return holder.contract if isinstance(holder, Twin) else holder


def to_bytes32(text: str) -> bytes:
    """A short text as the contracts hold it: UTF-8, padded with zeros to 32 bytes.

    Raises:
        ValueError: longer than 31 bytes.
    """
    encoded = text.encode()
    if len(encoded) > 31:
        raise ValueError(f"{text!r} is longer than 31 bytes")
    return encoded.ljust(32, b"\0")


def from_bytes(value: bytes) -> str:
    """The text behind a padded ``bytesN``."""
    return value.rstrip(b"\0").decode()
