"""Deadlines are told as days of the world, whatever stopped the clock that they are kept on."""

from pathlib import Path

import pytest

from settlement.domain.amounts import Amount
from settlement.report.measures import Step, open_run
from settlement.report.narrative import day
from settlement.report.narrator import narrated
from settlement.run import run_scenario
from settlement.scenario import parse_scenario, scenario_text
from tests.simulation.running import changed, without_expectations
from tests.world import EVM

DAY = 86_400
#: A suspension and a hold, over before any documents are presented.
STOPS = """actions:
  - {do: suspend, at: 2027-03-08 12:00}
  - {do: resume, at: 2027-03-12 12:00}
  - {do: hold, at: 2027-03-15 08:00, credit: C1}
  - {do: release, at: 2027-03-18 08:00, credit: C1}
"""
TENOR = "    tenor: 0 days                # sight: due on acceptance\n"


def told(text: str, folder: Path) -> dict[str, tuple[int, str]]:
    """The moment and the sentence of the first event of each kind."""
    run_scenario(parse_scenario(text, "test"), text, folder, backend=EVM)
    first: dict[str, tuple[int, str]] = {}
    with open_run(folder) as run:
        for step, words in narrated(run.steps()):
            first.setdefault(step.kind, (step.sim_time, words or ""))
    return first


@pytest.mark.parametrize(
    ("name", "changes", "stated", "due"),
    [
        (
            "examiner-silent",
            (("shipped: 2027-03-10", "shipped: 2027-03-18"),),
            "DrawPresented",
            "DrawAccepted",
        ),
        ("baseline-bilateral", ((TENOR, "    tenor: 30 days\n"),), "DrawAccepted", "DrawPaid"),
        ("discrepancies-unwaived", (), "DrawDiscrepant", "DrawReturned"),
    ],
)
def test_a_deadline_is_the_day_on_which_it_ends(
    name: str, changes: tuple[tuple[str, str], ...], stated: str, due: str, tmp_path: Path
) -> None:
    """The keeper takes the way out right after: on the day named, or in the first second of the next."""
    text = changed(without_expectations(scenario_text(name)).partition("\nactions:")[0] + "\n", *changes)
    for stops in ("", STOPS):
        events = told(text + stops, tmp_path / f"run{bool(stops)}")
        at, _ = events[due]
        assert any(day(at - back) in events[stated][1] for back in (0, 60)), (stops, events[stated], day(at))


def test_award_and_delivery_are_put_off_by_all_that_the_clock_lost() -> None:
    """A suspension that still lasts counts; what stopped the clock before the credit was opened does not."""
    credit, dispute = {"credit": "C1"}, {"credit": "C1", "amount": 5, "from_retention": False}
    opened = credit | {"amount": 5, "beneficiary": "S", "expiry": 0}
    steps = [
        Step(0, "supervisor", "StageChanged", {"stage": "SUSPENDED"}),
        Step(DAY, "supervisor", "StageChanged", {"stage": "ACTIVE"}),
        Step(2 * DAY, "B", "CreditOpened", opened),
        Step(5 * DAY, "reviewer", "CreditReleased", credit | {"tolled": 2 * DAY}),
        Step(6 * DAY, "supervisor", "StageChanged", {"stage": "SUSPENDED"}),
        Step(9 * DAY, "B", "CreditDisputed", dispute | {"award_until": 10 * DAY}),
        Step(9 * DAY, "keeper", "AdvancePaid", credit | {"return_until": 11 * DAY}),
    ]
    *_, (_, disputed), (_, advance) = narrated(steps)
    assert disputed == f"disputes {Amount(5)} undrawn under credit C1; the arbiter has until {day(15 * DAY)}"
    assert advance == f"starts the clock of the advance: delivery by {day(16 * DAY)}"


COLLECTION = """bills:
  - {id: K1, kind: collection, seller: S, buyer: B, amount: 3 SU, offer: 2027-03-02, offer_until: 2027-03-05,
     due: 2027-03-20}
"""


@pytest.mark.parametrize(
    ("behaviour", "ending"),
    [
        ("1 banking day", ": S presented nothing by Wed 24 Mar 2027"),
        ("9 banking days", ", to which B has not agreed"),
    ],
)
def test_a_cancelled_bill_says_what_did_not_happen(behaviour: str, ending: str, tmp_path: Path) -> None:
    text = scenario_text("baseline-bilateral")
    text = text.partition("\ncredits:")[0] + f"\n{COLLECTION}behaviour: {{agreement: {behaviour}}}\n" + STOPS
    text = text.partition("  - {do: hold")[0] + "expect: {bills: {K1: CANCELLED}}\n"
    at, words = told(text, tmp_path / "run")["BillCancelled"]
    assert words == f"cancels bill K1{ending}"
    if "presented" in words:
        assert day(at - 60) in words
