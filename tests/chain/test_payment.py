"""Payment at maturity, retention; payees before whom screening, residency, a freeze or a new key stands."""

import re
from pathlib import Path

import pytest

from settlement.chain.reverts import RulebookRefused, TradeEscrowTooEarly
from settlement.domain.events import CreditClosed, DrawFinal, DrawPaid, ItemHeld
from settlement.domain.participants import (
    CreditState,
    DrawState,
    Instrument,
    ItemState,
    LicenceStatus,
    Screening,
)
from settlement.domain.reasons import Reason
from tests.chain.credits import (
    ACCEPTED,
    ANYBODY,
    EXPIRY,
    FACE,
    FUNDED,
    PAID,
    RETENTION,
    REVIEWERS,
    arrive,
    money,
    moved,
    quarantine,
    wallets,
)
from tests.chain.expect import expects, fact, facts
from tests.world import COMPLIANCE, DAY, SUPERVISOR, WIND_DOWN_END, World, su

SOURCES = Path(__file__).parents[2] / "contracts" / "src"


@pytest.mark.rule("draw.accepted-paid", "credit.active-closed")
def test_anybody_has_an_accepted_draw_paid(world: World) -> None:
    system = arrive(world, ACCEPTED)
    assert facts(system.presentations.settle(ANYBODY, "C1", 1)) == [
        moved("PAY", ANYBODY, "TradeEscrow", "S", FACE),
        fact(DrawPaid, ANYBODY, credit="C1", draw=1, amount=FACE, retention=0, arrived=True),
        fact(CreditClosed, ANYBODY, credit="C1"),
    ]
    assert system.presentations.draw_of("C1", 1).state is DrawState.FINAL
    assert system.escrow.credit_of("C1").state is CreditState.CLOSED
    assert money(world) == {"paid": 1_000}
    assert wallets(world, "B", "S") == (9_000, 1_000)


@pytest.mark.rule("variant.deferred", "draw.accepted-paid")
def test_deferred_draw_is_paid_at_maturity_to_the_second(world: World) -> None:
    system = arrive(world, ACCEPTED, instrument=Instrument.DEFERRED, tenor=30 * DAY)
    maturity = system.presentations.draw_of("C1", 1).maturity
    assert maturity == world.now - 1 + 30 * DAY
    world.advance_to(maturity - 1)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, maturity):
        system.presentations.settle(ANYBODY, "C1", 1)
    system.presentations.settle(ANYBODY, "C1", 1)
    assert world.transactions[-1].sim_time == maturity
    assert money(world) == {"paid": 1_000}


@pytest.mark.rule("variant.retention", "draw.accepted-paid", "draw.paid-final")
def test_retention_is_paid_at_its_end_to_the_second(world: World) -> None:
    system = arrive(world, ACCEPTED, **RETENTION)
    paid = system.presentations.settle(ANYBODY, "C1", 1)
    assert facts(paid) == [
        moved("PAY", ANYBODY, "TradeEscrow", "S", su(900)),
        fact(DrawPaid, ANYBODY, credit="C1", draw=1, amount=su(900), retention=su(100), arrived=True),
    ]
    draw = system.presentations.draw_of("C1", 1)
    assert (draw.state, draw.retain_until) == (DrawState.PAID, paid[0].sim_time + 30 * DAY)
    assert money(world) == {"paid": 900, "locked": 100, "retained": 100}
    world.advance_to(draw.retain_until - 1)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, draw.retain_until):
        system.presentations.finalise("S", "C1", 1)
    assert facts(system.presentations.finalise(ANYBODY, "C1", 1)) == [
        moved("PAY", ANYBODY, "TradeEscrow", "S", su(100)),
        fact(DrawFinal, ANYBODY, credit="C1", draw=1, retention=su(100), arrived=True),
        fact(CreditClosed, ANYBODY, credit="C1"),
    ]
    assert money(world) == {"paid": 1_000}


@pytest.mark.rule("draw.paid-final")
def test_applicant_has_the_retention_paid_early(world: World) -> None:
    system = arrive(world, PAID, **RETENTION)
    system.presentations.finalise("B", "C1", 1)
    assert money(world) == {"paid": 1_000}


