"""Plain values → models; pydantic's errors → faults in plain words; and what survives them.

When parts of a file are wrong, the rest is salvaged: models that lack exactly the fields whose values
are wrong or missing, so that the checks across the file still run on everything else. Read a field of
a salvaged part only after ``has``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from settlement.domain.faults import Loc, listed, near, nearest, shown
from settlement.scenario.document import UNREADABLE, Document
from settlement.scenario.faults import Fault, NotOfForm
from settlement.scenario.forms import ALL
from settlement.scenario.model import Part, Scenario
from settlement.scenario.shape import bare, expected_of, inside, is_part, kinds_of, variants

P = TypeVar("P", bound=Part)

_ABSENT = object()
_MISSING, _UNKNOWN = "missing", "extra_forbidden"


def validate(document: Document) -> tuple[Scenario, list[Fault]]:
    """The scenario, or what of it is valid together with every fault of the rest."""
    places: list[_Place] = []
    try:
        scenario = Scenario.model_validate(document.data)
        if not document.incomplete:
            return scenario, []
    except ValidationError as error:
        places = [_place(detail) for detail in error.errors(include_url=False)]
    misspelt = {loc for place in places if (loc := _meant(place, document)) is not None}
    faults = [_fault(place, document) for place in places if not _is_consequence(place, document, misspelt)]
    return _Salvage(document, places).whole(), faults


def has(part: BaseModel, *names: str) -> bool:
    """Whether a part, perhaps salvaged, has all these fields."""
    return all(name in part.__dict__ for name in names)


@dataclass(frozen=True)
class _Place:
    """One error of pydantic's, at its place in the file and in the models."""

    loc: Loc
    kind: Any  #: declared type of what stands there; None for an unknown key
    owner: Any  #: bare type of what it stands in
    on_key: bool
    error: str
    value: object
    context: Mapping[str, Any]


def _place(detail: ErrorDetails) -> _Place:
    steps, error = detail["loc"], detail["type"]
    # Only a key can fail to be of form there: unknown keys fail as such, and no field has this name.
    on_key = error == "value_error" and steps[-1] == "[key]"
    loc: Loc = ()
    kind: Any = Scenario
    owner: Any = None
    for step in steps[:-1] if on_key else steps:
        plain = bare(kind)
        if variants(plain):
            # Pydantic names the variant it chose by a step that is not in the file.
            kind = variants(plain)[str(step)]
        else:
            owner, kind, loc = plain, inside(plain, step), (*loc, step)
    return _Place(loc, kind, owner, on_key, error, detail["input"], detail.get("ctx", {}))


def _meant(place: _Place, document: Document) -> Loc | None:
    """For an unknown key: the place of the absent key that it seems to misspell."""
    if place.error != _UNKNOWN:
        return None
    # Likeness this strict, because the absent key will not be reported as missing.
    close = near(str(place.loc[-1]), _absent(place, document), likeness=0.75)
    return (*place.loc[:-1], close[0]) if close else None


def _absent(place: _Place, document: Document) -> list[str]:
    """The known keys that do not stand beside an unknown one, so that it may be meant for one of them."""
    present = document.at(place.loc[:-1])
    return [name for name in kinds_of(place.owner) if isinstance(present, dict) and name not in present]


def _is_consequence(place: _Place, document: Document, misspelt: set[Loc]) -> bool:
    """Whether another problem already names the cause of this error."""
    if place.error == _MISSING:
        return place.loc in misspelt or place.loc[:-1] in document.incomplete
    if place.error == "too_short" and isinstance(place.value, list):
        # Pydantic counts valid items only; the others are reported one by one.
        return len(place.value) >= int(place.context["min_length"])
    return place.value is UNREADABLE and place.error != _UNKNOWN and not place.on_key


