"""Obligations and their clearing: names, parties and dates."""

from collections.abc import Iterator
from datetime import timedelta

from settlement.domain.faults import Loc
from settlement.domain.obligations import ObligationState
from settlement.domain.participants import Role
from settlement.domain.reasons import Reason
from settlement.scenario.checks.dates import too_early
from settlement.scenario.checks.days import outside
from settlement.scenario.checks.expectations import expects
from settlement.scenario.checks.money import by_id
from settlement.scenario.checks.names import ids, unknown
from settlement.scenario.checks.parties import home_of
from settlement.scenario.faults import Fault
from settlement.scenario.model import Obligation, Participant, Scenario
from settlement.scenario.validation import has

#: The clearing house lets no obligation live longer.
LONGEST_LIFE_DAYS = 90

_TRADER = Role.SETTLER | Role.COUNTERPARTY


def check_clearing(scenario: Scenario) -> Iterator[Fault]:
    """Faults of obligations and cycles."""
    people = by_id(scenario)
    if has(scenario, "obligations"):
        for index, obligation in enumerate(scenario.obligations):
            loc: Loc = ("obligations", index)
            yield from _parties(scenario, obligation, loc, people)
            yield from _life(scenario, obligation, loc)
    if has(scenario, "clearing"):
        yield from _cycles(scenario)
        yield from _algorithm(scenario)
        yield from _never(scenario)


def _parties(
    scenario: Scenario, obligation: Obligation, loc: Loc, people: dict[str, Participant]
) -> Iterator[Fault]:
    known = ids(scenario, "participants")
    sides = [side for side in ("payer", "payee") if has(obligation, side)]
    for side in sides:
        name = getattr(obligation, side)
        if known is not None:
            yield from unknown((*loc, side), name, "participant", known)
        if name in people and not people[name].kind & _TRADER:
            expected = "an authorised entity or a counterparty"
            yield Fault((*loc, side), f"{side} {name!r} does not trade", expected, "name a trading party")
    if len(sides) < 2:
        return
    if obligation.payer == obligation.payee:
        message = f"{obligation.payee!r} is on both sides of the obligation"
        yield Fault((*loc, "payee"), message, "another party than the payer", "name the payee")
    elif obligation.payer in people and obligation.payee in people:
        yield from _residency(scenario, people[obligation.payer], people[obligation.payee], loc)


def _residency(scenario: Scenario, payer: Participant, payee: Participant, loc: Loc) -> Iterator[Fault]:
    """Gross obligations cross the border: netting must not disguise a domestic payment."""
    home = home_of(scenario)
    if home is None or not has(scenario.regime, "domestic_ban"):
        return
    if not all(has(side, "jurisdiction", "owner_jurisdiction") for side in (payer, payee)):
        return
    resident = [home in (side.jurisdiction, side.beneficial_jurisdiction) for side in (payer, payee)]
    if all(resident) and scenario.regime.domestic_ban and not expects(scenario, Reason.DOMESTIC_PAYMENT):
        message = f"{payer.id!r} and {payee.id!r} are both resident, by seat or by owner"
        remedy = "name a party abroad, or expect the rejection DOMESTIC_PAYMENT"
        yield Fault((*loc, "payee"), message, "one resident side: the domestic ban is on", remedy)
    if not any(resident) and not expects(scenario, Reason.NO_RESIDENT_PARTY):
        message = f"neither {payer.id!r} nor {payee.id!r} is resident"
        remedy = "name an authorised entity, or expect the rejection NO_RESIDENT_PARTY"
        yield Fault((*loc, "payee"), message, "one resident side", remedy)


def _life(scenario: Scenario, obligation: Obligation, loc: Loc) -> Iterator[Fault]:
    """From its entry, within the scenario, to its last day, within the regime."""
    if has(obligation, "enter"):
        yield from outside(scenario, obligation.enter.date(), (*loc, "enter"))
    if not has(obligation, "until"):
        return
    here = (*loc, "until")
    if has(obligation, "enter"):
        entered = obligation.enter.date()
        # The last day is whole, so it begins a day before the longest life ends.
        latest = entered + timedelta(days=LONGEST_LIFE_DAYS - 1)
        if obligation.until < entered:
            yield too_early(here, "until", obligation.until, "on or after enter", entered)
        elif obligation.until > latest:
            message = f"the obligation lives longer than {LONGEST_LIFE_DAYS} days"
            yield Fault(here, message, f"a date up to {latest}", "end its life earlier")
    if has(scenario, "regime") and has(scenario.regime, "end") and obligation.until > scenario.regime.end:
        message = f"until {obligation.until} is after the regime's end {scenario.regime.end}"
        yield Fault(here, message, f"a date up to {scenario.regime.end}", "end its life earlier")


def _cycles(scenario: Scenario) -> Iterator[Fault]:
    for field in ("cycles", "gross"):
        moments = getattr(scenario.clearing, field) if has(scenario.clearing, field) else ()
        for index, moment in enumerate(moments):
            yield from outside(scenario, moment.date(), ("clearing", field, index))


def _never(scenario: Scenario) -> Iterator[Fault]:
    """Obligations that are to settle although the operator never acts."""
    if not has(scenario.clearing, "cycles", "daily", "gross"):
        return
    if scenario.clearing.cycles or scenario.clearing.daily or scenario.clearing.gross:
        return
    for loc in _to_settle(scenario):
        message, expected = "no cycle ever settles it", "a moment under clearing"
        yield Fault(loc, message, expected, "add clearing: {daily: ['19:00']}, or expect LAPSED")


def _to_settle(scenario: Scenario) -> Iterator[Loc]:
    """Places where the file expects that something settles."""
    if not has(scenario, "expect"):
        return
    if has(scenario.expect, "obligations"):
        for name, state in scenario.expect.obligations.items():
            if state is ObligationState.SETTLED:
                yield ("expect", "obligations", name)
    for flow, end in scenario.expect.flows.items() if has(scenario.expect, "flows") else ():
        settled = end.obligations.get(ObligationState.SETTLED) if has(end, "obligations") else None
        if settled is not None and settled.low > 0:
            yield ("expect", "flows", flow, "obligations", ObligationState.SETTLED.name)


def _algorithm(scenario: Scenario) -> Iterator[Fault]:
    if not has(scenario.clearing, "algorithm") or scenario.clearing.algorithm not in ("bypass", "optimal"):
        return
    if not has(scenario, "regime") or not has(scenario.regime, "queue_bypass"):
        return
    if not scenario.regime.queue_bypass and not expects(scenario, Reason.OUT_OF_ORDER):
        message = f"algorithm {scenario.clearing.algorithm!r} does not keep to the order of queues"
        expected = "gross or fifo, or a programme with queue_bypass: true"
        remedy = "choose one of the two, or set queue_bypass under regime"
        yield Fault(("clearing", "algorithm"), message, expected, remedy)
