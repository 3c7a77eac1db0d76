"""Screening: versions of the list, who may record which result, and when a result is stale."""

from dataclasses import replace
from hashlib import sha256

import pytest

from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import (
    DualControlNotProposed,
    DualControlSamePerson,
    ParticipantsInvalidScreening,
    ParticipantsNotTheNextList,
    ParticipantsUnknown,
    RulebookRefused,
)
from settlement.domain.events import CallProposed, ListPublished, ScreeningChanged
from settlement.domain.participants import Screening
from settlement.domain.programme import Programme
from settlement.domain.reasons import Reason
from tests.chain.expect import call, expects, fact, facts
from tests.world import COMPLIANCE, PROGRAMME, SECOND_REVIEWER, SUPERVISOR, World, su

CLEAR, POTENTIAL = Screening.CLEAR, Screening.POTENTIAL
TRUE_MATCH, FALSE_POSITIVE = Screening.TRUE_MATCH, Screening.FALSE_POSITIVE

#: What one reviewer may record after what.
BY_ONE = {
    Screening.UNSCREENED: {CLEAR, POTENTIAL},
    CLEAR: {CLEAR, POTENTIAL},
    POTENTIAL: {POTENTIAL},
    TRUE_MATCH: {TRUE_MATCH},
    FALSE_POSITIVE: {CLEAR, POTENTIAL, FALSE_POSITIVE},
}
#: As what two may resolve what.
BY_TWO = {POTENTIAL: {FALSE_POSITIVE, TRUE_MATCH}, TRUE_MATCH: {FALSE_POSITIVE, TRUE_MATCH}}


def screened(world: World, result: Screening) -> str:
    """A participant of whom screening found ``result``."""
    register = world.system.participants
    register.register(
        SUPERVISOR, "X", replace(register.profile_of("S"), screening=Screening.UNSCREENED, list_version=0)
    )
    if result is CLEAR:
        register.set_screening(COMPLIANCE, "X", CLEAR)
    elif result is not Screening.UNSCREENED:
        register.set_screening(COMPLIANCE, "X", POTENTIAL)
        if result is not POTENTIAL:
            register.resolve_screening(COMPLIANCE, SECOND_REVIEWER, "X", result)
    assert register.profile_of("X").screening is result
    return "X"


def publish(world: World, version: int) -> None:
    """The next list is out."""
    world.system.participants.publish_list(COMPLIANCE, version, sha256(bytes([version])).digest())


@pytest.mark.rule("compliance.screening-states")
@pytest.mark.parametrize("before", Screening, ids=lambda s: s.name)
@pytest.mark.parametrize("after", Screening, ids=lambda s: s.name)
def test_what_one_reviewer_may_record(world: World, before: Screening, after: Screening) -> None:
    register = world.system.participants
    party = screened(world, before)
    if after in BY_ONE[before]:
        assert facts(register.set_screening(COMPLIANCE, party, after)) == [
            fact(ScreeningChanged, COMPLIANCE, participant=party, screening=after.name, list_version=1)
        ]
        assert register.profile_of(party).screening is after
        return
    with expects(ParticipantsInvalidScreening, Reason.WRONG_STATE, before, after):
        register.set_screening(COMPLIANCE, party, after)


@pytest.mark.rule("compliance.screening-states")
@pytest.mark.parametrize("before", Screening, ids=lambda s: s.name)
@pytest.mark.parametrize("after", Screening, ids=lambda s: s.name)
def test_what_two_reviewers_may_resolve(world: World, before: Screening, after: Screening) -> None:
    register = world.system.participants
    party = screened(world, before)
    if after in BY_TWO.get(before, set()):
        proposed, changed = register.resolve_screening(SECOND_REVIEWER, COMPLIANCE, party, after)
        assert isinstance(proposed, CallProposed)
        assert (proposed.actor, proposed.function) == (SECOND_REVIEWER, "resolveScreening")
        assert facts([changed]) == [
            fact(ScreeningChanged, COMPLIANCE, participant=party, screening=after.name, list_version=1)
        ]
        assert register.profile_of(party).screening is after
        return
    with expects(ParticipantsInvalidScreening, Reason.WRONG_STATE, before, after):
        register.resolve_screening(COMPLIANCE, SECOND_REVIEWER, party, after)


@pytest.mark.rule("check.screening-hold", "compliance.screening-states", "compliance.two-person")
def test_a_hit_is_not_cleared_by_one_person(world: World) -> None:
    register = world.system.participants
    register.set_screening(COMPLIANCE, "S", POTENTIAL)
    arguments = to_bytes32("S"), FALSE_POSITIVE
    with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
        call(world, COMPLIANCE, register, "resolveScreening", *arguments)
    with expects(DualControlSamePerson, Reason.SAME_PERSON):
        register.resolve_screening(COMPLIANCE, COMPLIANCE, "S", FALSE_POSITIVE)
    with expects(RulebookRefused, Reason.SCREENING_HOLD):
        world.system.token.transfer("B", "S", 1)
    register.resolve_screening(COMPLIANCE, SECOND_REVIEWER, "S", FALSE_POSITIVE)
    world.system.token.transfer("B", "S", 1)


