"""Precompiled contracts on elliptic curves: py-evm is loaded without them, and they are there when called."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.engines.backends import open_backend
from settlement.chain.port import Receipt
from tests.commands import ROOT

ALICE = address_of("alice")

Call = Callable[[int, bytes], Receipt]


@pytest.fixture(params=["py-evm", "eth-tester"])
def call(request: pytest.FixtureRequest) -> Call:
    """Send data to the precompiled contract of a number."""
    backend = open_backend(request.param, 1_803_772_800, ["alice"])
    return lambda number, data: backend.send(ALICE, number.to_bytes(20), data)


def words(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(32) for number in numbers)


#: Twice the generator (1, 2) of alt_bn128.
DOUBLED = bytes.fromhex(
    "030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd3"
    "15ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3ebf7a5a18a2c4"
)


def test_addition_and_multiplication(call: Call) -> None:
    """EIP-196."""
    added, multiplied = call(6, words(1, 2, 1, 2)), call(7, words(1, 2, 2))
    assert added.output == multiplied.output == DOUBLED
    # 21,000, and 4 or 16 for each byte of data, and 6,000 (EIP-1108).
    assert multiplied.gas_used == 21_000 + 4 * 93 + 16 * 3 + 6_000


def test_what_is_no_point_fails(call: Call) -> None:
    receipt = call(6, words(1, 3, 1, 2))
    assert (receipt.succeeded, receipt.output) == (False, b"")


def test_pairing_of_nothing_and_bls12_381(call: Call) -> None:
    """EIP-197 and EIP-2537: the empty product is one, and infinity and infinity are infinity."""
    paired = call(8, b"")
    assert (paired.output, paired.gas_used) == (words(1), 21_000 + 45_000)
    assert call(0x0B, bytes(256)).output == bytes(128)


def test_py_evm_is_loaded_without_them() -> None:
    code = """
import sys
from settlement.chain.engines.backends import open_backend
backend = open_backend("py-evm", 0, ["alice"])
before = {name for name in sys.modules if name.startswith("py_ecc")}
from settlement.chain.accounts import address_of
output = backend.send(address_of("alice"), bytes(19) + b"\\6", bytes(128)).output
print(before, "py_ecc.optimized_bn128" in sys.modules, output == bytes(64))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set() True True\n"
