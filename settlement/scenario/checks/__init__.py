"""Checks across the parts of a scenario: names, dates, parties, money, clearing and expectations.

Each takes a scenario of which some fields may be absent (see ``has``) and yields what is wrong with
those it can judge. A check keeps silent about a value whose cause another fault already names.
"""

from collections.abc import Iterator

from settlement.scenario.checks.bills import check_bills
from settlement.scenario.checks.clearing import check_clearing
from settlement.scenario.checks.compliance import check_compliance
from settlement.scenario.checks.dates import check_dates
from settlement.scenario.checks.expectations import check_expectations
from settlement.scenario.checks.flows import check_flows
from settlement.scenario.checks.money import check_money
from settlement.scenario.checks.names import check_names
from settlement.scenario.checks.parties import check_parties
from settlement.scenario.checks.trades import check_trades
from settlement.scenario.faults import Fault
from settlement.scenario.model import Scenario

__all__ = ["check_scenario"]


def check_scenario(scenario: Scenario) -> Iterator[Fault]:
    """Every fault that shows only when parts are seen together."""
    yield from check_names(scenario)
    yield from check_dates(scenario)
    yield from check_parties(scenario)
    yield from check_trades(scenario)
    yield from check_bills(scenario)
    yield from check_compliance(scenario)
    yield from check_money(scenario)
    yield from check_clearing(scenario)
    yield from check_flows(scenario)
    yield from check_expectations(scenario)
