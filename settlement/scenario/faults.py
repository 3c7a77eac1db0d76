"""What is wrong with a scenario, before it has a line and a column."""

from dataclasses import dataclass

from settlement.domain.faults import Loc


class NotOfForm(ValueError):
    """A value that is not written as its field asks; says what was expected and the remedy."""

    def __init__(self, message: str, expected: str, remedy: str) -> None:
        super().__init__(message)
        self.expected = expected
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault at a place of the file; ``on_key`` points at the key rather than at its value."""

    loc: Loc
    message: str
    expected: str
    remedy: str
    on_key: bool = False
