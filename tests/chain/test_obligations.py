"""Obligations on their own: how they are entered, and how they leave without being settled."""

from dataclasses import replace

import pytest

from settlement.chain.reverts import (
    ClearingHouseInvalidObligation,
    ClearingHouseMemberRefused,
    ClearingHouseNotParty,
    ClearingHouseNotPending,
    ClearingHouseNotProposed,
    ClearingHouseTooEarly,
    RulebookRefused,
)
from settlement.chain.twins.clearing_house import ClearingHouse, Obligation
from settlement.domain.events import (
    ObligationEntered,
    ObligationLapsed,
    ObligationWithdrawn,
    WithdrawalProposed,
)
from settlement.domain.obligations import ObligationState
from settlement.domain.participants import Stage
from settlement.domain.programme import ClassCaps
from settlement.domain.reasons import Reason
from tests.chain.clearing import CLEARING, Owed, enter
from tests.chain.expect import expects, fact, facts, shown
from tests.world import COMPLIANCE, DAY, END, KEEPER, PROGRAMME, SUPERVISOR, World, su

LONGEST_LIFE = 90 * DAY


class TestEnter:
    @pytest.mark.rule("clearing.entry")
    def test_payer_enters_an_obligation(self, world: World, house: ClearingHouse) -> None:
        until = world.now + DAY
        assert facts(house.enter("B", "S", su(5), "T-B-S", until, priority=2)) == [
            fact(
                ObligationEntered,
                "B",
                obligation=1,
                payer="B",
                payee="S",
                amount=su(5),
                priority=2,
                trade="T-B-S",
                until=until,
            )
        ]
        assert house.obligation_of(1) == Obligation(
            ObligationState.PENDING, "B", "S", su(5), 2, False, until, "T-B-S"
        )
        assert (house.obligations(), house.pending_of("B", 2), house.pending_of("B", 0)) == (1, (1,), ())
        assert house.obligation_of(2).state is ObligationState.NONE

    def test_any_live_wallet_of_the_payer_enters(self, world: World, house: ClearingHouse) -> None:
        world.system.participants.add_wallet(COMPLIANCE, SUPERVISOR, "B", "B2")
        house.enter("B2", "S", 5, "T-B-S", world.now + DAY)
        assert house.obligation_of(1).payer == "B"

    @pytest.mark.parametrize("actor", ["U", "B"], ids=["stranger", "retired wallet"])
    def test_nobody_else_enters(self, world: World, house: ClearingHouse, actor: str) -> None:
        world.system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "B", "B", "B2")
        wallet = shown(world.system.chain.address_of(actor))
        with expects(ClearingHouseNotParty, Reason.NOT_A_PARTY, wallet):
            house.enter(actor, "S", 5, "T-B-S", world.now + DAY)

    @pytest.mark.parametrize(
        ("amount", "priority", "life"),
        [(0, 0, DAY), (5, 4, DAY), (5, 0, -1), (5, 0, LONGEST_LIFE + 1)],
        ids=["nothing", "no such priority", "over", "too long"],
    )
    def test_bounds(self, world: World, house: ClearingHouse, amount: int, priority: int, life: int) -> None:
        with expects(ClearingHouseInvalidObligation, Reason.TERMS_INVALID):
            house.enter("B", "S", amount, "T-B-S", world.now + life, priority)

    def test_within_the_bounds(self, world: World, house: ClearingHouse) -> None:
        house.enter("B", "S", 1, "T-B-S", world.now, priority=0)
        house.enter("B", "S", 1, "T-B-S", world.now + LONGEST_LIFE, priority=3)
        assert house.obligations() == 2

    def test_no_life_beyond_the_programme(self, world: World, house: ClearingHouse) -> None:
        world.advance_to(END - DAY)
        with expects(ClearingHouseInvalidObligation, Reason.TERMS_INVALID):
            house.enter("B", "S", 5, "T-B-S", END + 1)
        house.enter("B", "S", 5, "T-B-S", END)

    @pytest.mark.rule("clearing.entry")
    def test_netting_disguises_no_domestic_payment(self, world: World, house: ClearingHouse) -> None:
        with expects(RulebookRefused, Reason.DOMESTIC_PAYMENT):
            enter(world, Owed("B", "C", 5))
        with expects(RulebookRefused, Reason.DOMESTIC_PAYMENT):
            enter(world, Owed("B", "H", 5))
        with expects(RulebookRefused, Reason.DOMESTIC_PAYMENT):
            house.enter("B", "B", 5, "T-B-S", world.now + DAY)
        with expects(RulebookRefused, Reason.NO_RESIDENT_PARTY):
            house.enter("S", "T", 5, "T-B-S", world.now + DAY)

    @pytest.mark.rule("clearing.entry")
    @pytest.mark.parametrize(
        ("payee", "trade", "reason"),
        [
            ("U", "T-B-S", Reason.PARTICIPANT_UNKNOWN),
            ("Z", "T-B-Z", Reason.CORRIDOR_CLOSED),
            ("L", "T-B-L", Reason.LISTED_PARTY),
            ("S", "T-B-T", Reason.PURPOSE_MISMATCH),
            ("S", "none", Reason.PURPOSE_UNREGISTERED),
        ],
    )
    def test_everything_is_asked_of_a_payment(
        self, world: World, house: ClearingHouse, payee: str, trade: str, reason: Reason
    ) -> None:
        assert world.system.rulebook.check_obligation("B", payee, 5, trade) is reason
        with expects(RulebookRefused, reason):
            house.enter("B", payee, 5, trade, world.now + DAY)

    @pytest.mark.rule("clearing.entry")
    def test_caps_and_headroom_are_used_at_entry_and_not_at_settlement(
        self, world: World, house: ClearingHouse
    ) -> None:
        world.change_programme(replace(PROGRAMME, state_caps=ClassCaps(daily=su(100) // 10_000)))
        rulebook, trades = world.system.rulebook, world.system.trades
        enter(world, Owed("B", "S", su(60)))
        used = rulebook.used_by_entity("B", DAY)
        assert used == su(60) // 10_000
        with expects(RulebookRefused, Reason.CAP_DAILY):
            enter(world, Owed("B", "S", su(41)))
        house.settle(CLEARING, [1])
        assert rulebook.used_by_entity("B", DAY) == used
        assert trades.trade_of("T-B-S").used == su(60)

    def test_the_payer_need_not_hold_it(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("S", "B", su(10**6)))
        assert house.obligation_of(1).state is ObligationState.PENDING

    @pytest.mark.parametrize("stage", [Stage.SUSPENDED, Stage.WIND_DOWN])
    def test_nothing_is_entered_in_a_regime_that_is_not_active(self, world: World, stage: Stage) -> None:
        if stage is Stage.SUSPENDED:
            world.system.regime.suspend(SUPERVISOR)
        else:
            world.system.regime.wind_down(SUPERVISOR)
        reason = Reason.REGIME_SUSPENDED if stage is Stage.SUSPENDED else Reason.REGIME_WINDING_DOWN
        with expects(RulebookRefused, reason):
            enter(world, Owed("B", "S", 5))

    def test_nothing_is_entered_after_the_end(self, world: World, house: ClearingHouse) -> None:
        world.advance_to(END + 1)
        with expects(ClearingHouseInvalidObligation, Reason.TERMS_INVALID):
            house.enter("B", "S", 5, "T-B-S", END + 1)


class TestWithdraw:
    @pytest.mark.rule("clearing.leave")
    def test_both_parties_withdraw(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", su(5)))
        used = world.system.rulebook.used_by_regime(DAY)
        assert facts(house.propose_withdrawal("B", 1)) == [fact(WithdrawalProposed, "B", obligation=1)]
        assert house.obligation_of(1).withdrawing
        assert house.pending_of("B") == (1,)
        assert facts(house.withdraw("S", 1)) == [fact(ObligationWithdrawn, "S", obligation=1)]
        assert house.obligation_of(1).state is ObligationState.WITHDRAWN
        assert house.pending_of("B") == ()
        assert world.system.trades.trade_of("T-B-S").used == 0
        assert world.system.rulebook.used_by_regime(DAY) == used > 0

    def test_payer_alone_does_not(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        for actor in "ST":
            with expects(ClearingHouseNotParty, Reason.NOT_A_PARTY):
                house.propose_withdrawal(actor, 1)
        house.propose_withdrawal("B", 1)
        for actor in "BT":
            with expects(ClearingHouseNotParty, Reason.NOT_A_PARTY):
                house.withdraw(actor, 1)

    def test_payee_alone_does_not(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        with expects(ClearingHouseNotProposed, Reason.NOT_PROPOSED, 1):
            house.withdraw("S", 1)

    def test_retired_wallet_does_not(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        house.propose_withdrawal("B", 1)
        world.system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "S", "S", "S2")
        with expects(ClearingHouseNotParty, Reason.NOT_A_PARTY):
            house.withdraw("S", 1)
        house.withdraw("S2", 1)

    def test_final_states_are_final(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5))
        house.propose_withdrawal("B", 1)
        house.withdraw("S", 1)
        world.advance(20 * DAY)
        for step in (house.propose_withdrawal, house.withdraw, house.lapse):
            with expects(ClearingHouseNotPending, Reason.WRONG_STATE, 1):
                step("B", 1)
        with expects(ClearingHouseNotPending, Reason.WRONG_STATE, 2):
            house.propose_withdrawal("B", 2)


class TestLapse:
    @pytest.mark.rule("clearing.leave")
    def test_anybody_notes_that_a_life_is_over(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", su(5)), life=DAY)
        until = house.obligation_of(1).until
        world.advance_to(until)
        with expects(ClearingHouseTooEarly, Reason.TOO_EARLY, 1, until):
            house.lapse(KEEPER, 1)
        world.advance_to(until + 1)
        with expects(ClearingHouseNotPending, Reason.WRONG_STATE, 1):
            house.settle(CLEARING, [1])
        assert facts(house.lapse(KEEPER, 1)) == [fact(ObligationLapsed, KEEPER, obligation=1)]
        assert house.obligation_of(1).state is ObligationState.LAPSED
        assert world.system.trades.trade_of("T-B-S").used == 0

    @pytest.mark.rule("clearing.leave")
    def test_what_a_party_abroad_lets_lapse_counts_against_the_trade(
        self, world: World, house: ClearingHouse
    ) -> None:
        """It entered it by its own will alone; with the payee's consent the headroom is given back."""
        enter(world, Owed("S", "B", su(5)), life=DAY)
        enter(world, Owed("S", "B", su(7)), life=DAY)
        house.propose_withdrawal("S", 2)
        house.withdraw("B", 2)
        world.advance(DAY + 1)
        house.lapse(KEEPER, 1)
        assert world.system.trades.trade_of("T-B-S").used == su(5)

    @pytest.mark.rule("regime.toll")
    def test_suspension_tolls_a_life(self, world: World, house: ClearingHouse) -> None:
        enter(world, Owed("B", "S", 5), life=DAY)
        until = house.obligation_of(1).until
        world.system.regime.suspend(SUPERVISOR)
        begun = world.now
        world.advance(3 * DAY)
        world.system.regime.resume(SUPERVISOR)
        longer = house.obligation_of(1).until
        assert longer - until == world.system.regime.tolled() > world.now - begun - 2
        world.advance_to(longer - 1)
        with expects(ClearingHouseTooEarly, Reason.TOO_EARLY, 1, longer):
            house.lapse(KEEPER, 1)
        world.advance_to(longer)
        house.settle(CLEARING, [1])

    def test_obligations_end_with_the_regime(self, world: World, house: ClearingHouse) -> None:
        world.advance_to(END - 50 * DAY)
        enter(world, Owed("B", "S", 5), life=49 * DAY)
        world.system.regime.suspend(SUPERVISOR)
        world.advance(90 * DAY)
        world.system.regime.resume(SUPERVISOR)
        assert world.system.regime.stage() is Stage.EXPIRED
        assert house.obligation_of(1).until > world.now
        with expects(ClearingHouseMemberRefused, Reason.REGIME_EXPIRED):
            house.settle(CLEARING, [1])
        house.lapse(KEEPER, 1)
