"""Screening by name, jurisdiction and owner; holds and their clocks; structuring; the supervisor's log."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.domain.amounts import Amount
from settlement.outcome import Outcome
from settlement.scenario import Aggregation, ScreeningList
from settlement.simulation.actors.compliance import _Watch, content_hash, likeness
from tests.simulation.trading import HEAD, credit, refusals, run, su, told

DAY = 86_400
DRAWN = "    presentations:\n      - {amount: 100 SU, shipped: 2027-03-10}"


def lists(*versions: str, more: str = "") -> str:
    return f"compliance:\n{more}  lists:\n" + "".join(f"    - {{{version}}}\n" for version in versions)


def screenings(folder: Path, participant: str) -> list[str]:
    events = told(folder, "ScreeningChanged")
    return [e["data"]["screening"] for e in events if e["data"]["participant"] == participant][1:]


def test_cleared_name_is_not_looked_at_twice_and_another_entry_is(tmp_path: Path) -> None:
    """After the first list: the same entry again, nothing, and another entry like the name."""
    text = HEAD + lists(
        "version: 2, at: 2027-03-03, names: [Sundra Exports Company]",
        "version: 3, at: 2027-03-10, names: [Sundra Exports Company]",
        "version: 4, at: 2027-03-17",
        "version: 5, at: 2027-03-24, names: [The Sundra Export Company]",
    )
    outcome = run(tmp_path, text)
    found = screenings(tmp_path, "S")
    assert found == ["POTENTIAL", "FALSE_POSITIVE", "FALSE_POSITIVE", "CLEAR", "POTENTIAL", "FALSE_POSITIVE"]
    assert [(a["kind"], a["subject"]) for a in outcome.alerts] == [("hit", "S"), ("cleared", "S")] * 2
    assert screenings(tmp_path, "B") == ["CLEAR"] * 4


def test_listed_party_stays_listed_until_the_list_drops_it(tmp_path: Path) -> None:
    text = HEAD.replace("kind: counterparty,", "kind: counterparty, listed: true,") + lists(
        "version: 2, at: 2027-03-03, names: [Sundra Export Company]",
        "version: 3, at: 2027-03-10, names: [Sundra Export Company]",
        "version: 4, at: 2027-03-17",
    )
    run(tmp_path, text)
    assert screenings(tmp_path, "S") == ["POTENTIAL", "TRUE_MATCH", "TRUE_MATCH", "FALSE_POSITIVE"]


def test_a_hit_that_a_list_dropped_unreviewed_is_one_again(tmp_path: Path) -> None:
    """Nobody found that it is not the listed party; and the second review takes as long as any."""
    text = HEAD.replace("kind: counterparty,", "kind: counterparty, listed: true,") + lists(
        "version: 2, at: 2027-03-03 10:00, names: [Sundra Exports Company]",
        "version: 3, at: 2027-03-03 14:00",
        "version: 4, at: 2027-03-03 20:00, names: [Sundra Exports Company]",
    )
    outcome = run(tmp_path, text.replace("review: 1 banking day", "review: 24 hours"))
    assert screenings(tmp_path, "S") == ["POTENTIAL", "FALSE_POSITIVE", "POTENTIAL", "TRUE_MATCH"]
    assert [alert["kind"] for alert in outcome.alerts] == ["hit", "cleared", "hit", "match"]
    *_, hit, match = (
        e["sim_time"] for e in told(tmp_path, "ScreeningChanged") if e["data"]["participant"] == "S"
    )
    assert match - hit > DAY


def test_hit_that_others_recorded_is_not_undone_by_a_list(tmp_path: Path) -> None:
    text = HEAD + lists("version: 2, at: 2027-03-10")
    run(tmp_path, text + "actions:\n  - {do: screen, at: 2027-03-05, participant: S, result: potential}\n")
    assert screenings(tmp_path, "S") == ["POTENTIAL", "POTENTIAL"]


def test_jurisdiction_of_owner_or_seat_is_a_hit(tmp_path: Path) -> None:
    text = HEAD.replace("  XF: {", "  XG: {name: Gulfland, calendar: PT}\n  XF: {")
    text = text.replace("id: S, ", "id: S, owner_jurisdiction: XG, ")
    outcome = run(tmp_path, text + lists("version: 2, at: 2027-03-10, jurisdictions: [XG]"))
    assert [(a["kind"], a["subject"]) for a in outcome.alerts] == [("hit", "S"), ("cleared", "S")]


def test_hold_stops_the_clock_of_its_credit_only(tmp_path: Path) -> None:
    """The examiner is silent under both; the one that was held is deemed accepted later, by the hold."""
    text = HEAD.replace("examination: 3", "examination: 9").replace(
        "  - {id: M,", "  - {id: T, name: Tamarind, kind: counterparty, jurisdiction: XF}\n  - {id: M,"
    )
    other = credit("C2", 100, DRAWN).replace("beneficiary: S", "beneficiary: T")
    named = lists("version: 2, at: 2027-03-16, names: [Sundra Exports Company]")
    outcome = run(tmp_path, f"{text}credits:\n{credit('C1', 100, DRAWN)}{other}{named}")
    (held,), (released,) = told(tmp_path, "CreditHeld"), told(tmp_path, "CreditReleased")
    lost = released["sim_time"] - held["sim_time"]
    assert released["data"]["tolled"] == lost
    until = {e["data"]["credit"]: e["data"]["examine_until"] for e in told(tmp_path, "DrawPresented")}
    accepted = {e["data"]["credit"]: e["sim_time"] for e in told(tmp_path, "DrawAccepted")}
    assert accepted == {"C1": until["C1"] + 1 + lost, "C2": until["C2"] + 1}
    assert (su(outcome, "S"), su(outcome, "T")) == (100, 100)
    assert refusals(outcome) == []


@pytest.mark.parametrize(("listed", "state"), [("false", "EXPIRED"), ("true", "BLOCKED")])
def test_funding_waits_for_a_hold_to_end(listed: str, state: str, tmp_path: Path) -> None:
    """Nobody tries to fund a credit that is held; once it is cleared, it is funded late."""
    text = HEAD.replace("kind: counterparty,", f"kind: counterparty, listed: {listed},")
    named = lists("version: 2, at: 2027-03-03 18:00, names: [Sundra Exports Company]")
    outcome = run(tmp_path, f"{text}credits:\n{credit('C1', 100, '')}{named}")
    assert outcome.credits == {"C1": state}
    assert len(told(tmp_path, "CreditFunded")) == (listed == "false")
    assert (refusals(outcome), su(outcome, "B")) == ([], 1_000)


def test_hit_on_an_intermediary_holds_the_credits_of_its_client(tmp_path: Path) -> None:
    text = HEAD.replace("id: S, ", "id: S, intermediary: I, ").replace(
        "  - {id: M,", "  - {id: I, name: Isthmus Agency, kind: intermediary, jurisdiction: XF}\n  - {id: M,"
    )
    named = lists("version: 2, at: 2027-03-16, names: [Isthmus Agency]")
    outcome = run(tmp_path, f"{text}credits:\n{credit('C1', 100, DRAWN)}{named}")
    assert [event["data"]["credit"] for event in told(tmp_path, "CreditHeld")] == ["C1"]
    assert outcome.credits == {"C1": "CLOSED"}


def test_stale_list_stops_trade_until_there_is_a_fresh_one(tmp_path: Path) -> None:
    text = HEAD.replace("wind_down: 30 days", "wind_down: 30 days, list_age: 5 days")
    fresh = lists("version: 2, at: 2027-03-09", "version: 3, at: 2027-05-12")
    late = credit("C1", 100, "").replace("open: 2027-03-02", "open: 2027-03-08")
    outcome = run(tmp_path, f"{text}credits:\n{late}{fresh}")
    assert refusals(outcome) == ["B OPEN LIST_STALE", "keeper REFUND LIST_STALE"]
    assert outcome.credits == {"C1": "EXPIRED"}
    assert su(outcome, "B") == 1_000


@given(st.permutations(["Sundra", "Export", "Company"]), st.booleans())
def test_likeness_minds_neither_order_nor_case(words: list[str], upper: bool) -> None:
    name = " ".join(words)
    assert likeness("Sundra Export Company", name.upper() if upper else name) == 10_000


@pytest.mark.parametrize(
    ("name", "alike"), [("Sundra Exports Company", True), ("Borealis Import House", False)]
)
def test_likeness_tells_names_apart(name: str, alike: bool) -> None:
    assert (likeness("Sundra Export Company", name) >= 9_000) is alike


def test_published_hash_is_of_what_the_list_says() -> None:
    at = {"version": 2, "at": "2027-03-01"}
    one = ScreeningList.model_validate({**at, "names": ["A", "B"]})
    same = ScreeningList.model_validate({**at, "names": ["B", "A"]})
    other = ScreeningList.model_validate({**at, "names": ["A"]})
    assert content_hash(one) == content_hash(same) != content_hash(other)


PAYMENTS = "actions:\n" + "".join(
    f"  - {{do: transfer, at: 2027-03-0{day} 10:00, actor: B, to: S, amount: 95 SU}}\n" for day in (3, 4, 5)
)
RULE_OF_FILE = "  aggregation: {threshold: 100 SU}\n"


def noted(outcome: Outcome) -> list[tuple[str, str]]:
    return [(alert["kind"], alert["subject"]) for alert in outcome.alerts]


def test_a_structuring_alert_is_a_case_like_others(tmp_path: Path) -> None:
    """It holds the payer's credits, waits for the reviewers, and is decided once."""
    text = f"{HEAD}credits:\n{credit('C1', 100, DRAWN)}compliance:\n{RULE_OF_FILE}{PAYMENTS}"
    outcome = run(tmp_path, text)
    assert screenings(tmp_path, "B") == ["POTENTIAL", "FALSE_POSITIVE"]
    assert noted(outcome) == [("structuring", "B"), ("cleared", "B")]
    (held,), (released,) = told(tmp_path, "CreditHeld"), told(tmp_path, "CreditReleased")
    assert released["sim_time"] - held["sim_time"] > DAY
    assert outcome.credits == {"C1": "CLOSED"}


