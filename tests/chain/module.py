"""A contract that holds value for participants, played by an account: what escrow, clearing and intake do."""

from settlement.chain.accounts import address_of
from settlement.chain.chain import to_bytes32
from settlement.domain.events import Event
from settlement.domain.participants import Flow
from tests.chain.expect import call
from tests.world import COMPLIANCE, SUPERVISOR, World


class Module:
    """The stranger U, registered as a module for ``flows``, by default all."""

    name = "U"

    def __init__(self, world: World, flows: tuple[Flow, ...] = tuple(Flow)) -> None:
        self._world = world
        world.system.token.appoint_module(COMPLIANCE, SUPERVISOR, self.name, flows)

    def take(
        self, flow: Flow, payer: str, payee: str, amount: int, ref: str = "C1", trade: str | None = None
    ) -> tuple[Event, ...]:
        """Take value in, out of an allowance that is given first."""
        if flow is not Flow.NET_LEG:
            self._world.system.token.approve(payer, self.name, amount)
        return self._move("take", flow, payer, payee, amount, ref, trade)

    def pay_out(
        self, flow: Flow, payer: str, payee: str, amount: int, ref: str = "C1", trade: str | None = None
    ) -> tuple[Event, ...]:
        """Pay value out."""
        return self._move("payOut", flow, payer, payee, amount, ref, trade)

    def impound(
        self, flow: Flow, payer: str, payee: str, amount: int, ref: str = "C1", trade: str | None = None
    ) -> tuple[Event, ...]:
        """Put value into quarantine."""
        return self._move("impound", flow, payer, payee, amount, ref, trade)

    def intake(self, miner: str, entity: str, amount: int, ref: str, trade: str) -> tuple[Event, ...]:
        """Issue earmarked value."""
        sides = address_of(miner), address_of(entity)
        token = self._world.system.token
        return call(
            self._world, self.name, token, "intake", *sides, amount, to_bytes32(ref), to_bytes32(trade)
        )

    def _move(
        self, function: str, flow: Flow, payer: str, payee: str, amount: int, ref: str, trade: str | None
    ) -> tuple[Event, ...]:
        number = self._world.trade(payer, payee) if trade is None else trade
        sides = address_of(payer), address_of(payee)
        rest = amount, to_bytes32(ref), to_bytes32(number)
        return call(self._world, self.name, self._world.system.token, function, flow, *sides, *rest)
