"""The life cycle of the regime: who moves it on, in which order, and what time does by itself."""

from collections.abc import Callable
from typing import ClassVar

import pytest

from settlement.chain.deployment import Mandate
from settlement.chain.reverts import RegimeNotStarted, RegimeSamePerson, RegimeWrongPhase, RegimeWrongStage
from settlement.chain.twins.regime import Regime
from settlement.domain.events import Event, PhaseOpened, PhaseProposed, StageChanged
from settlement.domain.participants import Stage
from settlement.domain.reasons import Reason
from tests.chain.expect import expects, fact, facts
from tests.world import CO_APPROVER, CORRIDORS, END, PROGRAMME, START, SUPERVISOR, WIND_DOWN_END, World, agree


def reach(world: World, stage: Stage) -> Regime:
    """Take a regime that nobody has drafted to ``stage``."""
    regime = world.system.regime
    if stage >= Stage.APPROVED:
        agree(world.system, PROGRAMME, CORRIDORS)
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


@pytest.mark.rule("regime.activate")
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


@pytest.mark.rule("regime.phase")
class TestPhases:
    @pytest.mark.rule("actor.co-signature")
    def test_proposed_then_opened(self, world: World) -> None:
        regime = world.system.regime
        assert facts(regime.propose_phase(SUPERVISOR, 2)) == [fact(PhaseProposed, SUPERVISOR, phase=2)]
        world.announce("approvePhase", 2)
        assert regime.phase() == 1
        assert facts(regime.approve_phase(CO_APPROVER, 2)) == [fact(PhaseOpened, CO_APPROVER, phase=2)]
        assert regime.phase() == 2

    @pytest.mark.parametrize("phase", [0, 1, 3])
    def test_only_the_next_phase_can_be_proposed(self, world: World, phase: int) -> None:
        with expects(RegimeWrongPhase, Reason.WRONG_PHASE, 2):
            world.system.regime.propose_phase(SUPERVISOR, phase)

    def test_nothing_proposed_is_refused(self, world: World) -> None:
        world.announce("approvePhase", 2)
        with expects(RegimeWrongPhase, Reason.WRONG_PHASE, 2):
            world.system.regime.approve_phase(CO_APPROVER, 2)

    def test_one_proposal_opens_one_phase(self, world: World) -> None:
        world.open_phase(2)
        world.announce("approvePhase", 3)
        with expects(RegimeWrongPhase, Reason.WRONG_PHASE, 3):
            world.system.regime.approve_phase(CO_APPROVER, 3)

    def test_proposer_is_refused_even_with_both_offices(self, unsealed: World) -> None:
        regime = reach(unsealed, Stage.ACTIVE)
        unsealed.system.access.grant_role(SUPERVISOR, Mandate.CO_APPROVAL, SUPERVISOR)
        regime.propose_phase(SUPERVISOR, 2)
        with expects(RegimeSamePerson, Reason.SAME_PERSON):
            regime.approve_phase(SUPERVISOR, 2)

    def test_suspended_regime_opens_none(self, world: World) -> None:
        world.system.regime.propose_phase(SUPERVISOR, 2)
        world.system.regime.suspend(SUPERVISOR)
        world.announce("approvePhase", 2)
        with expects(RegimeWrongStage, Reason.WRONG_STATE, Stage.SUSPENDED):
            world.system.regime.approve_phase(CO_APPROVER, 2)


class TestStages:
    @pytest.mark.parametrize(
        ("before", "step", "after"),
        [
            pytest.param(
                Stage.ACTIVE, Regime.suspend, Stage.SUSPENDED, marks=pytest.mark.rule("regime.suspend")
            ),
            pytest.param(
                Stage.SUSPENDED, Regime.resume, Stage.ACTIVE, marks=pytest.mark.rule("regime.suspend")
            ),
            pytest.param(
                Stage.ACTIVE, Regime.wind_down, Stage.WIND_DOWN, marks=pytest.mark.rule("regime.wind-down")
            ),
            pytest.param(
                Stage.SUSPENDED, Regime.wind_down, Stage.WIND_DOWN, marks=pytest.mark.rule("regime.wind-down")
            ),
        ],
        ids=["suspend", "resume", "wind down", "wind down when suspended"],
    )
    @pytest.mark.rule("actor.supervisor")
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

    #: Each step of the supervisor, and the stages that allow it.
    STEPS: ClassVar[dict[str, tuple[Callable[[Regime], object], set[Stage]]]] = {
        "draft": (
            lambda r: r.draft(SUPERVISOR, PROGRAMME),
            {Stage.DRAFT, Stage.ACTIVE, Stage.SUSPENDED},
        ),
        "activate": (lambda r: r.activate(SUPERVISOR), {Stage.APPROVED}),
        "propose_phase": (lambda r: r.propose_phase(SUPERVISOR, 2), {Stage.ACTIVE}),
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

    @pytest.mark.rule("regime.wind-down", "regime.expire")
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

    @pytest.mark.rule("regime.expire")
    def test_early_wind_down_expires_with_the_programme(self, bare: World) -> None:
        regime = reach(bare, Stage.WIND_DOWN)
        bare.advance_to(WIND_DOWN_END + 1)
        assert regime.stage() is Stage.EXPIRED

    @pytest.mark.rule("regime.suspend")
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


@pytest.mark.rule("regime.toll")
class TestToll:
    """How long holders' clocks stood still."""

    def test_suspensions_add_up(self, world: World) -> None:
        regime = world.system.regime
        assert regime.tolled() == 0
        for length, total in ((100, 100), (200, 300)):
            regime.suspend(SUPERVISOR)
            # The suspension itself took place a second ago.
            world.advance(length - 1)
            assert regime.tolled() == total
            regime.resume(SUPERVISOR)
            world.advance(50)
            assert regime.tolled() == total

    def test_wind_down_ends_a_suspension(self, world: World) -> None:
        regime = world.system.regime
        regime.suspend(SUPERVISOR)
        world.advance(99)
        regime.wind_down(SUPERVISOR)
        world.advance(50)
        assert regime.tolled() == 100
