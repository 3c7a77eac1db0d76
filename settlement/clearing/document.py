"""JSON text → plain values, and where in the text each of them stands.

Positions are worked out only when somebody asks, that is when there is a fault to report: a queue of a
million obligations is read at the speed of the standard library.
"""

import json
import re
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple, Protocol

from settlement.domain.errors import Problem
from settlement.domain.faults import Loc, path_text, shown

#: Longer numbers are no amounts, and Python refuses to read thousands of digits.
LONGEST_NUMBER = 1_000

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_BRACKET, _NESTING = re.compile(r"[{}\[\]]"), {"{": 1, "[": 1, "}": -1, "]": -1}
_TOO_DEEP = 100
# The format nests three levels; what nests deeper is passed over, or it could exhaust the stack.
_DEEPEST = 5


class Mark(NamedTuple):
    """A position in the text; both count from 1."""

    line: int
    column: int


class Document(Protocol):
    """A file of any kind, read: its values, what is wrong with its form, and where everything stands."""

    data: object
    problems: list[Problem]
    #: Whether something that was written is not in ``data``.
    is_incomplete: bool

    def mark(self, loc: Loc, *, on_key: bool = False) -> Mark:
        """Where a value, or its key, stands; what is missing stands where that around it does."""


class TooLong:
    """Stands for a number of too many digits."""

    def __init__(self, digits: str) -> None:
        self.digits = digits

    def __repr__(self) -> str:
        """How a message quotes it."""
        return f"{self.digits[:10]}... ({len(self.digits)} digits)"


def whole_number(digits: str) -> int | TooLong:
    """The value of a sign and digits."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else TooLong(digits)


class JsonDocument:
    """A JSON text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.data: object = None
        self.problems: list[Problem] = []
        self.is_incomplete = False
        self._has_doubles = False
        if (deep := _too_deep(text)) is not None:
            mark = _place(text, deep)
            self.problems.append(Problem(*mark, "", "nested too deeply", "three levels", "flatten it"))
            return
        try:
            self.data = json.loads(text, object_pairs_hook=self._object, parse_int=whole_number)
        except json.JSONDecodeError as error:
            said = error.msg[0].lower() + error.msg[1:]
            remedy = "check quotes, commas and brackets up to here"
            problem = Problem(error.lineno, error.colno, "", f"not JSON: {said}", "JSON", remedy)
            self.problems.append(problem)
        if self._has_doubles:
            self.problems += self._positions.doubles

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        entries = dict(pairs)
        self._has_doubles = self._has_doubles or len(entries) < len(pairs)
        return entries

    def mark(self, loc: Loc, *, on_key: bool = False) -> Mark:
        """Where a value, or its key, stands; what is missing stands where that around it does."""
        marks = self._positions.keys if on_key else self._positions.values
        while loc and loc not in marks:
            marks, loc = self._positions.values, loc[:-1]
        return _place(self._text, marks[loc])

    @cached_property
    def _positions(self) -> "_Positions":
        return _Positions(self._text)


def _place(text: str, offset: int) -> Mark:
    return Mark(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def _too_deep(text: str) -> int | None:
    """Where a text nests more deeply than the standard library can follow, if it does."""
    # Brackets in texts count here; where there are so many, they are told apart.
    brackets = map(_NESTING.__getitem__, _BRACKET.findall(text))
    if max(accumulate(brackets), default=0) <= _TOO_DEEP:
        return None
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += _nesting(token)
        if depth > _TOO_DEEP:
            return token.start()
    return None


def _nesting(token: re.Match[str]) -> int:
    return _NESTING.get(token[0], 0)


class _Positions:
    """Offsets of all values and keys of a text that is JSON, and the keys that appear twice."""

    def __init__(self, text: str) -> None:
        self.values: dict[Loc, int] = {}
        self.keys: dict[Loc, int] = {}
        self.doubles: list[Problem] = []
        self._text = text
        self._tokens = _TOKEN.finditer(text)
        self._walk(next(self._tokens), ())

    def _walk(self, token: re.Match[str], loc: Loc) -> None:
        self.values[loc] = token.start()
        if len(loc) > _DEEPEST:
            self._pass_over(token)
        elif token[0] == "{":
            self._walk_object(loc)
        elif token[0] == "[":
            for number, item in enumerate(self._items("]")):
                self._walk(item, (*loc, number))

    def _pass_over(self, token: re.Match[str]) -> None:
        depth = _nesting(token)
        while depth > 0:
            depth += _nesting(next(self._tokens))

    def _items(self, end: str) -> Iterator[re.Match[str]]:
        while (token := next(self._tokens))[0] != end:
            if token[0] != ",":
                yield token

    def _walk_object(self, loc: Loc) -> None:
        for token in self._items("}"):
            here = (*loc, json.loads(token[0], strict=False))
            if here in self.keys:
                self._report_double(token, here)
            self.keys[here] = token.start()
            next(self._tokens)  # the colon
            self._walk(next(self._tokens), here)

    def _report_double(self, token: re.Match[str], loc: Loc) -> None:
        first = _place(self._text, self.keys[loc]).line
        mark = _place(self._text, token.start())
        message, remedy = f"key {shown(loc[-1])} appears twice", f"the first is in line {first}"
        self.doubles.append(Problem(*mark, path_text(loc), message, "each key once", remedy))
