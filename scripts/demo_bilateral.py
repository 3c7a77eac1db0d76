#!/usr/bin/env python
"""One import settled by one credit, from Python: run it, read its measures, write its report.

    scripts/demo_bilateral.py [FOLDER]

makes FOLDER (default: bilateral) with the run folder ``run``, the page ``report.html`` and the tables in
``csv``.
"""

import sys
from pathlib import Path

import settlement
from settlement.domain.errors import UserError


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
    try:
        main(Path(sys.argv[1] if len(sys.argv) > 1 else "bilateral"))
    except UserError as error:
        sys.exit(str(error))
