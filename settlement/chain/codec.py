"""Encoding of words, and of structs and lists of them, as most calls and events are; eth-abi does the rest.

A codec is made once for a list of types. It goes the short way while all is as it should be, and leaves to
eth-abi whatever is not: other types, values that need a second look, and all that is wrong.

Source: Contract ABI Specification, "Formal Specification of the Encoding" (Solidity documentation).
"""

from collections.abc import Callable, Sequence
from functools import cache
from struct import Struct
from typing import Any, NamedTuple

from eth_abi.abi import decode, encode
from eth_abi.grammar import ABIType, BasicType, TupleType, parse

WORD = 32


class _Unusual(ValueError):
    """Not for the short way."""


class _Layout(NamedTuple):
    """How values of one type lie.

    Attributes:
        head: bytes in the head of what it is part of.
        is_dynamic: whether the head holds where the value begins, not the value.
        pack: a value to its bytes.
        unpack: data and where the value begins to the value and where it ends.
        of_word: the word that holds the value to the value; None where it is no single word.

    Raises:
        _Unusual: eth-abi is to decide.
    """

    head: int
    is_dynamic: bool
    pack: Callable[[Any], bytes]
    unpack: Callable[[bytes, int], tuple[Any, int]]
    of_word: Callable[[bytes], Any] | None = None


class Codec:
    """Encodes and decodes values of ``types``."""

    def __init__(self, types: tuple[str, ...]) -> None:
        self._types = types
        layouts = [_layout(parse(kind)) for kind in types]
        known = [layout for layout in layouts if layout]
        self._layout = _sequence(known) if len(known) == len(layouts) else None

    def encode(self, values: Sequence[Any]) -> bytes:
        """The values' encoding.

        Raises:
            EncodingError: they are not of the types.
        """
        if self._layout:
            try:
                return self._layout.pack(values)
            except _Unusual:
                pass
        return encode(self._types, values)

    def decode(self, data: bytes) -> tuple[Any, ...]:
        """The values; structs and lists are tuples, addresses text.

        Raises:
            DecodingError: ``data`` is not the encoding of such values.
        """
        if self._layout:
            try:
                values: tuple[Any, ...] = self._layout.unpack(data, 0)[0]
                return values
            except _Unusual:
                pass
        return decode(self._types, data)


@cache
def codec_of(types: tuple[str, ...]) -> Codec:
    """The codec for ``types``."""
    return Codec(types)


def _layout(kind: ABIType) -> _Layout | None:
    """How values of a type lie; None where eth-abi does it."""
    if kind.is_array:
        item = _layout(kind.item_type)
        # Lists of known length, and lists of lists, are none of ours.
        return _list(item) if item and not item.is_dynamic and kind.is_dynamic else None
    if isinstance(kind, TupleType):
        members = [_layout(component) for component in kind.components]
        known = [member for member in members if member]
        return _sequence(known) if len(known) == len(members) else None
    return _word(kind) if isinstance(kind, BasicType) else None


def _sequence(members: list[_Layout]) -> _Layout:
    """Heads one after the other, then what they point to: arguments, or the members of a struct."""
    words = [member.of_word for member in members if member.of_word]
    if len(words) == len(members):
        return _words([member.pack for member in members], words)
    head = sum(member.head for member in members)

    def pack(values: Any) -> bytes:
        if not isinstance(values, tuple | list) or len(values) != len(members):
            raise _Unusual
        heads, tails, end = [], [], head
        for member, value in zip(members, values, strict=True):
            packed = member.pack(value)
            if member.is_dynamic:
                heads.append(end.to_bytes(WORD))
                tails.append(packed)
                end += len(packed)
            else:
                heads.append(packed)
        return b"".join(heads + tails)

    def unpack(data: bytes, start: int) -> tuple[tuple[Any, ...], int]:
        values, at, end = [], start, start + head
        for member in members:
            if member.is_dynamic:
                # Where another order, or a gap, would be as valid, ours leaves none.
                if int.from_bytes(data[at : at + WORD]) != end - start:
                    raise _Unusual
                value, end = member.unpack(data, end)
                at += WORD
            else:
                value, at = member.unpack(data, at)
            values.append(value)
        return tuple(values), end

    return _Layout(WORD if (dynamic := any(m.is_dynamic for m in members)) else head, dynamic, pack, unpack)


