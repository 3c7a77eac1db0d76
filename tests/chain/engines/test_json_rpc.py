"""A node that breaks the connection, stops, is started anew or is used by others meanwhile."""

from collections.abc import Callable, Iterator

import pytest

from settlement.chain.engines import json_rpc
from settlement.chain.engines.anvil import Anvil, anvil
from settlement.chain.engines.backends import open_backend
from settlement.chain.engines.json_rpc import ConnectionLost, Node, NodeError
from settlement.chain.port import Backend, CallResult, Receipt
from settlement.domain.errors import BackendError
from tests.chain.engines.nodes import Meddler, meddler, on_anvil
from tests.chain.engines.test_conformance import (
    ALICE,
    BOB,
    COUNTER,
    GENESIS,
    LOOP,
    REFUSER,
    creation,
    word,
)

pytestmark = on_anvil

ERROR = {"error": {"code": -32601, "message": "Method not found"}}
#: Every method that a transaction, a view and a snapshot need, and how often it may break.
METHODS = (
    "evm_setNextBlockTimestamp",
    "eth_sendRawTransaction",
    "evm_mine",
    "eth_getBlockReceipts",
    "debug_traceTransaction",
    "eth_call",
    "evm_snapshot",
)


@pytest.fixture
def between(node: Anvil) -> Iterator[Meddler]:
    with meddler(node.url) as between:
        yield between


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lose no time between two attempts."""
    monkeypatch.setattr(json_rpc, "_PAUSES", (0.0, 0.0))


def opened(endpoint: str) -> Backend:
    return open_backend(endpoint, GENESIS, ["alice", "bob"])


def story(backend: Backend) -> list[Receipt | CallResult]:
    """A bit of everything."""
    first = backend.deploy(ALICE, creation(COUNTER))
    counter = first.contract
    assert counter is not None
    backend.advance_to(GENESIS + 100)
    snapshot = backend.snapshot()
    told = [first, backend.send(ALICE, counter, b""), backend.send(BOB, counter, b"")]
    backend.revert(snapshot)
    return [*told, backend.send(BOB, counter, b""), backend.call(ALICE, counter, b"")]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("method", METHODS)
def test_a_connection_that_breaks_changes_nothing(between: Meddler, method: str, moment: str) -> None:
    backend = opened(between.url)
    between.breaks = [(method, moment)] * 2
    assert story(backend) == story(opened("py-evm"))
    assert between.breaks == []


def test_what_the_node_has_is_not_sent_again(between: Meddler) -> None:
    backend = opened(between.url)
    between.breaks = [("eth_sendRawTransaction", "after")]
    backend.deploy(ALICE, creation(COUNTER))
    assert between.heard.count("eth_sendRawTransaction") == 1
    between.breaks = [("eth_sendRawTransaction", "before")]
    backend.deploy(ALICE, creation(COUNTER))
    assert between.heard.count("eth_sendRawTransaction") == 3


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_node_that_mines_when_told_to_mines_once(between: Meddler, moment: str) -> None:
    Node(between.target).ask(("evm_setAutomine", [False]))
    try:
        backend = opened(between.url)
        between.breaks = [("evm_mine", moment)]
        assert story(backend) == story(opened("py-evm"))
        assert between.breaks == []
    finally:
        Node(between.target).ask(("evm_setAutomine", [True]))


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("method", ["eth_sendRawTransaction", "eth_getBlockReceipts", "eth_getBlockByNumber"])
def test_a_connection_that_stays_broken_is_a_broken_backend(between: Meddler, method: str) -> None:
    backend = opened(between.url)
    between.breaks = [(method, "before")] * 20
    with pytest.raises(ConnectionLost, match=f"no connection to the node at {between.url}: "):
        backend.deploy(ALICE, creation(COUNTER))
    assert len(between.breaks) > 10


@pytest.mark.usefixtures("hasty")
def test_a_return_to_a_snapshot_is_not_tried_twice(between: Meddler) -> None:
    backend = opened(between.url)
    snapshot = backend.snapshot()
    between.breaks = [("evm_revert", "after")]
    with pytest.raises(ConnectionLost):
        backend.revert(snapshot)
    assert between.heard.count("evm_revert") == 1


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("method", "act"),
    [
        ("eth_sendRawTransaction", lambda backend, counter: backend.send(ALICE, counter, b"")),
        ("eth_call", lambda backend, counter: backend.call(ALICE, counter, b"")),
        ("evm_snapshot", lambda backend, counter: backend.snapshot()),
    ],
)
def test_a_node_that_was_started_anew_is_a_broken_backend(
    method: str, act: Callable[[Backend, bytes], object]
) -> None:
    with anvil(genesis_time=1) as first, anvil(genesis_time=1) as second, meddler(first.url) as between:
        backend = opened(between.url)
        counter = backend.deploy(ALICE, creation(COUNTER)).contract
        assert counter is not None
        between.target = second.url
        between.breaks = [(method, "before")]
        with pytest.raises(BackendError, match="was started anew: block 1 is not what it was"):
            act(backend, counter)
        assert Node(second.url).ask(("eth_blockNumber", [])) == ["0x0"]


@pytest.mark.usefixtures("hasty")
def test_a_node_that_stops_is_a_broken_backend() -> None:
    with anvil(genesis_time=1) as node:
        backend = opened(node.url)
    with pytest.raises(ConnectionLost, match="Connection refused"):
        backend.deploy(ALICE, creation(COUNTER))


def test_somebody_else_on_the_node_is_noticed(node: Anvil) -> None:
    backend = opened(node.url)
    backend.deploy(ALICE, creation(COUNTER))
    Node(node.url).ask(("evm_mine", []))
    with pytest.raises(BackendError, match=r"block 2 of the node at .* is not as we made it: somebody else"):
        backend.deploy(ALICE, creation(COUNTER))


def test_a_transaction_that_no_block_comes_to_hold_is_a_broken_backend(between: Meddler) -> None:
    backend = opened(between.url)
    between.answers["eth_getBlockReceipts"] = None
    with pytest.raises(BackendError, match="is not as we made it: somebody else"):
        backend.deploy(ALICE, creation(COUNTER))


def test_a_refusal_of_what_was_taken_does_not_count(between: Meddler) -> None:
    """Hardhat's node answers with an error where a transaction that it mined has reverted."""
    backend = opened(between.url)
    between.answers["eth_sendRawTransaction"] = {"error": {"code": -32603, "message": "reverted"}}
    receipt = backend.deploy(ALICE, bytes.fromhex(REFUSER))
    assert (receipt.succeeded, receipt.output) == (False, bytes.fromhex("deadbeef"))


