"""Scenario files: read, validated with every problem at its position, and shipped examples."""

from settlement.scenario.durations import *
from settlement.scenario.loader import *
from settlement.scenario.model import *
from settlement.scenario.profiles import *
from settlement.scenario.quantities import *
from settlement.scenario.schema import *
from settlement.scenario.variation import *
