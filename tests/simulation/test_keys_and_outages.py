"""Keys that are replaced while SU is earmarked, outages, and redemption."""

from datetime import UTC, date, datetime
from pathlib import Path

from settlement.domain.amounts import Amount
from settlement.domain.notes import Note
from settlement.scenario import parse_scenario, shipped_text
from settlement.simulation.actors.outages import Outages
from settlement.simulation.clock import BankingCalendar
from settlement.simulation.streams import Diary, Stream
from tests.simulation.running import changed, run, without_expectations

MINED, OUT = shipped_text("miner-funded-import"), shipped_text("corridor-outage")


def test_what_is_earmarked_and_the_domestic_currency_are_recovered_with_the_key(tmp_path: Path) -> None:
    text = changed(
        MINED,
        ("drl: 2_850_000 DRL", "drl: 2_850_100 DRL"),
        (
            "  - {do: deliver, at: 2027-03-16 10:00, delivery: D1}",
            "  - {do: rotate key, at: 2027-03-12 12:00, participant: B}\n"
            "  - {do: recover, at: 2027-03-12 12:05, participant: B}\n"
            "  - {do: deliver, at: 2027-03-16 10:00, delivery: D1}",
        ),
        ("drl: {B: 0 DRL", "drl: {B: 100 DRL"),
    )
    outcome, events = run(text, tmp_path)
    assert [e for e in outcome.expectations if not e.ok] == []
    funded = next(event for event in events if event["kind"] == "CreditFunded")
    assert funded["actor"] == "B key 2"
    assert [e["data"]["amount"] for e in events if e["kind"] == "CurrencyRecovered"] == [10_000]


def test_an_entity_redeems_what_it_holds_also_with_a_new_key(tmp_path: Path) -> None:
    text = without_expectations(shipped_text("domestic-payment"))
    text = text.partition("actions:")[0] + (
        "actions:\n"
        "  - {do: redeem, at: 2027-03-02, participant: B, amount: 400_000 SU}\n"
        "  - {do: rotate key, at: 2027-03-03 10:00, participant: B}\n"
        "  - {do: recover, at: 2027-03-03 10:10, participant: B}\n"
        "  - {do: issue, at: 2027-03-03 11:00, participant: B, amount: 50_000 SU}\n"
        "  - {do: redeem, at: 2027-03-04, participant: B, amount: 1_100_000 SU}\n"
    )
    outcome, _ = run(text, tmp_path)
    assert outcome.rejections == []
    assert outcome.balances["B"]["SU"] == Amount.parse("50_000 SU").minor


def test_what_an_outage_stops_happens_when_it_is_over_and_nothing_else_waits(tmp_path: Path) -> None:
    _, events = run(OUT, tmp_path)
    presented = {e["data"]["credit"]: e["sim_time"] for e in events if e["kind"] == "DrawPresented"}
    back = int(datetime(2027, 3, 24, 16, tzinfo=UTC).timestamp())
    assert all(back <= presented[credit] < back + 60 for credit in ("C1", "C2"))
    assert presented["C3"] < back


def outages() -> Outages:
    diary = Diary(BankingCalendar("BR", date(2027, 2, 1), date(2027, 4, 30)), Stream(1, "outages"))
    more = "\n  - {do: outage, at: 2027-03-24 15:00, participant: I, until: 2027-03-25 12:00}\n\nexpect:"
    return Outages(diary, parse_scenario(changed(OUT, ("\n\nexpect:", more)), "test"))


def test_an_outage_stops_the_intermediary_and_whom_it_acts_for_until_it_is_back() -> None:
    def seconds(day: int, hour: int) -> int:
        return int(datetime(2027, 3, day, hour, tzinfo=UTC).timestamp())

    known = outages()
    before, within, back = seconds(22, 15), seconds(23, 10), seconds(25, 12)
    for stopped in ("I", "S", "T"):
        assert known.back(stopped, before) == before
        # The second outage begins before the first is over.
        assert known.back(stopped, within) == back
        assert known.back(stopped, back) == back
    for free in ("U", "B", "keeper"):
        assert known.back(free, within) == within


def test_the_note_of_an_outage_says_how_much_hangs_on_the_intermediary() -> None:
    first = next(iter(outages().begin()))
    note = first.decide()
    assert isinstance(note, Note)
    assert note.text == "cannot act until 2027-03-24 16:00 UTC; it acts for 2 of 3 counterparties (S, T)"
