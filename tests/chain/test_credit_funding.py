"""Funding a credit: who, when, how much, by allowance or permit, and what the Rulebook asks and meters."""

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.reverts import (
    ERC20InsufficientAllowance,
    ERC20InsufficientBalance,
    ERC2612ExpiredSignature,
    ERC2612InvalidSigner,
    RulebookRefused,
    SettlementTokenProtectedAccount,
    TradeEscrowNotParty,
    TradeEscrowTooLate,
)
from settlement.domain.events import CreditFunded, Moved
from settlement.domain.participants import CreditState, Flow, LicenceStatus
from settlement.domain.reasons import Reason
from tests.chain.credits import AGREED, ANYBODY, FACE, FUND_UNTIL, arrive, money, moved, wallets
from tests.chain.expect import call, expects, fact, facts, shown
from tests.world import COMPLIANCE, DAY, RAMP, SUPERVISOR, WIND_DOWN_END, World, su


@pytest.mark.rule("credit.issued-active", "op.fund")
def test_applicant_locks_the_face_amount(world: World) -> None:
    system = arrive(world, AGREED)
    system.token.approve("B", system.escrow, FACE)
    assert facts(system.escrow.fund("B", "C1")) == [
        moved("FUND", "B", "B", "TradeEscrow", FACE),
        fact(CreditFunded, "B", credit="C1", amount=FACE),
    ]
    assert system.escrow.credit_of("C1").state is CreditState.ACTIVE
    assert money(world) == {"locked": 1_000}
    assert system.escrow.is_live("C1")
    assert wallets(world, "B", "S") == (9_000, 0)


@pytest.mark.rule("credit.issued-active", "variant.tolerance", "variant.demurrage")
def test_tolerance_and_demurrage_are_locked_on_top(world: World) -> None:
    system = arrive(world, AGREED, tolerance=500, demurrage=su(30))
    assert system.escrow.funding_of("C1") == su(1_080)
    system.token.approve("B", system.escrow, su(1_080))
    system.escrow.fund("B", "C1")
    assert money(world) == {"locked": 1_080, "demurrage": 30}
    assert system.escrow.undrawn_of("C1") == su(1_050)


@pytest.mark.rule("op.fund", "check.cap-once", "check.purpose")
def test_funding_is_metered_once_and_takes_headroom(world: World) -> None:
    system = arrive(world, AGREED)
    system.token.approve("B", system.escrow, FACE)
    used = system.trades.trade_of("T-B-S").used
    system.escrow.fund("B", "C1")
    assert system.rulebook.used_by_entity("B", DAY) == 1_000 * 100
    assert system.trades.trade_of("T-B-S").used == used + FACE
    world.present("C1", FACE)
    system.presentations.accept("E", "C1", 1)
    system.presentations.settle(ANYBODY, "C1", 1)
    assert system.rulebook.used_by_entity("B", 30 * DAY) == 1_000 * 100
    assert system.trades.trade_of("T-B-S").used == used + FACE


@pytest.mark.rule("credit.issued-active")
@pytest.mark.parametrize("actor", ["S", "C", "K", ANYBODY])
def test_only_the_applicant_funds(world: World, actor: str) -> None:
    escrow = arrive(world, AGREED).escrow
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(actor))):
        escrow.fund(actor, "C1")


@pytest.mark.rule("credit.issued-active")
def test_funding_is_in_time_to_the_second(world: World) -> None:
    system = arrive(world, AGREED)
    system.token.approve("B", system.escrow, FACE)
    snapshot = system.chain.snapshot()
    world.advance_to(FUND_UNTIL + 1)
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, FUND_UNTIL):
        system.escrow.fund("B", "C1")
    system.chain.revert(snapshot)
    world.advance_to(FUND_UNTIL)
    system.escrow.fund("B", "C1")


@pytest.mark.rule("credit.issued-active", "check.balance")
def test_funding_needs_allowance_and_balance(world: World) -> None:
    system = arrive(world, AGREED)
    system.token.approve("B", system.escrow, FACE - 1)
    with expects(ERC20InsufficientAllowance, Reason.INSUFFICIENT_ALLOWANCE):
        system.escrow.fund("B", "C1")
    system.token.approve("B", system.escrow, FACE)
    system.token.approve("B", system.ramp, su(9_001))
    system.ramp.redeem(RAMP, "B", su(9_001), "most")
    with expects(ERC20InsufficientBalance, Reason.INSUFFICIENT_BALANCE):
        system.escrow.fund("B", "C1")
    assert money(world) == {}
    assert system.escrow.credit_of("C1").state is CreditState.ISSUED


