"""The machines: what is tried together, in which worlds."""

from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from settlement.domain.participants import Stage
from settlement.domain.reasons import Reason
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
from tests.model.records import LIVE
from tests.model.vault import ESCROW

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

    def conclude(self) -> None:
        """Invariant 9: after the regime anybody ends every credit, and accepted draws are honoured."""
        self.pass_the_end()
        for name in self.in_states(*LIVE):
            # Of some, what fell due is paid first, draw by draw.
            if len(self.credits[name].draws) % 2:
                self.settle_what_is_due(name)
            if self.credits[name].state in LIVE:
                answer = self.both("wind down credit", lambda s, n=name: s.presentations.wind_down("U", n))  # type: ignore[misc]
                assert answer is Reason.OK, f"{name} stays open: {answer.name}"
        assert self.model.token.balances[ESCROW] == 0
        self.judge.promises.require_kept()

    def pass_the_end(self) -> None:
        """The wind-down ends; a suspension that lasts longer is lifted."""
        end = self.model.regime.programme().wind_down_end + 1
        self.setting.advance(max(0, end - self.setting.now))
        self.model.clock.now = self.setting.now
        if self.model.regime.stage() is Stage.SUSPENDED:
            self.resume()

    def settle_what_is_due(self, name: str) -> None:
        """Anybody has draws and retentions paid, as far as their time has come."""
        for number in range(1, len(self.credits[name].draws) + 1):
            self.on_draw("settle", "U", name, number)
            self.on_draw("finalise", "U", name, number)


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
