"""Every custom error of every contract has one Python class, and what is none of them ends a run."""

from collections import Counter
from importlib import resources

import pytest
from eth_abi.abi import encode

from settlement.chain.abi import Artifact, ErrorType, Function, load_artifact
from settlement.chain.reverts import (
    BusinessCalendarNotLoaded,
    ClearingHouseMemberRefused,
    ContractRevert,
    ERC20InsufficientBalance,
    RulebookRefused,
    UnknownRevert,
    class_name,
    revert_of,
)
from settlement.domain.errors import BackendError, Refused
from settlement.domain.reasons import Reason
from tests.chain.expect import call
from tests.world import RAMP, SUPERVISOR, World

ARTIFACTS: list[Artifact] = [
    load_artifact(file.name.removesuffix(".json"))
    for file in resources.files("settlement.chain").joinpath("artifacts").iterdir()
    if file.name.endswith(".json")
]
ERRORS: dict[bytes, ErrorType] = {s: e for artifact in ARTIFACTS for s, e in artifact.errors.items()}
#: Panic(uint256), and its code for arithmetic that overflows.
OVERFLOW = "4e487b71" + (0x11).to_bytes(32).hex()


def test_every_error_has_a_class_and_every_class_an_error() -> None:
    assert {class_name(error.name) for error in ERRORS.values()} == ContractRevert.by_name.keys()


def test_no_two_errors_share_a_class() -> None:
    shared = Counter(class_name(error.name) for error in ERRORS.values())
    assert {name: count for name, count in shared.items() if count > 1} == {}
    assert len(ContractRevert.__subclasses__()) == len(ContractRevert.by_name)


@pytest.mark.parametrize("name", sorted(ContractRevert.by_name))
def test_every_class_says_what_it_stands_for(name: str) -> None:
    revert = ContractRevert.by_name[name]
    error = next(error for error in ERRORS.values() if class_name(error.name) == name)
    zeros = tuple({"address": "0x" + "00" * 20, "bytes32": bytes(32)}.get(kind, 0) for kind in error.inputs)
    raised = revert(zeros)
    assert isinstance(raised, Refused)
    assert raised.reason.sentence in str(raised)
    assert revert.__doc__
    # Only the Rulebook's answers bring their reason with them; the others are refusals, whatever they carry.
    assert (raised.reason is Reason.OK) == (revert in (RulebookRefused, ClearingHouseMemberRefused))


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason.is_rule], ids=lambda r: r.name)
def test_rulebook_answers_with_its_reason(reason: Reason) -> None:
    selector = next(s for s, error in ERRORS.items() if error.name == "Rulebook_Refused")
    refusal = revert_of("SettlementToken.fund", ERRORS, selector + encode(["uint8"], [reason]), None)
    assert isinstance(refusal, RulebookRefused)
    assert refusal.reason is reason
    assert refusal.arguments == (reason,)


def test_arguments_are_decoded_and_shown() -> None:
    selector = next(s for s, error in ERRORS.items() if error.name == "BusinessCalendar_NotLoaded")
    data = selector + encode(["bytes2", "uint256"], [b"ZZ", 20_000])
    refusal = revert_of("BusinessCalendar.isBankingDay", ERRORS, data, None)
    assert isinstance(refusal, BusinessCalendarNotLoaded)
    assert refusal.arguments == (b"ZZ", 20_000)
    assert str(refusal).endswith("(0x5a5a, 20000)")


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("", "no data"),
        ("deadbeef", "deadbeef"),
        ("08c379a0" + encode(["string"], ["because"]).hex(), "08c379a0"),
        (OVERFLOW, "4e487b71"),
    ],
    ids=["no data", "unknown selector", "Error(string)", "Panic(uint256)"],
)
def test_what_is_no_error_of_ours_is_unknown(data: str, shown: str) -> None:
    unknown = revert_of("Contract.function", ERRORS, bytes.fromhex(data), None)
    assert isinstance(unknown, UnknownRevert)
    assert str(unknown).startswith(f"Contract.function reverted with {shown}")


def test_unknown_revert_is_a_bug_and_no_refusal() -> None:
    assert issubclass(UnknownRevert, BackendError)
    assert not issubclass(UnknownRevert, Refused)


def test_panic_in_a_transaction_is_unknown_and_carries_the_receipt(world: World) -> None:
    with pytest.raises(UnknownRevert, match=OVERFLOW) as caught:
        call(world, SUPERVISOR, world.system.calendar, "load", b"XH", 2**256 - 1, [0, 0])
    assert caught.value.receipt is not None
    assert not caught.value.receipt.succeeded
    assert world.transactions == []


def test_panic_in_a_view_is_unknown(world: World) -> None:
    with pytest.raises(UnknownRevert, match=OVERFLOW):
        world.system.calendar.end_of_banking_day("XH", 2**256 - 1, 0)


def test_function_that_does_not_exist_is_unknown(world: World) -> None:
    nothing = Function("nothing", bytes.fromhex("deadbeef"), (), ())
    with pytest.raises(UnknownRevert, match="reverted with no data"):
        world.system.chain.transact(SUPERVISOR, world.system.token, nothing, (), "", "")


def test_refused_transaction_carries_its_receipt_and_is_reported(world: World) -> None:
    token = world.system.token
    token.approve("S", world.system.escrow, 1)
    with pytest.raises(ERC20InsufficientBalance) as caught:
        token.transfer("S", "B", 1)
    assert caught.value.receipt is not None
    reported = world.transactions[-1]
    assert (reported.operation, reported.actor, reported.reason) == (
        "SettlementToken.transfer",
        "S",
        Reason.INSUFFICIENT_BALANCE,
    )
    assert (reported.block, reported.gas_used) == (caught.value.receipt.block, caught.value.receipt.gas_used)
    assert [(event.actor, event.log_index) for event in reported.events] == [("S", -1)]


def test_refused_deployment_raises_its_error(world: World) -> None:
    with pytest.raises(ContractRevert) as caught:
        world.system.chain.deploy(RAMP, "AccessManager", bytes(20))
    assert type(caught.value).__name__ == "AccessManagerInvalidInitialAdmin"
    assert caught.value.reason is Reason.TERMS_INVALID
