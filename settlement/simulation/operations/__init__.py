"""What an actor may intend: plain data, performed on the contracts through their twins.

An operation knows how to perform itself as a given account; it raises the contract's refusal.
One file for each topic, which names what it offers in its ``__all__``.
"""

from settlement.simulation.operations.base import *
from settlement.simulation.operations.bills import *
from settlement.simulation.operations.clearing import *
from settlement.simulation.operations.compliance import *
from settlement.simulation.operations.credits import *
from settlement.simulation.operations.money import *
from settlement.simulation.operations.regime import *
from settlement.simulation.operations.register import *
from settlement.simulation.operations.token import *
