"""Domain events: what happened, in the vocabulary of the rules, participants by name.

Every event carries the simulated time, who acted, and where on the chain it was logged. The
canonical form leaves out what depends on the backend (block numbers, log indices, addresses,
gas), so the SHA-256 of its lines, the run hash, is the same on every engine.

One file for each contract, which names what it offers in its ``__all__``: a new one needs one import here.
"""

from settlement.domain.events.access import *
from settlement.domain.events.base import *
from settlement.domain.events.bills import *
from settlement.domain.events.calendar import *
from settlement.domain.events.clearing import *
from settlement.domain.events.credits import *
from settlement.domain.events.currency import *
from settlement.domain.events.desk import *
from settlement.domain.events.draws import *
from settlement.domain.events.intake import *
from settlement.domain.events.oracle import *
from settlement.domain.events.participants import *
from settlement.domain.events.quarantine import *
from settlement.domain.events.regime import *
from settlement.domain.events.reserve import *
from settlement.domain.events.token import *
from settlement.domain.events.trades import *
