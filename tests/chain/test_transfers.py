"""Direct payments, by the holder or by a spender, whose standing counts as well.

Numbers of pitfalls are those of the design notes on contracts.
"""

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.reverts import ERC20InsufficientAllowance, ERC20InsufficientBalance, RulebookRefused
from settlement.domain.participants import Flow, Role, Screening
from settlement.domain.reasons import Reason
from tests.chain.expect import call, expects, facts, shown
from tests.chain.token import balances, change, moved
from tests.chain.traders import BALANCE
from tests.world import COMPLIANCE, END, KEEPER, RAMP, SUPERVISOR, World, profile, su


class TestTransfer:
    @pytest.mark.parametrize("amount", [0, 1, BALANCE])
    def test_resident_pays_abroad(self, world: World, amount: int) -> None:
        assert facts(world.system.token.transfer("B", "S", amount)) == [
            moved(Flow.DIRECT, "B", "B", "S", amount, trade="T-B-S")
        ]
        assert balances(world, "B", "S") == [BALANCE - amount, amount]

    def test_payee_pays_back(self, world: World) -> None:
        world.system.token.transfer("B", "S", 5)
        world.system.token.transfer("S", "C", 2)
        assert balances(world, "B", "C", "S") == [BALANCE - 5, BALANCE + 2, 3]

    @pytest.mark.rule("check.intermediary")
    def test_through_an_intermediary(self, world: World) -> None:
        world.system.token.transfer("B", "V", 5)
        assert balances(world, "V") == [5]

    @pytest.mark.parametrize(
        ("sender", "to", "reason"),
        [
            ("B", "C", Reason.DOMESTIC_PAYMENT),
            ("B", "B", Reason.DOMESTIC_PAYMENT),
            ("B", "H", Reason.DOMESTIC_PAYMENT),
            ("S", "T", Reason.NO_RESIDENT_PARTY),
            ("B", "L", Reason.LISTED_PARTY),
            ("B", "E", Reason.ROLE_MISSING),
            ("B", "K", Reason.ROLE_MISSING),
            ("B", "M", Reason.ROLE_MISSING),
            ("B", "Z", Reason.CORRIDOR_CLOSED),
            ("D", "S", Reason.PHASE_CLOSED),
            ("B", "U", Reason.PARTICIPANT_UNKNOWN),
            ("U", "S", Reason.PARTICIPANT_UNKNOWN),
            ("L", "B", Reason.LISTED_PARTY),
        ],
        ids=[
            "resident to resident",
            "to oneself",
            "foreign shell with a resident owner",
            "abroad to abroad",
            "to a listed party",
            "to an examiner",
            "to a bank",
            "to a miner",
            "where no corridor leads",
            "from a private entity in phase 1",
            "to a stranger",
            "from a stranger",
            "from a listed party",
        ],
    )
    def test_refused(self, world: World, sender: str, to: str, reason: Reason) -> None:
        with expects(RulebookRefused, reason, reason):
            world.system.token.transfer(sender, to, 0)

    def test_contracts_of_the_regime_are_no_participants(self, world: World) -> None:
        ramp = world.system.ramp.address
        with expects(RulebookRefused, Reason.PARTICIPANT_UNKNOWN):
            call(world, "B", world.system.token, "transfer", ramp, 1)

    def test_more_than_is_held(self, world: World) -> None:
        args = (shown(address_of("B")), BALANCE, BALANCE + 1)
        with expects(ERC20InsufficientBalance, Reason.INSUFFICIENT_BALANCE, *args):
            world.system.token.transfer("B", "S", BALANCE + 1)

    @pytest.mark.rule("check.purpose")
    def test_is_paid_under_the_trade_its_payer_designated(self, world: World) -> None:
        trades, token = world.system.trades, world.system.token
        with expects(RulebookRefused, Reason.PURPOSE_UNREGISTERED):
            # Nobody chose a trade between these two.
            world.system.participants.register(SUPERVISOR, "X", profile(Role.COUNTERPARTY, "XF"))
            world.system.participants.set_screening(COMPLIANCE, "X", Screening.CLEAR)
            token.transfer("B", "X", 1)
        trades.register("K", "T-2", "B", "S", su(5), END, 84)
        trades.record_travel("S", "T-2", b"\7" * 32)
        token.transfer("B", "S", su(6))
        trades.designate("B", "T-2")
        with expects(RulebookRefused, Reason.PURPOSE_EXHAUSTED):
            token.transfer("B", "S", su(6))
        assert facts(token.transfer("B", "S", su(5))) == [
            moved(Flow.DIRECT, "B", "B", "S", su(5), trade="T-2")
        ]

    @pytest.mark.rule("actor.keys")
    def test_second_wallet_of_a_participant_holds_for_itself(self, world: World) -> None:
        world.system.participants.add_wallet(COMPLIANCE, SUPERVISOR, "S", "S2")
        world.system.token.transfer("B", "S2", 5)
        assert balances(world, "S", "S2") == [0, 5]
        change(world, "S", "listed")
        with expects(RulebookRefused, Reason.LISTED_PARTY):
            world.system.token.transfer("S2", "B", 5)

    @pytest.mark.rule("actor.keys")
    def test_retired_wallet_neither_pays_nor_is_paid(self, world: World) -> None:
        world.system.token.transfer("B", "S", 5)
        world.system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "S", "S", "S2")
        with expects(RulebookRefused, Reason.WALLET_RETIRED):
            world.system.token.transfer("S", "B", 5)
        with expects(RulebookRefused, Reason.WALLET_RETIRED):
            world.system.token.transfer("B", "S", 5)
        world.system.token.transfer("B", "S2", 5)
        assert balances(world, "S", "S2") == [5, 5]

    @pytest.mark.rule("regime.programme-direct")
    def test_programme_that_forbids_direct_payments(self, elsewhere: World) -> None:
        token = elsewhere.system.token
        with expects(RulebookRefused, Reason.FLOW_NOT_PERMITTED):
            token.transfer("B", "S", 1)
        token.approve("B", "C", 1)
        with expects(RulebookRefused, Reason.FLOW_NOT_PERMITTED):
            token.transfer_from("C", "B", "S", 1)
        assert token.detect_transfer_restriction("B", "S", 1) is Reason.FLOW_NOT_PERMITTED

    def test_foreign_trader_in_two_roles_trades_with_residents_only(self, world: World) -> None:
        register, trades = world.system.participants, world.system.trades
        both = profile(Role.SETTLER | Role.COUNTERPARTY, "XF", sponsor="K")
        register.register(SUPERVISOR, "U", both)
        register.set_screening(COMPLIANCE, "U", Screening.CLEAR)
        for number, parties in (("T-1", ("B", "U")), ("T-2", ("U", "S"))):
            trades.register("K", number, *parties, su(5), END, 84)
            trades.record_travel("U", number, b"\7" * 32)
            trades.designate(parties[0], number)
        world.system.token.transfer("B", "U", 5)
        with expects(RulebookRefused, Reason.NO_RESIDENT_PARTY):
            world.system.token.transfer("U", "S", 5)


