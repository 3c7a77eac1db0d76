"""Parties: who may be where, who may act as what, and which trades the residency rules admit."""

from collections.abc import Iterator

from settlement.domain.faults import Loc
from settlement.domain.participants import Role
from settlement.domain.reasons import Reason
from settlement.scenario.checks.expectations import expects
from settlement.scenario.faults import Fault
from settlement.scenario.model import Credit, Participant, Scenario
from settlement.scenario.validation import has


def check_parties(scenario: Scenario) -> Iterator[Fault]:
    """Kinds of participants in their places and parts, and residency on the sides of each credit."""
    if not has(scenario, "participants"):
        return
    home = _home(scenario)
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
    # Examiners trade nothing: naming one as a party is a fault of its own, as is an unknown place.
    if participant.kind is Role.EXAMINER or not places <= scenario.jurisdictions.keys():
        return None
    return home in places


def _home(scenario: Scenario) -> str | None:
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
    if participant.kind is Role.SETTLER and where != home:
        expected = f"the regime's home {home}"
        yield Fault((*loc, "jurisdiction"), "an authorised entity is not at home", expected, f"use {home}")
    if participant.kind is Role.COUNTERPARTY and where == home:
        remedy = "move it abroad or make it an authorised entity"
        yield Fault((*loc, "jurisdiction"), "a counterparty is at home", f"any but {home}", remedy)


def _balance(participant: Participant, loc: Loc) -> Iterator[Fault]:
    if not has(participant, "kind", "balance"):
        return
    if participant.kind is not Role.SETTLER and participant.balance.minor > 0:
        expected = "no balance: SU is issued to authorised entities only"
        yield Fault(
            (*loc, "balance"), "this participant cannot start with SU", expected, "remove the balance"
        )


def _roles(credit: Credit, loc: Loc, kinds: dict[str, Role]) -> Iterator[Fault]:
    for side in ("applicant", "beneficiary"):
        if has(credit, side) and kinds.get(getattr(credit, side)) is Role.EXAMINER:
            message = f"{side} {getattr(credit, side)!r} is an examiner"
            expected = "an authorised entity or a counterparty"
            yield Fault((*loc, side), message, expected, "name a trading party")
    if has(credit, "applicant") and kinds.get(credit.applicant) is Role.COUNTERPARTY:
        message, expected = f"applicant {credit.applicant!r} is a counterparty", "an authorised entity"
        yield Fault((*loc, "applicant"), message, expected, "name the entity that buys for a domestic trader")
    if has(credit, "examiner") and kinds.get(credit.examiner, Role.EXAMINER) is not Role.EXAMINER:
        message = f"{credit.examiner!r} is not an examiner"
        yield Fault((*loc, "examiner"), message, "a participant of kind examiner", "name an examiner")
    if has(credit, "applicant", "beneficiary") and credit.applicant == credit.beneficiary:
        message = f"{credit.beneficiary!r} is on both sides of the credit"
        yield Fault((*loc, "beneficiary"), message, "another party than the applicant", "name the seller")


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
