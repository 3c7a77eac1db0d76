"""Who acts beside the parties to credits: the offices of the money side, miners, members of clearing."""

from collections.abc import Callable, Iterator

from settlement.domain.participants import Office, Role
from settlement.scenario import Scenario
from settlement.simulation.actors.actor import Actor
from settlement.simulation.actors.attestor import Attestor
from settlement.simulation.actors.clearing_operator import ClearingOperator
from settlement.simulation.actors.desk import Desk
from settlement.simulation.actors.feeders import Feeders
from settlement.simulation.actors.member import Member
from settlement.simulation.actors.miner import Miner, OutputBuyer
from settlement.simulation.actors.treasury import Treasury
from settlement.simulation.streams import Diary, Stream


def money_side(
    scenario: Scenario, stream: Callable[[str], Stream], diary: Callable[[str, str], Diary]
) -> Iterator[Actor]:
    """The actors that the scenario has something to do for.

    ``stream`` gives the random stream of a name, ``diary`` that of a name in a jurisdiction.
    """
    home = scenario.regime.home

    def office(office: Office) -> Diary:
        return diary(office.value, home)

    yield Treasury(office(Office.TREASURY), scenario)
    if scenario.prices:
        yield Feeders(office(Office.FEEDER_1), scenario, stream)
    if scenario.desk is not None:
        yield Desk(office(Office.DESK))
    clears = bool(scenario.obligations) or any("clearing" in flow.instruments for flow in scenario.flows)
    if clears:
        yield ClearingOperator(office(Office.CLEARING), scenario)
    for participant in scenario.participants:
        name, place = participant.id, participant.jurisdiction
        if clears:
            yield Member(name, diary(f"{name} as member", place), scenario)
        if participant.kind & Role.ATTESTOR:
            yield Attestor(name, diary(f"{name} as attestor", place), scenario)
        if participant.kind & Role.MINER:
            yield Miner(name, diary(f"{name} as miner", place), scenario)
        if any(delivery.entity == name for delivery in scenario.deliveries):
            yield OutputBuyer(name, diary(f"{name} as buyer of output", place), scenario)
