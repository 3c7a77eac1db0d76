"""Situations of credits that tests share, and what is said of a credit's money.

Unless a test says otherwise, B (at home) opens C1 over 1,000 SU in favour of S (abroad), examined by E.
"""

from collections.abc import Callable
from typing import Any

from settlement.chain.deployment import Deployment
from settlement.domain.events import Event, Moved
from settlement.domain.participants import CreditState, LicenceStatus
from tests.chain.expect import Fact, fact
from tests.world import (
    COMPLIANCE,
    DAY,
    RAMP,
    SECOND_REVIEWER,
    START,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
    documents,
    su,
)

FACE = su(1_000)
#: Who has no part in anything.
ANYBODY = "U"
REVIEWERS = COMPLIANCE, SECOND_REVIEWER
#: Deadlines of the usual terms, which start on the day of START, and of a draw presented that day.
MIDNIGHT = START + DAY - 1
OFFER_UNTIL, FUND_UNTIL = MIDNIGHT + 5 * DAY, MIDNIGHT + 10 * DAY
LATEST_SHIPMENT, EXPIRY = MIDNIGHT + 40 * DAY, MIDNIGHT + 60 * DAY
#: START is a Monday, so that the fifth banking day after it is the next one.
EXAMINE_UNTIL = MIDNIGHT + 7 * DAY
WAIVER_WINDOW, PRESENTATION_PERIOD, AWARD_PERIOD = 5 * DAY, 21 * DAY, 30 * DAY
#: Terms that name an arbiter.
ARBITER: dict[str, Any] = {"arbiter": "R", "award_period": AWARD_PERIOD}
#: Terms by which a tenth of each draw is kept back for a month.
RETENTION: dict[str, Any] = {"retention": 1_000, "retention_period": 30 * DAY}

#: What brings a situation about, from the offer on.
OFFERED = ("open",)
AGREED = (*OFFERED, "issue")
FUNDED = (*AGREED, "fund")
PRESENTED = (*FUNDED, "present")
DISCREPANT = (*PRESENTED, "notice")
RETURNED = (*DISCREPANT, "return")
ACCEPTED = (*PRESENTED, "accept")
PAID = (*ACCEPTED, "settle")
HELD = (*FUNDED, "hold")
DISPUTED = (*FUNDED, "dispute")
#: The way to every state; those under DISPUTED need an arbiter.
WAYS = {
    CreditState.NONE: (),
    CreditState.DRAFT: OFFERED,
    CreditState.ISSUED: AGREED,
    CreditState.ACTIVE: FUNDED,
    CreditState.CLOSED: PAID,
    CreditState.CANCELLED: (*OFFERED, "cancel"),
    CreditState.EXPIRED: (*FUNDED, "expire"),
    CreditState.DISPUTED: DISPUTED,
    CreditState.BLOCKED: (*HELD, "block"),
    CreditState.WOUND_DOWN: (*FUNDED, "revoke", "wind down"),
}
TERMINAL = (
    CreditState.CLOSED,
    CreditState.CANCELLED,
    CreditState.EXPIRED,
    CreditState.BLOCKED,
    CreditState.WOUND_DOWN,
)


def arrive(world: World, steps: tuple[str, ...], draw: int = FACE, **terms: Any) -> Deployment:
    """Take C1 through ``steps``, its first draw being over ``draw``; terms may be changed."""
    for step in steps:
        _STEPS[step](world, draw, terms)
    return world.system


def reach(world: World, state: CreditState, **terms: Any) -> Deployment:
    """Take C1 to ``state``."""
    system = arrive(world, WAYS[state], **(ARBITER | terms))
    assert system.escrow.credit_of("C1").state is state
    return system


def dispute(world: World, amount: int) -> tuple[Event, ...]:
    """All parties of C1 have the arbiter decide on so much that is undrawn; what happened at last."""
    escrow = world.system.escrow
    terms = escrow.terms_of("C1")
    events: tuple[Event, ...] = ()
    for party in filter(None, (terms.applicant, terms.issuer, terms.confirmer, terms.beneficiary)):
        events = escrow.dispute(party, "C1", amount)
    return events


