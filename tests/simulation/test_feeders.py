"""What feeders post, and when."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from settlement.scenario import parse_scenario, shipped_text
from settlement.simulation.actors.actor import Intent
from settlement.simulation.actors.feeders import Feeders
from settlement.simulation.clock import BankingCalendar
from settlement.simulation.operations import PostPrice
from settlement.simulation.streams import Diary, Stream
from tests.simulation.running import changed

DESK = shipped_text("leg-that-never-comes")
MARCH = date(2027, 2, 1), date(2027, 4, 30)
WHOLE = 500 * 10**6


class Post(NamedTuple):
    at: datetime
    feeder: str
    value: int


def posts(text: str, seed: int = 1, offset: int = 0) -> Iterator[Post]:
    diary = Diary(BankingCalendar("BR", *MARCH, offset), Stream(seed, "feeders"))
    feeders = Feeders(diary, parse_scenario(text, "test"), lambda name: Stream(seed, name))
    for wake in feeders.begin():
        intent = wake.decide()
        assert isinstance(intent, Intent)
        assert isinstance(intent.operation, PostPrice)
        yield Post(datetime.fromtimestamp(wake.at, UTC), intent.account, intent.operation.value)


def test_three_feeders_post_every_banking_day_at_eight_at_home_and_at_once_when_the_price_jumps() -> None:
    all_of_them = [post for post in posts(DESK, offset=-3 * 3_600) if post.at.month == 3]
    assert [post.feeder for post in all_of_them[:4]] == ["feeder 1", "feeder 2", "feeder 3", "feeder 1"]
    assert len(all_of_them) == 3 * (22 + 1)
    jump = [post for post in all_of_them if (post.at.hour, post.at.minute) != (11, 0)]
    assert [(post.at, post.value) for post in jump] == [
        (datetime(2027, 3, 3, 15, tzinfo=UTC), WHOLE * 102 // 100)
    ] * 3
    assert {post.value for post in all_of_them if post.at < jump[0].at} == {WHOLE}
    assert {post.value for post in all_of_them if post.at > jump[0].at} == {WHOLE * 102 // 100}
    assert date(2027, 3, 26) not in {post.at.date() for post in all_of_them}


@given(seed=st.integers(0, 2**32), volatility=st.integers(0, 300), spread=st.integers(0, 50))
def test_moves_and_errors_stay_within_their_bounds_and_follow_from_the_seed(
    seed: int, volatility: int, spread: int
) -> None:
    words = f"volatility: {volatility / 100:.2f} %, spread: {spread / 100:.2f} %"
    text = changed(DESK, ("spread: 0 %", words), ("change: +2 %", "change: +0 %"))
    first = list(posts(text, seed))
    assert first == list(posts(text, seed))
    before = None
    for at in sorted({post.at for post in first}):
        values = [post.value for post in first if post.at == at]
        assert max(values) - min(values) <= 2 * spread * max(values) // (10_000 - spread) + 1
        if before is not None:
            most = (before * (10_000 + volatility) * (10_000 + spread)) // (10_000 * (10_000 - spread)) + 2
            assert max(values) * (10_000 - spread) <= most * (10_000 + spread)
        before = max(values)
