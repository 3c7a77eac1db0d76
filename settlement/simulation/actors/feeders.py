"""The price feeders: three offices that post what assets are worth, and the market they look at."""

from collections.abc import Callable, Iterable, Iterator

from settlement.domain.participants import Office
from settlement.scenario import Price, PriceShock, Scenario
from settlement.simulation.actors.actor import Actor, Intent, Wake, appointment
from settlement.simulation.clock import SECONDS_PER_DAY, midnight
from settlement.simulation.operations import PostPrice
from settlement.simulation.streams import Diary, Stream

#: When feeders post, seconds after midnight at home: before offices open; a choice of ours.
_POSTING_TIME = 8 * 3_600
#: The oracle's scale: prices are minor units of DRL for one whole unit of the asset, times this.
_SCALE = 10**6
#: Basis points.
_WHOLE = 10_000
_OFFICES = (Office.FEEDER_1, Office.FEEDER_2, Office.FEEDER_3)


class Feeders(Actor):
    """Post the price of every asset on every banking day at home, and at once when it jumps.

    The price is a random walk in whole basis points; each feeder sees it with an error of its own. What they
    posted is stale after a day: on days off there is no price, and what needs one waits.
    """

    def __init__(self, diary: Diary, scenario: Scenario, stream: Callable[[str], Stream]) -> None:
        """``stream`` gives the random stream of a name."""
        super().__init__(Office.FEEDER_1.value, diary)
        self._scenario = scenario
        self._stream = stream

    def begin(self) -> Iterable[Wake]:
        """Every post of the run; nothing that happens in it moves the market."""
        for asset, price in self._scenario.prices.items():
            errors = [self._stream(f"{office.value} on {asset}") for office in _OFFICES]
            for at, value in self._path(asset, price):
                for office, stream in zip(_OFFICES, errors, strict=True):
                    seen = value * (_WHOLE + stream.integer(-price.spread, price.spread)) // _WHOLE
                    # The oracle takes no zero.
                    yield appointment(at, Intent(office.value, PostPrice(asset, max(seen, 1))))

    def _path(self, asset: str, price: Price) -> Iterator[tuple[int, int]]:
        """When the price is posted, epoch seconds, and what it then is, on the oracle's scale."""
        walk = self._stream(f"price of {asset}")
        shocks = sorted(
            (int(action.at.timestamp()), action.change)
            for action in self._scenario.actions
            if isinstance(action, PriceShock) and action.asset == asset
        )
        value = price.start.minor * _SCALE
        for number, at in enumerate(self._mornings()):
            while shocks and shocks[0][0] < at:
                moment, change = shocks.pop(0)
                value = value * (_WHOLE + change) // _WHOLE
                yield moment, value
            if number > 0:
                value = value * (_WHOLE + walk.integer(-price.volatility, price.volatility)) // _WHOLE
            yield at, value

    def _mornings(self) -> Iterator[int]:
        """The times of the daily posts; the last one is after the scenario, so that no jump is missed."""
        scenario = self._scenario
        calendar = self.diary.calendar
        for day in calendar.open_days(scenario.regime.start, scenario.end):
            yield calendar.local(midnight(day)) + _POSTING_TIME
        yield midnight(scenario.end) + 2 * SECONDS_PER_DAY
