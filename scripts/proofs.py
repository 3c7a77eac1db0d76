"""Prove what ``contracts/proofs`` states, with Halmos.

Run by ``scripts/prove`` in the environment that has it.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
OUT = "out/proofs"
#: A statement's name says whether it is known to be answered in time (``check_``) or not yet (``open_``).
ANSWERED, OPEN = "check_", "open_"
#: More turns than any loop of the calls takes; a loop that would take more leaves its proof unknown.
LOOP = 4
SECONDS_PER_PROOF = 240
#: Halmos's exit codes of a proof that are an answer; everything else is none.
ANSWERS = {0: "proved", 1: "refuted"}


def build(environment: dict[str, str]) -> None:
    """Compile the proofs with the contracts they are about."""
    # As Halmos builds, so that it finds nothing left to do.
    command = ["./forge", "build", "--ast", "--extra-output", "storageLayout", "metadata", "--quiet"]
    done = subprocess.run(command, cwd=CONTRACTS, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"forge build failed:\n{done.stdout}{done.stderr}")


def stated(contract: str, prefixes: tuple[str, ...]) -> list[str]:
    """The names of the proofs of a contract, as its build has them."""
    artifact = CONTRACTS / OUT / f"{contract}.sol" / f"{contract}.json"
    signatures = json.loads(artifact.read_text())["methodIdentifiers"]
    return sorted(name.partition("(")[0] for name in signatures if name.startswith(prefixes))


def run(command: list[str], environment: dict[str, str]) -> str:
    """What the command prints; it and all it started end with the time of a proof."""
    process = subprocess.Popen(
        command,
        cwd=CONTRACTS,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        return process.communicate(timeout=SECONDS_PER_PROOF)[0]
    except subprocess.TimeoutExpired:
        return f"no answer within {SECONDS_PER_PROOF} s\n"
    finally:
        # Also where its reader interrupts it, so that no solver is left behind.
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def prove(contract: str, proof: str, environment: dict[str, str]) -> tuple[str, str]:
    """What became of the proof, ``proved``, ``refuted`` or ``unknown``, and what Halmos printed."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command = ["halmos", "--forge-build-out", OUT, "--contract", contract, "--no-status"]
        command += ["--match-test", f"^{proof}\\(", "--loop", str(LOOP), "--json-output", str(answer)]
        command += [
            "--solver-timeout-assertion",
            f"{SECONDS_PER_PROOF}s",
            "--solver-timeout-branching",
            "20ms",
        ]
        command += ["--solver-command", f"{sys.executable} {ROOT / 'scripts/solver.py'}"]
        printed = run(command, {**environment, "TMPDIR": folder})
        report: dict[str, Any] = json.loads(answer.read_text()) if answer.exists() else {"test_results": {}}
    results = [result for found in report["test_results"].values() for result in found]
    return _told(results[0] if results else None), printed


def _told(result: dict[str, Any] | None) -> str:
    if result is None:
        return "unknown"
    word = ANSWERS.get(result["exitcode"], "unknown")
    # A loop that was not followed to its end is no proof.
    if word == "proved" and result["num_bounded_loops"]:
        word = "unknown"
    return f"{word}, {result['num_paths'][0]} paths"


def main() -> int:
    """Make every proof that the arguments select, a line for each as it ends; returns the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/prove", description="Prove what contracts/proofs states.")
    parser.add_argument("regex", nargs="?", default="", help="of contract and name, as Token or Escrow.*Fund")
    parser.add_argument("--all", action="store_true", help="try what was not answered in time so far too")
    chosen = parser.parse_args()
    prefixes = (ANSWERED, OPEN) if chosen.all else (ANSWERED,)
    programs = [str(folder) for folder in CONTRACTS.glob("node_modules/@foundry-rs/forge-*/bin")]
    environment = {**os.environ, "FOUNDRY_PROFILE": "proofs"}
    environment["PATH"] = os.pathsep.join([*programs, os.environ["PATH"]])
    build(environment)
    made = proved = 0
    for source in sorted((CONTRACTS / "proofs").glob("*Proof.sol")):
        contract = source.stem
        for proof in stated(contract, prefixes):
            if not re.search(chosen.regex, f"{contract}.{proof}"):
                continue
            start = time.monotonic()
            told, printed = prove(contract, proof, environment)
            print(f"{contract}.{proof}: {told}, {time.monotonic() - start:.0f} s", flush=True)
            made += 1
            if told.startswith("proved"):
                proved += 1
            else:
                print(printed, flush=True)
    print(f"proofs: {proved} proved, {made - proved} not")
    return 0 if made and proved == made else 1


if __name__ == "__main__":
    sys.exit(main())
