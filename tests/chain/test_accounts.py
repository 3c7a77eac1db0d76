"""What accounts sign is what eth-account signs."""

import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.chain import accounts
from settlement.chain.accounts import account_of, sign_transaction


@pytest.fixture(params=["in C", "in Python"])
def _signers(request: pytest.FixtureRequest) -> Iterator[None]:
    """With the library for it, and without."""
    with pytest.MonkeyPatch.context() as patch:
        accounts._signer.cache_clear()
        if request.param == "in Python":
            patch.setitem(sys.modules, "coincurve", None)
        yield
        accounts._signer.cache_clear()


def signed_by_eth_account(name: str, chain_id: int, nonce: int, to: bytes, data: bytes) -> bytes:
    fields = {"to": to} if to else {}
    signed = account_of(name).sign_transaction(
        {
            "chainId": chain_id,
            "nonce": nonce,
            "gas": 30_000_000,
            "maxFeePerGas": 10**9,
            "maxPriorityFeePerGas": 0,
            "value": 0,
            "data": data,
            **fields,
        }
    )
    return bytes(signed.raw_transaction)


@pytest.mark.usefixtures("_signers")
@pytest.mark.parametrize("length", [0, 1, 55, 56, 255, 256, 70_000])
def test_data_of_any_length(length: int) -> None:
    data = bytes([0x7F]) * length
    raw = sign_transaction("B", chain_id=1337, nonce=0, gas=30_000_000, fee=10**9, to=b"", data=data)
    assert raw == signed_by_eth_account("B", 1337, 0, b"", data)


@settings(deadline=None)  # eth-account takes long to load
@given(
    st.sampled_from("BCS"),
    st.integers(1, 2**63),
    st.integers(0, 2**32),
    st.binary(min_size=20, max_size=20),
    st.binary(max_size=70),
)
def test_any_transaction(name: str, chain_id: int, nonce: int, to: bytes, data: bytes) -> None:
    raw = sign_transaction(name, chain_id=chain_id, nonce=nonce, gas=30_000_000, fee=10**9, to=to, data=data)
    assert raw == signed_by_eth_account(name, chain_id, nonce, to, data)
