"""SU: who holds how much, what is frozen, what is good for one trade only, and the quarantine."""

from collections import defaultdict
from dataclasses import dataclass, field

from settlement.domain.participants import Flow, ItemState, Stage
from settlement.domain.reasons import Reason
from tests.model.clock import Clock
from tests.model.offices import COMPLIANCE, SUPERVISOR, TwoPeople, require, require_office
from tests.model.rulebook import Movement, Rulebook

QUARANTINE = "Quarantine"
#: Reasons for which a payout goes to the quarantine, and does not fail.
HELD_BACK = (
    Reason.SCREENING_HOLD,
    Reason.LISTED_PARTY,
    Reason.DOMESTIC_PAYMENT,
    Reason.NO_RESIDENT_PARTY,
)


@dataclass
class Item:
    """What the quarantine holds for somebody."""

    flow: Flow
    payer: str
    payee: str
    amount: int
    ref: str
    trade: str
    state: ItemState = ItemState.HELD


@dataclass
class Token:
    """The settlement unit, minor units."""

    clock: Clock
    rulebook: Rulebook
    balances: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    frozen: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    earmarks: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    #: ref -> earmarked value that went into what the ref stands for
    earmarked_in: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    allowances: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    modules: set[str] = field(default_factory=set)
    inventories: set[str] = field(default_factory=set)  #: modules that hold what is their own
    refs: set[str] = field(default_factory=set)
    items: list[Item] = field(default_factory=list)
    issued: int = 0
    redeemed: int = 0
    two_people: TwoPeople = field(init=False)

    def __post_init__(self) -> None:
        self.two_people = TwoPeople(self.clock, COMPLIANCE)

    # What is so

    def total_supply(self) -> int:
        """SU in circulation."""
        return self.issued - self.redeemed

    def earmarked(self, account: str) -> int:
        """What an account holds for single trades, in all."""
        return sum(amount for (holder, _), amount in self.earmarks.items() if holder == account)

    def movement(
        self, flow: Flow, payer: str, payee: str, source: str, target: str, amount: int, trade: str = ""
    ) -> Movement:
        """A movement, with what its source holds."""
        return Movement(
            flow,
            payer,
            payee,
            source,
            target,
            amount,
            trade,
            supply=self.total_supply(),
            balance=self.balances[source],
            frozen=self.frozen[source],
            earmarked=self.earmarked(source) - self.earmarks[source, trade],
        )

    def check(self, m: Movement) -> Reason:
        """Whether it would pass now."""
        return self.rulebook.check(m)

    def check_flow(
        self, flow: Flow, payer: str, payee: str, source: str, target: str, amount: int, trade: str
    ) -> Reason:
        """Whether such a movement would pass now."""
        return self.check(self.movement(flow, payer, payee, source, target, amount, trade))

    def detect_transfer_restriction(self, source: str, to: str, amount: int) -> Reason:
        """Whether a direct payment would pass now."""
        return self.check(self.direct(source, to, amount))

    def detect_transfer_restriction_from(self, spender: str, source: str, to: str, amount: int) -> Reason:
        """The same out of an allowance: the spender's standing first, the allowance last."""
        standing = self.rulebook.check_party(spender)
        if standing is not Reason.OK:
            return standing
        answer = self.detect_transfer_restriction(source, to, amount)
        short = answer is Reason.OK and self.allowances[source, spender] < amount
        return Reason.INSUFFICIENT_ALLOWANCE if short else answer

    def direct(self, payer: str, payee: str, amount: int) -> Movement:
        """A direct payment, under the trade that its payer designated."""
        name = self.rulebook.participants.participant_of
        trade = self.rulebook.trades.designations.get((name(payer), name(payee)), "")
        return self.movement(Flow.DIRECT, payer, payee, payer, payee, amount, trade)

    # Holders

    def approve(self, actor: str, spender: str, amount: int) -> None:
        """Allow a spender so much."""
        self.allowances[actor, spender] = amount

    def transfer(self, actor: str, to: str, amount: int) -> None:
        """Pay directly."""
        self.move(self.direct(actor, to, amount))

    def transfer_from(self, actor: str, holder: str, to: str, amount: int) -> None:
        """Pay directly out of an allowance; the spender has to be in good standing itself."""
        standing = self.rulebook.check_party(actor)
        require(standing is Reason.OK, standing)
        self.move(self.direct(holder, to, amount))
        self._spend(holder, actor, amount)

    def release_earmark(self, actor: str, account: str, trade: str) -> None:
        """Free what is held for a trade, once the regime is over."""
        require(self.rulebook.regime.stage() in (Stage.WIND_DOWN, Stage.EXPIRED), Reason.TOO_EARLY)
        self.earmarks[account, trade] = 0

    # Authorities

    def set_frozen_tokens(self, actor: str, account: str, amount: int) -> None:
        """Freeze more alone, or less as the second of two."""
        require_office(actor, SUPERVISOR)
        require(account not in self.modules, Reason.PROTECTED_ACCOUNT)
        if amount < self.frozen[account]:
            self.two_people.second(actor, ("freeze", account, amount), self.frozen[account])
        self.frozen[account] = amount

    def propose_freeze(self, actor: str, account: str, amount: int) -> None:
        """The first person's half of releasing a freeze."""
        self.two_people.propose(actor, ("freeze", account, amount), self.frozen[account])

    def forced_transfer(self, actor: str, source: str, to: str, amount: int) -> None:
        """Seize, as the second of two; what is frozen is unfrozen only as far as it is taken."""
        require_office(actor, SUPERVISOR)
        self.two_people.second(actor, ("seize", source, to, amount), self.frozen[source])
        protected = source == to or source in self.modules or to in self.modules
        require(not protected, Reason.PROTECTED_ACCOUNT)
        free = max(0, self.balances[source] - self.frozen[source])
        self.move(self.movement(Flow.SEIZE, source, to, source, to, amount))
        self.frozen[source] -= max(0, amount - free)

    def propose_seizure(self, actor: str, source: str, to: str, amount: int) -> None:
        """The first person's half of a seizure."""
        self.two_people.propose(actor, ("seize", source, to, amount), self.frozen[source])

    def recover(self, actor: str, source: str, to: str, trades: tuple[str, ...]) -> None:
        """Everything of a lost wallet goes to another one of its participant, freeze and earmarks too."""
        require_office(actor, SUPERVISOR)
        require(source != to and source not in self.modules, Reason.PROTECTED_ACCOUNT)
        self.move(self.movement(Flow.RECOVERY, source, to, source, to, self.balances[source]))
        self.frozen[to] += self.frozen.pop(source, 0)
        for trade in trades:
            self.earmarks[to, trade] += self.earmarks.pop((source, trade), 0)
        require(self.earmarked(source) == 0, Reason.EARMARKED)

    # Modules, which hold value for participants

    def issue(self, payee: str, amount: int, ref: str) -> None:
        """Issue against a single-use reference; a module for its own inventory."""
        self._use(ref)
        require(payee in self.inventories or payee not in self.modules, Reason.PROTECTED_ACCOUNT)
        party = "" if payee in self.modules else payee
        self.move(self.movement(Flow.ISSUE, "", party, "", payee, amount))

    def redeem(self, by: str, holder: str, amount: int, ref: str) -> None:
        """Redeem what the holder approved, or a module's inventory."""
        self._use(ref)
        own = holder in self.inventories
        require(own or holder not in self.modules, Reason.PROTECTED_ACCOUNT)
        self.move(self.movement(Flow.REDEEM, "" if own else holder, "", holder, "", amount))
        if not own:
            self._spend(holder, by, amount)

    def intake(self, miner: str, entity: str, amount: int, ref: str, trade: str) -> None:
        """Issue against mined output, good for one trade."""
        self.move(self.movement(Flow.INTAKE, miner, entity, "", entity, amount, trade), ref)
        self.earmarks[entity, trade] += amount

    def take(
        self, module: str, flow: Flow, payer: str, payee: str, amount: int, ref: str, trade: str
    ) -> None:
        """A module pulls what the payer approved; a net leg was agreed to before."""
        self.move(self.movement(flow, payer, payee, payer, module, amount, trade), ref)
        if flow is not Flow.NET_LEG:
            self._spend(payer, module, amount)

    def pay_out(
        self, module: str, flow: Flow, payer: str, payee: str, amount: int, ref: str, trade: str
    ) -> bool:
        """A module pays; what screening or residency holds back goes to the quarantine instead."""
        m = self.movement(flow, payer, payee, module, payee, amount, trade)
        if module != QUARANTINE and self._is_held_back(self.check(m)):
            self._hold(module, Item(flow, payer, payee, amount, ref, trade))
            return False
        self.move(m, ref)
        if flow is Flow.REFUND:
            again = min(amount, self.earmarked_in[ref])
            self.earmarked_in[ref] -= again
            self.earmarks[payee, trade] += again
        return True

    def _is_held_back(self, reason: Reason) -> bool:
        # Nobody has to keep the list fresh after the regime.
        stale = reason is Reason.LIST_STALE and self.rulebook.regime.stage() is Stage.EXPIRED
        return stale or reason in HELD_BACK

    def impound(
        self, module: str, flow: Flow, payer: str, payee: str, amount: int, ref: str, trade: str
    ) -> None:
        """A module puts value into quarantine, at any time but during a suspension."""
        require(self.rulebook.regime.stage() is not Stage.SUSPENDED, Reason.REGIME_SUSPENDED)
        self._hold(module, Item(flow, payer, payee, amount, ref, trade))

    def _hold(self, module: str, item: Item) -> None:
        self._record(module, QUARANTINE, item.amount)
        self.items.append(item)

    def move(self, m: Movement, ref: str = "") -> None:
        """The one way value moves: it passes, is counted, and uses up what was earmarked for its trade."""
        reason = self.check(m)
        require(reason is Reason.OK, reason)
        self.rulebook.count(m)
        used = min(m.amount, self.earmarks[m.source, m.trade])
        self.earmarks[m.source, m.trade] -= used
        if ref:
            self.earmarked_in[ref] += used
        self._record(m.source, m.target, m.amount)

    def _record(self, source: str, target: str, amount: int) -> None:
        if source:
            self.balances[source] -= amount
        else:
            self.issued += amount
        if target:
            self.balances[target] += amount
        else:
            self.redeemed += amount

    def _spend(self, holder: str, spender: str, amount: int) -> None:
        require(amount <= self.allowances[holder, spender], Reason.INSUFFICIENT_ALLOWANCE)
        self.allowances[holder, spender] -= amount

    def _use(self, ref: str) -> None:
        require(ref != "" and ref not in self.refs, Reason.ALREADY_USED)
        self.refs.add(ref)
