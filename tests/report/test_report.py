"""What a stored run tells: its measures, its sentences, its terminal view."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from settlement.domain import events
from settlement.domain.events import Event
from settlement.domain.participants import Flow
from settlement.domain.reasons import Reason
from settlement.report.measures import MEASURES, CreditLine, Holding, Step, StoredRun, open_run
from settlement.report.narrative import _SENTENCES, sentence
from settlement.report.terminal import show_run
from settlement.run import run_scenario
from settlement.scenario import parse_scenario, scenario_text
from tests.simulation.running import changed, without_expectations
from tests.world import EVM

THOUSAND_SU = 1_000 * 10**6


def stored(name: str, folder: Path) -> Path:
    text = scenario_text(name)
    run_scenario(parse_scenario(text, name), text, folder, backend=EVM)
    return folder


@pytest.fixture(scope="module")
def unwaived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoredRun]:
    """A run in which documents were returned and the credit expired."""
    folder = stored("discrepancies-unwaived", tmp_path_factory.mktemp("report") / "run")
    with open_run(folder) as run:
        yield run


def test_measures_add_up(unwaived: StoredRun) -> None:
    assert unwaived.holdings()[0] == Holding(
        "B", unwaived.scenario.participants[0].name, 1_500 * THOUSAND_SU, 1_500 * THOUSAND_SU
    )
    assert unwaived.credits() == [CreditLine("C1", "EXPIRED", 1_000 * THOUSAND_SU, 0, 1_000 * THOUSAND_SU)]
    assert unwaived.closes() == (64, "2027-03-01", "2027-05-31")


def test_steps_are_the_events_in_order(unwaived: StoredRun) -> None:
    steps = unwaived.steps()
    assert len(steps) == len((unwaived.folder / "events.jsonl").read_text().splitlines())
    assert [s.sim_time for s in steps] == sorted(s.sim_time for s in steps)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_view_fits_its_terminal_and_tells_the_story(unwaived: StoredRun, width: int) -> None:
    console = Console(width=width, record=True, force_terminal=False)
    show_run(console, unwaived)
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= width
    words = " ".join(text.split())
    assert words.count("1,500,000.00") >= 2, "an amount was cut short"
    for fact in ("EXPIRED", "returned", "refunds", "expectations met"):
        assert fact in words


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("insolvency-open-account", ("A1 DEFAULTED 1,000,000.00 S B", "default B bill A1 was not paid")),
        ("hit-blocked", ("hit S Sundra Export Company is like", "– in the quarantine 1,000,000.00")),
    ],
)
def test_bills_notes_and_quarantine_are_shown(name: str, facts: tuple[str, ...], tmp_path: Path) -> None:
    console = Console(width=200, record=True, force_terminal=False)
    with open_run(stored(name, tmp_path / "run")) as run:
        show_run(console, run)
        noted = [note.text for note in run.notes()]
        told = (run.folder / "events.jsonl").read_text()
    words = " ".join(console.export_text().split())
    for fact in ("Noted by the authorities", *facts):
        assert fact in words
    # What is noted is not part of what everybody can observe.
    assert noted
    assert not any(text in told for text in noted)


def test_a_run_without_notes_has_no_empty_sections(unwaived: StoredRun) -> None:
    console = Console(width=200, record=True, force_terminal=False)
    show_run(console, unwaived)
    text = console.export_text()
    assert "Noted by the authorities" not in text
    assert "Bills" not in text
    assert (unwaived.notes(), unwaived.bills()) == ([], [])


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("DOCUMENTS", "presents 1 document for 0.000005 SU as draw C1/2"),
        ("ADVANCE", "demands an advance of 0.000005 SU as draw C1/2"),
        ("DELIVERY", "presents 1 document to show delivery as draw C1/2"),
        ("DEMURRAGE", "demands demurrage of 0.000005 SU as draw C1/2"),
    ],
)
def test_presentations_are_told_by_their_kind(kind: str, told: str) -> None:
    data = {
        "credit": "C1",
        "draw": 2,
        "draw_kind": kind,
        "amount": 5,
        "documents": ["00"],
        "examine_until": 0,
    }
    text = sentence(Step(0, "S", "DrawPresented", data))
    assert text is not None
    assert text.startswith(told)


@pytest.mark.parametrize(("refunded", "told"), [(0, "never funded"), (5, "by consent of all: 0.000005 SU")])
def test_cancellation_says_what_goes_back(refunded: int, told: str) -> None:
    text = sentence(Step(0, "B", "CreditCancelled", {"credit": "C1", "refunded": refunded}))
    assert text is not None
    assert told in text


@pytest.mark.parametrize(("retention", "told"), [(0, None), (5, "pays the 0.000005 SU retained of draw C1")])
def test_retention_is_told_when_there_is_one(retention: int, told: str | None) -> None:
    data = {"credit": "C1", "draw": 1, "retention": retention, "arrived": True}
    text = sentence(Step(0, "keeper", "DrawFinal", data))
    assert text == (told and f"{told}/1")


def test_every_event_has_a_sentence() -> None:
    kinds = {
        name
        for name, thing in vars(events).items()
        if isinstance(thing, type) and issubclass(thing, Event) and thing is not Event
    }
    assert set(_SENTENCES) == kinds


@pytest.mark.parametrize("flow", Flow)
def test_movements_are_told_once(flow: Flow) -> None:
    data = {"flow": flow.name, "payer": "B", "payee": "S", "source": "B", "destination": "S", "amount": 5}
    told = sentence(Step(0, "B", "Moved", data))
    # Under a credit, a quote or a delivery, its own events tell it.
    own = (Flow.FUND, Flow.PAY, Flow.REFUND, Flow.AWARD, Flow.CONVERT, Flow.INTAKE)
    assert (told is None) is (flow in own)


def test_a_refusal_is_told_with_its_remedy() -> None:
    data = {"flow": "DIRECT", "subject": "D", "reason": "DOMESTIC_PAYMENT"}
    reason = Reason.DOMESTIC_PAYMENT
    told = sentence(Step(0, "B", "OperationRejected", data))
    assert told == f"is refused DIRECT (D): DOMESTIC_PAYMENT. {reason.sentence} {reason.remedy}"


def test_a_suspension_makes_no_payment_at_sight_late(tmp_path: Path) -> None:
    """The credit's clock stands three days behind when its draw is accepted, and paid at once."""
    with open_run(stored("regime-suspended", tmp_path / "run")) as run:
        figures = {figure.key: figure.value for figure in MEASURES["due_to_final"].of(run.store)}
    assert figures["count"] == 1
    assert figures["max"] in (0, 1)  # a second, where the keeper's block follows the examiner's