class TestTransferFrom:
    def test_allowance_is_spent(self, world: World) -> None:
        token = world.system.token
        token.approve("B", "C", 7)
        assert facts(token.transfer_from("C", "B", "S", 5)) == [
            moved(Flow.DIRECT, "C", "B", "S", 5, trade="T-B-S")
        ]
        assert (token.allowance("B", "C"), balances(world, "B", "S")) == (2, [BALANCE - 5, 5])

    def test_unlimited_allowance_stays(self, world: World) -> None:
        token = world.system.token
        token.approve("B", "C", 2**256 - 1)
        token.transfer_from("C", "B", "S", 5)
        assert token.allowance("B", "C") == 2**256 - 1

    def test_allowance_too_small(self, world: World) -> None:
        world.system.token.approve("B", "C", 4)
        with expects(ERC20InsufficientAllowance, Reason.INSUFFICIENT_ALLOWANCE, shown(address_of("C")), 4, 5):
            world.system.token.transfer_from("C", "B", "S", 5)

    def test_rules_look_at_the_holder_and_not_the_spender(self, world: World) -> None:
        world.system.token.approve("B", "S", 5)
        with expects(RulebookRefused, Reason.DOMESTIC_PAYMENT):
            world.system.token.transfer_from("S", "B", "C", 5)

    @pytest.mark.parametrize("office", [RAMP, KEEPER])
    def test_office_is_no_spender(self, world: World, office: str) -> None:
        world.system.token.approve("B", office, 5)
        with expects(RulebookRefused, Reason.PARTICIPANT_UNKNOWN):
            world.system.token.transfer_from(office, "B", "S", 5)


SPENDERS = [
    ("C", "listed", Reason.LISTED_PARTY),
    ("C", "held", Reason.SCREENING_HOLD),
    ("C", "revoked", Reason.LICENCE_REVOKED),
    ("C", "suspended", Reason.LICENCE_SUSPENDED),
    ("C", "KYC expired", Reason.KYC_EXPIRED),
    ("C", "retired", Reason.WALLET_RETIRED),
    ("U", "never known", Reason.PARTICIPANT_UNKNOWN),
    ("D", "private in phase 1", Reason.PHASE_CLOSED),
]


@pytest.mark.rule("check.participant")
@pytest.mark.parametrize(("spender", "what", "reason"), SPENDERS)
def test_pitfall_01_spender_in_bad_standing_with_an_old_allowance(
    world: World, spender: str, what: str, reason: Reason
) -> None:
    token = world.system.token
    token.approve("B", spender, 2**256 - 1)
    change(world, spender, what)
    with expects(RulebookRefused, reason, reason):
        token.transfer_from(spender, "B", "S", 5)
    assert token.detect_transfer_restriction_from(spender, "B", "S", 5) is reason
    # The parties themselves are free to go on.
    token.transfer("B", "S", 5)
    assert balances(world, "S") == [5]
