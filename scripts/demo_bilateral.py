"""One import settled by one credit, from Python: run it, read its measures, write its report.

    python -m scripts.demo_bilateral [FOLDER]

makes FOLDER (default: bilateral) with the run folder ``run``, the page ``report.html`` and the tables in
``csv``.
"""

from pathlib import Path

import settlement
from scripts.demos import run_demo


def main(folder: Path) -> None:
    """Run the baseline and show what came of it."""
    with settlement.run_scenario("baseline-bilateral", out=folder / "run") as run:
        print(f"{run.scenario.title}: {run.summary['status']}, run {run.summary['run_hash'][:16]}")
        measures = run.measures()
        for name, key in (
            ("settlement_rate", "by value"),
            ("order_to_final", "median"),
            ("due_to_final", "median"),
            ("prefunding", "tied up"),
        ):
            print(f"{name}, {key}: {measures[name][key]}")
        run.html(folder / "report.html")
        run.export("csv", folder / "csv")
    print(f"see {folder / 'report.html'}")


if __name__ == "__main__":
    run_demo(main, "bilateral")
