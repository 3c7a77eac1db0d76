"""The machines: what is tried together, in which worlds."""

from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.chain.machine.authorities import Authorities
from tests.chain.machine.bills import Bills
from tests.chain.machine.clearing import Clearing
from tests.chain.machine.conversions import Conversions
from tests.chain.machine.credits import Credits
from tests.chain.machine.disturbance import Disturbance
from tests.chain.machine.domestic import Domestic
from tests.chain.machine.mining import Mining
from tests.chain.machine.payments import Payments
from tests.chain.machine.programmes import CHANGED
from tests.chain.machine.ramp import Ramps

TIGHT = ("", "", "drawn caps", "small corridor", "small class", "small regime")


class Core(Payments, Authorities):
    """Everybody tries everything with the core."""

    worlds: ClassVar = ("", "drawn caps", "drawn caps", *CHANGED)


class House(Clearing):
    """Obligations and settlements, and now and then some trouble."""

    worlds: ClassVar = (*TIGHT, "bypass")


class Escrow(Credits, Bills, Disturbance):
    """Credits and bills, and now and then some trouble."""

    worlds: ClassVar = (*TIGHT, "fewer instruments", "closed")

    def more_edges(self) -> list[int]:
        """Deadlines of credits and bills."""
        return self.edges_of_credits() + self.edges_of_bills()


class Money(Conversions, Mining, Domestic, Ramps, Disturbance):
    """Prices, the domestic currency, the desk, the intake and the ramp, and now and then some trouble."""

    worlds: ClassVar = ("", "", "", "high floor", "short holding", "small exposure")
    parties: ClassVar = ("B", "C", "M", "A", "K", "D", "K2")

    @rule(seconds=st.sampled_from((0, 60, 600, 3_601, 20_000, 86_400, 172_801)))
    def time_passes(self, seconds: int) -> None:
        """Prices live for a day, quotes for an hour."""
        self.setting.advance(seconds)

    def more_edges(self) -> list[int]:
        """When posts, quotes and orders end."""
        return self.edges_of_prices() + self.edges_of_quotes() + self.edges_of_orders()


MACHINES = (Core, Escrow, House, Money)
