"""Twin of ``Quarantine.sol``: payouts that are held back. Amounts are minor units of SU."""

from dataclasses import dataclass
from typing import Any

from settlement.chain.chain import Origin, from_bytes
from settlement.chain.twins.dual_control import DualControl
from settlement.domain.events import Event, ItemClaimed, ItemHeld, ItemReleased
from settlement.domain.participants import Flow, ItemState


@dataclass(frozen=True, slots=True)
class Item:
    """What is held: payer and payee by wallet or contract, ``trade`` empty where the flow has none."""

    state: ItemState
    flow: Flow
    payer: str
    payee: str
    amount: int
    ref: str
    trade: str


class Quarantine(DualControl):
    """Items are numbered from 1."""

    contract = "Quarantine"

    def release(self, first: str, second: str, item: int, to_payer: bool = False) -> tuple[Event, ...]:
        """Release an item to its payee, or back to its payer (two reviewers)."""
        return self._together(first, second, "release", item, to_payer, flow="RELEASE", subject=str(item))

    def claim(self, actor: str, item: int) -> tuple[Event, ...]:
        """Have a released item paid (anybody)."""
        return self._send(actor, "claim", item, subject=str(item))

    def item_of(self, item: int) -> Item:
        """An item; its state is NONE when there is none of that number."""
        state, flow, payer, payee, amount, ref, trade = self._view("itemOf", item)
        named = self.chain.name_of
        return Item(
            ItemState(state),
            Flow(flow),
            named(payer),
            named(payee),
            amount,
            self.chain.ref_of(ref),
            from_bytes(trade),
        )

    def items(self) -> int:
        """How many items were ever taken in."""
        return int(self._view("items"))

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        match name:
            case "ItemHeld":
                return ItemHeld(
                    **origin,
                    item=fields["item"],
                    payer=self.chain.name_of(fields["payer"]),
                    payee=self.chain.name_of(fields["payee"]),
                    amount=fields["amount"],
                    ref=self.chain.ref_of(fields["ref"]),
                )
            case "ItemReleased":
                return ItemReleased(**origin, item=fields["item"], to_payer=fields["toPayer"])
            case "ItemClaimed":
                return ItemClaimed(**origin, item=fields["item"], amount=fields["amount"])
        return super()._event(name, fields, origin)
