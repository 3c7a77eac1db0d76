"""Flows: their names, parties and days, and what their trades need."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from settlement.domain.amounts import Amount
from settlement.domain.faults import Loc
from settlement.domain.participants import Role
from settlement.domain.reasons import Reason
from settlement.scenario.calendars import calendar_of
from settlement.scenario.checks.dates import too_early
from settlement.scenario.checks.days import outside
from settlement.scenario.checks.drawn import words_of
from settlement.scenario.checks.expectations import expects
from settlement.scenario.checks.money import by_id
from settlement.scenario.checks.names import ids, unknown
from settlement.scenario.faults import Fault
from settlement.scenario.flow_names import guarantee_name, is_guarantee, number_of, trade_name
from settlement.scenario.flow_terms import ATTESTED, EXAMINED, LONGEST_DAYS, RETAINED, RETENTION_DAYS
from settlement.scenario.model import Flow, Participant, Scenario
from settlement.scenario.validation import has

#: Characters of an id, which the contracts keep in 32 bytes.
LONGEST_ID = 31
#: Correspondents that a payment may pass; longer chains are not met with.
MOST_BANKS = 10

#: Trades that all flows together may draw: their registration must fit into the eve of the scenario.
MOST_TRADES = 40_000

#: Least amount of a trade, so that any share of it is something.
_LEAST = Amount.parse("1 SU")
_WORDS = {
    Role.SETTLER: "an authorised entity",
    Role.COUNTERPARTY: "a counterparty",
    Role.EXAMINER: "an examiner",
    Role.ATTESTOR: "an attestor",
}


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
        yield from _weights(flow, loc)
        for field, role, words in (
            ("examiner", Role.EXAMINER, EXAMINED),
            ("attestor", Role.ATTESTOR, ATTESTED),
        ):
            yield from _judge(scenario, flow, (*loc, field), people, role, words)
        yield from _guarantors(scenario, flow, loc, people)
        yield from _days(scenario, flow, loc)
        yield from _end(scenario, flow, loc)


def _names(scenario: Scenario, flow: Flow, loc: Loc) -> Iterator[Fault]:
    """The names of its trades are new, and not too long."""
    if not has(flow, "id", "trades"):
        return
    longest = trade_name(flow.id, flow.trades)
    if has(flow, "guarantors") and flow.guarantors:
        longest = guarantee_name(longest)
    if len(longest) > LONGEST_ID:
        message = f"its last trade would be called {longest!r}"
        yield Fault((*loc, "id"), message, f"names of {LONGEST_ID} characters at most", "shorten the id")
    for section in ("credits", "bills", "obligations"):
        for name in ids(scenario, section) or ():
            if (number_of(flow.id, name) or flow.trades + 1) <= flow.trades:
                what = "guarantee" if is_guarantee(name) else "trade"
                message = f"its {what} {name!r} would go by the name of one under {section}"
                yield Fault((*loc, "id"), message, "names that nothing else has", "choose another id")


def _parties(scenario: Scenario, flow: Flow, loc: Loc, people: dict[str, Participant]) -> Iterator[Fault]:
    """Entities buy and counterparties sell; what is only cleared may go the other way too."""
    known = ids(scenario, "participants")
    kinds: dict[str, Role] = {"buyers": Role.SETTLER, "sellers": Role.COUNTERPARTY}
    if has(flow, "buyers", "instruments") and set(words_of(flow)) <= {"clearing"}:
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


def _weights(flow: Flow, loc: Loc) -> Iterator[Fault]:
    """Weights of which one counts, and shares that leave something to pay."""
    if has(flow, "instruments") and not words_of(flow):
        message, expected = "no instrument has any weight", "at least one weight above 0"
        yield Fault((*loc, "instruments"), message, expected, "give one a weight")
    if has(flow, "amount") and flow.amount.low < _LEAST.minor:
        message, remedy = f"amounts from {Amount(flow.amount.low)}", "raise the lower one"
        yield Fault((*loc, "amount"), message, f"amounts from {_LEAST}", remedy)
    if has(flow, "retention") and flow.retention >= 10_000:
        message, remedy = "nothing would be paid before the retention ends", "lower it"
        yield Fault((*loc, "retention"), message, "less than 100 %", remedy)


def _judge(
    scenario: Scenario,
    flow: Flow,
    here: Loc,
    people: dict[str, Participant],
    role: Role,
    words: Sequence[str],
) -> Iterator[Fault]:
    """Somebody of a role who looks at what is presented under its credits of such words."""
    field = str(here[-1])
    if not has(flow, field):
        return
    name, known = getattr(flow, field), ids(scenario, "participants")
    if name is None:
        if has(flow, "instruments") and set(words_of(flow)) & set(words):
            what = "attests the milestones" if role is Role.ATTESTOR else "examines the documents"
            message = f"nobody {what} under its credits"
            yield Fault(here, message, f"a participant of kind {field}", f"name {_WORDS[role]}")
        return
    if known is not None:
        yield from unknown(here, name, "participant", known)
    if name in people and not people[name].kind & role:
        message = f"{name!r} is not {_WORDS[role]}"
        yield Fault(here, message, f"a participant of kind {field}", f"name {_WORDS[role]}")


def _guarantors(scenario: Scenario, flow: Flow, loc: Loc, people: dict[str, Participant]) -> Iterator[Fault]:
    """Counterparties, of which none secures its own delivery."""
    if not has(flow, "guarantors"):
        return
    known = ids(scenario, "participants")
    for index, name in enumerate(flow.guarantors):
        here = (*loc, "guarantors", index)
        if known is not None:
            yield from unknown(here, name, "participant", known)
        if name in people and not people[name].kind & Role.COUNTERPARTY:
            message = f"{name!r} is not {_WORDS[Role.COUNTERPARTY]}"
            yield Fault(here, message, "a counterparty among the guarantors", "name a house abroad")
        elif has(flow, "sellers") and name in flow.sellers:
            message = f"{name!r} would guarantee what it sells itself"
            yield Fault(here, message, "somebody who is not among the sellers", "name another guarantor")


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
    known = calendar_of(calendar, range(first.year, last.year + 1))
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return any(day.weekday() not in known.weekend and day not in known for day in days)


def _end(scenario: Scenario, flow: Flow, loc: Loc) -> Iterator[Fault]:
    """The longest trade that may come up ends with the regime at the latest."""
    if not has(flow, "last", "instruments") or expects(scenario, Reason.BEYOND_REGIME):
        return
    if not has(scenario, "regime") or not has(scenario.regime, "end"):
        return
    longest = max((_longest(flow, name) for name in words_of(flow)), default=0)
    latest = scenario.regime.end - timedelta(days=longest)
    if flow.last > latest:
        message = f"a trade of {flow.last} may take {longest} days, beyond the regime's end"
        yield Fault((*loc, "last"), message, f"a date up to {latest}", "end the flow earlier")


def _longest(flow: Flow, instrument: str) -> int:
    """Most days that a trade of an instrument can take by its terms."""
    retained = instrument in RETAINED and has(flow, "retention") and flow.retention > 0
    return LONGEST_DAYS[instrument] + RETENTION_DAYS * retained
