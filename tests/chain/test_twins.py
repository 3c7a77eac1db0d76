"""The twins mirror the contracts: functions, events, enumerations and reasons, none missing."""

import ast
import inspect
import re
from collections.abc import Iterator
from enum import IntEnum, IntFlag
from pathlib import Path

import pytest

from settlement.chain.abi import load_artifact
from settlement.chain.chain import Origin, Twin
from settlement.chain.port import Log
from settlement.chain.twins.access_manager import AccessManager
from settlement.chain.twins.business_calendar import BusinessCalendar
from settlement.chain.twins.clearing_house import ClearingHouse
from settlement.chain.twins.collections import Collections
from settlement.chain.twins.conversion_desk import ConversionDesk
from settlement.chain.twins.domestic_currency import DomesticCurrency
from settlement.chain.twins.miner_intake import MinerIntake
from settlement.chain.twins.participants import Participants
from settlement.chain.twins.presentations import Presentations
from settlement.chain.twins.price_oracle import PriceOracle
from settlement.chain.twins.quarantine import Quarantine
from settlement.chain.twins.ramp import Ramp
from settlement.chain.twins.regime import Regime
from settlement.chain.twins.reserve import Reserve
from settlement.chain.twins.rulebook import Rulebook
from settlement.chain.twins.settlement_token import SettlementToken
from settlement.chain.twins.trade_escrow import TradeEscrow
from settlement.chain.twins.trade_registry import TradeRegistry
from settlement.domain.errors import BackendError
from settlement.domain.obligations import ObligationState
from settlement.domain.participants import (
    Access,
    BillState,
    CreditState,
    DrawKind,
    DrawState,
    Flow,
    Instrument,
    ItemState,
    LicenceStatus,
    OwnershipClass,
    Role,
    Screening,
    Stage,
)
from settlement.domain.quotes import QuoteSide, QuoteState
from settlement.domain.reasons import Reason
from tests.world import World

SOURCES = Path(__file__).parents[2] / "contracts" / "src"
TWINS = (
    AccessManager,
    BusinessCalendar,
    ClearingHouse,
    Collections,
    ConversionDesk,
    DomesticCurrency,
    MinerIntake,
    Participants,
    Presentations,
    PriceOracle,
    Quarantine,
    Ramp,
    Regime,
    Reserve,
    Rulebook,
    SettlementToken,
    TradeEscrow,
    TradeRegistry,
)

#: OpenZeppelin's part of every managed contract; its authority is fixed at deployment.
MANAGED = {"authority", "setAuthority", "isConsumingScheduledOp"}
#: Functions that no twin method calls, and why.
NOT_CALLED: dict[type[Twin], set[str]] = {
    # Offices are fixed at deployment.
    AccessManager: load_artifact("AccessManager").functions.keys()
    - {"grantRole", "setTargetFunctionRole", "renounceRole", "schedule", "cancel", "multicall"},
    BusinessCalendar: MANAGED,
    ClearingHouse: MANAGED,
    # The event names the id.
    Collections: {"billId"},
    ConversionDesk: MANAGED,
    # Constants.
    DomesticCurrency: MANAGED | {"name", "symbol", "decimals"},
    MinerIntake: MANAGED,
    # Contracts ask for these, and the token and the domestic currency bar their own.
    Participants: MANAGED
    | {"holderOf", "standingOf", "sponsorOf", "intermediaryOf", "capOf", "restoredAt", "bar"},
    PriceOracle: MANAGED,
    # The token calls it.
    Quarantine: MANAGED | {"hold"},
    Ramp: MANAGED,
    Regime: MANAGED | {"law", "capsOf"},
    # Ramp and intake call these.
    Reserve: MANAGED | {"depositCash", "depositCoins", "withdrawCash"},
    # Movements are asked through SettlementToken.checkFlow, which knows balances; contracts call the rest.
    Rulebook: MANAGED | {"check", "pass", "enterObligation", "leaveObligation"},
    SettlementToken: MANAGED
    # Contracts call these, not actors.
    | {"issue", "redeem", "intake", "take", "payOut", "impound"}
    # Constants, and what wallets need.
    | {"name", "symbol", "decimals", "eip712Domain"}
    # The escrow passes the permit on.
    | {"permit"},
    TradeEscrow: MANAGED
    # The event names the id.
    | {"creditId"}
    # The presentations call these.
    | {"reserve", "unreserve", "payDraw", "payRetention", "closeAdvance", "closeIfEmpty"}
    | {"disputeRetention", "windDown"},
    # Contracts call these.
    TradeRegistry: MANAGED | {"consume", "release", "useDocument", "freeDocument"},
}
#: Events that are neither decoded nor ignored, because no twin method can bring them about.
NEVER_LOGGED: dict[type[Twin], set[str]] = {
    **{
        twin: {"AuthorityUpdated"}
        for twin in TWINS
        if twin not in (AccessManager, Collections, Presentations)
    },
    AccessManager: {
        "RoleAdminChanged",
        "RoleGrantDelayChanged",
        "RoleGuardianChanged",
        "RoleLabel",
        "TargetAdminDelayUpdated",
        "TargetClosed",
    },
    SettlementToken: {"AuthorityUpdated", "EIP712DomainChanged"},
}


