"""Prices, the desk, mined output and keys: names, kinds and dates."""

from collections.abc import Iterator

from settlement.domain.faults import Loc
from settlement.domain.participants import Role
from settlement.scenario.checks.dates import too_early
from settlement.scenario.checks.days import outside
from settlement.scenario.checks.names import ids, unknown
from settlement.scenario.checks.parties import home_of
from settlement.scenario.faults import Fault
from settlement.scenario.model import (
    AcceptQuote,
    Action,
    Deliver,
    Delivery,
    MakeQuote,
    Outage,
    Participant,
    PriceShock,
    Recover,
    ResetBreaker,
    RotateKey,
    Scenario,
)
from settlement.scenario.validation import has


def check_money(scenario: Scenario) -> Iterator[Fault]:
    """Every fault of the money side that shows only when parts are seen together."""
    people = by_id(scenario)
    if has(scenario, "participants"):
        for index, participant in enumerate(scenario.participants):
            yield from _belongings(scenario, participant, ("participants", index))
    if has(scenario, "deliveries"):
        yield from _deliveries(scenario, people)
    if has(scenario, "desk", "prices") and scenario.desk is not None and "SU" not in scenario.prices:
        yield _no_price(("desk",), "SU", "the desk quotes")
    if has(scenario, "actions"):
        yield from _quotes(scenario)
        for index, action in enumerate(scenario.actions):
            yield from _action(scenario, action, ("actions", index), people)
        yield from _recoveries(scenario)


def by_id(scenario: Scenario) -> dict[str, Participant]:
    """The participants whose id and kind are known."""
    people = scenario.participants if has(scenario, "participants") else ()
    return {person.id: person for person in people if has(person, "id", "kind")}


def _no_price(loc: Loc, asset: str, why: str) -> Fault:
    expected = f"a price of {asset}: {why} at it"
    return Fault(loc, f"there is no price of {asset}", expected, f"add {asset} under prices")


def _belongings(scenario: Scenario, participant: Participant, loc: Loc) -> Iterator[Fault]:
    """DRL stay at home, and rigs are run by miners."""
    if has(participant, "kind", "rig") and participant.rig and not participant.kind & Role.MINER:
        expected = "a rig of a miner or a mining entity only"
        yield Fault((*loc, "rig"), "this participant does not mine", expected, "remove the rig")
    if not has(participant, "drl", "jurisdiction") or not participant.drl.minor:
        return
    home = home_of(scenario)
    if home is not None and participant.jurisdiction != home:
        expected = f"no DRL: they are held by participants of {home} only"
        yield Fault((*loc, "drl"), "this participant cannot hold DRL", expected, "remove the amount")


def _deliveries(scenario: Scenario, people: dict[str, Participant]) -> Iterator[Fault]:
    names, credits = ids(scenario, "participants"), ids(scenario, "credits")
    first: dict[str, int] = {}
    for index, delivery in enumerate(scenario.deliveries):
        loc: Loc = ("deliveries", index)
        if has(delivery, "id") and first.setdefault(delivery.id, index) != index:
            message = f"id {delivery.id!r} is taken by deliveries[{first[delivery.id]}]"
            yield Fault((*loc, "id"), message, "an id of its own", "choose another id")
        for field in ("miner", "attestor", "entity"):
            if names is not None and has(delivery, field):
                yield from unknown((*loc, field), getattr(delivery, field), "participant", names)
        if credits is not None and has(delivery, "credit"):
            yield from unknown((*loc, "credit"), delivery.credit, "credit", credits)
        yield from _delivery_kinds(scenario, delivery, loc, people)
        yield from _mined(scenario, delivery, loc)
    if not scenario.deliveries:
        return
    if has(scenario, "network") and scenario.network is None:
        remedy = "add network with its difficulty and reward"
        yield Fault(("deliveries",), "there is no network to mine for", "a network", remedy)
    for asset in ("SU", "COIN"):
        if has(scenario, "prices") and asset not in scenario.prices:
            yield _no_price(("deliveries",), asset, "output is delivered")


