"""The ramp: SU against cash at par, who may acquire how much, and who may leave."""

from dataclasses import replace

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import (
    ERC20InsufficientAllowance,
    ERC20InsufficientBalance,
    ERC7943InsufficientUnfrozenBalance,
    RulebookRefused,
    SettlementTokenProtectedAccount,
    SettlementTokenReferenceUsed,
)
from settlement.domain.events import CashDeposited, CashWithdrawn
from settlement.domain.participants import Flow, LicenceStatus
from settlement.domain.reasons import Reason
from tests.chain.expect import expects, fact, facts, shown
from tests.chain.module import Module
from tests.chain.token import balances, change, moved
from tests.world import (
    COMPLIANCE,
    DAY,
    PROGRAMME,
    RAMP,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
    endow,
    su,
)

BALANCE = su(10_000)


class TestIssue:
    @pytest.mark.rule("op.issue-ramp", "op.issue-reserve")
    def test_cash_in_and_as_much_su_out(self, world: World) -> None:
        assert facts(world.system.ramp.issue(RAMP, "B", 5, "wire 7")) == [
            fact(CashDeposited, RAMP, amount=5, ref="wire 7"),
            moved(Flow.ISSUE, RAMP, "issuance", "B", 5, "wire 7"),
        ]
        assert balances(world, "B") == [BALANCE + 5]
        assert world.system.token.total_supply() == 2 * BALANCE + 5
        assert world.system.reserve.holdings() == (2 * BALANCE + 5, 0)

    @pytest.mark.rule("op.issue-reference")
    @pytest.mark.parametrize("ref", ["opening 1", ""], ids=["used", "empty"])
    def test_reference_is_single_use(self, world: World, ref: str) -> None:
        with expects(SettlementTokenReferenceUsed, Reason.ALREADY_USED, to_bytes32(ref)):
            world.system.ramp.issue(RAMP, "B", 5, ref)

    def test_refused_issue_leaves_cash_and_reference_as_they_were(self, world: World) -> None:
        with expects(RulebookRefused, Reason.ROLE_MISSING):
            world.system.ramp.issue(RAMP, "S", 5, "wire 7")
        assert world.system.reserve.holdings() == (2 * BALANCE, 0)
        world.system.ramp.issue(RAMP, "B", 5, "wire 7")
        assert balances(world, "B", "S") == [BALANCE + 5, 0]

    @pytest.mark.parametrize(
        ("holder", "reason"),
        [
            ("S", Reason.ROLE_MISSING),
            ("E", Reason.ROLE_MISSING),
            ("K", Reason.ROLE_MISSING),
            ("M", Reason.ROLE_MISSING),
            ("D", Reason.PHASE_CLOSED),
            ("U", Reason.PARTICIPANT_UNKNOWN),
        ],
    )
    def test_only_authorised_entities_are_issued_to(self, world: World, holder: str, reason: Reason) -> None:
        with expects(RulebookRefused, reason, reason):
            world.system.ramp.issue(RAMP, holder, 5, "wire 7")

    @pytest.mark.parametrize(
        ("what", "reason"),
        [
            ("listed", Reason.LISTED_PARTY),
            ("held", Reason.SCREENING_HOLD),
            ("revoked", Reason.LICENCE_REVOKED),
            ("KYC expired", Reason.KYC_EXPIRED),
            ("retired", Reason.WALLET_RETIRED),
        ],
    )
    def test_entity_in_bad_standing_is_not_issued_to(self, world: World, what: str, reason: Reason) -> None:
        change(world, "B", what)
        with expects(RulebookRefused, reason, reason):
            world.system.ramp.issue(RAMP, "B", 5, "wire 7")

    @pytest.mark.rule("actor.sponsor-lost")
    @pytest.mark.parametrize("what", ["lost", "suspended", "revoked"])
    def test_entity_without_a_bank_is_not_issued_to(self, world: World, what: str) -> None:
        if what == "lost":
            world.system.participants.set_sponsor(SUPERVISOR, "B", "")
        else:
            change(world, "K", what)
        with expects(RulebookRefused, Reason.SPONSOR_MISSING):
            world.system.ramp.issue(RAMP, "B", 5, "wire 7")

    def test_module_is_issued_its_own_inventory(self, world: World) -> None:
        Module(world)
        events = world.system.ramp.issue(RAMP, "U", 5, "wire 7")
        inventory = {"payer": "issuance", "payee": "issuance", "source": "issuance", "destination": "U"}
        assert events[1].data() == {
            "flow": "ISSUE",
            **inventory,
            "amount": 5,
            "ref": "wire 7",
            "trade": "",
        }
        assert balances(world, "U") == [5]

    def test_pitfall_06_nothing_is_issued_into_what_is_held_for_others(self, world: World) -> None:
        Module(world, (Flow.FUND,))
        with expects(SettlementTokenProtectedAccount, Reason.PROTECTED_ACCOUNT, shown(address_of("U"))):
            world.system.ramp.issue(RAMP, "U", 5, "wire 7")


