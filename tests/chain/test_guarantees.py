"""A guarantee that secures an advance: what it must be, its call, and its clock."""

from dataclasses import replace
from typing import Any

import pytest

from settlement.chain.reverts import (
    PresentationsNotGuaranteed,
    TradeEscrowInvalidTerms,
    TradeEscrowTooEarly,
)
from settlement.domain.events import (
    AdvanceOverdue,
)
from settlement.domain.participants import DrawKind, Instrument
from settlement.domain.reasons import Reason
from tests.chain.advances import ADVANCE, RETURN_PERIOD, draw, pay_advance
from tests.chain.credits import (
    ANYBODY,
    EXAMINE_UNTIL,
    EXPIRY,
    FACE,
    FUNDED,
    REVIEWERS,
    arrive,
    money,
    purse,
    wallets,
)
from tests.chain.expect import expects, fact, facts
from tests.world import COMPLIANCE, DAY, World, documents, su

# A guarantee of T's in favour of B, who has paid an advance to S.


def guarantee(world: World, **changes: Any) -> str:
    """T, abroad, guarantees B the advance; T has the SU from a trade with C."""
    usual: dict[str, Any] = {
        "ref": "G1",
        "applicant": "T",
        "beneficiary": "B",
        "instrument": Instrument.GUARANTEE,
        "documents": 1,
        "latest_shipment": EXPIRY + 60 * DAY,
        "expiry": EXPIRY + 60 * DAY,
    }
    world.system.token.transfer("C", "T", su(1_000))
    return world.active_credit(**(usual | changes))


def call_guarantee(world: World) -> None:
    """B demands under G1 what it advanced."""
    draws = world.system.presentations
    draws.present("B", "G1", FACE, world.now, documents(90, 1))
    draws.accept("E", "G1", 1)
    draws.settle(ANYBODY, "G1", 1)


@pytest.mark.rule("variant.advance")
def test_scenario_22_goods_are_not_delivered_and_the_guarantee_is_called(world: World) -> None:
    purse(world)
    guarantee(world)
    arrive(world, FUNDED, **ADVANCE, guarantee="G1")
    until = pay_advance(world)
    assert wallets(world, "B", "S", "T") == (500, 1_000, 0)
    world.advance_to(until + 1)
    world.system.presentations.report_overdue(ANYBODY, "C1")
    call_guarantee(world)
    assert wallets(world, "B", "S", "T") == (1_500, 1_000, 0)
    assert money(world, "G1") == {"paid": 1_000}


@pytest.mark.rule("variant.advance")
def test_scenario_22_without_a_guarantee_the_breach_is_reported(world: World) -> None:
    purse(world)
    arrive(world, FUNDED, **ADVANCE)
    world.advance_to(pay_advance(world) + 1)
    reported = world.system.presentations.report_overdue(ANYBODY, "C1")
    assert fact(AdvanceOverdue, ANYBODY, credit="C1") in facts(reported)
    assert wallets(world, "B", "S") == (500, 1_000)


@pytest.mark.rule("variant.advance")
def test_guarantee_that_is_not_called_goes_back(world: World) -> None:
    guarantee(world)
    world.advance_to(EXPIRY + 60 * DAY + 1)
    world.system.escrow.expire(ANYBODY, "G1")
    assert wallets(world, "T") == (1_000,)


SHORT = EXAMINE_UNTIL + RETURN_PERIOD
UNFIT: dict[str, dict[str, Any]] = {
    "too small": {"amount": FACE - 1},
    "ends before delivery must be shown": {"expiry": SHORT, "latest_shipment": SHORT},
    "no guarantee": {"instrument": Instrument.SIGHT},
    "for somebody else": {"beneficiary": "C"},
}


@pytest.mark.rule("variant.advance")
@pytest.mark.parametrize("fault", UNFIT)
def test_advance_needs_a_guarantee_that_covers_it(world: World, fault: str) -> None:
    guarantee(world, **UNFIT[fault])
    system = arrive(world, FUNDED, **ADVANCE, guarantee="G1")
    with expects(PresentationsNotGuaranteed, Reason.NOT_GUARANTEED, system.chain.id_of("G1")):
        draw(system, DrawKind.ADVANCE, FACE, 50)