def _strings(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _nodes(twin: type[Twin]) -> Iterator[ast.AST]:
    """Everything in the class of a twin and in its bases short of ``Twin``."""
    for base in twin.__mro__[: twin.__mro__.index(Twin)]:
        yield from ast.walk(ast.parse(inspect.getsource(base)))


def _called(twin: type[Twin]) -> set[str]:
    """Names of contract functions in the calls that the twin's methods make."""
    called = set()
    for node in _nodes(twin):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            position = {"_view": 0, "_send": 1, "_set": 1, "_on": 1, "_together": 2}.get(node.func.attr)
            if position is not None and isinstance(node.args[position], ast.Constant):
                called |= set(_strings(node.args[position]))
    return called


def _decoded(twin: type[Twin]) -> set[str]:
    """Names of the events that the twin's decoders compare with, or find in its table of simple ones."""
    compared = {
        text
        for node in _nodes(twin)
        if isinstance(node, ast.FunctionDef) and node.name.endswith("_event")
        for part in ast.walk(node)
        if isinstance(part, ast.MatchValue | ast.Compare)
        for text in _strings(part)
    }
    return compared | getattr(twin, "_SIMPLE", {}).keys()


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.__name__)
def test_every_function_is_called_or_a_known_exception(twin: type[Twin]) -> None:
    functions = load_artifact(twin.contract).functions.keys()
    assert _called(twin) | NOT_CALLED.get(twin, set()) == functions
    assert _called(twin) & NOT_CALLED.get(twin, set()) == set()


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.__name__)
def test_every_event_is_decoded_ignored_or_never_logged(twin: type[Twin]) -> None:
    events = [event.name for event in load_artifact(twin.contract).events.values()]
    known = [*_decoded(twin), *twin.ignored, *NEVER_LOGGED.get(twin, set())]
    assert sorted(known) == sorted(events)


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.__name__)
def test_no_function_is_overloaded(twin: type[Twin]) -> None:
    """Twins know functions by name."""
    artifact = load_artifact(twin.contract)
    assert len(artifact.functions) == sum(entry["type"] == "function" for entry in artifact.abi)


def test_no_artifact_is_without_a_twin() -> None:
    shipped = {file.stem for file in (Path(inspect.getfile(Twin)).parent / "artifacts").glob("*.json")}
    # The escrow alone asks TermsCheck.
    assert {twin.contract for twin in TWINS} == shipped - {"TermsCheck"}


def test_event_that_the_contract_does_not_have_is_a_broken_backend(world: World) -> None:
    origin = Origin(sim_time=0, actor="B", block=1, log_index=0)
    regime = world.system.regime
    with pytest.raises(BackendError, match="an event it does not have"):
        regime.decode(Log(regime.address, (bytes(32),), b""), origin)


def test_event_without_a_domain_event_is_a_broken_backend(world: World) -> None:
    origin = Origin(sim_time=0, actor="B", block=1, log_index=0)
    regime = world.system.regime
    topic = next(topic for topic, event in regime.artifact.events.items() if event.name == "AuthorityUpdated")
    with pytest.raises(BackendError, match=r"Regime\.AuthorityUpdated has no domain event"):
        regime.decode(Log(regime.address, (topic,), bytes(32)), origin)


def _enumerations() -> dict[str, list[str]]:
    """Members of every Solidity enumeration, in order."""
    found = {}
    for source in (SOURCES / "interfaces").glob("*.sol"):
        for name, body in re.findall(r"\benum (\w+) \{([^}]*)\}", source.read_text()):
            found[name] = [member.strip() for member in body.split(",")]
    return found


#: By the name that the contracts give them.
ENUMERATIONS: dict[str, type[IntEnum]] = {
    "Access": Access,
    "BillState": BillState,
    "CreditState": CreditState,
    "DrawState": DrawState,
    "Flow": Flow,
    "Instrument": Instrument,
    "ItemState": ItemState,
    "Kind": DrawKind,
    "LicenceStatus": LicenceStatus,
    "ObligationState": ObligationState,
    "OwnershipClass": OwnershipClass,
    "QuoteSide": QuoteSide,
    "QuoteState": QuoteState,
    "Screening": Screening,
    "Stage": Stage,
}


@pytest.mark.parametrize("name", ENUMERATIONS)
def test_enumeration_is_that_of_the_contracts(name: str) -> None:
    ours, theirs = ENUMERATIONS[name], _enumerations()[name]
    assert {member.name: member.value for member in ours} == {name: n for n, name in enumerate(theirs)}


def test_no_enumeration_of_the_contracts_is_missing() -> None:
    assert _enumerations().keys() == ENUMERATIONS.keys()


def test_roles_are_the_bits_of_the_contracts() -> None:
    source = (SOURCES / "Role.sol").read_text()
    bits = {name: int(bit) for name, bit in re.findall(r"uint16 internal constant (\w+) = (\d+);", source)}
    assert bits.pop("ALL") == sum(Role)
    assert issubclass(Role, IntFlag)
    assert bits == {role.name: role.value for role in Role}


def test_reasons_of_the_contracts_are_the_rules_of_the_table() -> None:
    source = (SOURCES / "Reason.sol").read_text()
    codes = re.findall(r"uint8 internal constant (\w+) = (\d+);", source)
    assert [(name, int(code)) for name, code in codes] == [(r.name, r.value) for r in Reason if r.is_rule]


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason.is_rule], ids=lambda r: r.name)
def test_sentence_of_a_rule_is_that_of_the_table(world: World, reason: Reason) -> None:
    assert world.system.token.message_for_transfer_restriction(reason) == reason.sentence


def test_code_without_a_rule_has_no_sentence(world: World) -> None:
    assert world.system.token.message_for_transfer_restriction(Reason.UNAUTHORISED) == ""
