"""Parties: who may be where, who may act as what, and which trades the residency rules admit."""

from collections.abc import Iterator

from settlement.domain.faults import Loc
from settlement.domain.participants import Instrument, Role
from settlement.domain.reasons import Reason
from settlement.scenario.checks.expectations import expects
from settlement.scenario.faults import Fault
from settlement.scenario.model import Credit, Participant, Scenario
from settlement.scenario.validation import has

_TRADER = Role.SETTLER | Role.COUNTERPARTY
#: Who settles, mines, or does both does so at home.
_DOMESTIC = Role.SETTLER | Role.MINER
#: What messages call the kinds.
_CALLED = {
    Role.SETTLER: "an authorised entity",
    Role.SETTLER | Role.MINER: "a mining entity",
    Role.EXAMINER: "an examiner",
    Role.MINER: "a miner",
    Role.BANK: "a bank",
    Role.INTERMEDIARY: "an intermediary",
    Role.ATTESTOR: "an attestor",
    Role.ADMINISTRATOR: "an administrator",
    Role.ARBITER: "an arbiter",
}


def check_parties(scenario: Scenario) -> Iterator[Fault]:
    """Kinds of participants in their places and parts, and residency on the sides of each credit."""
    if not has(scenario, "participants"):
        return
    home = home_of(scenario)
    kinds: dict[str, Role] = {}
    resident: dict[str, bool | None] = {}
    for index, participant in enumerate(scenario.participants):
        misplaced = list(_placement(scenario, participant, ("participants", index), home))
        yield from misplaced
        yield from _balance(participant, ("participants", index))
        if has(participant, "id", "kind"):
            kinds.setdefault(participant.id, participant.kind)
            resident.setdefault(participant.id, None if misplaced else _resident(scenario, participant, home))
    if has(scenario, "credits"):
        for index, credit in enumerate(scenario.credits):
            yield from _roles(credit, ("credits", index), kinds)
            yield from _residency(scenario, credit, ("credits", index), resident)


def _resident(scenario: Scenario, participant: Participant, home: str | None) -> bool | None:
    """Whether it is resident, by seat or by beneficial owner; None where that is no question to ask."""
    if home is None or not has(participant, "jurisdiction", "owner_jurisdiction"):
        return None
    places = {participant.jurisdiction, participant.beneficial_jurisdiction}
    # Who is no trader is a fault of its own as a party, as is an unknown place.
    if not participant.kind & _TRADER or not places <= scenario.jurisdictions.keys():
        return None
    return home in places


def home_of(scenario: Scenario) -> str | None:
    """The home jurisdiction; None when it is unknown or not defined, which is another fault."""
    if not has(scenario, "regime", "jurisdictions") or not has(scenario.regime, "home"):
        return None
    return scenario.regime.home if scenario.regime.home in scenario.jurisdictions else None


def _placement(scenario: Scenario, participant: Participant, loc: Loc, home: str | None) -> Iterator[Fault]:
    if home is None or not has(participant, "kind", "jurisdiction"):
        return
    where = participant.jurisdiction
    if where not in scenario.jurisdictions:
        return
    if participant.kind & _DOMESTIC and where != home:
        message, expected = f"{_CALLED[participant.kind]} is not at home", f"the regime's home {home}"
        yield Fault((*loc, "jurisdiction"), message, expected, f"use {home}")
    if participant.kind == Role.COUNTERPARTY and where == home:
        remedy = "move it abroad or make it an authorised entity"
        yield Fault((*loc, "jurisdiction"), "a counterparty is at home", f"any but {home}", remedy)


def _balance(participant: Participant, loc: Loc) -> Iterator[Fault]:
    if not has(participant, "kind", "balance"):
        return
    if participant.kind != Role.SETTLER and participant.balance.minor > 0:
        message = "this participant cannot start with SU"
        # What a mining entity brings in is earmarked for a trade, and its books are kept apart.
        expected = "no balance: SU is issued to authorised entities only, and those that mine start without"
        yield Fault((*loc, "balance"), message, expected, "remove the balance")


def _roles(credit: Credit, loc: Loc, kinds: dict[str, Role]) -> Iterator[Fault]:
    for side in ("applicant", "beneficiary"):
        if has(credit, side):
            kind = kinds.get(getattr(credit, side), _TRADER)
            if not kind & _TRADER:
                message = f"{side} {getattr(credit, side)!r} is {_CALLED[kind]}"
                expected = "an authorised entity or a counterparty"
                yield Fault((*loc, side), message, expected, "name a trading party")
    is_guarantee = not has(credit, "form") or credit.form is Instrument.GUARANTEE
    if has(credit, "applicant") and kinds.get(credit.applicant) == Role.COUNTERPARTY and not is_guarantee:
        message, expected = f"applicant {credit.applicant!r} is a counterparty", "an authorised entity"
        yield Fault((*loc, "applicant"), message, expected, "name the entity that buys for a domestic trader")
    yield from _offices(credit, loc, kinds)
    if has(credit, "applicant", "beneficiary") and credit.applicant == credit.beneficiary:
        message = f"{credit.beneficiary!r} is on both sides of the credit"
        yield Fault((*loc, "beneficiary"), message, "another party than the applicant", "name the seller")


def _offices(credit: Credit, loc: Loc, kinds: dict[str, Role]) -> Iterator[Fault]:
    """Who stands beside the parties is of the kind that its part asks for."""
    by_milestone = has(credit, "form") and credit.form is Instrument.MILESTONE
    wanted = {
        "examiner": Role.ATTESTOR if by_milestone else Role.EXAMINER,
        "issuer": Role.BANK,
        "confirmer": Role.BANK,
        "arbiter": Role.ARBITER,
    }
    for field, role in wanted.items():
        name = getattr(credit, field) if has(credit, field) else None
        if name is None or kinds.get(name, role) & role or (field == "examiner" and not has(credit, "form")):
            continue
        word = _CALLED[role]
        kind = word.partition(" ")[2]
        yield Fault((*loc, field), f"{name!r} is not {word}", f"a participant of kind {kind}", f"name {word}")


def _residency(
    scenario: Scenario, credit: Credit, loc: Loc, resident: dict[str, bool | None]
) -> Iterator[Fault]:
    """Both resident: a mistake, unless the file is there to show the refusal."""
    if not has(credit, "applicant", "beneficiary") or credit.applicant == credit.beneficiary:
        return
    sides = [resident.get(credit.applicant), resident.get(credit.beneficiary)]
    if None in sides or not has(scenario.regime, "domestic_ban"):
        return
    banned = scenario.regime.domestic_ban
    if sides == [True, True] and banned and not expects(scenario, Reason.DOMESTIC_PAYMENT):
        message = f"{credit.applicant!r} and {credit.beneficiary!r} are both resident, by seat or by owner"
        remedy = "name a party abroad, or expect the rejection DOMESTIC_PAYMENT"
        yield Fault((*loc, "beneficiary"), message, "one resident side: the domestic ban is on", remedy)
