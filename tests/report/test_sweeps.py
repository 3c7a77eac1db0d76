"""The report of a sweep: its statistics by hand, its terminal view, its page."""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from html import unescape
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.console import Console

from settlement.ledger.sweep_folder import COLUMNS, sweep_folder
from settlement.report.sweeps.columns import column_of, kind_of
from settlement.report.sweeps.findings import findings_of
from settlement.report.sweeps.page import render_sweep
from settlement.report.sweeps.statistics import Sensitivity, distribution_of, sensitivities_of, student_t
from settlement.report.sweeps.stored import StoredSweep, open_sweep
from settlement.report.sweeps.terminal import show_sweep
from settlement.scenario import scenario_text, values_of
from tests.commands import Command
from tests.report.test_page import Page

PEAK, REFUSED = "prefunding.peak [minor units of SU]", "chain.refused [count]"
LIMITS, KINDS = ("10 SU", "20 SU", "40 SU"), ("fifo", "gross")
VARY: list[dict[str, Any]] = [
    {"path": "regime.state_caps.payment", "values": list(LIMITS), "numbers": ["10", "20", "40"]},
    {"path": "clearing.algorithm", "values": list(KINDS), "numbers": None},
]
#: Columns of every shard.
SETTINGS = {**COLUMNS, **dict.fromkeys((entry["path"] for entry in VARY), "VARCHAR")}
Figures = Mapping[str, int | float | list[str] | None]


def build(
    folder: Path,
    measured: Callable[[int, int, int], Figures | str],
    *,
    seeds: int = 4,
    vary: list[dict[str, Any]] = VARY,
    title: str = "A sweep",
    shards: int = 1,
) -> Path:
    """A sweep whose runs measured what ``measured`` says of limit, kind and replication, or broke."""
    grid = list(product(*(range(len(entry["values"])) for entry in vary)))
    manifest = {
        "settlement": "0.1.0", "source": "mine.yaml", "title": title, "evm": "revm", "seed": 1,
        "seeds": seeds, "vary": vary, "points": len(grid), "scenario": scenario_text("domestic-payment"),
    }  # fmt: skip
    rows: list[dict[str, Any]] = []
    for (point, levels), number in product(enumerate(grid, 1), range(1, seeds + 1)):
        settings = {entry["path"]: entry["values"][level] for entry, level in zip(vary, levels, strict=True)}
        row = {"point": point, "replication": number, "seed": 100 + number, **settings}
        limit, kind = (*levels, 0, 0)[:2]
        found = measured(limit, kind, number)
        if isinstance(found, str):
            rows.append({**row, "status": "broken", "error": found})
        else:
            status = "failed" if found.get("expectations_missed") else "ok"
            rows.append({**row, "status": status, "run_hash": "h", "error": None, **found})
    names = dict.fromkeys([*COLUMNS, *(name for row in rows for name in row)])
    with sweep_folder(folder, manifest, {}) as kept:
        for index in range(shards):
            kept.add({name: kind_of(name) for name in names}, rows[index::shards])
    return folder


def linear(limit: int, kind: int, number: int) -> Figures:
    """A peak of 3 for each SU of the limit, 5 more under gross, and what the seed adds; all in SU."""
    whole = 3 * (10, 20, 40)[limit] + 5 * kind + (0, 2, 4, 10)[number - 1]
    return {PEAK: whole * 10**6, REFUSED: 1.0 if kind else 0.0}


@pytest.fixture
def sweep(tmp_path: Path) -> Iterator[StoredSweep]:
    """Six points of four replications, without noise that the seeds do not share."""
    with open_sweep(build(tmp_path / "sweep", linear)) as stored:
        yield stored


def test_students_t_is_that_of_the_tables() -> None:
    table = {1: 12.706, 2: 4.303, 3: 3.182, 9: 2.262, 10: 2.228, 30: 2.042, 120: 1.980, 10**6: 1.961}
    assert {degrees: round(student_t(degrees), 3) for degrees in table} == table


def test_a_distribution_is_what_it_says() -> None:
    found = distribution_of(map(Fraction, range(20, 0, -1)))
    assert found is not None
    assert found.n == found.maximum == 20
    assert found.mean == Fraction(21, 2)
    assert found.minimum == 1
    ranks = found.p5, found.q1, found.median, found.q3, found.p95
    assert [int(value) for value in ranks] == [1, 5, 10, 15, 19]
    assert float(found.sd or 0) == pytest.approx(35**0.5)
    assert found.interval is not None
    half = 2.0930 * 35**0.5 / 20**0.5
    assert (float(found.interval.low), float(found.interval.high)) == pytest.approx(
        (10.5 - half, 10.5 + half), abs=1e-4
    )