@pytest.mark.rule("variant.retention")
def test_retention_is_rounded_down_in_favour_of_the_payee(world: World) -> None:
    system = arrive(world, PAID, draw=19, **RETENTION)
    assert system.presentations.draw_of("C1", 1).retention == 1
    assert system.token.balance_of("S") == 18
    world.present("C1", 9, serial=2)
    system.presentations.accept("E", "C1", 2)
    system.presentations.settle(ANYBODY, "C1", 2)
    assert system.presentations.draw_of("C1", 2).state is DrawState.FINAL
    assert system.token.balance_of("S") == 27


@pytest.mark.rule("op.pay", "op.quarantine", "op.quarantine-release", "check.listed", "compliance.owner")
@pytest.mark.parametrize("fault", ["listed", "on hold", "resident owner"])
def test_pitfall_05_payee_that_is_held_back_neither_fails_the_payment_nor_strands_it(
    world: World, fault: str
) -> None:
    system = arrive(world, ACCEPTED)
    spoil(world, fault)
    paid = system.presentations.settle(ANYBODY, "C1", 1)
    assert facts(paid) == [
        moved("PAY", ANYBODY, "TradeEscrow", "Quarantine", FACE),
        fact(ItemHeld, ANYBODY, item=1, payer="B", payee="S", amount=FACE, ref="C1"),
        fact(DrawPaid, ANYBODY, credit="C1", draw=1, amount=FACE, retention=0, arrived=False),
        fact(CreditClosed, ANYBODY, credit="C1"),
    ]
    assert money(world) == {"quarantined": 1_000}
    assert (wallets(world, "S"), quarantine(world)) == ((0,), 1_000)
    cure(world, fault)
    system.quarantine.release(*REVIEWERS, 1)
    system.quarantine.claim(ANYBODY, 1)
    assert (wallets(world, "S"), quarantine(world)) == ((1_000,), 0)
    assert money(world) == {"quarantined": 1_000}


def spoil(world: World, fault: str) -> None:
    """Have S held back."""
    participants = world.system.participants
    match fault:
        case "listed":
            world.list_party("S")
        case "on hold":
            participants.set_screening(COMPLIANCE, "S", Screening.POTENTIAL)
        case "resident owner":
            participants.set_owner(SUPERVISOR, "S", "XH")


def cure(world: World, fault: str) -> None:
    """Have S cleared."""
    participants = world.system.participants
    if fault == "resident owner":
        participants.set_owner(SUPERVISOR, "S", "XF")
    else:
        participants.resolve_screening(*REVIEWERS, "S", Screening.FALSE_POSITIVE)


@pytest.mark.rule("op.pay", "check.intermediary")
def test_intermediary_of_the_payee_is_screened_again(world: World) -> None:
    system = arrive(world, ACCEPTED, beneficiary="V")
    world.list_party("G")
    system.presentations.settle(ANYBODY, "C1", 1)
    assert money(world) == {"quarantined": 1_000}
    assert wallets(world, "V") == (0,)


@pytest.mark.rule("op.quarantine", "variant.retention")
def test_retention_of_a_payee_that_is_held_back_is_quarantined(world: World) -> None:
    system = arrive(world, PAID, **RETENTION)
    world.list_party("S")
    last = system.presentations.finalise("B", "C1", 1)
    assert fact(DrawFinal, "B", credit="C1", draw=1, retention=su(100), arrived=False) in facts(last)
    assert money(world) == {"paid": 900, "quarantined": 100}


@pytest.mark.rule("op.freeze", "op.pay")
def test_pitfall_05_frozen_payee_is_paid_and_stays_frozen(world: World) -> None:
    system = arrive(world, ACCEPTED)
    system.token.set_frozen_tokens(SUPERVISOR, "S", FACE)
    system.presentations.settle(ANYBODY, "C1", 1)
    assert money(world) == {"paid": 1_000}
    assert system.token.frozen_of("S") == system.token.balance_of("S") == FACE


@pytest.mark.rule("actor.keys", "op.pay")
def test_payment_goes_to_the_present_key_of_the_beneficiary(world: World) -> None:
    system = arrive(world, FUNDED)
    system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "S", "S", "S2")
    world.present("C1", FACE, actor="S2")
    system.presentations.accept("E", "C1", 1)
    system.presentations.settle(ANYBODY, "C1", 1)
    assert wallets(world, "S", "S2") == (0, 1_000)


