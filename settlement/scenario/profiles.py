"""Jurisdiction profiles: data that a scenario names instead of stating it."""

import re
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from settlement.domain.errors import ScenarioError
from settlement.domain.faults import listed, nearest, shown
from settlement.scenario.document import Document, read_document
from settlement.scenario.faults import Fault

__all__ = ["profile_data", "shipped_profiles"]

_SUFFIX = ".yaml"


def shipped_profiles() -> list[str]:
    """Names of the profiles that come with the package, in alphabetical order."""
    names = (entry.name for entry in _folder().iterdir())
    return sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))


def profile_data(name: str) -> dict[str, Any]:
    """A shipped profile: keys of a jurisdiction and, under ``regime``, of the regime at home there.

    Raises:
        ScenarioError: the profile's own file is no mapping, or no YAML.
    """
    file = f"{name}{_SUFFIX}"
    document = read_document((_folder() / file).read_text(encoding="utf-8"))
    data: Any = document.data
    for loc, value in (((), data), (("regime",), data.get("regime", {}) if isinstance(data, dict) else {})):
        if not isinstance(value, dict) and not document.problems:
            fault = Fault(loc, f"{shown(value)} is no part of a profile", "a mapping", "write key: value")
            document.problems.append(document.locate(fault))
    if document.problems:
        raise ScenarioError(f"profiles/{file}", document.problems)
    return dict(data)


def fill_in(document: Document) -> Iterator[Fault]:
    """Fill in what the document leaves to profiles; what it states itself stays.

    What was filled in has no position of its own: a fault in it is one of the mapping that it went into.
    """
    places = document.at(("jurisdictions",))
    for code, place in places.items() if isinstance(places, dict) else ():
        name = place.get("profile") if isinstance(place, dict) else None
        if name is None:
            continue
        if name in shipped_profiles():
            profile = profile_data(name)
            of_regime, regime = profile.pop("regime", {}), document.at(("regime",))
            _fill(place, profile)
            if isinstance(regime, dict) and regime.get("home") == code:
                _fill(regime, of_regime)
            continue
        # What such a profile would have given is not missing.
        document.incomplete.add(("jurisdictions", code))
        if isinstance(name, str) and re.fullmatch("[a-z0-9-]+", name):
            known = shipped_profiles()
            expected, remedy = f"one of: {listed(known)}", nearest(name, known, "use one of these")
            loc = ("jurisdictions", code, "profile")
            yield Fault(loc, f"no profile {shown(name)} is shipped", expected, remedy)


def _fill(mapping: dict[str, Any], values: dict[str, Any]) -> None:
    for key, value in values.items():
        mapping.setdefault(key, value)


def _folder() -> Traversable:
    return resources.files("settlement.scenario") / "profiles"
