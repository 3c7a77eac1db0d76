"""The regime that every example begins with: who there is, what they agreed on, and what they hold."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from settlement.chain.chain import Snapshot
from settlement.chain.deployment import TIMELOCK
from settlement.chain.twins.miner_intake import Network, Rig
from settlement.chain.twins.participants import Profile
from settlement.domain.events import Event
from settlement.domain.participants import Access, LicenceStatus, OwnershipClass, Role, Screening
from settlement.domain.programme import NO_CAP, ClassCaps, Corridor, Programme
from tests.chain.machine.driver import Driver, open_driver
from tests.chain.machine.expected import (
    State,
    expected_clearing,
    expected_core,
    expected_credits,
    expected_intake,
    expected_money,
)
from tests.model.bills import COLLECTIONS
from tests.model.calendar import Calendar
from tests.model.clearing import CLEARING
from tests.model.clock import DAY, Clock
from tests.model.desk import DESK
from tests.model.intake import INTAKE
from tests.model.system import Model
from tests.model.token import QUARANTINE
from tests.model.vault import ESCROW
from tests.world import weekends

#: Monday 1 March 2027, 00:00 UTC: first second of the regime.
START = 1_803_859_200
END = START + 365 * DAY
WIND_DOWN_END = END + 30 * DAY


def su(whole: int) -> int:
    """Whole SU in minor units."""
    return whole * 10**6


def drl(whole: int) -> int:
    """Whole DRL in minor units."""
    return whole * 100


#: 91 minor units of the reference currency for one SU, so that caps have to round. In SU about: 4,000
#: a payment, 6,000 a day, 12,000 a period for state-owned entities.
PROGRAMME = Programme(
    start=START,
    end=END,
    wind_down_end=WIND_DOWN_END,
    home="XH",
    private_from_phase=2,
    domestic_ban=True,
    direct_payments=True,
    queue_bypass=False,
    instruments=0b1111111,
    goods=(1 << 84) | (1 << 27),
    period=30 * DAY,
    max_list_age=100 * DAY,
    max_holding=60 * DAY,
    max_exposure=su(30_000),
    coverage_floor=10_000,
    haircut=2_000,
    reference_rate=91,
    state_caps=ClassCaps(364_000, 546_000, 1_092_000, 1_456_000),
    private_caps=ClassCaps(182_000, 273_000, 364_000, 364_000),
    regime_cap=1_638_000,
)
CORRIDORS = (
    Corridor("XF", Access.DIRECT, 1_274_000),
    Corridor("XV", Access.VIA_INTERMEDIARY, 273_000),
    Corridor("XN", Access.NONE),
)


def profile(roles: Role, jurisdiction: str, **changes: Any) -> Profile:
    """A licensed participant whose files outlast the regime."""
    whole = Profile(
        roles=roles,
        ownership=OwnershipClass.STATE,
        jurisdiction=jurisdiction,
        owner_jurisdiction=jurisdiction,
        licence=LicenceStatus.ACTIVE,
        licence_until=WIND_DOWN_END + 400 * DAY,
        kyc_until=WIND_DOWN_END + 400 * DAY,
        cap=NO_CAP,
    )
    return replace(whole, **changes)


#: K, K2: banks. B, C: state-owned entities, B with a cap of its own. D: a private one. M: a miner.
#: S, T: traders abroad. V: one behind the intermediary I. H: a shell abroad with a resident owner.
#: N: from a closed country. L: listed. E, A, R, Z: examiner, attestor, arbiter, administrator.
PARTICIPANTS = {
    "K": profile(Role.BANK, "XH"),
    "K2": profile(Role.BANK, "XH"),
    "I": profile(Role.INTERMEDIARY, "XV"),
    "B": profile(Role.SETTLER, "XH", sponsor="K", cap=910_000),
    "C": profile(Role.SETTLER, "XH", sponsor="K"),
    "D": profile(Role.SETTLER, "XH", sponsor="K2", ownership=OwnershipClass.PRIVATE),
    "M": profile(Role.MINER, "XH", sponsor="K2"),
    "S": profile(Role.COUNTERPARTY, "XF"),
    "T": profile(Role.COUNTERPARTY, "XF"),
    "V": profile(Role.COUNTERPARTY, "XV", intermediary="I"),
    "H": profile(Role.COUNTERPARTY, "XF", owner_jurisdiction="XH"),
    "N": profile(Role.COUNTERPARTY, "XN"),
    "L": profile(Role.COUNTERPARTY, "XF"),
    "E": profile(Role.EXAMINER, "XH"),
    "A": profile(Role.ATTESTOR, "XH"),
    "R": profile(Role.ARBITER, "XF"),
    "Z": profile(Role.ADMINISTRATOR, "XH"),
}
ENTITIES, COUNTERPARTIES = ("B", "C", "D"), ("S", "T", "V", "H", "N", "L")
TRADERS = (*ENTITIES, *COUNTERPARTIES)
#: Wallets beside those of the participants' own names; U and W belong to nobody at first.
SPARE_WALLETS = ("B2", "S2", "C2", "U", "W")
WALLETS = (*PARTICIPANTS, *SPARE_WALLETS)
MODULES = (QUARANTINE, ESCROW, COLLECTIONS, CLEARING, DESK, INTAKE)
SUPERVISOR, CO_APPROVER, COMPLIANCE, SECOND, RAMP = (
    "supervisor",
    "co-approver",
    "compliance",
    "second reviewer",
    "ramp",
)
FEEDERS, TREASURY, DEALER = ("feeder 1", "feeder 2", "feeder 3"), "treasury", "desk"
#: A whole SU is worth 90.00 DRL, a coin 1,000 SU; minor units of DRL times 10**6.
PRICES = {"SU": 9_000 * 10**6, "COIN": 9_000_000 * 10**6}
#: In 30 days the rig of M finds about 18.9 coins.
RIG = Rig("north", hashrate=1_000_000, efficiency=20, tariff=5_000, since=START - 60 * DAY)
NETWORK = Network(START - 90 * DAY, 100 * 10**12, 3_125 * 10**5)
#: number -> entity, counterparty, value in whole SU, chapter; all with travel-rule records but the last.
TRADES = {
    "BS": ("B", "S", 20_000, 84),
    "BT": ("B", "T", 3_000, 84),
    "BV": ("B", "V", 8_000, 84),
    "CS": ("C", "S", 20_000, 27),
    "CT": ("C", "T", 9_000, 84),
    "CV": ("C", "V", 8_000, 84),
    "DT": ("D", "T", 20_000, 84),
    "DS": ("D", "S", 20_000, 27),
    "BH": ("B", "H", 9_000, 84),
    "BN": ("B", "N", 9_000, 84),
    "CL": ("C", "L", 9_000, 84),
    "BC": ("B", "C", 9_000, 84),
    "BSx": ("B", "S", 9_000, 99),
    "CSo": ("C", "S", 9_000, 84),
}
#: Holidays are loaded for these days.
FIRST, LAST = date(2027, 2, 20), date(2028, 12, 31)
NO_TRAVEL = ("CSo",)


@dataclass
class Setting:
    """The chain, and how far its events were read."""

    chain: Driver
    read: int = 0
    events: list[Event] = field(default_factory=list)

    @property
    def now(self) -> int:
        """Time of the next transaction, epoch seconds."""
        return self.chain.now

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self.chain.advance_to(self.now + seconds)

    def new_events(self) -> list[Event]:
        """Events since the last time this was asked."""
        return self.chain.new_events()

    def expected(self, model: Model) -> State:
        """All that can be looked at, as the model has it."""
        trade = expected_core(model, WALLETS, MODULES) | expected_credits(model) | expected_clearing(model)
        return trade | expected_money(model) | expected_intake(model)


Moment = Literal["agreed", "started"]
#: The regime with its programme agreed on, and at its first second: a chain for each.
_opened: dict[Moment, tuple[Driver, Snapshot, Model]] = {}


def opening(moment: Moment = "started") -> tuple[Setting, Model]:
    """The regime, ``agreed`` on or ``started``, on the chain and in the model; deployed once."""
    if moment not in _opened:
        driver = open_driver(START - 7 * DAY, WALLETS)
        model = open_model(driver.now)
        _Both(driver, model).run(moment)
        _opened[moment] = driver, driver.snapshot(), model
    driver, snapshot, model = _opened[moment]
    driver.revert(snapshot)
    return Setting(driver), deepcopy(model)


def open_model(now: int) -> Model:
    """A model before the first draft."""
    return Model(
        Clock(now),
        Calendar(frozenset({"XH", "XF", "XV"}), FIRST.toordinal() - 719_163, LAST.toordinal() - 719_163),
    )


@dataclass
class _Both:
    """Sets both sides up, by the same operations."""

    driver: Driver
    model: Model

    def run(self, moment: Moment) -> None:
        """Up to the moment."""
        self.model.token.modules |= {*MODULES}
        self.model.token.inventories |= {DESK}
        self.model.currency.modules |= {DESK, INTAKE}
        self.model.oracle.feeders |= {*FEEDERS}
        for place in sorted(self.model.calendar.places):
            self.driver.system.calendar.load(SUPERVISOR, place, FIRST, LAST, weekends(FIRST, LAST))
        self.say(lambda s: s.participants.publish_list(COMPLIANCE, 1, b"\1" * 32))
        for name in PARTICIPANTS:
            self.participant(name)
        for owner in ("B", "S", "C"):
            self.second_wallet(owner)
        self.programme()
        for number in TRADES:
            self.trade(number)
        if moment == "started":
            self.driver.advance_to(START)
            self.say(lambda s: s.regime.activate(SUPERVISOR))
            self.money()

    def programme(self) -> None:
        """Agree on the programme."""
        agreed = PROGRAMME, CORRIDORS
        self.say(lambda s: s.regime.draft(SUPERVISOR, *agreed))
        self.say(lambda s: s.regime.announce_approval(CO_APPROVER, *agreed))
        self.driver.advance_to(self.driver.now + TIMELOCK)
        self.say(lambda s: s.regime.approve(CO_APPROVER, *agreed))

    def money(self) -> None:
        """Prices, a rig, and what everybody begins with."""
        for asset, price in PRICES.items():
            for feeder in FEEDERS:
                self.say(lambda s, f=feeder, a=asset, p=price: s.oracle.post(f, a, p))  # type: ignore[misc]
        self.say(lambda s: s.intake.set_region(SUPERVISOR, RIG.region, True))
        self.say(lambda s: s.intake.set_network(SUPERVISOR, NETWORK))
        self.say(lambda s: s.intake.register_rig(SUPERVISOR, "M", RIG))
        for holder in ("B", "C", DESK):
            self.opening_currency(holder, drl(1_000_000))
        for holder, amount in (("B", 15_000), ("C", 12_000), (DESK, 6_000)):
            self.opening_balance(holder, su(amount))
        self.say(lambda s: s.token.transfer("B", "S", su(1_500)))

    def participant(self, name: str) -> None:
        """Register somebody, and have it screened."""
        self.say(lambda s: s.participants.register(SUPERVISOR, name, PARTICIPANTS[name]))
        if name != "L":
            self.say(lambda s: s.participants.set_screening(COMPLIANCE, name, Screening.CLEAR))
            return
        self.say(lambda s: s.participants.set_screening(COMPLIANCE, name, Screening.POTENTIAL))
        self.say(lambda s: s.participants.propose_resolution(COMPLIANCE, name, Screening.TRUE_MATCH))
        self.say(lambda s: s.participants.resolve_screening(SECOND, name, Screening.TRUE_MATCH))

    def second_wallet(self, owner: str) -> None:
        """Give somebody another key."""
        keys = owner, f"{owner}2"
        self.say(lambda s: s.participants.propose_keys(COMPLIANCE, "add_wallet", *keys))
        self.say(lambda s: s.participants.add_wallet(SUPERVISOR, *keys))

    def trade(self, number: str) -> None:
        """Register a trade, leave its record, and pay directly under it unless a better one is there."""
        entity, counterparty, value, chapter = TRADES[number]
        bank = PARTICIPANTS[entity].sponsor
        terms = number, entity, counterparty, su(value), END, chapter
        self.say(lambda s: s.trades.register(bank, *terms))
        if number not in NO_TRAVEL:
            self.say(lambda s: s.trades.record_travel(entity, number, b"\7" * 32))
        if len(number) == 2:
            self.say(lambda s: s.trades.designate(entity, number))
            self.say(lambda s: s.trades.designate(counterparty, number))

    def opening_balance(self, holder: str, amount: int) -> None:
        """Issue what somebody begins with."""
        self.say(lambda s: s.ramp.issue(RAMP, holder, amount, f"opening {holder}"))

    def opening_currency(self, holder: str, amount: int) -> None:
        """Mint what somebody begins with."""
        self.say(lambda s: s.currency.mint(TREASURY, holder, amount, f"opening {holder}"))

    def say(self, operation: Callable[[Any], object]) -> None:
        self.model.clock.now = self.driver.now
        operation(self.model)
        operation(self.driver)