def test_one_run_has_no_spread_and_none_no_distribution() -> None:
    one = distribution_of([Fraction(7)])
    assert one is not None
    assert one.n == one.mean / 7 == one.p95 / 7 == 1
    assert one.sd is None
    assert one.interval is None
    assert distribution_of([]) is None


def effects(sweep: StoredSweep, name: str = PEAK) -> dict[str, Sensitivity]:
    column = column_of(name)
    assert column is not None
    found = sensitivities_of(sweep.values(column), sweep.spots(), sweep.parameters)
    return {s.parameter.name if s.parameter else "chance": s for s in found}


def test_an_effect_is_the_change_from_the_first_value_to_the_last(sweep: StoredSweep) -> None:
    limit, kind, chance = effects(sweep).values()
    assert limit.effect == 90 * 10**6
    assert kind.effect == 5 * 10**6
    # What the seeds add is the same at every point: paired by seed, nothing of it is left in the effect.
    assert limit.interval is not None
    assert limit.interval.low == limit.interval.high == limit.effect
    assert (chance.effect, chance.coefficient) == (None, None)
    assert limit.title == "payment, 10 SU → 40 SU"


def test_shares_of_the_variance_add_up_where_nothing_interacts(sweep: StoredSweep) -> None:
    limit, kind, chance = (s.share for s in effects(sweep).values())
    # Variances by hand: of 30, 60, 120; of 0, 5; of 0, 2, 4, 10.
    variances = 1400, 6.25, 14
    assert (limit, kind, chance) == pytest.approx([v / sum(variances) for v in variances])


def test_a_slope_is_standardized_and_made_an_elasticity(sweep: StoredSweep) -> None:
    limit, kind, _ = effects(sweep).values()
    # The slope is 3; means are 70 / 3 and 70 + 2.5 + 4; variances 1400 / 9 and 1420.25.
    assert limit.coefficient == pytest.approx(3 * (1400 / 9) ** 0.5 / 1420.25**0.5)
    assert limit.elasticity == pytest.approx(3 * (70 / 3) / 76.5)
    assert (kind.coefficient, kind.elasticity) == (None, None), "words have no slope"


def test_a_paired_interval_is_narrower_than_the_seeds_are_apart(tmp_path: Path) -> None:
    def noisy(limit: int, kind: int, number: int) -> Figures:
        return {PEAK: 1000 * number + 10 * limit + (number % 2) * limit}

    with open_sweep(build(tmp_path / "sweep", noisy)) as stored:
        limit = effects(stored)["payment"]
    assert limit.effect == 21
    assert limit.interval is not None
    assert 0 < float(limit.half or 0) < 10


def test_an_effect_counts_whole_replications_only(tmp_path: Path) -> None:
    def failing(limit: int, kind: int, number: int) -> Figures | str:
        return "it broke" if (limit, number) == (2, 4) else linear(limit, kind, number)

    with open_sweep(build(tmp_path / "sweep", failing)) as stored:
        assert effects(stored)["payment"].effect == 90 * 10**6
        (finding,) = findings_of(stored, [PEAK.partition(" ")[0]])
        assert [d.n for _, d in finding.points if d] == [4, 4, 4, 4, 3, 3]


def test_what_is_always_the_same_has_no_sensitivities(tmp_path: Path) -> None:
    with open_sweep(build(tmp_path / "sweep", lambda *_: {REFUSED: 2.0})) as stored:
        assert effects(stored, REFUSED) == {}
        (finding,) = findings_of(stored)
        assert finding.constant == 2


def test_what_a_measure_names_only_where_it_occurred_is_zero_elsewhere(tmp_path: Path) -> None:
    def refused(limit: int, kind: int, number: int) -> Figures | str:
        if limit == 2:
            return "it broke"
        return (
            {"rejections.CAP_PAYMENT [count]": 3.0}
            if kind
            else {"settlement_rate.by value [share of 1]": None}
        )

    with open_sweep(build(tmp_path / "sweep", refused, seeds=1)) as stored:
        sql = 'SELECT "rejections.CAP_PAYMENT [count]" FROM replications'
        assert [value for (value,) in stored.store.query(sql)] == [0, 3, 0, 3, None, None]
        assert stored.chosen(["settlement_rate"])
        assert findings_of(stored, ["settlement_rate"]) == []


