"""Measure everything in one go, and hold it to what it is to reach.

Usage: scripts/bench [--quick] [--json FILE] [engines|node|scale|sweep|clearing ...]    (default: all of them)

Ratios are of one run, so that they hold whatever the machine does beside it. A target that is missed is
shown, and is no failure. The whole takes about a quarter of an hour, ``--quick`` about a minute.
"""

import argparse
import json
import platform
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from scripts import bench_clearing, bench_engines, bench_node, bench_scale, bench_sweep
from scripts.bench_rows import Row, show

#: What each part measures, quickly or not.
PARTS: dict[str, Callable[[bool], list[Row]]] = {
    "engines": lambda quick: bench_engines.rows(0.3 if quick else 3.0),
    "node": lambda quick: bench_node.rows(1 if quick else 5),
    "scale": lambda quick: bench_scale.rows((50, 100, 400) if quick else (100, 1_000, 10_000, 100_000)),
    "sweep": lambda quick: bench_sweep.rows(8 if quick else 200),
    "clearing": lambda quick: bench_clearing.rows(10_000 if quick else 1_000_000),
}


def main() -> None:
    """Measure, print, and write the file."""
    parser = argparse.ArgumentParser(description="Measure speed and memory.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    parser.add_argument("--quick", action="store_true", help="small sizes, for a look")
    parser.add_argument("--json", type=Path, default=Path("runs/bench.json"), help="default: %(default)s")
    options = parser.parse_args()
    if unknown := [part for part in options.parts if part not in PARTS]:
        parser.error(f"{unknown[0]}: no such part; expected some of {', '.join(PARTS)}")
    found: dict[str, list[Row]] = {}
    for part in options.parts or PARTS:
        found[part] = PARTS[part](options.quick)
        show(found[part])
        print()
    machine = {"python": platform.python_version(), "machine": platform.machine(), "quick": options.quick}
    rows = {part: [row.to_json() for row in rows] for part, rows in found.items()}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps({**machine, "rows": rows}, indent=2) + "\n")
    Console(markup=False, highlight=False).print(str(options.json))


if __name__ == "__main__":
    main()
