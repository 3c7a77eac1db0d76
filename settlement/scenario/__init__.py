"""Scenario files: read, validated with every problem at its position, and shipped examples."""

from settlement.scenario.durations import Delay, Duration
from settlement.scenario.faults import NotOfForm
from settlement.scenario.loader import (
    load_scenario,
    parse_scenario,
    scenario_text,
    shipped_scenarios,
    shipped_text,
)
from settlement.scenario.model import (
    Action,
    Behaviour,
    Credit,
    Expectations,
    Freeze,
    Issue,
    Jurisdiction,
    Licence,
    OpenPhase,
    Part,
    Participant,
    Presentation,
    Regime,
    Rejection,
    Resume,
    Scenario,
    Screen,
    Suspend,
    Transfer,
)
from settlement.scenario.schema import json_schema

__all__ = [
    "Action",
    "Behaviour",
    "Credit",
    "Delay",
    "Duration",
    "Expectations",
    "Freeze",
    "Issue",
    "Jurisdiction",
    "Licence",
    "NotOfForm",
    "OpenPhase",
    "Part",
    "Participant",
    "Presentation",
    "Regime",
    "Rejection",
    "Resume",
    "Scenario",
    "Screen",
    "Suspend",
    "Transfer",
    "json_schema",
    "load_scenario",
    "parse_scenario",
    "scenario_text",
    "shipped_scenarios",
    "shipped_text",
]
