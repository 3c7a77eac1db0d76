"""Section 4 of the rules: credits and their money. What is set apart follows from the draws."""

from dataclasses import dataclass, field, replace

from settlement.domain.participants import CreditState, DrawKind, DrawState, Flow, Role
from settlement.domain.reasons import Reason
from settlement.domain.terms import Terms
from tests.model.calendar import Calendar
from tests.model.clock import Clock
from tests.model.offices import COMPLIANCE, TwoPeople, require, require_office
from tests.model.register import Participants
from tests.model.rulebook import Rulebook
from tests.model.terms import maximum, require_amendable, require_openable, require_permitted
from tests.model.token import Token

ESCROW = "TradeEscrow"
LIVE = (CreditState.ACTIVE, CreditState.DISPUTED)
UNDER_WAY = (DrawState.PRESENTED, DrawState.DISCREPANT, DrawState.ACCEPTED)


@dataclass
class Draw:
    """One presentation; deadlines are zero where not set."""

    kind: DrawKind
    amount: int
    retention: int
    tenor: int
    retention_period: int
    examine_until: int
    document: bytes
    state: DrawState = DrawState.PRESENTED
    waived_by: frozenset[str] = frozenset()
    waive_until: int = 0
    maturity: int = 0
    retain_until: int = 0


@dataclass
class Credit:
    """A credit: its money as flows so far, its draws, and what is in dispute."""

    terms: Terms
    opened_at: int
    state: CreditState = CreditState.DRAFT
    holds: list[tuple[int, int | None]] = field(default_factory=list)
    funded: int = 0
    paid: int = 0
    refunded: int = 0
    quarantined: int = 0
    draws: list[Draw] = field(default_factory=list)
    disputed: int = 0
    of_retention: int = 0  #: what of the disputed amount was retained of accepted draws
    award_until: int = 0
    advance_open: bool = False
    return_until: int = 0
    consents: dict[Terms | None, set[str]] = field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        """Whether value may move under it."""
        return self.state in LIVE and not self.held

    @property
    def held(self) -> bool:
        """Whether compliance holds it."""
        return any(end is None for _, end in self.holds)

    @property
    def locked(self) -> int:
        """What the escrow has of it."""
        return self.funded - self.paid - self.refunded - self.quarantined

    @property
    def reserved(self) -> int:
        """For draws under way."""
        return sum(d.amount for d in self.draws if d.state in UNDER_WAY) if self.state in LIVE else 0

    @property
    def retained(self) -> int:
        """Of draws that are paid, to be paid later."""
        return sum(d.retention for d in self.draws if d.state is DrawState.PAID) if self.state in LIVE else 0

    @property
    def demurrage(self) -> int:
        """Left in the reserve for demurrage."""
        drawn = sum(
            d.amount for d in self.draws if d.kind is DrawKind.DEMURRAGE and d.state is not DrawState.RETURNED
        )
        return self.terms.demurrage - drawn if self.state in LIVE else 0

    @property
    def undrawn(self) -> int:
        """What can still be drawn."""
        return self.locked - self.reserved - self.retained - self.disputed - self.demurrage

    @property
    def at_rest(self) -> bool:
        """Nothing is under way or to come."""
        return not (self.reserved or self.retained or self.advance_open)