@pytest.mark.rule("actor.keys", "op.refund")
def test_refund_goes_to_the_present_key_of_the_applicant(world: World) -> None:
    system = arrive(world, FUNDED)
    system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "B", "B", "B2")
    world.advance_to(EXPIRY + 1)
    system.escrow.expire(ANYBODY, "C1")
    assert wallets(world, "B", "B2") == (9_000, 1_000)


@pytest.mark.rule("op.refund", "check.listed")
def test_refund_never_reaches_a_listed_applicant(world: World) -> None:
    system = arrive(world, FUNDED)
    world.list_party("B")
    world.advance_to(EXPIRY + 1)
    system.escrow.expire(ANYBODY, "C1")
    assert system.escrow.credit_of("C1").state is CreditState.EXPIRED
    assert money(world) == {"quarantined": 1_000}
    item = system.quarantine.item_of(1)
    assert (item.state, item.payee, item.ref) == (ItemState.HELD, "B", "C1")


@pytest.mark.rule("op.refund", "check.purpose")
def test_refund_makes_room_under_the_trade_and_under_no_cap(world: World) -> None:
    system = arrive(world, FUNDED)
    world.advance_to(EXPIRY + 1)
    system.escrow.expire(ANYBODY, "C1")
    assert system.trades.trade_of("T-B-S").used == 0
    assert system.rulebook.used_by_entity("B", 90 * DAY) == 1_000 * 100


@pytest.mark.rule("regime.suspended-nothing-moves")
def test_nothing_is_paid_while_the_regime_is_suspended(world: World) -> None:
    system = arrive(world, ACCEPTED)
    system.regime.suspend(SUPERVISOR)
    with expects(RulebookRefused, Reason.REGIME_SUSPENDED):
        system.presentations.settle(ANYBODY, "C1", 1)
    assert money(world) == {"locked": 1_000, "reserved": 1_000}


@pytest.mark.rule("check.list-stale", "compliance.new-list")
def test_payment_waits_for_a_screening_against_the_new_list(world: World) -> None:
    system = arrive(world, ACCEPTED)
    system.participants.publish_list(COMPLIANCE, 2, bytes([2] * 32))
    with expects(RulebookRefused, Reason.LIST_STALE):
        system.presentations.settle(ANYBODY, "C1", 1)
    system.participants.set_screening(COMPLIANCE, "S", Screening.CLEAR)
    system.presentations.settle(ANYBODY, "C1", 1)
    assert money(world) == {"paid": 1_000}


@pytest.mark.rule("op.pay", "regime.exits-only")
def test_accepted_draw_is_paid_though_the_payee_lost_its_licence_and_the_regime_winds_down(
    world: World,
) -> None:
    system = arrive(world, ACCEPTED)
    system.participants.set_licence(SUPERVISOR, "S", LicenceStatus.SUSPENDED, WIND_DOWN_END)
    system.regime.wind_down(SUPERVISOR)
    system.presentations.settle(ANYBODY, "C1", 1)
    assert money(world) == {"paid": 1_000}


#: Calls that move value, and the states that must not be written after them. What closes by itself does so
#: because of what is left, after the movement.
MOVES = re.compile(r"\b(_take|_pay|_refund|_refundAll|_impound|ESCROW\.(?:pay|wind)\w*|TOKEN\.\w+)\(")
WRITES = re.compile(r"\bstate = ")


@pytest.mark.rule("credit.active-closed")
@pytest.mark.parametrize("contract", ["TradeEscrow", "Presentations", "Collections"])
def test_pitfall_08_state_is_written_before_value_moves(contract: str) -> None:
    source = (SOURCES / f"{contract}.sol").read_text()
    bodies = {
        name: body
        for name, body in re.findall(r"    function (\w+)\([^{]*\{\n(.*?)\n    \}\n", source, re.DOTALL)
        if MOVES.search(body) and WRITES.search(body)
    }
    assert bodies
    for name, body in bodies.items():
        moves = MOVES.search(body)
        assert moves is not None
        assert not WRITES.search(body[moves.end() :]), name
