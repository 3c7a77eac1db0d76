"""The scenario file as frozen models: what a run reads, and what editors complete.

Every part is frozen and refuses unknown keys. Lists become tuples; mappings are read-only by type.
Defaults that a source fixes name it; the others are choices of ours.
"""

from settlement.scenario.model.actions import *
from settlement.scenario.model.expectations import *
from settlement.scenario.model.money import *
from settlement.scenario.model.part import *
from settlement.scenario.model.participants import *
from settlement.scenario.model.regime import *
from settlement.scenario.model.scenario import *
from settlement.scenario.model.trades import *
