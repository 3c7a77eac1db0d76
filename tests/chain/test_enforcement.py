"""Freezing, seizure and recovery: what they reach, and how many people they take."""

from collections.abc import Callable

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.reverts import (
    DualControlLapsed,
    DualControlNotProposed,
    ERC20InsufficientBalance,
    ERC7943InsufficientUnfrozenBalance,
    RulebookRefused,
    SettlementTokenEarmarksLeft,
    SettlementTokenProtectedAccount,
)
from settlement.domain.events import Earmarked, FrozenSet
from settlement.domain.participants import Flow
from settlement.domain.reasons import Reason
from tests.chain.expect import call, expects, fact, facts, shown
from tests.chain.module import Module
from tests.chain.token import balances, change, moved
from tests.chain.traders import earmark
from tests.world import (
    COMPLIANCE,
    DAY,
    END,
    RAMP,
    SECOND_REVIEWER,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
    endow,
    su,
)

BALANCE = su(10_000)


@pytest.mark.rule("op.freeze", "check.frozen")
class TestFreeze:
    @pytest.mark.rule("actor.supervisor")
    def test_supervisor_freezes(self, world: World) -> None:
        token = world.system.token
        assert facts(token.set_frozen_tokens(SUPERVISOR, "B", 5)) == [
            fact(FrozenSet, SUPERVISOR, participant="B", amount=5)
        ]
        assert token.frozen_of("B") == 5
        token.transfer("B", "S", BALANCE - 5)
        with expects(ERC7943InsufficientUnfrozenBalance, Reason.FROZEN, shown(address_of("B")), 1, 0):
            token.transfer("B", "S", 1)

    def test_amount_is_set_and_not_added(self, world: World) -> None:
        token = world.system.token
        token.set_frozen_tokens(SUPERVISOR, "B", 3)
        token.set_frozen_tokens(SUPERVISOR, "B", 5)
        assert token.frozen_of("B") == 5
        # The same again releases nothing.
        token.set_frozen_tokens(SUPERVISOR, "B", 5)
        assert token.frozen_of("B") == 5

    def test_one_person_releases_nothing(self, world: World) -> None:
        token = world.system.token
        token.set_frozen_tokens(SUPERVISOR, "B", 5)
        for less in (4, 0):
            with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
                token.set_frozen_tokens(SUPERVISOR, "B", less)
        assert token.frozen_of("B") == 5

    def test_two_people_release(self, world: World) -> None:
        token = world.system.token
        token.set_frozen_tokens(SUPERVISOR, "B", 5)
        proposed, released = token.release_frozen_tokens(COMPLIANCE, SUPERVISOR, "B", 2)
        assert (proposed.actor, proposed.data()["function"]) == (COMPLIANCE, "setFrozenTokens")
        assert facts([released]) == [fact(FrozenSet, SUPERVISOR, participant="B", amount=2)]
        token.transfer("B", "S", BALANCE - 2)
        assert balances(world, "B") == [2]

    def test_proposal_to_release_does_not_outlast_a_week(self, world: World) -> None:
        token = world.system.token
        token.set_frozen_tokens(SUPERVISOR, "B", 5)
        token.propose(COMPLIANCE, "setFrozenTokens", address_of("B"), 0)
        world.advance(7 * DAY)
        with expects(DualControlLapsed, Reason.TOO_LATE):
            token.set_frozen_tokens(SUPERVISOR, "B", 0)
        assert token.frozen_of("B") == 5

    def test_frozen_holder_still_receives(self, world: World) -> None:
        world.system.token.set_frozen_tokens(SUPERVISOR, "S", 5)
        world.system.token.transfer("B", "S", 7)
        world.system.token.transfer("S", "B", 2)
        with expects(ERC7943InsufficientUnfrozenBalance, Reason.FROZEN):
            world.system.token.transfer("S", "B", 1)

    @pytest.mark.parametrize("frozen", [BALANCE + 1, 2**256 - 1])
    def test_pitfall_03_frozen_above_the_balance(self, world: World, frozen: int) -> None:
        token = world.system.token
        token.set_frozen_tokens(SUPERVISOR, "B", frozen)
        assert token.frozen_of("B") == frozen
        args = (shown(address_of("B")), 1, 0)
        with expects(ERC7943InsufficientUnfrozenBalance, Reason.FROZEN, *args):
            token.transfer("B", "S", 1)
        assert token.detect_transfer_restriction("B", "S", 1) is Reason.FROZEN
        # What arrives later is frozen too.
        world.system.ramp.issue(RAMP, "B", 1, "wire 7")
        with expects(ERC7943InsufficientUnfrozenBalance, Reason.FROZEN):
            token.transfer("B", "S", 1)


