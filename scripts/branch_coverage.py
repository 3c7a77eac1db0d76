"""Measure which branches and statements of the contracts the tests reach.

Usage: scripts/coverage [--keep FOLDER] [PYTEST ARGUMENTS]

Compiles ``contracts/src`` without the optimizer, runs the tests of the contracts on that code with
``scripts/branch_trace.py`` watching, and prints a table by contract. A branch is each outcome of an ``if``, a
loop, a conditional expression, a ``require``, and of what stands left of ``&&`` and ``||``. It fails when a
branch was not reached that ``contracts/coverage.toml`` does not explain, or when one was that it does.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from scripts.build_contracts import CONTRACTS, ROOT, compile_contracts

EXPLANATIONS = CONTRACTS / "coverage.toml"
#: Optimized code shares blocks between branches of the source.
PLAIN = {"enabled": False, "details": {"peephole": False, "jumpdestRemover": False}}
OUTPUTS = ["abi", "metadata"] + [
    f"evm.{kind}.{part}"
    for kind in ("bytecode", "deployedBytecode")
    for part in ("object", "sourceMap", "immutableReferences")
    if (kind, part) != ("bytecode", "immutableReferences")
]
TESTS = ["tests/chain", "tests/model"]
STATEMENTS = {
    "ExpressionStatement",
    "VariableDeclarationStatement",
    "EmitStatement",
    "RevertStatement",
    "Return",
}
#: What the branch does when its jump is taken; otherwise it does the opposite.
WHEN_JUMPED = {
    "IfStatement": "false",
    "ForStatement": "false",
    "WhileStatement": "false",
    "Conditional": "true",
    "require": "true",
    "&&": "false",
    "||": "true",
}
JUMPDEST, JUMPI, PUSH1, PUSH32 = 0x5B, 0x57, 0x60, 0x7F
#: Instructions after which the next one runs only if something jumps to it.
ENDS = frozenset({0x00, 0x56, JUMPI, 0xF3, 0xFD, 0xFE, 0xFF})
ENTERED, PASSED, JUMPED = 0, 1, 2


class Span(NamedTuple):
    """A range of source: compiler's number of the file, first byte, length."""

    file: int
    start: int
    length: int


class Branch(NamedTuple):
    """One outcome of a decision: where it stands, what it asks (#2 the second time), and the answer."""

    place: str
    asks: str
    answer: str


@dataclass
class Source:
    """A file of contracts: its decisions and statements by where they stand."""

    name: str
    number: int
    text: bytes
    decisions: dict[Span, tuple[str, str, str]] = field(default_factory=dict)
    statements: dict[Span, str] = field(default_factory=dict)

    def read(self, tree: dict[str, Any]) -> None:
        """Collect from the file's syntax tree."""
        for contract in tree["nodes"]:
            for part in contract.get("nodes", ()):
                if part["nodeType"] in ("FunctionDefinition", "ModifierDefinition"):
                    name = part["name"] or part["kind"]
                    self._collect(part["body"], f"{contract['name']}.{name}")
        self._tell_apart()

    def _collect(self, node: Any, place: str) -> None:
        if isinstance(node, list):
            for child in node:
                self._collect(child, place)
        if not isinstance(node, dict) or node.get("nodeType") == "InlineAssembly":
            return
        kind = node.get("nodeType", "")
        span = self._span(node) if "src" in node else None
        if (
            span
            and kind.endswith("Statement")
            and kind not in ("IfStatement", "ForStatement", "TryStatement")
        ):
            self.statements[span] = place
        if span and (kind == "Return"):
            self.statements[span] = place
        if span and (decision := self._decision(kind, node)):
            self.decisions[span] = (place, *decision)
        for child in node.values():
            self._collect(child, place)

    def _tell_apart(self) -> None:
        """Number what a function asks several times."""
        asked: Counter[tuple[str, str]] = Counter()
        for span, (place, asks, sort) in sorted(self.decisions.items()):
            asked[place, asks] += 1
            if asked[place, asks] > 1:
                self.decisions[span] = (place, f"{asks} #{asked[place, asks]}", sort)

    def _decision(self, kind: str, node: dict[str, Any]) -> tuple[str, str] | None:
        """What a node asks, and which sort of decision it is."""
        if kind == "FunctionCall" and node["expression"].get("name") == "require":
            return self._words(node["arguments"][0]), "require"
        if kind == "BinaryOperation" and node["operator"] in ("&&", "||"):
            return self._words(node["leftExpression"]), node["operator"]
        if kind in WHEN_JUMPED and node.get("condition"):
            return self._words(node["condition"]), kind
        return None

    def _span(self, node: dict[str, Any]) -> Span:
        start, length, _ = map(int, node["src"].split(":"))
        return Span(self.number, start, length)

    def _words(self, node: dict[str, Any]) -> str:
        _, start, length = self._span(node)
        return " ".join(self.text[start : start + length].decode().split())


