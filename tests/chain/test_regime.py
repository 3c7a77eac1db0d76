"""The life cycle of the regime: who moves it on, in which order, and what time does by itself."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, ClassVar

import pytest

from settlement.chain.deployment import TIMELOCK, Mandate
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
    agree,
    su,
)

MAX_TERM = (3 * 365 + 1) * DAY


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


def announce(world: World, function: str, argument: Any) -> None:
    """The co-approver schedules its call and waits for its delay."""
    world.system.access.schedule(CO_APPROVER, world.system.regime, function, argument)
    world.advance(TIMELOCK)


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
        announce(bare, "approve", regime.hash_of(PROGRAMME))
        assert facts(regime.approve(CO_APPROVER, PROGRAMME)) == [fact(ProgrammeApproved, CO_APPROVER)]
        assert regime.stage() is Stage.APPROVED

    def test_nothing_drafted_is_refused(self, bare: World) -> None:
        announce(bare, "approve", bare.system.regime.hash_of(PROGRAMME))
        with expects(RegimeInvalidProgramme, Reason.TERMS_INVALID):
            bare.system.regime.approve(CO_APPROVER, PROGRAMME)

    def test_a_draft_is_approved_once(self, world: World) -> None:
        announce(world, "approve", world.system.regime.hash_of(PROGRAMME, CORRIDORS))
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
        announce(bare, "approve", regime.hash_of(PROGRAMME, CORRIDORS))
        regime.draft(SUPERVISOR, PROGRAMME, CORRIDORS[:1])
        with expects(RegimeProgrammeChanged, Reason.TERMS_CHANGED):
            regime.approve(CO_APPROVER, PROGRAMME, CORRIDORS)
        assert regime.stage() is Stage.DRAFT

    def test_start_that_has_passed_meanwhile_is_refused(self, bare: World) -> None:
        soon = replace(PROGRAMME, start=bare.now + TIMELOCK)
        bare.system.regime.draft(SUPERVISOR, soon)
        announce(bare, "approve", bare.system.regime.hash_of(soon))
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
        announce(world, "approve", regime.hash_of(other, corridors))
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
        announce(world, "approve", regime.hash_of(soon))
        assert world.now > soon.end
        with expects(RegimeInvalidProgramme, Reason.TERMS_INVALID):
            regime.approve(CO_APPROVER, soon)

    def test_regime_that_ended_meanwhile_is_not_revived(self, world: World) -> None:
        regime = world.system.regime
        longer = replace(PROGRAMME, end=END + DAY)
        regime.draft(SUPERVISOR, longer)
        regime.wind_down(SUPERVISOR)
        announce(world, "approve", regime.hash_of(longer))
        with expects(RegimeWrongStage, Reason.WRONG_STATE, Stage.WIND_DOWN):
            regime.approve(CO_APPROVER, longer)


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
        announce(world, "approvePhase", 2)
        assert regime.phase() == 1
        assert facts(regime.approve_phase(CO_APPROVER, 2)) == [fact(PhaseOpened, CO_APPROVER, phase=2)]
        assert regime.phase() == 2

    @pytest.mark.parametrize("phase", [0, 1, 3])
    def test_only_the_next_phase_can_be_proposed(self, world: World, phase: int) -> None:
        with expects(RegimeWrongPhase, Reason.WRONG_PHASE, 2):
            world.system.regime.propose_phase(SUPERVISOR, phase)

    def test_nothing_proposed_is_refused(self, world: World) -> None:
        announce(world, "approvePhase", 2)
        with expects(RegimeWrongPhase, Reason.WRONG_PHASE, 2):
            world.system.regime.approve_phase(CO_APPROVER, 2)

    def test_one_proposal_opens_one_phase(self, world: World) -> None:
        world.open_phase(2)
        announce(world, "approvePhase", 3)
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
        announce(world, "approvePhase", 2)
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
