"""The shape of the file as the models declare it: what stands where, and how it is written."""

import ast
import inspect
import types
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from settlement.domain.faults import listed
from settlement.scenario.forms import ALL, Form
from settlement.scenario.model import Part


@cache
def kinds_of(part: type[Part]) -> Mapping[str, Any]:
    """The declared type of every field of a part, by name."""
    hints = get_type_hints(part, include_extras=True)
    return {name: hints[name] for name in part.model_fields}


@cache
def meanings_of(part: type[Part]) -> Mapping[str, str]:
    """What a part's fields mean, by name: the text below each in the source, which only few ask for."""
    meanings: dict[str, str] = {}
    for base in reversed(part.__mro__[: part.__mro__.index(Part)]):
        (written,) = ast.parse(inspect.getsource(base)).body
        for field, text in pairwise(ast.iter_child_nodes(written)):
            match field, text:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said))):
                    meanings[name] = inspect.cleandoc(said)
    return meanings


def bare(kind: Any) -> Any:
    """A declared type without its metadata and without None."""
    if get_origin(kind) is Annotated:
        return bare(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        members = [member for member in get_args(kind) if member is not type(None)]
        return bare(members[0]) if len(members) == 1 else kind
    return kind


def is_part(kind: Any) -> bool:
    """Whether a bare type is a mapping with known keys."""
    return isinstance(kind, type) and issubclass(kind, Part)


def variants(kind: Any) -> Mapping[str, type[Part]]:
    """The parts a bare type chooses between, by the word under ``do``; empty when it is no choice."""
    members = (
        [bare(member) for member in get_args(kind)] if get_origin(kind) in (Union, types.UnionType) else []
    )
    return {get_args(kinds_of(member)["do"])[0]: member for member in members if is_part(member)}


def inside(kind: Any, step: str | int) -> Any:
    """The declared type one step inside a bare one; None where the models know of none."""
    if is_part(kind):
        return kinds_of(kind).get(str(step))
    if get_origin(kind) is tuple:
        return get_args(kind)[0]
    return get_args(kind)[1] if get_origin(kind) is Mapping else None


def form_of(kind: Any) -> Form[Any] | None:
    """How a declared scalar type is written; None for mappings and lists."""
    if get_origin(kind) is Annotated:
        return next((data for data in get_args(kind)[1:] if isinstance(data, Form)), None)
    if get_origin(kind) in (Union, types.UnionType):
        return next(filter(None, map(form_of, get_args(kind))), None)
    return None


def expected_of(kind: Any) -> str:
    """What a problem says was expected where this type stands."""
    form, plain = form_of(kind), bare(kind)
    if form is not None:
        return form.expected
    if is_part(plain):
        return f"a mapping with the keys {listed(kinds_of(plain), most=20, rest=ALL)}"
    if variants(plain):
        return f"a mapping whose do is one of: {listed(variants(plain), rest=ALL)}"
    if get_origin(plain) is tuple:
        return "a list"
    return "a mapping" if get_origin(plain) is Mapping else "a value"
