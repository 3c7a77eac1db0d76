"""Write the README's table of speed and memory from ``scripts/bench.json``, which ``scripts/bench`` measured.

``--check`` writes nothing and fails where the table is not what it would be, or where the file does not say
what it was measured on.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scripts.bench_rows import Row
from scripts.tables import ROOT, Written, between, write_or_check

README, RESULT = ROOT / "README.md", ROOT / "scripts" / "bench.json"
START, END = "<!-- bench: scripts/bench -->", "<!-- end of bench -->"
#: What a measurement has to say of where it was made.
STATED = ("python", "system", "processors", "processor", "extras", "engines", "default engine", "versions")
#: Of the versions, those that figures move with.
TELLING = ("pyrevm", "py-evm", "eth-tester", "web3", "duckdb", "pydantic", "typer", "rich")


@dataclass(frozen=True)
class Result:
    """All figures of a measurement, by part, and what they were measured on."""

    environment: dict[str, Any]
    quick: bool
    parts: dict[str, list[Row]]

    @classmethod
    def read(cls, path: Path) -> "Result":
        """The result in a file."""
        found = json.loads(path.read_text(encoding="utf-8"))
        parts = {part: [Row.from_json(row) for row in rows] for part, rows in found["parts"].items()}
        return cls(found["environment"], found["quick"], parts)

    def write(self, path: Path) -> None:
        """Write it to a file."""
        parts = {part: [row.to_json() for row in rows] for part, rows in self.parts.items()}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self) | {"parts": parts}, indent=1) + "\n", encoding="utf-8")

    @property
    def faults(self) -> list[str]:
        """What it does not say of where it was made."""
        lacks = [name for name in STATED if not self.environment.get(name)]
        lacks += [] if self.parts else ["parts"]
        return [f"{RESULT.name} has no {name}; run scripts/bench" for name in lacks]

    @property
    def caption(self) -> str:
        """On what it was measured, and how to read a figure."""
        here = self.environment
        extras = [name for name, there in here["extras"].items() if there]
        absent = [name for name, there in here["extras"].items() if not there]
        versions = ", ".join(
            f"{name} {here['versions'][name]}" for name in TELLING if name in here["versions"]
        )
        return (
            f"{'A quick look' if self.quick else 'Measured'} on {here['processors']} processors"
            f" ({here['processor']}), {here['system']}, {here['python']}, in an environment with the extras"
            f" {', '.join(extras) or 'none'} and without {', '.join(absent) or 'none'}: {versions}. Engines:"
            f" {', '.join(here['engines'])}; the default is {here['default engine']}."
        )


def table(result: Result) -> str:
    """What is promised first, then every figure by the part that measures it."""
    rows = [row for part in result.parts.values() for row in part]
    lines = [result.caption, "", "| | reached | wanted | |", "|---|--:|--:|---|"]
    for row in rows:
        if row.target is not None:
            mark = {True: "yes", False: "**no**", None: row.note}[row.reached]
            lines.append(f"| {row.what} | {row.figure} | {row.wanted} | {mark} |")
    lines += ["", "| figure, and what measures it | | |", "|---|--:|---|"]
    for name, part in result.parts.items():
        figures = [row for row in part if row.target is None]
        lines += [f"| **`scripts/bench {name}`** | | |"] if figures else []
        lines += [f"| {row.what} | {row.figure} | {row.note} |" for row in figures]
    return "\n".join(lines)


def readme() -> Written:
    """The README, renewed."""
    result, text = Result.read(RESULT), README.read_text(encoding="utf-8")
    if result.faults:
        return Written(README, text, "", result.faults)
    told = f"{sum(map(len, result.parts.values()))} figures are as {RESULT.name} has them"
    return Written(README, between(text, START, END, table(result)), told)


def write() -> None:
    """Write the table."""
    README.write_text(readme().text, encoding="utf-8")


if __name__ == "__main__":
    write_or_check("bench_table", "Write the table of speed and memory into README.md.", readme)