def test_a_run_that_broke_and_was_run_again_counts_once(tmp_path: Path) -> None:
    folder = build(tmp_path / "sweep", lambda limit, *_: "it broke" if limit else {REFUSED: 1.0}, seeds=1)
    row = {"point": 3, "replication": 1, "seed": 101, "status": "ok", REFUSED: 5.0}
    manifest = open_manifest(folder)
    with sweep_folder(folder, manifest, {}) as kept:
        assert kept.done() == {(1, 1), (2, 1)}
        kept.add({**SETTINGS, REFUSED: "DOUBLE"}, [row])
        assert kept.done() == {(1, 1), (2, 1), (3, 1)}
    with open_sweep(folder) as stored:
        tally = stored.tally()
        assert (tally.size, tally.done, tally.as_expected, tally.broken) == (6, 6, 3, 3)
        assert [run.point for run in stored.broken()] == [4, 5, 6]


def open_manifest(folder: Path) -> dict[str, Any]:
    with open_sweep(folder) as stored:
        return dict(stored.manifest)


def test_shards_in_any_order_give_the_same_report(sweep: StoredSweep, tmp_path: Path) -> None:
    with open_sweep(build(tmp_path / "other", linear, shards=7)) as other:
        assert render_sweep(other) == render_sweep(sweep)


def test_the_name_of_a_folder_is_no_pattern(tmp_path: Path) -> None:
    build(tmp_path / "sweep1", lambda *_: {REFUSED: 1.0})
    folder = build(tmp_path / "sweep[1]*", lambda *_: {REFUSED: 2.0})
    with open_sweep(folder) as stored:
        assert findings_of(stored)[0].constant == 2


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_the_view_fits_its_terminal(sweep: StoredSweep, width: int) -> None:
    console = Console(width=width, record=True, force_terminal=False)
    show_sweep(console, sweep)
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    words = " ".join(text.split())
    for fact in ("A sweep", "6 points × 4 seeds", "Prefunding: peak", "+90 SU", "98.6 %", "✓ 24 of 24 runs"):
        assert fact in words


def test_the_view_of_an_unfinished_sweep_says_how_to_go_on(tmp_path: Path) -> None:
    manifest = {**open_manifest(build(tmp_path / "whole", linear)), "source": "my file.yaml"}
    with sweep_folder(tmp_path / "part", manifest, {}) as kept:
        kept.add(SETTINGS, [{"point": 1, "replication": 1, "seed": 101, "status": "ok"}])
    console = Console(width=400, record=True, force_terminal=False)
    with open_sweep(tmp_path / "part") as stored:
        show_sweep(console, stored)
        assert "1 of 24" in render_sweep(stored)
    text = console.export_text()
    assert "1 of 24 runs so far" in text
    (command,) = re.findall(r"settlement sweep .*", text)
    options = shlex.split(command)
    assert options[2] == "my file.yaml"
    given = [options[i + 1].partition("=") for i, word in enumerate(options) if word == "--vary"]
    assert [(path, values_of(values)) for path, _, values in given] == [
        (entry["path"], entry["values"]) for entry in VARY
    ]
    assert options[-8:-1] == ["--seeds", "4", "--seed", "1", "--evm", "revm", "--out"]


def test_a_sweep_that_has_not_begun_has_a_report(tmp_path: Path) -> None:
    manifest = open_manifest(build(tmp_path / "whole", linear))
    with sweep_folder(tmp_path / "none", manifest, {}):
        pass
    with open_sweep(tmp_path / "none") as stored:
        assert "0 of 24" in render_sweep(stored)
        assert stored.tally().done == 0


def test_the_page_needs_nothing_but_itself_and_says_where_numbers_come_from(sweep: StoredSweep) -> None:
    text = render_sweep(sweep)
    page = Page(text)
    assert not {tag for tag, _ in page.elements} & {"script", "link", "iframe", "img", "object", "embed"}
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", text)
    assert page.numbers
    means = [own for tag, own in page.elements if tag == "data" and own["data-statistic"] == "mean"]
    peaks = [own["value"] for own in means if own["data-measure"] == "prefunding"]
    assert peaks == [str(whole * 10**6) for whole in (34, 39, 64, 69, 124, 129)]
    for chart in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        root = ElementTree.fromstring(chart)
        _, _, width, height = map(float, (root.get("viewBox") or "").split())
        for element in root:
            for name, most in (("x", width), ("cx", width), ("x2", width), ("y", height), ("cy", height)):
                assert 0 <= float(element.get(name, 0)) <= most
    ids = [own["id"] for _, own in page.elements if "id" in own]
    assert len(set(ids)) == len(ids)


