"""What a sweep varies: ``path=values`` → parameters, and the grid of their values as checked scenarios."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from settlement.domain.errors import Problem, ScenarioError, UserError
from settlement.domain.faults import Loc
from settlement.scenario import VariableScenario, scenario_yaml, value_text, values_of

#: More points are no grid that anybody reads.
MOST_POINTS = 10_000

_NUMBER = r"[-+]?[0-9][0-9_]*(?:\.[0-9]+)?"
_UNIT = r" ?%| [A-Za-z][A-Za-z ]*"
_QUANTITY = re.compile(rf"({_NUMBER})({_UNIT})?")
_RANGE = re.compile(rf"({_NUMBER})({_UNIT})?\.\.({_NUMBER})({_UNIT})?/([0-9]{{1,5}})")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A place of the scenario file and the values it takes, as they would be read from the file."""

    path: str
    loc: Loc
    values: tuple[object, ...]

    @property
    def written(self) -> list[str]:
        """The values as the file writes them."""
        return [value_text(value) for value in self.values]

    @property
    def numbers(self) -> list[str] | None:
        """The values as exact decimal numbers of one unit; None where they are none.

        Amounts, shares, durations and plain numbers are; dates, words and ranges of time are not.
        """
        found = [_QUANTITY.fullmatch(text) for text in self.written]
        # One day, two days: the same unit.
        units = {(match[2] or "").strip().removesuffix("s") for match in found if match}
        if any(isinstance(value, bool) for value in self.values) or len(units) != 1:
            return None
        return [match[1].replace("_", "") for match in found if match] if all(found) else None


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the grid: its number from 1, the values of the parameters there, the scenario's text."""

    number: int
    settings: Mapping[str, str]
    text: str


def parameters_of(base: VariableScenario, vary: Iterable[tuple[str, Any]]) -> list[Parameter]:
    """The parameters that pairs of a path and its values (a text, or a list of them) describe.

    Raises:
        UserError: some are wrong; a line for each.
    """
    parameters: list[Parameter] = []
    mistakes: list[str] = []
    for path, values in vary:
        try:
            parameter = _parameter(base, path, values)
            for other in parameters:
                _require_apart(parameter, other)
            parameters.append(parameter)
        except UserError as error:
            mistakes.append(f"--vary {path}: {error}")
    if mistakes:
        raise UserError("\n".join(mistakes))
    return parameters


def grid(base: VariableScenario, parameters: Sequence[Parameter], source: str) -> list[Point]:
    """Every combination of the parameters' values, the last parameter fastest; one point if there is none.

    Raises:
        UserError: there are too many, or the scenario is wrong at some of them; a line for each problem.
    """
    size = 1
    for parameter in parameters:
        size *= len(parameter.values)
    if size > MOST_POINTS:
        raise UserError(
            f"--vary: {size:,} points; expected {MOST_POINTS:,} at most; "
            "give fewer values, or vary less at once"
        )
    points: list[Point] = []
    wrong: dict[Problem, list[Mapping[str, str]]] = {}
    for number, chosen in enumerate(product(*(range(len(p.values)) for p in parameters)), 1):
        pairs = list(zip(parameters, chosen, strict=True))
        settings = {p.path: p.written[index] for p, index in pairs}
        try:
            scenario = base.varied({p.loc: p.values[index] for p, index in pairs})
            points.append(Point(number, settings, scenario_yaml(scenario, in_full=True)))
        except ScenarioError as error:
            for problem in error.problems:
                wrong.setdefault(problem, []).append(settings)
    if wrong:
        raise UserError("\n".join(_told(problem, where, source) for problem, where in sorted(wrong.items())))
    return points


def _told(problem: Problem, where: Sequence[Mapping[str, str]], source: str) -> str:
    """One line: the problem, and the values that all the points where it arises have in common."""
    common = set(where[0].items()).intersection(*(settings.items() for settings in where))
    pairs = [f"{path}={value}" for path, value in where[0].items() if (path, value) in common]
    return f"{source}:{problem} (where {', '.join(pairs)})" if pairs else f"{source}:{problem}"


def _parameter(base: VariableScenario, path: str, values: Any) -> Parameter:
    if path == "seed":
        raise UserError(
            "a seed is not varied; expected a path of the regime, its trades or its actors; use --seeds"
        )
    loc = base.place(path)
    chosen = _values(values) if isinstance(values, str) else list(values)
    if not chosen:
        raise UserError("no values; expected at least one; write path=value,value")
    for index, value in enumerate(chosen):
        if not isinstance(value, str | int | float | list | dict):
            raise UserError(f"{value!r} is no value of a file; expected text or a number; write it so")
        if any(type(value) is type(other) and value == other for other in chosen[:index]):
            raise UserError(f"{value!r} appears twice; expected each value once; remove one")
    return Parameter(path, loc, tuple(chosen))


def _values(text: str) -> list[object]:
    """The values of a comma list, or of a range ``low..high/count``."""
    match = _RANGE.fullmatch(text.strip())
    return values_of(text) if match is None else _steps(*match.groups(default=""))


def _steps(low: str, low_unit: str, high: str, unit: str, count: str) -> list[object]:
    """So many numbers from ``low`` to ``high``, evenly apart and both included, each with the unit.

    Raises:
        UserError: there is no such range, or its steps have no finite decimals.
    """
    if (low_unit and low_unit != unit) or not 2 <= int(count) <= MOST_POINTS:
        raise UserError(
            f"{low}{low_unit}..{high}{unit}/{count} is no range; expected one unit, and from 2 to "
            f"{MOST_POINTS:,} values, such as 10..50 SU/5"
        )
    first, last = (Fraction(end.replace("_", "")) for end in (low, high))
    steps = [first + (last - first) * index / (int(count) - 1) for index in range(int(count))]
    sign = "+" if unit and (low[0] in "+-" or high[0] in "+-") else ""
    return [_quantity(_number(step, sign), unit) if unit else _plain(step) for step in steps]


def _quantity(number: str, unit: str) -> str:
    """A number with its unit: one day, two days."""
    return number + (unit.removesuffix("s") if number in ("1", "+1", "-1") else unit)


def _plain(number: Fraction) -> int | float:
    return int(number) if number.denominator == 1 else float(_number(number, ""))


def _number(number: Fraction, sign: str) -> str:
    """A number as the file writes it, exactly."""
    for decimals in range(19):
        scaled = abs(number) * 10**decimals
        if scaled.denominator == 1:
            whole, rest = divmod(int(scaled), 10**decimals)
            return f"{'-' if number < 0 else sign}{whole:_}" + (f".{rest:0{decimals}d}" if decimals else "")
    raise UserError(
        f"a step falls on {number}, which no decimal is; expected steps that can be written; "
        "choose another number of values"
    )


def _require_apart(parameter: Parameter, other: Parameter) -> None:
    shorter = min(len(parameter.loc), len(other.loc))
    if parameter.loc[:shorter] == other.loc[:shorter]:
        raise UserError(
            f"it lies within {other.path} or around it; expected places apart from each other; "
            "vary one of them"
        )
