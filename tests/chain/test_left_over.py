"""Whatever takes two people: what was proposed for one decision, and not used, serves nobody for the next."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.chain import Twin, to_bytes32
from settlement.chain.reverts import DualControlNotProposed
from settlement.domain.participants import Flow, Screening
from settlement.domain.reasons import Reason
from tests.chain.expect import call, expects
from tests.chain.module import Module
from tests.chain.money import SU_PRICE, post_all, post_prices
from tests.world import CO_APPROVER, COMPLIANCE, RAMP, SECOND_REVIEWER, SUPERVISOR, World, list_party, su

SOURCES = Path(__file__).parents[2] / "contracts" / "src"
S, U, SU = to_bytes32("S"), address_of("U"), to_bytes32("SU")
LOW, MID = SU_PRICE * 70 // 100, SU_PRICE * 71 // 100


class Decision(NamedTuple):
    """Two alternatives for one decision, what makes it due, and what makes it due again."""

    people: tuple[str, str]
    used: tuple[Any, ...]
    left: tuple[str, tuple[Any, ...]]
    due: Callable[[World], object]
    again: Callable[[World], object] | None = None


def hit(world: World) -> None:
    """Screening finds something."""
    world.system.participants.set_screening(COMPLIANCE, "S", Screening.POTENTIAL)


def freeze(world: World) -> None:
    """All of C is frozen."""
    world.system.token.set_frozen_tokens(SUPERVISOR, "C", su(5))


def item(world: World) -> None:
    """Something goes into quarantine."""
    module = Module(world, (Flow.FUND, Flow.PAY))
    module.take(Flow.FUND, "B", "S", 7)
    list_party(world.system, "S")
    module.pay_out(Flow.PAY, "B", "S", 7, trade="T-B-S")


def trip(world: World) -> None:
    """The breaker trips."""
    oracle = world.system.oracle
    if not oracle.state_of("SU").accepted:
        post_all(world, "SU", SU_PRICE)
    post_all(world, "SU", LOW if oracle.state_of("SU").accepted != LOW else MID * 2)


def hold(world: World) -> None:
    """A credit is held."""
    if not world.system.escrow.credits():
        world.active_credit()
    world.system.escrow.hold(COMPLIANCE, "C1")


def c1(world: World) -> bytes:
    """What the credit goes by."""
    return world.system.chain.id_of("C1")


REVIEWERS, BREAKERS = (COMPLIANCE, SECOND_REVIEWER), (CO_APPROVER, SUPERVISOR)
ENFORCERS = COMPLIANCE, SUPERVISOR
#: By function: what is used, and what is left over, at times of another function.
DECISIONS = {
    "Participants.resolveScreening": Decision(
        REVIEWERS,
        (S, Screening.FALSE_POSITIVE),
        ("resolveScreening", (S, Screening.TRUE_MATCH)),
        hit,
        hit,
    ),
    "Participants.addWallet": Decision(
        ENFORCERS,
        (to_bytes32("B"), address_of("B2")),
        ("addWallet", (to_bytes32("B"), U)),
        lambda world: None,
    ),
    "Participants.rotateWallet": Decision(
        ENFORCERS,
        (to_bytes32("B"), address_of("B"), address_of("B2")),
        ("addWallet", (to_bytes32("B"), U)),
        lambda world: None,
    ),
    "DomesticCurrency.registerModule": Decision(
        ENFORCERS, (U, True), ("registerModule", (U, False)), lambda world: None
    ),
    "Quarantine.release": Decision(REVIEWERS, (1, False), ("release", (1, True)), item),
    "PriceOracle.resetBreaker": Decision(BREAKERS, (SU, LOW), ("resetBreaker", (SU, MID)), trip, trip),
    "Reserve.sellCoins": Decision(
        (COMPLIANCE, RAMP),
        (0, 0, to_bytes32("sale 1")),
        ("sellCoins", (0, 0, to_bytes32("sale 2"))),
        post_prices,
    ),
    "SettlementToken.registerModule": Decision(
        ENFORCERS, (U, 1), ("registerModule", (U, 2**16 - 1)), lambda world: None
    ),
    "SettlementToken.forcedTransfer": Decision(
        ENFORCERS,
        (address_of("C"), address_of("B"), 5),
        ("forcedTransfer", (address_of("C"), address_of("B"), 7)),
        lambda world: None,
    ),
    "SettlementToken.setFrozenTokens": Decision(
        ENFORCERS,
        (address_of("C"), 1),
        ("setFrozenTokens", (address_of("C"), 0)),
        freeze,
        freeze,
    ),
    "TradeEscrow.release": Decision(REVIEWERS, (), ("rejectCredit", ()), hold, hold),
    "TradeEscrow.blockCredit": Decision(REVIEWERS, (), ("rejectCredit", ()), hold),
    "TradeEscrow.rejectCredit": Decision(REVIEWERS, (), ("blockCredit", ()), hold),
}


def twin_of(world: World, contract: str) -> Twin:
    """The twin of a contract."""
    return next(t for t in vars(world.system).values() if isinstance(t, Twin) and t.contract == contract)


@pytest.mark.rule("compliance.two-person")
@pytest.mark.parametrize("name", DECISIONS)
def test_what_is_left_over_of_a_decision_is_void(world: World, name: str) -> None:
    contract, _, function = name.partition(".")
    decision, twin = DECISIONS[name], twin_of(world, contract)
    (first, second), (other, left) = decision.people, decision.left
    decision.due(world)
    used = decision.used
    if contract == "TradeEscrow":
        used = left = (c1(world),)
    for proposal, arguments in ((function, used), (other, left)):
        call(world, first, twin, "propose", twin.artifact.functions[proposal].encode(*arguments))
    before = world.system.chain.snapshot()
    call(world, second, twin, other, *left)  # Each of the two might have been chosen.
    world.system.chain.revert(before)
    call(world, second, twin, function, *used)
    if decision.again:
        decision.again(world)
    with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
        call(world, second, twin, other, *left)


@pytest.mark.rule("compliance.two-person")
@pytest.mark.parametrize("name", [n for n, d in DECISIONS.items() if d.due in (hit, item, trip, freeze)])
def test_what_was_proposed_before_there_was_anything_to_decide_is_void(world: World, name: str) -> None:
    contract, _, function = name.partition(".")
    decision, twin = DECISIONS[name], twin_of(world, contract)
    first, second = decision.people
    call(world, first, twin, "propose", twin.artifact.functions[function].encode(*decision.used))
    decision.due(world)
    with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
        call(world, second, twin, function, *decision.used)


def test_every_act_of_two_people_is_tried() -> None:
    found = set()
    for source in SOURCES.glob("*.sol"):
        if source.stem != "DualControl":
            for function in re.split(r"\bfunction ", source.read_text())[1:]:
                if "secondPerson" in function or "_takeProposal();" in function:
                    found.add(f"{source.stem}.{function.partition('(')[0]}")
    assert found == DECISIONS.keys()
