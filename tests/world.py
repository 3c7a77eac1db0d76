"""A small regime to test against: the contracts deployed once, with a handful of participants."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from importlib.util import find_spec
from typing import Any

from settlement.chain.chain import Chain, Transaction, to_bytes32
from settlement.chain.deployment import TIMELOCK, Deployment, Mandate, wire
from settlement.chain.engines.backends import open_backend
from settlement.chain.twins.participants import Profile
from settlement.domain.amounts import Amount
from settlement.domain.participants import Access, LicenceStatus, OwnershipClass, Role, Screening
from settlement.domain.programme import Corridor, Programme
from settlement.domain.terms import Terms

#: Where the engine is not the point: the fastest that is installed, or the one that is asked for.
EVM = os.environ.get("SETTLEMENT_TEST_EVM") or ("revm" if find_spec("pyrevm") else "py-evm")
DAY = 86_400
#: Monday 1 March 2027, 00:00 UTC: first second of the regime.
START = 1_803_859_200
#: A week before: time enough to agree on the programme.
GENESIS = START - 7 * DAY
END = START + 365 * DAY
WIND_DOWN_END = END + 30 * DAY
SUPERVISOR, CO_APPROVER, COMPLIANCE, SECOND_REVIEWER, RAMP, KEEPER = (
    "supervisor",
    "co-approver",
    "compliance",
    "second reviewer",
    "ramp",
    "keeper",
)
#: The chapter of machinery; mineral fuels and electrical machinery are in scope too.
CHAPTER = 84
GOODS = (27, 84, 85)
#: Of no trade will be left too little by chance.
PLENTY = 10**15

PROGRAMME = Programme(
    start=START,
    end=END,
    wind_down_end=WIND_DOWN_END,
    home="XH",
    private_from_phase=2,
    domestic_ban=True,
    direct_payments=True,
    goods=sum(1 << chapter for chapter in GOODS),
)
CORRIDORS = (
    Corridor("XF", Access.DIRECT),
    Corridor("XV", Access.VIA_INTERMEDIARY),
    Corridor("XN", Access.NONE),
)


def profile(
    role: Role,
    jurisdiction: str,
    owner: str | None = None,
    ownership: OwnershipClass = OwnershipClass.STATE,
    sponsor: str = "",
    intermediary: str = "",
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
        sponsor=sponsor,
        intermediary=intermediary,
    )


#: K: the bank behind the others at home. N: a bank abroad. B, C: state entities; D: a private one (closed
#: out in phase 1). M: a miner. S, T: counterparties abroad. H: a shell abroad with a resident owner.
#: L: listed. V: abroad behind the intermediary G. Z: where no corridor leads. E: examiner. A: attestor.
#: R: arbiter. W: administrator.
PARTICIPANTS = {
    "K": profile(Role.BANK, "XH"),
    "N": profile(Role.BANK, "XF"),
    "B": profile(Role.SETTLER, "XH", sponsor="K"),
    "C": profile(Role.SETTLER, "XH", sponsor="K"),
    "D": profile(Role.SETTLER, "XH", ownership=OwnershipClass.PRIVATE, sponsor="K"),
    "M": profile(Role.MINER, "XH", sponsor="K"),
    "S": profile(Role.COUNTERPARTY, "XF"),
    "T": profile(Role.COUNTERPARTY, "XF"),
    "H": profile(Role.COUNTERPARTY, "XF", owner="XH"),
    "L": profile(Role.COUNTERPARTY, "XF"),
    "G": profile(Role.INTERMEDIARY, "XV"),
    "V": profile(Role.COUNTERPARTY, "XV", intermediary="G"),
    "Z": profile(Role.COUNTERPARTY, "XN"),
    "E": profile(Role.EXAMINER, "XH"),
    "A": profile(Role.ATTESTOR, "XH"),
    "R": profile(Role.ARBITER, "XF"),
    "W": profile(Role.ADMINISTRATOR, "XH"),
}
#: Brings cash to the reserve without an issue, as nobody can where it is not a test.
ENDOWER = "endower"
#: Accounts that belong to nobody in the register until a test has it otherwise.
STRANGERS = (ENDOWER, "U", "B2", "S2", "F1", "F2", "F3", "P", "Q", "X", "Y")
#: Every entity with every trader abroad, and with the next entity, where there is no ban.
TRADES = {
    **{f"T-{entity}-{other}": (entity, other) for entity in "BCD" for other in "STHLVZ"},
    "T-B-C": ("B", "C"),
    "T-B-D": ("B", "D"),
    "T-C-D": ("C", "D"),
}


def su(whole: int) -> int:
    """Whole SU in minor units."""
    return Amount.parse(f"{whole} SU").minor


@dataclass(repr=False)
class World:
    """A deployment at its first second, and what its transactions were: too much to be written out."""

    system: Deployment
    transactions: list[Transaction]

    @property
    def now(self) -> int:
        """Time of the next transaction, epoch seconds."""
        return self.system.chain.backend.timestamp

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self.advance_to(self.now + seconds)

    def advance_to(self, time: int) -> None:
        """Let the next transaction happen at ``time``, epoch seconds."""
        self.system.chain.backend.advance_to(time)

    def trade(self, one: str, other: str) -> str:
        """Number of the trade between two participants.

        Raises:
            StopIteration: there is none.
        """
        return next(number for number, parties in TRADES.items() if {one, other} == set(parties))

    def change_programme(self, programme: Programme, corridors: Sequence[Corridor] = CORRIDORS) -> None:
        """Put another programme in force; takes the co-approver's delay."""
        agree(self.system, programme, corridors)

    def open_phase(self, phase: int) -> None:
        """Open the next phase; takes the co-approver's delay."""
        regime = self.system.regime
        regime.propose_phase(SUPERVISOR, phase)
        self.announce("approvePhase", phase)
        regime.approve_phase(CO_APPROVER, phase)

    def announce(self, function: str, argument: object) -> None:
        """The co-approver announces its call of the regime, and waits for its delay."""
        announce(self.system, function, argument)

    def list_party(self, participant: str) -> None:
        """Screening finds a true match."""
        list_party(self.system, participant)

    def terms(self, **changes: Any) -> Terms:
        """Terms of a credit from B in favour of S over 1,000 SU, starting now."""
        day = self.now - self.now % DAY + DAY - 1
        parties = changes.get("applicant", "B"), changes.get("beneficiary", "S")
        terms = Terms(
            ref="C1",
            trade=next((number for number, two in TRADES.items() if set(two) == set(parties)), "T-B-S"),
            applicant="B",
            beneficiary="S",
            examiner="E",
            amount=su(1_000),
            offer_until=day + 5 * DAY,
            fund_until=day + 10 * DAY,
            latest_shipment=day + 40 * DAY,
            expiry=day + 60 * DAY,
            banking_place="XH",
            documents=2,
        )
        return replace(terms, **changes)

    def active_credit(self, **changes: Any) -> str:
        """Open, agree to and fund a credit; returns its name."""
        terms = self.terms(**changes)
        escrow, token = self.system.escrow, self.system.token
        escrow.open(terms.applicant, terms)
        escrow.issue(terms.beneficiary, terms.ref)
        token.approve(terms.applicant, escrow, terms.funding)
        escrow.fund(terms.applicant, terms.ref)
        return terms.ref

    def present(self, credit: str, amount: int, serial: int = 1, actor: str = "S") -> int:
        """Present a set of documents shipped now; returns the number of the draw."""
        self.system.presentations.present(actor, credit, amount, self.now, documents(serial))
        return self.system.presentations.draws_of(credit)


