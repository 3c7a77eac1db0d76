"""Many transactions sent together: the same outcomes, in order, in blocks that they share."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from settlement.chain.chain import Call, Transaction
from settlement.chain.engines.anvil import Anvil
from settlement.chain.engines.json_rpc import Node
from settlement.chain.engines.json_rpc_backend import BATCH
from settlement.domain.errors import BackendError
from settlement.domain.reasons import Reason
from tests.chain.engines.nodes import Meddler, meddler, on_anvil
from tests.world import World, build_world

ERROR = {"error": {"code": -32601, "message": "Method not found"}}


@pytest.fixture
def between(node: Anvil) -> Iterator[Meddler]:
    with meddler(node.url) as between:
        yield between


def calls(world: World, rounds: int) -> list[Call]:
    """``rounds`` times a payment, a refused one, and one that is only good after what precedes it."""
    token = world.system.token
    b, c, s = (world.system.chain.address_of(name) for name in "BCS")
    return [
        Call("B", token, "transfer", (s, 7), "DIRECT", "S"),
        Call("B", token, "transfer", (c, 1), "DIRECT", "C"),
        Call("B", token, "approve", (c, 5), "APPROVE"),
        Call("C", token, "transferFrom", (b, s, 5), "DIRECT", "S"),
    ] * rounds


def what_happened(transactions: list[Transaction]) -> list[object]:
    """What there is to compare where blocks, and so moments, are shared: gas depends on the time too."""
    nowhere: dict[str, Any] = {"block": 0, "log_index": 0, "sim_time": 0}
    return [
        (t.actor, t.operation, t.reason, [replace(event, **nowhere) for event in t.events])
        for t in transactions
    ]


def assert_as_it_was(node: Node) -> None:
    """The node mines what it is sent, in blocks of the usual size."""
    automines, block = node.ask(("anvil_getAutomine", []), ("eth_getBlockByNumber", ["pending", False]))
    assert automines is True
    assert int(block["gasLimit"], 16) < 10**8


@on_anvil
def test_outcomes_are_those_of_one_after_the_other(world: World, node: Anvil) -> None:
    together = build_world(node.url)
    transactions = together.system.chain.transact_all(calls(together, 60))
    alone = world.system.chain.transact_all(calls(world, 60))
    assert what_happened(transactions) == what_happened(alone)
    assert [t.reason.name for t in transactions[-4:]] == ["OK", "DOMESTIC_PAYMENT", "OK", "OK"]
    blocks = Counter(t.block for t in transactions)
    assert list(blocks.values()) == [BATCH, BATCH, 240 - 2 * BATCH]
    assert sorted(blocks) == list(range(min(blocks), min(blocks) + 3))
    assert [t.block for t in transactions] == sorted(t.block for t in transactions)
    places = [(e.block, e.log_index) for t in transactions for e in t.events if t.reason is Reason.OK]
    assert len(places) == len(set(places))
    assert sorted(places) == places
    assert_as_it_was(Node(node.url))
    # Life goes on, a block and a second for each.
    last = transactions[-1]
    (event,) = together.system.token.transfer("B", "S", 1)
    assert (event.block, event.sim_time) == (last.block + 1, last.sim_time + 1)


def test_they_have_blocks_of_their_own_where_it_is_no_quicker(world: World) -> None:
    world.transactions.clear()
    transactions = world.system.chain.transact_all(calls(world, 1))
    assert len({t.block for t in transactions}) == len(transactions) == 4
    assert world.transactions == []


@on_anvil
def test_nothing_to_send_is_no_block(node: Anvil) -> None:
    world = build_world(node.url)
    before = world.now
    assert world.system.chain.transact_all([]) == []
    assert world.now == before


@on_anvil
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_connection_that_breaks_changes_nothing(world: World, between: Meddler, moment: str) -> None:
    together = build_world(between.url)
    between.breaks = [(m, moment) for m in ("eth_sendRawTransaction", "evm_mine", "eth_getBlockReceipts")]
    transactions = together.system.chain.transact_all(calls(together, 30))
    assert what_happened(transactions) == what_happened(world.system.chain.transact_all(calls(world, 30)))
    assert between.breaks == []


@on_anvil
def test_receipts_come_one_by_one_where_a_block_does_not_tell_them(world: World, between: Meddler) -> None:
    together = build_world(between.url)
    between.answers["eth_getBlockReceipts"] = ERROR
    transactions = together.system.chain.transact_all(calls(together, 1))
    assert what_happened(transactions) == what_happened(world.system.chain.transact_all(calls(world, 1)))


@on_anvil
@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (
            {"eth_sendRawTransaction": ERROR, "eth_getTransactionByHash": None},
            "takes no such transaction: Method not found",
        ),
        ({"eth_getBlockReceipts": []}, "is not as we made it: somebody else"),
        ({"evm_mine": ERROR}, "Method not found"),
        ({"evm_setBlockGasLimit": ERROR}, "Method not found"),
    ],
)
def test_what_goes_wrong_ends_it_and_leaves_the_node_as_it_was(
    between: Meddler, answers: dict[str, Any], said: str
) -> None:
    world = build_world(between.url)
    between.answers = answers
    with pytest.raises(BackendError, match=said):
        world.system.chain.transact_all(calls(world, 60))
    assert_as_it_was(Node(between.target))
