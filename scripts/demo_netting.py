"""A day of multilateral clearing, from Python: what was owed, what moved, what it saved.

    python -m scripts.demo_netting [FOLDER]

makes FOLDER (default: netting) with the run folder ``run`` and the page ``report.html``.
"""

from pathlib import Path

import settlement
from scripts.demos import run_demo


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
    run_demo(main, "netting")
