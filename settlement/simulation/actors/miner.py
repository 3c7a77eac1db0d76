"""The miner, who delivers mined output, and the entity that orders it for a trade of its own."""

from collections.abc import Iterable

from settlement.domain.events import DeliveryOrdered, Event, OutputAttested
from settlement.scenario import Scenario
from settlement.simulation.actors.actor import Actor, Wake
from settlement.simulation.clock import SECONDS_PER_DAY
from settlement.simulation.operations import DeliverOutput, OrderOutput
from settlement.simulation.streams import Diary

#: How long an order stands, seconds; a choice of ours.
_ORDER_LIFE = SECONDS_PER_DAY


class Miner(Actor):
    """Delivers what was ordered of it."""

    hears = (DeliveryOrdered,)

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary)
        self._deliveries = {d.id: d for d in scenario.deliveries if d.miner == account}

    def react(self, event: Event) -> Iterable[Wake]:
        """Deliver at once, at the price that was agreed to."""
        match event:
            case DeliveryOrdered(attestation=name, coins=coins) if name in self._deliveries and coins > 0:
                deliver = DeliverOutput(name, coins, event.trade, event.entity)
                yield self.wake(event.sim_time, deliver)


class OutputBuyer(Actor):
    """Acts for the entity whose trades mined output funds."""

    hears = (OutputAttested,)

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary)
        self._deliveries = {d.id: d for d in scenario.deliveries if d.entity == account}

    def react(self, event: Event) -> Iterable[Wake]:
        """Order what was attested, at what it is worth now; the trade goes by the name of its credit."""
        match event:
            case OutputAttested(attestation=name) if name in self._deliveries:
                delivery = self._deliveries[name]
                until = event.sim_time + _ORDER_LIFE
                order = OrderOutput(name, delivery.coins, delivery.credit, until)
                yield self.wake(event.sim_time, order)
