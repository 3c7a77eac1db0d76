"""Two runs compared: what is the same is not told, what differs is."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from markupsafe import Markup
from rich.console import Console

from settlement.report.comparison import (
    Change,
    Comparison,
    Pair,
    Parting,
    render_comparison,
    show_comparison,
)
from settlement.report.measures import Figure, StoredRun, Unit, open_run
from tests.commands import Command
from tests.report.synthetic import SCENARIO, THOUSAND, build
from tests.report.test_page import Page


@pytest.fixture(scope="module")
def other_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of everything, with a smaller first credit and another title."""
    folder = build(tmp_path_factory.mktemp("other") / "run", first_credit=150)
    scenario = SCENARIO.replace("title: Two", "title: Other").replace(
        "jurisdiction: XG}", "jurisdiction: XF}"
    )
    (folder / "scenario.yaml").write_text(scenario)
    return folder


@pytest.fixture
def other(other_folder: Path) -> Iterator[StoredRun]:
    with open_run(other_folder) as run:
        yield run


def test_a_run_is_like_itself(everything: StoredRun) -> None:
    comparison = Comparison(everything, everything)
    assert comparison.parting() is None
    assert (comparison.scenario(), comparison.balances(), comparison.outcomes()) == ([], [], [])
    assert not any(pair.differs for pair in comparison.figures())
    assert "Nowhere: the same events to the last." in render_comparison(comparison)


def test_what_differs_is_told(everything: StoredRun, other: StoredRun) -> None:
    comparison = Comparison(everything, other)
    assert [change.what for change in comparison.scenario()] == ["title", "participants[Y].jurisdiction"]
    assert comparison.balances() == [
        Change("A", "779,000.00 SU", "829,000.00 SU"),
        Change("X", "570,000.00 SU", "520,000.00 SU"),
    ]
    assert comparison.outcomes() == []
    parting = comparison.parting()
    assert isinstance(parting, Parting)
    assert parting.first.startswith("Mon 1 Mar 2027 05:00: A opens credit C1 for 200,000.00 SU")
    assert parting.second.startswith("Mon 1 Mar 2027 05:00: A opens credit C1 for 150,000.00 SU")
    (paid,) = [p for p in comparison.figures() if (p.measure, p.key) == ("settlement_rate", "paid")]
    assert paid.difference is not None
    assert paid.difference.value == -50 * THOUSAND