def test_a_script_may_decide_a_structuring_case_first(tmp_path: Path) -> None:
    decision = "  - {do: screen, at: 2027-03-05 11:00, participant: B, result: clear}\n"
    outcome = run(tmp_path, f"{HEAD}compliance:\n{RULE_OF_FILE}{PAYMENTS}{decision}")
    changes = [e for e in told(tmp_path, "ScreeningChanged") if e["data"]["participant"] == "B"]
    assert [e["data"]["screening"] for e in changes[1:]] == ["POTENTIAL", "FALSE_POSITIVE"]
    assert 3_000 < changes[2]["sim_time"] - changes[1]["sim_time"] < 4_000
    assert noted(outcome) == [("structuring", "B"), ("cleared", "B")]


@pytest.mark.parametrize(
    ("names", "last"),
    [("", [("cleared", "B")]), (", names: [Borealis Import Houses]", [("hit", "B"), ("cleared", "B")])],
)
def test_a_list_neither_undoes_a_structuring_case_nor_opens_a_second(
    names: str, last: list[tuple[str, str]], tmp_path: Path
) -> None:
    version = f"version: 2, at: 2027-03-05 10:30{names}"
    text = f"{HEAD}{lists(version, more=RULE_OF_FILE)}{PAYMENTS}"
    outcome = run(tmp_path, text)
    assert screenings(tmp_path, "B") == ["POTENTIAL", "POTENTIAL", "FALSE_POSITIVE"]
    assert noted(outcome) == [("structuring", "B"), *last]


RULE = Aggregation.model_validate({"threshold": "100 SU", "share": "80 %", "count": 3, "window": 10})


def alarms(*payments: tuple[str, float]) -> list[bool]:
    watch = _Watch(RULE)
    return [watch.alarms("B", "S", Amount.parse(amount).minor, int(day * DAY)) for amount, day in payments]


def test_near_payments_within_the_window_raise_an_alarm() -> None:
    assert alarms(("80 SU", 0), ("99.999999 SU", 5), ("95 SU", 9.9)) == [False, False, True]
    assert alarms(("80 SU", 0), ("95 SU", 5), ("95 SU", 10)) == [False, False, False]
    assert alarms(("79.999999 SU", 0), ("100 SU", 1), ("95 SU", 2)) == [False, False, False]


def test_alarm_is_raised_once_for_the_same_payments() -> None:
    assert alarms(*[("90 SU", day / 2) for day in range(6)]) == [False, False, True] * 2


def test_payees_are_counted_apart() -> None:
    watch = _Watch(RULE)
    amount = Amount.parse("90 SU").minor
    assert not any(watch.alarms("B", payee, amount, 0) for payee in ("S", "T", "U", "S", "T", "U"))
