"""How single values are written in a scenario file: the type behind every scalar field.

A ``Form`` rides in the ``Annotated`` metadata of a field. It reads the text, says in plain words what
it expected when it cannot, writes the value back, and gives editors the JSON schema.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from settlement.domain.faults import listed, nearest, shown
from settlement.scenario.faults import NotOfForm

T = TypeVar("T")

#: What a list that is cut off says of the rest.
ALL = "`settlement schema` has all"

#: The digits of a number, which may be grouped: ``1_000_000``. Python refuses to read thousands of them.
_LONGEST = 40
DIGITS = f"[0-9][0-9_]{{0,{_LONGEST - 1}}}"


def _as_it_is(value: Any) -> Any:
    return value


def _no_text(text: str) -> None:
    return None


@dataclass(frozen=True, eq=False)
class Form(Generic[T]):
    """How a value of type ``of`` is written.

    ``read`` answers None for a text that is not of the form at all and raises ``NotOfForm`` where it
    can say more; values that already are of type ``of`` pass through. ``check`` judges both.
    """

    of: type[T]
    noun: str
    expected: str
    remedy: str
    schema: Mapping[str, Any]
    read: Callable[[str], T | None]
    write: Callable[[T], object] = _as_it_is
    check: Callable[[T], None] = field(default=lambda value: None)

    def __call__(self, value: object) -> T:
        """The value that was written.

        Raises:
            NotOfForm: it is not written in this form.
        """
        if value is None:
            raise NotOfForm("has no value", self.expected, "write a value or delete the key")
        result = self.read(value) if isinstance(value, str) else value
        # The exact type, because True is an int too and a datetime a date.
        if type(result) is not self.of:
            raise NotOfForm(f"{shown(value)} is not {self.noun}", self.expected, self.remedy)
        self.check(result)
        return result

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let pydantic read with this form, and write with it in JSON mode."""
        writer = core_schema.plain_serializer_function_ser_schema(self.write, when_used="json-unless-none")
        return core_schema.no_info_plain_validator_function(self, serialization=writer)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The JSON schema of the written form."""
        return dict(self.schema)


def flag_form() -> Form[bool]:
    """True or false, as YAML 1.2 writes them."""
    words = "true or false"
    return Form(bool, words, words, f"write {words}, without quotes", {"type": "boolean"}, _no_text)


def text_form(
    noun: str, pattern: str, expected: str, remedy: str, *, reserved: Iterable[str] = ()
) -> Form[str]:
    """A text that fully matches ``pattern`` and is none of the ``reserved`` words."""
    known, taken = re.compile(pattern, re.ASCII), frozenset(reserved)

    def read(text: str) -> str | None:
        if text in taken:
            raise NotOfForm(
                f"{text!r} is reserved", expected, f"choose another; taken are {listed(sorted(taken))}"
            )
        return text if known.fullmatch(text) else None

    schema: dict[str, Any] = {"type": "string", "pattern": f"^{pattern}$"}
    if taken:
        schema["not"] = {"enum": sorted(taken)}
    return Form(str, noun, expected, remedy, schema, read)


def number_of(digits: str) -> int:
    """The number that ``DIGITS`` are of."""
    return int(digits.replace("_", ""))


def number_form(lowest: int, highest: int) -> Form[int]:
    """A whole number from ``lowest`` to ``highest``."""
    expected, grouped = f"a whole number from {lowest} to {highest}", "[0-9]+_[0-9_]*"

    def read(text: str) -> int | None:
        # YAML reads plain digits itself, and takes grouped ones for a text.
        return number_of(text) if re.fullmatch(grouped, text) and len(text) <= _LONGEST else None

    def check(number: int) -> None:
        if not lowest <= number <= highest:
            raise NotOfForm(f"{shown(number)} is out of range", expected, f"use {expected}")

    number = {"type": "integer", "minimum": lowest, "maximum": highest}
    schema = {"anyOf": [number, {"type": "string", "pattern": f"^{grouped}$"}]}
    remedy = "write digits only, without quotes"
    return Form(int, "a whole number", expected, remedy, schema, read, check=check)


def choice_form(noun: str, words: Mapping[str, T]) -> Form[T]:
    """One of a few words, each standing for a value of one type."""
    written = {value: word for word, value in words.items()}
    expected = f"one of: {listed(words, rest=ALL)}"

    def read(text: str) -> T:
        if text not in words:
            remedy = nearest(text, words, "use one of these")
            raise NotOfForm(f"{shown(text)} is not {noun}", expected, remedy)
        return words[text]

    of = type(next(iter(words.values())))
    schema = {"type": "string", "enum": list(words)}
    return Form(of, noun, expected, "use one of these", schema, read, written.__getitem__)