def test_unknown_party_is_not_resolved(world: World) -> None:
    with expects(ParticipantsUnknown, Reason.PARTICIPANT_UNKNOWN, to_bytes32("U")):
        world.system.participants.resolve_screening(COMPLIANCE, SECOND_REVIEWER, "U", TRUE_MATCH)


@pytest.mark.rule("check.list-stale", "compliance.new-list")
class TestList:
    def test_publish(self, world: World) -> None:
        register = world.system.participants
        content = sha256(b"list 2").digest()
        published = world.now
        assert facts(register.publish_list(SECOND_REVIEWER, 2, content)) == [
            fact(ListPublished, SECOND_REVIEWER, version=2, content_hash=content.hex())
        ]
        assert register.current_list() == (2, published)

    @pytest.mark.parametrize("version", [0, 1, 3, 2**32 - 1])
    def test_versions_rise_by_one(self, world: World, version: int) -> None:
        with expects(ParticipantsNotTheNextList, Reason.ALREADY_USED, 1):
            world.system.participants.publish_list(COMPLIANCE, version, bytes(32))

    def test_new_list_makes_every_result_stale_until_it_is_confirmed(self, world: World) -> None:
        register, token = world.system.participants, world.system.token
        publish(world, 2)
        for party in ("B", "S"):
            with expects(RulebookRefused, Reason.LIST_STALE):
                token.transfer("B", "S", 1)
            register.set_screening(COMPLIANCE, party, CLEAR)
            assert register.profile_of(party).list_version == 2
        token.transfer("B", "S", 1)
        assert token.balance_of("S") == 1

    def test_false_positive_is_confirmed_by_one(self, world: World) -> None:
        register, token = world.system.participants, world.system.token
        party = screened(world, FALSE_POSITIVE)
        publish(world, 2)
        register.set_screening(COMPLIANCE, party, FALSE_POSITIVE)
        assert (register.profile_of(party).list_version, token.can_receive(party)) == (2, True)

    def test_true_match_stays_one_on_a_newer_list(self, world: World) -> None:
        publish(world, 2)
        register = world.system.participants
        register.set_screening(COMPLIANCE, "L", TRUE_MATCH)
        assert register.profile_of("L").list_version == 2
        register.set_screening(COMPLIANCE, "B", CLEAR)
        with expects(RulebookRefused, Reason.LISTED_PARTY):
            world.system.token.transfer("B", "L", 1)

    @pytest.mark.rule("compliance.always-on")
    def test_list_of_the_greatest_age_is_fresh_and_a_second_later_stale(self, world: World) -> None:
        world.change_programme(replace(PROGRAMME, max_list_age=30 * 86_400))
        _, published_at = world.system.participants.current_list()
        world.advance_to(published_at + 30 * 86_400)
        world.system.token.transfer("B", "S", su(1))
        with expects(RulebookRefused, Reason.LIST_STALE):
            world.system.token.transfer("B", "S", su(1))
        # A new version makes it fresh again, once everybody is screened against it.
        publish(world, 2)
        for party in ("B", "S"):
            world.system.participants.set_screening(COMPLIANCE, party, CLEAR)
        world.system.token.transfer("B", "S", su(1))
        assert world.system.token.balance_of("S") == su(2)

    def test_intermediary_is_screened_with_its_client(self, world: World) -> None:
        world.system.participants.set_screening(COMPLIANCE, "G", POTENTIAL)
        with expects(RulebookRefused, Reason.SCREENING_HOLD):
            world.system.token.transfer("B", "V", 1)
        world.system.participants.resolve_screening(COMPLIANCE, SECOND_REVIEWER, "G", TRUE_MATCH)
        with expects(RulebookRefused, Reason.LISTED_PARTY):
            world.system.token.transfer("B", "V", 1)


def test_nothing_passes_before_the_first_list(bare: World) -> None:
    assert bare.system.participants.current_list() == (0, 0)


@pytest.mark.rule("compliance.always-on")
@pytest.mark.parametrize(
    ("result", "reason"),
    [(POTENTIAL, Reason.SCREENING_HOLD), (TRUE_MATCH, Reason.LISTED_PARTY), (CLEAR, Reason.OK)],
    ids=lambda value: value.name,
)
def test_most_permissive_programme_still_screens(world: World, result: Screening, reason: Reason) -> None:
    open_to_all = Programme(
        start=PROGRAMME.start,
        end=PROGRAMME.end,
        wind_down_end=PROGRAMME.wind_down_end,
        home=PROGRAMME.home,
        private_from_phase=1,
        domestic_ban=False,
        direct_payments=True,
        queue_bypass=True,
        max_list_age=2**32 - 1,
    )
    world.change_programme(open_to_all)
    register, token = world.system.participants, world.system.token
    if result is not CLEAR:
        register.set_screening(COMPLIANCE, "S", POTENTIAL)
    if result is TRUE_MATCH:
        register.resolve_screening(COMPLIANCE, SECOND_REVIEWER, "S", TRUE_MATCH)
    assert token.detect_transfer_restriction("B", "S", su(1)) is reason
    if reason is Reason.OK:
        token.transfer("B", "S", su(1))
        assert token.balance_of("S") == su(1)
    else:
        with expects(RulebookRefused, reason):
            token.transfer("B", "S", su(1))
        assert token.balance_of("S") == 0
