"""Measures: hand-counted answers on a run of everything, and what must hold of any numbers."""

from fractions import Fraction

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.report.measures import MEASURES, Figure, StoredRun, Unit
from settlement.report.measures.figures import concentration, duration, nearest_rank
from settlement.report.measures.risk import _peak
from tests.report.synthetic import DAY, HOUR, THOUSAND

#: Counted by hand from the script in ``synthetic.py``: seven payments, of 200, 300, 100, 80, 90, 70 and 5.
COUNTED = {
    ("settlement_rate", "by value"): 1,
    ("settlement_rate", "paid"): 840 * THOUSAND,
    ("due_to_final", "count"): 7,
    ("due_to_final", "median"): 5 * HOUR,
    ("due_to_final", "max"): 30 * HOUR,
    ("due_to_final", "within 1 hour"): Fraction(2, 7),
    ("due_to_final", "within 1 banking day"): 1,
    ("order_to_final", "max"): 150 * HOUR,
    ("order_to_final", "within 1 banking day"): Fraction(5, 7),
    ("value_weighted_delay", "delay"): Fraction(
        (200 * 1 + 300 * 60 + (100 * 7 + 80 * 6 + 90 * 5 + 70 * 4) * 2) * HOUR // 2, 845
    ),
    ("outcomes", "credit CLOSED"): 2,
    ("outcomes", "obligation SETTLED"): 4,
    ("flows", "XH → XF"): 600 * THOUSAND,
    ("flows", "XG → XH"): 70 * THOUSAND,
    # A pays a net 30, then 5 that goes to quarantine, and 200 under C1; C a net 10, and 300 under C2.
    ("peak_net_debit", "A"): 235 * THOUSAND,
    ("peak_net_debit", "C"): 310 * THOUSAND,
    ("peak_net_debit", "X"): 0,
    ("turnover", "turnover ratio"): Fraction(845, 545),
    ("prefunding", "peak"): 500 * THOUSAND,
    ("prefunding", "tied up"): Fraction((200 * 145 + 300 * 204) * THOUSAND, 48),
    ("netting", "saving"): Fraction(300, 340),
    ("cycles", "cycle 1 net"): 40 * THOUSAND,
    ("queue", "peak"): 340 * THOUSAND,
    ("queue", "at the end"): 0,
    ("conversion", "cost"): 5_000,
    ("conversion", "share"): Fraction(1, 200),
    ("chain", "refused"): 3,
    ("mined", "share"): Fraction(114, 1_514),
    ("mined", "energy per coin"): 250_000,
    # 1,400 in cash, and 2 coins of 60,000 less 5 %, for 1,514; a day later the coins are worth 42,000.
    ("reserve_coverage", "2027-03-01"): 1,
    ("reserve_coverage", "2027-03-02"): Fraction(1_400_000 + 2 * 42_000 * 95 // 100, 1_514_000),
    ("volatile_exposure", "2027-03-12"): 2 * 10**8,
    ("cap_utilisation", "STATE payment"): Fraction(300, 1_000),
    ("cap_utilisation", "corridor XF"): Fraction(680, 800),
    ("cap_utilisation", "licence of C"): Fraction(470, 700),
    ("cap_utilisation", "regime"): Fraction(845, 2_500),
    ("concentration_by_counterparty", "index"): Fraction(10_000 * (680**2 + 165**2), 845**2),
    ("concentration_by_intermediary", "index"): 10_000,
    ("rejections", "CAP_DAILY"): 2,
    ("holds", "median"): DAY,
    ("screening_hits", "count"): 1,
    ("screening_hits", "median"): 6 * HOUR,
    ("quarantine", "held"): 5 * THOUSAND,
    ("incidents", "incident"): 1,
    ("against_baseline", "faster"): 2,
    ("against_baseline", "slower"): 0,
    ("against_baseline", "median through correspondents"): 6 * DAY,
    ("baseline_cost", "fx share"): Fraction(2, 500),
    ("baseline_cost", "total"): 9_780 * 10**6,
    # A fifth of a year at 0.9 and 0.7 %.
    ("documentary_fees", "issuance"): Fraction(9, 1_000),
    ("documentary_fees", "confirmation"): Fraction(7, 1_000),
    ("baseline_due", "median"): DAY,
    ("baseline_due", "within 1 hour"): 0,
    ("idle_balances", "nostro balance"): 80 * THOUSAND,
    ("idle_balances", "locked cost"): (200 * 145 + 300 * 204) * THOUSAND * 6 // (48 * 365 * 100),
    ("baseline_time", "failed"): 1,
}  # fmt: skip


@pytest.mark.parametrize(("name", "key"), COUNTED)
def test_measures_are_what_a_person_counts(everything: StoredRun, name: str, key: str) -> None:
    figures = {figure.key: figure for figure in MEASURES[name].of(everything.store)}
    assert figures[key].value == COUNTED[name, key]


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_is_defined_counted_exactly_and_its_query_runs_anywhere(
    everything: StoredRun, name: str
) -> None:
    measure = MEASURES[name]
    assert len(measure.definition) > 40
    figures = measure.of(everything.store)
    assert figures, "the run of everything has something for every measure"
    assert len({figure.key for figure in figures}) == len(figures)
    for figure in figures:
        assert figure.value is None or type(figure.value) in (int, Fraction)
        if figure.unit in (Unit.SU, Unit.DRL, Unit.COINS):
            assert type(figure.value) is int, "money is whole minor units"
    everything.store.close()
    with duckdb.connect(str(everything.folder / "run.duckdb"), read_only=True) as client:
        rows = client.execute(measure.sql).fetchall()
    assert list(measure.compute(rows)) == figures


def test_of_a_run_without_a_baseline_nothing_is_said_of_one(bilateral: StoredRun) -> None:
    assert MEASURES["baseline_cost"].of(bilateral.store) == []
    assert MEASURES["against_baseline"].of(bilateral.store) == []


def test_states_of_trades_are_those_of_the_contracts(bilateral: StoredRun) -> None:
    rows = bilateral.store.query("SELECT trade, state FROM trades WHERE form = 'credit'")
    assert dict(rows) == bilateral.summary["credits"]


@given(st.lists(st.integers(0, 10**9), min_size=1), st.fractions(Fraction(1, 100), 1))
def test_a_percentile_is_the_least_value_that_enough_do_not_exceed(
    values: list[int], share: Fraction
) -> None:
    rank = nearest_rank(values, share)
    assert rank in values
    assert sum(value <= rank for value in values) >= share * len(values)
    assert sum(value < rank for value in values) < share * len(values)


def test_a_percentile_of_nothing_is_nothing() -> None:
    assert nearest_rank([], Fraction(1, 2)) is None
    assert concentration([]) is None


@given(st.lists(st.integers(1, 10**40), min_size=1, max_size=20))
def test_concentration_lies_between_equal_parts_and_one_alone(amounts: list[int]) -> None:
    index = concentration(amounts)
    assert index is not None
    assert Fraction(10_000, len(amounts)) <= index <= 10_000
    assert concentration(amounts[:1] * len(amounts)) == Fraction(10_000, len(amounts))


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 50))), st.integers(1, 40))
def test_the_peak_of_a_sliding_window_is_that_of_trying_every_window(
    uses: list[tuple[int, int]], window: int
) -> None:
    uses.sort()
    tried = (sum(v for at, v in uses if end - window < at <= end) for end in range(101))
    assert _peak(uses, window) == max(tried)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59, "59 s"), (90, "1.5 min"), (3_600, "1 h"), (172_800, "2 days"), (-7_200, "-2 h")],
)
def test_durations_are_said_as_people_say_them(seconds: int, said: str) -> None:
    assert duration(seconds) == said


@given(st.integers(-(10**45), 10**45))
def test_amounts_are_shown_exactly_at_any_size(minor: int) -> None:
    digits = str(Figure("", minor, Unit.SU)).removesuffix(" SU").replace(",", "")
    whole, _, fraction = digits.lstrip("-").partition(".")
    assert int(whole + fraction.ljust(6, "0")) == abs(minor)
