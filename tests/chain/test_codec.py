"""The short way says what eth-abi says, errors included."""

from typing import Any

import pytest
from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError, EncodingError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from settlement.chain.codec import codec_of

TYPES = ("address", "bool", "uint8", "uint64", "uint256", "bytes4", "bytes32", "int256", "string", "uint64[]")
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.booleans(),
    st.integers(-1, 2**256),
    st.sampled_from([0, 1, 2**8 - 1, 2**8, 2**64 - 1, 2**64, 2**256 - 1, 2**256]),
    st.binary(min_size=0, max_size=33),
    st.binary(min_size=20, max_size=20),
    st.sampled_from(["0x" + "ab" * 20, "a name", 1.0, None, (1, 2)]),
)
WORDS = st.one_of(
    st.sampled_from([n.to_bytes(32) for n in (0, 1, 2, 32, 255, 256, 2**64, 2**160 - 1, 2**160)]),
    st.binary(min_size=4, max_size=4).map(lambda value: value.ljust(32, b"\0")),
    st.binary(min_size=31, max_size=32),
)


def outcome(function: Any, *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except (EncodingError, DecodingError, TypeError, ValueError) as error:
        return type(error), str(error)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(TYPES), VALUES), max_size=4))
@example([("uint8", True)])
@example([("bytes4", b"\x01")])
@example([("address", "0x" + "ab" * 20)])
def test_encodes_as_eth_abi_does(typed: list[tuple[str, Any]]) -> None:
    types, values = tuple(kind for kind, _ in typed), tuple(value for _, value in typed)
    assert outcome(codec_of(types).encode, values) == outcome(encode, types, values)


@settings(deadline=None)
@given(st.lists(st.sampled_from(TYPES), max_size=4), st.lists(WORDS, max_size=5).map(b"".join))
def test_decodes_as_eth_abi_does(types: list[str], data: bytes) -> None:
    assert outcome(codec_of(tuple(types)).decode, data) == outcome(decode, types, data)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("address", bytes(range(20))), ("bool", True), ("uint64", 2**64 - 1), ("bytes4", b"abcd")],
)
def test_gives_back_what_it_was_given(kind: str, value: Any) -> None:
    codec = codec_of((kind, kind))
    (given, again) = codec.decode(codec.encode((value, value)))
    assert given == again == ("0x" + value.hex() if kind == "address" else value)


def test_as_many_values_as_types() -> None:
    with pytest.raises((EncodingError, ValueError)):
        codec_of(("uint8", "uint8")).encode((1,))
