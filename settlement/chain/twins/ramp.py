"""Twin of ``Ramp.sol``: SU against cash, at par. Amounts are minor units of SU."""

from settlement.chain.chain import Twin, name_of, to_bytes32
from settlement.domain.events import Event


class Ramp(Twin):
    """The on- and off-ramp; references are texts, each used once."""

    contract = "Ramp"

    def issue(self, actor: str, to: str | Twin, amount: int, ref: str) -> tuple[Event, ...]:
        """Take cash in and issue as much SU to an account or a module (ramp office)."""
        address = self.chain.address_of(to)
        return self._send(actor, "issue", address, amount, to_bytes32(ref), subject=name_of(to))

    def redeem(self, actor: str, holder: str | Twin, amount: int, ref: str) -> tuple[Event, ...]:
        """Redeem SU that the holder approved the ramp for, and pay the cash out (ramp office)."""
        address = self.chain.address_of(holder)
        return self._send(actor, "redeem", address, amount, to_bytes32(ref), subject=name_of(holder))
