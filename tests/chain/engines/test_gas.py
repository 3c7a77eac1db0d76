"""Gas is the same on every engine that says so, transaction by transaction, and what Prague's rules say.

Programs here are made of snippets, so that they reach what contracts in Solidity seldom do: refunds,
contracts that create others or take themselves away, transient storage, calls that revert halfway.

``ENGINE_EXAMPLES=500 python -m pytest tests/chain/engines/test_gas.py`` looks longer.
"""

import os
from typing import Any

import pytest
from eth._utils.address import generate_contract_address
from eth_typing import Address as EvmAddress
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from settlement.chain.accounts import address_of
from settlement.chain.engines.backends import open_backend
from settlement.chain.port import GAS_PER_TRANSACTION, Address, Backend, Receipt
from settlement.domain.errors import BackendError
from tests.chain.engines import ENGINES

GENESIS = 1_803_772_800
ALICE, BOB = address_of("alice"), address_of("bob")
#: Where Alice's first contracts are, before they are.
CONTRACTS = [bytes(generate_contract_address(EvmAddress(ALICE), nonce)) for nonce in range(4)]
EXACT = [name for name in ENGINES if name != "revm-fast"]

STOP = b"\x00"
#: Create a contract from the beginning of memory.
CREATION = b"\x5f\x5f\xf0"


def opened(name: str) -> Backend:
    return open_backend(name, GENESIS, ["alice", "bob"])


def push(value: bytes) -> bytes:
    """PUSH1 to PUSH32."""
    return bytes([0x5F + len(value)]) + value


def small(value: int) -> bytes:
    return push(bytes([value]))


def store(slot: int, value: int) -> bytes:
    return small(value) + small(slot) + b"\x55"


def load(slot: int) -> bytes:
    return small(slot) + b"\x54\x50"


def keep(slot: int, value: int) -> bytes:
    """Write what a transient slot holds to storage, and then a value to the transient slot."""
    return small(slot) + b"\x5c" + small(slot) + b"\x55" + small(value) + small(slot) + b"\x5d"


def look(address: Address) -> bytes:
    """Size, hash and balance of an account."""
    return b"".join(push(address) + bytes([code]) + b"\x50" for code in (0x3B, 0x3F, 0x31))


def call(address: Address) -> bytes:
    """Call with 100,000 gas, and keep whether it succeeded."""
    return b"\x5f" * 5 + push(address) + push((100_000).to_bytes(3)) + b"\xf1" + small(9) + b"\x55"


def create(init: bytes) -> bytes:
    """Create a contract by ``init`` (32 bytes at most), call it, and look at it."""
    memory = push(init.ljust(32, b"\0")) + b"\x5f\x52"
    made = small(len(init)) + CREATION
    called = b"\x80\x3f\x50" + b"\x5f" * 5 + b"\x85\x5a\xf1\x50"
    return memory + made + called + small(8) + b"\x55"


def log(topic: int) -> bytes:
    return small(topic) + b"\x5f\x5f\xa1"


def end(address: Address) -> bytes:
    """Take oneself away."""
    return push(address) + b"\xff"


#: Keep the hash of the code of what was created before, if it is still there.
REVISIT = small(8) + b"\x54\x3f" + small(7) + b"\x55"
REVERT = b"\x5f\x5f\xfd"
#: What creation code returns: a contract that writes a slot, and one that takes itself away.
WRITER = push(store(1, 7)) + b"\x5f\x52" + b"\x60\x05\x60\x1b\xf3"
LEAVER = push(b"\x5f\xff") + b"\x5f\x52" + b"\x60\x02\x60\x1e\xf3"

SLOTS, VALUES = st.integers(0, 2), st.integers(0, 2)
ADDRESSES = st.sampled_from([*CONTRACTS, ALICE, bytes(19) + b"\x02", bytes(19) + b"\x99"])
SNIPPETS = st.one_of(
    st.builds(store, SLOTS, VALUES),
    st.builds(store, SLOTS, VALUES),
    st.builds(load, SLOTS),
    st.builds(keep, SLOTS, VALUES),
    st.builds(look, ADDRESSES),
    st.builds(call, ADDRESSES),
    st.builds(create, st.sampled_from([WRITER, LEAVER, store(0, 1), REVERT, end(BOB)])),
    st.builds(log, SLOTS),
    st.just(REVISIT),
)
PROGRAMS = st.builds(
    lambda snippets, last: b"".join(snippets) + last,
    st.lists(SNIPPETS, max_size=6),
    st.sampled_from([STOP, STOP, STOP, REVERT, end(ALICE)]),
)
DATA = st.builds(lambda zeros, others: bytes(zeros) + b"\1" * others, st.integers(0, 99), st.integers(0, 999))
STEPS = st.one_of(
    st.tuples(st.just("deploy"), PROGRAMS),
    st.tuples(st.just("initiate"), PROGRAMS),
    st.tuples(st.just("send"), st.integers(0, 3), DATA),
    st.tuples(st.just("send"), st.integers(0, 3), st.just(b"")),
    st.tuples(st.just("call"), st.integers(0, 3)),
    st.just(("snapshot",)),
    st.tuples(st.just("revert"), st.integers(0, 3)),
)


def returning(code: bytes) -> bytes:
    """Creation code for ``code``."""
    size = len(code).to_bytes(2)
    return b"\x61" + size + b"\x80\x60\x0a\x5f\x39\x5f\xf3" + code


