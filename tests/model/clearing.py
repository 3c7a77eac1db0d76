"""Section 6 of the rules: obligations, their queues, and settlements of net positions."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from settlement.domain.obligations import PRIORITIES, ObligationState
from settlement.domain.participants import Flow, Office, Role, Stage
from settlement.domain.reasons import Reason
from tests.model.clock import DAY, Clock
from tests.model.offices import require, require_office
from tests.model.register import Participants
from tests.model.rulebook import Rulebook
from tests.model.token import Token

CLEARING = "ClearingHouse"
OFFICE = frozenset({Office.CLEARING.value})
TRADER = Role.SETTLER | Role.COUNTERPARTY
#: Whoever only receives may be held back; its position goes to the quarantine.
HELD_BACK = (Reason.OK, Reason.SCREENING_HOLD, Reason.LISTED_PARTY)


@dataclass
class Obligation:
    """What a payer owes; ``tolled`` is how long the regime had been suspended when it was entered."""

    payer: str
    payee: str
    amount: int
    priority: int
    trade: str
    until: int
    tolled: int
    state: ObligationState = ObligationState.PENDING
    withdrawing: bool = False


@dataclass
class Clearing:
    """The clearing house; obligations are numbered from 1."""

    clock: Clock
    rulebook: Rulebook
    participants: Participants
    token: Token
    book: list[Obligation] = field(default_factory=list)
    members: list[str] = field(default_factory=list)  #: in the order of their first obligations
    excluded: set[str] = field(default_factory=set)
    cycles: int = 0

    # Obligations

    def enter(self, actor: str, payee: str, amount: int, trade: str, until: int, priority: int) -> None:
        """The payer enters it; it is checked and counted gross."""
        payer = self.participants.acting(actor)
        require(payer != "", Reason.NOT_A_PARTY)
        end = min(self.clock.now + 90 * DAY, self.rulebook.regime.programme().end)
        valid = amount > 0 and priority in PRIORITIES and self.clock.now <= until <= end
        require(valid, Reason.TERMS_INVALID)
        require(not {payer, payee} & self.excluded, Reason.MEMBER_EXCLUDED)
        reason = self.rulebook.check_obligation(payer, payee, amount, trade)
        require(reason is Reason.OK, reason)
        self.rulebook.enter(payer, payee, amount, trade)
        tolled = self.rulebook.regime.tolled()
        self.book.append(Obligation(payer, payee, amount, priority, trade, until, tolled))
        self.members += [member for member in (payer, payee) if member not in self.members]

    def propose_withdrawal(self, actor: str, number: int) -> None:
        """The payer asks."""
        obligation = self._pending(number)
        require(self.participants.acting(actor) == obligation.payer, Reason.NOT_A_PARTY)
        obligation.withdrawing = True

    def withdraw(self, actor: str, number: int) -> None:
        """The payee agrees; the trade has its headroom back."""
        obligation = self._pending(number)
        require(self.participants.acting(actor) == obligation.payee, Reason.NOT_A_PARTY)
        require(obligation.withdrawing, Reason.NOT_PROPOSED)
        obligation.state = ObligationState.WITHDRAWN
        self.rulebook.trades.trades[obligation.trade].used -= obligation.amount

    def lapse(self, actor: str, number: int) -> None:
        """Its life is over, or the regime's; only what an entity at home lets lapse gives headroom back."""
        obligation = self._pending(number)
        expired = self.rulebook.regime.stage() is Stage.EXPIRED
        require(expired or self.clock.now > self.until(obligation), Reason.TOO_EARLY)
        obligation.state = ObligationState.LAPSED
        home = self.rulebook.regime.programme().home
        if self.participants.profiles[obligation.payer].jurisdiction == home:
            self.rulebook.trades.trades[obligation.trade].used -= obligation.amount

    def until(self, obligation: Obligation) -> int:
        """Last second in which it may be settled; a suspension moves it on."""
        return obligation.until + self.rulebook.regime.tolled() - obligation.tolled

    # Members

    def exclude(self, actor: str, member: str) -> None:
        """Leave out a member that the rules refuse."""
        require_office(actor, OFFICE)
        require(member not in self.excluded, Reason.MEMBER_EXCLUDED)
        refused = member in self.members and self._standing(member) is not Reason.OK
        require(refused, Reason.IN_GOOD_STANDING)
        self.excluded.add(member)

    def readmit(self, actor: str, member: str) -> None:
        """Take it back once they pass it again."""
        require(member in self.excluded, Reason.WRONG_STATE)
        standing = self._standing(member)
        require(standing is Reason.OK, standing)
        self.excluded.discard(member)

    def _standing(self, member: str) -> Reason:
        return self._or_domestic(self.rulebook.check_participant(member, TRADER), member)

    def _or_domestic(self, reason: Reason, member: str) -> Reason:
        """Of a member abroad whose owner moved home, what it entered has become a domestic payment."""
        profile = self.participants.profiles.get(member)
        programme = self.rulebook.regime.programme()
        moved = (
            profile is not None
            and programme.domestic_ban
            and profile.owner_jurisdiction == programme.home != profile.jurisdiction
        )
        problems = [
            r for r in (reason, Reason.DOMESTIC_PAYMENT if moved else Reason.OK) if r is not Reason.OK
        ]
        return min(problems, default=Reason.OK)

    # Settlement

    def settle(self, actor: str, numbers: Sequence[int]) -> None:
        """All at once: net debits come in, then net credits go out."""
        require_office(actor, OFFICE)
        chosen = self._chosen(numbers)
        net: defaultdict[str, int] = defaultdict(int)
        for obligation in chosen:
            net[obligation.payer] -= obligation.amount
            net[obligation.payee] += obligation.amount
        assert sum(net.values()) == 0
        for member in self.members:
            self._require_member(member, net[member], numbers)
        for obligation in chosen:
            obligation.state = ObligationState.SETTLED
        self.cycles += 1
        self._move(net)

    def _chosen(self, numbers: Sequence[int]) -> list[Obligation]:
        """Each pending, once, and of nobody who is excluded."""
        require(len(numbers) > 0, Reason.ALREADY_USED)
        chosen: list[Obligation] = []
        for before, number in zip((0, *numbers), numbers, strict=False):
            require(number > before, Reason.ALREADY_USED)
            require(1 <= number <= len(self.book), Reason.WRONG_STATE)
            obligation = self.book[number - 1]
            require(self._can_be_settled(obligation), Reason.WRONG_STATE)
            require(not {obligation.payer, obligation.payee} & self.excluded, Reason.MEMBER_EXCLUDED)
            require(not self._is_domestic(obligation), Reason.DOMESTIC_PAYMENT)
            chosen.append(obligation)
        return chosen

    def _is_domestic(self, obligation: Obligation) -> bool:
        """Whether both are at home; entered while that was permitted, and banned since."""
        programme, profiles = self.rulebook.regime.programme(), self.participants.profiles
        places = {profiles[name].jurisdiction for name in (obligation.payer, obligation.payee)}
        return programme.domestic_ban and places == {programme.home}

    def _require_member(self, member: str, net: int, numbers: Sequence[int]) -> None:
        """Whoever pays does so in turn, in good standing, and has its net debit; others may be held back."""
        wallet = self.participants.wallet_of(member)
        if any(self.book[number - 1].payer == member for number in numbers):
            if not self.rulebook.regime.programme().queue_bypass:
                queue = self.queue(member)
                due = [number for number in queue if number in numbers]
                require(due == queue[: len(due)], Reason.OUT_OF_ORDER)
            reason = self._or_domestic(self._leg(wallet, CLEARING, max(0, -net)), member)
            require(reason is Reason.OK, reason)
        elif net > 0:
            reason = self._or_domestic(self._leg(CLEARING, wallet, 0), member)
            require(reason in HELD_BACK, reason)

    def queue(self, payer: str) -> list[int]:
        """What could be settled of a payer, by priority and then by number."""
        numbers = [
            number
            for number, obligation in enumerate(self.book, 1)
            if obligation.payer == payer
            and self._can_be_settled(obligation)
            and not {obligation.payer, obligation.payee} & self.excluded
        ]
        return sorted(numbers, key=lambda number: (self.book[number - 1].priority, number))

    def _can_be_settled(self, obligation: Obligation) -> bool:
        pending = obligation.state is ObligationState.PENDING
        return pending and self.clock.now <= self.until(obligation)

    def _leg(self, source: str, target: str, amount: int) -> Reason:
        return self.token.check(self.token.movement(Flow.NET_LEG, source, target, source, target, amount))

    def _move(self, net: dict[str, int]) -> None:
        ref = f"cycle {self.cycles}"
        for member in self.members:
            wallet = self.participants.wallet_of(member)
            if net[member] < 0:
                self.token.take(CLEARING, Flow.NET_LEG, wallet, CLEARING, -net[member], ref, "")
        for member in self.members:
            wallet = self.participants.wallet_of(member)
            if net[member] > 0:
                self.token.pay_out(CLEARING, Flow.NET_LEG, CLEARING, wallet, net[member], ref, "")

    def _pending(self, number: int) -> Obligation:
        pending = 1 <= number <= len(self.book) and self.book[number - 1].state is ObligationState.PENDING
        require(pending, Reason.WRONG_STATE)
        return self.book[number - 1]