def test_the_page_shows_broken_runs_and_the_users_words_as_text(tmp_path: Path) -> None:
    def some(limit: int, kind: int, number: int) -> Figures | str:
        return "the <b>chain</b> stopped" if (limit, number) == (1, 2) else linear(limit, kind, number)

    folder = build(tmp_path / "sweep", some, title="<script>alert(1)</script>")
    with open_sweep(folder) as stored:
        text = render_sweep(stored)
    Page(text)
    assert "<script>" not in text
    assert "the &lt;b&gt;chain&lt;/b&gt; stopped" in text
    assert "seed 102" in text
    assert "settlement run my-sweep/points/1.yaml --seed 101" in unescape(text)


def test_one_parameter_names_its_points_by_value(tmp_path: Path) -> None:
    with open_sweep(build(tmp_path / "sweep", linear, vary=VARY[:1])) as stored:
        page = render_sweep(stored)
    assert ">40 SU</text>" in page
    assert "<th>payment</th>" in page


def test_values_stand_under_the_boxes_where_there_is_room_and_in_a_legend_otherwise(
    sweep: StoredSweep, tmp_path: Path
) -> None:
    many = render_sweep(sweep, ["prefunding.peak"])
    assert ">6</text>" in many
    assert "<li>Point: payment, algorithm</li>" in many
    assert "<li><b>6</b> 40 SU, gross</li>" in many
    few = [{**VARY[0], "values": ["10 SU"], "numbers": ["10"]}, VARY[1]]
    with open_sweep(build(tmp_path / "few", linear, vary=few)) as stored:
        page = render_sweep(stored, ["prefunding.peak"])
    assert ">10 SU, gross</text>" in page
    assert '<ul class="legend"' not in page


def test_what_is_the_same_in_every_run_of_a_point_is_drawn_as_a_dot_and_said_so(tmp_path: Path) -> None:
    def steady(limit: int, kind: int, number: int) -> Figures:
        return {PEAK: 10 * limit + number * (limit == 2) * kind, REFUSED: limit}

    with open_sweep(build(tmp_path / "sweep", steady)) as stored:
        peak, refused = (render_sweep(stored, [name]) for name in ("prefunding.peak", "chain.refused"))
    drawn = [[page.count(f'class="{kind}"') for kind in ("same", "box")] for page in (peak, refused)]
    assert drawn == [[5, 1], [6, 0]]
    dot = "Dot: the same in every run of the point."
    assert f"5th and 95th percentile. {dot}</p>" in peak
    assert f'<p class="hint">{dot}</p>' in refused


def test_what_is_wider_than_the_page_scrolls_in_its_box_or_wraps(sweep: StoredSweep) -> None:
    text = render_sweep(sweep)
    assert text.count("<table") == text.count('<div class="wide"><table') > 2
    assert re.search(r"^\.wide \{[^}]*overflow-x: auto", text, re.MULTILINE)
    assert re.search(r"^pre \{[^}]*white-space: pre-wrap", text, re.MULTILINE)
    assert "<th>regime.<wbr>state_caps.<wbr>payment</th>" in text


def test_figures_are_chosen_by_name(settlement: Command, tmp_path: Path) -> None:
    folder = build(tmp_path / "sweep", linear)
    answer = settlement("report", folder, "--measure", "chain.refused")
    assert answer.code == 0
    assert "Chain: refused" in answer.out
    assert "Prefunding" not in answer.out
    unknown = settlement("report", folder, "--measure", "prefundng")
    assert (unknown.code, unknown.out) == (2, "")
    assert "did you mean 'prefunding'" in unknown.err
    page = settlement("report", folder, "--html", "page.html", "--measure", "prefunding")
    assert (page.code, page.out) == (0, "page.html\n")
    assert settlement("report", folder, "--html", "page.html").code == 2


def test_a_run_has_no_figures_to_choose(settlement: Command, bilateral_folder: Path) -> None:
    answer = settlement("report", bilateral_folder, "--measure", "chain")
    assert (answer.code, answer.out) == (2, "")
    assert "--measure chooses the figures of a sweep" in answer.err


def test_the_names_of_columns_say_what_they_hold() -> None:
    assert kind_of(PEAK) == "DECIMAL(38, 0)"
    assert kind_of(REFUSED) == "DOUBLE"
    assert (kind_of("seed"), kind_of("regime.phase")) == ("BIGINT", "VARCHAR")
    assert column_of("credits[0].amount") is None
