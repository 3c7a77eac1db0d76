"""What a file expects of the run, and what it announces that the run must be able to do."""

from collections.abc import Iterator

from settlement.domain.faults import Loc, nearest, shown
from settlement.domain.reasons import Reason
from settlement.scenario.checks.drawn import check_expected_flows, expected_names, may_draw
from settlement.scenario.faults import Fault
from settlement.scenario.flow_terms import MOST_DRAWS
from settlement.scenario.model import Credit, Scenario
from settlement.scenario.validation import has


def expects(scenario: Scenario, reason: Reason) -> bool:
    """Whether the file says that this rejection is to come; then its cause is no mistake."""
    if not has(scenario, "expect") or not has(scenario.expect, "rejections"):
        # What was meant is unreadable: not a ground to call the cause a mistake.
        return True
    return any(
        not has(rejection, "reason") or rejection.reason is reason
        for rejection in scenario.expect.rejections or ()
    )


def check_expectations(scenario: Scenario) -> Iterator[Fault]:
    """Names and draws that cannot come to be, waivers of nothing, and documents asked for twice."""
    for section, what in (("credits", "credit"), ("bills", "bill"), ("obligations", "obligation")):
        yield from expected_names(scenario, section, what)
    yield from check_expected_flows(scenario)
    if not has(scenario, "credits"):
        return
    for index, credit in enumerate(scenario.credits):
        yield from _waivers(credit, ("credits", index))
        yield from _documents(credit, ("credits", index))
    if (
        has(scenario, "expect")
        and has(scenario.expect, "draws")
        and all(has(c, "id") for c in scenario.credits)
    ):
        for draw in scenario.expect.draws:
            yield from _draw(draw, scenario)


def _waivers(credit: Credit, loc: Loc) -> Iterator[Fault]:
    if not has(credit, "presentations"):
        return
    for index, presentation in enumerate(credit.presentations):
        if (
            has(presentation, "waived", "discrepancies")
            and presentation.waived
            and not presentation.discrepancies
        ):
            place = (*loc, "presentations", index, "waived")
            expected = "discrepancies to waive, or waived: false"
            yield Fault(place, "there is nothing to waive", expected, "list the discrepancies or drop waived")


def _documents(credit: Credit, loc: Loc) -> Iterator[Fault]:
    if not has(credit, "documents"):
        return
    for index, document in enumerate(credit.documents):
        if document in credit.documents[:index]:
            message = f"{shown(document)} is asked for twice"
            yield Fault((*loc, "documents", index), message, "each document once", "remove one of the two")


def _draw(draw: str, scenario: Scenario) -> Iterator[Fault]:
    loc, (name, _, number) = ("expect", "draws", draw), draw.partition("/")
    credits = {credit.id: credit for credit in scenario.credits}
    if name not in credits and may_draw(scenario, "credits", name):
        if int(number) > MOST_DRAWS:
            message, expected = f"no credit of a flow is drawn {number} times", f"{MOST_DRAWS} draws at most"
            yield Fault(loc, message, expected, "correct the number", True)
    elif name not in credits:
        known = [f"{credit}/{number}" for credit in credits]
        remedy = nearest(draw, known, "name a credit that the file defines")
        yield Fault(loc, f"no credit {shown(name)} is defined", "a draw of a defined credit", remedy, True)
    elif has(credits[name], "presentations") and int(number) > len(credits[name].presentations):
        most = len(credits[name].presentations)
        message = f"credit {name} has no presentation {number}"
        expected = f"a number from 1 to {most}" if most else "a credit with presentations"
        yield Fault(loc, message, expected, "add the presentation or correct the number", True)
