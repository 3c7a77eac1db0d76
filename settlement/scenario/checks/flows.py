"""Flows: their names, parties and days, and what their trades need."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import holidays

from settlement.domain.faults import Loc
from settlement.domain.participants import Role
from settlement.domain.reasons import Reason
from settlement.scenario.checks.dates import too_early
from settlement.scenario.checks.days import outside
from settlement.scenario.checks.expectations import expects
from settlement.scenario.checks.money import by_id
from settlement.scenario.checks.names import ids, unknown
from settlement.scenario.faults import Fault
from settlement.scenario.flow_terms import LONGEST_DAYS
from settlement.scenario.model import Flow, Participant, Scenario
from settlement.scenario.validation import has

#: Characters of an id, which the contracts keep in 32 bytes.
LONGEST_ID = 31
#: Correspondents that a payment may pass; longer chains are not met with.
MOST_BANKS = 10

#: Trades that all flows together may draw: their registration must fit into the eve of the scenario.
MOST_TRADES = 40_000

_CREDITS = ("sight", "deferred")
_WORDS = {Role.SETTLER: "an authorised entity", Role.COUNTERPARTY: "a counterparty"}


def check_flows(scenario: Scenario) -> Iterator[Fault]:
    """Faults of flows that would show only once they are drawn, and of the banks they are compared with."""
    banks = scenario.correspondent if has(scenario, "correspondent") else None
    if banks is not None and has(banks, "banks") and banks.banks > MOST_BANKS:
        message, remedy = f"a chain of {banks.banks} correspondents", "use a shorter chain"
        yield Fault(("correspondent", "banks"), message, f"{MOST_BANKS} at most", remedy)
    if not has(scenario, "flows"):
        return
    people = by_id(scenario)
    first: dict[str, int] = {}
    drawn = 0
    for index, flow in enumerate(scenario.flows):
        loc: Loc = ("flows", index)
        if has(flow, "id") and first.setdefault(flow.id, index) != index:
            message = f"id {flow.id!r} is taken by flows[{first[flow.id]}]"
            yield Fault((*loc, "id"), message, "an id of its own", "choose another id")
        if has(flow, "trades"):
            before, drawn = drawn, drawn + flow.trades
            if before <= MOST_TRADES < drawn:
                message = f"the flows draw {drawn} trades"
                yield Fault((*loc, "trades"), message, f"{MOST_TRADES} trades at most", "lower the number")
        yield from _names(scenario, flow, loc)
        yield from _parties(scenario, flow, loc, people)
        yield from _examiner(scenario, flow, loc, people)
        yield from _days(scenario, flow, loc)
        yield from _end(scenario, flow, loc)


def _drawn(flow: Flow) -> list[str]:
    """The instruments that may come up."""
    return [name for name, weight in flow.instruments.items() if weight > 0]


def _names(scenario: Scenario, flow: Flow, loc: Loc) -> Iterator[Fault]:
    """The names of its trades are new, and not too long."""
    if not has(flow, "id", "trades"):
        return
    longest = f"{flow.id}-{flow.trades}"
    if len(longest) > LONGEST_ID:
        message = f"its last trade would be called {longest!r}"
        yield Fault((*loc, "id"), message, f"names of {LONGEST_ID} characters at most", "shorten the id")
    pattern = re.compile(re.escape(flow.id) + "-([1-9][0-9]*)")
    for section in ("credits", "bills", "obligations"):
        for name in ids(scenario, section) or ():
            number = pattern.fullmatch(name)
            if number is not None and int(number[1]) <= flow.trades:
                message = f"its trade {name!r} would go by the name of one under {section}"
                yield Fault((*loc, "id"), message, "names that nothing else has", "choose another id")


def _parties(scenario: Scenario, flow: Flow, loc: Loc, people: dict[str, Participant]) -> Iterator[Fault]:
    """Entities buy and counterparties sell; what is only cleared may go the other way too."""
    known = ids(scenario, "participants")
    kinds: dict[str, Role] = {"buyers": Role.SETTLER, "sellers": Role.COUNTERPARTY}
    if has(flow, "buyers", "instruments") and set(_drawn(flow)) <= {"clearing"}:
        kind = people[flow.buyers[0]].kind if flow.buyers and flow.buyers[0] in people else Role.SETTLER
        if kind == Role.COUNTERPARTY:
            kinds = {"buyers": Role.COUNTERPARTY, "sellers": Role.SETTLER}
    for side, role in kinds.items():
        if not has(flow, side):
            continue
        names: tuple[str, ...] = getattr(flow, side)
        if not names:
            yield Fault((*loc, side), "the list is empty", "at least one item", "add one")
        for index, name in enumerate(names):
            if known is not None:
                yield from unknown((*loc, side, index), name, "participant", known)
            if name in people and not people[name].kind & role:
                message, expected = f"{name!r} is not {_WORDS[role]}", f"{_WORDS[role]} among the {side}"
                yield Fault((*loc, side, index), message, expected, "name a trading party of that kind")


def _examiner(scenario: Scenario, flow: Flow, loc: Loc, people: dict[str, Participant]) -> Iterator[Fault]:
    """Weights of which one counts, and somebody who examines the documents under credits."""
    if has(flow, "instruments") and not _drawn(flow):
        message, expected = "no instrument has any weight", "at least one weight above 0"
        yield Fault((*loc, "instruments"), message, expected, "give one a weight")
    if not has(flow, "examiner"):
        return
    here, known = (*loc, "examiner"), ids(scenario, "participants")
    if flow.examiner is None:
        if has(flow, "instruments") and set(_drawn(flow)) & set(_CREDITS):
            message, remedy = "nobody examines the documents under its credits", "name an examiner"
            yield Fault(here, message, "a participant of kind examiner", remedy)
        return
    if known is not None:
        yield from unknown(here, flow.examiner, "participant", known)
    if flow.examiner in people and not people[flow.examiner].kind & Role.EXAMINER:
        message = f"{flow.examiner!r} is not an examiner"
        yield Fault(here, message, "a participant of kind examiner", "name an examiner")


def _days(scenario: Scenario, flow: Flow, loc: Loc) -> Iterator[Fault]:
    """First and last day in their order, inside scenario and regime, with a banking day between them."""
    misplaced = [
        fault
        for field in ("first", "last")
        if has(flow, field)
        for fault in outside(scenario, getattr(flow, field), (*loc, field))
    ]
    yield from misplaced
    if misplaced or not has(flow, "first", "last"):
        return
    if flow.last < flow.first:
        yield too_early((*loc, "last"), "last", flow.last, "on or after first", flow.first)
        return
    if not has(scenario, "regime") or not has(scenario.regime, "start", "home"):
        return
    if flow.first < scenario.regime.start:
        start = scenario.regime.start
        yield too_early((*loc, "first"), "first", flow.first, "on or after the regime's start", start)
    if not has(scenario, "jurisdictions") or scenario.regime.home not in scenario.jurisdictions:
        return
    home = scenario.jurisdictions[scenario.regime.home]
    if has(home, "calendar") and not _has_banking_day(home.calendar, flow.first, flow.last):
        message = f"no day from {flow.first} to {flow.last} is a banking day at home"
        yield Fault((*loc, "first"), message, "a banking day on which trades may begin", "move the days")


def _has_banking_day(calendar: str, first: date, last: date) -> bool:
    known = holidays.country_holidays(calendar, years=range(first.year, last.year + 1))
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return any(day.weekday() not in known.weekend and day not in known for day in days)


def _end(scenario: Scenario, flow: Flow, loc: Loc) -> Iterator[Fault]:
    """The longest trade that may come up ends with the regime at the latest."""
    if not has(flow, "last", "instruments") or expects(scenario, Reason.BEYOND_REGIME):
        return
    if not has(scenario, "regime") or not has(scenario.regime, "end"):
        return
    longest = max((LONGEST_DAYS[name] for name in _drawn(flow)), default=0)
    latest = scenario.regime.end - timedelta(days=longest)
    if flow.last > latest:
        message = f"a trade of {flow.last} may take {longest} days, beyond the regime's end"
        yield Fault((*loc, "last"), message, f"a date up to {latest}", "end the flow earlier")
