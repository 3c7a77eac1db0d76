"""Days inside the scenario."""

from collections.abc import Iterator
from datetime import date

from settlement.domain.faults import Loc
from settlement.scenario.faults import Fault
from settlement.scenario.model import Scenario
from settlement.scenario.validation import has


def outside(scenario: Scenario, day: date, loc: Loc) -> Iterator[Fault]:
    """A fault where a day is none of the scenario's; silent where those are not known."""
    if not has(scenario, "start", "end") or scenario.start >= scenario.end:
        return
    if not scenario.start <= day <= scenario.end:
        expected = f"a day of the scenario, {scenario.start} to {scenario.end}"
        remedy = "move it, or the scenario's start or end"
        yield Fault(loc, f"{day} is outside the scenario", expected, remedy)