def seize(world: World, source: str, to: str, amount: int) -> object:
    """A reviewer proposes, the supervisor acts; the events of the act."""
    return facts(world.system.token.forced_transfer(COMPLIANCE, SUPERVISOR, source, to, amount)[1:])


@pytest.mark.rule("op.seize")
class TestForcedTransfer:
    @pytest.mark.parametrize("proposer", [COMPLIANCE, SECOND_REVIEWER])
    def test_two_people_seize(self, world: World, proposer: str) -> None:
        events = world.system.token.forced_transfer(proposer, SUPERVISOR, "B", "C", 5)
        assert (events[0].actor, events[0].data()["function"]) == (proposer, "forcedTransfer")
        assert facts(events[1:]) == [moved(Flow.SEIZE, SUPERVISOR, "B", "C", 5)]
        assert balances(world, "B", "C") == [BALANCE - 5, BALANCE + 5]

    def test_one_person_seizes_nothing(self, world: World) -> None:
        seizure = address_of("B"), address_of("C"), 5
        with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
            call(world, SUPERVISOR, world.system.token, "forcedTransfer", *seizure)
        assert balances(world, "B") == [BALANCE]

    @pytest.mark.parametrize(
        ("frozen", "amount", "left"),
        [
            (0, BALANCE, None),
            (5, BALANCE - 5, None),
            (5, BALANCE - 4, 4),
            (5, BALANCE, 0),
            (BALANCE, 5, BALANCE - 5),
            (BALANCE, BALANCE, 0),
            (2 * BALANCE, 0, None),
            (2 * BALANCE, 5, 2 * BALANCE - 5),
            (2 * BALANCE, BALANCE, BALANCE),
        ],
    )
    def test_unfreezes_what_it_must_and_no_more(
        self, world: World, frozen: int, amount: int, left: int | None
    ) -> None:
        token = world.system.token
        token.set_frozen_tokens(SUPERVISOR, "B", frozen)
        events = seize(world, "B", "C", amount)
        seizure = moved(Flow.SEIZE, SUPERVISOR, "B", "C", amount)
        if left is None:
            assert events == [seizure]
        else:
            assert events == [seizure, fact(FrozenSet, SUPERVISOR, participant="B", amount=left)]
        assert token.frozen_of("B") == (frozen if left is None else left)
        assert balances(world, "B", "C") == [BALANCE - amount, BALANCE + amount]

    def test_pitfall_02_seizure_to_oneself_unfreezes_nothing(self, world: World) -> None:
        token = world.system.token
        token.set_frozen_tokens(SUPERVISOR, "B", BALANCE)
        with expects(SettlementTokenProtectedAccount, Reason.PROTECTED_ACCOUNT, shown(address_of("B"))):
            seize(world, "B", "B", 5)
        assert token.frozen_of("B") == BALANCE

    @pytest.mark.parametrize("what", ["listed", "held", "revoked", "suspended", "KYC expired", "retired"])
    def test_pitfall_04_block_stops_no_seizure(self, world: World, what: str) -> None:
        change(world, "B", what)
        world.system.token.set_frozen_tokens(SUPERVISOR, "B", 2**256 - 1)
        seize(world, "B", "C", BALANCE)
        assert balances(world, "B", "C") == [0, 2 * BALANCE]

    @pytest.mark.parametrize("when", [END + 1, WIND_DOWN_END], ids=["wind-down", "its last second"])
    def test_wind_down_stops_no_seizure(self, world: World, when: int) -> None:
        world.advance_to(when - 1)
        seize(world, "B", "C", BALANCE)
        assert balances(world, "B", "C") == [0, 2 * BALANCE]

    def test_more_than_is_held(self, world: World) -> None:
        args = (shown(address_of("B")), BALANCE, BALANCE + 1)
        with expects(ERC20InsufficientBalance, Reason.INSUFFICIENT_BALANCE, *args):
            seize(world, "B", "C", BALANCE + 1)

    @pytest.mark.parametrize(
        ("to", "reason"),
        [
            ("L", Reason.LISTED_PARTY),
            ("U", Reason.PARTICIPANT_UNKNOWN),
            ("D", Reason.PHASE_CLOSED),
            ("M", Reason.ROLE_MISSING),
        ],
    )
    def test_nothing_is_seized_for_the_wrong_hands(self, world: World, to: str, reason: Reason) -> None:
        with expects(RulebookRefused, reason, reason):
            seize(world, "B", to, 5)

    @pytest.mark.parametrize("to", ["K", "E", "S"])
    def test_anybody_in_good_standing_may_keep_it(self, world: World, to: str) -> None:
        seize(world, "B", to, 5)
        assert balances(world, to) == [5]

    def test_reaches_what_is_earmarked(self, world: World) -> None:
        endow(world, BALANCE)
        earmark(world, su(100))
        seize(world, "B", "C", BALANCE + su(100))
        assert balances(world, "B") == [0]


