"""YAML text → plain values that remember where they stand.

Built from the parser's events rather than from loaded objects: only events know the position of an
alias, of a key, and whether a tag was written or guessed. Scalars follow the YAML 1.2 core schema, so
``NO`` is a text and dates stay texts for their fields to read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

from settlement.domain.errors import Problem
from settlement.domain.faults import Loc, path_text, shown
from settlement.scenario.faults import Fault

#: Stands for a value that cannot be used; what is wrong with it has been reported already.
UNREADABLE = object()

_CORE = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(f"{_CORE}{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq"))
_WORDS: dict[str, bool | None] = {"": None, "~": None}
_WORDS |= dict.fromkeys(("null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)
# Longer digit strings are no number of ours, and Python refuses to read thousands of digits.
_INTEGER = re.compile(r"[-+]?[0-9]{1,40}|0o[0-7]{1,40}|0x[0-9a-fA-F]{1,40}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?")
_SPECIAL_FLOAT = re.compile(r"([-+]?)(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN")
# The format nests five levels; a limit keeps a hostile file from exhausting stack and patience.
_DEEPEST = 12


class Mark(NamedTuple):
    """A position in the text; both count from 1."""

    line: int
    column: int


class Origin(NamedTuple):
    """The place in another file, by its path, of a value that was filled in from there."""

    file: str
    document: "Document"
    loc: Loc


@dataclass
class Document:
    """The values of one file, their positions, and what is wrong with its YAML."""

    data: object = None
    values: dict[Loc, Mark] = field(default_factory=dict)
    keys: dict[Loc, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    #: Mappings that lack entries whose problem has been reported already.
    incomplete: set[Loc] = field(default_factory=set)
    #: Where values stand that were filled in from other files.
    filled: dict[Loc, Origin] = field(default_factory=dict)

    def locate(self, fault: Fault) -> Problem:
        """The fault at its position: that of its place, or of the nearest thing around it.

        A fault in what was filled in is one of the file that it is from.
        """
        for depth in range(1, len(fault.loc) + 1):
            if origin := self.filled.get(fault.loc[:depth]):
                own = replace(fault, loc=(*origin.loc, *fault.loc[depth:]))
                return replace(origin.document.locate(own), file=origin.file)
        marks, loc = (self.keys if fault.on_key else self.values), fault.loc
        while loc and loc not in marks:
            marks, loc = self.values, loc[:-1]
        mark = marks.get(loc, Mark(1, 1))
        return Problem(*mark, path_text(fault.loc), fault.message, fault.expected, fault.remedy)

    def at(self, loc: Loc) -> object:
        """The value at a place, or None where there is none."""
        value: Any = self.data
        for step in loc:
            held = range(len(value)) if isinstance(value, list) else value
            if not isinstance(held, dict | range) or step not in held:
                return None
            value = value[step]
        return value


def read_document(text: str) -> Document:
    """Read one YAML document; whatever is wrong with it is in ``problems``."""
    events = _events(text)
    if isinstance(events, Problem):
        return Document(problems=[events])
    starts = [index for index, event in enumerate(events) if isinstance(event, DocumentStartEvent)]
    if not starts:
        remedy = "start from a copy of a shipped scenario"
        return Document(problems=[Problem(1, 1, "", "the file is empty", "a scenario", remedy)])
    document = Document()
    _Builder(document, iter(events[starts[0] + 1 :])).build_all()
    if len(starts) > 1:
        at, remedy = _mark(events[starts[1]]), "move it to its own file"
        problem = Problem(*at, "", "a second document starts", "one document a file", remedy)
        document.problems.append(problem)
    return document


@lru_cache(1)  # a run is shown from its folder, which holds the text that was run
def _events(text: str) -> list[Event] | Problem:
    """What the parser sees, or the problem at which it stopped."""
    events: list[Event] = []
    depth = 0
    try:
        parsed = YAML(typ="safe", pure=True).parse(text)
        while (event := next(parsed, None)) is not None:
            events.append(event)
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > _DEEPEST:
                return Problem(*_mark(event), "", "nested too deeply", "a few levels", "flatten it")
    except (YAMLError, ValueError, ArithmeticError) as error:
        # The parser lets bare Python errors out on escapes that name no character.
        return _syntax_problem(error, text, events)
    return events


def _mark(event: Event) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _syntax_problem(error: Exception, text: str, events: list[Event]) -> Problem:
    said, mark = "it breaks off or names a character that does not exist", Mark(1, 1)
    if isinstance(error, MarkedYAMLError):
        said = " ".join(str(error.problem or error.context).split())
        at = error.problem_mark or error.context_mark
        if error.context == "while scanning a quoted scalar":
            said, at = f"the quotes that open here do not close: {said}", error.context_mark
        mark = Mark(at.line + 1, at.column + 1) if at is not None else mark
    elif isinstance(error, ReaderError):
        before = text[: error.position]
        said = f"the character {shown(text[error.position : error.position + 1])} is not allowed"
        mark = Mark(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
    elif events:
        mark = Mark(events[-1].end_mark.line + 1, events[-1].end_mark.column + 1)
    return Problem(
        *mark, "", f"not YAML: {said}", "YAML 1.2", "check the indentation, quotes and brackets up to here"
    )


def core_scalar(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar in the YAML 1.2 core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if _FLOAT.fullmatch(text):
        return float(text)
    if _SPECIAL_FLOAT.fullmatch(text):
        return float(text.lower().replace(".", ""))
    return text


class _Builder:
    """Turns the events of the first document into values, positions and problems."""

    def __init__(self, document: Document, events: Iterator[Event]) -> None:
        self._document = document
        self._events = events

    def build_all(self) -> None:
        self._document.data = self._build(next(self._events), ())

    def _report(self, event: Event, loc: Loc, message: str, expected: str, remedy: str) -> None:
        self._document.problems.append(Problem(*_mark(event), path_text(loc), message, expected, remedy))

    def _build(self, event: Event, loc: Loc) -> object:
        self._document.values[loc] = self._value_mark(event, loc)
        if isinstance(event, AliasEvent):
            self._report(event, loc, f"alias *{event.anchor} stands here", "the value itself", "write it out")
            return UNREADABLE
        self._refuse_custom_tag(event, loc)
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        return self._sequence(loc) if isinstance(event, SequenceStartEvent) else self._mapping(loc)

    def _value_mark(self, event: Event, loc: Loc) -> Mark:
        # The parser places a value left empty at the next token, which may be lines below its key.
        empty = isinstance(event, ScalarEvent) and event.value == "" and not event.style
        return self._document.keys.get(loc, _mark(event)) if empty else _mark(event)

    def _refuse_custom_tag(self, event: Event, loc: Loc) -> None:
        tag: Any = getattr(event, "tag", None)
        if tag is not None and str(tag) != "!" and str(tag) not in _PLAIN_TAGS:
            self._report(
                event, loc, f"tag {shown(str(tag))} is written here", "plain values", "remove the tag"
            )

    def _scalar(self, event: ScalarEvent) -> object:
        quoted = bool(event.style) or str(event.tag) in ("!", f"{_CORE}str")
        return str(event.value) if quoted else core_scalar(str(event.value))

    def _sequence(self, loc: Loc) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._build(event, (*loc, len(items))))
        return items

    def _mapping(self, loc: Loc) -> dict[str, object]:
        entries: dict[str, object] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event, loc, entries)
            if key is None:
                self._skip(next(self._events))
                continue
            self._document.keys[(*loc, key)] = _mark(event)
            entries[key] = self._build(next(self._events), (*loc, key))
        return entries

    def _key(self, event: Event, loc: Loc, entries: dict[str, object]) -> str | None:
        """The key, or None when its entry is to be passed over."""
        if not isinstance(event, ScalarEvent):
            self._skip(event)
            self._report(event, loc, "a key is not a word", "a word as key", "write a plain word")
            self._document.incomplete.add(loc)
            return None
        key = str(event.value)
        here = (*loc, key)
        if key == "<<" and not event.style:
            self._report(event, here, "merge key << is used", "every key written out", "copy the keys here")
            self._document.incomplete.add(loc)
            return None
        if key in entries:
            first = self._document.keys[here].line
            self._report(
                event,
                here,
                f"key {shown(key)} appears twice",
                "each key once",
                f"the first is in line {first}",
            )
            return None
        return key

    def _skip(self, event: Event) -> None:
        depth = 0
        while True:
            if isinstance(event, CollectionStartEvent):
                depth += 1
            elif isinstance(event, CollectionEndEvent):
                depth -= 1
            if depth == 0 or isinstance(event, StreamEndEvent):
                return
            event = next(self._events)