@pytest.mark.rule("op.fund", "check.truthful")
@pytest.mark.parametrize(
    "reason",
    [
        Reason.REGIME_SUSPENDED,
        Reason.REGIME_WINDING_DOWN,
        Reason.LICENCE_SUSPENDED,
        Reason.DOMESTIC_PAYMENT,
        Reason.LISTED_PARTY,
        Reason.PURPOSE_EXHAUSTED,
        Reason.CAP_ENTITY,
    ],
    ids=lambda reason: reason.name,
)
def test_funding_asks_the_rulebook_for_everything(world: World, reason: Reason) -> None:
    system = arrive(world, AGREED)
    system.token.approve("B", system.escrow, FACE)
    spoil(world, reason)
    asked = "B", "S", "B", system.escrow, FACE, "T-B-S"
    assert system.token.check_flow(Flow.FUND, *asked) is reason
    with expects(RulebookRefused, reason):
        system.escrow.fund("B", "C1")
    assert money(world) == {}


def spoil(world: World, reason: Reason) -> None:
    """Make the Rulebook refuse the funding of C1 for ``reason``."""
    system = world.system
    match reason:
        case Reason.REGIME_SUSPENDED:
            system.regime.suspend(SUPERVISOR)
        case Reason.REGIME_WINDING_DOWN:
            system.regime.wind_down(SUPERVISOR)
        case Reason.LICENCE_SUSPENDED:
            system.participants.set_licence(SUPERVISOR, "S", LicenceStatus.SUSPENDED, WIND_DOWN_END)
        case Reason.DOMESTIC_PAYMENT:
            system.participants.set_owner(SUPERVISOR, "S", "XH")
        case Reason.LISTED_PARTY:
            world.list_party("S")
        case Reason.PURPOSE_EXHAUSTED:
            system.trades.amend("K", "T-B-S", FACE - 1, WIND_DOWN_END)
        case Reason.CAP_ENTITY:
            system.participants.set_cap(SUPERVISOR, "B", 1_000 * 100 - 1)


@pytest.mark.rule("credit.issued-active")
def test_permit_stands_for_the_allowance(world: World) -> None:
    system = arrive(world, AGREED)
    permit = system.token.sign_permit("B", system.escrow, FACE, FUND_UNTIL)
    funded = system.escrow.fund_with_permit("B", "C1", FUND_UNTIL, permit)
    assert [type(event) for event in funded] == [Moved, CreditFunded]
    assert system.token.allowance("B", system.escrow) == 0


@pytest.mark.rule("credit.issued-active")
def test_pitfall_13_permit_that_somebody_spent_first_does_no_harm(world: World) -> None:
    system = arrive(world, AGREED)
    permit = system.token.sign_permit("B", system.escrow, FACE, FUND_UNTIL)
    wallet, spender = address_of("B"), system.escrow.address
    call(world, ANYBODY, system.token, "permit", wallet, spender, FACE, FUND_UNTIL, *permit)
    system.escrow.fund_with_permit("B", "C1", FUND_UNTIL, permit)
    assert money(world) == {"locked": 1_000}


@pytest.mark.rule("credit.issued-active")
def test_permit_of_somebody_else_or_from_the_past_is_refused(world: World) -> None:
    system = arrive(world, AGREED)
    foreign = system.token.sign_permit("C", system.escrow, FACE, FUND_UNTIL)
    with expects(ERC2612InvalidSigner, Reason.SIGNATURE_INVALID):
        system.escrow.fund_with_permit("B", "C1", FUND_UNTIL, foreign)
    late = system.token.sign_permit("B", system.escrow, FACE, world.now - 1)
    with expects(ERC2612ExpiredSignature, Reason.TOO_LATE):
        system.escrow.fund_with_permit("B", "C1", world.now - 2, late)
    assert money(world) == {}


@pytest.mark.rule("credit.issued-active")
def test_permit_does_not_let_others_fund(world: World) -> None:
    system = arrive(world, AGREED)
    permit = system.token.sign_permit("C", system.escrow, FACE, FUND_UNTIL)
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY):
        system.escrow.fund_with_permit("C", "C1", FUND_UNTIL, permit)


@pytest.mark.rule("op.seize", "op.freeze")
def test_pitfall_06_balance_of_the_escrow_is_neither_seized_nor_frozen(world: World) -> None:
    world.active_credit()
    token, escrow = world.system.token, world.system.escrow
    with expects(SettlementTokenProtectedAccount, Reason.PROTECTED_ACCOUNT):
        call(world, SUPERVISOR, token, "setFrozenTokens", escrow.address, 1)
    seizure = escrow.address, address_of("C"), 1
    token.propose(COMPLIANCE, "forcedTransfer", *seizure)
    with expects(SettlementTokenProtectedAccount, Reason.PROTECTED_ACCOUNT):
        call(world, SUPERVISOR, token, "forcedTransfer", *seizure)
    assert money(world) == {"locked": 1_000}
