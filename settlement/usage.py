"""What is wrong with a command line, told as every mistake is: one line, what was expected, the remedy.

The parser's own errors say what is wrong only, over several lines and in a box.
"""

import re
from typing import Any, cast

import typer

from settlement.domain.faults import listed, near, nearest, shown

#: Root of what the parser raises where the words are wrong; typer gives a name to one of its kinds only.
UsageError = cast(type[Exception], typer.BadParameter.__base__)

#: Options of a command that a remedy names; more would hide the point.
_MOST = 20


def usage_fault(error: Any) -> str:
    """One line about a ``UsageError``.

    The kinds are told apart by what they carry, for their classes have no public names.
    """
    if hasattr(error, "param_type"):
        return _missing(error)
    if getattr(error, "param", None) is not None:
        return _bad_value(error)
    if hasattr(error, "possibilities"):
        return _no_such_option(error)
    if hasattr(error, "option_name"):
        return _bad_option(error)
    return _bad_argument(error)


def _missing(error: Any) -> str:
    name = _name_of(error.param)
    option = f"{name} {error.param.metavar or 'and a value'}"
    expected = _synopsis(error) if _is_argument(error.param) else option
    return f"{error.ctx.command_path}: {name} is missing; expected {expected}; add it"


def _bad_value(error: Any) -> str:
    name, where = _name_of(error.param), error.ctx.command_path
    bounds = [_bound(error.param, end) for end in ("min", "max")]
    if bounds != [None, None]:
        ends = (f" {word} {end}" for word, end in zip(("from", "to"), bounds, strict=True) if end is not None)
        expected = f"a whole number{''.join(ends)}"
        return f"{where}: {name} does not take this value; expected {expected}; write digits only"
    value, choice, words = (
        error.message.removeprefix("Value error, ").rstrip(".").partition(" is not one of ")
    )
    if choice:
        close = near(value.strip("'"), re.findall(r"'(.*?)'", words))
        remedy = f"did you mean {close[0]!r}?" if close else "choose one of these"
        return f"{where}: {name} does not take {value}; expected one of {words}; {remedy}"
    return (
        f"{where}: {name} does not take this value: {value}; expected {error.param.help}; write another one"
    )


def _no_such_option(error: Any) -> str:
    known, name = _options(error.ctx.command), error.option_name
    others = [
        f"`settlement {word}`"
        for word, command in error.ctx.find_root().command.commands.items()
        if name in _options(command)
    ]
    elsewhere = f"it is an option of {' and '.join(others)}"
    remedy = elsewhere if others else nearest(name, known, "leave it out")
    where = error.ctx.command_path
    return f"{where}: no option {name}; expected one of {listed(known, most=_MOST)}; {remedy}"


def _bad_option(error: Any) -> str:
    """An option without its value, or a flag with one; the parser does not say of which command."""
    name = error.option_name
    if "does not take" in error.message:
        return f"{name} takes no value; expected {name} alone; leave the value out"
    return f"{name} has no value; expected {name} and a value; write the value behind it"


def _bad_argument(error: Any) -> str:
    """A word too many, or no command of that name."""
    commands = getattr(error.ctx.command, "commands", None)
    if commands is None:
        words = error.message.partition("(s) (")[2] or error.message.rpartition("(")[2]
        extra = words.removesuffix(")")
        return f"{error.ctx.command_path}: {extra} is too much; expected {_synopsis(error)}; leave it out"
    called = re.search(r"'(.*?)'", error.message)
    if called is None:
        return f"no command; expected one of {listed(commands, most=_MOST)}; see `settlement --help`"
    remedy = nearest(called[1], commands, "see `settlement --help`")
    return f"no command {shown(called[1])}; expected one of {listed(commands, most=_MOST)}; {remedy}"


def _synopsis(error: Any) -> str:
    """How the command is written, its options left out."""
    arguments = (param for param in error.ctx.command.params if _is_argument(param))
    words = (_name_of(a) if a.required else f"[{_name_of(a)}]" for a in arguments)
    return " ".join([error.ctx.command_path, *words])


def _name_of(param: Any) -> str:
    return str(param.metavar or param.name.upper()) if _is_argument(param) else str(param.opts[0])


def _is_argument(param: Any) -> bool:
    return bool(param.param_type_name == "argument")


def _bound(param: Any, end: str) -> int | None:
    """Least or greatest value that an option takes; releases of typer keep it in different places."""
    value: int | None = getattr(param, end, getattr(getattr(param, "type", None), end, None))
    return value


def _options(command: Any) -> list[str]:
    words = (word for param in command.params if not _is_argument(param) for word in param.opts)
    return [*words, "--help"]
