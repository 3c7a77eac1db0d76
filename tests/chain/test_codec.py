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
    # An OverflowError is what eth-abi says of a length that no machine reads.
    except (EncodingError, DecodingError, TypeError, ValueError, OverflowError) as error:
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


#: Values of each type, as eth-abi takes them too.
FITTING: dict[str, st.SearchStrategy[Any]] = {
    "uint64": st.integers(0, 2**64 - 1),
    "int256": st.integers(-(2**255), 2**255 - 1),
    "bytes4": st.binary(min_size=4, max_size=4),
    "bool": st.booleans(),
    "string": st.text(max_size=40),
}
STRUCTS: dict[str, st.SearchStrategy[Any]] = {
    **FITTING,
    "(uint64,bytes4)": st.tuples(FITTING["uint64"], FITTING["bytes4"]),
    "(bool,(uint64,bytes4))": st.tuples(FITTING["bool"], st.tuples(FITTING["uint64"], FITTING["bytes4"])),
    "(bool,uint64[],bytes4[])": st.tuples(
        FITTING["bool"],
        st.lists(FITTING["uint64"], max_size=3).map(tuple),
        st.lists(FITTING["bytes4"], max_size=3).map(tuple),
    ),
    "(uint64,bytes4)[]": st.lists(st.tuples(FITTING["uint64"], FITTING["bytes4"]), max_size=3).map(tuple),
    "uint64[2]": st.lists(FITTING["uint64"], min_size=2, max_size=2).map(tuple),
    "(bool,string)": st.tuples(FITTING["bool"], FITTING["string"]),
    "string[]": st.lists(FITTING["string"], max_size=3).map(tuple),
}
TYPED = st.lists(
    st.sampled_from(sorted(STRUCTS)).flatmap(lambda kind: st.tuples(st.just(kind), STRUCTS[kind])), max_size=4
)


@settings(deadline=None)
@given(TYPED, st.integers(0, 2**16), st.binary(max_size=33))
@example([("string", "")], 32, b"\x01")
def test_structs_and_lists_as_eth_abi_does(typed: list[tuple[str, Any]], place: int, change: bytes) -> None:
    types, values = tuple(kind for kind, _ in typed), tuple(value for _, value in typed)
    data = codec_of(types).encode(values)
    assert data == encode(types, values)
    assert codec_of(types).decode(data) == values
    # Whatever else stands there, or is missing, is eth-abi's to judge.
    at = place % (len(data) + 1)
    for changed in (data[:at] + change + data[at + len(change) :], data[:at], data + change):
        assert outcome(codec_of(types).decode, changed) == outcome(decode, types, changed)


@pytest.mark.parametrize("value", [None, 5, (1,), (1, b"abcd", 2), (True, b"abcd"), ("1", b"abcd"), "ab"])
def test_what_is_no_such_struct_is_refused_as_eth_abi_does(value: Any) -> None:
    types = ("(uint64,bytes4)",)
    assert outcome(codec_of(types).encode, (value,)) == outcome(encode, types, (value,))


def test_as_many_values_as_types() -> None:
    with pytest.raises((EncodingError, ValueError)):
        codec_of(("uint8", "uint8")).encode((1,))
