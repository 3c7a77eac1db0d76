"""Keccak-256 is the same from each implementation that there is."""

import importlib
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.domain import keccak
from tests.commands import start

#: From the reference implementation: the hashes of nothing and of "abc".
KNOWN = {
    b"": "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
    b"abc": "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45",
}


@pytest.fixture(params=["sha3", "Crypto"])
def _implementation(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this one is installed."""
    if request.param == "sha3":
        pytest.importorskip("sha3", reason="safe-pysha3 has wheels for Linux only")
        monkeypatch.setitem(sys.modules, "Crypto", None)
    else:
        monkeypatch.setitem(sys.modules, "sha3", None)


@pytest.mark.usefixtures("_implementation")
def test_known_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, keccak.__name__)
    anew = importlib.import_module(keccak.__name__)
    for data, expected in KNOWN.items():
        assert anew.keccak256(data).hex() == expected
        assert anew.keccak256(bytearray(data)) == bytes.fromhex(expected)


@given(st.binary(max_size=500))
def test_they_agree(data: bytes) -> None:
    from Crypto.Hash import keccak as other

    assert keccak.keccak256(data) == other.new(data=data, digest_bits=256).digest()


def test_a_run_has_the_same_hash_without_the_fastest(tmp_path: Path) -> None:
    code = """
import sys
sys.modules["sha3"] = None
"""
    environment = {"ETH_HASH_BACKEND": ""}
    process = start("run", "domestic-payment", "--json", cwd=tmp_path, code=code, environment=environment)
    without, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    process = start("run", "domestic-payment", "--json", "--out", "with", cwd=tmp_path)
    assert process.communicate(timeout=120)[0] == without
