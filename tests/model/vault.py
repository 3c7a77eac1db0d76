"""The money of credits, and on whose word and at what time of theirs it moves."""

from dataclasses import dataclass, field

from settlement.domain.participants import CreditState, Flow
from settlement.domain.reasons import Reason
from tests.model.calendar import Calendar
from tests.model.clock import Clock
from tests.model.offices import COMPLIANCE, TwoPeople, require
from tests.model.records import Credit
from tests.model.register import Participants
from tests.model.rulebook import Rulebook
from tests.model.token import Token

ESCROW = "TradeEscrow"


@dataclass
class Vault:
    """What the escrow holds of credits, by the applicant's reference, which is unique here."""

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
        still = [*self.rulebook.regime.suspensions, *credit.holds, *credit.stilled]
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
        credit.disputed = credit.of_retention = credit.award_until = credit.retention_until = 0
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
