"""What flows may draw, as far as the file tells: what a trade is, the seed says."""

from collections.abc import Collection, Iterator

from settlement.domain.faults import Loc
from settlement.scenario.checks.names import ids, unknown
from settlement.scenario.faults import Fault
from settlement.scenario.flow_names import is_guarantee, number_of
from settlement.scenario.flow_terms import MOST_DRAWS, SECTIONS
from settlement.scenario.model import Flow, FlowEnd, Scenario
from settlement.scenario.validation import has


def words_of(flow: Flow) -> list[str]:
    """The instruments that may come up in a flow."""
    return [name for name, weight in flow.instruments.items() if weight > 0]


def may_draw(scenario: Scenario, section: str, name: str) -> bool:
    """Whether a flow may draw a trade of this name into a section; true where flows are unreadable."""
    if not has(scenario, "flows"):
        return True
    return any(_may_draw(flow, section, name) for flow in scenario.flows)


def expected_names(scenario: Scenario, section: str, what: str) -> Iterator[Fault]:
    """Faults of trades that a file expects an end of, and that neither it nor a flow of it brings."""
    known = ids(scenario, section)
    if known is None or not has(scenario, "expect") or not has(scenario.expect, section):
        return
    for name in getattr(scenario.expect, section):
        if not may_draw(scenario, section, name):
            yield from unknown(("expect", section, name), name, what, known, on_key=True)


def check_expected_flows(scenario: Scenario) -> Iterator[Fault]:
    """Flows that a file expects something of are there, and may draw what it counts."""
    flows = ids(scenario, "flows")
    if flows is None or not has(scenario, "expect") or not has(scenario.expect, "flows"):
        return
    by_id = dict(zip(flows, scenario.flows, strict=True))
    for name, end in scenario.expect.flows.items():
        loc: Loc = ("expect", "flows", name)
        yield from unknown(loc, name, "flow", flows, on_key=True)
        if name in by_id and has(by_id[name], "instruments"):
            yield from _counted(words_of(by_id[name]), name, end, loc)
        if name in by_id and has(by_id[name], "trades"):
            yield from _too_many(by_id[name].trades, end, loc)


def _counted(words: Collection[str], name: str, end: FlowEnd, loc: Loc) -> Iterator[Fault]:
    for section in ("credits", "draws", "bills", "obligations"):
        drawn = SECTIONS["credits" if section == "draws" else section]
        if has(end, section) and getattr(end, section) and not set(drawn) & set(words):
            message = f"flow {name} has no {section}"
            expected = f"what it draws: {', '.join(words) or 'nothing'}"
            yield Fault((*loc, section), message, expected, "count something else, or weigh its instruments")


def _may_draw(flow: Flow, section: str, name: str) -> bool:
    if not has(flow, "id", "trades", "instruments", "guarantors"):
        return True
    number, words = number_of(flow.id, name), set(words_of(flow))
    if number is None or number > flow.trades:
        return False
    if is_guarantee(name):
        return section == "credits" and "advance" in words and bool(flow.guarantors)
    return bool(words & set(SECTIONS[section]))


def _too_many(trades: int, end: FlowEnd, loc: Loc) -> Iterator[Fault]:
    """More of them in named states than there can be, whatever the seed draws."""
    for section in ("credits", "draws", "bills", "obligations"):
        if not has(end, section):
            continue
        most = trades * (MOST_DRAWS if section == "draws" else 1)
        for whole, is_share in ((most, False), (10_000, True)):
            tallies = [tally for tally in getattr(end, section).values() if tally.is_share is is_share]
            if sum(tally.low for tally in tallies) > whole:
                can = "100 %" if is_share else f"{most}, of {trades} trades,"
                message = f"more {section} are to end so than there can be"
                yield Fault((*loc, section), message, f"{can} at most", "lower the numbers")
