"""What backs SU: cash at par and coins at their price less a haircut."""

from dataclasses import dataclass, field

from settlement.domain.errors import Refused
from settlement.domain.reasons import Reason
from tests.model.clock import Clock
from tests.model.offices import COMPLIANCE, RAMP, TwoPeople, require, require_office
from tests.model.oracle import Oracle
from tests.model.regime import WHOLE, Regime

#: A price is minor units of DRL (2 decimals) for one whole unit, times 10^6; a coin has 8 decimals, SU has 6.
COIN_UNITS, SU_UNITS = 10**8, 10**6


@dataclass
class Reserve:
    """The reserve."""

    clock: Clock
    regime: Regime
    prices: Oracle
    cash: int = 0
    coins: int = 0
    two_people: TwoPeople = field(init=False)

    def __post_init__(self) -> None:
        self.two_people = TwoPeople(self.clock, COMPLIANCE)

    def value(self) -> int:
        """Worth now, minor units of SU, rounded down."""
        return self.cash + (self.coins_value(self.coins) if self.coins else 0)

    def coins_value(self, coins: int) -> int:
        """What coins count for: at market, rounded down, and then less the haircut, rounded down."""
        return self.at_market(coins) * (WHOLE - self.regime.programme().haircut) // WHOLE

    def at_market(self, coins: int) -> int:
        """What coins are worth, rounded down."""
        price = self.prices.price("COIN")
        return coins * price * SU_UNITS // (self.prices.price("SU") * COIN_UNITS)

    def check_coverage(self, supply: int) -> Reason:
        """Whether the reserve is worth its floor of such a supply."""
        try:
            value = self.value()
        except Refused:
            return Reason.PRICE_STALE
        covered = value * WHOLE >= supply * self.regime.programme().coverage_floor
        return Reason.OK if covered else Reason.RESERVE_SHORT

    def deposit_cash(self, amount: int) -> None:
        """Cash comes in."""
        self.cash += amount

    def withdraw_cash(self, amount: int) -> None:
        """Cash goes out, as long as there is any."""
        require(amount <= self.cash, Reason.INSUFFICIENT_BALANCE)
        self.cash -= amount

    def deposit_coins(self, coins: int) -> None:
        """Coins come in."""
        self.coins += coins

    def propose_sale(self, actor: str, coins: int, proceeds: int, ref: str) -> None:
        """A reviewer's half of a sale."""
        self.two_people.propose(actor, ("sale", None, coins, proceeds, ref), None)

    def sell_coins(self, actor: str, coins: int, proceeds: int, ref: str) -> None:
        """Coins were sold for cash, at about the market's price; the second of two says so."""
        require_office(actor, RAMP)
        self.two_people.second(actor, ("sale", None, coins, proceeds, ref), None)
        require(coins <= self.coins, Reason.INSUFFICIENT_BALANCE)
        market = self.at_market(coins)
        require(9 * market <= 10 * proceeds <= 11 * market, Reason.TERMS_INVALID)
        self.coins -= coins
        self.cash += proceeds