def _delivery_kinds(
    scenario: Scenario, delivery: Delivery, loc: Loc, people: dict[str, Participant]
) -> Iterator[Fault]:
    for field, role, kind in (
        ("miner", Role.MINER, "a miner or a mining entity"),
        ("attestor", Role.ATTESTOR, "an attestor"),
        ("entity", Role.SETTLER, "an authorised entity"),
    ):
        person = people.get(getattr(delivery, field)) if has(delivery, field) else None
        if person is not None and not person.kind & role:
            message = f"{person.id!r} is not {kind}"
            yield Fault((*loc, field), message, f"a participant that is {kind}", f"name {kind}")
        elif person is not None and field == "miner" and has(person, "rig") and person.rig is None:
            message = f"miner {person.id!r} has no rig"
            yield Fault((*loc, field), message, "a miner with a rig", "describe its rig under participants")
    if not has(delivery, "entity", "credit") or not has(scenario, "credits"):
        return
    for credit in scenario.credits:
        if has(credit, "id", "applicant") and credit.id == delivery.credit:
            if credit.applicant != delivery.entity:
                message = f"credit {credit.id} is not one of {delivery.entity!r}"
                expected = "a credit of which the entity is the applicant"
                yield Fault((*loc, "credit"), message, expected, "name another credit or entity")
            return


def _mined(scenario: Scenario, delivery: Delivery, loc: Loc) -> Iterator[Fault]:
    """Output is mined within the run, and attested when it has been."""
    if has(delivery, "mined_from"):
        yield from outside(scenario, delivery.mined_from, (*loc, "mined_from"))
    if has(delivery, "at"):
        yield from outside(scenario, delivery.at.date(), (*loc, "at"))
    if has(delivery, "mined_from", "mined_to") and delivery.mined_to < delivery.mined_from:
        here = (*loc, "mined_to")
        yield too_early(here, "mined_to", delivery.mined_to, "on or after mined_from", delivery.mined_from)
    if has(delivery, "mined_to", "at") and delivery.at.date() <= delivery.mined_to:
        yield too_early((*loc, "at"), "at", delivery.at.date(), "after mined_to", delivery.mined_to)


def _quotes(scenario: Scenario) -> Iterator[Fault]:
    """Names of quotes, and the desk that makes them."""
    quotes: dict[str, int] = {}
    for index, action in enumerate(scenario.actions):
        if not isinstance(action, MakeQuote):
            continue
        loc: Loc = ("actions", index)
        if has(action, "id") and quotes.setdefault(action.id, index) != index:
            message = f"id {action.id!r} is taken by actions[{quotes[action.id]}]"
            yield Fault((*loc, "id"), message, "an id of its own", "choose another id")
        if has(scenario, "desk") and scenario.desk is None:
            yield Fault((*loc, "do"), "there is no desk to quote", "a desk", "add desk with its inventory")
    if all(has(action, "id") for action in scenario.actions if isinstance(action, MakeQuote)):
        for index, action in enumerate(scenario.actions):
            if isinstance(action, AcceptQuote) and has(action, "quote"):
                yield from unknown(("actions", index, "quote"), action.quote, "quote", quotes)


def _action(scenario: Scenario, action: Action, loc: Loc, people: dict[str, Participant]) -> Iterator[Fault]:
    match action:
        case PriceShock() | ResetBreaker() if has(action, "asset") and has(scenario, "prices"):
            if action.asset not in scenario.prices:
                yield _no_price((*loc, "asset"), action.asset, "feeders start")
        case Deliver() if has(action, "delivery"):
            known = ids(scenario, "deliveries")
            if known is not None:
                yield from unknown((*loc, "delivery"), action.delivery, "delivery", known)
        case Outage():
            yield from _outage(action, loc, people)


def _outage(outage: Outage, loc: Loc, people: dict[str, Participant]) -> Iterator[Fault]:
    person = people.get(outage.participant) if has(outage, "participant") else None
    if person is not None and not person.kind & Role.INTERMEDIARY:
        message, expected = f"{person.id!r} is not an intermediary", "a participant of kind intermediary"
        yield Fault((*loc, "participant"), message, expected, "name an intermediary")
    if has(outage, "at", "until") and outage.until <= outage.at:
        message, remedy = "the outage ends before it begins", "move one of the two"
        yield Fault((*loc, "until"), message, "a moment after at", remedy)


def _recoveries(scenario: Scenario) -> Iterator[Fault]:
    """There is something to recover once a key was replaced; actions stand in the order of the file."""
    rotated: set[str] = set()
    for index, action in enumerate(scenario.actions):
        if isinstance(action, RotateKey) and has(action, "participant"):
            rotated.add(action.participant)
        if isinstance(action, Recover) and has(action, "participant") and action.participant not in rotated:
            message = f"no earlier action rotates the key of {action.participant!r}"
            expected, remedy = "a recovery from a wallet that was replaced", "rotate the key first"
            yield Fault(("actions", index, "participant"), message, expected, remedy)