def test_a_run_that_stops_earlier_parts_where_it_stops(
    everything: StoredRun, other_folder: Path, tmp_path: Path
) -> None:
    lines = (everything.folder / "events.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "events.jsonl").write_text("".join(lines[:-1]))
    shorter = StoredRun(tmp_path, everything.summary, everything.scenario, everything.store)
    parting = Comparison(everything, shorter).parting()
    assert parting == Parting(len(lines), parting.first if parting else "", "nothing more happens")


def test_where_two_events_read_alike_what_differs_is_said(everything: StoredRun, tmp_path: Path) -> None:
    lines = (everything.folder / "events.jsonl").read_text().splitlines(keepends=True)
    lines[0] = lines[0].replace('"haircut":500', '"haircut":900')
    (tmp_path / "events.jsonl").write_text("".join(lines))
    stricter = StoredRun(tmp_path, everything.summary, everything.scenario, everything.store)
    parting = Comparison(everything, stricter).parting()
    assert parting is not None
    assert parting.number == 1
    assert parting.first.endswith("; data.haircut 500")
    assert parting.second.endswith("; data.haircut 900")


def test_figures_that_one_run_lacks_have_no_difference(everything: StoredRun, bilateral: StoredRun) -> None:
    pairs = Comparison(everything, bilateral).figures()
    lacking = [pair for pair in pairs if pair.second is None]
    assert any(pair.measure == "against_baseline" for pair in lacking)
    assert all(pair.difference is None and pair.differs for pair in lacking)


def test_the_page_holds_both_and_needs_nothing_else(everything: StoredRun, other: StoredRun) -> None:
    page = Page(render_comparison(Comparison(everything, other)))
    assert not {tag for tag, _ in page.elements} & {"script", "link", "img"}
    shown = [shown for name, key, _, shown in page.numbers if (name, key) == ("settlement_rate", "paid")]
    assert shown == ["840,000.00 SU", "790,000.00 SU", "-50,000.00 SU"]


@pytest.mark.parametrize("width", [80, 200])
def test_the_terminal_shows_what_differs(everything: StoredRun, other: StoredRun, width: int) -> None:
    console = Console(file=io.StringIO(), width=width, record=True)
    show_comparison(console, Comparison(everything, other))
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= width
    for fact in ("they part at event", "-50,000.00 SU", "Measures that differ", "XG"):
        assert fact in text


def test_the_command_compares(settlement: Command, everything_folder: Path, other_folder: Path) -> None:
    answer = settlement("compare", everything_folder, other_folder)
    assert answer.code == 0
    assert "they part at event" in answer.out
    assert settlement("compare", everything_folder, other_folder, "--html", "c.html").code == 0
    again = settlement("compare", everything_folder, other_folder, "--html", "c.html")
    assert (again.code, again.out) == (2, "")
    assert settlement("compare", everything_folder, "nowhere").code == 2


def test_the_seed_is_told_once(everything: StoredRun) -> None:
    """That of the run, which may replace the file's."""
    scenario = everything.scenario.model_copy(update={"seed": 9})
    second = replace(everything, scenario=scenario, summary=everything.summary | {"seed": 11})
    assert Comparison(everything, second).scenario() == [Change("seed", "1", "11")]


@pytest.mark.parametrize(
    ("unit", "first", "second", "told"),
    [
        (Unit.SHARE, Fraction(1, 2), Fraction(441, 1_000), ("50 %", "44.1 %", "-5.9 points")),
        (Unit.SHARE, Fraction(1, 1_000), Fraction(13, 10_000), ("0.1 %", "0.13 %", "+0.03 points")),
        (
            Unit.SHARE,
            Fraction(1, 10**6),
            Fraction(1, 3 * 10**6),
            ("0.0001 %", "0.000033 %", "-0.000067 points"),
        ),
        (
            Unit.YEARLY,
            Fraction(9, 1_000),
            Fraction(1, 100),
            ("0.9 % a year", "1 % a year", "+0.1 points a year"),
        ),
        (Unit.COUNT, 1, 2, ("1", "2", "+1")),
        (Unit.SECONDS, 0, 86_400 * 193 // 10, ("0 s", "19.3 days", "+19.3 days")),
    ],
)
def test_a_difference_has_a_sign_and_a_unit_of_its_own(
    unit: Unit, first: int | Fraction, second: int | Fraction, told: tuple[str, ...]
) -> None:
    """The page says what the terminal says."""
    pair = Pair("queue", "peak", Figure("peak", first, unit), Figure("peak", second, unit))
    cells = [pair.cell(side) for side in ("first", "second", "difference")]
    assert tuple(map(str, cells)) == told
    assert tuple(re.sub("<.*?>", "", Markup("{}").format(cell)) for cell in cells) == told


def test_what_reads_differently_first_is_told_where_the_first_events_say_nothing_to_a_reader(
    everything: StoredRun, tmp_path: Path
) -> None:
    opening = (everything.folder / "events.jsonl").read_text().splitlines(keepends=True)[:2]
    sides = []
    for name, wallet, credit in (("one", "0x1", "C1"), ("two", "0x2", "C2")):
        (tmp_path / name).mkdir()
        untold = {
            "sim_time": 0,
            "actor": "supervisor",
            "kind": "QuarantineSet",
            "data": {"quarantine": wallet},
        }
        closed = {"sim_time": 60, "actor": "keeper", "kind": "CreditClosed", "data": {"credit": credit}}
        lines = "".join(json.dumps(event) + "\n" for event in (untold, closed))
        (tmp_path / name / "events.jsonl").write_text("".join(opening) + lines)
        sides.append(StoredRun(tmp_path / name, everything.summary, everything.scenario, everything.store))
    assert Comparison(*sides).parting() == Parting(
        3,
        "Thu 1 Jan 1970 00:01: keeper closes credit C1: nothing is locked any more",
        "Thu 1 Jan 1970 00:01: keeper closes credit C2: nothing is locked any more",
    )


def test_events_that_nothing_told_follows_are_named_with_what_differs(
    everything: StoredRun, tmp_path: Path
) -> None:
    sides = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        untold = {"sim_time": 0, "actor": "E", "kind": "QuarantineSet", "data": {"quarantine": name}}
        (tmp_path / name / "events.jsonl").write_text(json.dumps(untold) + "\n")
        sides.append(StoredRun(tmp_path / name, everything.summary, everything.scenario, everything.store))
    told = "Thu 1 Jan 1970 00:00: E QuarantineSet; data.quarantine"
    assert Comparison(*sides).parting() == Parting(1, f"{told} one", f"{told} two")
