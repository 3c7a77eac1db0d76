"""The attestor: vouches for what a miner mined."""

from collections.abc import Iterable

from settlement.chain.twins.miner_intake import Output
from settlement.scenario import Delivery, Network, Rig, Scenario
from settlement.simulation.actors.actor import Actor, Wake
from settlement.simulation.clock import end_of, midnight
from settlement.simulation.operations import AttestOutput
from settlement.simulation.streams import Diary

_JOULES_PER_KWH = 3_600_000


class Attestor(Actor):
    """Attests each delivery that names it when it is due: what the scenario says that was mined."""

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary)
        self._deliveries = [delivery for delivery in scenario.deliveries if delivery.attestor == account]
        self._rigs = {participant.id: participant.rig for participant in scenario.participants}
        self._network = scenario.network

    def begin(self) -> Iterable[Wake]:
        """Attest at the time of the delivery."""
        for delivery in self._deliveries:
            rig = self._rigs[delivery.miner]
            if rig is not None and self._network is not None:
                output = output_of(delivery, rig, self._network)
                yield self.wake(int(delivery.at.timestamp()), AttestOutput(delivery.id, output))


def output_of(delivery: Delivery, rig: Rig, network: Network) -> Output:
    """What a delivery attests: the rig ran throughout the period, and drew the power it is known to draw."""
    start, end = midnight(delivery.mined_from), end_of(delivery.mined_to) + 1
    energy = rig.hashrate * rig.efficiency * (end - start) // _JOULES_PER_KWH
    return Output(delivery.miner, start, end, delivery.coins, energy, network.difficulty)
