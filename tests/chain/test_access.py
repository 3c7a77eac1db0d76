"""Who may call what: every restricted function of the core, every office, and the delays of offices."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.chain import Twin, to_bytes32
from settlement.chain.deployment import HOLDERS, MODULES, PERMISSIONS, TIMELOCK, Deployment, Mandate
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    AccessManagerAlreadyScheduled,
    AccessManagerExpired,
    AccessManagerNotReady,
    AccessManagerNotScheduled,
    AccessManagerUnauthorizedAccount,
    AccessManagerUnauthorizedCall,
    AccessManagerUnauthorizedCancel,
    SettlementTokenNotModule,
)
from settlement.domain.events import CallCancelled, CallScheduled, OperationRejected, PhaseOpened
from settlement.domain.participants import Flow, LicenceStatus, Office, Screening
from settlement.domain.reasons import Reason
from tests.chain.expect import ask, call, expects, fact, facts, shown
from tests.chain.test_business_calendar import FIRST, LAST
from tests.world import (
    CO_APPROVER,
    COMPLIANCE,
    PARTICIPANTS,
    PROGRAMME,
    RAMP,
    SECOND_REVIEWER,
    SUPERVISOR,
    World,
)

SOURCES = Path(__file__).parents[2] / "contracts" / "src"
WEEK = 7 * 86_400
#: All offices, and an authorised entity, which holds none.
CALLERS = (*(office.value for office in Office), "B")
#: Contracts whose restricted functions are tried here.
CORE = ("regime", "participants", "calendar", "trades", "reserve", "rulebook", "token", "quarantine", "ramp")

Call = Callable[[Deployment, str], object]
REVIEWERS = (COMPLIANCE, SECOND_REVIEWER)
SUPERVISION = (SUPERVISOR,)
#: Every function that an office may call: the offices, what a refusal names, and a call of it.
RESTRICTED: dict[str, tuple[tuple[str, ...], tuple[str, str], Call]] = {
    "regime.draft": (SUPERVISION, ("DRAFT", ""), lambda d, a: d.regime.draft(a, PROGRAMME)),
    "regime.activate": (SUPERVISION, ("ACTIVATE", ""), lambda d, a: d.regime.activate(a)),
    "regime.proposePhase": (SUPERVISION, ("PROPOSE_PHASE", ""), lambda d, a: d.regime.propose_phase(a, 2)),
    "regime.suspend": (SUPERVISION, ("SUSPEND", ""), lambda d, a: d.regime.suspend(a)),
    "regime.resume": (SUPERVISION, ("RESUME", ""), lambda d, a: d.regime.resume(a)),
    "regime.windDown": (SUPERVISION, ("WIND_DOWN", ""), lambda d, a: d.regime.wind_down(a)),
    "participants.register": (
        SUPERVISION,
        ("REGISTER", "X"),
        lambda d, a: d.participants.register(a, "X", PARTICIPANTS["B"]),
    ),
    "participants.addWallet": (
        SUPERVISION,
        ("ADD_WALLET", "B"),
        lambda d, a: d.participants._send(
            a, "addWallet", to_bytes32("B"), address_of("B2"), flow="ADD_WALLET", subject="B"
        ),
    ),
    "participants.retireWallet": (
        SUPERVISION,
        ("RETIRE_WALLET", "B"),
        lambda d, a: d.participants.retire_wallet(a, "B", "B2"),
    ),
    "participants.rotateWallet": (
        SUPERVISION,
        ("ROTATE_WALLET", "B"),
        lambda d, a: d.participants._send(
            a, "rotateWallet", to_bytes32("B"), bytes(20), address_of("B2"), flow="ROTATE_WALLET", subject="B"
        ),
    ),
    "participants.setLicence": (
        SUPERVISION,
        ("LICENCE", "B"),
        lambda d, a: d.participants.set_licence(a, "B", LicenceStatus.ACTIVE, 1),
    ),
    "participants.setKyc": (SUPERVISION, ("KYC", "B"), lambda d, a: d.participants.set_kyc(a, "B", 1)),
    "participants.setOwner": (
        SUPERVISION,
        ("OWNER", "B"),
        lambda d, a: d.participants.set_owner(a, "B", "XF"),
    ),
    "participants.setSponsor": (
        SUPERVISION,
        ("SPONSOR", "B"),
        lambda d, a: d.participants.set_sponsor(a, "B", ""),
    ),
    "participants.setIntermediary": (
        SUPERVISION,
        ("INTERMEDIARY", "S"),
        lambda d, a: d.participants.set_intermediary(a, "S", "G"),
    ),
    "participants.setCap": (SUPERVISION, ("CAP", "B"), lambda d, a: d.participants.set_cap(a, "B", 1)),
    "participants.publishList": (
        REVIEWERS,
        ("PUBLISH_LIST", "2"),
        lambda d, a: d.participants.publish_list(a, 2, bytes(32)),
    ),
    "participants.setScreening": (
        REVIEWERS,
        ("SCREEN", "S"),
        lambda d, a: d.participants.set_screening(a, "S", Screening.CLEAR),
    ),
    "participants.resolveScreening": (
        REVIEWERS,
        ("RESOLVE", "L"),
        lambda d, a: d.participants._send(
            a, "resolveScreening", to_bytes32("L"), Screening.TRUE_MATCH, flow="RESOLVE", subject="L"
        ),
    ),
    "participants.propose": (
        REVIEWERS,
        ("PROPOSE", "Participants.setCap"),
        lambda d, a: d.participants.propose(a, "setCap", to_bytes32("B"), 1),
    ),
    "calendar.load": (SUPERVISION, ("LOAD", "XH"), lambda d, a: d.calendar.load(a, "XH", FIRST, LAST, ())),
    "reserve.sellCoins": (
        (RAMP,),
        ("SELL_COINS", "r"),
        lambda d, a: d.reserve._send(a, "sellCoins", 1, 1, to_bytes32("r"), flow="SELL_COINS", subject="r"),
    ),
    "reserve.propose": (
        REVIEWERS,
        ("PROPOSE", "Reserve.sellCoins"),
        lambda d, a: d.reserve.propose(a, "sellCoins", 1, 1, bytes(32)),
    ),
    "token.registerModule": (
        SUPERVISION,
        ("REGISTER_MODULE", "Ramp"),
        lambda d, a: d.token.register_module(a, d.ramp, Flow),
    ),
    "token.setQuarantine": (
        SUPERVISION,
        ("SET_QUARANTINE", "Quarantine"),
        lambda d, a: d.token.set_quarantine(a, d.quarantine),
    ),
    "token.forcedTransfer": (
        SUPERVISION,
        ("SEIZE", "B"),
        lambda d, a: d.token._send(
            a, "forcedTransfer", address_of("B"), address_of("C"), 1, flow="SEIZE", subject="B"
        ),
    ),
    "token.setFrozenTokens": (
        SUPERVISION,
        ("FREEZE", "B"),
        lambda d, a: d.token.set_frozen_tokens(a, "B", 1),
    ),
    "token.recover": (SUPERVISION, ("RECOVERY", "B"), lambda d, a: d.token.recover(a, "B", "B2")),
    "token.propose": (
        REVIEWERS,
        ("PROPOSE", "SettlementToken.recover"),
        lambda d, a: d.token.propose(a, "recover", bytes(20), bytes(20), []),
    ),
    "quarantine.release": (
        REVIEWERS,
        ("RELEASE", "1"),
        lambda d, a: d.quarantine._send(a, "release", 1, False, flow="RELEASE", subject="1"),
    ),
    "quarantine.propose": (
        REVIEWERS,
        ("PROPOSE", "Quarantine.claim"),
        lambda d, a: d.quarantine.propose(a, "claim", 1),
    ),
    "ramp.issue": ((RAMP,), ("ISSUE", "B"), lambda d, a: d.ramp.issue(a, "B", 1, "r")),
    "ramp.redeem": ((RAMP,), ("REDEEM", "B"), lambda d, a: d.ramp.redeem(a, "B", 1, "r")),
}
#: What the co-approver may call, after its delay.
DELAYED = {"regime.approve": (bytes(32),), "regime.approvePhase": (2,)}
MOVEMENT = (0, bytes(20), bytes(20), bytes(20), bytes(20), 0, 0, 0, 0, bytes(32))
#: What only a contract of the regime may call.
CONTRACTS_ONLY = {
    "participants.bar": (bytes(20),),
    "trades.consume": (bytes(32), 1),
    "trades.release": (bytes(32), 1),
    "trades.useDocument": (bytes(32),),
    "trades.freeDocument": (bytes(32),),
    "reserve.depositCash": (1, bytes(32)),
    "reserve.withdrawCash": (1, bytes(32)),
    "reserve.depositCoins": (1, bytes(32)),
    "rulebook.pass": (MOVEMENT,),
    "rulebook.enterObligation": (bytes(32), bytes(32), 1, bytes(32)),
    "rulebook.leaveObligation": (1, bytes(32)),
    "token.issue": (bytes(20), 1, bytes(32)),
    "token.redeem": (bytes(20), 1, bytes(32)),
}


def twin_of(system: Deployment, function: str) -> tuple[Twin, str]:
    """The contract and the name of a function of the tables."""
    contract, _, name = function.partition(".")
    return getattr(system, contract), name


def test_the_tables_are_complete(world: World) -> None:
    restricted = set()
    for field in CORE:
        contract = twin_of(world.system, f"{field}.")[0].contract
        source = (SOURCES / f"{contract}.sol").read_text()
        if re.search(r"\bDualControl \{", source):
            restricted.add(f"{field}.propose")
        for function in re.findall(r"function (\w+)\([^{;]*\brestricted\b[^{;]*\{", source):
            restricted.add(f"{field}.{function}")
    assert restricted == RESTRICTED.keys() | DELAYED.keys() | CONTRACTS_ONLY.keys()


@pytest.mark.rule("actor.office", "compliance.actors-named")
@pytest.mark.parametrize("function", RESTRICTED)
def test_only_its_offices_may_call_it(world: World, function: str) -> None:
    offices, (flow, subject), send = RESTRICTED[function]
    twin, name = twin_of(world.system, function)
    selector = twin.artifact.functions[name].selector
    for caller in CALLERS:
        can_call = ask(world, world.system.access, "canCall", address_of(caller), twin.address, selector)
        assert can_call == (caller in offices, 0)
        if caller in offices:
            continue
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED, shown(address_of(caller))):
            send(world.system, caller)
        assert facts(world.transactions[-1].events) == [
            fact(OperationRejected, caller, flow=flow, reason="UNAUTHORISED", subject=subject)
        ]


@pytest.mark.rule("actor.office", "op.issue-ramp")
@pytest.mark.parametrize("function", CONTRACTS_ONLY)
def test_what_contracts_do_to_each_other_no_office_does(world: World, function: str) -> None:
    twin, name = twin_of(world.system, function)
    for caller in CALLERS:
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED, shown(address_of(caller))):
            call(world, caller, twin, name, *CONTRACTS_ONLY[function])


@pytest.mark.rule("actor.co-signature")
@pytest.mark.parametrize("function", DELAYED)
def test_the_second_signature_is_the_co_approvers_and_never_at_once(world: World, function: str) -> None:
    twin, name = twin_of(world.system, function)
    selector = twin.artifact.functions[name].selector
    for caller in CALLERS:
        can_call = ask(world, world.system.access, "canCall", address_of(caller), twin.address, selector)
        assert can_call == (False, TIMELOCK if caller == CO_APPROVER else 0)
        if caller != CO_APPROVER:
            with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED, shown(address_of(caller))):
                call(world, caller, twin, name, *DELAYED[function])


@pytest.mark.rule("actor.co-signature")
class TestTimelock:
    """What the co-approver signs it announces first."""

    def announced(self, world: World) -> int:
        """Phase 2 is proposed and its signature announced; when it may be given."""
        world.system.regime.propose_phase(SUPERVISOR, 2)
        events = world.system.access.schedule(CO_APPROVER, world.system.regime, "approvePhase", 2)
        ready_at = events[0].sim_time + TIMELOCK
        call = events[0].data()["call"]
        scheduled = {"contract": "Regime", "function": "approvePhase", "call": call, "ready_at": ready_at}
        assert facts(events) == [fact(CallScheduled, CO_APPROVER, **scheduled)]
        return ready_at

    def test_not_announced(self, world: World) -> None:
        world.system.regime.propose_phase(SUPERVISOR, 2)
        with expects(AccessManagerNotScheduled, Reason.WRONG_STATE):
            world.system.regime.approve_phase(CO_APPROVER, 2)

    def test_a_second_too_early(self, world: World) -> None:
        world.advance_to(self.announced(world) - 1)
        with expects(AccessManagerNotReady, Reason.TOO_EARLY):
            world.system.regime.approve_phase(CO_APPROVER, 2)

    def test_on_time(self, world: World) -> None:
        world.advance_to(self.announced(world))
        events = world.system.regime.approve_phase(CO_APPROVER, 2)
        assert facts(events) == [fact(PhaseOpened, CO_APPROVER, phase=2)]

    def test_within_a_week(self, world: World) -> None:
        ready_at = self.announced(world)
        state = world.system.chain.snapshot()
        world.advance_to(ready_at + WEEK - 1)
        world.system.regime.approve_phase(CO_APPROVER, 2)
        assert world.system.regime.phase() == 2
        world.system.chain.revert(state)
        world.advance_to(ready_at + WEEK)
        with expects(AccessManagerExpired, Reason.TOO_LATE):
            world.system.regime.approve_phase(CO_APPROVER, 2)

    def test_for_another_call(self, world: World) -> None:
        world.advance_to(self.announced(world))
        with expects(AccessManagerNotScheduled, Reason.WRONG_STATE):
            world.system.regime.approve_phase(CO_APPROVER, 3)

    def test_one_announcement_is_for_one_call(self, world: World) -> None:
        world.advance_to(self.announced(world))
        world.system.regime.approve_phase(CO_APPROVER, 2)
        with expects(AccessManagerNotScheduled, Reason.WRONG_STATE):
            world.system.regime.approve_phase(CO_APPROVER, 2)

    def test_cancelled(self, world: World) -> None:
        world.advance_to(self.announced(world))
        events = world.system.access.cancel(CO_APPROVER, world.system.regime, "approvePhase", 2)
        assert [(type(event), event.actor) for event in events] == [(CallCancelled, CO_APPROVER)]
        with expects(AccessManagerNotScheduled, Reason.WRONG_STATE):
            world.system.regime.approve_phase(CO_APPROVER, 2)

    @pytest.mark.parametrize("caller", [caller for caller in CALLERS if caller != CO_APPROVER])
    def test_others_cancel_nothing(self, world: World, caller: str) -> None:
        self.announced(world)
        with expects(AccessManagerUnauthorizedCancel, Reason.UNAUTHORISED):
            world.system.access.cancel(caller, world.system.regime, "approvePhase", 2, caller=CO_APPROVER)

    def test_announced_twice(self, world: World) -> None:
        self.announced(world)
        with expects(AccessManagerAlreadyScheduled, Reason.ALREADY_USED):
            world.system.access.schedule(CO_APPROVER, world.system.regime, "approvePhase", 2)

    def test_announced_for_too_soon(self, world: World) -> None:
        at = world.now + TIMELOCK - 1
        with expects(AccessManagerUnauthorizedCall, Reason.UNAUTHORISED):
            world.system.access.schedule(CO_APPROVER, world.system.regime, "approvePhase", 2, at=at)

    @pytest.mark.parametrize("caller", [caller for caller in CALLERS if caller != CO_APPROVER])
    def test_others_announce_nothing(self, world: World, caller: str) -> None:
        with expects(AccessManagerUnauthorizedCall, Reason.UNAUTHORISED):
            world.system.access.schedule(caller, world.system.regime, "approvePhase", 2)


@pytest.mark.rule("actor.office")
@pytest.mark.parametrize("caller", CALLERS)
def test_nobody_gives_offices_away_or_rewires(world: World, caller: str) -> None:
    """The deployer renounced the administration, the supervisor's or not."""
    access, unauthorised = world.system.access, shown(address_of(caller))
    with expects(AccessManagerUnauthorizedAccount, Reason.UNAUTHORISED, unauthorised, 0):
        access.grant_role(caller, Mandate.SUPERVISION, caller)
    with expects(AccessManagerUnauthorizedAccount, Reason.UNAUTHORISED, unauthorised, 0):
        access.set_target_function_role(caller, world.system.regime, ["suspend"], Mandate.COMPLIANCE)