@dataclass
class Escrow:
    """Credits by the applicant's reference, which is unique here."""

    clock: Clock
    rulebook: Rulebook
    participants: Participants
    token: Token
    calendar: Calendar
    credits: dict[str, Credit] = field(default_factory=dict)
    two_people: TwoPeople = field(init=False)

    def __post_init__(self) -> None:
        self.two_people = TwoPeople(self.clock, COMPLIANCE)

    # Time and parties

    def clock_of(self, name: str) -> int:
        """The time on the credit's own clock, which a suspension or a hold stops."""
        credit = self.credits[name]
        still = [*self.rulebook.regime.suspensions, *credit.holds]
        return self.clock.now - _covered(still, credit.opened_at, self.clock.now)

    def get(self, name: str) -> Credit | None:
        """The credit of that name."""
        return self.credits.get(name)

    def in_state(self, name: str, state: CreditState) -> Credit:
        """The credit, which must be in the state, and not held."""
        credit = self.credits.get(name)
        require(credit is not None and credit.state is state, Reason.WRONG_STATE)
        assert credit is not None
        require(not credit.held, Reason.ON_HOLD)
        return credit

    def acts(self, actor: str, *parties: str) -> bool:
        """Whether the wallet acts for one of the parties."""
        party = self.participants.acting(actor)
        return party != "" and party in parties

    def require_until(self, name: str, time: int) -> None:
        """It is not too late."""
        require(self.clock_of(name) <= time, Reason.TOO_LATE)

    def require_after(self, name: str, time: int) -> None:
        """It is not too early."""
        require(self.clock_of(name) > time, Reason.TOO_EARLY)

    # Before it is funded

    def open(self, actor: str, terms: Terms) -> None:
        """The applicant offers."""
        require(self.acts(actor, terms.applicant), Reason.NOT_A_PARTY)
        require_openable(terms, self.clock.now, self.rulebook, self.calendar)
        require(terms.ref not in self.credits, Reason.ALREADY_USED)
        self.credits[terms.ref] = Credit(terms, self.clock.now)

    def issue(self, actor: str, name: str) -> None:
        """The beneficiary agrees; the terms are irrevocable."""
        credit = self.in_state(name, CreditState.DRAFT)
        require(self.acts(actor, credit.terms.beneficiary), Reason.NOT_A_PARTY)
        self.require_until(name, credit.terms.offer_until)
        require_permitted(credit.terms, self.rulebook)
        credit.state = CreditState.ISSUED

    def cancel(self, actor: str, name: str) -> None:
        """An offer: either side, anybody when it has ended. Unfunded in time: anybody."""
        credit = self.credits.get(name)
        require(credit is None or not credit.held, Reason.ON_HOLD)
        require(
            credit is not None and credit.state in (CreditState.DRAFT, CreditState.ISSUED), Reason.WRONG_STATE
        )
        assert credit is not None
        terms = credit.terms
        if credit.state is CreditState.ISSUED:
            self.require_after(name, terms.fund_until)
        elif not self.acts(actor, terms.applicant, terms.beneficiary):
            self.require_after(name, terms.offer_until)
        credit.state = CreditState.CANCELLED

    def fund(self, actor: str, name: str) -> None:
        """The applicant locks face amount, tolerance and demurrage."""
        credit = self.in_state(name, CreditState.ISSUED)
        require(self.acts(actor, credit.terms.applicant), Reason.NOT_A_PARTY)
        self.require_until(name, credit.terms.fund_until)
        credit.state = CreditState.ACTIVE
        self._lock(name, actor, maximum(credit.terms) + credit.terms.demurrage)

    # By consent of all

    def amend(self, actor: str, name: str, terms: Terms) -> None:
        """Each party agrees to the same new terms; the last one puts them in force."""
        credit = self.in_state(name, CreditState.ACTIVE)
        if not self._all_agree(credit, actor, terms):
            return
        require_amendable(credit.terms, terms, self.clock_of(name), self.rulebook, self.calendar)
        more = maximum(terms) - maximum(credit.terms)
        require(-more <= credit.undrawn, Reason.AMOUNT_OUT_OF_TERMS)
        credit.terms = terms
        credit.consents.clear()
        if more > 0:
            self._lock(name, self.participants.wallet_of(terms.applicant), more)
        self._refund(name, max(0, -more))
        self.close_if_empty(name)

    def cancel_by_consent(self, actor: str, name: str) -> None:
        """Each party agrees to the end."""
        credit = self.in_state(name, CreditState.ACTIVE)
        require(credit.at_rest, Reason.DRAWS_OPEN)
        if self._all_agree(credit, actor, None):
            self._end(name, CreditState.CANCELLED)

    def _all_agree(self, credit: Credit, actor: str, change: Terms | None) -> bool:
        terms = credit.terms
        needed = {terms.applicant, terms.issuer, terms.confirmer, terms.beneficiary} - {""}
        require(self.acts(actor, *needed), Reason.NOT_A_PARTY)
        agreed = credit.consents.setdefault(change, set())
        agreed.add(self.participants.acting(actor))
        return agreed == needed

    # Its ends by time

    def expire(self, actor: str, name: str) -> None:
        """Anybody has the undrawn rest refunded."""
        credit = self.in_state(name, CreditState.ACTIVE)
        self.require_after(name, credit.terms.expiry)
        require(credit.at_rest, Reason.DRAWS_OPEN)
        self._end(name, CreditState.EXPIRED)

    # Compliance

    def hold(self, actor: str, name: str) -> None:
        """Stop it, and its clock."""
        require_office(actor, COMPLIANCE)
        credit = self.credits.get(name)
        is_open = credit is not None and credit.state in (CreditState.DRAFT, CreditState.ISSUED, *LIVE)
        require(is_open, Reason.WRONG_STATE)
        assert credit is not None
        require(not credit.held, Reason.ON_HOLD)
        credit.holds.append((self.clock.now, None))

    def propose(self, actor: str, function: str, name: str) -> None:
        """The first reviewer's half of what follows."""
        self.two_people.propose(actor, (function, name), self._present_hold(name))

    def release(self, actor: str, name: str) -> None:
        """Two reviewers clear it."""
        self._decide(actor, "release", name)

    def block_credit(self, actor: str, name: str) -> None:
        """Two reviewers found a true match: all of it goes to the quarantine, in the beneficiary's name."""
        credit = self._decide(actor, "block_credit", name)
        self._set_nothing_apart(credit, CreditState.BLOCKED)
        self._impound(name, credit.locked)

    def reject_credit(self, actor: str, name: str) -> None:
        """Two reviewers end it; the applicant is refunded."""
        self._decide(actor, "reject_credit", name)
        self._end(name, CreditState.CANCELLED)

    def _decide(self, actor: str, function: str, name: str) -> Credit:
        require_office(actor, COMPLIANCE)
        self.two_people.second(actor, (function, name), self._present_hold(name))
        credit = self.credits.get(name)
        require(credit is not None and credit.held, Reason.ON_HOLD)
        assert credit is not None
        self._end_hold(credit)
        return credit

    def _present_hold(self, name: str) -> int:
        credit = self.credits.get(name)
        return len(credit.holds) if credit is not None and credit.held else 0

    def _end_hold(self, credit: Credit) -> None:
        credit.holds = [(begin, self.clock.now if end is None else end) for begin, end in credit.holds]

    # Disputes

    def dispute(self, actor: str, name: str, amount: int) -> None:
        """Either party has an undrawn amount set apart."""
        credit = self.in_state(name, CreditState.ACTIVE)
        self.require_until(name, credit.terms.expiry)
        require(0 < amount <= credit.undrawn, Reason.AMOUNT_OUT_OF_TERMS)
        self.set_apart(actor, name, amount, of_retention=0)

    def set_apart(self, actor: str, name: str, amount: int, of_retention: int) -> None:
        """The arbiter's time runs from now."""
        credit = self.credits[name]
        terms = credit.terms
        can = self.acts(actor, terms.applicant, terms.beneficiary) and terms.arbiter != ""
        require(can, Reason.NOT_A_PARTY)
        credit.state = CreditState.DISPUTED
        credit.disputed += amount
        credit.of_retention += of_retention
        credit.award_until = self.clock_of(name) + terms.award_period

    def award(self, actor: str, name: str, to_beneficiary: int) -> None:
        """The arbiter splits it."""
        credit = self.in_state(name, CreditState.DISPUTED)
        require(self.acts(actor, credit.terms.arbiter), Reason.NOT_A_PARTY)
        self.require_until(name, credit.award_until)
        standing = self.rulebook.check_participant(credit.terms.arbiter, Role.ARBITER)
        require(standing is Reason.OK, standing)
        require(to_beneficiary <= credit.disputed, Reason.AMOUNT_OUT_OF_TERMS)
        self._award(name, to_beneficiary)

    def award_by_time(self, actor: str, name: str) -> None:
        """Without an award the beneficiary gets what had been accepted, the applicant the rest."""
        credit = self.in_state(name, CreditState.DISPUTED)
        self.require_after(name, credit.award_until)
        self._award(name, credit.of_retention)

    def _award(self, name: str, to_beneficiary: int) -> None:
        credit = self.credits[name]
        to_applicant = credit.disputed - to_beneficiary
        credit.state = CreditState.ACTIVE
        credit.disputed = credit.of_retention = credit.award_until = 0
        self.pay(name, to_beneficiary, Flow.AWARD)
        self._refund(name, to_applicant)
        self.close_if_empty(name)

    # Wind-down

    def wind_down(self, name: str, accepted: int) -> None:
        """What was accepted and retained is paid (of a held credit: quarantined), the rest refunded."""
        credit = self.credits.get(name)
        require(credit is not None and credit.state in LIVE, Reason.WRONG_STATE)
        assert credit is not None
        due = accepted + credit.of_retention
        self._set_nothing_apart(credit, CreditState.WOUND_DOWN)
        if credit.held:
            self._end_hold(credit)
            self._impound(name, due)
        else:
            self.pay(name, due, Flow.PAY)
        self._refund(name, credit.locked)

    # Money

    def _lock(self, name: str, wallet: str, amount: int) -> None:
        credit = self.credits[name]
        credit.funded += amount
        payee = self.participants.wallet_of(credit.terms.beneficiary)
        self.token.take(ESCROW, Flow.FUND, wallet, payee, amount, name, credit.terms.trade)

    def pay(self, name: str, amount: int, flow: Flow) -> None:
        """To the beneficiary, or into quarantine."""
        credit = self.credits[name]
        if amount:
            arrived = self.token.pay_out(
                ESCROW, flow, *self._wallets(credit), amount, name, credit.terms.trade
            )
            credit.paid += amount if arrived else 0
            credit.quarantined += 0 if arrived else amount

    def _refund(self, name: str, amount: int) -> None:
        credit = self.credits[name]
        if amount:
            payer, _ = self._wallets(credit)
            trade = credit.terms.trade
            arrived = self.token.pay_out(ESCROW, Flow.REFUND, payer, payer, amount, name, trade)
            credit.refunded += amount if arrived else 0
            credit.quarantined += 0 if arrived else amount

    def _impound(self, name: str, amount: int) -> None:
        credit = self.credits[name]
        if amount:
            self.token.impound(ESCROW, Flow.PAY, *self._wallets(credit), amount, name, credit.terms.trade)
            credit.quarantined += amount

    def _end(self, name: str, state: CreditState) -> None:
        credit = self.credits[name]
        self._set_nothing_apart(credit, state)
        self._refund(name, credit.locked)

    @staticmethod
    def _set_nothing_apart(credit: Credit, state: CreditState) -> None:
        credit.state = state
        credit.disputed = credit.of_retention = credit.award_until = 0
        credit.advance_open = False

    def close_if_empty(self, name: str) -> None:
        """A credit under which nothing is locked or owed is closed."""
        credit = self.credits[name]
        if credit.locked == 0 and not credit.advance_open:
            credit.state = CreditState.CLOSED

    def _wallets(self, credit: Credit) -> tuple[str, str]:
        return (
            self.participants.wallet_of(credit.terms.applicant),
            self.participants.wallet_of(credit.terms.beneficiary),
        )


def _covered(spans: list[tuple[int, int | None]], begin: int, end: int) -> int:
    """How many seconds between ``begin`` and ``end`` lie in at least one of the spans."""
    clipped = sorted((max(first, begin), min(end if last is None else last, end)) for first, last in spans)
    covered, reached = 0, begin
    for first, last in clipped:
        covered += max(0, last - max(first, reached))
        reached = max(reached, last)
    return covered


def amended(terms: Terms, **changes: object) -> Terms:
    """The same terms but for the changes."""
    return replace(terms, **changes)  # type: ignore[arg-type]
