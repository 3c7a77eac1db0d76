"""A member of the clearing house: enters what it owes."""

from collections.abc import Iterable

from settlement.scenario import Scenario
from settlement.simulation.actors.actor import Actor, Wake
from settlement.simulation.clock import end_of
from settlement.simulation.operations import Enter
from settlement.simulation.streams import Diary


class Member(Actor):
    """Acts for the payer of its obligations."""

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary, scenario.behaviour.retries)
        self._obligations = [o for o in scenario.obligations if o.payer == account]

    def begin(self) -> Iterable[Wake]:
        """Enter each obligation when the scenario says; the trade behind it goes by the same name."""
        for o in self._obligations:
            enter = Enter(o.payee, o.amount.minor, o.id, end_of(o.until), o.priority)
            yield self.wake(int(o.enter.timestamp()), enter)