@pytest.mark.rule("variant.advance")
def test_guarantee_may_end_a_second_later(world: World) -> None:
    guarantee(world, expiry=SHORT + 1, latest_shipment=SHORT + 1)
    system = arrive(world, FUNDED, **ADVANCE, guarantee="G1")
    draw(system, DrawKind.ADVANCE, FACE, 50)
    assert money(world) == {"locked": 1_000, "reserved": 1_000}


@pytest.mark.rule("variant.advance")
def test_unknown_or_unfunded_guarantee_secures_nothing(world: World) -> None:
    system = arrive(world, FUNDED, **ADVANCE, guarantee="G1")
    assert system.escrow.terms_of("C1").guarantee == "G1"
    with expects(PresentationsNotGuaranteed, Reason.NOT_GUARANTEED):
        draw(system, DrawKind.ADVANCE, FACE, 50)


@pytest.mark.rule("variant.advance")
def test_guarantee_secures_one_credit(world: World) -> None:
    guarantee(world)
    system = arrive(world, FUNDED, **ADVANCE, guarantee="G1")
    draw(system, DrawKind.ADVANCE, su(300), 50)
    draw(system, DrawKind.ADVANCE, su(300), 51)
    world.active_credit(ref="C2", **ADVANCE, guarantee="G1")
    with expects(PresentationsNotGuaranteed, Reason.NOT_GUARANTEED):
        system.presentations.present("S", "C2", su(300), 0, documents(52, 1), DrawKind.ADVANCE)


@pytest.mark.rule("credit.hold-security", "variant.advance")
def test_guarantee_stands_still_while_the_credit_that_it_secures_is_held(world: World) -> None:
    guarantee(world)
    system = arrive(world, FUNDED, **ADVANCE, guarantee="G1")
    pay_advance(world)
    system.escrow.hold(COMPLIANCE, "C1")
    at = system.escrow.clock_of("G1")
    world.advance(200 * DAY)
    assert system.escrow.clock_of("G1") == at
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY):
        system.escrow.expire(ANYBODY, "G1")
    system.escrow.release(*REVIEWERS, "C1")
    last = EXPIRY + 60 * DAY
    world.advance_to(last + world.now - system.escrow.clock_of("G1"))
    system.presentations.present("B", "G1", FACE, last, documents(90, 1))
    assert money(world, "G1") == {"locked": 1_000, "reserved": 1_000}


@pytest.mark.rule("credit.hold-security")
def test_guarantee_goes_on_when_the_last_of_two_holds_ends(world: World) -> None:
    guarantee(world)
    system = arrive(world, FUNDED, **ADVANCE, guarantee="G1")
    pay_advance(world)
    for credit in ("G1", "C1"):
        system.escrow.hold(COMPLIANCE, credit)
    at = system.escrow.clock_of("G1")
    system.escrow.release(*REVIEWERS, "G1")
    world.advance(DAY)
    assert system.escrow.clock_of("G1") <= at + 1
    system.escrow.reject_credit(*REVIEWERS, "C1")
    before = system.escrow.clock_of("G1")
    world.advance(DAY)
    assert system.escrow.clock_of("G1") == before + DAY


@pytest.mark.rule("credit.hold-security")
def test_guarantee_that_secures_nothing_yet_runs_on(world: World) -> None:
    guarantee(world)
    system = arrive(world, FUNDED, **ADVANCE, guarantee="G1")
    system.escrow.hold(COMPLIANCE, "C1")
    before = system.escrow.clock_of("G1")
    world.advance(DAY)
    assert system.escrow.clock_of("G1") == before + DAY


@pytest.mark.rule("credit.hold-security", "credit.amend")
def test_security_of_an_advance_that_is_out_is_not_exchanged(world: World) -> None:
    guarantee(world)
    system = arrive(world, FUNDED, **ADVANCE, guarantee="G1")
    pay_advance(world)
    terms = replace(system.escrow.terms_of("C1"), guarantee="")
    system.escrow.amend("B", "C1", terms)
    with expects(TradeEscrowInvalidTerms, Reason.TERMS_INVALID):
        system.escrow.amend("S", "C1", terms)
