"""Measure the tests of the contracts: change the sources in one place at a time.

Usage: scripts/mutate [--sample N] [--seed S] [--minutes M] [REGEX]

Takes N changes (default 300) at random of those whose file and line match REGEX, builds each in a copy of
the checkout and runs the tests of the contracts in pytest, then in forge, until one fails. Outcomes are kept
in ``contracts/mutation.json`` as they come, so that a run goes on where the last one ended; those of a file
that has changed since are forgotten. A change that leaves the code as it was, or does not compile, is no
mutant. Ends with 1 when a mutant survives that ``contracts/mutation.toml`` does not explain.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.build_contracts import ARTIFACTS, CONTRACTS, REASONS, ROOT, compile_contracts
from scripts.mutants import Mutant, mutants

KEPT, EXPLAINED = CONTRACTS / "mutation.json", CONTRACTS / "mutation.toml"
#: The tests of the contracts, the quicker ones first. Engines and artifacts are not the contracts'.
PYTEST = (
    *("python", "-m", "pytest", "-x", "-q", "-n", "2", "-p", "no:cacheprovider"),
    *("tests/chain", "tests/model", "--ignore", "tests/chain/engines"),
)
SUITES = {"pytest": (PYTEST, "."), "forge": (("./forge", "test", "--fail-fast"), "contracts")}
#: No suite takes so long, seconds; one that does hangs in a loop of the mutant's.
PATIENCE = 900


#: What becomes of a change.
KILLED, SURVIVED, SAME, INVALID = "killed", "survived", "same code", "does not compile"


def all_mutants() -> list[Mutant]:
    """Every change of every contract, file by file."""
    trees = compile_contracts(outputs=())["sources"]
    found = []
    for path in sorted((CONTRACTS / "src").glob("*.sol")):
        if path != REASONS:
            name = path.relative_to(CONTRACTS).as_posix()
            found += mutants(name, path.read_bytes(), trees[name]["ast"])
    return found


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of the checkout's files as they are, with what npm installed."""
    with tempfile.TemporaryDirectory() as folder:
        files = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split("\0")
        for name in filter(None, files):
            if (ROOT / name).is_file():
                (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, Path(folder) / name)
        (Path(folder) / "contracts/node_modules").symlink_to(CONTRACTS / "node_modules")
        yield Path(folder)


def passes(command: tuple[str, ...], folder: Path) -> bool:
    """Whether a command ends well and in time in a folder of a copy."""
    environment = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=os.environ | environment, capture_output=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def judge(mutant: Mutant, folder: Path, originals: dict[str, str]) -> tuple[str, str]:
    """What becomes of a mutant in a copy, and which suite noticed it; the copy is as it was afterwards."""
    path = folder / "contracts" / mutant.file
    source = path.read_bytes()
    path.write_bytes(mutant.applied(source))
    try:
        if not passes(("python", "-m", "scripts.build_contracts"), folder):
            return INVALID, ""
        if bytecodes(folder) == originals:
            return SAME, ""
        noticed = next(
            (name for name, (command, where) in SUITES.items() if not passes(command, folder / where)), ""
        )
        return (KILLED if noticed else SURVIVED), noticed
    finally:
        path.write_bytes(source)


def bytecodes(folder: Path) -> dict[str, str]:
    """The code of every contract as it was last built in a copy."""
    built = (folder / ARTIFACTS.relative_to(ROOT)).glob("*.json")
    return {path.stem: json.loads(path.read_text())["bytecode"] for path in built}


def explanations() -> dict[str, str]:
    """Why a survivor is none to be killed, by what its line says and becomes."""
    if not EXPLAINED.exists():
        return {}
    return {entry["key"]: entry["why"] for entry in tomllib.loads(EXPLAINED.read_text())["explanation"]}


def show(sampled: list[Mutant], kept: dict[str, dict[str, str]]) -> int:
    """Print the score and the survivors; the exit code."""
    judged = [(m, kept[m.key]["outcome"]) for m in sampled if m.key in kept]
    count = {outcome: sum(o == outcome for _, o in judged) for outcome in (KILLED, SURVIVED, SAME, INVALID)}
    explained = explanations()
    survivors = [m for m, outcome in judged if outcome == SURVIVED]
    open_ = [m for m in survivors if m.key not in explained]
    for m in survivors:
        note = explained.get(m.key, "not explained")
        print(f"{SURVIVED:<16} {m} ({note})")
    equivalent = len(survivors) - len(open_)
    measured = count[KILLED] + len(open_)
    share = f"{count[KILLED] / measured:.1%}" if measured else "–"
    print(
        f"{count[KILLED]} of {measured} mutants killed ({share}); {equivalent} survivors explained,"
        f" {count[SAME]} left the code as it was, {count[INVALID]} did not compile"
    )
    return 1 if open_ else 0


def main() -> int:
    """Take the sample, judge what is not judged yet, keep and show it."""
    parser = argparse.ArgumentParser(description="Change contracts and see whether a test notices.")
    parser.add_argument("--sample", type=int, default=300, metavar="N", help="so many changes (default 300)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the sample (default 1)")
    parser.add_argument("--minutes", type=int, metavar="M", help="stop after so long, between two changes")
    parser.add_argument(
        "regex", nargs="?", default="", metavar="REGEX", help="matches FILE:LINE of the changes"
    )
    asked = parser.parse_args()
    every = all_mutants()
    kept = {key: value for key, value in _kept().items() if key in {m.key for m in every}}
    candidates = [m for m in every if re.search(asked.regex, f"{m.file}:{m.line}")]
    chance = random.Random(asked.seed)  # noqa: S311  # a sample, and the same one each time
    sampled = chance.sample(candidates, min(asked.sample, len(candidates)))
    print(f"{len(sampled)} of {len(candidates)} changes, {sum(m.key in kept for m in sampled)} judged before")
    until = time.monotonic() + 60 * asked.minutes if asked.minutes else None
    with copied() as folder:
        originals = bytecodes(folder)
        unjudged = [mutant for mutant in sampled if mutant.key not in kept]
        # What fails by itself would kill everything.
        suites = SUITES.items() if unjudged else ()
        failing = [name for name, (command, where) in suites if not passes(command, folder / where)]
        if failing:
            print(f"{' and '.join(failing)} fail without any change; mend them first", file=sys.stderr)
            return 2
        for mutant in unjudged:
            if until is not None and time.monotonic() > until:
                break
            outcome, noticed = judge(mutant, folder, originals)
            kept[mutant.key] = {"outcome": outcome, "suite": noticed}
            KEPT.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n")
            print(f"{outcome:<16} {mutant}", flush=True)
    return show(sampled, kept)


def _kept() -> dict[str, dict[str, str]]:
    return json.loads(KEPT.read_text()) if KEPT.exists() else {}


if __name__ == "__main__":
    sys.exit(main())
