"""A scenario with other values at places of its file, checked through the same door as the file itself."""

import json
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any, get_origin

from settlement.domain.errors import UserError
from settlement.domain.faults import Loc, listed, nearest, shown
from settlement.scenario.document import Document, core_scalar, read_document
from settlement.scenario.loader import judged
from settlement.scenario.model import Part, Scenario
from settlement.scenario.profiles import Beside, fill_in
from settlement.scenario.shape import bare, inside, is_part, kinds_of, variants

__all__ = ["VariableScenario", "value_text", "values_of", "values_text"]

#: Texts that need no quotes within a YAML list.
_PLAIN = re.compile(r"[\w+-]([\w .%/+-]*[\w%])?")


def values_of(text: str) -> list[object]:
    """The values of a comma list, written as within a YAML list: ``5 %, 10 %`` or ``['16:00'], ['17:00']``.

    Raises:
        UserError: it is no such list.
    """
    document = read_document(f"[{text}]")
    if document.problems or not isinstance(document.data, list):
        why = document.problems[0].message if document.problems else "something else stands there"
        raise UserError(
            f"{shown(text)} is not a list of values: {why}; expected values with commas between, as in a "
            "YAML list; put quotes around a value that holds a comma, a colon or a bracket"
        )
    return document.data


def value_text(value: object) -> str:
    """A value as the file writes it; lists and mappings within their brackets."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def values_text(values: Iterable[object]) -> str:
    """The comma list that ``values_of`` reads as these values."""
    return ",".join(map(_in_list, values))


def _in_list(value: object) -> str:
    plain = isinstance(value, str) and _PLAIN.fullmatch(value) and core_scalar(value) == value
    return value if plain and isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class VariableScenario:
    """A scenario file in which other values may be put at places.

    Args:
        text: the file.
        source: names it in problems.
        beside: reads the profiles beside it.

    Raises:
        ScenarioError: the file is wrong as it stands.
    """

    def __init__(self, text: str, source: str, beside: Beside) -> None:
        self._source, self._beside = source, beside
        self._document = read_document(text)
        self.scenario = judged(self._fresh(), source, beside)

    def place(self, path: str) -> Loc:
        """The place that a dotted path leads to, such as ``regime.state_caps.payment`` or ``flows.F.trades``.

        Items of a list go by their id or by their index from 0. The place need not stand in the file where
        what it stands in has defaults.

        Raises:
            UserError: it leads nowhere.
        """
        document = self._fresh()
        fill_in(document, self._beside)
        kind, loc = Scenario, ()  # type: Any, Loc
        for step in re.sub(r"\[([^]]*)\]", r".\1", path).split("."):
            kind = _chosen(bare(kind), document.at(loc))
            found = _step(kind, document.at(loc), step)
            kind, loc = inside(kind, found), (*loc, found)
        return loc

    def varied(self, values: Mapping[Loc, object]) -> Scenario:
        """The scenario with these values at these places.

        Raises:
            ScenarioError: it is wrong so; positions are those of the places in the file, or of what is
                around them.
        """
        document = self._fresh()
        profiles = [loc for loc in values if loc[-1] == "profile"]
        for loc in profiles:
            _put(document.data, loc, values[loc])
        # A profile fills in what the file leaves out; only then does a value replace a part of that.
        fill_in(document, self._beside)
        for loc in values:
            if loc not in profiles:
                _put(document.data, loc, deepcopy(values[loc]))
        return judged(document, self._source, self._beside)

    def _fresh(self) -> Document:
        """The document as it was read: judging one fills in and notes problems."""
        document = self._document
        return replace(
            document,
            data=deepcopy(document.data),
            problems=[*document.problems],
            incomplete={*document.incomplete},
        )


def _chosen(kind: Any, data: object) -> Any:
    """A bare type, or the one of several that an item with a ``do`` is."""
    return (
        variants(kind).get(str(data.get("do")), Part) if variants(kind) and isinstance(data, dict) else kind
    )


def _step(kind: Any, data: object, step: str) -> str | int:
    """The key or index that a step leads to within what stands there.

    Raises:
        UserError: there is none.
    """
    if is_part(kind):
        return _key(kind, data, step)
    if get_origin(kind) is tuple:
        return _item(data if isinstance(data, list) else [], step)
    if get_origin(kind) is Mapping:
        if not isinstance(data, dict) or step not in data:
            raise _nowhere("there is no", step, list(data) if isinstance(data, dict) else [])
        return step
    raise UserError(f"nothing lies within {shown(data)}; expected the path of a value; end it there")


def _key(kind: Any, data: object, step: str) -> str:
    known = kinds_of(kind)
    if step not in known:
        raise _nowhere("unknown key", step, list(known))
    optional = is_part(bare(known[step])) and kind.model_fields[step].default is None
    if optional and not (isinstance(data, dict) and step in data):
        raise UserError(
            f"the scenario has no {step!r}; expected a part that the file states; add it to the file first"
        )
    return step


def _item(items: list[Any], step: str) -> int:
    ids = [item.get("id") if isinstance(item, dict) else None for item in items]
    if step in ids:
        return ids.index(step)
    if step.isdecimal() and int(step) < len(items):
        return int(step)
    known = [str(name) for name in ids if name is not None] or [str(index) for index in range(len(items))]
    raise _nowhere("there is no item", step, known)


def _nowhere(what: str, step: str, known: list[str]) -> UserError:
    expected = f"one of: {listed(known, most=20)}" if known else "a path of what the file states"
    remedy = nearest(step, known, "choose one of them" if known else "add it to the file first")
    return UserError(f"{what} {shown(step)}; expected {expected}; {remedy}")


def _put(data: Any, loc: Loc, value: object) -> None:
    """Put a value at a place; mappings on the way that the file leaves to their defaults are made."""
    for step in loc[:-1]:
        data = data[step] if isinstance(step, int) else data.setdefault(step, {})
    data[loc[-1]] = value