def test_deployer_may_until_it_renounces(unsealed: World) -> None:
    access, regime = unsealed.system.access, unsealed.system.regime
    access.set_target_function_role(SUPERVISOR, regime, ["draft"], Mandate.COMPLIANCE)
    with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED, shown(address_of(SUPERVISOR))):
        regime.draft(SUPERVISOR, PROGRAMME)
    regime.draft(COMPLIANCE, PROGRAMME)
    access.renounce_role(SUPERVISOR, 0)
    with expects(AccessManagerUnauthorizedAccount, Reason.UNAUTHORISED, shown(address_of(SUPERVISOR)), 0):
        access.set_target_function_role(SUPERVISOR, regime, ["draft"], Mandate.SUPERVISION)


def test_every_mandate_has_a_holder_and_something_to_do() -> None:
    assert {holder.mandate for holder in HOLDERS} == set(Mandate)
    assert {permission.mandate for permission in PERMISSIONS} == set(Mandate)


@pytest.mark.parametrize("contract", CORE)
def test_authority_is_for_the_authority_to_change(world: World, contract: str) -> None:
    twin = getattr(world.system, contract)
    assert ask(world, twin, "authority") == shown(world.system.access.address)
    with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED, shown(address_of(SUPERVISOR))):
        call(world, SUPERVISOR, twin, "setAuthority", address_of(SUPERVISOR))


@pytest.mark.rule("check.flow")
@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("function", ["take", "payOut", "impound", "intake"])
def test_only_modules_hold_value_for_others(world: World, function: str, caller: str) -> None:
    movement: tuple[object, ...] = (address_of("B"), address_of("S"), 1, bytes(32), bytes(32))
    if function != "intake":
        movement = (Flow.PAY, *movement)
    with expects(SettlementTokenNotModule, Reason.UNAUTHORISED, shown(address_of(caller))):
        call(world, caller, world.system.token, function, *movement)


def test_every_module_moves_its_own_flows(world: World) -> None:
    for field, flows in MODULES:
        assert set(world.system.token.module_flows(getattr(world.system, field))) == set(flows)
