"""The baseline: slower banks are never faster, costs are what the rates say, and nothing shifts the draws."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.domain.amounts import Amount
from settlement.domain.baseline import Passage
from settlement.scenario import Correspondent, Delay, Duration, Scenario, parse_scenario, scenario_text
from settlement.scenario.quantities import BasisPoints, TimeOfDay
from settlement.simulation.constitution import calendars_of
from settlement.simulation.correspondent import passages
from settlement.simulation.flows import expand

COSTS = ("transfer", "fx", "issuance", "confirmation", "prefunding")


@cache
def trades() -> Scenario:
    scenario = parse_scenario(scenario_text("correspondent-comparison"), "test")
    return expand(scenario, 1, calendars_of(scenario))


def through(seed: int = 1, **rules: object) -> list[Passage]:
    """Every passage, with other rules."""
    scenario = trades()
    banks = Correspondent(**{**dict(scenario.correspondent or Correspondent()), **rules})
    scenario = scenario.model_copy(update={"correspondent": banks})
    return list(passages(scenario, seed, calendars_of(scenario)))


def never_earlier(later: list[Passage], earlier: list[Passage]) -> bool:
    """Whether no trade is paid earlier, and the same ones are paid and fail."""
    pairs = list(zip(later, earlier, strict=True))
    assert all((a.trade, a.failed, a.paid is None) == (b.trade, b.failed, b.paid is None) for a, b in pairs)
    return all(a.paid >= b.paid for a, b in pairs if a.paid is not None and b.paid is not None)


def test_every_trade_has_one_passage_in_order_of_time() -> None:
    found = through()
    assert len({passage.trade for passage in found}) == len(found) == 200
    for p in found:
        times = [time for time in (p.ordered, p.documents, p.accepted, p.due, p.paid) if time is not None]
        assert times == sorted(times)
        assert p.instrument in ("SIGHT", "DEFERRED", "COLLECTION", "OPEN_ACCOUNT", "CLEARING")


def test_a_passage_repeats_and_depends_on_the_seed() -> None:
    assert through(1) == through(1) != through(2)


def test_a_scenario_without_banks_is_compared_with_none() -> None:
    alone = trades().model_copy(update={"correspondent": None})
    assert list(passages(alone, 1, calendars_of(alone))) == []


def test_a_trade_draws_by_itself() -> None:
    """Without the others its passage is the same."""
    last = trades().bills[-1]
    alone = trades().model_copy(update={"credits": (), "obligations": (), "bills": (last,)})
    (found,) = passages(alone, 1, calendars_of(alone))
    assert found in through()


@settings(max_examples=15, deadline=None)
@given(st.integers(9 * 60, 23 * 60), st.integers(9 * 60, 23 * 60), st.integers(0, 10**6))
def test_an_earlier_cut_off_is_never_faster(one: int, other: int, seed: int) -> None:
    early, late = (through(seed, cut_off=TimeOfDay(60 * minutes)) for minutes in sorted((one, other)))
    assert never_earlier(early, late)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["processing", "beneficiary_processing"]), st.integers(0, 48))
def test_slower_banks_are_never_faster(seed: int, field: str, hours: int) -> None:
    slower = through(seed, **{field: Delay(1 + hours, 1 + hours, "hours")})
    assert never_earlier(slower, through(seed, **{field: Delay(1, 1, "hours")}))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sets(st.integers(0, 150), max_size=40))
def test_more_holidays_are_never_faster(seed: int, extra: set[int]) -> None:
    """In every country, for payments; when documents come depends on the parties' holidays too."""
    scenario = trades()
    open_, closed = calendars_of(scenario), calendars_of(scenario)
    for calendar in closed.values():
        days = list(calendar.open_days(scenario.start, scenario.end))
        calendar.__dict__["closed"] = calendar.closed | {days[n] for n in extra if n < len(days)}
    obligations = scenario.model_copy(update={"credits": (), "bills": ()})
    assert never_earlier(list(passages(obligations, seed, closed)), list(passages(obligations, seed, open_)))


def test_an_investigation_holds_a_payment_up() -> None:
    never, always = through(failure=BasisPoints(0)), through(failure=BasisPoints(10_000))
    for a, b in zip(always, never, strict=True):
        assert (a.failed, b.failed) == (a.paid is not None, False)
        if a.paid is not None and b.paid is not None:
            assert a.paid > b.paid
    assert 0 < sum(p.failed for p in through(failure=BasisPoints(2_000))) < 80