STOPS = """actions:
  - {do: suspend, at: 2027-03-26 12:00}
  - {do: resume, at: 2027-03-29 12:00}
  - {do: hold, at: 2027-04-12 10:00, credit: C1}
  - {do: suspend, at: 2027-04-13 10:00}
  - {do: resume, at: 2027-04-15 10:00}
  - {do: release, at: 2027-04-16 10:00, credit: C1}
"""


def delays(text: str, folder: Path) -> list[int]:
    """Seconds from due to paid of each final payment."""
    run_scenario(parse_scenario(text, "test"), text, folder, backend=EVM)
    with open_run(folder) as run:
        return [paid - due for due, paid in run.store.query("SELECT due_at, paid_at FROM payments")]


def test_time_for_which_a_clock_stands_still_is_no_lateness_of_tenor_and_retention(tmp_path: Path) -> None:
    """A suspension before maturity; then a hold, and a suspension inside it, before the retention ends."""
    terms = "    tenor: 10 days\n    retention: 10 %\n    retention_period: 20 days\n"
    text = without_expectations(scenario_text("baseline-bilateral"))
    text = changed(text, ("    tenor: 0 days                # sight: due on acceptance\n", terms))
    (late,) = delays(text, tmp_path / "undisturbed")
    (stopped,) = delays(text + STOPS, tmp_path / "stopped")
    # Seconds, where blocks follow each other.
    assert 0 <= late <= 3
    assert 0 <= stopped <= 3


def test_a_suspension_puts_off_when_an_open_account_is_due(tmp_path: Path) -> None:
    """It is paid after the day on which it would have been due, and early all the same."""
    text = scenario_text("insolvency-open-account").partition("\nactions:")[0]
    (early,) = delays(f"{text}\n", tmp_path / "undisturbed")
    stop = "actions:\n  - {do: suspend, at: 2027-04-12}\n  - {do: resume, at: 2027-04-15 23:00}\n"
    (put_off,) = delays(f"{text}\n{stop}", tmp_path / "stopped")
    assert early < 0
    assert put_off < 0
    with open_run(tmp_path / "stopped") as run:
        ((paid,),) = run.store.query("SELECT paid_at FROM payments")
    assert paid > datetime(2027, 4, 16, tzinfo=UTC).timestamp()
