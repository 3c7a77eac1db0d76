"""A message, made of dataclasses that carry their schema, held to it and as XML text.

xsdata writes the same text, in some ten times as long: it asks for each value anew what it is. Here that is
asked once for each class.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from settlement.domain.errors import InvariantBroken

_INDENT = "  "


@dataclass(frozen=True, slots=True)
class _Part:
    """A field of a class: where it is found, what it is in the message, and what holds of its values."""

    field: str
    name: str
    is_attribute: bool
    is_text: bool
    required: bool
    rules: tuple[tuple[str, Any], ...]


@cache
def _parts(kind: Any) -> tuple[_Part, ...]:
    """The fields of a class, in the order of its schema."""
    return tuple(
        _Part(
            field=field.name,
            name=field.metadata.get("name", field.name),
            is_attribute=field.metadata.get("type") == "Attribute",
            is_text="type" not in field.metadata,
            required=bool(field.metadata.get("required")),
            rules=tuple((rule, value) for rule, value in field.metadata.items() if rule in _RULES),
        )
        for field in fields(kind)
    )


def xml_of(document: Any) -> str:
    """A document as XML, indented, in the namespace of its class."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{type(document).Meta.namespace}"'
    return "\n".join(_lines(head, "Document", document, "")) + "\n"


def _lines(head: str, name: str, node: Any, indent: str) -> Iterator[str]:
    """The lines of an element, whose start tag up to its attributes is ``head``."""
    text, inside = "", []
    for part in _parts(node.__class__):
        value = getattr(node, part.field)
        if value is None:
            continue
        if part.is_attribute:
            head += f" {part.name}={quoteattr(_said(value))}"
        elif part.is_text:
            text = escape(_said(value))
        else:
            inside += [(part.name, item) for item in (value if isinstance(value, list) else [value])]
    if not inside:
        yield f"{head}>{text}</{name}>"
        return
    yield f"{head}>"
    deeper = indent + _INDENT
    for inner, item in inside:
        if hasattr(item, "__dataclass_fields__"):
            yield from _lines(f"{deeper}<{inner}", inner, item, deeper)
        else:
            yield f"{deeper}<{inner}>{escape(_said(item))}</{inner}>"
    yield f"{indent}</{name}>"


def _said(value: object) -> str:
    """A value as XML writes it."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value.value) if isinstance(value, Enum) else str(value)


def prove(node: Any, path: str = "") -> None:
    """Hold a message to the restrictions that the classes of its schema carry.

    Raises:
        InvariantBroken: naming the place and the restriction.
    """
    for part in _parts(node.__class__):
        value = getattr(node, part.field)
        if value is None:
            if part.required:
                raise InvariantBroken(f"{path}/{part.name} is required")
            continue
        for item in value if isinstance(value, list) else (value,):
            if is_dataclass(item):
                prove(item, f"{path}/{part.name}")
            elif part.rules:
                _prove_value(item, part, path)


def _prove_value(item: object, part: _Part, path: str) -> None:
    broken = [rule for rule, value in part.rules if not _RULES[rule](item, value)]
    if broken:
        raise InvariantBroken(f"{path}/{part.name}: {item!r} breaks {', '.join(broken)}")


def _digits(item: Any) -> tuple[int, int]:
    """All significant digits of a number, and those after the point."""
    parts = Decimal(item).normalize().as_tuple()
    after = max(-int(parts.exponent), 0)
    return max(len(parts.digits) + max(int(parts.exponent), 0), after), after


_RULES: dict[str, Any] = {
    "min_length": lambda item, n: len(item) >= n,
    "max_length": lambda item, n: len(item) <= n,
    "pattern": lambda item, form: re.fullmatch(form, item) is not None,
    "total_digits": lambda item, n: _digits(item)[0] <= n,
    "fraction_digits": lambda item, n: _digits(item)[1] <= n,
    "min_inclusive": lambda item, n: item >= n,
}
