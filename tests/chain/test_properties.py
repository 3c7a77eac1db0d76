"""Random sequences of calls, by anybody, in any order: the invariants hold after every step.

The numbers are those of the rules: (1) supply is what was issued less what was redeemed and equals
all balances; (2) the escrow is solvent, credit by credit; (3) no flow joins two residents; (4) a
suspended regime moves nothing; (6) nothing reaches a listed party; (7) terminal states stay
terminal. Beside them: the dry question answers OK if and only if the real operation passes.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from settlement.chain.chain import Snapshot
from settlement.domain.accounts import ESCROW_TOTAL, ISSUANCE
from settlement.domain.errors import Refused
from settlement.domain.events import Moved, OwnerChanged, ScreeningChanged
from settlement.domain.participants import CreditState, DrawState, Flow, LicenceStatus, Screening, Stage
from settlement.domain.reasons import Reason
from settlement.ledger.journal import entry_of
from settlement.ledger.reconciliation import reconcile
from tests.world import (
    CO_APPROVER,
    COMPLIANCE,
    DAY,
    KEEPER,
    PARTICIPANTS,
    RAMP,
    STRANGERS,
    SUPERVISOR,
    World,
    build_world,
    documents,
    su,
)

ACCOUNTS = (*PARTICIPANTS, *STRANGERS)
anybody = st.sampled_from(ACCOUNTS)
traders = st.sampled_from(("B", "B", "C", "D", "S", "S", "T", "H", "L"))
amounts = st.integers(0, su(12_000)) | st.sampled_from((1, su(1_000), su(10_000)))
TERMINAL_CREDITS = {CreditState.CLOSED, CreditState.CANCELLED, CreditState.EXPIRED}
TERMINAL_DRAWS = {DrawState.FINAL, DrawState.RETURNED}


class Shared:
    """The contracts, deployed once for all examples."""

    world: World
    snapshot: Snapshot

    @classmethod
    def fresh(cls) -> World:
        """The world at its first second."""
        if not hasattr(cls, "world"):
            cls.world = build_world()
            cls.snapshot = cls.world.system.chain.snapshot()
        cls.world.system.chain.revert(cls.snapshot)
        cls.world.transactions.clear()
        return cls.world


class Regime(RuleBasedStateMachine):
    """Everybody tries everything."""

    @initialize()
    def start(self) -> None:
        """Start from the same regime every time, and remember what the rules must remember."""
        self.world = Shared.fresh()
        self.d = self.world.system
        self.books: defaultdict[str, int] = defaultdict(int, {"wallet:B": su(10_000), "wallet:C": su(10_000)})
        self.books[ISSUANCE] = -su(20_000)
        self.seen = 0
        self.serial = 0
        self.owner = {name: terms.owner_jurisdiction for name, terms in PARTICIPANTS.items()}
        self.listed = {"L"}
        self.credits: dict[str, tuple[str, str]] = {}
        self.ended: dict[str, CreditState | DrawState] = {}

    # What the machine does with each attempt

    def attempt(self, call: Callable[[], Any]) -> Reason:
        """Try it; a refusal is a reason."""
        try:
            call()
        except Refused as refusal:
            return refusal.reason
        finally:
            self.absorb()
        return Reason.OK

    def absorb(self) -> None:
        """Book every new event, and hold movements against the rules at once."""
        for transaction in self.world.transactions[self.seen :]:
            for event in transaction.events:
                entry = entry_of(event)
                for posting in entry.postings if entry else ():
                    self.books[posting.account] += posting.amount
                if isinstance(event, Moved):
                    self.judge(event)
                if isinstance(event, OwnerChanged):
                    self.owner[event.participant] = event.owner_jurisdiction
                if isinstance(event, ScreeningChanged):
                    (self.listed.add if event.screening is Screening.TRUE_MATCH else self.listed.discard)(
                        event.participant
                    )
        self.seen = len(self.world.transactions)

    def judge(self, moved: Moved) -> None:
        """Invariants 3, 4 and 6, at the moment of the movement."""
        if moved.flow in (Flow.DIRECT, Flow.FUND, Flow.PAY):
            assert not (self.resident(moved.payer) and self.resident(moved.payee)), moved
        assert moved.payee not in self.listed, moved
        assert self.stage is not Stage.SUSPENDED, moved

    def resident(self, name: str) -> bool:
        """Whether the participant or its owner resides at home."""
        return "XH" in (PARTICIPANTS[name].jurisdiction, self.owner[name])

    @property
    def stage(self) -> Stage:
        """The stage of the regime."""
        return self.d.regime.stage()

    def pick(self, data: st.DataObject) -> str:
        """One of the credits."""
        return data.draw(st.sampled_from(sorted(self.credits)))

    def draw_of(self, data: st.DataObject, credit: str) -> int:
        """One of the credit's draws, or the one it does not have."""
        return data.draw(st.integers(1, self.d.escrow.credit_of(credit).draws + 1))

    # Free movements: the dry question and the real operation agree

    @rule(payer=anybody, payee=anybody, amount=amounts)
    def transfer(self, payer: str, payee: str, amount: int) -> None:
        """Pay directly."""
        dry = self.d.token.detect_transfer_restriction(payer, payee, amount)
        assert self.attempt(lambda: self.d.token.transfer(payer, payee, amount)) is dry

    @rule(payer=traders, payee=traders, amount=st.integers(0, su(100)))
    def pay_a_little(self, payer: str, payee: str, amount: int) -> None:
        """Pay directly what is more likely to be there."""
        self.transfer(payer, payee, amount)

    @rule(spender=anybody, payer=traders, payee=traders, amount=amounts, allowance=amounts)
    def transfer_from(self, spender: str, payer: str, payee: str, amount: int, allowance: int) -> None:
        """Pay out of an allowance."""
        self.d.token.approve(payer, spender, allowance)
        dry = self.d.token.detect_transfer_restriction_from(spender, payer, payee, amount)
        assert self.attempt(lambda: self.d.token.transfer_from(spender, payer, payee, amount)) is dry

    @rule(to=anybody, amount=amounts)
    def issue(self, to: str, amount: int) -> None:
        """Issue through the on-ramp."""
        self.serial += 1
        dry = self.d.token.check_flow(Flow.ISSUE, None, to, to, amount)
        assert self.attempt(lambda: self.d.token.issue(RAMP, to, amount, f"issue {self.serial}")) is dry

    @rule(holder=anybody, amount=amounts)
    def redeem(self, holder: str, amount: int) -> None:
        """Redeem through the off-ramp."""
        self.serial += 1
        self.d.token.approve(holder, RAMP, amount)
        dry = self.d.token.check_flow(Flow.REDEEM, holder, None, holder, amount)
        real = self.attempt(lambda: self.d.token.redeem(RAMP, holder, amount, f"redeem {self.serial}"))
        assert real is dry

    # Credits

    @rule(applicant=traders, beneficiary=traders, amount=amounts, partial=st.booleans())
    def open_credit(self, applicant: str, beneficiary: str, amount: int, partial: bool) -> None:
        """Offer a credit, sensible or not."""
        self.serial += 1
        terms = self.world.terms(
            ref=f"C{self.serial}",
            applicant=applicant,
            beneficiary=beneficiary,
            amount=amount,
            partial_draws=partial,
        )
        if self.attempt(lambda: self.d.escrow.open(applicant, terms)) is Reason.OK:
            self.credits[terms.ref] = (applicant, beneficiary)

    @rule(amount=st.integers(1, su(3_000)), partial=st.booleans())
    def fund_credit(self, amount: int, partial: bool) -> None:
        """Open, agree to and fund a credit between good parties; the rules may still refuse."""
        self.open_credit("B", "S", amount, partial)
        credit = f"C{self.serial}"
        if credit not in self.credits:
            return
        self.attempt(lambda: self.d.escrow.issue("S", credit))
        self.d.token.approve("B", self.d.escrow, amount)
        dry = self.d.token.check_flow(Flow.FUND, "B", "S", "B", amount)
        assert self.attempt(lambda: self.d.escrow.fund("B", credit)) is dry

    @precondition(lambda self: self.credits)
    @rule(data=st.data(), step=st.sampled_from(("issue", "cancel", "fund", "expire")), actor=anybody)
    def step_on_credit(self, data: st.DataObject, step: str, actor: str) -> None:
        """Any step by anybody, mostly refused."""
        credit = self.pick(data)
        self.attempt(lambda: getattr(self.d.escrow, step)(actor, credit))

    @precondition(lambda self: self.credits)
    @rule(data=st.data(), share=st.integers(1, 4))
    def present(self, data: st.DataObject, share: int) -> None:
        """Present a part of the face amount, or all of it."""
        credit = self.pick(data)
        self.serial += 1
        held = self.d.escrow.credit_of(credit).funded
        amount = held * share // 4
        papers = documents(self.serial % 200 + 1)
        self.attempt(
            lambda: self.d.escrow.present(self.credits[credit][1], credit, amount, self.world.now, papers)
        )

    @precondition(lambda self: self.credits)
    @rule(
        data=st.data(),
        step=st.sampled_from(("accept", "deem_accepted", "waive", "return_documents", "settle")),
        actor=st.sampled_from(("E", "E", "B", "S", KEEPER)),
    )
    def step_on_draw(self, data: st.DataObject, step: str, actor: str) -> None:
        """Any step on a draw by anybody."""
        credit = self.pick(data)
        draw = self.draw_of(data, credit)
        payer, payee = self.credits[credit]
        before = self.d.escrow.draw_of(credit, draw)
        dry = self.d.token.check_flow(Flow.PAY, payer, payee, self.d.escrow, before.amount)
        real = self.attempt(lambda: getattr(self.d.escrow, step)(actor, credit, draw))
        due = before.state is DrawState.ACCEPTED and self.world.now > before.maturity
        if step == "settle" and due:
            assert real is dry

    @precondition(lambda self: self.credits)
    @rule(data=st.data())
    def give_notice(self, data: st.DataObject) -> None:
        """Find fault with a presentation."""
        credit = self.pick(data)
        draw = self.draw_of(data, credit)
        self.attempt(lambda: self.d.escrow.give_notice("E", credit, draw, ["faulty"]))

    # Authorities and time

    @rule(account=traders, amount=amounts)
    def freeze(self, account: str, amount: int) -> None:
        """Freeze some of a balance, or more than it."""
        self.attempt(lambda: self.d.token.set_frozen_tokens(SUPERVISOR, account, amount))

    @rule(source=traders, to=traders, amount=amounts)
    def seize(self, source: str, to: str, amount: int) -> None:
        """Seize, frozen or not."""
        dry = self.d.token.check_flow(Flow.SEIZE, source, to, source, amount)
        real = self.attempt(lambda: self.d.token.forced_transfer(SUPERVISOR, source, to, amount))
        assert real is (Reason.PROTECTED_ACCOUNT if source == to else dry)

    @rule(name=traders, screening=st.sampled_from((Screening.CLEAR, *Screening)))
    def screen(self, name: str, screening: Screening) -> None:
        """Screening finds something, or clears."""
        self.attempt(lambda: self.d.participants.set_screening(COMPLIANCE, name, screening))

    @rule(name=traders, licence=st.sampled_from((LicenceStatus.ACTIVE, *LicenceStatus)))
    def licence(self, name: str, licence: LicenceStatus) -> None:
        """A licence changes."""
        until = PARTICIPANTS[name].licence_until
        self.attempt(lambda: self.d.participants.set_licence(SUPERVISOR, name, licence, until))

    @rule(name=st.sampled_from(("S", "T", "H")), jurisdiction=st.sampled_from(("XH", "XF", "XF")))
    def owner_moves(self, name: str, jurisdiction: str) -> None:
        """A beneficial owner moves."""
        self.attempt(lambda: self.d.participants.set_owner(SUPERVISOR, name, jurisdiction))

    @rule(step=st.sampled_from(("suspend", "resume", "resume", "resume")))
    def suspend_or_resume(self, step: str) -> None:
        """The supervisor stops or resumes the regime."""
        self.attempt(lambda: getattr(self.d.regime, step)(SUPERVISOR))

    @rule()
    def open_next_phase(self) -> None:
        """Private entities come in."""
        self.attempt(lambda: self.d.regime.propose_phase(SUPERVISOR, 2))
        self.attempt(lambda: self.d.regime.approve_phase(CO_APPROVER, 2))

    @rule(days=st.sampled_from((1, 3, 8, 25, 70)))
    def time_passes(self, days: int) -> None:
        """Days pass; in the end the regime winds down and expires."""
        self.world.advance(days * DAY)

    # After every step

    @invariant()
    def ledger_equals_chain(self) -> None:
        """Invariants 1, 2 and 12: every account, the supply, every credit's lock, the escrow's balance."""
        holdings = self.d.holdings(ACCOUNTS)
        reconcile("a step", self.books, holdings)
        wallets = sum(amount for account, amount in holdings.items() if account.startswith("wallet:"))
        assert wallets + holdings[ESCROW_TOTAL] == -holdings[ISSUANCE]
        assert all(amount >= 0 for account, amount in holdings.items() if account != ISSUANCE)

    @invariant()
    def credits_add_up(self) -> None:
        """Invariants 2 and 7: locked covers what is reserved; what has ended stays ended."""
        for name in self.credits:
            credit = self.d.escrow.credit_of(name)
            draws = [self.d.escrow.draw_of(name, number) for number in range(1, credit.draws + 1)]
            still_open = [draw for draw in draws if draw.state not in TERMINAL_DRAWS]
            assert credit.locked >= credit.reserved == sum(draw.amount for draw in still_open)
            assert credit.open_draws == len(still_open)
            self.stays_ended(name, credit.state, TERMINAL_CREDITS)
            for number, draw in enumerate(draws, 1):
                self.stays_ended(f"{name}/{number}", draw.state, TERMINAL_DRAWS)

    def stays_ended(self, name: str, state: CreditState | DrawState, terminal: set[Any]) -> None:
        """A terminal state never changes."""
        assert self.ended.get(name, state) is state
        if state in terminal:
            self.ended[name] = state


TestRegime = Regime.TestCase
TestRegime.settings = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