@pytest.mark.rule("op.redeem")
class TestRedeem:
    def test_su_in_and_as_much_cash_out(self, world: World) -> None:
        token, ramp = world.system.token, world.system.ramp
        token.approve("B", ramp, 7)
        assert facts(ramp.redeem(RAMP, "B", 5, "wire 7")) == [
            moved(Flow.REDEEM, RAMP, "B", "issuance", 5, "wire 7"),
            fact(CashWithdrawn, RAMP, amount=5, ref="wire 7"),
        ]
        assert balances(world, "B") == [BALANCE - 5]
        assert token.total_supply() == 2 * BALANCE - 5
        assert token.allowance("B", ramp) == 2
        assert world.system.reserve.holdings() == (2 * BALANCE - 5, 0)

    def test_needs_an_allowance(self, world: World) -> None:
        ramp = world.system.ramp
        world.system.token.approve("B", ramp, 4)
        with expects(ERC20InsufficientAllowance, Reason.INSUFFICIENT_ALLOWANCE, shown(ramp.address), 4, 5):
            ramp.redeem(RAMP, "B", 5, "wire 7")

    @pytest.mark.rule("op.issue-reference")
    @pytest.mark.parametrize("ref", ["opening 1", ""], ids=["used", "empty"])
    def test_reference_is_single_use(self, world: World, ref: str) -> None:
        world.system.token.approve("B", world.system.ramp, 5)
        with expects(SettlementTokenReferenceUsed, Reason.ALREADY_USED, to_bytes32(ref)):
            world.system.ramp.redeem(RAMP, "B", 5, ref)

    def test_more_than_is_held_is_refused(self, world: World) -> None:
        world.system.token.approve("B", world.system.ramp, BALANCE + 1)
        args = (shown(address_of("B")), BALANCE, BALANCE + 1)
        with expects(ERC20InsufficientBalance, Reason.INSUFFICIENT_BALANCE, *args):
            world.system.ramp.redeem(RAMP, "B", BALANCE + 1, "wire 7")

    def test_frozen_value_is_refused(self, world: World) -> None:
        world.system.token.approve("B", world.system.ramp, BALANCE)
        world.system.token.set_frozen_tokens(SUPERVISOR, "B", 1)
        args = (shown(address_of("B")), BALANCE, BALANCE - 1)
        with expects(ERC7943InsufficientUnfrozenBalance, Reason.FROZEN, *args):
            world.system.ramp.redeem(RAMP, "B", BALANCE, "wire 7")

    def test_earmarked_value_is_refused(self, world: World) -> None:
        world.system.token.approve("B", world.system.ramp, 2 * BALANCE)
        endow(world, BALANCE)
        Module(world).intake("M", "B", 5, "lot 1", "T-B-S")
        with expects(RulebookRefused, Reason.EARMARKED):
            world.system.ramp.redeem(RAMP, "B", BALANCE + 1, "wire 7")
        world.system.ramp.redeem(RAMP, "B", BALANCE, "wire 7")
        assert balances(world, "B") == [5]

    @pytest.mark.rule("op.redeem-screened")
    @pytest.mark.parametrize(
        ("what", "reason"), [("listed", Reason.LISTED_PARTY), ("held", Reason.SCREENING_HOLD)]
    )
    def test_screening_stops_it(self, world: World, what: str, reason: Reason) -> None:
        world.system.token.approve("B", world.system.ramp, 5)
        change(world, "B", what)
        with expects(RulebookRefused, reason, reason):
            world.system.ramp.redeem(RAMP, "B", 5, "wire 7")

    @pytest.mark.rule("op.redeem-screened", "actor.sponsor-lost")
    def test_lost_bank_stops_it(self, world: World) -> None:
        world.system.token.approve("B", world.system.ramp, 5)
        world.system.participants.set_sponsor(SUPERVISOR, "B", "")
        with expects(RulebookRefused, Reason.SPONSOR_MISSING):
            world.system.ramp.redeem(RAMP, "B", 5, "wire 7")

    @pytest.mark.parametrize("what", ["revoked", "suspended", "KYC expired"])
    def test_pitfall_04_exit_stays_open_to_an_entity_that_may_not_enter(
        self, world: World, what: str
    ) -> None:
        world.system.token.approve("B", world.system.ramp, 5)
        change(world, "B", what)
        world.system.ramp.redeem(RAMP, "B", 5, "wire 7")
        assert balances(world, "B") == [BALANCE - 5]

    def test_trader_abroad_redeems_what_it_was_paid(self, world: World) -> None:
        world.system.token.transfer("B", "S", 5)
        world.system.token.approve("S", world.system.ramp, 5)
        world.system.ramp.redeem(RAMP, "S", 5, "wire 7")
        assert balances(world, "S") == [0]

    def test_module_redeems_its_inventory_without_an_allowance(self, world: World) -> None:
        Module(world)
        world.system.ramp.issue(RAMP, "U", 5, "wire 7")
        world.system.ramp.redeem(RAMP, "U", 5, "wire 8")
        assert balances(world, "U") == [0]

    def test_pitfall_06_value_held_for_others_is_not_redeemed(self, world: World) -> None:
        Module(world, (Flow.FUND,)).take(Flow.FUND, "B", "S", 5)
        with expects(SettlementTokenProtectedAccount, Reason.PROTECTED_ACCOUNT, shown(address_of("U"))):
            world.system.ramp.redeem(RAMP, "U", 5, "wire 7")
        assert balances(world, "U") == [5]

    def test_claims_are_honoured_after_the_regime(self, world: World) -> None:
        world.system.token.approve("B", world.system.ramp, BALANCE)
        world.system.participants.set_licence(SUPERVISOR, "K", LicenceStatus.ACTIVE, WIND_DOWN_END + DAY)
        world.advance_to(WIND_DOWN_END + 1)
        world.system.ramp.redeem(RAMP, "B", BALANCE, "wire 7")
        assert balances(world, "B") == [0]

    def test_as_long_as_there_is_cash(self, world: World) -> None:
        """SU that miners' output backs is redeemed once the coins are sold."""
        endow(world, 5)
        Module(world).intake("M", "B", 5, "lot 1", "T-B-S")
        token, ramp = world.system.token, world.system.ramp
        token.approve("B", ramp, BALANCE)
        token.approve("C", ramp, BALANCE)
        token.transfer("B", "S", 5)
        token.approve("S", ramp, 5)
        for holder, amount in (("B", BALANCE), ("C", BALANCE), ("S", 5)):
            ramp.redeem(RAMP, holder, amount, f"wire {holder}")
        assert (token.total_supply(), world.system.reserve.holdings()) == (0, (0, 0))


