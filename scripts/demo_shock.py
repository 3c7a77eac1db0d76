"""A fall of the price, from Python: what the reserve covers, what was refused, what the desk lost.

    python -m scripts.demo_shock [FOLDER]

makes FOLDER (default: shock) with the run folder ``run`` and the page ``report.html``.
"""

from pathlib import Path

import settlement
from scripts.demos import run_demo


def main(folder: Path) -> None:
    """Run the price shock and show what came of it."""
    with settlement.run_scenario("price-shock", out=folder / "run") as run:
        print(f"{run.scenario.title}: {run.summary['status']}, run {run.summary['run_hash'][:16]}")
        measures = run.measures()
        before = None
        for day, coverage in measures["reserve_coverage"].items():
            if coverage.value is not None and coverage.value != before:
                print(f"reserve coverage from {day}: {coverage}")
            before = coverage.value
        print(f"against the market, conversion cost the desk's clients {measures['conversion']['cost']}")
        for reason, count in measures["rejections"].items():
            print(f"refused, {count} ×: {reason}")
        run.html(folder / "report.html")
    print(f"see {folder / 'report.html'}")


if __name__ == "__main__":
    run_demo(main, "shock")
