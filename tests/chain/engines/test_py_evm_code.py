"""Code that we interpret or translate does what py-evm does with it, to the last unit of gas."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from eth.vm import opcode_values as op
from eth.vm.forks.prague.opcodes import PRAGUE_OPCODES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.chain.accounts import address_of
from settlement.chain.engines import py_evm_code
from settlement.chain.engines.backends import open_backend
from settlement.chain.engines.py_evm_state import Computation
from settlement.chain.port import Receipt

ALICE = address_of("alice")

#: How often something has to run to be translated: never is it, at once, after a while.
TIMES = (sys.maxsize, 0, 2)

#: Numbers at which something changes.
NUMBERS = st.one_of(
    st.integers(0, 70),
    st.sampled_from([255, 256, 2**128, 2**160 - 1, 2**255 - 1, 2**255, 2**256 - 1]),
    st.integers(0, 2**256 - 1),
)
#: Those that end a program or that look at what differs are drawn apart.
PLAIN = sorted(set(PRAGUE_OPCODES) - {op.JUMP, op.JUMPI, op.SELFDESTRUCT, op.CREATE, op.CREATE2, op.STOP})
MOVES = [*range(op.DUP1, op.DUP4), *range(op.SWAP1, op.SWAP4), op.POP, op.ADD, op.MSTORE, op.MLOAD, op.SSTORE]


def push(number: int) -> bytes:
    """The shortest PUSH of a number."""
    size = (number.bit_length() + 7) // 8
    return bytes([op.PUSH0 + size]) + number.to_bytes(size)


@st.composite
def pieces(draw: st.DrawFn) -> bytes:
    """A few instructions; or a jump over some of them, known or computed, taken or not."""
    instructions = st.one_of(
        NUMBERS.map(push),
        st.sampled_from(MOVES).map(lambda opcode: bytes([opcode])),
        st.sampled_from(PLAIN).map(lambda opcode: bytes([opcode])),
    )
    body = b"".join(draw(st.lists(instructions, max_size=8)))
    how = draw(st.sampled_from(["plain", "plain", "over", "over by memory", "maybe over", "out of the blue"]))
    if how == "plain":
        return body
    if how == "out of the blue":
        return body + bytes([op.JUMPI])
    jump = bytes([op.JUMPI if how == "maybe over" else op.JUMP])
    if how == "over by memory":  # so that nobody knows where to
        jump = bytes([op.PUSH0, op.MSTORE, op.PUSH0, op.MLOAD]) + jump
    condition = push(draw(st.sampled_from([0, 1, 2**255]))) if how == "maybe over" else b""
    # What PC gives and so many bytes is where the JUMPDEST stands.
    distance = (5 + len(jump) + len(body)).to_bytes(2)
    return condition + bytes([op.PC, op.PUSH2, *distance, op.ADD]) + jump + body + bytes([op.JUMPDEST])


#: Something on the stack, then pieces, then all of memory returned.
PROGRAMS = st.builds(
    lambda numbers, parts: (
        b"".join(map(push, numbers)) + b"".join(parts) + bytes([op.MSIZE, op.PUSH0, op.RETURN])
    ),
    st.lists(NUMBERS, max_size=12),
    st.lists(pieces(), max_size=8),
)


@contextmanager
def cold(times: int) -> Iterator[None]:
    """Translate only what was run more than so many times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(py_evm_code, "COLD", times)
        py_evm_code.program_of.cache_clear()
        yield
    py_evm_code.program_of.cache_clear()


def by_py_evm(runtime: bytes, data: bytes) -> list[Receipt]:
    """What py-evm's own loop makes of a program."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(Computation, "apply_computation")
        return outcomes(runtime, data)


def outcomes(runtime: bytes, data: bytes) -> list[Receipt]:
    """Deploy a program and run it a few times."""
    backend = open_backend("py-evm", 1_803_772_800, ["alice"])
    size = len(runtime).to_bytes(2)
    creation = bytes([op.PUSH2, *size, op.DUP1, op.PUSH1, 10, op.PUSH0, op.CODECOPY, op.PUSH0, op.RETURN])
    deployed = backend.deploy(ALICE, creation + runtime)
    assert deployed.contract is not None
    return [deployed, *(backend.send(ALICE, deployed.contract, data) for _ in range(3))]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PROGRAMS, st.binary(max_size=70))
def test_any_code_does_what_py_evm_does_with_it(runtime: bytes, data: bytes) -> None:
    expected = by_py_evm(runtime, data)
    for times in TIMES:
        with cold(times):
            assert outcomes(runtime, data) == expected


CASES = {
    "jump into the data of a push": bytes([op.PUSH1, 4, op.JUMP, op.PUSH1, op.JUMPDEST, op.STOP]),
    "jump past the end": bytes([op.PUSH2, 1, 0, op.JUMP]),
    "push cut off by the end": bytes([op.PUSH4, 1, 2]),
    "run off the end": bytes([op.PUSH1, 1]),
    "unknown instruction": bytes([op.PUSH1, 1, 0xEF]),
    "too deep a stack": bytes([op.JUMPDEST, op.PUSH0, op.PUSH0, op.JUMP]),
    "too shallow a stack": bytes([op.PUSH0, op.ADD]),
    "reach below what the route holds": bytes([op.PUSH0, op.DUP2, op.PUSH0, op.SWAP3, op.STOP]),
    "memory out of reach": push(2**255) + bytes([op.MLOAD]),
    "write out of reach": bytes([op.PUSH0]) + push(2**256 - 1) + bytes([op.MSTORE]),
    "hash out of reach": push(2**200) + bytes([op.PUSH0, op.SHA3]),
    "hash nothing far away": bytes([op.PUSH0]) + push(2**200) + bytes([op.SHA3, op.PUSH0, op.SSTORE]),
    "gas in the middle": bytes([op.PUSH0, op.PUSH0, op.ADD, op.GAS, op.PUSH0, op.SSTORE]),
}


@pytest.mark.parametrize("runtime", CASES.values(), ids=CASES)
def test_edges(runtime: bytes) -> None:
    expected = by_py_evm(runtime, b"")
    for times in TIMES:
        with cold(times):
            assert outcomes(runtime, b"") == expected


def test_longest_route_is_cut() -> None:
    runtime = bytes([op.PUSH0, op.POP] * py_evm_code.LONGEST + [op.STOP])
    expected = by_py_evm(runtime, b"")
    for times in TIMES:
        with cold(times):
            assert outcomes(runtime, b"") == expected
