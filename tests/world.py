"""A small regime to test against: the contracts deployed once, with a handful of participants."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from settlement.chain.chain import Chain, Transaction
from settlement.chain.deployment import Deployment, deploy, open_backend
from settlement.chain.participants import Profile
from settlement.chain.regime import Programme
from settlement.chain.trade_escrow import Terms
from settlement.domain.amounts import Amount
from settlement.domain.participants import LicenceStatus, OwnershipClass, Role, Screening

DAY = 86_400
#: Monday 1 March 2027, 00:00 UTC: first second of the regime.
START = 1_803_859_200
END = START + 365 * DAY
WIND_DOWN_END = END + 30 * DAY
SUPERVISOR, CO_APPROVER, COMPLIANCE, RAMP, KEEPER = (
    "supervisor",
    "co-approver",
    "compliance",
    "ramp",
    "keeper",
)

PROGRAMME = Programme(
    start=START,
    end=END,
    wind_down_end=WIND_DOWN_END,
    home="XH",
    private_from_phase=2,
    domestic_ban=True,
    direct_payments=True,
)


def profile(
    role: Role,
    jurisdiction: str,
    owner: str | None = None,
    ownership: OwnershipClass = OwnershipClass.STATE,
) -> Profile:
    """A licensed participant whose files last as long as the regime."""
    return Profile(
        roles=role,
        ownership=ownership,
        jurisdiction=jurisdiction,
        owner_jurisdiction=owner or jurisdiction,
        licence=LicenceStatus.ACTIVE,
        licence_until=WIND_DOWN_END,
        kyc_until=WIND_DOWN_END,
    )


#: B, D: authorised entities (D private, so closed out in phase 1). C: another state entity.
#: S, T: counterparties abroad. H: a shell abroad with a resident owner. L: listed. E: examiner.
PARTICIPANTS = {
    "B": profile(Role.SETTLER, "XH"),
    "C": profile(Role.SETTLER, "XH"),
    "D": profile(Role.SETTLER, "XH", ownership=OwnershipClass.PRIVATE),
    "S": profile(Role.COUNTERPARTY, "XF"),
    "T": profile(Role.COUNTERPARTY, "XF"),
    "H": profile(Role.COUNTERPARTY, "XF", owner="XH"),
    "L": profile(Role.COUNTERPARTY, "XF"),
    "E": profile(Role.EXAMINER, "XH"),
}
#: Accounts that belong to nobody in the register.
STRANGERS = ("U", "B2")


def su(whole: int) -> int:
    """Whole SU in minor units."""
    return Amount.parse(f"{whole} SU").minor


@dataclass
class World:
    """A deployment at its first second, and what its transactions were."""

    regime: Deployment
    transactions: list[Transaction]

    @property
    def now(self) -> int:
        """Time of the next transaction, epoch seconds."""
        return self.regime.chain.backend.timestamp

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self.advance_to(self.now + seconds)

    def advance_to(self, time: int) -> None:
        """Let the next transaction happen at ``time``, epoch seconds."""
        self.regime.chain.backend.advance_to(time)

    def terms(self, **changes: Any) -> Terms:
        """Terms of a credit from B in favour of S over 1,000 SU, starting now."""
        day = self.now - self.now % DAY + DAY - 1
        terms = Terms(
            ref="C1",
            applicant="B",
            beneficiary="S",
            examiner="E",
            amount=su(1_000),
            offer_until=day + 5 * DAY,
            fund_until=day + 10 * DAY,
            latest_shipment=day + 40 * DAY,
            expiry=day + 60 * DAY,
            presentation_period=21 * DAY,
            tenor=0,
            waiver_window=5 * DAY,
            banking_place="XH",
            documents=2,
            partial_draws=True,
        )
        return replace(terms, **changes)

    def active_credit(self, **changes: Any) -> str:
        """Open, agree to and fund a credit; returns its name."""
        terms = self.terms(**changes)
        escrow, token = self.regime.escrow, self.regime.token
        escrow.open(terms.applicant, terms)
        escrow.issue(terms.beneficiary, terms.ref)
        token.approve(terms.applicant, escrow, terms.amount)
        escrow.fund(terms.applicant, terms.ref)
        return terms.ref

    def present(self, credit: str, amount: int, serial: int = 1, actor: str = "S") -> int:
        """Present a set of documents shipped now; returns the number of the draw."""
        self.regime.escrow.present(actor, credit, amount, self.now, documents(serial))
        return self.regime.escrow.credit_of(credit).draws


def documents(serial: int, count: int = 2) -> tuple[bytes, ...]:
    """Hashes of a set of documents that no other serial has."""
    return tuple(bytes([serial, number]) * 16 for number in range(1, count + 1))


def build_world(backend: str = "eth-tester", programme: Programme = PROGRAMME) -> World:
    """Deploy, register and activate; B and C hold 10,000 SU each, L is a true match."""
    transactions: list[Transaction] = []
    chain = Chain(open_backend(backend, START - DAY, [*PARTICIPANTS, *STRANGERS]), SUPERVISOR)
    chain.on_transaction = transactions.append
    regime = deploy(chain)
    for stranger in STRANGERS:
        chain.introduce(stranger)
    regime.regime.draft(SUPERVISOR, programme)
    regime.regime.approve(CO_APPROVER, programme)
    first, last = date(2027, 2, 28), date(2028, 12, 31)
    for jurisdiction in ("XH", "XF"):
        regime.calendar.load(SUPERVISOR, jurisdiction, first, last, weekends(first, last))
    for name, terms in PARTICIPANTS.items():
        regime.participants.register(SUPERVISOR, name, terms)
        screening = Screening.TRUE_MATCH if name == "L" else Screening.CLEAR
        regime.participants.set_screening(COMPLIANCE, name, screening)
    chain.backend.advance_to(START)
    regime.regime.activate(SUPERVISOR)
    for number, holder in enumerate(("B", "C"), 1):
        regime.token.issue(RAMP, holder, su(10_000), f"opening {number}")
    return World(regime, transactions)


def weekends(first: date, last: date) -> Iterable[date]:
    """Saturdays and Sundays."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.weekday() >= 5]
