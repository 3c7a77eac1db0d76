"""The settlement unit: every way value moves, who is refused, and the pitfalls of its kind by number.

Numbers of pitfalls are those of the design notes on contracts.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import (
    ContractRevert,
    ECDSAInvalidSignature,
    ECDSAInvalidSignatureS,
    ERC20InsufficientAllowance,
    ERC20InsufficientBalance,
    ERC2612ExpiredSignature,
    ERC2612InvalidSigner,
    ERC7943InsufficientUnfrozenBalance,
    RulebookRefused,
    SettlementTokenProtectedAccount,
    SettlementTokenReferenceUsed,
)
from settlement.chain.settlement_token import Signature
from settlement.domain.events import CreditFunded, FrozenSet, ModuleRegistered, Moved
from settlement.domain.participants import CreditState, Flow, LicenceStatus, Role, Screening
from settlement.domain.reasons import Reason
from tests.chain.expect import Fact, ask, call, expects, fact, facts, shown
from tests.world import (
    COMPLIANCE,
    DAY,
    END,
    KEEPER,
    RAMP,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
    profile,
    su,
)

BALANCE = su(10_000)
HIGH_S = 2**255


def moved(flow: Flow, actor: str, source: str, destination: str, amount: int, ref: str = "") -> Fact:
    """A movement whose ultimate parties are the accounts debited and credited."""
    return fact(
        Moved,
        actor,
        flow=flow.name,
        payer=source,
        payee=destination,
        source=source,
        destination=destination,
        amount=amount,
        ref=ref,
    )


def balances(world: World, *accounts: str) -> list[int]:
    """Balances, in order."""
    return [world.system.token.balance_of(account) for account in accounts]


def change(world: World, participant: str, what: str) -> None:
    """Something happens to a participant."""
    register = world.system.participants
    match what:
        case "listed":
            register.set_screening(COMPLIANCE, participant, Screening.TRUE_MATCH)
        case "held":
            register.set_screening(COMPLIANCE, participant, Screening.POTENTIAL)
        case "revoked":
            register.set_licence(SUPERVISOR, participant, LicenceStatus.REVOKED, WIND_DOWN_END)
        case "suspended":
            register.set_licence(SUPERVISOR, participant, LicenceStatus.SUSPENDED, WIND_DOWN_END)
        case "KYC expired":
            register.set_kyc(SUPERVISOR, participant, world.now - 1)
        case "owned at home":
            register.set_owner(SUPERVISOR, participant, "XH")


class TestIssue:
    def test_ramp_issues(self, world: World) -> None:
        token = world.system.token
        assert facts(token.issue(RAMP, "B", 5, "wire 7")) == [
            moved(Flow.ISSUE, RAMP, "issuance", "B", 5, "wire 7")
        ]
        assert balances(world, "B") == [BALANCE + 5]
        assert token.total_supply() == 2 * BALANCE + 5

    @pytest.mark.parametrize("ref", ["opening 1", ""], ids=["used", "empty"])
    def test_reference_is_single_use(self, world: World, ref: str) -> None:
        with expects(SettlementTokenReferenceUsed, Reason.ALREADY_USED, to_bytes32(ref)):
            world.system.token.issue(RAMP, "B", 5, ref)

    def test_refused_issue_leaves_its_reference_unused(self, world: World) -> None:
        token = world.system.token
        with expects(RulebookRefused, Reason.ROLE_MISSING):
            token.issue(RAMP, "S", 5, "wire 7")
        token.issue(RAMP, "B", 5, "wire 7")
        assert balances(world, "B", "S") == [BALANCE + 5, 0]

    @pytest.mark.parametrize(
        ("holder", "reason"),
        [
            ("S", Reason.ROLE_MISSING),
            ("E", Reason.ROLE_MISSING),
            ("D", Reason.PHASE_CLOSED),
            ("U", Reason.PARTICIPANT_UNKNOWN),
        ],
    )
    def test_only_authorised_entities_are_issued_to(self, world: World, holder: str, reason: Reason) -> None:
        with expects(RulebookRefused, reason, reason):
            world.system.token.issue(RAMP, holder, 5, "wire 7")

    @pytest.mark.parametrize(
        ("what", "reason"),
        [
            ("listed", Reason.LISTED_PARTY),
            ("held", Reason.SCREENING_HOLD),
            ("revoked", Reason.LICENCE_REVOKED),
            ("KYC expired", Reason.KYC_EXPIRED),
        ],
    )
    def test_entity_in_bad_standing_is_not_issued_to(self, world: World, what: str, reason: Reason) -> None:
        change(world, "B", what)
        with expects(RulebookRefused, reason, reason):
            world.system.token.issue(RAMP, "B", 5, "wire 7")


class TestRedeem:
    def test_ramp_redeems_what_the_holder_approved(self, world: World) -> None:
        token = world.system.token
        token.approve("B", RAMP, 7)
        assert facts(token.redeem(RAMP, "B", 5, "wire 7")) == [
            moved(Flow.REDEEM, RAMP, "B", "issuance", 5, "wire 7")
        ]
        assert balances(world, "B") == [BALANCE - 5]
        assert token.total_supply() == 2 * BALANCE - 5
        assert token.allowance("B", RAMP) == 2

    def test_ramp_needs_an_allowance(self, world: World) -> None:
        world.system.token.approve("B", RAMP, 4)
        with expects(
            ERC20InsufficientAllowance, Reason.INSUFFICIENT_ALLOWANCE, shown(address_of(RAMP)), 4, 5
        ):
            world.system.token.redeem(RAMP, "B", 5, "wire 7")

    @pytest.mark.parametrize("ref", ["opening 1", ""], ids=["used", "empty"])
    def test_reference_is_single_use(self, world: World, ref: str) -> None:
        world.system.token.approve("B", RAMP, 5)
        with expects(SettlementTokenReferenceUsed, Reason.ALREADY_USED, to_bytes32(ref)):
            world.system.token.redeem(RAMP, "B", 5, ref)

    def test_more_than_is_held_is_refused(self, world: World) -> None:
        world.system.token.approve("B", RAMP, BALANCE + 1)
        args = (shown(address_of("B")), BALANCE, BALANCE + 1)
        with expects(ERC20InsufficientBalance, Reason.INSUFFICIENT_BALANCE, *args):
            world.system.token.redeem(RAMP, "B", BALANCE + 1, "wire 7")

    def test_frozen_value_is_refused(self, world: World) -> None:
        world.system.token.approve("B", RAMP, BALANCE)
        world.system.token.set_frozen_tokens(SUPERVISOR, "B", 1)
        args = (shown(address_of("B")), BALANCE, BALANCE - 1)
        with expects(ERC7943InsufficientUnfrozenBalance, Reason.FROZEN, *args):
            world.system.token.redeem(RAMP, "B", BALANCE, "wire 7")

    @pytest.mark.parametrize(
        ("what", "reason"), [("listed", Reason.LISTED_PARTY), ("held", Reason.SCREENING_HOLD)]
    )
    def test_screening_stops_it(self, world: World, what: str, reason: Reason) -> None:
        world.system.token.approve("B", RAMP, 5)
        change(world, "B", what)
        with expects(RulebookRefused, reason, reason):
            world.system.token.redeem(RAMP, "B", 5, "wire 7")

    @pytest.mark.parametrize("what", ["revoked", "suspended", "KYC expired"])
    def test_exit_stays_open_to_an_entity_that_may_not_enter(self, world: World, what: str) -> None:
        world.system.token.approve("B", RAMP, 5)
        change(world, "B", what)
        world.system.token.redeem(RAMP, "B", 5, "wire 7")
        assert balances(world, "B") == [BALANCE - 5]


class TestTransfer:
    @pytest.mark.parametrize("amount", [0, 1, BALANCE])
    def test_resident_pays_abroad(self, world: World, amount: int) -> None:
        assert facts(world.system.token.transfer("B", "S", amount)) == [
            moved(Flow.DIRECT, "B", "B", "S", amount)
        ]
        assert balances(world, "B", "S") == [BALANCE - amount, amount]

    def test_payee_pays_back(self, world: World) -> None:
        world.system.token.transfer("B", "S", 5)
        world.system.token.transfer("S", "C", 2)
        assert balances(world, "B", "C", "S") == [BALANCE - 5, BALANCE + 2, 3]

    @pytest.mark.parametrize(
        ("sender", "to", "reason"),
        [
            ("B", "C", Reason.DOMESTIC_PAYMENT),
            ("B", "B", Reason.DOMESTIC_PAYMENT),
            ("B", "H", Reason.DOMESTIC_PAYMENT),
            ("S", "T", Reason.NO_RESIDENT_PARTY),
            ("B", "L", Reason.LISTED_PARTY),
            ("B", "E", Reason.ROLE_MISSING),
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
        escrow = world.system.escrow.address
        with expects(RulebookRefused, Reason.PARTICIPANT_UNKNOWN):
            call(world, "B", world.system.token, "transfer", escrow, 1)

    def test_more_than_is_held(self, world: World) -> None:
        args = (shown(address_of("B")), BALANCE, BALANCE + 1)
        with expects(ERC20InsufficientBalance, Reason.INSUFFICIENT_BALANCE, *args):
            world.system.token.transfer("B", "S", BALANCE + 1)

    def test_second_wallet_of_a_participant_holds_for_itself(self, world: World) -> None:
        world.system.participants.add_wallet(SUPERVISOR, "S", "B2")
        world.system.token.transfer("B", "B2", 5)
        assert balances(world, "S", "B2") == [0, 5]
        change(world, "S", "listed")
        with expects(RulebookRefused, Reason.LISTED_PARTY):
            world.system.token.transfer("B2", "B", 5)

    def test_programme_that_forbids_direct_payments(self, elsewhere: World) -> None:
        token = elsewhere.system.token
        with expects(RulebookRefused, Reason.FLOW_NOT_PERMITTED):
            token.transfer("B", "S", 1)
        token.approve("B", "C", 1)
        with expects(RulebookRefused, Reason.FLOW_NOT_PERMITTED):
            token.transfer_from("C", "B", "S", 1)
        assert token.detect_transfer_restriction("B", "S", 1) is Reason.FLOW_NOT_PERMITTED
        assert elsewhere.active_credit() == "C1"


class TestTransferFrom:
    def test_allowance_is_spent(self, world: World) -> None:
        token = world.system.token
        token.approve("B", "C", 7)
        assert facts(token.transfer_from("C", "B", "S", 5)) == [moved(Flow.DIRECT, "C", "B", "S", 5)]
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


SPENDERS = [
    ("C", "listed", Reason.LISTED_PARTY),
    ("C", "held", Reason.SCREENING_HOLD),
    ("C", "revoked", Reason.LICENCE_REVOKED),
    ("C", "suspended", Reason.LICENCE_SUSPENDED),
    ("C", "KYC expired", Reason.KYC_EXPIRED),
    ("U", "never known", Reason.PARTICIPANT_UNKNOWN),
    ("D", "private in phase 1", Reason.PHASE_CLOSED),
]


@pytest.mark.parametrize(("spender", "what", "reason"), SPENDERS)
def test_pitfall_1_spender_in_bad_standing_with_an_old_allowance(
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


class TestFreeze:
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
        token.set_frozen_tokens(SUPERVISOR, "B", 5)
        token.set_frozen_tokens(SUPERVISOR, "B", 3)
        assert token.frozen_of("B") == 3
        token.set_frozen_tokens(SUPERVISOR, "B", 0)
        token.transfer("B", "S", BALANCE)
        assert balances(world, "B") == [0]

    def test_frozen_holder_still_receives(self, world: World) -> None:
        world.system.token.set_frozen_tokens(SUPERVISOR, "S", 5)
        world.system.token.transfer("B", "S", 7)
        world.system.token.transfer("S", "B", 2)
        with expects(ERC7943InsufficientUnfrozenBalance, Reason.FROZEN):
            world.system.token.transfer("S", "B", 1)

    def test_funding_a_credit_does_not_get_round_it(self, world: World) -> None:
        escrow, token = world.system.escrow, world.system.token
        escrow.open("B", world.terms(amount=BALANCE))
        escrow.issue("S", "C1")
        token.approve("B", escrow, BALANCE)
        token.set_frozen_tokens(SUPERVISOR, "B", 1)
        with expects(ERC7943InsufficientUnfrozenBalance, Reason.FROZEN):
            escrow.fund("B", "C1")

    @pytest.mark.parametrize("frozen", [BALANCE + 1, 2**256 - 1])
    def test_pitfall_3_frozen_above_the_balance(self, world: World, frozen: int) -> None:
        token = world.system.token
        token.set_frozen_tokens(SUPERVISOR, "B", frozen)
        assert token.frozen_of("B") == frozen
        args = (shown(address_of("B")), 1, 0)
        with expects(ERC7943InsufficientUnfrozenBalance, Reason.FROZEN, *args):
            token.transfer("B", "S", 1)
        assert token.detect_transfer_restriction("B", "S", 1) is Reason.FROZEN
        # What arrives later is frozen too.
        token.issue(RAMP, "B", 1, "wire 7")
        with expects(ERC7943InsufficientUnfrozenBalance, Reason.FROZEN):
            token.transfer("B", "S", 1)


class TestForcedTransfer:
    def test_supervisor_seizes(self, world: World) -> None:
        assert facts(world.system.token.forced_transfer(SUPERVISOR, "B", "C", 5)) == [
            moved(Flow.SEIZE, SUPERVISOR, "B", "C", 5)
        ]
        assert balances(world, "B", "C") == [BALANCE - 5, BALANCE + 5]

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
        events = facts(token.forced_transfer(SUPERVISOR, "B", "C", amount))
        seizure = moved(Flow.SEIZE, SUPERVISOR, "B", "C", amount)
        if left is None:
            assert events == [seizure]
        else:
            assert events == [fact(FrozenSet, SUPERVISOR, participant="B", amount=left), seizure]
        assert token.frozen_of("B") == (frozen if left is None else left)
        assert balances(world, "B", "C") == [BALANCE - amount, BALANCE + amount]

    def test_pitfall_2_seizure_to_oneself_unfreezes_nothing(self, world: World) -> None:
        token = world.system.token
        token.set_frozen_tokens(SUPERVISOR, "B", BALANCE)
        with expects(SettlementTokenProtectedAccount, Reason.PROTECTED_ACCOUNT, shown(address_of("B"))):
            token.forced_transfer(SUPERVISOR, "B", "B", 5)
        assert token.frozen_of("B") == BALANCE

    @pytest.mark.parametrize("what", ["listed", "held", "revoked", "suspended", "KYC expired"])
    def test_pitfall_4_block_stops_no_seizure(self, world: World, what: str) -> None:
        change(world, "B", what)
        world.system.token.set_frozen_tokens(SUPERVISOR, "B", 2**256 - 1)
        world.system.token.forced_transfer(SUPERVISOR, "B", "C", BALANCE)
        assert balances(world, "B", "C") == [0, 2 * BALANCE]

    def test_more_than_is_held(self, world: World) -> None:
        args = (shown(address_of("B")), BALANCE, BALANCE + 1)
        with expects(ERC20InsufficientBalance, Reason.INSUFFICIENT_BALANCE, *args):
            world.system.token.forced_transfer(SUPERVISOR, "B", "C", BALANCE + 1)

    @pytest.mark.parametrize(
        ("to", "reason"),
        [
            ("L", Reason.LISTED_PARTY),
            ("U", Reason.PARTICIPANT_UNKNOWN),
            ("D", Reason.PHASE_CLOSED),
        ],
    )
    def test_nothing_is_seized_for_the_wrong_hands(self, world: World, to: str, reason: Reason) -> None:
        with expects(RulebookRefused, reason, reason):
            world.system.token.forced_transfer(SUPERVISOR, "B", to, 5)


class TestModules:
    def test_register(self, world: World) -> None:
        token = world.system.token
        assert not ask(world, token, "isModule", world.system.calendar.address)
        assert facts(token.register_module(SUPERVISOR, world.system.calendar)) == [
            fact(ModuleRegistered, SUPERVISOR, module="BusinessCalendar")
        ]
        assert ask(world, token, "isModule", world.system.calendar.address)
        assert ask(world, token, "isModule", world.system.escrow.address)

    def test_account_with_a_freeze_cannot_become_a_module(self, world: World) -> None:
        token, calendar = world.system.token, world.system.calendar
        call(world, SUPERVISOR, token, "setFrozenTokens", calendar.address, 1)
        with expects(SettlementTokenProtectedAccount, Reason.PROTECTED_ACCOUNT, shown(calendar.address)):
            token.register_module(SUPERVISOR, calendar)

    @pytest.mark.parametrize(
        ("function", "arguments"),
        [
            ("setFrozenTokens", lambda escrow: (escrow, 1)),
            ("forcedTransfer", lambda escrow: (escrow, address_of("B"), 1)),
            ("forcedTransfer", lambda escrow: (address_of("B"), escrow, 1)),
        ],
        ids=["freeze", "seize from", "seize to"],
    )
    def test_pitfall_6_value_held_for_others_is_out_of_reach(
        self, world: World, function: str, arguments: Callable[[bytes], tuple[Any, ...]]
    ) -> None:
        world.active_credit()
        with expects(SettlementTokenProtectedAccount, Reason.PROTECTED_ACCOUNT):
            call(world, SUPERVISOR, world.system.token, function, *arguments(world.system.escrow.address))
        assert world.system.token.balance_of(world.system.escrow) == su(1_000)

    def test_allowance_alone_moves_nothing_into_the_escrow(self, world: World) -> None:
        """Only the escrow's own functions lock value, and each for a credit."""
        token = world.system.token
        token.approve("B", "C", BALANCE)
        escrow = world.system.escrow.address
        with expects(RulebookRefused, Reason.PARTICIPANT_UNKNOWN):
            call(world, "C", token, "transferFrom", address_of("B"), escrow, BALANCE)


