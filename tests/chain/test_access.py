"""Who may call what: every restricted function of every contract, and every office."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.chain import Twin
from settlement.chain.deployment import Deployment
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    AccessManagerUnauthorizedAccount,
    SettlementTokenNotModule,
)
from settlement.domain.events import OperationRejected
from settlement.domain.participants import LicenceStatus, Office, Screening
from settlement.domain.reasons import Reason
from tests.chain.expect import ask, call, expects, fact, facts, shown
from tests.chain.test_business_calendar import FIRST, LAST
from tests.world import CO_APPROVER, COMPLIANCE, PARTICIPANTS, PROGRAMME, RAMP, SUPERVISOR, World

SOURCES = Path(__file__).parents[2] / "contracts" / "src"
#: All offices, and an authorised entity, which holds none.
CALLERS = (*(office.value for office in Office), "B")

Call = Callable[[Deployment, str], object]
#: Every restricted function: its office, what a refusal names, and a call of it.
RESTRICTED: dict[str, tuple[str, tuple[str, str], Call]] = {
    "Regime.draft": (SUPERVISOR, ("DRAFT", ""), lambda d, a: d.regime.draft(a, PROGRAMME)),
    "Regime.approve": (CO_APPROVER, ("APPROVE", ""), lambda d, a: d.regime.approve(a, PROGRAMME)),
    "Regime.activate": (SUPERVISOR, ("ACTIVATE", ""), lambda d, a: d.regime.activate(a)),
    "Regime.proposePhase": (SUPERVISOR, ("PROPOSE_PHASE", ""), lambda d, a: d.regime.propose_phase(a, 2)),
    "Regime.approvePhase": (CO_APPROVER, ("APPROVE_PHASE", ""), lambda d, a: d.regime.approve_phase(a, 2)),
    "Regime.suspend": (SUPERVISOR, ("SUSPEND", ""), lambda d, a: d.regime.suspend(a)),
    "Regime.resume": (SUPERVISOR, ("RESUME", ""), lambda d, a: d.regime.resume(a)),
    "Regime.windDown": (SUPERVISOR, ("WIND_DOWN", ""), lambda d, a: d.regime.wind_down(a)),
    "Participants.register": (
        SUPERVISOR,
        ("REGISTER", "N"),
        lambda d, a: d.participants.register(a, "N", PARTICIPANTS["B"]),
    ),
    "Participants.addWallet": (
        SUPERVISOR,
        ("ADD_WALLET", "B"),
        lambda d, a: d.participants.add_wallet(a, "B", "B2"),
    ),
    "Participants.setLicence": (
        SUPERVISOR,
        ("LICENCE", "B"),
        lambda d, a: d.participants.set_licence(a, "B", LicenceStatus.ACTIVE, 1),
    ),
    "Participants.setKyc": (SUPERVISOR, ("KYC", "B"), lambda d, a: d.participants.set_kyc(a, "B", 1)),
    "Participants.setOwner": (
        SUPERVISOR,
        ("OWNER", "B"),
        lambda d, a: d.participants.set_owner(a, "B", "XF"),
    ),
    "Participants.setScreening": (
        COMPLIANCE,
        ("SCREEN", "L"),
        lambda d, a: d.participants.set_screening(a, "L", Screening.CLEAR),
    ),
    "BusinessCalendar.load": (
        SUPERVISOR,
        ("LOAD", "XH"),
        lambda d, a: d.calendar.load(a, "XH", FIRST, LAST, ()),
    ),
    "SettlementToken.registerModule": (
        SUPERVISOR,
        ("REGISTERMODULE", "TradeEscrow"),
        lambda d, a: d.token.register_module(a, d.escrow),
    ),
    "SettlementToken.forcedTransfer": (
        SUPERVISOR,
        ("SEIZE", "B"),
        lambda d, a: d.token.forced_transfer(a, "B", "C", 1),
    ),
    "SettlementToken.setFrozenTokens": (
        SUPERVISOR,
        ("FREEZE", "B"),
        lambda d, a: d.token.set_frozen_tokens(a, "B", 1),
    ),
    "SettlementToken.issue": (RAMP, ("ISSUE", "B"), lambda d, a: d.token.issue(a, "B", 1, "r")),
    "SettlementToken.redeem": (RAMP, ("REDEEM", "B"), lambda d, a: d.token.redeem(a, "B", 1, "r")),
}


def twin_of(world: World, contract: str) -> Twin:
    """The twin of a contract."""
    d = world.system
    twins: tuple[Twin, ...] = (d.regime, d.participants, d.calendar, d.token)
    return next(twin for twin in twins if twin.contract == contract)


def test_the_table_is_complete() -> None:
    restricted = {
        f"{source.stem}.{function}"
        for source in SOURCES.glob("*.sol")
        for function in re.findall(r"function (\w+)\([^{;]*\brestricted\b[^{;]*\{", source.read_text())
    }
    assert restricted == RESTRICTED.keys()


@pytest.mark.parametrize("function", RESTRICTED)
def test_only_its_office_may_call_it(world: World, function: str) -> None:
    office, (flow, subject), send = RESTRICTED[function]
    contract, _, name = function.partition(".")
    twin = twin_of(world, contract)
    selector = twin.artifact.functions[name].selector
    for caller in CALLERS:
        can_call = ask(world, world.system.access, "canCall", address_of(caller), twin.address, selector)
        assert can_call == (caller == office, 0)
        if caller == office:
            continue
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED, shown(address_of(caller))):
            send(world.system, caller)
        assert facts(world.transactions[-1].events) == [
            fact(OperationRejected, caller, flow=flow, reason="UNAUTHORISED", subject=subject)
        ]


@pytest.mark.parametrize("caller", [caller for caller in CALLERS if caller != SUPERVISOR])
def test_only_the_deployer_gives_offices_away(world: World, caller: str) -> None:
    access = world.system.access
    with expects(AccessManagerUnauthorizedAccount, Reason.UNAUTHORISED, shown(address_of(caller)), 0):
        access.grant_role(caller, 1, caller)
    with expects(AccessManagerUnauthorizedAccount, Reason.UNAUTHORISED, shown(address_of(caller)), 0):
        access.set_target_function_role(caller, world.system.regime, ["suspend"], 3)


def test_granted_office_may_call_at_once(world: World) -> None:
    world.system.access.grant_role(SUPERVISOR, 4, "B")
    world.system.token.issue("B", "B", 1, "by its own hand")
    assert world.transactions[-1].reason is Reason.OK


def test_function_may_be_given_to_another_office(world: World) -> None:
    world.system.access.set_target_function_role(SUPERVISOR, world.system.regime, ["suspend"], 3)
    with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED, shown(address_of(SUPERVISOR))):
        world.system.regime.suspend(SUPERVISOR)
    world.system.regime.suspend(COMPLIANCE)


@pytest.mark.parametrize("contract", ["Regime", "Participants", "BusinessCalendar", "SettlementToken"])
def test_authority_is_for_the_authority_to_change(world: World, contract: str) -> None:
    twin = twin_of(world, contract)
    assert ask(world, twin, "authority") == shown(world.system.access.address)
    with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED, shown(address_of(SUPERVISOR))):
        call(world, SUPERVISOR, twin, "setAuthority", address_of(SUPERVISOR))


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("function", ["fund", "payOut"])
def test_only_modules_hold_value_for_others(world: World, function: str, caller: str) -> None:
    with expects(SettlementTokenNotModule, Reason.UNAUTHORISED, shown(address_of(caller))):
        call(world, caller, world.system.token, function, address_of("B"), address_of("S"), 1, bytes(32))
