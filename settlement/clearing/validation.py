"""Plain values → a ``Queue``, or every fault of them at its position."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from settlement.clearing.document import Document, TooLong
from settlement.clearing.queue import Obligation, Participant, Queue
from settlement.clearing.table import FIELDS
from settlement.domain.errors import Problem
from settlement.domain.faults import Loc, listed, nearest, path_text, shown

_OPTIONAL = "priority"
_KINDS = tuple(FIELDS)
_KEYS = {fields: frozenset(fields) for fields in (_KINDS, *FIELDS.values())}
_LEAST = {fields: keys - {_OPTIONAL} for fields, keys in _KEYS.items()}
#: Control characters, halves of characters, and separators that would break a line of output.
_ODD = frozenset({"Cc", "Cs", "Zl", "Zp"})


class Validation:
    """The judgement of a document: ``queue``, which is None where anything is in ``problems``."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.problems = list(document.problems)
        # Names that could not be read are no reason to call those who use them mistaken.
        self._is_incomplete = document.is_incomplete
        self.queue = self._read(document.data)
        if self.problems:
            self.queue = None

    def _read(self, data: object) -> Queue | None:
        if not isinstance(data, dict):
            if not self.problems:
                expected = "an object with participants and obligations"
                self._report((), f"{_shown(data)} is not a queue", expected, "put the queue in braces")
            return None
        self._check_keys((), data, _KINDS)
        known: dict[str, int] = {}
        participants = [
            self._participant(("participants", number), entries, known)
            for number, entries in enumerate(self._list(data, "participants"))
        ]
        seen: dict[str, int] = {}
        obligations = [
            self._obligation(("obligations", number), entries, known, seen)
            for number, entries in enumerate(self._list(data, "obligations"))
        ]
        return Queue(
            tuple(participant for participant in participants if participant is not None),
            tuple(obligation for obligation in obligations if obligation is not None),
        )

    def _list(self, data: dict[str, Any], kind: str) -> Sequence[object]:
        rows = data.get(kind, ())
        if isinstance(rows, list):
            return rows
        self._is_incomplete = True
        if kind in data:
            self._report((kind,), f"{_shown(rows)} is not a list", "a list", "put it in square brackets")
        return ()

    def _participant(self, loc: Loc, written: object, known: dict[str, int]) -> Participant | None:
        entries = self._entries(loc, written)
        name = self._id(loc, entries, known)
        balance = self._number(loc, entries, "balance", 0)
        if name is None:
            self._is_incomplete = True
        return None if name is None or balance is None else Participant(name, balance)

    def _obligation(
        self, loc: Loc, written: object, known: dict[str, int], seen: dict[str, int]
    ) -> Obligation | None:
        entries = self._entries(loc, written)
        name = self._id(loc, entries, seen)
        payer = self._party(loc, entries, "payer", known)
        payee = self._party(loc, entries, "payee", known)
        if payer is not None and payer == payee:
            message, expected = f"{shown(payee)} owes itself", "a payee other than the payer"
            self._report((*loc, "payee"), message, expected, "name another payee or delete the obligation")
        amount = self._number(loc, entries, "amount", 1)
        priority = self._number(loc, entries, "priority", None) if _OPTIONAL in entries else 0
        if name is None or payer is None or payee is None or amount is None or priority is None:
            return None
        return Obligation(name, payer, payee, amount, priority)

    def _entries(self, loc: Loc, written: object) -> dict[str, Any]:
        """A row's entries; none where it is no row, which is reported."""
        fields = FIELDS[str(loc[0])]
        if not isinstance(written, dict):
            expected = f"an object with {listed(fields)}"
            self._report(loc, f"{_shown(written)} stands here", expected, "write it in braces")
            return {}
        self._check_keys(loc, written, fields)
        return written

    def _check_keys(self, loc: Loc, entries: dict[str, Any], fields: tuple[str, ...]) -> None:
        if entries.keys() == _LEAST[fields] or entries.keys() == _KEYS[fields]:
            return
        for key in entries:
            if key not in fields:
                remedy = nearest(key, fields, "delete it")
                here = (*loc, key)
                self._report(here, f"key {shown(key)} is unknown", listed(fields), remedy, on_key=True)
        for field in fields:
            if field not in entries and field != _OPTIONAL:
                self._report(loc, f"{field} is missing", f"the keys {listed(fields)}", f"add {field}")

    def _id(self, loc: Loc, entries: dict[str, Any], seen: dict[str, int]) -> str | None:
        name = self._text(loc, entries, "id")
        if name is None:
            return None
        if name in seen:
            line = self._document.mark((loc[0], seen[name], "id")).line
            remedy = f"rename it; the first is in line {line}"
            self._report((*loc, "id"), f"id {shown(name)} appears twice", "each id once", remedy)
        else:
            seen[name] = int(loc[1])
        return name

    def _party(self, loc: Loc, entries: dict[str, Any], field: str, known: dict[str, int]) -> str | None:
        name = self._text(loc, entries, field)
        if name is not None and name not in known and not self._is_incomplete:
            remedy = nearest(name, known, "add it to the participants")
            message, expected = f"no participant {shown(name)}", f"one of: {listed(known)}"
            self._report((*loc, field), message, expected, remedy)
        return name

    def _text(self, loc: Loc, entries: dict[str, Any], field: str) -> str | None:
        if field not in entries:
            return None
        value = entries[field]
        if not isinstance(value, str):
            self._report((*loc, field), f"{_shown(value)} is not text", "an id", "put it in quotes")
            return None
        if not value.isprintable() and any(unicodedata.category(sign) in _ODD for sign in value):
            message, expected = f"{shown(value)} has characters that cannot be shown", "one line of text"
            self._report((*loc, field), message, expected, "delete them")
            return None
        if not value.strip() or value[0].isspace() or value[-1].isspace():
            message = f"{shown(value)} is empty or has blanks around it"
            self._report((*loc, field), message, "an id", "write the id alone")
            return None
        return value

    def _number(self, loc: Loc, entries: dict[str, Any], field: str, least: int | None) -> int | None:
        if field not in entries:
            return None
        value = entries[field]
        expected = "a whole number" if least is None else f"a whole number of at least {least}"
        # The exact type, because true is an int too.
        if type(value) is not int:
            remedy = "use a smaller one" if isinstance(value, TooLong) else "write digits only"
            self._report((*loc, field), f"{_shown(value)} is not a whole number", expected, remedy)
        elif least is not None and value < least:
            self._report((*loc, field), f"{shown(value)} is too small", expected, f"use {least} or more")
        else:
            return value
        return None

    def _report(self, loc: Loc, message: str, expected: str, remedy: str, *, on_key: bool = False) -> None:
        mark = self._document.mark(loc, on_key=on_key)
        self.problems.append(Problem(*mark, path_text(loc), message, expected, remedy))


def _shown(value: object) -> str:
    """How a message quotes a value of JSON."""
    return "null" if value is None else "an object" if isinstance(value, dict) else shown(value)
