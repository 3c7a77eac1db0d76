"""A mistake in a scenario, and how it is to be reported; the catalogues are beside, a file for each part."""

from dataclasses import dataclass

import pytest

from settlement.domain.errors import Problem, ScenarioError
from settlement.scenario import parse_scenario


@dataclass(frozen=True)
class Mistake:
    """A replacement in a text; the problem starts where ``mark`` starts in the changed text.

    ``mark`` is looked for from the line of the change onwards, and where it is not there, from the top;
    "|" in it, if any, is the exact spot.
    """

    old: str
    new: str
    mark: str
    path: str
    message: str
    expected: str = ""
    remedy: str = ""

    def made_in(self, text: str) -> str:
        """``text`` with this mistake in it, once."""
        assert self.old in text
        return text.replace(self.old, self.new, 1)


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "test.yaml")
    return caught.value.problems


def assert_found(mistake: Mistake, text: str) -> None:
    """Made in ``text``, the mistake is one problem, at its place and in its words."""
    wrong = mistake.made_in(text)
    (problem,) = problems_of(wrong)
    assert problem.path == mistake.path
    assert mistake.message in problem.message
    assert mistake.expected in problem.expected
    assert mistake.remedy in problem.remedy
    assert all((problem.message, problem.expected, problem.remedy))
    change = text.rfind("\n", 0, text.index(mistake.old) + 1) + 1
    assert (problem.line, problem.column) == _position(wrong, mistake.mark, change)


def _position(text: str, mark: str, start: int) -> tuple[int, int]:
    """Line and column, from 1, of the spot that ``mark`` names."""
    before, bar, after = mark.partition("|")
    found = text.find(before + after, start)
    if found < 0:
        found = text.index(before + after)
    found += len(before) if bar else 0
    return text.count("\n", 0, found) + 1, found - text.rfind("\n", 0, found)
