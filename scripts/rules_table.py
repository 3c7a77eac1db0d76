"""Write which code enforces each rule and which tests show it into contracts/README.md.

Usage: python -m scripts.rules_table [--check]

Rules and pitfalls stand in ``contracts/rules.toml``. Tests name the rules they show: pytest by
``@pytest.mark.rule("id", ...)`` (on a function, a class, a parameter, or as ``pytestmark``), forge by
``/// @custom:rule id ...``. A test named ``test_pitfall_<nn>_...`` shows that pitfall. Nothing is run: the
marks are read from the sources. It fails when a rule or pitfall has no test, a test names an unknown rule, or
code does not exist; with ``--check`` also, writing nothing, when the tables in the README are stale.
"""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from scripts.tables import ROOT, Written, between, write_or_check

CONTRACTS = ROOT / "contracts"
README = CONTRACTS / "README.md"
RULES = CONTRACTS / "rules.toml"
BEGIN = "<!-- written by scripts/rules_table.py -->"
END = "<!-- end of what scripts/rules_table.py writes -->"

_PITFALL = re.compile(r"test_pitfall_(\d\d)_")
_SOL_CONTRACT = re.compile(r"^(?:abstract )?(?:contract|library) (\w+)", re.MULTILINE)
_SOL_FUNCTION = re.compile(r"\b(?:function|modifier) (\w+)")
_SOL_TEST = re.compile(
    r"((?:^[ \t]*///.*\n)*)^[ \t]*function ((?:test|invariant|check|prove)\w*)\(", re.MULTILINE
)
_SOL_MARK = re.compile(r"@custom:rule\s+(.+)")


@dataclass(frozen=True)
class Rule:
    """A rule: its id, one sentence, and the functions that enforce it as ``Contract.function``."""

    id: str
    says: str
    code: tuple[str, ...]


class Test(NamedTuple):
    """A test: its file, relative to the repository, and its name (``Class.name`` within a class)."""

    path: str
    name: str


@dataclass(frozen=True)
class Rulebook:
    """What ``rules.toml`` says: rules by section title, and the sentence of each pitfall by number."""

    sections: dict[str, list[Rule]]
    pitfalls: dict[str, str]

    @property
    def ids(self) -> set[str]:
        """Ids of all rules."""
        return {rule.id for rules in self.sections.values() for rule in rules}


def read_rules(path: Path) -> Rulebook:
    """Read ``rules.toml``."""
    table = tomllib.loads(path.read_text())
    pitfalls: dict[str, str] = table.pop("pitfalls")
    sections = {
        section["title"]: [
            Rule(f"{family}.{name}", rule["says"], tuple(rule["code"].split(", ")))
            for name, rule in section["rules"].items()
        ]
        for family, section in table.items()
    }
    return Rulebook(sections, pitfalls)


class Marks:
    """What the tests of a checkout say they show."""

    def __init__(self) -> None:
        self.tests: dict[str, list[Test]] = defaultdict(list)  #: Tests by the rule they show.
        self.pitfalls: dict[str, list[Test]] = defaultdict(
            list
        )  #: Tests by the pitfall they are named after.
        self.problems: list[str] = []

    def read(self, root: Path) -> "Marks":
        """Read the pytest files under ``tests`` and the forge files under ``contracts/test``."""
        for path in sorted((root / "tests").rglob("test_*.py")):
            _PythonTests(self, path.relative_to(root).as_posix()).visit(ast.parse(path.read_text()))
        for path in sorted((root / "contracts" / "test").rglob("*.sol")):
            for comment, name in _SOL_TEST.findall(path.read_text()):
                marks = {rule for line in _SOL_MARK.findall(comment) for rule in line.split()}
                self.add(Test(path.relative_to(root).as_posix(), name), marks)
        return self

    def add(self, test: Test, rules: set[str]) -> None:
        """Note that ``test`` shows ``rules``, and the pitfall in its name."""
        for rule in sorted(rules):
            self.tests[rule].append(test)
        if pitfall := _PITFALL.match(test.name.rpartition(".")[2]):
            self.pitfalls[pitfall[1]].append(test)


