"""The parts that a participant plays: which actors act for it, each with a random stream of its own."""

from collections.abc import Callable, Iterator

from settlement.domain.participants import Role
from settlement.scenario import Participant, Scenario
from settlement.simulation.actors.actor import Actor
from settlement.simulation.actors.bills import BillBuyer, BillSeller
from settlement.simulation.actors.counterparty import Counterparty
from settlement.simulation.actors.entity import Entity, Issuer
from settlement.simulation.actors.examiner import Examiner
from settlement.simulation.streams import Diary

#: How an actor is made: of its account, its diary and the scenario.
ActorKind = Callable[[str, Diary, Scenario], Actor]


def parts_of(participant: Participant, scenario: Scenario) -> Iterator[tuple[ActorKind, str]]:
    """Each kind of actor for a participant, with the name of its stream."""
    name, kind = participant.id, participant.kind
    credits, bills = scenario.credits, scenario.bills
    if kind & Role.SETTLER:
        yield Entity, name
    elif any(credit.applicant == name for credit in credits):
        # A guarantor abroad.
        yield Entity, f"{name} as applicant"
    if kind & Role.COUNTERPARTY:
        yield Counterparty, name
    elif any(credit.beneficiary == name for credit in credits):
        # The holder of a guarantee; or an entity that sells, where the programme has no domestic ban.
        yield Counterparty, f"{name} as beneficiary"
    if kind & (Role.EXAMINER | Role.ATTESTOR):
        yield Examiner, name
    if any(credit.issuer == name for credit in credits):
        yield Issuer, f"{name} as issuer"
    if any(bill.seller == name for bill in bills):
        yield BillSeller, f"{name} as seller"
    if any(bill.buyer == name for bill in bills):
        yield BillBuyer, f"{name} as buyer"
