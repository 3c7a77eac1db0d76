"""A run's events in order, each with its sentence, which may need what earlier events said."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from settlement.report.narrative import sentence
from settlement.report.stored import Step

#: The field in which an event states a deadline on the clock of its credit.
_DEADLINES = {
    "DrawPresented": "examine_until",
    "DrawAccepted": "maturity",
    "DrawDiscrepant": "waive_until",
    "CreditDisputed": "award_until",
    "AdvancePaid": "return_until",
}


def narrated(steps: Iterable[Step]) -> Iterator[tuple[Step, str | None]]:
    """Every step with its sentence, None where another event tells it; from the first event of a run on.

    A credit's clock stands still in suspensions and holds. Its deadlines are told as days of the world, put
    off by what the clock has lost until then; what stops it later puts them off again.
    """
    clocks, bills = _Clocks(), _Bills()
    for step in steps:
        clocks.follow(step)
        bills.follow(step)
        data = step.data
        if step.kind in _DEADLINES:
            field = _DEADLINES[step.kind]
            data = data | {field: data[field] + clocks.lost(data["credit"], step.sim_time)}
        elif step.kind == "BillCancelled":
            terms = bills.terms(data["bill"])
            data = data | terms | {"due": terms["due"] + clocks.lost(data["bill"], step.sim_time)}
        yield step, sentence(replace(step, data=data))


class _Clocks:
    """By how much the clock of each credit and bill is behind; seconds."""

    def __init__(self) -> None:
        self._suspended_at: int | None = None
        self._suspended = 0
        #: What the regime had lost when a credit or bill began, less what holds took of its own time.
        self._shifts: dict[str, int] = {}

    def follow(self, step: Step) -> None:
        """Keep what ``step`` does to the clocks."""
        match step.kind:
            case "StageChanged" if step.data["stage"] == "SUSPENDED":
                self._suspended_at = step.sim_time
            case "StageChanged":
                self._suspended, self._suspended_at = self._suspensions(step.sim_time), None
            case "CreditOpened" | "BillOffered":
                name = step.data["credit" if step.kind == "CreditOpened" else "bill"]
                self._shifts[name] = self._suspensions(step.sim_time)
            case "CreditReleased":
                self._shifts[step.data["credit"]] -= step.data["tolled"]

    def lost(self, name: str, now: int) -> int:
        """How long the clock of a credit or bill, not on hold at ``now``, has stood still since it began."""
        return self._suspensions(now) - self._shifts[name]

    def _suspensions(self, now: int) -> int:
        return self._suspended + (0 if self._suspended_at is None else now - self._suspended_at)


class _Bills:
    """What was offered under each bill, and whether the buyer agreed."""

    def __init__(self) -> None:
        self._offers: dict[str, dict[str, Any]] = {}

    def follow(self, step: Step) -> None:
        """Keep what ``step`` says of a bill."""
        match step.kind:
            case "BillOffered":
                self._offers[step.data["bill"]] = step.data | {"agreed": False}
            case "BillAgreed":
                self._offers[step.data["bill"]]["agreed"] = True

    def terms(self, bill: str) -> dict[str, Any]:
        """The fields of its offer, and ``agreed``."""
        return self._offers[bill]
