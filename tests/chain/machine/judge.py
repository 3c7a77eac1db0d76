"""The invariants of section 8 of the rules, on what really happened and on what there is at any time."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from settlement.domain.accounts import ISSUANCE, contract_account, credit_account, wallet_account
from settlement.domain.events import Event, Moved, NetPositionSettled
from settlement.domain.obligations import ObligationState
from settlement.domain.participants import (
    BillState,
    CreditState,
    DrawState,
    Flow,
    Screening,
    Stage,
)
from settlement.ledger.journal import entry_of
from tests.chain.machine.irrevocable import Irrevocable
from tests.chain.machine.money_judge import MoneyJudge
from tests.chain.machine.promises import Promises
from tests.model.bills import COLLECTIONS
from tests.model.clearing import CLEARING
from tests.model.clock import DAY
from tests.model.system import Model
from tests.model.token import QUARANTINE
from tests.model.vault import ESCROW

EXITS = {
    Flow.PAY,
    Flow.REFUND,
    Flow.AWARD,
    Flow.REDEEM,
    Flow.SEIZE,
    Flow.RECOVERY,
    Flow.CONVERT,
    Flow.NET_LEG,
}


ENDS = {
    CreditState.CLOSED,
    CreditState.CANCELLED,
    CreditState.EXPIRED,
    CreditState.BLOCKED,
    CreditState.WOUND_DOWN,
}
DRAW_ENDS = {DrawState.RETURNED, DrawState.FINAL}
BILL_ENDS = {BillState.PAID, BillState.RETURNED, BillState.DEFAULTED, BillState.CANCELLED}


class Judge:
    """Holds every movement against the rules when it happens, and keeps books of its own."""

    def __init__(self, setting: Any) -> None:
        self.books: defaultdict[str, int] = defaultdict(int)
        self.earlier: Model | None = None
        self.opened = False
        self.ended: dict[str, Any] = {}
        self.money = MoneyJudge()
        self.promises = Promises()
        self.irrevocable = Irrevocable()

    def before(self, model: Model) -> None:
        """Remember the state that the next movements are judged by."""
        if not self.opened:
            self.books.update(balances_of(model))
            self.money.open(model)
            self.opened = True
        self.earlier = model

    def after(self, model: Model, events: Sequence[Event]) -> None:
        """Judge and book what happened."""
        assert self.earlier is not None
        for happened in events:
            assert happened.actor, f"nobody did it: {happened}"
            entry = entry_of(happened)
            for posting in entry.postings if entry else ():
                # The books of DRL, cash and coins are kept by the judge of money.
                if posting.unit == "SU":
                    self.books[posting.account] += posting.amount
            if isinstance(happened, Moved):
                self._judge(happened, self.earlier)
        net = sum(e.net for e in events if isinstance(e, NetPositionSettled))
        assert net == 0, f"a settlement nets to {net}"
        self._frozen_stays(self.earlier, model, {e.flow for e in events if isinstance(e, Moved)})
        self.money.after(self.earlier, model, events)
        self.promises.after(events)
        self.irrevocable.after(model.participants.acting, events)
        if len(model.meter.entered) > len(self.earlier.meter.entered):
            self._caps_hold(model)

    def _judge(self, moved: Moved, model: Model) -> None:
        """Invariants 1, 3, 4 and 6."""
        stage = model.regime.stage()
        assert stage is not Stage.SUSPENDED, f"moved while suspended: {moved}"
        if stage in (Stage.WIND_DOWN, Stage.EXPIRED):
            assert moved.flow in EXITS, f"no exit, after the end: {moved}"
        profiles = model.participants.profiles
        payer, payee = (
            profiles.get(model.participants.participant_of(w)) for w in (moved.payer, moved.payee)
        )
        if moved.destination != QUARANTINE and payee is not None:
            assert payee.screening is not Screening.TRUE_MATCH, f"reached a listed party: {moved}"
        different = payer is not None and payee is not None and payer is not payee
        banned = moved.flow not in (Flow.INTAKE, Flow.SEIZE) and moved.destination != QUARANTINE
        if different and banned and model.regime.programme().domestic_ban:
            home = model.regime.programme().home
            resident = [home in (p.jurisdiction, p.owner_jurisdiction) for p in (payer, payee) if p]
            assert not all(resident), f"between two residents: {moved}"

    def _frozen_stays(self, before: Model, after: Model, flows: set[Flow]) -> None:
        """Invariant 6: what is frozen leaves by seizure or recovery only."""
        if flows & {Flow.SEIZE, Flow.RECOVERY}:
            return
        for wallet, frozen in before.token.frozen.items():
            kept = min(frozen, before.token.balances[wallet])
            assert after.token.balances[wallet] >= kept, f"frozen value left {wallet}"

    def _caps_hold(self, model: Model) -> None:
        """Invariant 5, whenever trade was entered."""
        programme, last = model.regime.programme(), model.meter.entered[-1]
        caps = model.rulebook.conditions.class_caps(last.ownership)
        used, period = model.meter.used, programme.period
        assert last.value <= caps.payment
        assert used(DAY, entity=last.entity) <= caps.daily
        own = model.participants.profiles[last.entity].cap
        assert used(period, entity=last.entity) <= min(caps.period, own)
        if last.abroad:
            assert used(period, abroad=last.abroad) <= model.regime.corridor(last.abroad).cap
        assert used(period, ownership=last.ownership) <= caps.total
        assert used(period) <= programme.regime_cap

    def always(self, model: Model) -> None:
        """Invariant 1: supply is issued less redeemed and equals all balances."""
        token = model.token
        assert sum(token.balances.values()) == token.total_supply() == token.issued - token.redeemed
        assert min(token.balances.values(), default=0) >= 0
        held = sum(i.amount for i in token.items if i.state.name != "CLAIMED")
        assert token.balances[QUARANTINE] == held
        for trade in model.trades.trades.values():
            assert 0 <= trade.used <= trade.value
        self._credits_add_up(model)
        self.money.always(model)

    def _credits_add_up(self, model: Model) -> None:
        """Invariants 2 and 7: nothing set apart that is not there; ends are ends; documents are used once."""
        credits = model.escrow.credits
        assert model.token.balances[ESCROW] == sum(credit.locked for credit in credits.values())
        assert model.token.balances[COLLECTIONS] == model.token.balances[CLEARING] == 0
        for name, credit in credits.items():
            assert credit.undrawn >= 0, f"{name} has more set apart than it has"
            assert min(credit.reserved, credit.retained, credit.disputed, credit.demurrage) >= 0
            if credit.state in ENDS:
                assert credit.locked == 0, f"{name} has ended, but not all of it went out"
            self._stays(name, credit.state, ENDS)
            for number, draw in enumerate(credit.draws):
                self._stays(f"{name}/{number}", draw.state, DRAW_ENDS)
        for name, bill in model.collections.bills.items():
            self._stays(name, bill.state, BILL_ENDS)
        for number, obligation in enumerate(model.clearing.book, 1):
            ends = {*ObligationState} - {ObligationState.PENDING}
            self._stays(f"obligation {number}", obligation.state, ends)
        used = [d.document for c in credits.values() for d in c.draws if d.state is not DrawState.RETURNED]
        shown = (BillState.PRESENTED, BillState.PAID)
        bills = model.collections.bills.values()
        used += [b.documents for b in bills if b.state in shown and not b.open_account]
        assert len(used) == len(set(used)), "a document was used twice"

    def _stays(self, name: str, state: Any, ends: set[Any]) -> None:
        assert self.ended.get(name, state) is state, f"{name} had ended"
        if state in ends:
            self.ended[name] = state

    def close_books(self, setting: Any, model: Model) -> None:
        """Invariant 12: the books of the ledger, kept from events alone, equal the balances."""
        if self.opened:
            assert {a: b for a, b in self.books.items() if b} == balances_of(model)
            self.money.close_books(model)


def balances_of(model: Model) -> dict[str, int]:
    """All balances but zeros, by the accounts of the ledger."""
    token, credits = model.token, model.escrow.credits
    balances = {credit_account(name): credit.locked for name, credit in credits.items()}
    for holder, amount in token.balances.items():
        if holder != ESCROW:
            of_contract = holder in token.modules
            balances[contract_account(holder) if of_contract else wallet_account(holder)] = amount
    balances[ISSUANCE] = -token.total_supply()
    return {account: balance for account, balance in balances.items() if balance}
