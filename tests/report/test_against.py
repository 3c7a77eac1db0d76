"""The short comparison with correspondent banks in the terminal's report."""

import io
from dataclasses import replace

from rich.console import Console

from settlement.report.against import against_correspondents
from settlement.report.stored import StoredRun
from settlement.report.terminal import show_run
from settlement.report.yardsticks import YARDSTICKS
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
