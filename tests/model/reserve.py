"""What backs SU: cash at par and coins at their price less a haircut."""

from dataclasses import dataclass

from settlement.domain.errors import Refused
from settlement.domain.reasons import Reason
from tests.model.clock import Clock
from tests.model.offices import RAMP, require, require_office
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

    def value(self) -> int:
        """Worth now, minor units of SU, rounded down."""
        return self.cash + (self.coins_value(self.coins) if self.coins else 0)

    def coins_value(self, coins: int) -> int:
        """What coins count for: at market, rounded down, and then less the haircut, rounded down."""
        at_market = coins * self.prices.price("COIN") * SU_UNITS // (self.prices.price("SU") * COIN_UNITS)
        return at_market * (WHOLE - self.regime.programme().haircut) // WHOLE

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

    def sell_coins(self, actor: str, coins: int, proceeds: int, ref: str) -> None:
        """Coins were sold for cash."""
        require_office(actor, RAMP)
        require(coins <= self.coins, Reason.INSUFFICIENT_BALANCE)
        self.coins -= coins
        self.cash += proceeds
