"""DRL, the domestic currency: residents' own, never fungible with SU."""

from collections import defaultdict
from dataclasses import dataclass, field

from settlement.domain.participants import Office, Screening
from settlement.domain.reasons import Reason
from tests.model.offices import COMPLIANCE, SUPERVISOR, TwoPeople, require, require_office
from tests.model.regime import Regime
from tests.model.register import Participants

TREASURY = frozenset({Office.TREASURY.value})
PASSES = (Screening.CLEAR, Screening.FALSE_POSITIVE)


@dataclass
class Currency:
    """Who holds how much, minor units."""

    regime: Regime
    participants: Participants
    balances: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    allowances: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    modules: set[str] = field(default_factory=set)
    two_people: TwoPeople = field(init=False)
    refs: set[str] = field(default_factory=set)
    minted: int = 0
    burned: int = 0

    def __post_init__(self) -> None:
        self.two_people = TwoPeople(self.participants.clock, COMPLIANCE)

    # What is so

    def total_supply(self) -> int:
        """Currency in circulation."""
        return self.minted - self.burned

    def check_holder(self, account: str) -> Reason:
        """Whether somebody may hold and move it: a module, or a participant at home that screening passes."""
        profile = self.participants.profiles.get(self.participants.participant_of(account))
        if account in self.modules:
            return Reason.OK
        if profile is None:
            return Reason.PARTICIPANT_UNKNOWN
        if self.participants.is_retired(account):
            return Reason.WALLET_RETIRED
        if profile.jurisdiction != self.regime.programme().home:
            return Reason.RESIDENTS_ONLY
        if profile.screening is Screening.TRUE_MATCH:
            return Reason.LISTED_PARTY
        return Reason.OK if profile.screening in PASSES else Reason.SCREENING_HOLD

    def detect_transfer_restriction(self, source: str, to: str, amount: int) -> Reason:
        """Whether a payment would pass now: the payer first, then the payee, the balance last."""
        short = Reason.INSUFFICIENT_BALANCE if amount > self.balances[source] else Reason.OK
        answers = self.check_holder(source), self.check_holder(to), short
        return next((answer for answer in answers if answer is not Reason.OK), Reason.OK)

    # Offices

    def register_module(self, actor: str, module: str, registered: bool) -> None:
        """Let a contract hold it, or end that once it holds none; as the second of two."""
        require_office(actor, SUPERVISOR)
        self.two_people.second(actor, ("module", module, registered), None)
        require(registered or self.balances[module] == 0, Reason.WRONG_STATE)
        (self.modules.add if registered else self.modules.discard)(module)

    def propose_module(self, actor: str, module: str, registered: bool) -> None:
        """The first person's half of that."""
        self.two_people.propose(actor, ("module", module, registered), None)

    def mint(self, actor: str, to: str, amount: int, ref: str) -> None:
        """Bring some into circulation."""
        require_office(actor, TREASURY)
        self._use(ref)
        self._require_holder(to)
        self.minted += amount
        self.balances[to] += amount

    def burn(self, actor: str, holder: str, amount: int, ref: str) -> None:
        """Take out of circulation what a holder approved, or a module has."""
        require_office(actor, TREASURY)
        self._use(ref)
        self._require_holder(holder)
        require(amount <= self.balances[holder], Reason.INSUFFICIENT_BALANCE)
        if holder not in self.modules:
            self._spend(holder, actor, amount)
        self.balances[holder] -= amount
        self.burned += amount

    def recover(self, actor: str, source: str, to: str) -> None:
        """Move everything from a lost wallet to another one of its participant."""
        require_office(actor, SUPERVISOR)
        holder = self.participants.participant_of(source)
        same = holder != "" and holder == self.participants.participant_of(to) and source != to
        require(same, Reason.PROTECTED_ACCOUNT)
        self._require_holder(to)
        self.balances[to] += self.balances.pop(source, 0)

    # Holders

    def approve(self, actor: str, spender: str, amount: int) -> None:
        """Allow a spender so much."""
        self.allowances[actor, spender] = amount

    def transfer(self, actor: str, to: str, amount: int) -> None:
        """Pay."""
        answer = self.detect_transfer_restriction(actor, to, amount)
        require(answer is Reason.OK, answer)
        self.balances[actor] -= amount
        self.balances[to] += amount

    def transfer_from(self, actor: str, holder: str, to: str, amount: int) -> None:
        """Pay out of an allowance; the spender has to be one who may hold it."""
        self._require_holder(actor)
        self._spend(holder, actor, amount)
        self.transfer(holder, to, amount)

    def _require_holder(self, account: str) -> None:
        answer = self.check_holder(account)
        require(answer is Reason.OK, answer)

    def _spend(self, holder: str, spender: str, amount: int) -> None:
        require(amount <= self.allowances[holder, spender], Reason.INSUFFICIENT_ALLOWANCE)
        self.allowances[holder, spender] -= amount

    def _use(self, ref: str) -> None:
        require(ref != "" and ref not in self.refs, Reason.ALREADY_USED)
        self.refs.add(ref)
