"""What compliance works with: lists, the rule against structuring, intermediaries; payments to strangers."""

from collections.abc import Iterator
from itertools import pairwise

from settlement.domain.faults import Loc
from settlement.domain.participants import Role
from settlement.scenario.checks.days import outside
from settlement.scenario.checks.names import ids, unknown
from settlement.scenario.faults import Fault
from settlement.scenario.model import Aggregation, Scenario, Transfer
from settlement.scenario.validation import has
from settlement.scenario.values import RESERVED_IDS


def check_compliance(scenario: Scenario) -> Iterator[Fault]:
    """Lists in order and inside the scenario, rules that can bite, and who may stand between."""
    if has(scenario, "compliance"):
        yield from _lists(scenario)
        if has(scenario.compliance, "aggregation") and scenario.compliance.aggregation is not None:
            yield from _aggregation(scenario.compliance.aggregation, ("compliance", "aggregation"))
    if has(scenario, "regime", "jurisdictions") and has(scenario.regime, "corridors"):
        for code in scenario.regime.corridors:
            loc = ("regime", "corridors", code)
            yield from unknown(loc, code, "jurisdiction", scenario.jurisdictions, on_key=True)
    yield from _between(scenario)
    if has(scenario, "actions"):
        for index, action in enumerate(scenario.actions):
            if isinstance(action, Transfer):
                yield from _payee(scenario, action, ("actions", index))


def _lists(scenario: Scenario) -> Iterator[Fault]:
    if not has(scenario.compliance, "lists"):
        return
    lists = scenario.compliance.lists
    for index, version in enumerate(lists):
        loc = ("compliance", "lists", index)
        if has(version, "at"):
            yield from outside(scenario, version.at.date(), (*loc, "at"))
        if has(scenario, "jurisdictions") and has(version, "jurisdictions"):
            for place, code in enumerate(version.jurisdictions):
                here = (*loc, "jurisdictions", place)
                yield from unknown(here, code, "jurisdiction", scenario.jurisdictions)
        # The list of the start is version 1, and the contract takes no other version than the next.
        if has(version, "version") and version.version != index + 2:
            message = f"version {version.version} does not follow version {index + 1}"
            yield Fault((*loc, "version"), message, f"version {index + 2}", "number them in order, from 2 on")
    for index, (one, other) in enumerate(pairwise(lists), 1):
        if has(one, "at") and has(other, "at") and other.at <= one.at:
            message, expected = (
                "published no later than the version before",
                f"a moment after {one.at:%Y-%m-%d %H:%M}",
            )
            yield Fault(("compliance", "lists", index, "at"), message, expected, "put them in order")


def _aggregation(rule: Aggregation, loc: Loc) -> Iterator[Fault]:
    if has(rule, "share") and not 0 < rule.share < 10_000:
        message, expected = "no payment could be just below the threshold", "more than 0 %, less than 100 %"
        yield Fault((*loc, "share"), message, expected, "80 % is usual here")
    for field, noun in (("count", "payment"), ("window", "day")):
        if has(rule, field) and getattr(rule, field) < 1:
            yield Fault((*loc, field), f"no {noun} at all", f"1 {noun} or more", "write a number above zero")


def _between(scenario: Scenario) -> Iterator[Fault]:
    """Who stands behind or between is of the kind for it; whether it is licensed is the rules' to say."""
    if ids(scenario, "participants") is None:
        return
    kinds = {p.id: p.kind for p in scenario.participants if has(p, "kind")}
    wanted = {"sponsor": (Role.BANK, "bank"), "intermediary": (Role.INTERMEDIARY, "intermediary")}
    for index, participant in enumerate(scenario.participants):
        for field, (role, word) in wanted.items():
            name = getattr(participant, field) if has(participant, field) else None
            if name is not None and not kinds.get(name, role) & role:
                loc = ("participants", index, field)
                message, expected = f"{name!r} is of another kind", f"a participant of kind {word}"
                yield Fault(loc, message, expected, f"name a participant of kind {word}")


def _payee(scenario: Scenario, transfer: Transfer, loc: Loc) -> Iterator[Fault]:
    """Either a participant or an address that is nobody's."""
    if not has(transfer, "to", "address"):
        return
    expected = "to: a participant, or address: an address that nobody registered"
    if transfer.to is None and transfer.address is None:
        yield Fault((*loc, "to"), "nobody is to be paid", expected, "add 'to' here")
    elif transfer.to is not None and transfer.address is not None:
        yield Fault((*loc, "address"), "two are to be paid", expected, "remove one of the two")
    elif transfer.address is not None:
        known = [*(ids(scenario, "participants") or ()), *RESERVED_IDS]
        if transfer.address in known:
            message = f"{transfer.address!r} is no stranger"
            yield Fault((*loc, "address"), message, expected, "name it with 'to', or choose another name")
