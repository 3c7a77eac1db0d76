"""The page: self-contained, well-formed, the same each time, and every number is its query's."""

import re
import shutil
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

import settlement.report.page as page_module
import settlement.report.sections as sections_module
from settlement.report.charts import axis_of, compact, line_chart
from settlement.report.measures import MEASURES, Figure, StoredRun, Unit, open_run
from settlement.report.page import render_page
from settlement.report.sections import QUERIES, Cell, lanes_of, suspensions_of
from settlement.report.yardsticks import YARDSTICKS
from settlement.run import run_scenario
from settlement.scenario import parse_scenario, scenario_text
from tests.commands import Command
from tests.report.synthetic import DAY, SCENARIO
from tests.simulation.running import changed, without_expectations
from tests.world import EVM

_VOID = {"meta", "br", "wbr", "img", "hr", "input", "link"}


class Page(HTMLParser):
    """Elements of a page; refuses tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.numbers: list[tuple[str, str, str, str]] = []
        self._number: dict[str, str] | None = None
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        self.elements.append((tag, own))
        if tag not in _VOID:
            self.open.append(tag)
        if tag == "data":
            self._number = own

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self._number = None if tag == "data" else self._number

    def handle_data(self, data: str) -> None:
        if self._number is not None:
            own = self._number
            self.numbers.append((own["data-measure"], own["data-key"], own["value"], data))


@pytest.fixture(params=["bilateral", "everything"])
def run(request: pytest.FixtureRequest) -> StoredRun:
    """Each of the two runs."""
    stored: StoredRun = request.getfixturevalue(request.param)
    return stored


def test_every_number_is_its_querys(run: StoredRun) -> None:
    page = Page(render_page(run))
    assert len(page.numbers) > 80
    assert {name for name, *_ in page.numbers} == {n for n, m in MEASURES.items() if m.of(run.store)}
    for name, key, value, shown in page.numbers:
        (figure,) = [figure for figure in MEASURES[name].of(run.store) if figure.key == key]
        assert value == ("" if figure.value is None else str(figure.value))
        assert shown in (str(figure), str(Cell(name, figure, is_headline=True)))


def test_it_needs_nothing_but_itself(run: StoredRun) -> None:
    text = render_page(run)
    page = Page(text)
    assert not {tag for tag, _ in page.elements} & {"script", "link", "iframe", "img", "object", "embed"}
    for tag, own in page.elements:
        for attribute in ("src", "href", "srcset", "data", "action", "xlink:href"):
            assert own.get(attribute, "#").startswith("#"), (tag, own)
        assert not any(name.startswith("on") for name in own), (tag, own)
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", text)


def test_links_lead_to_what_is_there_and_every_query_is_in_the_appendix(run: StoredRun) -> None:
    page = Page(render_page(run))
    ids = [own["id"] for _, own in page.elements if "id" in own]
    assert len(set(ids)) == len(ids)
    assert {own["href"][1:] for tag, own in page.elements if tag == "a"} <= set(ids)
    assert {f"m-{name}" for name in MEASURES} | {f"q-{name}" for name in QUERIES} <= set(ids)


def test_charts_are_well_formed_and_described(everything: StoredRun) -> None:
    charts = re.findall(r"<svg.*?</svg>", render_page(everything), re.DOTALL)
    assert len(charts) == 3
    for chart in charts:
        root = ElementTree.fromstring(chart)
        named = {element.get("id"): element.text for element in root}
        assert root.get("role") == "img"
        assert all(named[name] for name in (root.get("aria-labelledby") or "").split())
        _, _, width, height = map(float, (root.get("viewBox") or "").split())
        places = [element.attrib for element in root]
        assert all(
            0 <= float(own[name]) <= width for own in places for name in ("x", "x1", "x2") if name in own
        )
        assert all(
            0 <= float(own[name]) <= height for own in places for name in ("y", "y1", "y2") if name in own
        )


@pytest.mark.parametrize("most", [1, 2])
def test_a_chart_that_leaves_bars_out_says_how_many_there_are_and_where(
    everything: StoredRun, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    for module in (page_module, sections_module):
        monkeypatch.setattr(module, "MOST_BARS", most)
    text = render_page(everything)
    for name in ("flows", "cycles", "rejections", "outcomes"):
        count = len(MEASURES[name].of(everything.store))
        told = f'The first {most} of {count}; the <a href="#m-{name}">query</a> finds them all.'
        assert (told in text) is (count > most), name


def test_the_same_run_gives_the_same_page(everything: StoredRun) -> None:
    assert render_page(everything) == render_page(everything)


def test_yardsticks_are_printed_with_their_source_and_judged(everything: StoredRun) -> None:
    text = unescape(render_page(everything))
    for stick in YARDSTICKS:
        assert stick.text in text
        assert stick.source in text
    # Two of seven within the hour, all within a banking day, a median of five hours.
    badges = re.findall(r'class="badge (met|missed)"', text)
    assert badges == ["missed", "met", "missed"]
    assert "the regime was <strong>faster</strong>" in text
    # Each figure in an element of its own, which is a line of its own on a phone.
    readings = re.findall(r'<span class="reading">(.*?)</span>', text)
    assert [len(re.findall("<data ", reading)) for reading in readings] == [1] * len(readings)
    assert len(readings) == sum(len(stick.figures) for stick in YARDSTICKS)


def test_trades_are_told_step_by_step_beside_the_baseline(everything: StoredRun) -> None:
    lanes = {(lane.label, lane.note): lane for lane in lanes_of(everything)}
    here = lanes["C2", "under the regime"].segments
    assert [(part.label, part.days) for part in here] == [
        ("agreement", "24 h"),
        ("funding", "24 h"),
        ("shipment and documents", "2 days"),
        ("examination", "24 h"),
        ("payment", "30 h"),
    ]
    there = lanes["C2", "through correspondents"].segments
    assert [(part.label, part.days) for part in there] == [
        ("shipment and documents", "5 days"),
        ("until due", "8 days"),
        ("payment", "24 h"),
    ]
    # The longest way takes the whole width, and every part of a way begins where the one before ends.
    assert sum(part.length for part in there) == pytest.approx(100, abs=0.1)
    for before, after in pairwise(here):
        assert after.left == pytest.approx(before.left + before.length, abs=0.05)
    (queued,) = lanes["N1", "under the regime"].segments
    assert (queued.label, queued.days) == ("clearing cycle", "7 h")


def test_the_largest_trades_stand_first(everything: StoredRun) -> None:
    trades = [lane.label for lane in lanes_of(everything) if lane.note == "under the regime"]
    assert trades == ["C2", "C1", "N1", "N3", "N2", "N4"]


def test_an_agreed_tenor_is_no_time_that_a_payment_took(tmp_path: Path) -> None:
    """The tenor is put off by a hold; what follows it is the payment, which the keeper makes at once."""
    text = without_expectations(scenario_text("baseline-bilateral")) + (
        "actions:\n"
        "  - {do: hold, at: 2027-04-12 10:00, credit: C1}\n"
        "  - {do: release, at: 2027-04-14 10:00, credit: C1}\n"
    )
    text = changed(text, ("tenor: 0 days ", "tenor: 30 days "))
    run_scenario(parse_scenario(text, "test"), text, tmp_path / "run", backend=EVM)
    with open_run(tmp_path / "run") as run:
        (lane,) = lanes_of(run)
    assert [(part.label, part.days) for part in lane.segments][-2:] == [
        ("until due", "32 days"),
        ("payment", "0 s"),
    ]


def test_who_pays_before_the_due_day_takes_no_time_to_pay(tmp_path: Path) -> None:
    text = scenario_text("insolvency-open-account").partition("\nactions:")[0] + "\n"
    run_scenario(parse_scenario(text, "test"), text, tmp_path / "run", backend=EVM)
    with open_run(tmp_path / "run") as run:
        (lane,) = lanes_of(run)
    assert [part.label for part in lane.segments] == ["agreement", "until due", "payment"]
    assert lane.segments[-1].days == "0 s"


def test_a_run_without_a_baseline_claims_nothing(bilateral: StoredRun) -> None:
    assert "it cannot say whether the regime is faster" in " ".join(render_page(bilateral).split())


def test_what_users_write_is_text(everything_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(everything_folder, tmp_path / "run"))
    title = """'<script>alert(1)</script> & "more"'"""
    (folder / "scenario.yaml").write_text(re.sub(r"title: .*", f"title: {title}", SCENARIO))
    with open_run(folder) as run:
        text = render_page(run)
    Page(text)
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;more&#34;" in text


def test_a_suspension_is_told_at_the_top_and_shaded_in_every_chart(
    everything: StoredRun, tmp_path: Path
) -> None:
    text = scenario_text("regime-suspended")
    run_scenario(parse_scenario(text, "regime-suspended"), text, tmp_path / "run", backend=EVM)
    with open_run(tmp_path / "run") as run:
        page = render_page(run)
    told = "The regime was suspended from Mon 15 Mar 2027 08:00 to Thu 18 Mar 2027 08:00 (3 days)"
    assert told in page.partition("<h2>Faster?</h2>")[0]
    charts = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert [chart.count('class="band"') for chart in charts] == [1, 1]
    undisturbed = render_page(everything)
    assert "The regime was suspended" not in undisturbed
    assert 'class="band"' not in undisturbed


def test_a_suspension_that_nobody_ends_lasts_to_the_last_close(tmp_path: Path) -> None:
    text = without_expectations(scenario_text("regime-suspended"))
    text = changed(text, ("  - {do: resume, at: 2027-03-18 08:00}\n", ""))
    run_scenario(parse_scenario(text, "test"), text, tmp_path / "run", backend=EVM)
    with open_run(tmp_path / "run") as run:
        ((since, until),) = suspensions_of(run)
        ((last,),) = run.store.query("SELECT max(sim_time) FROM closes")
    assert since < until == last


def test_a_band_is_cut_at_the_ends_of_its_chart_and_a_floor_lies_over_the_line() -> None:
    bands = [(-DAY, DAY), (3 * DAY, 4 * DAY), (9 * DAY, 10 * DAY)]
    chart = line_chart("x", "t", "d", {"s": [(0, 1), (4 * DAY, 1)]}, floor=1, bands=bands)
    root = ElementTree.fromstring(chart)
    first, second = [e.attrib for e in root if e.get("class") == "band"]
    assert float(first["width"]) == float(second["width"])
    line = [e.get("class") for e in root].index("line s0")
    assert [e.get("class") for e in root].index("floor") > line
    assert float(second["x"]) + float(second["width"]) - float(first["x"]) == pytest.approx(
        4 * float(first["width"])
    )


def test_a_charts_own_words_are_text() -> None:
    chart = line_chart("x", "<b>", "a & b", {"s": [(0, 1), (86_400, 2)]})
    root = ElementTree.fromstring(chart)
    assert [element.text for element in root][:2] == ["<b>", "a & b"]


@pytest.mark.parametrize(
    ("value", "said"), [(0, "0"), (999, "999"), (1_500, "1.5 k"), (-2_000_000, "-2 M"), (10**12, "1 T")]
)
def test_axes_have_short_numbers(value: int, said: str) -> None:
    assert compact(value) == said


@pytest.mark.parametrize("values", [[0], [5, 5], [3, 10**30], [0, 7]])
def test_an_axis_holds_its_values(values: list[int]) -> None:
    axis, ticks = axis_of(values)
    assert ticks[0] <= min(values) <= max(values) <= ticks[-1]
    assert 2 <= len(ticks) <= 7
    assert axis.y(axis.high) < axis.y(axis.low)


def test_the_command_writes_it_once(settlement: Command, everything_folder: Path) -> None:
    answer = settlement("report", everything_folder, "--html", "page.html")
    assert (answer.code, answer.out) == (0, "page.html\n")
    Page(Path("page.html").read_text())
    again = settlement("report", everything_folder, "--html", "page.html")
    assert (again.code, again.out) == (2, "")
    assert "page.html: exists already" in again.err
    nowhere = settlement("report", everything_folder, "--html", "nowhere/page.html")
    assert nowhere.code == 2
    assert "choose another name" in nowhere.err


@pytest.mark.parametrize(
    ("minor", "said"),
    [(999_999_999, "999.999999 SU"), (1_000_000_000, "1,000 SU"), (335_160_038_214_969, "335,160,038 SU")],
)
def test_a_headline_leaves_out_the_cents_of_no_small_sum(minor: int, said: str) -> None:
    figure = Figure("peak", minor, Unit.SU)
    assert str(Cell("prefunding", figure, is_headline=True)) == said
    assert f'<data value="{minor}"' in Cell("prefunding", figure, is_headline=True).__html__()