def _suspend(world: World) -> None:
    world.system.regime.suspend(SUPERVISOR)


#: Every way value moves outside credits, and whether it is an exit.
WAYS: dict[str, tuple[Callable[[World], object], bool]] = {
    "issue": (lambda w: w.regime.token.issue(RAMP, "B", 1, "wire 7"), False),
    "redeem": (lambda w: w.regime.token.redeem(RAMP, "B", 1, "wire 7"), True),
    "transfer": (lambda w: w.regime.token.transfer("B", "S", 1), False),
    "transfer_from": (lambda w: w.regime.token.transfer_from("C", "B", "S", 1), False),
    "forced_transfer": (lambda w: w.regime.token.forced_transfer(SUPERVISOR, "B", "C", 1), True),
}


@pytest.mark.parametrize("way", WAYS)
class TestStage:
    def test_pitfall_14_suspension_forgets_no_way(self, world: World, way: str) -> None:
        send, _ = WAYS[way]
        world.system.token.approve("B", RAMP, 1)
        world.system.token.approve("B", "C", 1)
        _suspend(world)
        with expects(RulebookRefused, Reason.REGIME_SUSPENDED):
            send(world)
        # Freezing moves nothing, so it stays possible.
        world.system.token.set_frozen_tokens(SUPERVISOR, "C", 1)
        world.system.regime.resume(SUPERVISOR)
        send(world)

    def test_wind_down_lets_out_and_not_in(self, world: World, way: str) -> None:
        send, is_exit = WAYS[way]
        world.system.token.approve("B", RAMP, 1)
        world.system.token.approve("B", "C", 1)
        world.advance_to(END + 1)
        if is_exit:
            send(world)
            return
        with expects(RulebookRefused, Reason.REGIME_WINDING_DOWN):
            send(world)


