#!/usr/bin/env python
"""A day of multilateral clearing, from Python: what was owed, what moved, what it saved.

    scripts/demo_netting.py [FOLDER]

makes FOLDER (default: netting) with the run folder ``run`` and the page ``report.html``.
"""

import sys
from pathlib import Path

import settlement
from settlement.domain.errors import UserError


def main(folder: Path) -> None:
    """Run the netting day and show what came of it."""
    with settlement.run_scenario("netting-day", out=folder / "run") as run:
        print(f"{run.scenario.title}: {run.summary['status']}, run {run.summary['run_hash'][:16]}")
        measures = run.measures()
        for key in ("obligations", "gross", "net", "saving"):
            print(f"netting, {key}: {measures['netting'][key]}")
        for participant, peak in measures["peak_net_debit"].items():
            print(f"peak net debit of {participant}: {peak}")
        run.html(folder / "report.html")
    print(f"see {folder / 'report.html'}")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1] if len(sys.argv) > 1 else "netting"))
    except UserError as error:
        sys.exit(str(error))
