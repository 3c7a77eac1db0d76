"""Prove what ``contracts/proofs`` states, with Halmos.

Run by ``scripts/prove`` in the environment that has it.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
OUT = "out/proofs"
PREFIX = "check_"
#: More turns than any loop of the calls takes; a loop that would take more leaves its proof unknown.
LOOP = 4
SECONDS_PER_QUERY = 180
#: Halmos's exit codes of a proof that are an answer; everything else is none.
ANSWERS = {0: "proved", 1: "refuted"}


def build(environment: dict[str, str]) -> None:
    """Compile the proofs with the contracts they are about."""
    # As Halmos builds, so that it finds nothing left to do.
    command = ["./forge", "build", "--ast", "--extra-output", "storageLayout", "metadata", "--quiet"]
    done = subprocess.run(command, cwd=CONTRACTS, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"forge build failed:\n{done.stdout}{done.stderr}")


def stated(contract: str) -> list[str]:
    """The names of the proofs of a contract, as its build has them."""
    artifact = CONTRACTS / OUT / f"{contract}.sol" / f"{contract}.json"
    signatures = json.loads(artifact.read_text())["methodIdentifiers"]
    return sorted(name.partition("(")[0] for name in signatures if name.startswith(PREFIX))


def prove(contract: str, proofs: list[str], environment: dict[str, str]) -> dict[str, str]:
    """What became of each proof: ``proved``, ``refuted`` or ``unknown``, with its paths and seconds."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command = ["halmos", "--forge-build-out", OUT, "--contract", contract, "--no-status"]
        command += [
            "--match-test",
            f"^({'|'.join(proofs)})\\(",
            "--loop",
            str(LOOP),
            "--json-output",
            str(answer),
        ]
        command += [
            "--solver-timeout-assertion",
            f"{SECONDS_PER_QUERY}s",
            "--solver-timeout-branching",
            "20ms",
        ]
        command += ["--solver-command", f"{sys.executable} {ROOT / 'scripts/solver.py'}"]
        done = subprocess.run(command, cwd=CONTRACTS, env=environment, capture_output=True, text=True)
        report: dict[str, Any] = json.loads(answer.read_text()) if answer.exists() else {"test_results": {}}
    results = {
        result["name"].partition("(")[0]: result
        for found in report["test_results"].values()
        for result in found
    }
    told = {proof: _told(results.get(proof)) for proof in proofs}
    if not all(word.startswith("proved") for word in told.values()):
        print(done.stdout + done.stderr)
    return told


def _told(result: dict[str, Any] | None) -> str:
    if result is None:
        return "unknown"
    word = ANSWERS.get(result["exitcode"], "unknown")
    # A loop that was not followed to its end is no proof.
    if word == "proved" and result["num_bounded_loops"]:
        word = "unknown"
    return f"{word}, {result['num_paths'][0]} paths, {result['time'][0]:.1f} s"


def main() -> int:
    """Make every proof that the argument, a regular expression, selects; returns the exit code."""
    wanted = re.compile(sys.argv[1] if len(sys.argv) > 1 else "")
    programs = [str(folder) for folder in CONTRACTS.glob("node_modules/@foundry-rs/forge-*/bin")]
    environment = {**os.environ, "FOUNDRY_PROFILE": "proofs"}
    environment["PATH"] = os.pathsep.join([*programs, os.environ["PATH"]])
    build(environment)
    words: list[str] = []
    for source in sorted((CONTRACTS / "proofs").glob("*Proof.sol")):
        contract = source.stem
        proofs = [proof for proof in stated(contract) if wanted.search(f"{contract}.{proof}")]
        for proof, told in prove(contract, proofs, environment).items() if proofs else ():
            print(f"{contract}.{proof}: {told}", flush=True)
            words.append(told)
    proved = sum(word.startswith("proved") for word in words)
    print(f"proofs: {proved} proved, {len(words) - proved} not")
    return 0 if words and proved == len(words) else 1


if __name__ == "__main__":
    sys.exit(main())
