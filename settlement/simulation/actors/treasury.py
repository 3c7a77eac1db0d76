"""The treasury: brings the domestic currency into circulation, and stocks the conversion desk."""

from collections.abc import Iterable

from settlement.domain.participants import Office
from settlement.scenario import Scenario
from settlement.simulation import operations
from settlement.simulation.actors.actor import Actor, Wake
from settlement.simulation.clock import midnight
from settlement.simulation.streams import Diary


class Treasury(Actor):
    """Acts once, when the regime starts."""

    def __init__(self, diary: Diary, scenario: Scenario) -> None:
        super().__init__(Office.TREASURY.value, diary)
        self._scenario = scenario

    def begin(self) -> Iterable[Wake]:
        """Give participants the DRL that they start with, and the desk its inventory."""
        start = midnight(self._scenario.regime.start)
        holders = (participant for participant in self._scenario.participants if participant.drl.minor)
        for number, holder in enumerate(holders, 1):
            yield self.wake(start, operations.MintDRL(holder.id, holder.drl.minor, f"opening {number}"))
        desk = self._scenario.desk
        if desk is not None:
            yield self.wake(start, operations.StockDesk(desk.su.minor, desk.drl.minor))