@given(
    st.integers(0, 5), st.integers(0, 300), st.integers(0, 300), st.integers(0, 300), st.integers(0, 10_000)
)
@settings(max_examples=15, deadline=None)
def test_costs_are_what_the_rates_say(banks: int, fee: int, fx: int, yearly: int, share: int) -> None:
    found = through(
        banks=banks,
        fee=BasisPoints(fee),
        fx_spread=BasisPoints(fx),
        issuance=BasisPoints(yearly),
        confirmation=BasisPoints(yearly),
        prefunding=BasisPoints(share),
    )
    days = {credit.id: (credit.expiry - credit.open.date()).days for credit in trades().credits}
    for p in found:
        paid = 0 if p.paid is None else p.amount
        assert p.transfer == (banks + 2) * -(-paid * fee // 10_000)
        assert p.fx == -(-paid * fx // 10_000)
        assert p.issuance == p.confirmation == -(-p.amount * yearly * days.get(p.trade, 0) // 3_650_000)
        assert p.nostro == -(-paid * share // 10_000)
        assert p.prefunding == -(-p.nostro * 600 // 120_000)
        assert all(type(getattr(p, name)) is int for name in COSTS)


@pytest.mark.parametrize("field", ["fee", "fx_spread", "issuance", "confirmation", "prefunding", "capital"])
def test_a_rate_of_nothing_costs_nothing_and_moves_no_time(field: str) -> None:
    component = {"fee": "transfer", "fx_spread": "fx", "capital": "prefunding"}.get(field, field)
    free = through(**{field: BasisPoints(0)})
    assert {getattr(p, component) for p in free} == {0}
    assert [(p.paid, p.failed) for p in free] == [(p.paid, p.failed) for p in through()]


def test_banks_wait_for_what_is_retained() -> None:
    """The last part is due when the retention ends, and what is paid in two costs no less."""
    scenario = trades()
    credit = next(c for c in scenario.credits if not c.presentations[0].discrepancies)
    terms = {"retention": BasisPoints(1_000), "retention_period": Duration(30, "days")}
    kept = scenario.model_copy(update={"credits": (credit.model_copy(update=terms),)})
    whole = scenario.model_copy(update={"credits": (credit,)})
    with_it, without = (next(passages(s, 1, calendars_of(s))) for s in (kept, whole))
    assert with_it.due is not None
    assert without.due is not None
    assert with_it.paid is not None
    assert with_it.due == without.due + 30 * 86_400 < with_it.paid
    assert 0 <= with_it.transfer - without.transfer <= 4
    assert with_it.nostro == without.nostro


def test_what_is_due_is_the_payment_that_arrives_last() -> None:
    """The second set of documents is decided on, and paid, long before the first."""
    scenario = trades()
    credit = next(c for c in scenario.credits if not c.presentations[0].discrepancies)
    half = Amount(credit.amount.minor // 2)
    slow, quick = (
        credit.presentations[0].model_copy(
            update={"amount": half, "examination": Delay(days, days, "banking days")}
        )
        for days in (60, 1)
    )
    both, one = (
        scenario.model_copy(update={"credits": (credit.model_copy(update={"presentations": drawn}),)})
        for drawn in ((slow, quick), (slow,))
    )
    in_two, alone = (next(passages(s, 1, calendars_of(s))) for s in (both, one))
    assert (in_two.accepted, in_two.due, in_two.paid) == (alone.accepted, alone.due, alone.paid)
    assert in_two.nostro > alone.nostro


@pytest.mark.parametrize(("name", "pays"), [("insolvency-open-account", False), ("insolvency-funded", True)])
def test_an_insolvent_buyer_pays_no_bill(name: str, pays: bool) -> None:
    """As under the regime; what is drawn under a credit its bank pays."""
    scenario = parse_scenario(scenario_text(name), "test")
    scenario = scenario.model_copy(update={"correspondent": Correspondent()})
    (found,) = passages(scenario, 1, calendars_of(scenario))
    assert found.due is not None
    assert (found.paid is not None) == (found.transfer > 0) == pays
