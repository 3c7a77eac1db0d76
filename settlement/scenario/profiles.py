"""Jurisdiction profiles: data that a scenario names instead of stating it.

A profile goes by a path beside the scenario's file, or by a name: that of a file in the folder ``profiles``
there, or else of one that comes with the package. A run folder keeps the profiles of its run in these places,
so that it is complete, whatever becomes of the others.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, NamedTuple

from settlement.domain.errors import ScenarioError
from settlement.domain.faults import Loc, listed, nearest, shown
from settlement.scenario.document import Document, Origin, read_document
from settlement.scenario.faults import Fault
from settlement.scenario.values import PROFILE_NAME, PROFILE_PATH

__all__ = ["profile_data", "shipped_profiles"]

_SUFFIX = ".yaml"
_FOLDER = "profiles"

#: Reads the file at a path beside the scenario's; None where there is none.
#: Raises OSError or UnicodeDecodeError where it cannot be read as text.
Beside = Callable[[str], str | None]


class _Found(NamedTuple):
    """The text of a profile, and the path beside the scenario's file where a run folder keeps it."""

    path: str
    text: str


def shipped_profiles() -> list[str]:
    """Names of the profiles that come with the package, in alphabetical order."""
    names = (entry.name for entry in _folder().iterdir())
    return sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))


def profile_data(name: str) -> dict[str, Any]:
    """A shipped profile: keys of a jurisdiction and, under ``regime``, of the regime at home there.

    Raises:
        ScenarioError: the profile's own file is no profile, or no YAML.
    """
    document = _read_profile(_shipped(name))
    if document.problems:
        raise ScenarioError(f"{_FOLDER}/{name}{_SUFFIX}", document.problems)
    data: Any = document.data
    return dict(data)


def fill_in(document: Document, beside: Beside) -> tuple[dict[str, str], list[Fault]]:
    """Fill in what the document leaves to profiles; what it states itself stays.

    Returns the texts of the profiles by path, and what is wrong with their names; what is wrong inside
    one joins the document's problems, at its place in the profile's own file.
    """
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    places = document.at(("jurisdictions",))
    for code, place in places.items() if isinstance(places, dict) else ():
        name = place.get("profile") if isinstance(place, dict) else None
        if name is None:
            continue
        loc: Loc = ("jurisdictions", code)
        found = _find(name, beside, (*loc, "profile"))
        if isinstance(found, _Found):
            texts[found.path] = found.text
            _fill(document, loc, found)
            continue
        # What such a profile would have given is not missing.
        document.incomplete.add(loc)
        faults += filter(None, [found])
    return texts, faults


def _find(name: object, beside: Beside, loc: Loc) -> _Found | Fault | None:
    """The profile of a name or a path; None where ``name`` is neither, which is a fault of its own."""
    if not isinstance(name, str) or not re.fullmatch(f"{PROFILE_NAME}|{PROFILE_PATH}", name):
        return None
    by_path = name.startswith(".")
    path = name.removeprefix("./") if by_path else f"{_FOLDER}/{name}{_SUFFIX}"
    try:
        text = beside(path)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        message = f"profile {shown(name)} cannot be read: {why}"
        return Fault(loc, message, "a YAML file in UTF-8 beside this one", "check the path and the file")
    if text is not None:
        return _Found(path, text)
    if by_path:
        message, remedy = f"no profile {shown(name)} is beside this file", "write it there, or mend the path"
        return Fault(loc, message, "the path of a file from this one's folder", remedy)
    known = shipped_profiles()
    if name in known:
        return _Found(path, _shipped(name))
    expected, remedy = f"one of: {listed(known)}", nearest(name, known, "use one of these")
    return Fault(loc, f"no profile {shown(name)} is shipped", expected, remedy)


def _read_profile(text: str) -> Document:
    """The document of a profile; that it is one is among its problems."""
    document = read_document(text)
    if not document.problems:
        document.problems += map(document.locate, _shape(document))
    return document


def _shape(document: Document) -> Iterator[Fault]:
    data: Any = document.data
    if not isinstance(data, dict):
        yield Fault((), f"{shown(data)} is no part of a profile", "a mapping", "write key: value")
        return
    regime = data.get("regime", {})
    if not isinstance(regime, dict):
        yield Fault(("regime",), f"{shown(regime)} is no part of a profile", "a mapping", "write key: value")
    if "profile" in data:
        yield Fault(
            ("profile",), "a profile names a profile", "what is taken from it", "copy that here", True
        )


def _fill(document: Document, loc: Loc, found: _Found) -> None:
    """Fill in the jurisdiction at ``loc`` from a profile and, where it is home, the regime."""
    profile = _read_profile(found.text)
    document.problems += (replace(problem, file=found.path) for problem in profile.problems)
    _merge(document, loc, Origin(found.path, profile, ()))
    if document.at(("regime", "home")) == loc[-1]:
        _merge(document, ("regime",), Origin(found.path, profile, ("regime",)))


def _merge(document: Document, loc: Loc, origin: Origin) -> None:
    """Give the mapping at ``loc`` what it lacks of the one that ``origin`` is the place of."""
    mapping, values = document.at(loc), origin.document.at(origin.loc)
    depth, lacking = len(origin.loc), origin.document.incomplete
    document.incomplete |= {(*loc, *own[depth:]) for own in lacking if own[:depth] == origin.loc}
    if origin.document.problems:
        document.incomplete.add(loc)
    if not isinstance(mapping, dict) or not isinstance(values, dict):
        return
    for key, value in values.items():
        if key not in mapping and (*origin.loc, key) != ("regime",):
            mapping[key] = value
            document.filled[(*loc, key)] = origin._replace(loc=(*origin.loc, key))


def _shipped(name: str) -> str:
    return (_folder() / f"{name}{_SUFFIX}").read_text(encoding="utf-8")


def _folder() -> Traversable:
    return resources.files("settlement.scenario") / _FOLDER