def documents(serial: int, count: int = 2) -> tuple[bytes, ...]:
    """Hashes of a set of documents that no other serial has."""
    return tuple(bytes([serial, number]) * 16 for number in range(1, count + 1))


def open_chain(backend: str = EVM) -> Chain:
    """A chain on which everybody of the cast has an account."""
    return Chain(open_backend(backend, GENESIS, [*PARTICIPANTS, *STRANGERS]), SUPERVISOR)


def build_world(
    backend: str = EVM,
    programme: Programme = PROGRAMME,
    corridors: Sequence[Corridor] = CORRIDORS,
) -> World:
    """Deploy, register and activate; B and C hold 10,000 SU each, L is a true match."""
    transactions: list[Transaction] = []
    chain = open_chain(backend)
    chain.on_transaction = transactions.append
    system = wire(chain)
    system.access.grant_role(SUPERVISOR, Mandate.RAMP, ENDOWER)
    system.access.renounce_role(SUPERVISOR, 0)
    for stranger in STRANGERS:
        chain.introduce(stranger)
    first, last = date(2027, 2, 20), date(2028, 12, 31)
    for jurisdiction in ("XH", "XF", "XV"):
        system.calendar.load(SUPERVISOR, jurisdiction, first, last, weekends(first, last))
    _register_participants(system)
    _register_trades(system)
    agree(system, programme, corridors)
    chain.backend.advance_to(START)
    system.regime.activate(SUPERVISOR)
    for number, holder in enumerate(("B", "C"), 1):
        system.ramp.issue(RAMP, holder, su(10_000), f"opening {number}")
    return World(system, transactions)


def agree(system: Deployment, programme: Programme, corridors: Sequence[Corridor]) -> None:
    """Draft a programme, announce its signature, wait for the delay, sign it."""
    system.regime.draft(SUPERVISOR, programme, corridors)
    announce(system, "approve", system.regime.hash_of(programme, corridors))
    system.regime.approve(CO_APPROVER, programme, corridors)


def announce(system: Deployment, function: str, argument: object) -> None:
    """The co-approver announces its call of the regime, and waits for its delay."""
    system.access.schedule(CO_APPROVER, system.regime, function, argument)
    backend = system.chain.backend
    backend.advance_to(backend.timestamp + TIMELOCK)


def endow(world: World, amount: int) -> None:
    """Bring cash to the reserve beyond what was issued against."""
    reserve = world.system.reserve
    arguments = amount, to_bytes32("endowment")
    world.system.chain.transact(
        ENDOWER, reserve, reserve.artifact.functions["depositCash"], arguments, "", ""
    )


def list_party(system: Deployment, participant: str) -> None:
    """One reviewer places the hit, two confirm it."""
    system.participants.set_screening(COMPLIANCE, participant, Screening.POTENTIAL)
    system.participants.resolve_screening(COMPLIANCE, SECOND_REVIEWER, participant, Screening.TRUE_MATCH)


def _register_participants(system: Deployment) -> None:
    system.participants.publish_list(COMPLIANCE, 1, sha256(b"list 1").digest())
    for name, terms in PARTICIPANTS.items():
        system.participants.register(SUPERVISOR, name, terms)
        if name == "L":
            list_party(system, name)
        else:
            system.participants.set_screening(COMPLIANCE, name, Screening.CLEAR)


def _register_trades(system: Deployment) -> None:
    for number, (entity, other) in TRADES.items():
        system.trades.register("K", number, entity, other, PLENTY, WIND_DOWN_END, CHAPTER)
        system.trades.record_travel(entity, number, sha256(number.encode()).digest())
        for party in (entity, other):
            system.trades.designate(party, number)


def weekends(first: date, last: date) -> Iterable[date]:
    """Saturdays and Sundays."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.weekday() >= 5]
