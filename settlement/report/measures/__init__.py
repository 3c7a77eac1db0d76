"""Measures of a stored run, by name: each is a query over its store, defined in one docstring."""

from settlement.report.measures import baseline, compliance, cost, liquidity, risk, speed
from settlement.report.measures.figures import REGISTERED, Figure, Measure, Unit
from settlement.report.stored import CreditLine, Holding, Step, StoredRun, open_run

__all__ = [
    "GROUPS",
    "MEASURES",
    "CreditLine",
    "Figure",
    "Holding",
    "Measure",
    "Step",
    "StoredRun",
    "Unit",
    "baseline",
    "compliance",
    "cost",
    "liquidity",
    "open_run",
    "risk",
    "speed",
]

#: Parts of the report, in its order.
GROUPS = ("Speed", "Baseline", "Liquidity", "Cost", "Risk", "Compliance")

#: Every measure by name, in the order of the report.
MEASURES = dict(sorted(REGISTERED.items(), key=lambda item: GROUPS.index(item[1].group)))
