"""Cash in and SU out, or back."""

from dataclasses import dataclass

from tests.model.offices import RAMP, require_office
from tests.model.reserve import Reserve
from tests.model.token import Token


@dataclass
class Ramp:
    """Cash in and SU out, or back, at par."""

    token: Token
    reserve: Reserve

    def issue(self, actor: str, to: str, amount: int, ref: str) -> None:
        """On-ramp."""
        require_office(actor, RAMP)
        self.reserve.deposit_cash(amount)
        self.token.issue(to, amount, ref)

    def redeem(self, actor: str, holder: str, amount: int, ref: str) -> None:
        """Off-ramp."""
        require_office(actor, RAMP)
        self.token.redeem("Ramp", holder, amount, ref)
        self.reserve.withdraw_cash(amount)