def _fault(place: _Place, document: Document) -> Fault:
    name, expected = str(place.loc[-1]) if place.loc else "", expected_of(place.kind)
    reason = place.context.get("error")
    if isinstance(reason, NotOfForm):
        return Fault(place.loc, str(reason), reason.expected, reason.remedy, place.on_key)
    if place.error == _MISSING:
        return Fault(place.loc, f"required key {name!r} is missing", expected, f"add {name!r} here")
    if place.error == _UNKNOWN:
        expected = f"one of: {listed(kinds_of(place.owner), most=20, rest=ALL)}"
        remedy = nearest(name, _absent(place, document), "remove it")
        return Fault(place.loc, f"unknown key {shown(name)}", expected, remedy, True)
    if place.error == "union_tag_not_found":
        return Fault((*place.loc, "do"), "required key 'do' is missing", expected, "add 'do' here")
    if place.error == "union_tag_invalid":
        return _unknown_action(place)
    if place.error == "too_short":
        return Fault(place.loc, "the list is empty", "at least one item", "add one")
    if place.error == "too_long":
        most = place.context.get("max_length")
        return Fault(place.loc, "the list is too long", f"at most {most} items", "remove the last ones")
    return _wrong_container(place, expected)


def _unknown_action(place: _Place) -> Fault:
    words = variants(bare(place.kind))
    said = place.value.get("do") if isinstance(place.value, dict) else None
    expected = f"one of: {listed(words, rest=ALL)}"
    if said is None:
        return Fault((*place.loc, "do"), "has no value", expected, "use one of these")
    return Fault(
        (*place.loc, "do"),
        f"{shown(said)} is not an action",
        expected,
        nearest(str(said), words, "use one of these"),
    )


def _wrong_container(place: _Place, expected: str) -> Fault:
    if place.value is None:
        return Fault(place.loc, "has no value", expected, "write a value or delete the key")
    lists = get_origin(bare(place.kind)) is tuple
    remedy = "put each item behind a dash" if lists else "write keys with their values"
    return Fault(
        place.loc, f"{shown(place.value)} is not {'a list' if lists else 'a mapping'}", expected, remedy
    )


class _Salvage:
    """Builds models without the fields that pydantic refused."""

    def __init__(self, document: Document, places: list[_Place]) -> None:
        self._data = document.data
        self._faulty = {place.loc for place in places}
        # Which names such a mapping defines is not known, so no reference to it can be judged.
        self._unsure = document.incomplete | {place.loc[:-1] for place in places if place.on_key}

    def whole(self) -> Scenario:
        """The scenario as far as it is valid."""
        return self._part(Scenario, self._data, ())

    def _part(self, part: type[P], raw: object, loc: Loc) -> P:
        values = raw if isinstance(raw, dict) else {}
        found = {
            name: self._value(kind, values[name], (*loc, name))
            for name, kind in kinds_of(part).items()
            if name in values
        }
        built = part.model_construct(**{name: value for name, value in found.items() if value is not _ABSENT})
        for name in part.model_fields:
            # A default must not stand in for a value that is there but wrong.
            if loc in self._faulty or found.get(name) is _ABSENT:
                built.__dict__.pop(name, None)
        return built

    def _value(self, kind: Any, raw: object, loc: Loc) -> Any:
        if loc in self._faulty:
            return _ABSENT
        plain = bare(kind)
        if is_part(plain):
            return self._part(plain, raw, loc)
        if get_origin(plain) is tuple and isinstance(raw, list):
            return self._items(get_args(plain)[0], raw, loc)
        if get_origin(plain) is Mapping and isinstance(raw, dict):
            return self._entries(get_args(plain)[1], raw, loc)
        return TypeAdapter(kind).validate_python(raw)

    def _items(self, kind: Any, raw: list[object], loc: Loc) -> Any:
        plain = bare(kind)
        if is_part(plain) or variants(plain):
            # An empty part keeps the place of an unusable one, so that those after it keep their index.
            return tuple(self._part(_chosen(plain, item), item, (*loc, i)) for i, item in enumerate(raw))
        items = tuple(self._value(kind, item, (*loc, index)) for index, item in enumerate(raw))
        return _ABSENT if _ABSENT in items else items

    def _entries(self, kind: Any, raw: dict[str, object], loc: Loc) -> Any:
        if is_part(bare(kind)):
            return (
                _ABSENT
                if loc in self._unsure
                else {key: self._part(bare(kind), value, (*loc, key)) for key, value in raw.items()}
            )
        values = {key: self._value(kind, value, (*loc, key)) for key, value in raw.items()}
        return {key: value for key, value in values.items() if value is not _ABSENT}


def _chosen(kind: Any, raw: object) -> type[Part]:
    """The part that an item is, as far as it says so."""
    if is_part(kind):
        chosen: type[Part] = kind
        return chosen
    said = raw.get("do") if isinstance(raw, dict) else None
    return variants(kind).get(said, Part) if isinstance(said, str) else Part
