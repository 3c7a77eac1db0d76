"""Measure how much faster two processes do a sweep than one.

Usage: python -m scripts.bench_sweep [RUNS]    (default 200, of the baseline on revm)

The whole command is timed, by the clock on the wall: starting processes, loading modules and writing shards
are part of it. One process and two take turns, and the faster of each one's rounds counts.
"""

import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.bench_rows import Row, show

ROUNDS = 2


def seconds(runs: int, jobs: int) -> float:
    """How long a sweep of so many runs takes."""
    with TemporaryDirectory() as folder:
        words = ["--seeds", str(runs), "--jobs", str(jobs), "--evm", "revm", "--out", str(Path(folder) / "s")]
        command = [sys.executable, "-m", "settlement", "sweep", "baseline-bilateral", *words]
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - started


def rows(runs: int) -> list[Row]:
    """Runs a second with one process and with two, and their ratio."""
    rounds = [(seconds(runs, 1), seconds(runs, 2)) for _ in range(ROUNDS)]
    one, two = (min(taken) for taken in zip(*rounds, strict=True))
    return [
        Row(f"sweep of {runs} runs of the baseline in 1 process", runs / one, "/s"),
        Row(f"sweep of {runs} runs of the baseline in 2 processes", runs / two, "/s"),
        Row("sweep: 2 processes : 1 process", one / two, target=1.8),
    ]


if __name__ == "__main__":
    show(rows(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
