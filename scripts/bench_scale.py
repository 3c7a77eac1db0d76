"""Measure what a trade costs as there are more of them: processor time, memory, the bare engine's share.

Usage: python -m scripts.bench_scale [TRADES ...]    (two sizes at least; default: 100 1000 10000)

The trades are those of the shipped scenario `quarter-at-scale`, more or fewer of them, in amounts that keep
the money the same. Each size is run in a process of its own, which writes down what it sent; another process
then puts the same calldata to the bare engine. So each one's peak memory is its own.
"""

import argparse
import gc
import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from unittest.mock import patch

from scripts.bench_rows import Row, show
from scripts.memory import peak
from scripts.replay import Call, Engine, RawPyEvm, RawRevm, record, replay
from settlement import run
from settlement.chain import deployments
from settlement.chain.engines.backends import open_backend
from settlement.chain.port import Backend
from settlement.domain.baseline import Passage
from settlement.scenario import Scenario, parse_scenario, scenario_text

SCENARIO = "quarter-at-scale"
ENGINES: dict[str, Callable[[], Engine]] = {"revm": RawRevm, "py-evm": RawPyEvm}
KIB = 1024


@dataclass(frozen=True)
class Cost:
    """What so many trades took: processor seconds and peak bytes, of the run and of the bare engine."""

    trades: int
    transactions: int
    seconds: float
    engine_seconds: float
    peak: int
    engine_peak: int

    @property
    def milliseconds_each(self) -> float:
        """Processor time a trade."""
        return 1000 * self.seconds / self.trades


def of_size(scenario: Scenario, trades: int) -> Scenario:
    """The scenario with about so many trades, whose amounts keep the money the same."""
    drawn = sum(flow.trades for flow in scenario.flows)

    def scaled(minor: int) -> int:
        return minor * drawn // trades

    flows = (
        flow.model_copy(
            update={
                "trades": flow.trades * trades // drawn,
                "amount": replace(flow.amount, low=scaled(flow.amount.low), high=scaled(flow.amount.high)),
            }
        )
        for flow in scenario.flows
    )
    return scenario.model_copy(update={"flows": tuple(flows)})


def run_apart(trades: int, evm: str, folder: Path) -> dict[str, Any]:
    """Run so many trades in this process; their calldata is written to ``folder``."""
    text = scenario_text(SCENARIO)
    scenario = of_size(parse_scenario(text, SCENARIO), trades)
    with (folder / "calls").open("w") as file:

        def opened(name: str, genesis_time: int, accounts: Iterable[str], attach: bool = False) -> Backend:
            backend = open_backend(name, genesis_time, accounts, attach=attach)
            record(backend, lambda call: print(written(call), file=file))
            return backend

        with patch.object(deployments, "open_backend", opened):
            started = time.process_time()
            outcome = run.run_scenario(scenario, text, folder / "run", backend=evm)
            seconds = time.process_time() - started
    drawn = sum(flow.trades for flow in scenario.flows)
    return {"trades": drawn, "transactions": outcome.transactions, "seconds": seconds, "peak": peak()}


def replay_apart(evm: str, folder: Path) -> dict[str, Any]:
    """Put the calldata in ``folder`` to the bare engine, in this process."""
    seconds = replay(ENGINES[evm](), read_calls(folder / "calls"))
    return {"engine_seconds": seconds, "engine_peak": peak()}


def read_calls(path: Path) -> Iterator[Call]:
    """The calls of a file, one after the other."""
    with path.open() as file:
        for line in file:
            timestamp, *parts = line.rstrip("\n").split(" ")
            sender, to, data = map(bytes.fromhex, parts)
            yield Call(sender, to, data, int(timestamp))


def written(call: Call) -> str:
    """A call as a line of such a file: its time, then sender, contract and data in hexadecimal."""
    return " ".join([str(call.timestamp), call.sender.hex(), call.to.hex(), call.data.hex()])


