"""Twin of ``PriceOracle.sol``: what SU and coins are worth, in minor units of DRL times a million."""

from typing import Any, NamedTuple

from settlement.chain.chain import Origin, from_bytes, to_bytes32
from settlement.chain.twins.dual_control import DualControl
from settlement.domain.events import (
    BreakerReset,
    BreakerTripped,
    Event,
    FeederAdded,
    FeederRemoved,
    PriceAccepted,
    PricePosted,
)


class AssetState(NamedTuple):
    """The price accepted last and when, epoch seconds (zeros before the first), and the breaker."""

    accepted: int
    accepted_at: int
    tripped: bool


class PriceOracle(DualControl):
    """The median of at least three fresh feeds, behind a breaker for each asset.

    Assets go by their text, ``SU`` and ``COIN``. Prices are minor units of DRL for one whole unit
    of the asset, times 10**6; see ``settlement.domain.amounts`` for units.
    """

    contract = "PriceOracle"

    def add_feeder(self, actor: str, feeder: str) -> tuple[Event, ...]:
        """Let ``feeder`` post values (supervisor)."""
        return self._send(actor, "addFeeder", self.chain.introduce(feeder), flow="FEED", subject=feeder)

    def remove_feeder(self, actor: str, feeder: str) -> tuple[Event, ...]:
        """End that; what it posted counts no more (supervisor)."""
        return self._send(actor, "removeFeeder", self.chain.introduce(feeder), flow="FEED", subject=feeder)

    def post(self, actor: str, asset: str, value: int) -> tuple[Event, ...]:
        """Post what ``asset`` is worth now (feeder)."""
        return self._send(actor, "post", to_bytes32(asset), value, flow="POST_PRICE", subject=asset)

    def reset_breaker(self, first: str, second: str, asset: str, expected: int) -> tuple[Event, ...]:
        """Reset a breaker at a median near ``expected`` (supervisor and co-approver, in either order)."""
        arguments = to_bytes32(asset), expected
        return self._together(first, second, "resetBreaker", *arguments, flow="RESET_BREAKER", subject=asset)

    def price(self, asset: str) -> tuple[int, int]:
        """The price and when it was accepted, epoch seconds.

        Raises:
            PriceOracleNoPrice: fewer than three feeds are fresh.
            PriceOracleBreakerTripped: the median moved too far.
        """
        value, updated_at = self._view("price", to_bytes32(asset))
        return value, updated_at

    def is_fresh(self, asset: str) -> bool:
        """Whether there is a price to rely on."""
        return bool(self._view("isFresh", to_bytes32(asset)))

    def median_of(self, asset: str) -> tuple[int, int]:
        """The median of the fresh feeds (zero where they are too few) and their number."""
        median, feeds = self._view("medianOf", to_bytes32(asset))
        return median, feeds

    def state_of(self, asset: str) -> AssetState:
        """What was accepted last, and the breaker."""
        return AssetState(*self._view("stateOf", to_bytes32(asset)))

    def feeders(self) -> frozenset[str]:
        """The feeders."""
        return frozenset(self.chain.name_of(feeder) for feeder in self._view("feeders"))

    def limits(self) -> tuple[int, int]:
        """Age at which a value is stale, seconds, and the deviation allowed, basis points."""
        max_age, max_deviation = self._view("limits")
        return max_age, max_deviation

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        if name in ("FeederAdded", "FeederRemoved"):
            kind = FeederAdded if name == "FeederAdded" else FeederRemoved
            return kind(**origin, feeder=self.chain.name_of(fields["feeder"]))
        match name:
            case "PricePosted":
                return PricePosted(**origin, asset=from_bytes(fields["asset"]), value=fields["value"])
            case "PriceAccepted":
                return PriceAccepted(**origin, asset=from_bytes(fields["asset"]), value=fields["value"])
            case "BreakerReset":
                return BreakerReset(**origin, asset=from_bytes(fields["asset"]), value=fields["value"])
            case "BreakerTripped":
                return BreakerTripped(
                    **origin,
                    asset=from_bytes(fields["asset"]),
                    accepted=fields["accepted"],
                    median=fields["median"],
                )
        return super()._event(name, fields, origin)
