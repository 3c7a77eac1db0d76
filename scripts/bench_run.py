"""Measure everything in one go, hold it to what it is to reach, and write the README's table.

Usage: scripts/bench [--quick] [--json FILE] [PART ...]    (default: all parts)

Ratios are of one run and round by round, so that they hold whatever the machine does beside it. A target
that is missed is shown, and is no failure. The whole takes about 25 minutes and renews ``scripts/bench.json``
and the table that is made of it; so does a part that is named, where the rest is of the same environment.
``--quick`` takes a minute or two and writes to ``runs/bench.json`` alone. Making the environments takes some
minutes more, once.
"""

import argparse
import os
import platform
import re
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from scripts import bench_clearing, bench_commands, bench_engines, bench_node, bench_peers, bench_scale
from scripts.bench_rows import Row, show
from scripts.bench_table import RESULT, Result, write
from scripts.tables import ROOT
from settlement.chain.engines.backends import DEFAULT_BACKEND

#: What each part measures, quickly or not.
PARTS: dict[str, Callable[[bool], list[Row]]] = {
    "start": lambda quick: bench_commands.start_rows(1 if quick else 7),
    "engines": lambda quick: bench_engines.rows(0.1 if quick else 1.0, 2 if quick else 5),
    "library": lambda quick: bench_commands.library_rows(1 if quick else 2, quick),
    "scale": lambda quick: (
        bench_scale.rows((50, 100, 400), 1) if quick else bench_scale.rows((100, 1_000, 10_000), 3)
    ),
    "sweep": lambda quick: bench_commands.sweep_rows(8 if quick else 200, 1 if quick else 3),
    "clearing": lambda quick: bench_clearing.rows(10_000 if quick else 1_000_000, 1 if quick else 3),
    "node": lambda quick: bench_node.rows(1 if quick else 5),
    "peers": lambda quick: (
        bench_peers.rows(0.1, 500, 50, 1) if quick else bench_peers.rows(1.0, 10_000, 500, 5)
    ),
}
QUICK = ROOT / "runs" / "bench.json"
#: Of a requirement as a package states it: what it names, and the extra that it belongs to.
_NAME, _EXTRA = re.compile(r"[\w.-]+"), re.compile(r"extra == \"(\w+)\"")


def environment() -> dict[str, Any]:
    """What measures: machine, Python, which extras are there, engines, and the version of each package."""
    wanted: dict[str, list[str]] = {}
    for line in requires("settlement") or ():
        extra, name = _EXTRA.search(line), _NAME.match(line)
        wanted.setdefault(extra[1] if extra else "", []).extend([name[0]] if name else [])
    del wanted["dev"]
    names = sorted({name for members in wanted.values() for name in members})
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "processor": _processor(),
        "extras": {extra: all(map(_version, members)) for extra, members in wanted.items() if extra},
        "engines": bench_engines.installed(),
        "default engine": DEFAULT_BACKEND,
        "versions": {name: found for name in names if (found := _version(name))},
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    """What the system calls the processor."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.processor()


def main() -> None:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measure speed and memory.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    parser.add_argument("--quick", action="store_true", help="small sizes, for a look")
    parser.add_argument(
        "--json", type=Path, help=f"default: {RESULT.name}, or with --quick runs/{QUICK.name}"
    )
    options = parser.parse_args()
    if unknown := [part for part in options.parts if part not in PARTS]:
        parser.error(f"{unknown[0]}: no such part; expected some of {', '.join(PARTS)}")
    file = options.json or (QUICK if options.quick else RESULT)
    result = Result(environment(), options.quick, {})
    kept = Result.read(file) if options.parts and file.exists() else result
    if (kept.environment, kept.quick) != (result.environment, result.quick):
        sys.exit(
            f"{file} was measured elsewhere or at other sizes; run all parts, or name another with --json"
        )
    print(f"{result.caption}\n")
    for part in options.parts or PARTS:
        print(f"{part}:")
        result.parts[part] = PARTS[part](options.quick)
        show(result.parts[part])
        print()
    Result(result.environment, result.quick, kept.parts | result.parts).write(file)
    print(file)
    if file == RESULT:
        write()


if __name__ == "__main__":
    main()
