"""A member of the clearing house: enters what it owes."""

from collections.abc import Iterable

from settlement.scenario import Obligation, Scenario
from settlement.simulation.actors.actor import Actor, Wake
from settlement.simulation.clock import end_of
from settlement.simulation.flow_trades import Trade
from settlement.simulation.operations import Enter
from settlement.simulation.streams import Diary


class Member(Actor):
    """Acts for the payer of its obligations."""

    plays = True

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary, scenario.behaviour.retries)

    def plays_in(self, trade: Trade) -> bool:
        """Whether it is the payer of an obligation."""
        return isinstance(trade, Obligation) and trade.payer == self.account

    def take_up(self, o: Obligation) -> Iterable[Wake]:
        """Enter it when the scenario says; the trade behind it goes by the same name."""
        enter = Enter(o.payee, o.amount.minor, o.id, end_of(o.until), o.priority)
        yield self.wake(int(o.enter.timestamp()), enter)
