"""The clearing operator beyond what shipped scenarios show: exclusion, lapse, bypass, daily cycles."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from settlement.domain.events import Earmarked, FrozenSet, Moved, PrimaryWalletChanged
from settlement.domain.participants import Flow
from settlement.scenario import parse_scenario, shipped_text
from settlement.simulation.actors import clearing_operator
from settlement.simulation.actors.clearing_operator import ClearingOperator
from settlement.simulation.clock import BankingCalendar, end_of
from settlement.simulation.purses import Purses
from settlement.simulation.streams import Diary, Stream
from tests.simulation.running import changed, run, without_expectations

NETTED = without_expectations(shipped_text("netting-day"))
THOUSAND = 1_000 * 10**6


def test_a_member_whom_the_rulebook_refuses_is_left_out_until_it_passes_again(tmp_path: Path) -> None:
    actions = (
        "  - {do: screen, at: 2027-03-10 15:00, participant: X, result: potential}\n"
        "  - {do: screen, at: 2027-03-10 17:00, participant: X, result: clear}\n"
    )
    text = changed(
        NETTED,
        ("balance: 50_000 SU", "balance: 90_000 SU"),
        ("cycles: [2027-03-10 16:00]", f"cycles: [2027-03-10 16:00, 2027-03-11 16:00]\nactions:\n{actions}"),
    )
    outcome, events = run(text, tmp_path)
    told = {"MemberExcluded", "CycleSettled", "MemberReadmitted"}
    story = [(event["kind"], event["data"]) for event in events if event["kind"] in told]
    assert [kind for kind, _ in story] == [
        "MemberExcluded",
        "CycleSettled",
        "MemberReadmitted",
        "CycleSettled",
    ]
    assert story[0][1] == {"member": "X", "reason": "SCREENING_HOLD"}
    # Without X: Corvus pays Ymir, who pays Auriga. The day after: Auriga pays X, who pays Corvus.
    gross = [data["gross"] for kind, data in story if kind == "CycleSettled"]
    assert gross == [160 * THOUSAND, 180 * THOUSAND]
    assert set(outcome.obligations.values()) == {"SETTLED"}
    (rejection,) = outcome.rejections
    assert (rejection["actor"], rejection["flow"], rejection["reason"]) == (
        "clearing",
        "NET_LEG",
        "SCREENING_HOLD",
    )
    (refused,) = (event for event in events if event["kind"] == "OperationRejected")
    assert refused["data"]["subject"] == "X"


def test_what_nobody_settles_lapses_when_its_life_is_over_and_a_suspension_puts_that_off(
    tmp_path: Path,
) -> None:
    actions = "  - {do: suspend, at: 2027-03-11 10:00}\n  - {do: resume, at: 2027-03-13 10:00}\n"
    text = changed(NETTED, ("cycles: [2027-03-10 16:00]", f"cycles: []\nactions:\n{actions}"))
    outcome, events = run(text, tmp_path)
    assert outcome.rejections == []
    assert set(outcome.obligations.values()) == {"LAPSED"}
    lapsed = [event["sim_time"] for event in events if event["kind"] == "ObligationLapsed"]
    due = end_of(date(2027, 3, 12)) + 1 + 2 * 86_400
    assert lapsed == [due, due + 1, due + 2, due + 3]


def test_a_cycle_that_a_suspension_stops_is_made_up_for_when_it_ends(tmp_path: Path) -> None:
    actions = "  - {do: suspend, at: 2027-03-10 15:00}\n  - {do: resume, at: 2027-03-11 10:00}\n"
    outcome, events = run(changed(NETTED, ("\nclearing:", f"\nactions:\n{actions}clearing:")), tmp_path)
    assert outcome.rejections == []
    (cycle,) = (event for event in events if event["kind"] == "CycleSettled")
    resumed = int(datetime(2027, 3, 11, 10, tzinfo=UTC).timestamp())
    assert resumed < cycle["sim_time"] < resumed + 60


def test_the_optimum_passes_over_what_cannot_be_paid_where_the_programme_permits_that(
    tmp_path: Path,
) -> None:
    text = changed(
        NETTED,
        ("balance: 100_000 SU", "balance: 10_000 SU"),
        ("wind_down: 30 days", "wind_down: 30 days\n  queue_bypass: true"),
        ("algorithm: fifo", "algorithm: optimal"),
        ("payer: X, payee: C, amount: 80_000 SU", "payer: A, payee: X, amount: 10_000 SU"),
    )
    outcome, _ = run(text, tmp_path)
    assert outcome.rejections == []
    assert outcome.obligations == {"O1": "LAPSED", "O2": "SETTLED", "O3": "LAPSED", "O4": "LAPSED"}
    assert outcome.balances["X"]["SU"] == 10 * THOUSAND


def operator(text: str) -> ClearingOperator:
    scenario = parse_scenario(text, "test")
    calendar = BankingCalendar("BR", date(2027, 2, 1), date(2027, 6, 30))
    return ClearingOperator(Diary(calendar, Stream(1, "clearing")), scenario)


def test_daily_cycles_run_on_banking_days_of_the_regime() -> None:
    text = changed(
        NETTED,
        (
            "cycles: [2027-03-10 16:00]",
            "daily: [11:00, 16:00]\n  cycles: [2027-03-10 16:00, 2027-03-27 12:00]",
        ),
    )
    moments = [datetime.fromtimestamp(wake.at, UTC) for wake in operator(text).begin()]
    assert moments == sorted(set(moments))
    days = {moment.date() for moment in moments}
    # 22 banking days, without Good Friday, and the Saturday that the file names.
    assert len(days) == 23
    assert date(2027, 3, 26) not in days
    assert date(2027, 3, 27) in days
    assert len(moments) == 2 * 22 + 1


def test_a_purse_is_what_is_neither_frozen_nor_earmarked_in_the_present_wallet() -> None:
    where = {"sim_time": 0, "actor": "x", "block": 1, "log_index": 0}
    purses = Purses()

    def move(source: str, destination: str, amount: int) -> Moved:
        ends = {"source": source, "destination": destination, "payer": source, "payee": destination}
        return Moved(**where, **ends, flow=Flow.PAY, amount=amount, ref="", trade="")  # type: ignore[arg-type]

    purses.observe(move("issuance", "A", 100))
    purses.observe(move("A", "X", 10))
    assert (purses.spendable("A"), purses.spendable("X"), purses.spendable("Z")) == (90, 10, 0)
    purses.observe(FrozenSet(**where, participant="A", amount=20))  # type: ignore[arg-type]
    purses.observe(Earmarked(**where, account="A", trade="T", amount=30))  # type: ignore[arg-type]
    purses.observe(Earmarked(**where, account="X", trade="T", amount=3))  # type: ignore[arg-type]
    assert (purses.spendable("A"), purses.spendable("X")) == (40, 7)
    purses.observe(FrozenSet(**where, participant="A", amount=95))  # type: ignore[arg-type]
    assert purses.spendable("A") == 0
    purses.observe(PrimaryWalletChanged(**where, participant="A", wallet="A key 2"))  # type: ignore[arg-type]
    purses.observe(move("A", "A key 2", 90))
    assert purses.spendable("A") == 90


def test_a_cycle_that_no_block_holds_settles_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two at a time: what the first two bring in pays for the others."""
    monkeypatch.setattr(clearing_operator, "MOST_AT_ONCE", 2)
    outcome, events = run(NETTED, tmp_path)
    cycles = [event["data"]["obligations"] for event in events if event["kind"] == "CycleSettled"]
    assert cycles == [2, 2]
    assert set(outcome.obligations.values()) == {"SETTLED"}
    assert outcome.rejections == []


def test_what_settles_only_together_and_fits_no_block_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearing_operator, "MOST_AT_ONCE", 3)
    outcome, events = run(without_expectations(shipped_text("gridlock")), tmp_path)
    assert [e["data"]["obligations"] for e in events if e["kind"] == "CycleSettled"] == [1, 1]
    assert {name: outcome.obligations[name] for name in ("O1", "O2", "O3", "O4")} == dict.fromkeys(
        ("O1", "O2", "O3", "O4"), "LAPSED"
    )
    assert any("no block holds them" in alert["text"] for alert in outcome.alerts)
