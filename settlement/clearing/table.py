"""CSV text → the values that the same queue has in JSON, and where in the text each of them stands.

A row of field names is a header and holds for the rows below it, up to the next. Rows below ``id,
balance`` are participants, rows below ``id, payer, payee, amount, priority`` obligations. Below a header
with fields of both, a column ``kind`` tells them apart, or else which cells are filled.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from settlement.clearing.document import Mark, whole_number
from settlement.domain.errors import Problem
from settlement.domain.faults import Loc, listed, nearest, shown

#: Fields of each kind of row; the last of an obligation may be left out.
FIELDS = {"participants": ("id", "balance"), "obligations": ("id", "payer", "payee", "amount", "priority")}

_KINDS = {"participant": "participants", "obligation": "obligations", **{kind: kind for kind in FIELDS}}
_KNOWN = ("kind", *dict.fromkeys(field for fields in FIELDS.values() for field in fields))
_WORDS = frozenset(_KNOWN)
_NUMBERS = frozenset({"balance", "amount", "priority"})
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_DELIMITERS = ",;\t"
_HEADER = "a header such as id,balance or id,payer,payee,amount,priority"


_OWN = {kind: frozenset(fields) - {"id"} for kind, fields in FIELDS.items()}


class _Row(NamedTuple):
    line: int
    cells: Sequence[str]


class _Header(NamedTuple):
    """Names of the columns, and the kinds of rows that may stand below."""

    names: Sequence[str]
    kinds: Sequence[str]


class TableDocument:
    """A CSV text."""

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self.is_incomplete = False
        self._rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in FIELDS}
        self.data: object = self._rows
        self._lines = io.StringIO(text, newline="").readlines()
        self._delimiter = max(_DELIMITERS, key=text[:1_000].count)
        #: Of each row that was read, its line and the header above it.
        self._origins: dict[str, list[tuple[int, Sequence[str]]]] = {kind: [] for kind in FIELDS}
        header: _Header | None = None
        for row in self._read():
            if _is_title(row.cells):
                continue
            if self._is_header(row.cells):
                header = self._header(row)
            elif header is not None:
                self._add(row, header)
            else:
                self._report(row.line, 0, "a row stands above any header", _HEADER, "write a header above it")
                return

    def mark(self, loc: Loc, *, on_key: bool = False) -> Mark:
        """Where a cell stands; what is missing stands where its row does."""
        kind, number, *fields = (*loc, *("", 0)[len(loc) :])
        origins = self._origins[str(kind)] if kind in self._origins else []
        if not isinstance(number, int) or number >= len(origins):
            return Mark(1, 1)
        line, header = origins[number]
        known = bool(fields) and fields[0] in header
        return self._cell(line, header.index(str(fields[0])) if known else 0)

    def _read(self) -> Iterator[_Row]:
        reader = csv.reader(self._lines, delimiter=self._delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                yield _Row(line, [cell.strip() for cell in cells])
                line = reader.line_num + 1
        except csv.Error as error:
            remedy = "check the quotes of this row"
            self._report(line, 0, f"not CSV: {error}", "cells with commas between", remedy)

    def _is_header(self, cells: Sequence[str]) -> bool:
        """Whether most cells name fields: no row of values does, and a misspelt header still is one."""
        words = [cell.casefold() for cell in cells]
        if _WORDS.isdisjoint(words):
            return False
        named = sum(word in _WORDS for word in words)
        return named >= 2 and 2 * named > sum(map(bool, words))

    def _header(self, row: _Row) -> _Header:
        names = [cell.casefold() for cell in row.cells]
        for place, name in enumerate(names):
            if name and name not in _WORDS:
                message, remedy = (
                    f"column {shown(name)} is unknown",
                    nearest(name, _KNOWN, "delete the column"),
                )
                self._report(row.line, place, message, f"columns among {listed(_KNOWN)}", remedy)
            elif name and name in names[:place]:
                message = f"column {shown(name)} appears twice"
                self._report(row.line, place, message, "each column once", "delete one of them")
        return _Header(names, [kind for kind, fields in _OWN.items() if not fields.isdisjoint(names)])

    def _add(self, row: _Row, header: _Header) -> None:
        if any(row.cells[len(header.names) :]):
            message = f"the row has {len(row.cells)} cells below a header of {len(header.names)}"
            remedy = "delete what is too much"
            self._report(row.line, len(header.names), message, "a cell for each column", remedy)
            return
        filled = {name: cell for name, cell in zip(header.names, row.cells, strict=False) if name and cell}
        kind = self._kind(row, header, filled)
        if kind is not None:
            self._rows[kind].append({name: _value(name, cell) for name, cell in filled.items()})
            self._origins[kind].append((row.line, header.names))

    def _kind(self, row: _Row, header: _Header, filled: dict[str, str]) -> str | None:
        """Which kind a row is of; takes the cell that says so out of what is filled."""
        if "kind" in header.names:
            written, expected = filled.pop("kind", ""), "participant or obligation"
            kind = _KINDS.get(written.casefold())
            if kind is None:
                place = header.names.index("kind")
                self._report(row.line, place, f"{shown(written)} is no kind", expected, f"write {expected}")
            return kind
        kinds = header.kinds
        if len(kinds) > 1:
            kinds = [kind for kind in kinds if not _OWN[kind].isdisjoint(filled)]
        if len(kinds) == 1:
            return kinds[0]
        message = "the row is neither a participant nor an obligation"
        expected = "either a balance, or payer, payee and amount"
        self._report(row.line, 0, message, expected, "fill the one and empty the other")
        return None

    def _report(self, line: int, place: int, message: str, expected: str, remedy: str) -> None:
        self.is_incomplete = True
        self.problems.append(Problem(*self._cell(line, place), "", message, expected, remedy))

    def _cell(self, line: int, place: int) -> Mark:
        """Where the cell of a row that starts in ``line`` begins; the row's begin where it is shorter."""
        text = "".join(self._lines[line - 1 : line + 9])
        gap, end = rf"[^\S{self._delimiter}]*", rf"({self._delimiter}|$)"
        cell = rf'("(?:[^"]|"")*"|[^{self._delimiter}\r\n]*)'
        cells = re.compile(gap + cell + gap + end, re.MULTILINE)
        at = 0
        for number in range(place + 1):
            found = cells.match(text, at)
            if found is None:
                break
            if number == place:
                before = text[: found.start(1)]
                return Mark(line + before.count("\n"), len(before) - before.rfind("\n"))
            at = found.end()
        return Mark(line, 1)


def _value(name: str, cell: str) -> object:
    return whole_number(cell) if name in _NUMBERS and _INTEGER.fullmatch(cell) else cell


def _is_title(cells: Sequence[str]) -> bool:
    """Whether a row is blank, or only names what follows, as in ``# obligations``."""
    if len(cells) > 1 and cells[0] and cells[1]:
        return False
    filled = [cell for cell in cells if cell]
    return not filled or (len(filled) == 1 and filled[0].strip(" #[]=:").casefold() in FIELDS)
