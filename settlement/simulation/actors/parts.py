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
    # The applicant of a guarantee may be abroad; its holder, or who sells where the programme has no domestic
    # ban, at home.
    yield Entity, name if kind & Role.SETTLER else f"{name} as applicant"
    yield Counterparty, name if kind & Role.COUNTERPARTY else f"{name} as beneficiary"
    if kind & (Role.EXAMINER | Role.ATTESTOR):
        yield Examiner, name
    if any(credit.issuer == name for credit in scenario.credits):
        yield Issuer, f"{name} as issuer"
    yield BillSeller, f"{name} as seller"
    yield BillBuyer, f"{name} as buyer"