class TestPreChecks:
    """Pitfall 16: what is answered beforehand is what happens."""

    CASES: ClassVar[list[tuple[str, str, int, int, Reason]]] = [
        ("B", "S", BALANCE, 0, Reason.OK),
        ("B", "S", BALANCE + 1, 0, Reason.INSUFFICIENT_BALANCE),
        ("B", "S", BALANCE, 1, Reason.FROZEN),
        ("B", "C", 1, 0, Reason.DOMESTIC_PAYMENT),
        ("B", "H", 1, 0, Reason.DOMESTIC_PAYMENT),
        ("S", "T", 0, 0, Reason.NO_RESIDENT_PARTY),
        ("B", "L", 1, 0, Reason.LISTED_PARTY),
        ("B", "U", 1, 0, Reason.PARTICIPANT_UNKNOWN),
        ("B", "E", 1, 0, Reason.ROLE_MISSING),
        ("D", "S", 0, 0, Reason.PHASE_CLOSED),
    ]

    @pytest.mark.parametrize(("source", "to", "amount", "frozen", "reason"), CASES)
    def test_pitfall_16_transfer(
        self, world: World, source: str, to: str, amount: int, frozen: int, reason: Reason
    ) -> None:
        token = world.system.token
        token.set_frozen_tokens(SUPERVISOR, "B", frozen)
        assert token.detect_transfer_restriction(source, to, amount) is reason
        assert token.check_flow(Flow.DIRECT, source, to, source, amount) is reason
        assert token.can_transfer(source, to, amount) is (reason is Reason.OK)
        assert self._outcome(lambda: token.transfer(source, to, amount)) is reason

    @pytest.mark.parametrize(
        ("spender", "amount", "allowed", "reason"),
        [
            ("C", 5, 5, Reason.OK),
            ("C", 5, 4, Reason.INSUFFICIENT_ALLOWANCE),
            ("C", BALANCE + 1, BALANCE, Reason.INSUFFICIENT_BALANCE),
            ("U", 5, 5, Reason.PARTICIPANT_UNKNOWN),
            ("E", 5, 5, Reason.OK),
        ],
    )
    def test_pitfall_16_transfer_from(
        self, world: World, spender: str, amount: int, allowed: int, reason: Reason
    ) -> None:
        token = world.system.token
        token.approve("B", spender, allowed)
        assert token.detect_transfer_restriction_from(spender, "B", "S", amount) is reason
        assert self._outcome(lambda: token.transfer_from(spender, "B", "S", amount)) is reason

    @pytest.mark.parametrize(
        ("account", "allowed"),
        [("B", True), ("S", True), ("E", True), ("D", False), ("L", False), ("U", False)],
    )
    def test_can_send_and_receive(self, world: World, account: str, allowed: bool) -> None:
        assert world.system.token.can_send(account) is allowed
        assert world.system.token.can_receive(account) is allowed

    @staticmethod
    def _outcome(send: Callable[[], object]) -> Reason:
        try:
            send()
        except ContractRevert as revert:
            return revert.reason
        return Reason.OK


