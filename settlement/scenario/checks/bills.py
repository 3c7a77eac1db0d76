"""Bills: their dates, and who is on their sides."""

from collections.abc import Iterator
from itertools import pairwise

from settlement.domain.faults import Loc
from settlement.domain.participants import BillState, Instrument, Role
from settlement.domain.reasons import Reason
from settlement.scenario.checks.days import outside
from settlement.scenario.checks.expectations import expects
from settlement.scenario.checks.parties import home_of
from settlement.scenario.faults import Fault
from settlement.scenario.model import Bill, Scenario
from settlement.scenario.validation import has


def check_bills(scenario: Scenario) -> Iterator[Fault]:
    """Dates in their order and inside regime and scenario; two traders, one of them resident."""
    if has(scenario, "bills"):
        for index, bill in enumerate(scenario.bills):
            yield from _bill_dates(scenario, bill, ("bills", index))
            yield from _shipment(scenario, bill, ("bills", index))
            yield from _bill_parties(scenario, bill, ("bills", index))


def _bill_dates(scenario: Scenario, bill: Bill, loc: Loc) -> Iterator[Fault]:
    """A bill's dates in their order, inside the scenario, and its last one inside the regime."""
    if not has(bill, "offer", "offer_until", "due", "grace"):
        return
    yield from outside(scenario, bill.offer.date(), (*loc, "offer"))
    dates = [("offer", bill.offer.date()), ("offer_until", bill.offer_until), ("due", bill.due)]
    for (earlier, before), (later, day) in pairwise(dates):
        if day < before:
            message = f"{later} {day} is not on or after {earlier} {before}"
            yield Fault((*loc, later), message, f"a date on or after {before}", "move one of the two")
    if bill.grace.count < 1:
        message, remedy = "the buyer has no time to pay in", "give it a few days"
        yield Fault((*loc, "grace"), message, "1 day or more", remedy)
    end = scenario.regime.end if has(scenario, "regime") and has(scenario.regime, "end") else None
    last = bill.due + bill.grace.elapsed()
    if end is not None and last > end and not expects(scenario, Reason.BEYOND_REGIME):
        message = f"the bill could be paid until {last}, after the regime's end {end}"
        yield Fault((*loc, "due"), message, f"due and grace to end by {end}", "move the due day")


def _shipment(scenario: Scenario, bill: Bill, loc: Loc) -> Iterator[Fault]:
    """A collection ships within the scenario, for its documents show it; an open account shows none."""
    if not has(bill, "kind", "shipped"):
        return
    here = (*loc, "shipped")
    if bill.shipped is not None:
        yield from outside(scenario, bill.shipped, here)
        if bill.kind is Instrument.OPEN_ACCOUNT:
            message, expected = "an open account asks for no documents", "no shipped, or kind: collection"
            yield Fault(here, message, expected, "remove it")
    elif bill.kind is Instrument.COLLECTION and has(bill, "id") and not _is_to_lapse(scenario, bill):
        message, expected = "nothing is ever presented under this collection", "the day of shipment"
        remedy = f"add 'shipped' here, or expect bills: {{{bill.id}: CANCELLED}}"
        yield Fault(here, message, expected, remedy)


def _is_to_lapse(scenario: Scenario, bill: Bill) -> bool:
    """Whether the file says that the bill is cancelled; true where what it expects is unreadable."""
    if not has(scenario, "expect") or not has(scenario.expect, "bills"):
        return True
    return scenario.expect.bills.get(bill.id) is BillState.CANCELLED


def _bill_parties(scenario: Scenario, bill: Bill, loc: Loc) -> Iterator[Fault]:
    """Two traders, of whom one is resident."""
    if not has(bill, "seller", "buyer") or not has(scenario, "participants", "regime"):
        return
    if bill.seller == bill.buyer:
        message = f"{bill.seller!r} is on both sides of the bill"
        yield Fault((*loc, "seller"), message, "another party than the buyer", "name the seller")
        return
    people = {p.id: p for p in scenario.participants if has(p, "id", "kind", "jurisdiction")}
    for side in ("seller", "buyer"):
        party = people.get(getattr(bill, side))
        if party is not None and not party.kind & (Role.SETTLER | Role.COUNTERPARTY):
            message = f"{side} {party.id!r} trades nothing"
            expected = "an authorised entity or a counterparty"
            yield Fault((*loc, side), message, expected, "name a trading party")
    if not all(
        name in people and has(people[name], "owner_jurisdiction") for name in (bill.seller, bill.buyer)
    ):
        return
    home = home_of(scenario)
    if home is None or not has(scenario.regime, "domestic_ban") or not scenario.regime.domestic_ban:
        return
    sides = [people[name] for name in (bill.seller, bill.buyer)]
    resident = [home in (side.jurisdiction, side.beneficial_jurisdiction) for side in sides]
    if all(resident) and not expects(scenario, Reason.DOMESTIC_PAYMENT):
        message = f"{bill.buyer!r} and {bill.seller!r} are both resident, by seat or by owner"
        remedy = "name a party abroad, or expect the rejection DOMESTIC_PAYMENT"
        yield Fault((*loc, "seller"), message, "one resident side: the domestic ban is on", remedy)