def held(trades: int) -> dict[str, Any]:
    """What Python objects hold once so many trades are done, in this process.

    That leaves out what is native: the engine's state and the store's pages.
    """
    text = scenario_text(SCENARIO)
    scenario = of_size(parse_scenario(text, SCENARIO), trades)
    found: dict[str, Any] = {"trades": sum(flow.trades for flow in scenario.flows)}
    compare = run._Book.compare

    def count(book: run._Book, passages: Iterable[Passage]) -> None:
        book.store.flush()
        gc.collect()
        found["held"] = tracemalloc.get_traced_memory()[0]
        compare(book, passages)

    with patch.object(run._Book, "compare", count), TemporaryDirectory() as folder:
        tracemalloc.start()
        run.run_scenario(scenario, text, Path(folder) / "run", backend="revm")
    return found


def apart(part: str, trades: int, evm: str, folder: str = "") -> dict[str, Any]:
    """One part, done by a process of its own."""
    words = [str(trades), "--evm", evm, "--part", part, "--folder", folder]
    command = [sys.executable, "-m", "scripts.bench_scale", *words]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measured(trades: int, evm: str) -> Cost:
    """Run, then replay."""
    with TemporaryDirectory() as folder:
        found = apart("run", trades, evm, folder) | apart("replay", trades, evm, folder)
    return Cost(**found)


def rows(sizes: Sequence[int], rounds: int) -> list[Row]:
    """Cost curves on revm, from the smallest size to the greatest, which is run once."""
    curve = [[measured(trades, "revm") for _ in range(rounds)] for trades in sizes[:-1]]
    curve.append([measured(sizes[-1], "revm")])
    # The smallest is nearly all deployment.
    first, last = curve[1], curve[-1]
    middle = min(curve[1:], key=lambda costs: abs(costs[0].trades - 10_000))
    few, many = apart("held", 500, "revm"), apart("held", 2_500, "revm")
    own = (many["held"] - few["held"]) / (many["trades"] - few["trades"])
    return [
        *(
            Row(f"a trade of {costs[0].trades:,}, on revm", tuple(c.milliseconds_each for c in costs), "ms")
            for costs in curve
        ),
        *(
            Row(
                f"peak memory with {costs[0].trades:,} trades, on revm",
                tuple(c.peak / 1e6 for c in costs),
                "MB",
            )
            for costs in curve
        ),
        Row(f"memory a trade, {_span(first, middle)}", added(first, middle, "peak"), "KB", 12, sense="most"),
        Row(f"of which bare pyrevm, {_span(first, middle)}", added(first, middle, "engine_peak"), "KB"),
        Row("memory that the simulator's own objects take a trade", (own / KIB,), "KiB", 2, 1, "most"),
        Row(
            f"bare replay : whole run of {middle[0].trades:,} trades, on revm",
            tuple(cost.engine_seconds / cost.seconds for cost in middle),
            target=0.40,
            then=0.47,
        ),
        Row(
            f"cost a trade, {_span(first, last)}, the more to the fewer",
            tuple(last[0].milliseconds_each / cost.milliseconds_each for cost in first),
            target=1.2,
            sense="most",
        ),
    ]


def added(few: Sequence[Cost], many: Sequence[Cost], of: Literal["peak", "engine_peak"]) -> tuple[float, ...]:
    """Kilobytes that each trade more adds to a peak, round by round."""
    pairs = zip(few, many, strict=len(few) == len(many))
    return tuple((getattr(m, of) - getattr(f, of)) / (m.trades - f.trades) / 1000 for f, m in pairs)


def _span(few: Sequence[Cost], many: Sequence[Cost]) -> str:
    return f"{few[0].trades:,} to {many[0].trades:,} trades"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what a trade costs as there are more of them.")
    parser.add_argument("trades", nargs="*", type=int, default=[100, 1_000, 10_000])
    parser.add_argument("--evm", choices=sorted(ENGINES), default="revm", help=argparse.SUPPRESS)
    parser.add_argument("--part", choices=("run", "replay", "held"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    match options.part:
        case "run":
            print(json.dumps(run_apart(options.trades[0], options.evm, options.folder)))
        case "replay":
            print(json.dumps(replay_apart(options.evm, options.folder)))
        case "held":
            print(json.dumps(held(options.trades[0])))
        case None:
            show(rows(options.trades, 1))


if __name__ == "__main__":
    main()