class TestPermit:
    """Pitfall 13: a permit is public as soon as it is sent."""

    AMOUNT = su(1_000)

    def issued(self, world: World) -> str:
        """A credit that B may fund."""
        world.system.escrow.open("B", world.terms())
        world.system.escrow.issue("S", "C1")
        return "C1"

    def sign(self, world: World, owner: str = "B", amount: int = AMOUNT) -> tuple[int, Signature]:
        """A permit that lasts a day, and its deadline."""
        deadline = world.now + DAY
        return deadline, world.system.token.sign_permit(owner, world.system.escrow, amount, deadline)

    def spend(self, world: World, deadline: int, signature: Signature) -> None:
        """A stranger sends the permit to the token."""
        parties = address_of("B"), world.system.escrow.address
        call(world, "U", world.system.token, "permit", *parties, self.AMOUNT, deadline, *signature)

    def test_funds_without_an_approval(self, world: World) -> None:
        credit = self.issued(world)
        assert facts(world.system.escrow.fund_with_permit("B", credit, *self.sign(world))) == [
            fact(
                Moved,
                "B",
                flow="FUND",
                payer="B",
                payee="S",
                source="B",
                destination="TradeEscrow",
                amount=self.AMOUNT,
                ref="C1",
            ),
            fact(CreditFunded, "B", credit="C1", amount=self.AMOUNT),
        ]
        assert world.system.token.allowance("B", world.system.escrow) == 0

    def test_pitfall_13_permit_that_somebody_spent_first(self, world: World) -> None:
        credit = self.issued(world)
        permit = self.sign(world)
        self.spend(world, *permit)
        assert world.system.token.allowance("B", world.system.escrow) == self.AMOUNT
        world.system.escrow.fund_with_permit("B", credit, *permit)
        assert world.system.escrow.credit_of(credit).state is CreditState.ACTIVE

    def test_spent_permit_funds_one_credit_only(self, world: World) -> None:
        credit = self.issued(world)
        permit = self.sign(world)
        world.system.escrow.fund_with_permit("B", credit, *permit)
        world.system.escrow.open("B", world.terms(ref="C2"))
        world.system.escrow.issue("S", "C2")
        with expects(ERC2612InvalidSigner, Reason.SIGNATURE_INVALID):
            world.system.escrow.fund_with_permit("B", "C2", *permit)

    def test_at_the_deadline_and_a_second_later(self, world: World) -> None:
        credit = self.issued(world)
        deadline, signature = self.sign(world)
        world.advance_to(deadline + 1)
        with expects(ERC2612ExpiredSignature, Reason.TOO_LATE, deadline):
            world.system.escrow.fund_with_permit("B", credit, deadline, signature)
        deadline, signature = self.sign(world)
        world.advance_to(deadline)
        world.system.escrow.fund_with_permit("B", credit, deadline, signature)
        assert world.system.escrow.credit_of(credit).state is CreditState.ACTIVE

    def test_signed_by_somebody_else(self, world: World) -> None:
        credit = self.issued(world)
        with expects(ERC2612InvalidSigner, Reason.SIGNATURE_INVALID):
            world.system.escrow.fund_with_permit("B", credit, *self.sign(world, owner="C"))

    def test_signed_for_another_amount(self, world: World) -> None:
        credit = self.issued(world)
        with expects(ERC2612InvalidSigner, Reason.SIGNATURE_INVALID):
            world.system.escrow.fund_with_permit("B", credit, *self.sign(world, amount=self.AMOUNT - 1))

    @pytest.mark.parametrize(
        ("garbage", "error"),
        [
            ((0, bytes(32), bytes(32)), ECDSAInvalidSignature),
            ((27, b"\1" * 32, HIGH_S.to_bytes(32)), ECDSAInvalidSignatureS),
        ],
        ids=["none", "malleable"],
    )
    def test_no_signature(self, world: World, garbage: Signature, error: type[ContractRevert]) -> None:
        credit = self.issued(world)
        with expects(error, Reason.SIGNATURE_INVALID):
            world.system.escrow.fund_with_permit("B", credit, world.now + DAY, garbage)

    def test_worthless_permit_does_no_harm_where_the_allowance_is_there(self, world: World) -> None:
        credit = self.issued(world)
        world.system.token.approve("B", world.system.escrow, self.AMOUNT)
        world.system.escrow.fund_with_permit("B", credit, 0, (0, bytes(32), bytes(32)))
        assert world.system.escrow.credit_of(credit).state is CreditState.ACTIVE