class _PythonTests(ast.NodeVisitor):
    """Collects the marks of one pytest file."""

    def __init__(self, marks: Marks, path: str) -> None:
        self._marks, self._path = marks, path
        self._classes: list[str] = []
        self._outer: list[set[str]] = []

    def visit_Module(self, node: ast.Module) -> None:
        """Note the marks of the whole file, and state machines that are tests by assignment."""
        self._enter(node.body, set())
        for statement in node.body:
            for target in _targets(statement):
                if target.startswith("Test"):
                    self._marks.add(Test(self._path, target), set().union(*self._outer))
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Go through the tests of a class."""
        self._classes.append(node.name)
        self._enter(node.body, self._rules(*node.decorator_list))
        self.generic_visit(node)
        self._outer.pop()
        self._classes.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Note a test; what is inside it is no other test."""
        own = self._rules(*node.decorator_list)
        if node.name.startswith("test"):
            self._marks.add(Test(self._path, ".".join([*self._classes, node.name])), own.union(*self._outer))
        elif own:
            self._marks.problems.append(
                f"{self._path}:{node.lineno}: {node.name} names a rule but is no test"
            )

    def _enter(self, body: list[ast.stmt], marks: set[str]) -> None:
        assigned = (s.value for s in body if isinstance(s, ast.Assign) and "pytestmark" in _targets(s))
        self._outer.append(marks | self._rules(*assigned))

    def _rules(self, *nodes: ast.expr) -> set[str]:
        """Rules named by ``pytest.mark.rule`` anywhere within ``nodes``."""
        rules = set()
        for call in (child for node in nodes for child in ast.walk(node)):
            if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.rule"):
                continue
            for argument in call.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    rules.add(argument.value)
                else:
                    place = f"{self._path}:{argument.lineno}"
                    self._marks.problems.append(f"{place}: a rule is named by a plain string")
        return rules


def _targets(statement: ast.stmt) -> list[str]:
    """Plain names that a statement assigns to."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def functions(source: Path) -> set[str]:
    """``Contract.function`` for every function and modifier under ``source``, interfaces left out."""
    found = set()
    for path in source.rglob("*.sol"):
        text = path.read_text()
        # What stands before the first one, and interfaces, belong to no contract.
        _, *parts = _SOL_CONTRACT.split(text)
        for contract, body in zip(parts[::2], parts[1::2], strict=True):
            found |= {f"{contract}.{name}" for name in _SOL_FUNCTION.findall(body)}
    return found


def problems(rulebook: Rulebook, marks: Marks, code: set[str]) -> Iterator[str]:
    """One line for each thing that is wrong."""
    yield from marks.problems
    for rules in rulebook.sections.values():
        for rule in rules:
            yield from (f"{rule.id}: there is no code {name}" for name in rule.code if name not in code)
            if not marks.tests.get(rule.id):
                yield f"{rule.id}: no test shows it"
    for name in sorted(set(marks.tests) - rulebook.ids):
        for test in marks.tests[name]:
            yield f"{test.path}: {test.name} names the unknown rule {name}"
    for number in sorted(rulebook.pitfalls.keys() - marks.pitfalls.keys()):
        yield f"pitfall {number}: no test is named after it"
    for number in sorted(marks.pitfalls.keys() - rulebook.pitfalls.keys()):
        yield f"{marks.pitfalls[number][0].path}: there is no pitfall {number}"


def render(rulebook: Rulebook, marks: Marks) -> str:
    """The tables as Markdown."""
    lines = []
    for title, rules in rulebook.sections.items():
        lines += ["", f"### {title}", "", "| rule | code | tests |", "|---|---|---|"]
        for rule in rules:
            code = "<br>".join(f"`{name}`" for name in rule.code)
            lines.append(f"| **{rule.id}** {rule.says} | {code} | {_tests(marks.tests.get(rule.id, []))} |")
    lines += ["", "### Pitfalls seen elsewhere", "", "| pitfall | tests |", "|---|---|"]
    for number, says in rulebook.pitfalls.items():
        lines.append(f"| **{number}** {says} | {_tests(marks.pitfalls.get(number, []))} |")
    return "\n".join([*lines, ""])


def _tests(tests: list[Test]) -> str:
    """Links to files, each with its tests."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for test in tests:
        by_file[test.path].append(test.name)
    cells = []
    for path, names in by_file.items():
        target = path.removeprefix("contracts/") if path.startswith("contracts/") else f"../{path}"
        listed = ", ".join(f"`{name}`" for name in sorted(names))
        cells.append(f"[{Path(path).name}]({target}): {listed}")
    return "<br>".join(cells)


def renewed() -> Written:
    """The README with its tables as they should be, and what is wrong with rules, code and tests."""
    rulebook, marks = read_rules(RULES), Marks().read(ROOT)
    text = between(README.read_text(encoding="utf-8"), BEGIN, END, render(rulebook, marks))
    faults = list(problems(rulebook, marks, functions(CONTRACTS / "src")))
    return Written(README, text, f"{len(rulebook.ids)} rules, each with code and tests", faults)


if __name__ == "__main__":
    write_or_check("rules_table", "Write the tables of rules and tests into contracts/README.md.", renewed)