@dataclass
class Code:
    """Instructions of a contract, or of its construction, with the source of each."""

    spans: dict[int, Span]
    jumps: list[int]
    blocks: dict[int, list[int]]

    @classmethod
    def read(cls, bytecode: bytes, source_map: str) -> "Code":
        """Pair the instructions with the compiler's source map, and cut them into blocks."""
        spans: dict[int, Span] = {}
        jumps: list[int] = []
        blocks: dict[int, list[int]] = defaultdict(list)
        counter = entry = 0
        for span in _spans(source_map):
            opcode = bytecode[counter]
            if opcode == JUMPDEST:
                entry = counter
            spans[counter] = span
            blocks[entry].append(counter)
            if opcode == JUMPI:
                jumps.append(counter)
            size = 1 + (opcode - PUSH1 + 1 if PUSH1 <= opcode <= PUSH32 else 0)
            counter += size
            if opcode in ENDS:
                entry = counter
        return cls(spans, jumps, blocks)

    def executed(self, marks: set[int]) -> set[Span]:
        """Sources of all instructions that ran."""
        entries = {mark >> 2 for mark in marks if mark & 3 == ENTERED} | ({0} if marks else set())
        entries |= {(mark >> 2) + 1 for mark in marks if mark & 3 == PASSED}
        return {self.spans[counter] for entry in entries for counter in self.blocks.get(entry, ())}


def _spans(source_map: str) -> Iterator[Span]:
    """Decode ``start:length:file:jump:depth`` entries, each of which repeats what it leaves out."""
    fields = ["0", "0", "0"]
    for entry in source_map.split(";"):
        for position, value in enumerate(entry.split(":")[:3]):
            if value:
                fields[position] = value
        yield Span(int(fields[2]), int(fields[0]), int(fields[1]))


def compile_plain() -> tuple[dict[str, Any], list[Source]]:
    """Compile without the optimizer; the contracts to deploy and the files with their decisions."""
    output = compile_contracts(optimizer=PLAIN, outputs=OUTPUTS)
    contracts, sources = {}, []
    for name, file in output["sources"].items():
        if not name.startswith("src/") or name.startswith("src/interfaces/"):
            continue
        source = Source(Path(name).stem, file["id"], (CONTRACTS / name).read_bytes())
        source.read(file["ast"])
        sources.append(source)
        evm = output["contracts"][name][source.name]["evm"]
        runtime = evm["deployedBytecode"]
        immutables = [
            (place["start"], place["length"])
            for places in runtime["immutableReferences"].values()
            for place in places
        ]
        contracts[source.name] = {
            "creation": {"code": evm["bytecode"]["object"], "map": evm["bytecode"]["sourceMap"]},
            "runtime": {"code": runtime["object"], "map": runtime["sourceMap"], "immutables": immutables},
        }
    return {name: c for name, c in contracts.items() if c["creation"]["code"]}, sources


def digest(code: str) -> str:
    """What marks are filed under, so that those of code that has changed since are nobody's."""
    return sha256(code.encode()).hexdigest()


