"""What feeders post, and the two people who look at a breaker."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.chain.machine.base import Machine
from tests.chain.machine.setting import CO_APPROVER, COMPLIANCE, FEEDERS, PRICES, SUPERVISOR
from tests.model.oracle import MAX_AGE

assets = st.sampled_from(sorted(PRICES))
pairs = st.sampled_from(
    ((SUPERVISOR, CO_APPROVER), (CO_APPROVER, SUPERVISOR), (SUPERVISOR, SUPERVISOR), (SUPERVISOR, COMPLIANCE))
)


class Prices(Machine):
    """The oracle, fed and misfed."""

    def prepare(self) -> None:
        """Prices are fresh."""
        self.refresh()

    def last(self, asset: str) -> int:
        """The price accepted last."""
        return self.model.oracle.accepted.get(asset, (PRICES[asset], 0))[0]

    def post(self, feeder: str, asset: str, value: int) -> None:
        """One post."""
        self.both("post price", lambda s: s.oracle.post(feeder, asset, value))

    def post_by_all(self, asset: str, value: int) -> None:
        """Every feeder posts the same."""
        for feeder in sorted(self.model.oracle.feeders):
            self.post(feeder, asset, value)

    def refresh(self) -> None:
        """What has no fresh price is posted as it was."""
        self.model.clock.now = self.setting.now
        for asset in PRICES:
            if self.model.oracle.median(asset)[0] == 0:
                self.post_by_all(asset, self.last(asset))

    @rule(asset=assets, percent=st.sampled_from((100, 102, 95, 109, 90, 110, 111, 89, 80, 200)))
    def market_moves(self, asset: str, percent: int) -> None:
        """Every feeder sees another price."""
        self.post_by_all(asset, self.last(asset) * percent // 100)

    @rule(
        asset=assets,
        feeder=st.sampled_from((*FEEDERS, *FEEDERS, "U")),
        percent=st.sampled_from((0, 50, 99, 104, 300)),
    )
    def one_posts(self, asset: str, feeder: str, percent: int) -> None:
        """One feeder sees it alone."""
        self.post(feeder, asset, self.last(asset) * percent // 100)

    @precondition(lambda self: any(self.model.oracle.median(asset)[0] == 0 for asset in PRICES))
    @rule()
    def feeders_catch_up(self) -> None:
        """Stale prices are posted anew."""
        self.refresh()

    @rule(
        feeder=st.sampled_from((*FEEDERS, "U", "W")),
        step=st.sampled_from(("add_feeder", "add_feeder", "remove_feeder")),
        by=st.sampled_from((SUPERVISOR, SUPERVISOR, "U")),
    )
    def change_feeders(self, feeder: str, step: str, by: str) -> None:
        """Somebody begins or ends to feed."""
        self.both(step, lambda s: getattr(s.oracle, step)(by, feeder))

    @precondition(lambda self: self.model.oracle.tripped)
    @rule(data=st.data(), pair=pairs, percent=st.sampled_from((100, 100, 120)), asked=st.integers(0, 3))
    def reset_breaker(self, data: st.DataObject, pair: tuple[str, str], percent: int, asked: int) -> None:
        """Two people agree on what it is worth, more or less."""
        self.look_at(self.pick(data, self.model.oracle.tripped), pair, percent, asked)

    def look_at(self, asset: str, pair: tuple[str, str], percent: int, asked: int) -> None:
        """The first may say what it is worth, the second resets the breaker."""
        expected = self.model.oracle.median(asset)[0] * percent // 100
        if asked:
            self.both("propose reset", lambda s: s.oracle.propose_reset(pair[0], asset, expected))
        self.both("reset breaker", lambda s: s.oracle.reset(pair[1], asset, expected))

    def edges_of_prices(self) -> list[int]:
        """When posts go stale."""
        return [time + MAX_AGE for _, time in self.model.oracle.posts.values()]
