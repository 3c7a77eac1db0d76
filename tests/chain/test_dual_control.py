"""Acts that take two people: one proposes the very call that the other one makes."""

from typing import Any

import pytest
from eth_utils.crypto import keccak

from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    DualControlLapsed,
    DualControlNotProposed,
    DualControlSamePerson,
)
from settlement.chain.twins.dual_control import DualControl
from settlement.domain.events import CallProposed
from settlement.domain.participants import Screening
from settlement.domain.reasons import Reason
from tests.chain.expect import call, expects, fact, facts, shown
from tests.world import COMPLIANCE, DAY, SECOND_REVIEWER, SUPERVISOR, World

#: Every test here shows it.
pytestmark = pytest.mark.rule("compliance.two-person")

WEEK = 7 * DAY
FUNCTION = "resolveScreening"
CLEARED: tuple[Any, ...] = (to_bytes32("L"), Screening.FALSE_POSITIVE)
CONFIRMED: tuple[Any, ...] = (to_bytes32("L"), Screening.TRUE_MATCH)


def propose(world: World, actor: str = COMPLIANCE, arguments: tuple[Any, ...] = CLEARED) -> int:
    """Propose to clear L; returns when."""
    return world.system.participants.propose(actor, FUNCTION, *arguments)[0].sim_time


def act(world: World, actor: str = SECOND_REVIEWER, arguments: tuple[Any, ...] = CLEARED) -> None:
    """Make the call."""
    call(world, actor, world.system.participants, FUNCTION, *arguments)


def call_hash(twin: DualControl, arguments: tuple[Any, ...] = CLEARED) -> bytes:
    """What a proposal goes by."""
    return keccak(twin.artifact.functions[FUNCTION].encode(*arguments))


def test_one_proposes_and_another_acts(world: World) -> None:
    register = world.system.participants
    told = register.propose(COMPLIANCE, FUNCTION, *CLEARED)
    named = {"contract": "Participants", "function": FUNCTION, "call": call_hash(register).hex()}
    assert facts(told) == [fact(CallProposed, COMPLIANCE, **named)]
    act(world)
    assert register.profile_of("L").screening is Screening.FALSE_POSITIVE


def test_what_is_proposed_need_not_exist(world: World) -> None:
    register = world.system.participants
    events = call(world, COMPLIANCE, register, "propose", b"\xde\xad\xbe\xef\x00")
    assert [event.data()["function"] for event in events] == ["0xdeadbeef"]


def test_not_proposed(world: World) -> None:
    register = world.system.participants
    with expects(DualControlNotProposed, Reason.NOT_PROPOSED, call_hash(register)):
        act(world)


@pytest.mark.parametrize("person", [COMPLIANCE, SECOND_REVIEWER])
def test_same_person(world: World, person: str) -> None:
    propose(world, person)
    with expects(DualControlSamePerson, Reason.SAME_PERSON):
        act(world, person)


def test_both_proposing_makes_neither_the_second(world: World) -> None:
    """The last to propose is the proposer."""
    propose(world, COMPLIANCE)
    propose(world, SECOND_REVIEWER)
    with expects(DualControlSamePerson, Reason.SAME_PERSON):
        act(world, SECOND_REVIEWER)
    act(world, COMPLIANCE)
    assert world.system.participants.profile_of("L").screening is Screening.FALSE_POSITIVE


@pytest.mark.parametrize("arguments", [CONFIRMED, (to_bytes32("S"), Screening.FALSE_POSITIVE)])
def test_other_arguments(world: World, arguments: tuple[Any, ...]) -> None:
    propose(world)
    with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
        act(world, arguments=arguments)


def test_of_another_contract(world: World) -> None:
    """A proposal is for the contract it was made at."""
    world.system.quarantine.propose(COMPLIANCE, "release", 1, False)
    with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
        call(world, SECOND_REVIEWER, world.system.participants, FUNCTION, *CLEARED)


def test_used_once(world: World) -> None:
    propose(world, arguments=CONFIRMED)
    act(world, arguments=CONFIRMED)
    with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
        act(world, arguments=CONFIRMED)


def test_refused_act_leaves_the_proposal(world: World) -> None:
    propose(world)
    with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
        act(world, SUPERVISOR)
    act(world)
    assert world.system.participants.profile_of("L").screening is Screening.FALSE_POSITIVE


def test_lapses_after_a_week(world: World) -> None:
    proposed_at = propose(world)
    state = world.system.chain.snapshot()
    world.advance_to(proposed_at + WEEK)
    act(world)
    assert world.system.participants.profile_of("L").screening is Screening.FALSE_POSITIVE

    world.system.chain.revert(state)
    world.advance_to(proposed_at + WEEK + 1)
    with expects(DualControlLapsed, Reason.TOO_LATE, proposed_at + WEEK):
        act(world)
    # Proposed anew it may be made again.
    propose(world)
    act(world)
    assert world.system.participants.profile_of("L").screening is Screening.FALSE_POSITIVE


def test_one_person_does_not_pass_for_two_behind_the_access_manager(world: World) -> None:
    """It would make the call in its own name, whoever asked for it."""
    register, access = world.system.participants, world.system.access
    propose(world)
    data = register.artifact.functions[FUNCTION].encode(*CLEARED)
    with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED, shown(access.address)):
        call(world, COMPLIANCE, access, "execute", register.address, data)
    assert register.profile_of("L").screening is Screening.TRUE_MATCH