@pytest.mark.rule("actor.recovery")
class TestRecover:
    """A key is lost: what its wallet holds goes to another one of the same participant."""

    @pytest.fixture
    def lost(self, world: World) -> World:
        """B has a second wallet."""
        world.system.participants.add_wallet(COMPLIANCE, SUPERVISOR, "B", "B2")
        return world

    @pytest.mark.rule("actor.supervisor")
    def test_everything_goes_with_its_freeze(self, lost: World) -> None:
        token = lost.system.token
        token.set_frozen_tokens(SUPERVISOR, "B", 5)
        token.set_frozen_tokens(SUPERVISOR, "B2", 2)
        assert facts(token.recover(SUPERVISOR, "B", "B2")) == [
            moved(Flow.RECOVERY, SUPERVISOR, "B", "B2", BALANCE),
            fact(FrozenSet, SUPERVISOR, participant="B2", amount=7),
            fact(FrozenSet, SUPERVISOR, participant="B", amount=0),
        ]
        assert balances(lost, "B", "B2") == [0, BALANCE]
        assert (token.frozen_of("B"), token.frozen_of("B2")) == (0, 7)

    def test_freeze_above_the_balance_goes_along(self, lost: World) -> None:
        token = lost.system.token
        token.set_frozen_tokens(SUPERVISOR, "B", 2 * BALANCE)
        token.recover(SUPERVISOR, "B", "B2")
        with expects(ERC7943InsufficientUnfrozenBalance, Reason.FROZEN):
            token.transfer("B2", "S", 1)

    @pytest.mark.rule("actor.keys")
    def test_after_the_key_was_rotated(self, lost: World) -> None:
        lost.system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "B", "B", "B2")
        lost.system.token.recover(SUPERVISOR, "B", "B2")
        lost.system.token.transfer("B2", "S", BALANCE)
        assert balances(lost, "S") == [BALANCE]

    def test_exposure_stays_what_it_is(self, lost: World) -> None:
        exposure = lost.system.rulebook.exposure_of
        assert exposure("B") == BALANCE
        lost.system.token.recover(SUPERVISOR, "B", "B2")
        assert exposure("B") == BALANCE

    def test_not_to_a_retired_wallet(self, lost: World) -> None:
        lost.system.participants.retire_wallet(SUPERVISOR, "B", "B2")
        with expects(RulebookRefused, Reason.WALLET_RETIRED):
            lost.system.token.recover(SUPERVISOR, "B", "B2")

    @pytest.mark.parametrize("to", ["C", "S", "U"])
    def test_to_nobody_else(self, lost: World, to: str) -> None:
        reason = Reason.PARTICIPANT_UNKNOWN if to == "U" else Reason.ROLE_MISSING
        with expects(RulebookRefused, reason, reason):
            lost.system.token.recover(SUPERVISOR, "B", to)
        assert balances(lost, "B") == [BALANCE]

    def test_to_itself_is_refused(self, lost: World) -> None:
        with expects(SettlementTokenProtectedAccount, Reason.PROTECTED_ACCOUNT, shown(address_of("B"))):
            lost.system.token.recover(SUPERVISOR, "B", "B")

    def test_nothing_reaches_a_listed_party(self, lost: World) -> None:
        change(lost, "B", "listed")
        with expects(RulebookRefused, Reason.LISTED_PARTY):
            lost.system.token.recover(SUPERVISOR, "B", "B2")

    def test_earmarks_go_along_and_must_be_named(self, lost: World) -> None:
        token = lost.system.token
        endow(lost, BALANCE)
        earmark(lost, su(100), trade="T-B-T")
        earmark(lost, su(50), trade="T-B-S", ref="lot 2")
        with expects(SettlementTokenEarmarksLeft, Reason.EARMARKED, su(50)):
            token.recover(SUPERVISOR, "B", "B2", ["T-B-T"])
        # Naming one twice, or one of which there is nothing, does no harm.
        events = token.recover(SUPERVISOR, "B", "B2", ["T-B-T", "T-B-S", "T-B-T", "T-C-S"])
        told = [event for event in facts(events) if event[0] is Earmarked]
        assert told[:4] == [
            fact(Earmarked, SUPERVISOR, account="B", trade="T-B-T", amount=0),
            fact(Earmarked, SUPERVISOR, account="B2", trade="T-B-T", amount=su(100)),
            fact(Earmarked, SUPERVISOR, account="B", trade="T-B-S", amount=0),
            fact(Earmarked, SUPERVISOR, account="B2", trade="T-B-S", amount=su(50)),
        ]
        assert token.earmark_of("B", "T-B-T") == (0, 0)
        assert token.earmark_of("B2", "T-B-T") == (su(100), su(150))
        assert token.earmark_of("B2", "T-B-S") == (su(50), su(150))


#: Ways a freeze might be got round.
WAYS: dict[str, Callable[[World], object]] = {
    "transfer": lambda w: w.system.token.transfer("B", "S", 1),
    "transfer_from": lambda w: w.system.token.transfer_from("C", "B", "S", 1),
    "redeem": lambda w: w.system.ramp.redeem(RAMP, "B", 1, "wire 7"),
    "fund": lambda w: Module(w).take(Flow.FUND, "B", "S", 1),
    "convert": lambda w: Module(w).take(Flow.CONVERT, "B", "U", 1, trade=""),
    "net leg": lambda w: Module(w).take(Flow.NET_LEG, "B", "U", 1, trade=""),
}


@pytest.mark.rule("op.freeze")
@pytest.mark.parametrize("way", WAYS)
def test_nothing_gets_round_a_freeze(world: World, way: str) -> None:
    token = world.system.token
    token.approve("B", world.system.ramp, 1)
    token.approve("B", "C", 1)
    token.set_frozen_tokens(SUPERVISOR, "B", BALANCE)
    with expects(ERC7943InsufficientUnfrozenBalance, Reason.FROZEN, shown(address_of("B")), 1, 0):
        WAYS[way](world)