@pytest.mark.rule("check.exposure", "op.issue-exposure")
class TestExposure:
    """No hoarding: an entity acquires only so much, and only if what it has is not old."""

    def test_most_an_entity_may_hold(self, world: World) -> None:
        world.change_programme(replace(PROGRAMME, max_exposure=BALANCE + 5))
        ramp = world.system.ramp
        with expects(RulebookRefused, Reason.EXPOSURE_EXCEEDED):
            ramp.issue(RAMP, "B", 6, "wire 7")
        ramp.issue(RAMP, "B", 5, "wire 7")
        assert world.system.rulebook.exposure_of("B") == BALANCE + 5
        with expects(RulebookRefused, Reason.EXPOSURE_EXCEEDED):
            ramp.issue(RAMP, "B", 1, "wire 8")
        # What is used makes room.
        world.system.token.transfer("B", "S", 3)
        ramp.issue(RAMP, "B", 3, "wire 8")
        assert world.system.rulebook.exposure_of("B") == BALANCE + 5

    def test_counts_all_wallets_of_an_entity(self, world: World) -> None:
        world.change_programme(replace(PROGRAMME, max_exposure=BALANCE + 5))
        world.system.participants.add_wallet(COMPLIANCE, SUPERVISOR, "B", "B2")
        world.system.ramp.issue(RAMP, "B2", 5, "wire 7")
        for wallet in ("B", "B2"):
            with expects(RulebookRefused, Reason.EXPOSURE_EXCEEDED):
                world.system.ramp.issue(RAMP, wallet, 1, "wire 8")

    def test_never_stops_what_comes_in_by_trade(self, world: World) -> None:
        world.system.token.transfer("B", "S", 5)
        world.change_programme(replace(PROGRAMME, max_exposure=1))
        world.system.token.transfer("S", "C", 5)
        assert world.system.rulebook.exposure_of("C") == BALANCE + 5

    def test_longest_an_entity_may_hold(self, world: World) -> None:
        limit = 10 * DAY
        world.change_programme(replace(PROGRAMME, max_holding=limit))
        received = world.system.ramp.issue(RAMP, "C", 1, "wire 6")[0].sim_time
        # The opening balance came in before; all of it is used now, the rest is younger.
        world.system.token.transfer("C", "S", BALANCE)
        world.advance_to(received + limit - 1)
        world.system.ramp.issue(RAMP, "C", 1, "wire 7")
        with expects(RulebookRefused, Reason.HOLDING_OVERDUE):
            world.system.ramp.issue(RAMP, "C", 1, "wire 8")
        # First in, first out.
        world.system.token.transfer("C", "S", 1)
        world.system.ramp.issue(RAMP, "C", 1, "wire 8")
        assert balances(world, "C") == [2]

    def test_overdue_holder_may_still_pay_and_leave(self, world: World) -> None:
        world.change_programme(replace(PROGRAMME, max_holding=DAY, max_exposure=1))
        token = world.system.token
        with expects(RulebookRefused, Reason.EXPOSURE_EXCEEDED):
            world.system.ramp.issue(RAMP, "B", 1, "wire 7")
        token.transfer("B", "S", 5)
        token.approve("B", world.system.ramp, 5)
        world.system.ramp.redeem(RAMP, "B", 5, "wire 8")
        assert balances(world, "B") == [BALANCE - 10]

    def test_seizure_and_recovery_count_as_what_they_are(self, world: World) -> None:
        exposure = world.system.rulebook.exposure_of
        world.system.token.forced_transfer(COMPLIANCE, SUPERVISOR, "B", "C", su(100))
        assert (exposure("B"), exposure("C")) == (BALANCE - su(100), BALANCE + su(100))
