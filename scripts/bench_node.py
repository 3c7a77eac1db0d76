"""Measure transfers a second on a node in a process of its own: one by one, together, and the bound of that.

Usage: python -m scripts.bench_node [ROUNDS]    (of 500 transfers for each figure; default 5)

One by one: through the token's twin, each in a block of its own. Together: through ``Chain.transact_all``,
encoded, signed, many to a block, decoded into events. Bound: the same transfers, signed beforehand, in
batches of 100 raw transactions, ``evm_mine`` and ``eth_getBlockReceipts``; only the JSON is decoded.
Rounds take turns, and the median counts, so that the ratio holds whatever the machine does beside it.
"""

import sys
import tempfile
import time
from pathlib import Path

from scripts.bench_rows import Row, ratios, show
from settlement.chain.accounts import address_of, sign_transaction
from settlement.chain.chain import Call
from settlement.chain.engines.anvil import anvil
from settlement.chain.engines.json_rpc import Node, batches, to_hex
from settlement.chain.port import BLOCK_GAS_LIMIT, CHAIN_ID, GAS_PER_TRANSACTION
from tests.world import World, build_world

#: Transfers of a round, and of a block.
ROUND, BATCH = 500, 100


def one_by_one(world: World) -> float:
    """Seconds for a round of transfers, each in a block of its own."""
    started = time.perf_counter()
    for _ in range(ROUND):
        world.system.token.transfer("B", "S", 1)
    return time.perf_counter() - started


def together(world: World) -> float:
    """Seconds for a round of transfers sent together."""
    token = world.system.token
    arguments = world.system.chain.address_of("S"), 1
    started = time.perf_counter()
    transactions = world.system.chain.transact_all(
        Call("B", token, "transfer", arguments, "DIRECT", "S") for _ in range(ROUND)
    )
    taken = time.perf_counter() - started
    if [len(transaction.events) for transaction in transactions] != [1] * ROUND:
        raise AssertionError("not every transfer was one event")
    return taken


def bound(world: World, endpoint: str) -> float:
    """Seconds that the node takes for a round of transfers signed beforehand; it is put back then."""
    token, chain, node = world.system.token, world.system.chain, Node(endpoint)
    data = token.artifact.functions["transfer"].encode(chain.address_of("S"), 1)
    before = chain.snapshot()
    (count,) = node.ask(("eth_getTransactionCount", [to_hex(address_of("B")), "latest"]))
    nonces = range(int(count, 16), int(count, 16) + ROUND)
    common = {"chain_id": CHAIN_ID, "gas": GAS_PER_TRANSACTION, "fee": 10**9}
    signed = [
        to_hex(sign_transaction("B", nonce=nonce, to=token.address, data=data, **common)) for nonce in nonces
    ]
    node.ask(("evm_setAutomine", [False]), ("evm_setBlockGasLimit", [hex(BATCH * GAS_PER_TRANSACTION)]))
    started = time.perf_counter()
    for block in batches(signed, BATCH):
        node.ask(*(("eth_sendRawTransaction", [raw]) for raw in block))
        node.ask(("evm_mine", []))
        (receipts,) = node.ask(("eth_getBlockReceipts", ["latest"]))
        if [receipt["status"] for receipt in receipts] != ["0x1"] * BATCH:
            raise AssertionError("not every transfer was mined")
    taken = time.perf_counter() - started
    node.ask(("evm_setAutomine", [True]), ("evm_setBlockGasLimit", [hex(BLOCK_GAS_LIMIT)]))
    node.close()
    chain.revert(before)
    return taken


def rows(rounds: int) -> list[Row]:
    """Transfers a second over each kind of connection, and the share of the bound that is reached."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("HTTP", "socket"):
            with anvil(genesis_time=1, ipc=Path(folder) / "ipc") as node:
                endpoint = node.url if kind == "HTTP" else str(node.ipc)
                world = build_world(endpoint)
                taken = [(one_by_one(world), together(world), bound(world, endpoint)) for _ in range(rounds)]
            alone, many, most = (tuple(ROUND / t for t in seconds) for seconds in zip(*taken, strict=True))
            found += [
                Row(f"transfers on anvil ({kind}) through twins, one by one", alone, "/s"),
                Row(f"transfers on anvil ({kind}) through twins, together", many, "/s"),
                Row(f"transfers on anvil ({kind}), batches signed beforehand", most, "/s"),
                Row(f"anvil ({kind}), together through twins : such batches", ratios(many, most), target=0.7),
            ]
    return found


if __name__ == "__main__":
    show(rows(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