def run_tests(folder: Path, arguments: list[str]) -> int:
    """Run the tests with the trace in place; returns pytest's exit code."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "scripts.branch_trace", *arguments]
    # The trace sits in py-evm.
    traced = {"BRANCH_TRACE": str(folder), "SETTLEMENT_TEST_EVM": "py-evm"}
    environment = {**os.environ, **traced, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


def read_marks(folder: Path) -> dict[str, set[int]]:
    """Marks of all processes together, by the ``digest`` of the code."""
    marks: dict[str, set[int]] = defaultdict(set)
    for file in folder.glob("trace-*.json"):
        for code, found in json.loads(file.read_text()).items():
            marks[code].update(found)
    return marks


@dataclass
class Reach:
    """What was reached, of what there is."""

    sources: list[Source]
    present: set[Span] = field(default_factory=set)
    executed: set[Span] = field(default_factory=set)
    branches: dict[Branch, bool] = field(default_factory=dict)

    def add(self, code: Code, marks: set[int]) -> None:
        """Add one piece of code and the marks it left."""
        decisions = {span: found for source in self.sources for span, found in source.decisions.items()}
        self.present |= set(code.spans.values())
        self.executed |= code.executed(marks)
        for jump in code.jumps:
            if code.spans[jump] not in decisions:
                continue
            place, asks, kind = decisions[code.spans[jump]]
            jumped = WHEN_JUMPED[kind]
            passed = "false" if jumped == "true" else "true"
            for answer, way in ((jumped, JUMPED), (passed, PASSED)):
                branch = Branch(place, asks, answer)
                self.branches[branch] = self.branches.get(branch, False) or (jump << 2 | way) in marks

    def statements(self, source: Source) -> tuple[int, int]:
        """Statements of a file that ran, and all that made it into code."""
        present = _within(source.statements, self.present)
        return len(present & _within(source.statements, self.executed)), len(present)


def _within(statements: dict[Span, str], spans: set[Span]) -> set[Span]:
    """Statements within which one of ``spans`` stands."""
    return {
        s
        for s in statements
        if any(
            s.file == span.file and s.start <= span.start and span.start + span.length <= s.start + s.length
            for span in spans
        )
    }


def report(reach: Reach, explained: dict[Branch, str]) -> int:
    """Print the table and what is wrong; returns the exit code."""
    print(f"{'contract':<20}{'statements':>16}{'branches':>16}{'explained':>12}")
    for source in [*reach.sources]:
        mine = {b: hit for b, hit in reach.branches.items() if b.place.split(".")[0] == source.name}
        ran, present = reach.statements(source)
        if not present:
            continue
        hits, excused = sum(mine.values()), sum(b in explained and not hit for b, hit in mine.items())
        print(f"{source.name:<20}{f'{ran} of {present}':>16}{f'{hits} of {len(mine)}':>16}{excused:>12}")
    missed = [b for b, hit in reach.branches.items() if not hit and b not in explained]
    idle = [b for b in explained if reach.branches.get(b, True)]
    for branch in sorted(missed):
        print(f"not reached: {branch.place}: {branch.asks} is {branch.answer}")
    for branch in sorted(idle):
        print(f"explained, but reached or gone: {branch.place}: {branch.asks} is {branch.answer}")
    total = len(reach.branches)
    print(f"{sum(reach.branches.values())} of {total} branches reached, {len(explained)} explained")
    return 1 if missed or idle else 0


def read_explanations() -> dict[Branch, str]:
    """Branches that no test can reach, each with its reason."""
    table = tomllib.loads(EXPLANATIONS.read_text()) if EXPLANATIONS.exists() else {}
    return {
        Branch(item["in"], item["asks"], str(item["is"]).lower()): item["why"]
        for item in table.get("unreachable", [])
    }


def main() -> int:
    """Measure and report; returns the exit code."""
    parser = argparse.ArgumentParser(description="Measure which branches of the contracts the tests reach.")
    parser.add_argument("--keep", type=Path, help="folder for the traces; those of the same code count too")
    options, arguments = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        contracts, sources = compile_plain()
        (folder / "contracts.json").write_text(json.dumps(contracts))
        if arguments != ["none"]:
            failed = run_tests(folder.resolve(), arguments or ["-n", "auto", *TESTS])
            if failed:
                return failed
        marks = read_marks(folder)
    reach = Reach(sources)
    for contract in contracts.values():
        for kind in ("creation", "runtime"):
            bytecode = contract[kind]["code"]
            reach.add(Code.read(bytes.fromhex(bytecode), contract[kind]["map"]), marks[digest(bytecode)])
    return report(reach, read_explanations())


if __name__ == "__main__":
    sys.exit(main())
