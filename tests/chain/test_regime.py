"""The life cycle of the regime: who moves it on, in which order, and what time does by itself."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from settlement.chain.regime import Regime
from settlement.chain.reverts import (
    RegimeInvalidProgramme,
    RegimeNotStarted,
    RegimeProgrammeChanged,
    RegimeSamePerson,
    RegimeWrongPhase,
    RegimeWrongStage,
)
from settlement.domain.events import (
    Event,
    PhaseOpened,
    PhaseProposed,
    ProgrammeApproved,
    ProgrammeDrafted,
    StageChanged,
)
from settlement.domain.participants import Stage
from settlement.domain.reasons import Reason
from tests.chain.expect import expects, fact, facts
from tests.world import CO_APPROVER, DAY, END, PROGRAMME, START, SUPERVISOR, WIND_DOWN_END, World

SUPERVISOR_ROLE, CO_APPROVER_ROLE = 1, 2
MAX_TERM = (3 * 365 + 1) * DAY


def reach(world: World, stage: Stage) -> Regime:
    """Take a regime that nobody has drafted to ``stage``."""
    regime = world.system.regime
    if stage >= Stage.APPROVED:
        regime.draft(SUPERVISOR, PROGRAMME)
        regime.approve(CO_APPROVER, PROGRAMME)
    if stage >= Stage.ACTIVE:
        world.advance_to(START)
        regime.activate(SUPERVISOR)
    if stage == Stage.SUSPENDED:
        regime.suspend(SUPERVISOR)
    if stage == Stage.WIND_DOWN:
        regime.wind_down(SUPERVISOR)
    if stage == Stage.EXPIRED:
        world.advance_to(WIND_DOWN_END + 1)
    assert regime.stage() is stage
    return regime


class TestDraft:
    def test_supervisor_drafts(self, bare: World) -> None:
        regime = bare.system.regime
        assert facts(regime.draft(SUPERVISOR, PROGRAMME)) == [
            fact(
                ProgrammeDrafted,
                SUPERVISOR,
                start=START,
                end=END,
                wind_down_end=WIND_DOWN_END,
                home="XH",
                private_from_phase=2,
                domestic_ban=True,
                direct_payments=True,
            )
        ]
        assert regime.programme() == PROGRAMME
        assert (regime.stage(), regime.phase()) == (Stage.DRAFT, 0)

    def test_redraft_replaces_the_draft(self, bare: World) -> None:
        regime = bare.system.regime
        regime.draft(SUPERVISOR, PROGRAMME)
        other = replace(PROGRAMME, home="XQ", domestic_ban=False, direct_payments=False)
        regime.draft(SUPERVISOR, other)
        assert regime.programme() == other

    @pytest.mark.parametrize(
        "fault",
        [
            {"start": START - 2 * DAY},
            {"start": END},
            {"start": END + 1},
            {"end": START + MAX_TERM + 1, "wind_down_end": START + MAX_TERM + 2},
            {"wind_down_end": END},
            {"wind_down_end": 0},
            {"home": ""},
            {"private_from_phase": 0},
        ],
        ids=str,
    )
    def test_contradictory_programme_is_refused(self, bare: World, fault: dict[str, Any]) -> None:
        with expects(RegimeInvalidProgramme, Reason.TERMS_INVALID):
            bare.system.regime.draft(SUPERVISOR, replace(PROGRAMME, **fault))

    def test_start_now_and_the_longest_term_pass(self, bare: World) -> None:
        start = bare.now
        longest = replace(PROGRAMME, start=start, end=start + MAX_TERM, wind_down_end=start + MAX_TERM + 1)
        bare.system.regime.draft(SUPERVISOR, longest)
        assert bare.system.regime.programme() == longest


class TestApprove:
    def test_co_approver_approves(self, bare: World) -> None:
        regime = bare.system.regime
        regime.draft(SUPERVISOR, PROGRAMME)
        assert facts(regime.approve(CO_APPROVER, PROGRAMME)) == [fact(ProgrammeApproved, CO_APPROVER)]
        assert regime.stage() is Stage.APPROVED

    def test_nothing_drafted_is_refused(self, bare: World) -> None:
        with expects(RegimeInvalidProgramme, Reason.TERMS_INVALID):
            bare.system.regime.approve(CO_APPROVER, PROGRAMME)

    def test_drafter_is_refused_even_with_both_offices(self, bare: World) -> None:
        bare.system.access.grant_role(SUPERVISOR, CO_APPROVER_ROLE, SUPERVISOR)
        bare.system.regime.draft(SUPERVISOR, PROGRAMME)
        with expects(RegimeSamePerson, Reason.SAME_PERSON):
            bare.system.regime.approve(SUPERVISOR, PROGRAMME)

    def test_drafter_is_whoever_drafted_last(self, bare: World) -> None:
        bare.system.access.grant_role(SUPERVISOR, SUPERVISOR_ROLE, CO_APPROVER)
        bare.system.regime.draft(SUPERVISOR, PROGRAMME)
        bare.system.regime.draft(CO_APPROVER, PROGRAMME)
        with expects(RegimeSamePerson, Reason.SAME_PERSON):
            bare.system.regime.approve(CO_APPROVER, PROGRAMME)

    def test_what_was_redrafted_meanwhile_is_not_what_is_signed(self, bare: World) -> None:
        regime = bare.system.regime
        regime.draft(SUPERVISOR, PROGRAMME)
        regime.draft(SUPERVISOR, replace(PROGRAMME, domestic_ban=False))
        with expects(RegimeProgrammeChanged, Reason.TERMS_CHANGED):
            regime.approve(CO_APPROVER, PROGRAMME)
        assert regime.stage() is Stage.DRAFT


class TestActivate:
    def test_at_the_start(self, bare: World) -> None:
        regime = reach(bare, Stage.APPROVED)
        bare.advance_to(START)
        assert facts(regime.activate(SUPERVISOR)) == [
            fact(StageChanged, SUPERVISOR, stage="ACTIVE"),
            fact(PhaseOpened, SUPERVISOR, phase=1),
        ]
        assert (regime.stage(), regime.phase()) == (Stage.ACTIVE, 1)

    def test_second_before_the_start_is_refused(self, bare: World) -> None:
        regime = reach(bare, Stage.APPROVED)
        bare.advance_to(START - 1)
        with expects(RegimeNotStarted, Reason.TOO_EARLY, START):
            regime.activate(SUPERVISOR)


class TestPhases:
    def test_proposed_then_opened(self, world: World) -> None:
        regime = world.system.regime
        assert facts(regime.propose_phase(SUPERVISOR, 2)) == [fact(PhaseProposed, SUPERVISOR, phase=2)]
        assert regime.phase() == 1
        assert facts(regime.approve_phase(CO_APPROVER, 2)) == [fact(PhaseOpened, CO_APPROVER, phase=2)]
        assert regime.phase() == 2

    @pytest.mark.parametrize("phase", [0, 1, 3])
    def test_only_the_next_phase_can_be_proposed(self, world: World, phase: int) -> None:
        with expects(RegimeWrongPhase, Reason.WRONG_PHASE, 2):
            world.system.regime.propose_phase(SUPERVISOR, phase)

    def test_nothing_proposed_is_refused(self, world: World) -> None:
        with expects(RegimeWrongPhase, Reason.WRONG_PHASE, 2):
            world.system.regime.approve_phase(CO_APPROVER, 2)

    def test_one_proposal_opens_one_phase(self, world: World) -> None:
        regime = world.system.regime
        regime.propose_phase(SUPERVISOR, 2)
        regime.approve_phase(CO_APPROVER, 2)
        with expects(RegimeWrongPhase, Reason.WRONG_PHASE, 3):
            regime.approve_phase(CO_APPROVER, 3)

    def test_proposer_is_refused_even_with_both_offices(self, world: World) -> None:
        world.system.access.grant_role(SUPERVISOR, CO_APPROVER_ROLE, SUPERVISOR)
        world.system.regime.propose_phase(SUPERVISOR, 2)
        with expects(RegimeSamePerson, Reason.SAME_PERSON):
            world.system.regime.approve_phase(SUPERVISOR, 2)


class TestStages:
    @pytest.mark.parametrize(
        ("before", "step", "after"),
        [
            (Stage.ACTIVE, Regime.suspend, Stage.SUSPENDED),
            (Stage.SUSPENDED, Regime.resume, Stage.ACTIVE),
            (Stage.ACTIVE, Regime.wind_down, Stage.WIND_DOWN),
            (Stage.SUSPENDED, Regime.wind_down, Stage.WIND_DOWN),
        ],
        ids=["suspend", "resume", "wind down", "wind down when suspended"],
    )
    def test_supervisor_moves_it(
        self,
        bare: World,
        before: Stage,
        step: Callable[[Regime, str], tuple[Event, ...]],
        after: Stage,
    ) -> None:
        regime = reach(bare, before)
        assert facts(step(regime, SUPERVISOR)) == [fact(StageChanged, SUPERVISOR, stage=after.name)]
        assert regime.stage() is after

    #: Each step, and the stages that allow it.
    STEPS: ClassVar[dict[str, tuple[Callable[[Regime], object], set[Stage]]]] = {
        "draft": (lambda r: r.draft(SUPERVISOR, PROGRAMME), {Stage.DRAFT}),
        "approve": (lambda r: r.approve(CO_APPROVER, PROGRAMME), {Stage.DRAFT}),
        "activate": (lambda r: r.activate(SUPERVISOR), {Stage.APPROVED}),
        "propose_phase": (lambda r: r.propose_phase(SUPERVISOR, 2), {Stage.ACTIVE}),
        "approve_phase": (lambda r: r.approve_phase(CO_APPROVER, 2), {Stage.ACTIVE}),
        "suspend": (lambda r: r.suspend(SUPERVISOR), {Stage.ACTIVE}),
        "resume": (lambda r: r.resume(SUPERVISOR), {Stage.SUSPENDED}),
        "wind_down": (lambda r: r.wind_down(SUPERVISOR), {Stage.ACTIVE, Stage.SUSPENDED}),
    }

    @pytest.mark.parametrize("stage", Stage, ids=lambda stage: stage.name)
    def test_step_at_the_wrong_stage_is_refused(self, bare: World, stage: Stage) -> None:
        regime = reach(bare, stage)
        for step, allowed in self.STEPS.values():
            if stage not in allowed:
                with expects(RegimeWrongStage, Reason.WRONG_STATE, stage):
                    step(regime)

    @pytest.mark.parametrize("stage", [Stage.APPROVED, Stage.ACTIVE], ids=lambda s: s.name)
    def test_regime_ends_by_time_alone(self, bare: World, stage: Stage) -> None:
        regime = reach(bare, stage)
        for time, expected in (
            (END, stage),
            (END + 1, Stage.WIND_DOWN),
            (WIND_DOWN_END, Stage.WIND_DOWN),
            (WIND_DOWN_END + 1, Stage.EXPIRED),
        ):
            bare.advance_to(time)
            assert regime.stage() is expected

    def test_early_wind_down_expires_with_the_programme(self, bare: World) -> None:
        regime = reach(bare, Stage.WIND_DOWN)
        bare.advance_to(WIND_DOWN_END + 1)
        assert regime.stage() is Stage.EXPIRED

    def test_suspension_lasts_until_it_is_lifted(self, bare: World) -> None:
        regime = reach(bare, Stage.SUSPENDED)
        for time, resumed in ((END + 1, Stage.WIND_DOWN), (WIND_DOWN_END + 1, Stage.EXPIRED)):
            bare.advance_to(time)
            assert regime.stage() is Stage.SUSPENDED
            state = bare.system.chain.snapshot()
            regime.resume(SUPERVISOR)
            assert regime.stage() is resumed
            bare.system.chain.revert(state)

    def test_draft_never_expires(self, bare: World) -> None:
        bare.system.regime.draft(SUPERVISOR, PROGRAMME)
        bare.advance_to(WIND_DOWN_END + 1)
        assert bare.system.regime.stage() is Stage.DRAFT
