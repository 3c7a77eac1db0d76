"""The ledger built from events equals the balances on the chain, whatever happens to credits and bills."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import pytest

from settlement.domain.accounts import OUTSIDE, Holdings, contract_account, credit_account, wallet_account
from settlement.domain.participants import DrawKind, Instrument, Screening
from settlement.domain.terms import BillTerms
from settlement.ledger.journal import entry_of
from settlement.ledger.reconciliation import reconcile
from tests.chain.credits import ACCEPTED, ANYBODY, DISPUTED, EXPIRY, FUNDED, HELD, PAID, REVIEWERS, arrive
from tests.world import COMPLIANCE, DAY, PARTICIPANTS, STRANGERS, SUPERVISOR, World, documents, su

ACCOUNTS = (*PARTICIPANTS, *STRANGERS)


def books(world: World, opening: Holdings) -> Holdings:
    """Balances of the ledger: the opening ones and every posting since."""
    ledger = {unit: defaultdict(int, accounts) for unit, accounts in opening.items()}
    for transaction in world.transactions:
        for event in transaction.events:
            entry = entry_of(event)
            for posting in entry.postings if entry else ():
                if posting.account != OUTSIDE:
                    ledger[posting.unit][posting.account] += posting.amount
    return ledger


def _funded(world: World) -> None:
    arrive(world, FUNDED)


def _paid(world: World) -> None:
    arrive(world, PAID, draw=su(600), retention=1_000, retention_period=30 * DAY, tolerance=500)
    world.system.presentations.finalise("B", "C1", 1)
    world.advance_to(EXPIRY + 1)
    world.system.escrow.expire(ANYBODY, "C1")


def _amended(world: World) -> None:
    system = arrive(world, FUNDED)
    for amount in (su(1_500), su(700)):
        terms = replace(system.escrow.terms_of("C1"), amount=amount)
        system.token.approve("B", system.escrow, su(500))
        system.escrow.amend("B", "C1", terms)
        system.escrow.amend("S", "C1", terms)


def _awarded(world: World) -> None:
    system = arrive(world, DISPUTED, arbiter="R", award_period=DAY)
    system.escrow.award("R", "C1", su(300))


def _quarantined(world: World) -> None:
    system = arrive(world, ACCEPTED)
    world.list_party("S")
    system.presentations.settle(ANYBODY, "C1", 1)


def _claimed(world: World) -> None:
    _quarantined(world)
    system = world.system
    system.participants.resolve_screening(*REVIEWERS, "S", Screening.FALSE_POSITIVE)
    system.quarantine.release(*REVIEWERS, 1)
    system.quarantine.claim(ANYBODY, 1)


def _sent_back(world: World) -> None:
    _quarantined(world)
    world.system.quarantine.release(*REVIEWERS, 1, to_payer=True)
    world.system.quarantine.claim(ANYBODY, 1)


def _blocked(world: World) -> None:
    arrive(world, HELD).escrow.block_credit(*REVIEWERS, "C1")


def _wound_down(world: World) -> None:
    system = arrive(world, ACCEPTED, draw=su(600))
    system.regime.wind_down(SUPERVISOR)
    system.presentations.wind_down("W", "C1")


def _rotated(world: World) -> None:
    system = arrive(world, ACCEPTED, draw=su(600))
    system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "S", "S", "S2")
    system.presentations.settle(ANYBODY, "C1", 1)


def _advanced(world: World) -> None:
    system = arrive(world, FUNDED, instrument=Instrument.ADVANCE, advance=su(300), return_period=DAY)
    system.presentations.present("S", "C1", su(300), 0, documents(1, 1), DrawKind.ADVANCE)
    system.presentations.accept("E", "C1", 1)
    system.presentations.settle(ANYBODY, "C1", 1)


def _bill(world: World) -> None:
    bills, due = world.system.collections, world.now + 10 * DAY
    terms = BillTerms(
        ref="C1",
        trade="T-B-S",
        drawer="S",
        drawee="B",
        instrument=Instrument.OPEN_ACCOUNT,
        amount=su(100),
        offer_until=due,
        due=due,
        grace=DAY,
    )
    arrive(world, FUNDED)
    bills.offer("S", terms)
    bills.agree("B", "S:C1")
    world.system.token.approve("B", bills, su(100))
    bills.pay("B", "S:C1")


COURSES: dict[str, Callable[[World], None]] = {
    "funded only": _funded,
    "paid, retained, expired": _paid,
    "amended up and down": _amended,
    "awarded": _awarded,
    "quarantined": _quarantined,
    "claimed from quarantine": _claimed,
    "sent back from quarantine": _sent_back,
    "blocked": _blocked,
    "wound down": _wound_down,
    "paid to another key": _rotated,
    "advanced": _advanced,
    "bill of the same reference": _bill,
}


@pytest.mark.parametrize("course", COURSES)
def test_ledger_of_events_equals_the_chain(world: World, course: str) -> None:
    opening = world.system.holdings(ACCOUNTS)
    # A situation taken from a snapshot has no transactions to book: a first one keeps it from that.
    world.system.token.approve("B", "U", 0)
    COURSES[course](world)
    holdings = world.system.holdings(ACCOUNTS)
    assert holdings != opening
    reconcile(course, books(world, opening), holdings)


def test_quarantine_and_credit_have_accounts_of_their_own(world: World) -> None:
    _quarantined(world)
    holdings = world.system.holdings(ACCOUNTS)["SU"]
    assert holdings[credit_account("C1")] == 0
    assert holdings[contract_account("Quarantine")] == su(1_000)
    assert holdings[wallet_account("S")] == 0
    assert sum(holdings[account] for account in holdings if account != "escrow") == 0
