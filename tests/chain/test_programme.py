"""The regime's programme: drafted by one, signed by another, and changed in the same way."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from settlement.chain.deployment import TIMELOCK, Mandate
from settlement.chain.reverts import (
    RegimeInvalidProgramme,
    RegimeProgrammeChanged,
    RegimeSamePerson,
    RegimeWrongStage,
)
from settlement.domain.events import ProgrammeApproved, ProgrammeDrafted
from settlement.domain.participants import Access, Stage
from settlement.domain.programme import NO_CAP, ClassCaps, Corridor
from settlement.domain.reasons import Reason
from tests.chain.expect import expects, fact, facts
from tests.world import (
    CO_APPROVER,
    CORRIDORS,
    DAY,
    END,
    GENESIS,
    PROGRAMME,
    START,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
    su,
)

MAX_TERM = (3 * 365 + 1) * DAY


@pytest.mark.rule("regime.draft")
class TestDraft:
    def test_supervisor_drafts(self, bare: World) -> None:
        regime = bare.system.regime
        caps = ClassCaps(payment=1, daily=2, period=3, total=4)
        programme = replace(PROGRAMME, state_caps=caps, regime_cap=5, queue_bypass=True)
        corridors = [
            {"jurisdiction": "XF", "access": "DIRECT", "cap": NO_CAP},
            {"jurisdiction": "XV", "access": "VIA_INTERMEDIARY", "cap": NO_CAP},
            {"jurisdiction": "XN", "access": "NONE", "cap": NO_CAP},
        ]
        assert facts(regime.draft(SUPERVISOR, programme, CORRIDORS)) == [
            fact(ProgrammeDrafted, SUPERVISOR, **asdict(programme), corridors=corridors)
        ]
        assert regime.programme() == programme
        assert (regime.stage(), regime.phase()) == (Stage.DRAFT, 0)

    @pytest.mark.rule("regime.programme-home")
    def test_redraft_replaces_the_draft(self, bare: World) -> None:
        regime = bare.system.regime
        regime.draft(SUPERVISOR, PROGRAMME)
        other = replace(PROGRAMME, home="XQ", domestic_ban=False, direct_payments=False)
        regime.draft(SUPERVISOR, other)
        assert regime.programme() == other

    @pytest.mark.parametrize(
        "fault",
        [
            {"start": GENESIS - DAY},
            {"start": END},
            {"start": END + 1},
            {"end": START + MAX_TERM + 1, "wind_down_end": START + MAX_TERM + 2},
            {"wind_down_end": END},
            {"wind_down_end": 0},
            {"home": ""},
            {"private_from_phase": 0},
            {"reference_rate": 0},
            {"period": 0},
            {"haircut": 10_001},
            {"coverage_floor": 9_999},
        ],
        ids=str,
    )
    def test_contradictory_programme_is_refused(self, bare: World, fault: dict[str, Any]) -> None:
        with expects(RegimeInvalidProgramme, Reason.TERMS_INVALID):
            bare.system.regime.draft(SUPERVISOR, replace(PROGRAMME, **fault))

    @pytest.mark.rule("regime.programme-corridors")
    @pytest.mark.parametrize("jurisdictions", [("XH",), ("",), ("XF", "XF")], ids=["home", "none", "twice"])
    def test_contradictory_corridors_are_refused(self, bare: World, jurisdictions: tuple[str, ...]) -> None:
        corridors = [Corridor(jurisdiction, Access.DIRECT) for jurisdiction in jurisdictions]
        with expects(RegimeInvalidProgramme, Reason.TERMS_INVALID):
            bare.system.regime.draft(SUPERVISOR, PROGRAMME, corridors)

    def test_start_now_the_longest_term_and_the_extreme_figures_pass(self, bare: World) -> None:
        start = bare.now
        longest = replace(PROGRAMME, start=start, end=start + MAX_TERM, wind_down_end=start + MAX_TERM + 1)
        extreme = replace(longest, haircut=10_000, coverage_floor=10_000, period=1, reference_rate=1)
        bare.system.regime.draft(SUPERVISOR, extreme)
        assert bare.system.regime.programme() == extreme


@pytest.mark.rule("regime.approve")
class TestApprove:
    @pytest.mark.rule("actor.co-signature")
    def test_co_approver_approves(self, bare: World) -> None:
        regime = bare.system.regime
        regime.draft(SUPERVISOR, PROGRAMME)
        bare.announce("approve", regime.hash_of(PROGRAMME))
        assert facts(regime.approve(CO_APPROVER, PROGRAMME)) == [fact(ProgrammeApproved, CO_APPROVER)]
        assert regime.stage() is Stage.APPROVED

    def test_nothing_drafted_is_refused(self, bare: World) -> None:
        bare.announce("approve", bare.system.regime.hash_of(PROGRAMME))
        with expects(RegimeInvalidProgramme, Reason.TERMS_INVALID):
            bare.system.regime.approve(CO_APPROVER, PROGRAMME)

    def test_a_draft_is_approved_once(self, world: World) -> None:
        world.announce("approve", world.system.regime.hash_of(PROGRAMME, CORRIDORS))
        with expects(RegimeInvalidProgramme, Reason.TERMS_INVALID):
            world.system.regime.approve(CO_APPROVER, PROGRAMME, CORRIDORS)

    def test_drafter_is_refused_even_with_both_offices(self, unsealed: World) -> None:
        unsealed.system.access.grant_role(SUPERVISOR, Mandate.CO_APPROVAL, SUPERVISOR)
        unsealed.system.regime.draft(SUPERVISOR, PROGRAMME)
        with expects(RegimeSamePerson, Reason.SAME_PERSON):
            unsealed.system.regime.approve(SUPERVISOR, PROGRAMME)

    def test_drafter_is_whoever_drafted_last(self, unsealed: World) -> None:
        access, regime = unsealed.system.access, unsealed.system.regime
        access.grant_role(SUPERVISOR, Mandate.SUPERVISION, "U")
        access.grant_role(SUPERVISOR, Mandate.CO_APPROVAL, "U")
        regime.draft(SUPERVISOR, PROGRAMME)
        regime.draft("U", PROGRAMME)
        with expects(RegimeSamePerson, Reason.SAME_PERSON):
            regime.approve("U", PROGRAMME)

    def test_what_was_redrafted_meanwhile_is_not_what_is_signed(self, bare: World) -> None:
        regime = bare.system.regime
        regime.draft(SUPERVISOR, PROGRAMME, CORRIDORS)
        bare.announce("approve", regime.hash_of(PROGRAMME, CORRIDORS))
        regime.draft(SUPERVISOR, PROGRAMME, CORRIDORS[:1])
        with expects(RegimeProgrammeChanged, Reason.TERMS_CHANGED):
            regime.approve(CO_APPROVER, PROGRAMME, CORRIDORS)
        assert regime.stage() is Stage.DRAFT

    def test_start_that_has_passed_meanwhile_is_refused(self, bare: World) -> None:
        soon = replace(PROGRAMME, start=bare.now + TIMELOCK)
        bare.system.regime.draft(SUPERVISOR, soon)
        bare.announce("approve", bare.system.regime.hash_of(soon))
        with expects(RegimeInvalidProgramme, Reason.TERMS_INVALID):
            bare.system.regime.approve(CO_APPROVER, soon)


@pytest.mark.rule("regime.change")
class TestChange:
    """Another programme while the regime runs."""

    @pytest.mark.rule("regime.programme-corridors")
    def test_takes_effect_when_it_is_signed(self, world: World) -> None:
        regime = world.system.regime
        other = replace(PROGRAMME, end=END + DAY, wind_down_end=WIND_DOWN_END + DAY, direct_payments=False)
        corridors = (Corridor("XF", Access.NONE, 7), Corridor("XN", Access.DIRECT, 8))
        regime.draft(SUPERVISOR, other, corridors)
        world.announce("approve", regime.hash_of(other, corridors))
        assert regime.programme() == PROGRAMME
        assert regime.corridor_of("XF") == CORRIDORS[0]
        world.system.token.transfer("B", "S", su(1))

        assert facts(regime.approve(CO_APPROVER, other, corridors)) == [fact(ProgrammeApproved, CO_APPROVER)]
        assert (regime.programme(), regime.stage(), regime.phase()) == (other, Stage.ACTIVE, 1)
        assert [regime.corridor_of(j) for j in ("XF", "XN")] == list(corridors)
        # What it does not name is closed, whatever the former one said of it.
        assert regime.corridor_of("XV").access is Access.NONE

    def test_suspended_regime_may_be_changed_and_stays_suspended(self, world: World) -> None:
        world.system.regime.suspend(SUPERVISOR)
        other = replace(PROGRAMME, domestic_ban=False)
        world.change_programme(other)
        assert (world.system.regime.programme(), world.system.regime.stage()) == (other, Stage.SUSPENDED)

    @pytest.mark.parametrize(
        "fault",
        [{"start": START - 1}, {"start": START + 1}, {"home": "XQ"}, {"end": START, "start": START - 1}],
        ids=str,
    )
    def test_keeps_what_everybody_relied_on(self, world: World, fault: dict[str, Any]) -> None:
        with expects(RegimeInvalidProgramme, Reason.TERMS_INVALID):
            world.system.regime.draft(SUPERVISOR, replace(PROGRAMME, **fault))

    def test_end_lies_ahead_when_it_is_drafted_and_when_it_is_signed(self, world: World) -> None:
        regime = world.system.regime
        world.advance(10 * DAY)
        with expects(RegimeInvalidProgramme, Reason.TERMS_INVALID):
            regime.draft(SUPERVISOR, replace(PROGRAMME, end=world.now - 1))
        soon = replace(PROGRAMME, end=world.now + TIMELOCK)
        regime.draft(SUPERVISOR, soon)
        world.announce("approve", regime.hash_of(soon))
        assert world.now > soon.end
        with expects(RegimeInvalidProgramme, Reason.TERMS_INVALID):
            regime.approve(CO_APPROVER, soon)

    def test_regime_that_ended_meanwhile_is_not_revived(self, world: World) -> None:
        regime = world.system.regime
        longer = replace(PROGRAMME, end=END + DAY)
        regime.draft(SUPERVISOR, longer)
        regime.wind_down(SUPERVISOR)
        world.announce("approve", regime.hash_of(longer))
        with expects(RegimeWrongStage, Reason.WRONG_STATE, Stage.WIND_DOWN):
            regime.approve(CO_APPROVER, longer)
