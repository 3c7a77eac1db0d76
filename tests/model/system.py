"""The whole of it: the parts under the names that their twins have in a deployment."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

from settlement.domain.errors import Refused
from settlement.domain.reasons import Reason
from tests.model.bills import Collections
from tests.model.calendar import Calendar
from tests.model.clearing import Clearing
from tests.model.clock import Clock
from tests.model.conditions import Conditions
from tests.model.credits import Escrow
from tests.model.currency import Currency
from tests.model.desk import Desk
from tests.model.draws import Presentations
from tests.model.intake import Intake
from tests.model.meter import Meter
from tests.model.oracle import Oracle
from tests.model.quarantine import Quarantine
from tests.model.ramp import Ramp
from tests.model.regime import Regime
from tests.model.register import Participants
from tests.model.reserve import Reserve
from tests.model.rulebook import Rulebook
from tests.model.token import Token
from tests.model.trades import Trades


@dataclass
class Model:
    """A regime before its first draft."""

    clock: Clock
    calendar: Calendar
    regime: Regime = field(init=False)
    participants: Participants = field(init=False)
    trades: Trades = field(init=False)
    oracle: Oracle = field(init=False)
    reserve: Reserve = field(init=False)
    meter: Meter = field(init=False)
    rulebook: Rulebook = field(init=False)
    token: Token = field(init=False)
    quarantine: Quarantine = field(init=False)
    ramp: Ramp = field(init=False)
    escrow: Escrow = field(init=False)
    presentations: Presentations = field(init=False)
    collections: Collections = field(init=False)
    clearing: Clearing = field(init=False)
    currency: Currency = field(init=False)
    desk: Desk = field(init=False)
    intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        self.regime = Regime(self.clock)
        self.participants = Participants(self.clock)
        self.trades = Trades(self.clock, self.participants)
        self.oracle = Oracle(self.clock)
        self.reserve = Reserve(self.clock, self.regime, self.oracle)
        self.meter = Meter(self.clock)
        conditions = Conditions(self.clock, self.regime, self.participants, self.trades, self.meter)
        self.rulebook = Rulebook(conditions, self.meter, self.reserve)
        self.token = Token(self.clock, self.rulebook)
        self.quarantine = Quarantine(self.clock, self.token, self.participants)
        self.ramp = Ramp(self.token, self.reserve)
        system = self.clock, self.rulebook, self.participants, self.token
        self.escrow = Escrow(*system, self.calendar)
        self.presentations = Presentations(self.clock, self.escrow)
        self.collections = Collections(*system, self.presentations.presented)
        self.clearing = Clearing(*system)
        self.currency = Currency(self.regime, self.participants)
        self.desk = Desk(self.clock, self.token, self.currency, self.participants, self.oracle)
        self.intake = Intake(self.clock, self.token, self.currency, self.reserve, self.oracle)

    def attempt(self, operation: Callable[["Model"], object]) -> tuple["Model", Reason]:
        """The model after an operation, and why it was refused; a refused one changes nothing."""
        after = deepcopy(self)
        try:
            operation(after)
        except Refused as refusal:
            return self, refusal.reason
        return after, Reason.OK
