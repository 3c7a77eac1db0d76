"""Every change of one place in a Solidity source that a test should notice.

The places come from the compiler's syntax tree, so that no comment or string is taken for code.
"""

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

#: What stands for an operator, and what is put in its place.
OPERATORS = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "==": "!=",
    "!=": "==",
    "&&": "||",
    "||": "&&",
    "+": "-",
    "-": "+",
    "*": "/",
    "/": "*",
    "&": "|",
    "|": "&",
    ">>": "<<",
    "<<": ">>",
    "+=": "-=",
    "-=": "+=",
    "++": "--",
    "--": "++",
}


class Mutant(NamedTuple):
    """A change: bytes ``start`` to ``end`` of ``file`` (under ``contracts/src``) become ``after``.

    ``key`` names it for as long as the file does not change.
    """

    key: str
    file: str
    line: int
    kind: str
    start: int
    end: int
    before: str
    after: str

    def __str__(self) -> str:
        """The change in a line."""
        return f"{self.key} {self.file}:{self.line} {self.kind}: {self.before!r} becomes {self.after!r}"

    def applied(self, source: bytes) -> bytes:
        """The source with the change."""
        return source[: self.start] + self.after.encode() + source[self.end :]


def mutants(file: str, source: bytes, tree: dict[str, Any]) -> list[Mutant]:
    """All changes of a file whose syntax tree is ``tree``, in the order of their places."""
    digest = hashlib.sha256(source).hexdigest()
    found = []
    for kind, start, end, after in sorted(set(_changes(source, tree))):
        key = hashlib.sha256(f"{digest} {kind} {start} {end} {after}".encode()).hexdigest()[:12]
        line = source.count(b"\n", 0, start) + 1
        found.append(Mutant(key, file, line, kind, start, end, source[start:end].decode(), after))
    return sorted(found, key=lambda mutant: (mutant.start, mutant.end, mutant.kind, mutant.after))


#: Kind of change, first byte, byte after the last, what stands there then.
Change = tuple[str, int, int, str]


def _changes(source: bytes, tree: dict[str, Any]) -> Iterator[Change]:
    for node in _nodes(tree):
        match node["nodeType"]:
            case "BinaryOperation":
                yield from _operator(
                    source, node, _end(node["leftExpression"]), _start(node["rightExpression"])
                )
            case "Assignment" if node["operator"] in OPERATORS:
                yield from _operator(source, node, _end(node["leftHandSide"]), _start(node["rightHandSide"]))
            case "UnaryOperation" if node["operator"] in ("++", "--"):
                yield from _operator(source, node, _start(node), _end(node))
            case "UnaryOperation" if node["operator"] == "!":
                yield "negation", _start(node), _start(node["subExpression"]), ""
            case "ExpressionStatement" | "EmitStatement" | "RevertStatement":
                yield "statement", _start(node), source.index(b";", _end(node)) + 1, "{}"
            case "IfStatement":
                for outcome in ("true", "false"):
                    yield "condition", *_range(node["condition"]), outcome
            case "Conditional":
                first, second = node["trueExpression"], node["falseExpression"]
                yield "branch", *_range(first), _text(source, second)
                yield "branch", *_range(second), _text(source, first)
            case "ModifierInvocation" if node.get("kind") == "modifierInvocation":
                yield "modifier", *_range(node), ""
            case "Literal" if node["kind"] == "number" and node["value"].isdigit():
                yield "number", *_range(node), f"({_text(source, node)} + 1)"
            case "Literal" if node["kind"] == "bool":
                yield "boolean", *_range(node), "false" if node["value"] == "true" else "true"


def _operator(source: bytes, node: dict[str, Any], start: int, end: int) -> Iterator[Change]:
    """The operator is all that stands between its operands, but for space, brackets and comments."""
    operator = node["operator"]
    if operator in OPERATORS:
        at = source.index(operator.encode(), start, end)
        yield "operator", at, at + len(operator), OPERATORS[operator]


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every node of a tree that is code, the outer ones first."""
    if isinstance(node, list):
        for part in node:
            yield from _nodes(part)
    elif isinstance(node, dict):
        if "nodeType" in node:
            yield node
        for name, part in node.items():
            # Types and numbers of enumerations and constants are told again beside the code that has them.
            if name not in ("typeDescriptions", "typeName"):
                yield from _nodes(part)


def _start(node: dict[str, Any]) -> int:
    return int(node["src"].split(":")[0])


def _end(node: dict[str, Any]) -> int:
    start, length, _ = node["src"].split(":")
    return int(start) + int(length)


def _range(node: dict[str, Any]) -> tuple[int, int]:
    return _start(node), _end(node)


def _text(source: bytes, node: dict[str, Any]) -> str:
    return source[_start(node) : _end(node)].decode()
