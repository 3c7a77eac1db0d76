"""What is held back, and who lets it go."""

from dataclasses import dataclass, field

from settlement.domain.participants import Flow, ItemState
from settlement.domain.reasons import Reason
from tests.model.clock import Clock
from tests.model.offices import COMPLIANCE, TwoPeople, require, require_office
from tests.model.register import Participants
from tests.model.token import QUARANTINE, Item, Token


@dataclass
class Quarantine:
    """What is held back, until two reviewers release it."""

    clock: Clock
    token: Token
    participants: Participants
    two_people: TwoPeople = field(init=False)

    def __post_init__(self) -> None:
        self.two_people = TwoPeople(self.clock, COMPLIANCE)

    def propose_release(self, actor: str, item: int, to_payer: bool) -> None:
        """The first reviewer's half of a release."""
        self.two_people.propose(actor, ("release", item, to_payer), self._state_of(item))

    def release(self, actor: str, item: int, to_payer: bool) -> None:
        """Two reviewers let an item go to its payee, or back."""
        require_office(actor, COMPLIANCE)
        self.two_people.second(actor, ("release", item, to_payer), self._state_of(item))
        held = self._item(item)
        require(held.state is not ItemState.CLAIMED, Reason.WRONG_STATE)
        known = self.participants.participant_of(held.payer) != ""
        require(known or not to_payer, Reason.PARTICIPANT_UNKNOWN)
        held.state = ItemState.TO_PAYER if to_payer else ItemState.TO_PAYEE

    def claim(self, actor: str, item: int) -> None:
        """Have a released item paid, to the present wallet; what goes back is a refund. Anybody."""
        held = self._item(item)
        back = held.state is ItemState.TO_PAYER
        require(back or held.state is ItemState.TO_PAYEE, Reason.WRONG_STATE)
        held.state = ItemState.CLAIMED
        party = self.participants.participant_of(held.payer if back else held.payee)
        wallet = self.participants.wallet_of(party)
        flow = Flow.REFUND if back else held.flow
        payer = wallet if flow is Flow.REFUND else held.payer
        self.token.pay_out(QUARANTINE, flow, payer, wallet, held.amount, held.ref, held.trade)

    def _state_of(self, number: int) -> ItemState | None:
        return self.token.items[number - 1].state if 1 <= number <= len(self.token.items) else None

    def _item(self, number: int) -> Item:
        require(1 <= number <= len(self.token.items), Reason.WRONG_STATE)
        return self.token.items[number - 1]
