"""The short comparison with correspondent banks in the terminal's report."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from settlement.report.against import against_correspondents
from settlement.report.measures import MEASURES, StoredRun
from settlement.report.terminal import show_run
from settlement.report.yardsticks import YARDSTICKS, verdict
from settlement.scenario import Correspondent


def shown(run: StoredRun) -> str:
    console = Console(file=io.StringIO(), width=300)
    console.print(against_correspondents(run))
    assert isinstance(console.file, io.StringIO)
    return " ".join(console.file.getvalue().split())


def test_both_sides_stand_beside_each_other_with_every_yardstick(everything: StoredRun) -> None:
    text = shown(everything)
    for line in (
        "documents to account, median 24.5 h 6 days",
        "within 1 hour of due 28.6 % 0 %",
        "held up by investigations – 1",
        "tied up at most 500,000.00 SU 80,000.00 SU",
        "cost of transfers – 6,000.00 SU",
        "issuance, of the face amount – 0.9 % a year",
        "was faster: faster in 2 and slower in 0 of 2 trades",
        "the median gain is 5 days",
    ):
        assert line in text
    for stick in YARDSTICKS:
        assert stick.text in text
        assert stick.source in text


def test_the_block_stands_where_the_scenario_names_banks(everything: StoredRun) -> None:
    named = replace(
        everything, scenario=everything.scenario.model_copy(update={"correspondent": Correspondent()})
    )
    for run, told in ((everything, False), (named, True)):
        console = Console(file=io.StringIO(), width=160)
        show_run(console, run)
        assert isinstance(console.file, io.StringIO)
        assert ("Against correspondent banks" in console.file.getvalue()) is told


@pytest.mark.parametrize(
    ("times", "word", "gain"),
    [
        ([(1, 2), (1, 2), (9, 4)], "faster", "1 s"),
        ([(2, 1), (2, 1), (4, 9)], "slower", "-1 s"),
        # Most are a second faster, and the median of all is higher all the same.
        ([(7, 8), (7, 8), (1, 2), (9, 1), (9, 1)], "neither clearly faster nor clearly slower", "1 s"),
        ([(5, 5), (7, 7)], "neither clearly faster nor clearly slower", "0 s"),
    ],
)
def test_the_word_is_one_that_count_and_medians_agree_on(
    times: list[tuple[int, int]], word: str, gain: str
) -> None:
    """Pairs of seconds: under the regime, and through correspondent banks."""
    figures = {("against_baseline", f.key): f for f in MEASURES["against_baseline"].compute(times)}
    said = verdict(figures, lambda key: figures["against_baseline", key])
    assert f"the regime was <strong>{word}</strong>:" in said
    assert f"the median gain is {gain}." in said