def _words(packs: list[Callable[[Any], bytes]], of_words: list[Callable[[bytes], Any]]) -> _Layout:
    """A sequence of nothing but words."""
    form = Struct(f"{WORD}s" * len(packs))

    def pack(values: Any) -> bytes:
        if not isinstance(values, tuple | list) or len(values) != len(packs):
            raise _Unusual
        return b"".join([pack(value) for pack, value in zip(packs, values, strict=True)])

    def unpack(data: bytes, start: int) -> tuple[tuple[Any, ...], int]:
        if len(data) < start + form.size:
            raise _Unusual
        words = form.unpack_from(data, start)
        return tuple([of(word) for of, word in zip(of_words, words, strict=True)]), start + form.size

    return _Layout(form.size, False, pack, unpack)


def _list(item: _Layout) -> _Layout:
    """How many there are, then each."""

    def pack(values: Any) -> bytes:
        if not isinstance(values, tuple | list):
            raise _Unusual
        return len(values).to_bytes(WORD) + b"".join([item.pack(value) for value in values])

    def unpack(data: bytes, start: int) -> tuple[tuple[Any, ...], int]:
        count, at = int.from_bytes(data[start : start + WORD]), start + WORD
        if len(data) < at + count * item.head:
            raise _Unusual
        values = []
        for _ in range(count):
            value, at = item.unpack(data, at)
            values.append(value)
        return tuple(values), at

    return _Layout(WORD, True, pack, unpack)


def _word(kind: BasicType) -> _Layout | None:
    """How values of a type of one word lie; None for what is no single word."""
    match kind.base, kind.sub:
        case "address", None:
            return _in_word(_pack_address, _unpack_address)
        case "bool", None:
            return _in_word(_pack_bool, _unpack_bool)
        case "uint", int(bits):
            return _uint(bits)
        case "int", int(bits):
            return _int(bits)
        case "bytes", int(size):
            return _bytes(size)
    return None


def _in_word(pack: Callable[[Any], bytes], of_word: Callable[[bytes], Any]) -> _Layout:
    def unpack(data: bytes, start: int) -> tuple[Any, int]:
        end = start + WORD
        if len(data) < end:
            raise _Unusual
        return of_word(data[start:end]), end

    return _Layout(WORD, False, pack, unpack, of_word)


def _uint(bits: int) -> _Layout:
    def pack(value: Any) -> bytes:
        # What is negative stays so, however far it is shifted.
        if (type(value) is not int and not _is_whole(value)) or value >> bits:
            raise _Unusual
        return int.to_bytes(value, WORD)

    def of_word(word: bytes) -> int:
        value = int.from_bytes(word)
        if value >> bits:
            raise _Unusual
        return value

    return _in_word(pack, of_word if bits < 8 * WORD else int.from_bytes)


def _is_whole(value: Any) -> bool:
    """Whether it is an integer, of a kind of its own perhaps, and no truth value."""
    return isinstance(value, int) and not isinstance(value, bool)


def _int(bits: int) -> _Layout:
    most = 1 << (bits - 1)

    def pack(value: Any) -> bytes:
        if not _is_whole(value) or not -most <= value < most:
            raise _Unusual
        return int.to_bytes(value, WORD, signed=True)

    def of_word(word: bytes) -> int:
        value = int.from_bytes(word, signed=True)
        if not -most <= value < most:
            raise _Unusual
        return value

    return _in_word(pack, of_word)


def _bytes(size: int) -> _Layout:
    padding = bytes(WORD - size)

    def pack(value: Any) -> bytes:
        if type(value) is not bytes or len(value) != size:
            raise _Unusual
        return value + padding

    def of_word(word: bytes) -> bytes:
        if word[size:] != padding:
            raise _Unusual
        return word[:size]

    return _in_word(pack, of_word if padding else bytes)


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
    return value.to_bytes(WORD)


def _unpack_bool(word: bytes) -> bool:
    value = int.from_bytes(word)
    if value > 1:
        raise _Unusual
    return value == 1
