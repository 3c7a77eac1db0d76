"""The settlement unit: direct payments, permits, modules, and answers given beforehand.

Numbers of pitfalls are those of the design notes on contracts.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.reverts import (
    ContractRevert,
    DualControlNotProposed,
    ECDSAInvalidSignature,
    ECDSAInvalidSignatureS,
    ERC20InsufficientAllowance,
    ERC20InsufficientBalance,
    ERC2612ExpiredSignature,
    ERC2612InvalidSigner,
    ERC7943InsufficientUnfrozenBalance,
    RulebookRefused,
    SettlementTokenNotModule,
    SettlementTokenProtectedAccount,
    SettlementTokenQuarantineSet,
)
from settlement.chain.settlement_token import Signature
from settlement.domain.events import ModuleRegistered, Moved
from settlement.domain.participants import Flow, LicenceStatus, Role, Screening
from settlement.domain.reasons import Reason
from tests.chain.expect import Fact, ask, call, expects, fact, facts, shown
from tests.chain.module import Module
from tests.chain.traders import outcome
from tests.world import (
    COMPLIANCE,
    DAY,
    END,
    KEEPER,
    RAMP,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
    list_party,
    profile,
    su,
)

BALANCE = su(10_000)
HIGH_S = 2**255


def moved(
    flow: Flow, actor: str, source: str, destination: str, amount: int, ref: str = "", trade: str = ""
) -> Fact:
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
        trade=trade,
    )


def balances(world: World, *accounts: str) -> list[int]:
    """Balances, in order."""
    return [world.system.token.balance_of(account) for account in accounts]


def change(world: World, participant: str, what: str) -> None:
    """Something happens to a participant."""
    register = world.system.participants
    match what:
        case "listed":
            list_party(world.system, participant)
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
        case "retired":
            register.rotate_wallet(SUPERVISOR, participant, participant, "X")


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
        world.system.participants.add_wallet(SUPERVISOR, "S", "S2")
        world.system.token.transfer("B", "S2", 5)
        assert balances(world, "S", "S2") == [0, 5]
        change(world, "S", "listed")
        with expects(RulebookRefused, Reason.LISTED_PARTY):
            world.system.token.transfer("S2", "B", 5)

    @pytest.mark.rule("actor.keys")
    def test_retired_wallet_neither_pays_nor_is_paid(self, world: World) -> None:
        world.system.token.transfer("B", "S", 5)
        world.system.participants.rotate_wallet(SUPERVISOR, "S", "S", "S2")
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


class TestModules:
    def test_register(self, world: World) -> None:
        token, calendar = world.system.token, world.system.calendar
        assert token.module_flows(calendar) == ()
        flows = (Flow.FUND, Flow.RECOVERY)
        _, *told = facts(token.appoint_module(COMPLIANCE, SUPERVISOR, calendar, reversed(flows)))
        assert told == [
            fact(ModuleRegistered, SUPERVISOR, module="BusinessCalendar", flows=["FUND", "RECOVERY"])
        ]
        assert token.module_flows(calendar) == flows

    @pytest.mark.rule("op.seize")
    def test_one_person_appoints_no_module_once_the_programme_is_approved(self, world: World) -> None:
        """A module for net legs takes without an allowance: its appointment could stand for a seizure."""
        with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
            world.system.token.register_module(SUPERVISOR, "U", (Flow.NET_LEG,))

    def test_flows_are_replaced_and_taken_away(self, world: World) -> None:
        token, module = world.system.token, Module(world, (Flow.FUND,))
        token.appoint_module(COMPLIANCE, SUPERVISOR, "U", (Flow.PAY,))
        assert token.module_flows("U") == (Flow.PAY,)
        with expects(SettlementTokenNotModule, Reason.UNAUTHORISED, shown(address_of("U"))):
            module.take(Flow.FUND, "B", "S", 5)
        token.appoint_module(COMPLIANCE, SUPERVISOR, "U", ())
        assert token.module_flows("U") == ()

    @pytest.mark.rule("check.flow")
    @pytest.mark.parametrize("allowed", [Flow.PAY, Flow.REFUND, Flow.AWARD], ids=lambda f: f.name)
    @pytest.mark.parametrize("tried", [Flow.FUND, Flow.PAY, Flow.REFUND, Flow.AWARD], ids=lambda f: f.name)
    def test_module_moves_its_own_flows_only(self, world: World, allowed: Flow, tried: Flow) -> None:
        module = Module(world)
        module.take(Flow.FUND, "B", "S", 5)
        world.system.token.appoint_module(COMPLIANCE, SUPERVISOR, "U", (allowed,))
        payee, trade = ("B" if tried is Flow.REFUND else "S"), "T-B-S"
        if tried is allowed:
            module.pay_out(tried, "B", payee, 5, trade=trade)
            assert world.system.token.balance_of("U") == 0
            return
        with expects(SettlementTokenNotModule, Reason.UNAUTHORISED, shown(address_of("U"))):
            module.pay_out(tried, "B", payee, 5, trade=trade)

    def test_account_with_a_freeze_cannot_become_a_module(self, world: World) -> None:
        token, calendar = world.system.token, world.system.calendar
        call(world, SUPERVISOR, token, "setFrozenTokens", calendar.address, 1)
        with expects(SettlementTokenProtectedAccount, Reason.PROTECTED_ACCOUNT, shown(calendar.address)):
            token.appoint_module(COMPLIANCE, SUPERVISOR, calendar, Flow)

    def test_quarantine_is_set_once(self, world: World) -> None:
        quarantine = world.system.quarantine
        with expects(SettlementTokenQuarantineSet, Reason.ALREADY_USED, shown(quarantine.address)):
            world.system.token.set_quarantine(SUPERVISOR, quarantine)

    def test_take_and_pay_out(self, world: World) -> None:
        token, module = world.system.token, Module(world)
        common = {"payer": "B", "payee": "S", "amount": 5, "ref": "C1", "trade": "T-B-S"}
        assert facts(module.take(Flow.FUND, "B", "S", 5)) == [
            fact(Moved, "U", flow="FUND", source="B", destination="U", **common)
        ]
        assert (token.allowance("B", "U"), balances(world, "B", "U")) == (0, [BALANCE - 5, 5])
        assert facts(module.pay_out(Flow.PAY, "B", "S", 5)) == [
            fact(Moved, "U", flow="PAY", source="U", destination="S", **common)
        ]
        assert balances(world, "U", "S") == [0, 5]

    def test_take_needs_an_allowance(self, world: World) -> None:
        module = Module(world)
        movement = Flow.FUND, address_of("B"), address_of("S"), 5, bytes(32), b"T-B-S".ljust(32, b"\0")
        with expects(ERC20InsufficientAllowance, Reason.INSUFFICIENT_ALLOWANCE, shown(address_of("U")), 0, 5):
            call(world, module.name, world.system.token, "take", *movement)

    def test_take_of_frozen_value_is_refused(self, world: World) -> None:
        world.system.token.set_frozen_tokens(SUPERVISOR, "B", 1)
        args = (shown(address_of("B")), BALANCE, BALANCE - 1)
        with expects(ERC7943InsufficientUnfrozenBalance, Reason.FROZEN, *args):
            Module(world).take(Flow.FUND, "B", "S", BALANCE)

    def test_net_leg_needs_no_allowance(self, world: World) -> None:
        """Its payer agreed by entering what is netted."""
        module = Module(world)
        house = address_of(module.name)
        movement = Flow.NET_LEG, address_of("B"), house, 5, bytes(32), bytes(32)
        call(world, module.name, world.system.token, "take", *movement)
        assert balances(world, "B", "U") == [BALANCE - 5, 5]

    @pytest.mark.rule("op.seize")
    @pytest.mark.parametrize(
        ("function", "arguments"),
        [
            ("setFrozenTokens", lambda module: (module, 1)),
            ("recover", lambda module: (module, address_of("B"), [])),
        ],
        ids=["freeze", "recover"],
    )
    def test_pitfall_06_value_held_for_others_is_out_of_reach(
        self, world: World, function: str, arguments: Callable[[bytes], tuple[Any, ...]]
    ) -> None:
        Module(world).take(Flow.FUND, "B", "S", 5)
        with expects(SettlementTokenProtectedAccount, Reason.PROTECTED_ACCOUNT, shown(address_of("U"))):
            call(world, SUPERVISOR, world.system.token, function, *arguments(address_of("U")))
        assert balances(world, "U") == [5]

    @pytest.mark.rule("op.seize")
    @pytest.mark.parametrize(("source", "to"), [("U", "B"), ("B", "U")], ids=["from", "to"])
    def test_pitfall_06_value_held_for_others_is_not_seized(self, world: World, source: str, to: str) -> None:
        Module(world).take(Flow.FUND, "B", "S", 5)
        with expects(SettlementTokenProtectedAccount, Reason.PROTECTED_ACCOUNT, shown(address_of("U"))):
            world.system.token.forced_transfer(COMPLIANCE, SUPERVISOR, source, to, 1)
        assert balances(world, "U") == [5]

    def test_allowance_alone_moves_nothing_into_a_module(self, world: World) -> None:
        Module(world)
        world.system.token.approve("B", "C", BALANCE)
        with expects(RulebookRefused, Reason.PARTICIPANT_UNKNOWN):
            world.system.token.transfer_from("C", "B", "U", BALANCE)


#: Every way value moves that an account can start, and whether it is an exit.
WAYS: dict[str, tuple[Callable[[World], object], bool]] = {
    "issue": (lambda w: w.system.ramp.issue(RAMP, "B", 1, "wire 7"), False),
    "redeem": (lambda w: w.system.ramp.redeem(RAMP, "B", 1, "wire 7"), True),
    "transfer": (lambda w: w.system.token.transfer("B", "S", 1), False),
    "transfer_from": (lambda w: w.system.token.transfer_from("C", "B", "S", 1), False),
    "forced_transfer": (
        lambda w: w.system.token.forced_transfer(COMPLIANCE, SUPERVISOR, "B", "C", 1),
        True,
    ),
    "recover": (lambda w: w.system.token.recover(SUPERVISOR, "S", "S2"), True),
    "fund": (lambda w: Module(w).take(Flow.FUND, "B", "S", 1), False),
    "pay": (lambda w: Module(w).pay_out(Flow.PAY, "B", "S", 1), True),
    "refund": (lambda w: Module(w).pay_out(Flow.REFUND, "B", "B", 1, trade="T-B-S"), True),
    "award": (lambda w: Module(w).pay_out(Flow.AWARD, "B", "S", 1), True),
    "net leg in": (lambda w: Module(w).take(Flow.NET_LEG, "B", "U", 1, trade=""), True),
    "net leg out": (lambda w: Module(w).pay_out(Flow.NET_LEG, "U", "S", 1, trade=""), True),
    "sale": (lambda w: Module(w).pay_out(Flow.CONVERT, "U", "B", 1, trade=""), False),
    "purchase": (lambda w: Module(w).take(Flow.CONVERT, "B", "U", 1, trade=""), True),
    "intake": (lambda w: Module(w).intake("M", "B", 1, "lot 7", "T-B-S"), False),
    "impound": (lambda w: Module(w).impound(Flow.PAY, "B", "S", 1), True),
}


@pytest.fixture
def ready(world: World) -> World:
    """The small regime with everything in place for every way; a module holds 100."""
    token = world.system.token
    token.approve("B", world.system.ramp, 1)
    token.approve("B", "C", 1)
    world.system.participants.add_wallet(SUPERVISOR, "S", "S2")
    world.system.reserve.sell_coins(RAMP, 0, 100, "endowment")
    Module(world).take(Flow.FUND, "B", "S", 100)
    return world


@pytest.mark.parametrize("way", WAYS)
class TestStage:
    @pytest.mark.rule("regime.suspended-nothing-moves")
    def test_pitfall_14_suspension_forgets_no_way(self, ready: World, way: str) -> None:
        send, _ = WAYS[way]
        ready.system.regime.suspend(SUPERVISOR)
        with expects(RulebookRefused, Reason.REGIME_SUSPENDED):
            send(ready)
        # Freezing moves nothing, so it stays possible.
        ready.system.token.set_frozen_tokens(SUPERVISOR, "C", 1)
        ready.system.regime.resume(SUPERVISOR)
        send(ready)

    @pytest.mark.rule("regime.exits-only")
    def test_wind_down_lets_out_and_not_in(self, ready: World, way: str) -> None:
        send, is_exit = WAYS[way]
        ready.advance_to(END + 1)
        if is_exit:
            send(ready)
            return
        with expects(RulebookRefused, Reason.REGIME_WINDING_DOWN):
            send(ready)


@pytest.mark.rule("check.truthful")
class TestPreChecks:
    """What is answered beforehand is what happens."""

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
        ("B", "Z", 1, 0, Reason.CORRIDOR_CLOSED),
        ("D", "S", 0, 0, Reason.PHASE_CLOSED),
    ]

    @pytest.mark.parametrize(("source", "to", "amount", "frozen", "reason"), CASES)
    def test_pitfall_16_transfer(
        self, world: World, source: str, to: str, amount: int, frozen: int, reason: Reason
    ) -> None:
        token = world.system.token
        token.set_frozen_tokens(SUPERVISOR, "B", frozen)
        trade = world.system.rulebook.designated_trade(source, to)
        assert token.detect_transfer_restriction(source, to, amount) is reason
        assert token.check_flow(Flow.DIRECT, source, to, source, to, amount, trade) is reason
        assert token.can_transfer(source, to, amount) is (reason is Reason.OK)
        assert outcome(lambda: token.transfer(source, to, amount)) is reason

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
        assert outcome(lambda: token.transfer_from(spender, "B", "S", amount)) is reason

    @pytest.mark.parametrize(
        ("flow", "payer", "payee", "amount", "reason"),
        [
            (Flow.FUND, "B", "S", 5, Reason.OK),
            (Flow.FUND, "B", "Z", 5, Reason.CORRIDOR_CLOSED),
            (Flow.FUND, "B", "S", BALANCE + 1, Reason.INSUFFICIENT_BALANCE),
            (Flow.FUND, "B", "L", 5, Reason.LISTED_PARTY),
            (Flow.FUND, "D", "S", 0, Reason.PHASE_CLOSED),
        ],
    )
    def test_pitfall_16_take(
        self, world: World, flow: Flow, payer: str, payee: str, amount: int, reason: Reason
    ) -> None:
        module, trade = Module(world), world.trade(payer, payee)
        asked = world.system.token.check_flow(flow, payer, payee, payer, "U", amount, trade)
        assert asked is reason
        assert outcome(lambda: module.take(flow, payer, payee, amount)) is reason

    @pytest.mark.parametrize(
        ("account", "allowed"),
        [("B", True), ("S", True), ("E", True), ("D", False), ("L", False), ("U", False), ("K", False)],
    )
    def test_can_send_and_receive(self, world: World, account: str, allowed: bool) -> None:
        assert world.system.token.can_send(account) is allowed
        assert world.system.token.can_receive(account) is allowed


class TestPermit:
    """ERC-2612."""

    def sign(self, world: World, owner: str = "B", amount: int = 5) -> tuple[int, Signature]:
        """A permit for C that lasts a day, and its deadline."""
        deadline = world.now + DAY
        return deadline, world.system.token.sign_permit(owner, "C", amount, deadline)

    def send(self, world: World, deadline: int, signature: Signature, amount: int = 5) -> None:
        """A stranger sends the permit to the token."""
        parties = address_of("B"), address_of("C")
        call(world, "U", world.system.token, "permit", *parties, amount, deadline, *signature)

    def test_pitfall_13_anybody_may_send_it_and_it_still_serves_its_spender(self, world: World) -> None:
        self.send(world, *self.sign(world))
        assert world.system.token.allowance("B", "C") == 5
        world.system.token.transfer_from("C", "B", "S", 5)
        assert balances(world, "S") == [5]

    def test_is_spent_once(self, world: World) -> None:
        permit = self.sign(world)
        self.send(world, *permit)
        with expects(ERC2612InvalidSigner, Reason.SIGNATURE_INVALID):
            self.send(world, *permit)

    def test_at_the_deadline_and_a_second_later(self, world: World) -> None:
        deadline, signature = self.sign(world)
        world.advance_to(deadline + 1)
        with expects(ERC2612ExpiredSignature, Reason.TOO_LATE, deadline):
            self.send(world, deadline, signature)
        deadline, signature = self.sign(world)
        world.advance_to(deadline)
        self.send(world, deadline, signature)
        assert world.system.token.allowance("B", "C") == 5

    @pytest.mark.parametrize(
        "fault", [{"owner": "S"}, {"amount": 4}], ids=["somebody else", "another amount"]
    )
    def test_signed_otherwise(self, world: World, fault: dict[str, Any]) -> None:
        with expects(ERC2612InvalidSigner, Reason.SIGNATURE_INVALID):
            self.send(world, *self.sign(world, **fault))

    @pytest.mark.parametrize(
        ("garbage", "error"),
        [
            ((0, bytes(32), bytes(32)), ECDSAInvalidSignature),
            ((27, b"\1" * 32, HIGH_S.to_bytes(32)), ECDSAInvalidSignatureS),
        ],
        ids=["none", "malleable"],
    )
    def test_no_signature(self, world: World, garbage: Signature, error: type[ContractRevert]) -> None:
        with expects(error, Reason.SIGNATURE_INVALID):
            self.send(world, world.now + DAY, garbage)


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