@pytest.mark.parametrize(
    ("interface", "supported"),
    [("3edbb4c4", True), ("01ffc9a7", True), ("36372b07", True), ("ffffffff", False), ("80ac58cd", False)],
    ids=["ERC-7943 fungible", "ERC-165", "ERC-20", "invalid", "ERC-721"],
)
def test_erc_165(world: World, interface: str, supported: bool) -> None:
    assert world.system.token.supports_interface(bytes.fromhex(interface)) is supported


@pytest.mark.parametrize(
    ("function", "value"), [("decimals", 6), ("symbol", "SU"), ("name", "Settlement Unit")]
)
def test_erc_20_metadata(world: World, function: str, value: object) -> None:
    assert ask(world, world.system.token, function) == value


def test_foreign_trader_in_two_roles_trades_with_residents_only(world: World) -> None:
    world.system.participants.register(SUPERVISOR, "U", profile(Role.SETTLER | Role.COUNTERPARTY, "XF"))
    world.system.participants.set_screening(COMPLIANCE, "U", Screening.CLEAR)
    world.system.token.transfer("B", "U", 5)
    with expects(RulebookRefused, Reason.NO_RESIDENT_PARTY):
        world.system.token.transfer("U", "S", 5)


@pytest.mark.parametrize("office", [RAMP, KEEPER])
def test_office_is_no_spender(world: World, office: str) -> None:
    world.system.token.approve("B", office, 5)
    with expects(RulebookRefused, Reason.PARTICIPANT_UNKNOWN):
        world.system.token.transfer_from(office, "B", "S", 5)
