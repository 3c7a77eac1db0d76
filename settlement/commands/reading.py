"""Commands about what is stored: they need no chain."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from settlement.commands.options import HtmlOption, screen
from settlement.domain.errors import UserError
from settlement.report.exports import FORMATS

RunArgument = Annotated[Path, typer.Argument(metavar="RUN_DIR", help="What `settlement run` left.")]
MeasureOption = Annotated[
    list[str] | None,
    typer.Option("--measure", metavar="NAME", help="Of a sweep: a measure, or MEASURE.KEY, to show."),
]


def report(
    run_dir: Annotated[
        Path, typer.Argument(metavar="DIR", help="What `settlement run` or `settlement sweep` left.")
    ],
    html: HtmlOption = None,
    measure: MeasureOption = None,
) -> None:
    """Show a stored run or sweep again, without a chain."""
    from settlement.ledger.sweep_folder import MANIFEST

    if (run_dir / MANIFEST).exists():
        _report_sweep(run_dir, html, measure or ())
        return
    if measure:
        raise UserError("--measure chooses the figures of a sweep; expected a sweep folder; leave it out")
    _report_run(run_dir, html)


def _report_run(folder: Path, html: Path | None) -> None:
    from settlement.report.stored import open_run

    with open_run(folder) as stored:
        if html is None:
            from settlement.report.terminal import show_run

            show_run(screen(), stored)
        else:
            from settlement.report.page import render_page, save_page

            save_page(html, render_page(stored))
            print(html)


def _report_sweep(folder: Path, html: Path | None, names: Sequence[str]) -> None:
    from settlement.report.sweeps.stored import open_sweep

    with open_sweep(folder) as stored:
        if html is None:
            from settlement.report.sweeps.terminal import show_sweep

            show_sweep(screen(), stored, names)
        else:
            from settlement.report.page import save_page
            from settlement.report.sweeps.page import render_sweep

            save_page(html, render_sweep(stored, names))
            print(html)


def export(
    run_dir: RunArgument,
    form: Annotated[str, typer.Option("--format", metavar="|".join(FORMATS), help="What to write.")],
    out: Annotated[Path, typer.Option(help="The folder to make.")],
) -> None:
    """Write a stored run for other tools."""
    from settlement.report.exports import export_run
    from settlement.report.stored import open_run

    with open_run(run_dir) as stored:
        wrote = export_run(stored, form, out)
    print(f"{out}: {wrote}")


def compare(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="What `settlement run` left.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="Another one.")],
    html: HtmlOption = None,
) -> None:
    """Show what differs between two stored runs."""
    from settlement.report.comparison import Comparison, render_comparison, show_comparison
    from settlement.report.page import save_page
    from settlement.report.stored import open_run

    with open_run(run_a) as first, open_run(run_b) as second:
        comparison = Comparison(first, second)
        if html is None:
            show_comparison(screen(), comparison)
        else:
            save_page(html, render_comparison(comparison))
            print(html)