def play(backend: Backend, steps: list[tuple[Any, ...]]) -> list[object]:
    """What comes of each step."""
    snapshots = [backend.snapshot()]
    outcomes: list[object] = []
    for step, *arguments in steps:
        match step:
            case "deploy":
                outcomes.append(backend.deploy(ALICE, returning(*arguments)))
            case "initiate":
                outcomes.append(backend.deploy(BOB, *arguments))
            case "send":
                outcomes.append(backend.send(BOB, CONTRACTS[arguments[0]], arguments[1]))
            case "call":
                outcomes.append(backend.call(ALICE, CONTRACTS[arguments[0]], b""))
            case "snapshot":
                snapshots.append(backend.snapshot())
            case "revert":
                backend.revert(snapshots[arguments[0] % len(snapshots)])
    backend.revert(snapshots[0])
    return outcomes


def without_gas(outcomes: list[object]) -> list[object]:
    return [o._replace(gas_used=0) if isinstance(o, Receipt) else o for o in outcomes]


@pytest.fixture(scope="module")
def backends() -> dict[str, Backend]:
    return {name: opened(name) for name in ENGINES}


EXAMPLES = settings(
    max_examples=int(os.environ.get("ENGINE_EXAMPLES", "25")),
    derandomize="ENGINE_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@EXAMPLES
@given(st.lists(STEPS, min_size=1, max_size=10))
@example([("deploy", store(0, 1)), ("send", 0, b""), ("send", 0, b"\1" * 999)])
@example([("deploy", REVISIT + create(LEAVER)), ("send", 0, b""), ("send", 0, b"")])
@example([("deploy", REVISIT + create(WRITER)), ("send", 0, b""), ("send", 0, b"")])
@example([("deploy", create(WRITER) + end(BOB)), ("send", 0, b""), ("send", 0, b"")])
@example([("deploy", create(REVERT)), ("send", 0, b""), ("deploy", STOP), ("send", 0, b"")])
@example([("initiate", store(0, 1) + end(BOB)), ("initiate", create(WRITER)), ("initiate", STOP)])
@example(
    [("snapshot",), ("deploy", keep(0, 1)), ("snapshot",), ("revert", 0), ("send", 0, b""), ("revert", 1)]
)
def test_programs_cost_the_same_and_do_the_same(
    backends: dict[str, Backend], steps: list[tuple[Any, ...]]
) -> None:
    expected = play(backends["eth-tester"], steps)
    for name in EXACT:
        assert play(backends[name], steps) == expected, name
    # What a contract creates is new until the next end of transactions, of which there is one in many.
    if "revm-fast" in backends and not any(
        CREATION in part for step in steps for part in step[1:] if step[0] in ("deploy", "initiate")
    ):
        assert without_gas(play(backends["revm-fast"], steps)) == without_gas(expected)


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize(
    ("data", "gas"),
    [
        (b"", 21_000),
        # A byte that is zero costs 4, one that is not 16; but at least 10 and 40 are charged for them.
        (bytes(100), 21_000 + 1_000),
        (b"\1" * 100, 21_000 + 4_000),
        (bytes(60) + b"\1" * 40, 21_000 + 600 + 1_600),
    ],
    ids=["nothing", "zeros", "others", "both"],
)
def test_data_has_a_floor_where_nothing_is_executed(name: str, data: bytes, gas: int) -> None:
    assert opened(name).send(ALICE, BOB, data).gas_used == gas


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("gap", [-1, 0, 1])
def test_the_floor_counts_only_where_it_is_higher(name: str, gap: int) -> None:
    backend = opened(name)
    # 100 bytes cost 1,600 and have a floor of 4,000: between them are 800 jumps to where nothing stops.
    idle = 2_400 + gap
    assert backend.deploy(ALICE, returning(b"\x5b" * idle + STOP)).succeeded
    assert backend.send(BOB, CONTRACTS[0], b"\1" * 100).gas_used == 25_000 + max(gap, 0)


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("size", [1, 200])
def test_a_refund_does_not_go_below_the_floor(name: str, size: int) -> None:
    backend = opened(name)
    toggle = b"\x36\x15\x5f\x55"  # slot 0 is whether there is no data
    backend.deploy(ALICE, returning(toggle))
    backend.send(BOB, CONTRACTS[0], b"")
    # Clearing a cold slot costs 5,000 and gives 4,800 back, or a fifth of everything where that is less.
    spent = 21_000 + 16 * size + 7 + 5_000
    refunded = spent - min(4_800, spent // 5)
    assert backend.send(BOB, CONTRACTS[0], b"\1" * size).gas_used == max(refunded, 21_000 + 40 * size)


@pytest.mark.parametrize("name", ENGINES)
def test_creation_has_the_same_floor(name: str) -> None:
    # 53,000, 16 a byte and 2 for 32 of them, or the floor: from about 1,340 bytes on.
    for size in (1, 1_330, 1_350, 49_152):
        code = STOP + b"\1" * (size - 1)
        spent = 53_000 + 4 + 16 * (size - 1) + 2 * ((size + 31) // 32)
        receipt = opened(name).deploy(ALICE, code)
        assert receipt.gas_used == max(spent, 21_000 + 10 + 40 * (size - 1))


@pytest.mark.parametrize("name", ENGINES)
def test_data_whose_floor_is_above_the_gas_of_a_transaction_is_taken_by_no_block(name: str) -> None:
    backend = opened(name)
    most = (GAS_PER_TRANSACTION - 21_000) // 40
    with pytest.raises(BackendError, match="takes no such transaction"):
        backend.send(ALICE, BOB, b"\1" * (most + 1))
    assert backend.send(ALICE, BOB, b"\1" * most).gas_used == 21_000 + 40 * most
