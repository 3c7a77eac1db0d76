"""Twin of ``Reserve.sol``. Cash and values are minor units of SU, coins have 8 decimals."""

from typing import Any

from settlement.chain.chain import Origin, to_bytes32
from settlement.chain.twins.dual_control import DualControl
from settlement.domain.events import CashDeposited, CashWithdrawn, CoinsDeposited, CoinsSold, Event
from settlement.domain.reasons import Reason


class Reserve(DualControl):
    """What SU rests on: cash at par, and coins at their price less the haircut."""

    contract = "Reserve"

    def sell_coins(self, first: str, second: str, coins: int, proceeds: int, ref: str) -> tuple[Event, ...]:
        """Record that coins were sold for cash (a reviewer proposes, the ramp office acts)."""
        arguments = coins, proceeds, to_bytes32(ref)
        return self._together(first, second, "sellCoins", *arguments, flow="SELL_COINS", subject=ref)

    def check_coverage(self, supply: int) -> Reason:
        """Why SU may not be issued so that ``supply`` is out afterwards; OK when it may."""
        return Reason(self._view("checkCoverage", supply))

    def value(self) -> int:
        """What the reserve is worth now.

        Raises:
            ContractRevert: it holds coins and there is no fresh price.
        """
        return int(self._view("value"))

    def coins_value(self, coins: int) -> int:
        """What ``coins`` count for, rounded down.

        Raises:
            ContractRevert: there is no fresh price.
        """
        return int(self._view("coinsValue", coins))

    def holdings(self) -> tuple[int, int]:
        """Cash and coins."""
        cash, coins = self._view("holdings")
        return cash, coins

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        ref = self.chain.ref_of(fields.get("ref", b""))
        match name:
            case "CashDeposited":
                return CashDeposited(**origin, amount=fields["amount"], ref=ref)
            case "CashWithdrawn":
                return CashWithdrawn(**origin, amount=fields["amount"], ref=ref)
            case "CoinsDeposited":
                return CoinsDeposited(**origin, coins=fields["coins"], ref=ref)
            case "CoinsSold":
                return CoinsSold(**origin, coins=fields["coins"], proceeds=fields["proceeds"], ref=ref)
        return super()._event(name, fields, origin)
