"""Names: defined once, and defined where they are referred to."""

from collections.abc import Collection, Iterator, Sequence

from settlement.domain.faults import Loc, listed, nearest, shown
from settlement.domain.participants import Office
from settlement.scenario.faults import Fault
from settlement.scenario.model import Bill, Credit, Delivery, Flow, Obligation, Part, Participant, Scenario
from settlement.scenario.validation import has


def check_names(scenario: Scenario) -> Iterator[Fault]:
    """Duplicate ids, and references to nothing; silent where the defining names are not all known."""
    if has(scenario, "participants"):
        yield from _duplicates("participants", scenario.participants)
    if has(scenario, "credits"):
        yield from _duplicates("credits", scenario.credits)
    if has(scenario, "jurisdictions"):
        yield from _jurisdiction_references(scenario, scenario.jurisdictions)
    participants = ids(scenario, "participants")
    if participants is not None:
        yield from _participant_references(scenario, participants)


def ids(scenario: Scenario, section: str) -> list[str] | None:
    """The ids that a section defines; None when not all of them are known."""
    if not has(scenario, section):
        return None
    parts: Sequence[Participant | Credit | Bill | Obligation | Delivery | Flow] = getattr(scenario, section)
    return [part.id for part in parts] if all(has(part, "id") for part in parts) else None


def unknown(
    loc: Loc, name: str, what: str, known: Collection[str], *, on_key: bool = False
) -> Iterator[Fault]:
    """A fault when ``name`` is none of the ``known`` ones."""
    if name not in known:
        each = dict.fromkeys(known)
        expected = f"{'an' if what[0] in 'aeiou' else 'a'} {what} that the file defines: {listed(each)}"
        otherwise = f"use one of these or define the {what}"
        # Two codes of two letters are alike already where they share one.
        remedy = otherwise if what == "jurisdiction" else nearest(name, each, otherwise)
        yield Fault(loc, f"no {what} {shown(name)} is defined", expected, remedy, on_key)


def _duplicates(section: str, parts: Sequence[Participant | Credit]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for index, part in enumerate(parts):
        if has(part, "id") and first.setdefault(part.id, index) != index:
            message = f"id {part.id!r} is taken by {section}[{first[part.id]}]"
            yield Fault((section, index, "id"), message, "an id of its own", "choose another id")


def _references(
    part: Part, loc: Loc, fields: Sequence[str], what: str, known: Collection[str]
) -> Iterator[Fault]:
    for field in fields:
        name = getattr(part, field) if has(part, field) else None
        if name is not None:
            yield from unknown((*loc, field), name, what, known)


def _jurisdiction_references(scenario: Scenario, known: Collection[str]) -> Iterator[Fault]:
    if has(scenario, "regime"):
        yield from _references(scenario.regime, ("regime",), ("home",), "jurisdiction", known)
    if has(scenario, "participants"):
        for index, participant in enumerate(scenario.participants):
            fields = ("jurisdiction", "owner_jurisdiction")
            yield from _references(participant, ("participants", index), fields, "jurisdiction", known)


def _participant_references(scenario: Scenario, known: list[str]) -> Iterator[Fault]:
    if has(scenario, "credits"):
        for index, credit in enumerate(scenario.credits):
            fields = ("applicant", "beneficiary", "examiner")
            yield from _references(credit, ("credits", index), fields, "participant", known)
    if has(scenario, "actions"):
        for index, action in enumerate(scenario.actions):
            fields = ("actor", "to", "participant")
            yield from _references(action, ("actions", index), fields, "participant", known)
    if not has(scenario, "expect"):
        return
    if has(scenario.expect, "balances"):
        for name in scenario.expect.balances:
            yield from unknown(("expect", "balances", name), name, "participant", known, on_key=True)
    if has(scenario.expect, "drl"):
        for name in scenario.expect.drl:
            yield from unknown(("expect", "drl", name), name, "participant", known, on_key=True)
    if has(scenario.expect, "rejections"):
        # Offices attempt operations too, and are refused when the moment is wrong.
        actors = [*known, *(office.value for office in Office)]
        for index, rejection in enumerate(scenario.expect.rejections or ()):
            loc = ("expect", "rejections", index)
            yield from _references(rejection, loc, ("actor",), "participant", actors)