def _fund(world: World, draw: int, terms: dict[str, Any]) -> None:
    applicant = terms.get("applicant", "B")
    system = world.system
    system.token.approve(applicant, system.escrow, system.escrow.funding_of("C1"))
    system.escrow.fund(applicant, "C1")


def _present(world: World, draw: int, terms: dict[str, Any]) -> None:
    papers = documents(1, terms.get("documents", 2))
    world.system.presentations.present(terms.get("beneficiary", "S"), "C1", draw, world.now, papers)


def _expire(world: World, draw: int, terms: dict[str, Any]) -> None:
    world.advance_to(EXPIRY + 1)
    world.system.escrow.expire(ANYBODY, "C1")


def _revoke(world: World, draw: int, terms: dict[str, Any]) -> None:
    world.system.participants.set_licence(SUPERVISOR, "B", LicenceStatus.REVOKED, WIND_DOWN_END)


_STEPS: dict[str, Callable[[World, int, dict[str, Any]], object]] = {
    "open": lambda w, d, t: w.system.escrow.open(t.get("applicant", "B"), w.terms(**t)),
    "issue": lambda w, d, t: w.system.escrow.issue(t.get("beneficiary", "S"), "C1"),
    "fund": _fund,
    "cancel": lambda w, d, t: w.system.escrow.cancel("B", "C1"),
    "expire": _expire,
    "hold": lambda w, d, t: w.system.escrow.hold(COMPLIANCE, "C1"),
    "block": lambda w, d, t: w.system.escrow.block_credit(*REVIEWERS, "C1"),
    "dispute": lambda w, d, t: dispute(w, su(400)),
    "revoke": _revoke,
    "wind down": lambda w, d, t: w.system.presentations.wind_down("W", "C1"),
    "present": _present,
    "accept": lambda w, d, t: w.system.presentations.accept(t.get("examiner", "E"), "C1", 1),
    "notice": lambda w, d, t: w.system.presentations.give_notice(t.get("examiner", "E"), "C1", 1, ["late"]),
    "return": lambda w, d, t: w.system.presentations.return_documents("S", "C1", 1),
    "settle": lambda w, d, t: w.system.presentations.settle(ANYBODY, "C1", 1),
}


def purse(world: World, whole: int = 1_500) -> None:
    """Leave B so many SU, as the scenarios have it."""
    system = world.system
    surplus = system.token.balance_of("B") - su(whole)
    system.token.approve("B", system.ramp, surplus)
    system.ramp.redeem(RAMP, "B", surplus, "surplus")


def wallets(world: World, *names: str) -> tuple[int, ...]:
    """Balances in whole SU."""
    return tuple(world.system.token.balance_of(name) // su(1) for name in names)


def quarantine(world: World) -> int:
    """What is in quarantine, in whole SU."""
    return world.system.token.balance_of(world.system.quarantine) // su(1)


def money(world: World, credit: str = "C1") -> dict[str, int]:
    """What is not zero of a credit's money, whole SU; checks on the way that all sums agree."""
    system = world.system
    c = system.escrow.credit_of(credit)
    assert c.locked == system.escrow.locked_of(credit) >= 0
    assert system.escrow.undrawn_of(credit) == c.locked - c.reserved - c.retained - c.disputed - c.demurrage
    locked = sum(system.escrow.locked_of(name) for name in system.escrow.credits())
    assert system.escrow.total_locked() == system.token.balance_of(system.escrow) == locked
    parts = {
        "paid": c.paid,
        "refunded": c.refunded,
        "quarantined": c.quarantined,
        "locked": c.locked,
        "reserved": c.reserved,
        "retained": c.retained,
        "disputed": c.disputed,
        "demurrage": c.demurrage,
    }
    return {name: amount // su(1) for name, amount in parts.items() if amount}


def moved(flow: str, actor: str, source: str, destination: str, amount: int) -> Fact:
    """A movement into or out of the escrow for C1, between B and S."""
    return fact(
        Moved,
        actor,
        flow=flow,
        payer="B",
        payee="B" if flow == "REFUND" else "S",
        source=source,
        destination=destination,
        amount=amount,
        ref="C1",
        trade="T-B-S",
    )
