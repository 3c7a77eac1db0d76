"""Time that passes, and lists that have to keep up with it."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement.domain.participants import Screening
from tests.chain.machine.base import Machine
from tests.chain.machine.setting import COMPLIANCE, SECOND
from tests.model.clock import DAY


class Time(Machine):
    """The clock, and compliance as it should be."""

    @rule(days=st.sampled_from((0, 0, 1, 1, 2, 6, 20, 35)), seconds=st.sampled_from((0, 1, 43_200, 86_390)))
    def time_passes(self, days: int, seconds: int) -> None:
        """Hours, days or weeks."""
        self.setting.advance(days * DAY + seconds)

    @rule(data=st.data(), offset=st.sampled_from((-1, 0, 0, 1)))
    def time_comes(self, data: st.DataObject, offset: int) -> None:
        """Come to the last second of something, or to the second before or after it."""
        edges = [edge + offset for edge in self.edges_of_time() if edge + offset >= self.setting.now]
        if edges:
            self.setting.advance(data.draw(st.sampled_from(sorted(set(edges)))) - self.setting.now)

    def edges_of_time(self) -> list[int]:
        """When windows, terms and files end, within the next weeks."""
        model, programme = self.model, self.model.regime.programme()
        edges = [model.participants.list_published_at + programme.max_list_age]
        edges += [trade.until for trade in model.trades.trades.values()]
        edges += [
            entered.time + length for entered in model.meter.entered for length in (DAY, programme.period)
        ]
        edges += [
            lot.time + programme.max_holding
            for lots in model.meter.lots.values()
            for lot in lots
            if lot.amount
        ]
        edges += self.more_edges()
        return [edge for edge in edges if edge < self.setting.now + 70 * DAY]

    @rule(rare=st.integers(0, 7))
    def time_flies(self, rare: int) -> None:
        """Come to the end of the programme, or of its wind-down; seldom."""
        programme = self.model.regime.programme()
        ends = [end for end in (programme.end, programme.wind_down_end) if end > self.setting.now]
        if rare == 0 and ends:
            self.setting.advance(ends[0] - self.setting.now + 1)

    @precondition(lambda self: self.lists_are_old())
    @rule()
    def rescreen_everybody(self) -> None:
        """A new list, and everybody confirmed against it."""
        number = self.model.participants.list_version + 1
        self.both("publish list", lambda s: s.participants.publish_list(SECOND, number, b"\3" * 32))
        for name, file in list(self.model.participants.profiles.items()):
            if file.screening is not Screening.UNSCREENED:
                self.set_result(name, file.screening)

    def set_result(self, name: str, result: Screening) -> None:
        """One reviewer records a result."""
        self.both("screen", lambda s: s.participants.set_screening(COMPLIANCE, name, result))

    def lists_are_old(self) -> bool:
        """Whether somebody's result is stale, or all will be soon."""
        register = self.model.participants
        age = self.setting.now - register.list_published_at
        stale = any(
            file.list_version != register.list_version
            for file in register.profiles.values()
            if file.screening is not Screening.UNSCREENED
        )
        return stale or age > self.model.regime.programme().max_list_age // 2
