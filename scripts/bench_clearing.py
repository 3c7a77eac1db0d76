"""Measure what clearing costs, and how far the heuristic stays from the optimum.

Usage: python -m scripts.bench_clearing [--json] [--obligations N]

Queues are random from fixed seeds: payers and payees drawn evenly, amounts and balances evenly up to a
most. Each measurement of cost runs in a process of its own, so that its peak memory is its own.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

from rich.console import Console

from scripts.bench_rows import Row
from scripts.memory import peak
from settlement.clearing import Algorithm, Obligation, Participant, Queue, clear
from settlement.report.tables import plain_table

MEMBERS, SEED = 1_000, 1
#: Obligations, participants, and the greatest balance where the greatest amount is 100.
KINDS = ((12, 4, 100), (30, 5, 100), (60, 8, 100), (60, 8, 300))
QUEUES = 20
#: The algorithms for a queue of any length.
SCALING = (Algorithm.GROSS, Algorithm.FIFO, Algorithm.BYPASS)


@dataclass(frozen=True)
class Cost:
    """What one algorithm took for one queue: processor time, and memory on top of the queue's own."""

    algorithm: str
    obligations: int
    settled: int
    seconds: float
    bytes_each: int


@dataclass(frozen=True)
class Distance:
    """How `bypass` compares with the certain optimum over queues of one kind."""

    obligations: int
    participants: int
    most_balance: int
    queues: int
    uncertain: int
    value_ratio: float
    worst_ratio: float
    share_equal: float


def random_queue(
    obligations: int, participants: int, most_balance: int, most_amount: int, seed: int
) -> Queue:
    """A queue drawn from a seed."""
    chance = random.Random(seed)  # noqa: S311 - a benchmark, not a secret
    names = [f"P{number}" for number in range(participants)]
    holders = tuple(Participant(name, chance.randrange(most_balance + 1)) for name in names)
    pairs = (chance.sample(names, 2) for _ in range(obligations))
    owed = (
        Obligation(number, payer, payee, chance.randint(1, most_amount))
        for number, (payer, payee) in enumerate(pairs)
    )
    return Queue(holders, tuple(owed))


def measure(algorithm: Algorithm, obligations: int) -> Cost:
    """Clear one queue in this process."""
    queue = random_queue(obligations, MEMBERS, 100_000, 1_000, SEED)
    before, start = peak(), time.process_time()
    answer = clear(queue, algorithm)
    seconds, added = time.process_time() - start, peak() - before
    return Cost(algorithm.value, obligations, len(answer.settled), round(seconds, 4), added // obligations)


def measured_apart(algorithm: Algorithm, obligations: int) -> Cost:
    """Clear one queue in a process of its own."""
    words = ["-m", "scripts.bench_clearing", "--one", algorithm.value, "--obligations", str(obligations)]
    done = subprocess.run([sys.executable, *words], check=True, capture_output=True, text=True)
    return Cost(**json.loads(done.stdout))


def distance(obligations: int, participants: int, most_balance: int) -> Distance:
    """Compare over queues of one kind; those whose optimum is not certain are counted apart."""
    ratios = []
    for seed in range(QUEUES):
        queue = random_queue(obligations, participants, most_balance, 100, seed)
        best = clear(queue, Algorithm.OPTIMAL)
        if best.bound in (None, best.gross_value):
            ratios.append(clear(queue, Algorithm.BYPASS).gross_value / (best.gross_value or 1))
    return Distance(
        obligations,
        participants,
        most_balance,
        QUEUES,
        QUEUES - len(ratios),
        round(sum(ratios) / len(ratios), 4),
        round(min(ratios), 4),
        round(sum(ratio == 1 for ratio in ratios) / len(ratios), 2),
    )


def rows(obligations: int, rounds: int) -> list[Row]:
    """Obligations a second of each algorithm that scales, and memory each."""
    costs = {name.value: [measured_apart(name, obligations) for _ in range(rounds)] for name in SCALING}
    return [
        *(
            Row(f"{name}: obligations of {obligations:,}", tuple(map(rate, c)), "/s")
            for name, c in costs.items()
        ),
        *(
            Row(f"{name}: memory an obligation", tuple(cost.bytes_each for cost in c), "bytes")
            for name, c in costs.items()
        ),
    ]


def rate(cost: Cost) -> float:
    """Obligations cleared in a second of processor time."""
    return cost.obligations / cost.seconds


def show(costs: list[Cost], distances: list[Distance]) -> None:
    """Print both tables."""
    console = Console(markup=False, width=110)
    table = plain_table("algorithm", ">obligations", ">settled", ">seconds", ">bytes each")
    for cost in costs:
        figures = (f"{cost.obligations:,}", f"{cost.settled:,}", f"{cost.seconds:.1f}", f"{cost.bytes_each}")
        table.add_row(cost.algorithm, *figures)
    console.print(table)
    table = plain_table(
        ">obligations", ">participants", ">balance to", ">of optimum", ">at worst", ">equal", ">uncertain"
    )
    for row in distances:
        shares = (f"{row.value_ratio:.1%}", f"{row.worst_ratio:.1%}", f"{row.share_equal:.0%}")
        sizes = (f"{row.obligations}", f"{row.participants}", f"{row.most_balance}")
        table.add_row(*sizes, *shares, f"{row.uncertain} of {row.queues}")
    console.print(table)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what clearing costs.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--obligations", type=int, default=1_000_000, help="size of the longest queue")
    parser.add_argument("--one", type=Algorithm, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        print(json.dumps(asdict(measure(options.one, options.obligations))))
        return
    sizes = [options.obligations // 10, options.obligations]
    costs = [measured_apart(algorithm, size) for algorithm in SCALING for size in sizes]
    distances = [distance(*kind) for kind in KINDS]
    if options.json:
        found = {"costs": [asdict(cost) for cost in costs], "distances": [asdict(row) for row in distances]}
        print(json.dumps(found))
    else:
        show(costs, distances)


if __name__ == "__main__":
    main()
