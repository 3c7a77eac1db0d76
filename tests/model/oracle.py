"""What SU and coins are worth: the median of at least three fresh posts, behind a breaker."""

from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median_low

from settlement.domain.reasons import Reason
from tests.model.clock import DAY, Clock
from tests.model.offices import CO_APPROVER, SUPERVISOR, TwoPeople, require, require_office

BREAKER = SUPERVISOR | CO_APPROVER
MIN_FEEDS, MAX_FEEDERS = 3, 15
#: Age at which a post is stale, seconds, and the jump that trips the breaker.
MAX_AGE, MAX_JUMP = DAY, Fraction(1, 10)


@dataclass
class Oracle:
    """Prices are minor units of DRL for one whole unit of an asset, times 10**6."""

    clock: Clock
    feeders: set[str] = field(default_factory=set)
    posts: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)  #: value and time
    accepted: dict[str, tuple[int, int]] = field(default_factory=dict)  #: price and time
    tripped: set[str] = field(default_factory=set)
    two_people: TwoPeople = field(init=False)

    def __post_init__(self) -> None:
        self.two_people = TwoPeople(self.clock, BREAKER)

    # What is so

    def median(self, asset: str) -> tuple[int, int]:
        """The lower median of the fresh posts (zero where they are too few), and how many these are."""
        fresh = [
            value
            for (of, _), (value, time) in self.posts.items()
            if of == asset and self.clock.now <= time + MAX_AGE
        ]
        return (median_low(fresh) if len(fresh) >= MIN_FEEDS else 0), len(fresh)

    def price(self, asset: str) -> int:
        """The median, where it may be relied on."""
        median, feeds = self.median(asset)
        require(feeds >= MIN_FEEDS, Reason.PRICE_STALE)
        steady = asset not in self.tripped and not _jumps(median, self.accepted[asset][0])
        require(steady, Reason.PRICE_BREAKER)
        return median

    # Feeders

    def add_feeder(self, actor: str, feeder: str) -> None:
        """Let somebody post."""
        require_office(actor, SUPERVISOR)
        require(len(self.feeders) < MAX_FEEDERS, Reason.TERMS_INVALID)
        require(feeder not in self.feeders, Reason.ALREADY_USED)
        self.feeders.add(feeder)

    def remove_feeder(self, actor: str, feeder: str) -> None:
        """End that, and forget what it posted."""
        require_office(actor, SUPERVISOR)
        require(feeder in self.feeders, Reason.UNAUTHORISED)
        self.feeders.discard(feeder)
        self.posts = {key: post for key, post in self.posts.items() if key[1] != feeder}

    def post(self, actor: str, asset: str, value: int) -> None:
        """A feeder's value: it makes the median the price, or trips the breaker."""
        require(actor in self.feeders, Reason.UNAUTHORISED)
        require(value > 0, Reason.TERMS_INVALID)
        self.posts[asset, actor] = value, self.clock.now
        median, feeds = self.median(asset)
        if asset in self.tripped or feeds < MIN_FEEDS:
            return
        if asset in self.accepted and _jumps(median, self.accepted[asset][0]):
            self.tripped.add(asset)
        else:
            self.accepted[asset] = median, self.clock.now

    # The breaker

    def propose_reset(self, actor: str, asset: str, expected: int) -> None:
        """The first of two looks at it."""
        self.two_people.propose(actor, ("reset", asset, expected), self._episode_of(asset))

    def reset(self, actor: str, asset: str, expected: int) -> None:
        """The second of two agrees that an asset is worth about so much."""
        require_office(actor, BREAKER)
        self.two_people.second(actor, ("reset", asset, expected), self._episode_of(asset))
        require(asset in self.tripped, Reason.WRONG_STATE)
        median, feeds = self.median(asset)
        require(feeds >= MIN_FEEDS, Reason.PRICE_STALE)
        require(not _jumps(median, expected), Reason.TERMS_CHANGED)
        self.tripped.discard(asset)
        self.accepted[asset] = median, self.clock.now

    def _episode_of(self, asset: str) -> object:
        return asset in self.tripped, self.accepted.get(asset)


def _jumps(value: int, base: int) -> bool:
    return abs(value - base) > base * MAX_JUMP
