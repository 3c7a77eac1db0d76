"""What Slither finds in the contracts, less what contracts/slither.toml explains.

Run by ``scripts/slither`` in the environment that has Slither.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
EXPLANATIONS = CONTRACTS / "slither.toml"
#: Impacts that must be explained; Informational and Optimization are matters of taste.
LOOKED_AT = ("High", "Medium", "Low")
#: Beside forge's usual output, which holds the tests too.
BUILD = {"FOUNDRY_OUT": "out/slither", "FOUNDRY_CACHE_PATH": "cache/slither"}


@dataclass(frozen=True)
class Finding:
    """One finding: the detector, its impact, where (``Contract.function``), and what Slither says."""

    check: str
    impact: str
    place: str
    text: str


@dataclass(frozen=True)
class Explanation:
    """Why findings of a detector are none: at the places named, or everywhere."""

    check: str
    places: frozenset[str]
    why: str

    def covers(self, finding: Finding) -> bool:
        """Whether it explains ``finding``."""
        return finding.check == self.check and (not self.places or finding.place in self.places)


def build(environment: dict[str, str]) -> None:
    """Compile the sources alone, with the build information that Slither reads."""
    shutil.rmtree(CONTRACTS / BUILD["FOUNDRY_OUT"], ignore_errors=True)
    command = ["./forge", "build", "src", "--build-info", "--force", "--quiet"]
    done = subprocess.run(command, cwd=CONTRACTS, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"forge build failed:\n{done.stdout}{done.stderr}")


def analyse(environment: dict[str, str]) -> list[Finding]:
    """Run every detector of Slither over the build."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "findings.json"
        command = ["slither", ".", "--ignore-compile", "--filter-paths", "node_modules"]
        command += ["--foundry-out-directory", BUILD["FOUNDRY_OUT"], "--json", str(answer)]
        done = subprocess.run(command, cwd=CONTRACTS, env=environment, capture_output=True, text=True)
        if not answer.exists():
            raise SystemExit(f"slither failed:\n{done.stdout}{done.stderr}")
        report: dict[str, Any] = json.loads(answer.read_text())
    if not report["success"]:
        raise SystemExit(f"slither failed: {report['error']}")
    return [
        Finding(found["check"], found["impact"], _place(found["elements"]), found["description"].strip())
        for found in report["results"].get("detectors", [])
    ]


def _place(elements: list[dict[str, Any]]) -> str:
    """``Contract.function`` of the first thing that a finding names."""
    first = elements[0]
    parent = first.get("type_specific_fields", {}).get("parent")
    while parent and parent["type"] not in ("function", "contract"):
        first, parent = parent, parent.get("type_specific_fields", {}).get("parent")
    return f"{parent['name']}.{first['name']}" if parent else str(first["name"])


def main() -> int:
    """Print what is unexplained, or explained for nothing; returns the exit code."""
    explanations = [
        Explanation(item["check"], frozenset(item.get("in", [])), item["why"])
        for item in tomllib.loads(EXPLANATIONS.read_text())["explanation"]
    ]
    programs = [str(folder) for folder in CONTRACTS.glob("node_modules/@foundry-rs/forge-*/bin")]
    environment = {**os.environ, **BUILD, "PATH": os.pathsep.join([*programs, os.environ["PATH"]])}
    build(environment)
    findings = [finding for finding in analyse(environment) if finding.impact in LOOKED_AT]
    open_ones = [f for f in findings if not any(e.covers(f) for e in explanations)]
    for finding in open_ones:
        print(f"{finding.impact}: {finding.check} in {finding.place}\n{finding.text}\n")
    idle = [
        f"{e.check} in {place or 'all contracts'}: explained, but not found"
        for e in explanations
        for place in sorted(e.places) or [""]
        if not any(e.covers(f) and (not place or f.place == place) for f in findings)
    ]
    print("\n".join(idle) + "\n" * bool(idle), end="")
    counts = Counter(finding.impact for finding in findings)
    told = ", ".join(f"{counts[impact]} {impact.lower()}" for impact in LOOKED_AT)
    print(f"slither: {told}; {len(findings) - len(open_ones)} explained, {len(open_ones)} not")
    return 1 if open_ones or idle else 0


if __name__ == "__main__":
    sys.exit(main())
