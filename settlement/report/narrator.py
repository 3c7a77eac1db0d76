"""A run's events in order, each with its sentence, which may need what earlier events said."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from settlement.report.narrative import sentence
from settlement.report.stored import Step, StoredRun

#: The field in which an event states a deadline on the clock of its credit.
_DEADLINES = {
    "DrawPresented": "examine_until",
    "DrawAccepted": "maturity",
    "DrawDiscrepant": "waive_until",
    "CreditDisputed": "award_until",
    "AdvancePaid": "return_until",
}


#: Events that end the way of what moved under a credit or bill, before them and in the same transaction.
_ENDS = frozenset((
    "BillPaid", "CreditAmended", "CreditAwarded", "CreditBlocked", "CreditCancelled", "CreditExpired",
    "CreditRejected", "CreditWoundDown", "DrawFinal", "DrawPaid",
))  # fmt: skip

#: Which of an event's amounts goes where, by the flow in which it moves: what is paid, and what goes back.
_PAID, _REFUNDED = ("PAY", "AWARD"), ("REFUND",)


def narrated(steps: Iterable[Step]) -> Iterator[tuple[Step, str | None]]:
    """Every step with its sentence, None where another event tells it; from the first event of a run on."""
    narrator = Narrator()
    for step in steps:
        yield step, narrator.tell(step)


def timeline(run: StoredRun, most: int) -> tuple[list[tuple[Step, str]], int]:
    """The first ``most`` steps that are told from the scenario's first day on, and how many events follow.

    What comes before that day is registration, of which no later sentence needs anything.
    """
    first = run.first_moment
    told: list[tuple[Step, str]] = []
    for number, (step, text) in enumerate(narrated(run.steps_since(first))):
        if text is None:
            continue
        if len(told) == most:
            return told, run.count_since(first) - number
        told.append((step, text))
    return told, 0


class Narrator:
    """Tells the events of a run one by one, from the first on.

    A credit's clock stands still in suspensions and holds. Its deadlines are told as days of the world, put
    off by what the clock has lost until then; what stops it later puts them off again. What goes into
    quarantine is told as such: the event that ends its way names it as if it had arrived.
    """

    def __init__(self) -> None:
        self._clocks, self._bills, self._quarantined = _Clocks(), _Bills(), _Quarantined()

    def tell(self, step: Step) -> str | None:
        """The sentence of the next event; None where another event tells it."""
        for memory in (self._clocks, self._bills, self._quarantined):
            memory.follow(step)
        data = step.data
        if step.kind in _DEADLINES:
            field = _DEADLINES[step.kind]
            data = data | {field: data[field] + self._clocks.lost(data["credit"], step.sim_time)}
        elif step.kind == "BillCancelled":
            terms = self._bills.terms(data["bill"])
            data = data | terms | {"due": terms["due"] + self._clocks.lost(data["bill"], step.sim_time)}
        elif step.kind in _ENDS:
            data = data | self._quarantined.ended(data["bill" if step.kind == "BillPaid" else "credit"])
        return sentence(replace(step, data=data))


class _Quarantined:
    """What went into quarantine instead of where it was due, until the event that ends its way."""

    def __init__(self) -> None:
        self._flows: dict[str, set[str]] = {}

    def follow(self, step: Step) -> None:
        """Keep what ``step`` moves there."""
        if step.kind == "Moved" and step.data["destination"] == "Quarantine":
            self._flows.setdefault(step.data["ref"], set()).add(step.data["flow"])

    def ended(self, name: str) -> dict[str, bool]:
        """Whether what was paid and what was refunded of a credit or bill arrived."""
        flows = self._flows.pop(name, set())
        return {"paid_arrived": flows.isdisjoint(_PAID), "refund_arrived": flows.isdisjoint(_REFUNDED)}


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
