"""The settlement unit: stages of the regime, answers given beforehand, and permits.

Numbers of pitfalls are those of the design notes on contracts.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.chain.accounts import account_of, address_of, written
from settlement.chain.port import CHAIN_ID
from settlement.chain.reverts import (
    ContractRevert,
    ECDSAInvalidSignature,
    ECDSAInvalidSignatureS,
    ERC2612ExpiredSignature,
    ERC2612InvalidSigner,
    RulebookRefused,
)
from settlement.chain.twins.settlement_token import Signature
from settlement.domain.participants import Flow
from settlement.domain.reasons import Reason
from tests.chain.expect import ask, call, expects
from tests.chain.module import Module
from tests.chain.token import balances
from tests.chain.traders import BALANCE, outcome
from tests.world import COMPLIANCE, DAY, END, RAMP, SUPERVISOR, World, endow

HIGH_S = 2**255
#: The typed data of ERC-2612.
PERMIT = {
    "owner": "address",
    "spender": "address",
    "value": "uint256",
    "nonce": "uint256",
    "deadline": "uint256",
}

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
    world.system.participants.add_wallet(COMPLIANCE, SUPERVISOR, "S", "S2")
    endow(world, 100)
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

    @given(amount=st.integers(0, 2**256 - 1), deadline=st.integers(0, 2**256 - 1))
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_is_what_eth_account_signs(self, world: World, amount: int, deadline: int) -> None:
        token = world.system.token
        signed = account_of("B").sign_typed_data(
            {
                "name": "Settlement Unit",
                "version": "1",
                "chainId": CHAIN_ID,
                "verifyingContract": written(token.address),
            },
            {"Permit": [{"name": name, "type": kind} for name, kind in PERMIT.items()]},
            {
                "owner": written(address_of("B")),
                "spender": written(address_of("C")),
                "value": amount,
                "nonce": 0,
                "deadline": deadline,
            },
        )
        expected = signed.v, signed.r.to_bytes(32), signed.s.to_bytes(32)
        assert token.sign_permit("B", "C", amount, deadline) == expected

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
