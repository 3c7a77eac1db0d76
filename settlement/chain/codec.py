"""Encoding of what is one word a value, which most calls and events are; eth-abi does everything else.

A codec is made once for a list of types. It goes the short way while all is as it should be, and leaves to
eth-abi whatever is not: other types, values that need a second look, and all that is wrong.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

from eth_abi.abi import decode, encode


class _Unusual(ValueError):
    """Not for the short way."""


class _Word(NamedTuple):
    """A value of one type to a word, and back.

    Raises:
        _Unusual: eth-abi is to decide.
    """

    pack: Callable[[Any], bytes]
    unpack: Callable[[bytes], Any]


class Codec:
    """Encodes and decodes values of ``types``."""

    def __init__(self, types: tuple[str, ...]) -> None:
        words = [_word(kind) for kind in types]
        self._types = types
        self._packs = [word.pack for word in words if word]
        self._unpacks = [word.unpack for word in words if word]
        self._is_plain = all(words)

    def encode(self, values: Sequence[Any]) -> bytes:
        """The values' encoding.

        Raises:
            EncodingError: they are not of the types.
        """
        if self._is_plain and len(values) == len(self._packs):
            try:
                return b"".join([pack(value) for pack, value in zip(self._packs, values, strict=True)])
            except _Unusual:
                pass
        return encode(self._types, values)

    def decode(self, data: bytes) -> tuple[Any, ...]:
        """The values; structs are tuples, addresses text.

        Raises:
            DecodingError: ``data`` is not the encoding of such values.
        """
        if self._is_plain and len(data) >= 32 * len(self._unpacks):
            try:
                return tuple([unpack(data[32 * n : 32 * n + 32]) for n, unpack in enumerate(self._unpacks)])
            except _Unusual:
                pass
        return decode(self._types, data)


@cache
def codec_of(types: tuple[str, ...]) -> Codec:
    """The codec for ``types``."""
    return Codec(types)


def _word(kind: str) -> _Word | None:
    """How values of a type go; None for what is no single word."""
    if kind == "address":
        return _ADDRESS
    if kind == "bool":
        return _BOOL
    if found := re.fullmatch(r"uint(\d+)", kind):
        return _uint(int(found[1]))
    if found := re.fullmatch(r"bytes(\d+)", kind):
        return _bytes(int(found[1]))
    return None


def _uint(bits: int) -> _Word:
    def pack(value: Any) -> bytes:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0 or value >> bits:
            raise _Unusual
        return value.to_bytes(32)

    def unpack(word: bytes) -> int:
        value = int.from_bytes(word)
        if value >> bits:
            raise _Unusual
        return value

    return _Word(pack, unpack)


def _bytes(size: int) -> _Word:
    padding = bytes(32 - size)

    def pack(value: Any) -> bytes:
        if type(value) is not bytes or len(value) != size:
            raise _Unusual
        return value + padding

    def unpack(word: bytes) -> bytes:
        if word[size:] != padding:
            raise _Unusual
        return word[:size]

    return _Word(pack, unpack)


def _pack_address(value: Any) -> bytes:
    if type(value) is not bytes or len(value) != 20:
        raise _Unusual
    return bytes(12) + value


def _unpack_address(word: bytes) -> str:
    if word[:12] != bytes(12):
        raise _Unusual
    return "0x" + word[12:].hex()


def _pack_bool(value: Any) -> bytes:
    if type(value) is not bool:
        raise _Unusual
    return value.to_bytes(32)


def _unpack_bool(word: bytes) -> bool:
    value = int.from_bytes(word)
    if value > 1:
        raise _Unusual
    return value == 1


_ADDRESS = _Word(_pack_address, _unpack_address)
_BOOL = _Word(_pack_bool, _unpack_bool)