def test_a_call_that_is_not_made_is_no_revert(between: Meddler) -> None:
    backend = opened(between.url)
    between.answers["eth_call"] = {"error": {"code": -32000, "message": "state is not available"}}
    with pytest.raises(NodeError, match="state is not available"):
        backend.call(ALICE, BOB, b"")


@pytest.mark.parametrize(
    ("error", "output"),
    [
        ({"message": "execution reverted", "data": "0xdeadbeef"}, "deadbeef"),
        ({"message": "VM Exception", "data": {"message": "reverted", "data": "0xdeadbeef"}}, "deadbeef"),
        ({"message": "execution reverted"}, ""),
        ({"message": "out of gas"}, ""),
        ({"message": "EVM error InvalidFEOpcode"}, ""),
    ],
)
def test_nodes_tell_of_a_revert_in_ways_of_their_own(between: Meddler, error: object, output: str) -> None:
    backend = opened(between.url)
    between.answers["eth_call"] = {"error": error}
    assert backend.call(ALICE, BOB, b"") == CallResult(False, bytes.fromhex(output))


def test_a_node_that_knows_one_tracer_only_is_asked_for_that(between: Meddler) -> None:
    backend = opened(between.url)
    counter = backend.deploy(ALICE, creation(COUNTER)).contract
    loop = backend.deploy(ALICE, creation(LOOP)).contract
    assert counter is not None
    assert loop is not None
    between.answers["debug_traceTransaction"] = lambda _, how: ERROR if "tracer" in how else None
    receipts = [backend.send(ALICE, to, b"") for to in (counter, counter, loop)]
    assert [receipt.output for receipt in receipts] == [word(1), word(2), b""]
