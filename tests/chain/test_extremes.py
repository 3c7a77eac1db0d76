"""No office locks itself or others out by a number: the greatest there is, and then the next call."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import pytest
from eth_abi.exceptions import EncodingError

from settlement.chain.abi import Function, load_artifact
from settlement.chain.accounts import address_of
from settlement.chain.chain import Twin, to_bytes32
from settlement.chain.deployment import PERMISSIONS, Deployment, Mandate
from settlement.chain.reverts import ContractRevert, UnknownRevert
from settlement.chain.twins.regime import _corridors_to_abi, _programme_to_abi
from tests.chain.expect import call
from tests.chain.money import BANK, DESK, MINER, TREASURY, drl, post_prices
from tests.world import (
    COMPLIANCE,
    CORRIDORS,
    DAY,
    PARTICIPANTS,
    PROGRAMME,
    RAMP,
    START,
    SUPERVISOR,
    World,
    su,
)

B, K, M = to_bytes32("B"), to_bytes32(BANK), to_bytes32(MINER)
RIG = (to_bytes32("north"), 10**6, 30, 5, START)
PROFILE = PARTICIPANTS["S"].to_abi()


class Step(NamedTuple):
    """A call of an office, by its arguments, and a later one that must always be possible."""

    office: str
    arguments: tuple[Any, ...]
    later: Callable[[World], tuple[Any, ...]] | None = None


def next_list(world: World) -> tuple[Any, ...]:
    """The list after the one that is out."""
    return world.system.participants.current_list()[0] + 1, bytes(32)


#: What the offices set, with numbers or times in it.
STEPS: dict[str, Step] = {
    "regime.draft": Step(SUPERVISOR, (_programme_to_abi(PROGRAMME), _corridors_to_abi(CORRIDORS))),
    "participants.register": Step(
        SUPERVISOR,
        (to_bytes32("X"), address_of("X"), PROFILE),
        lambda _: (to_bytes32("Y"), address_of("Y"), PROFILE),
    ),
    "participants.setLicence": Step(SUPERVISOR, (B, 1, START + DAY)),
    "participants.setKyc": Step(SUPERVISOR, (B, START + DAY)),
    "participants.setCap": Step(SUPERVISOR, (B, 10**6)),
    "participants.publishList": Step(COMPLIANCE, (2, bytes(32)), next_list),
    "participants.setScreening": Step(COMPLIANCE, (to_bytes32("S"), 1)),
    "calendar.load": Step(SUPERVISOR, (b"XH", START // DAY // 256, [0, 0])),
    "token.setFrozenTokens": Step(SUPERVISOR, (address_of("C"), 5), lambda _: (address_of("C"), 2**256 - 1)),
    "ramp.issue": Step(
        RAMP, (address_of("B"), 5, to_bytes32("1")), lambda _: (address_of("B"), 5, to_bytes32("2"))
    ),
    "ramp.redeem": Step(
        RAMP, (address_of("B"), 5, to_bytes32("1")), lambda _: (address_of("B"), 5, to_bytes32("2"))
    ),
    "currency.mint": Step(
        TREASURY, (address_of("B"), 5, to_bytes32("1")), lambda _: (address_of("B"), 5, to_bytes32("2"))
    ),
    "currency.burn": Step(
        TREASURY, (address_of("B"), 5, to_bytes32("1")), lambda _: (address_of("B"), 5, to_bytes32("2"))
    ),
    "desk.setLimits": Step(SUPERVISOR, ((200, 3_600, 10**12),)),
    "desk.postQuote": Step(
        DESK,
        (to_bytes32("Q1"), B, 0, su(1), drl(90), START + 1_000),
        lambda _: (to_bytes32("Q2"), B, 0, su(1), drl(90), START + 1_000),
    ),
    "intake.registerRig": Step(SUPERVISOR, (M, RIG)),
    "intake.setNetwork": Step(
        SUPERVISOR, ((START - DAY, 10**12, 10**8),), lambda w: ((w.now, 10**12, 10**8),)
    ),
}
#: Functions whose numbers are kept nowhere, or name what is there already.
KEPT_NOWHERE = {
    *("regime.proposePhase", "regime.approvePhase"),
    *("participants.resolveScreening", "oracle.resetBreaker", "token.forcedTransfer", "quarantine.release"),
    *("clearing.settle", "token.registerModule", "reserve.sellCoins"),
}


def of_offices() -> Iterator[tuple[str, Function]]:
    """Functions that an office may call and that take numbers."""
    for permission in PERMISSIONS:
        contract = Deployment.__annotations__[permission.target]
        name = contract if isinstance(contract, str) else contract.contract
        if permission.mandate < Mandate.RAMP:
            for function in permission.functions:
                yield f"{permission.target}.{function}", load_artifact(name).functions[function]


def spots(value: Any, path: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Where the numbers of arguments are."""
    if isinstance(value, int) and not isinstance(value, bool):
        yield path
    elif isinstance(value, tuple | list):
        for index, part in enumerate(value):
            yield from spots(part, (*path, index))


def with_number(value: Any, path: tuple[int, ...], number: int) -> Any:
    """The same with another number there."""
    if not path:
        return number
    parts = list(value)
    parts[path[0]] = with_number(parts[path[0]], path[1:], number)
    return type(value)(parts)


def greatest(function: Function, arguments: Any, path: tuple[int, ...]) -> Any:
    """The same with the greatest number that the type there holds."""
    for bits in (256, 208, 128, 64, 32, 16, 8):
        changed = with_number(arguments, path, 2**bits - 1)
        with suppress(EncodingError, OverflowError):
            function.encode(*changed)
            return changed
    raise AssertionError(f"no number fits {function.name} at {path}")


def extremes(function: Function, arguments: Any) -> Iterator[Any]:
    """Each number at its greatest, and all of them."""
    together = arguments
    for path in spots(arguments):
        yield greatest(function, arguments, path)
        together = greatest(function, together, path)
    yield together


@pytest.mark.rule("actor.bounded")
@pytest.mark.parametrize("name", STEPS)
def test_after_the_greatest_numbers_the_next_call_is_possible(world: World, name: str) -> None:
    step, system = STEPS[name], world.system
    post_prices(world)
    system.intake.set_region(SUPERVISOR, "north")
    if name == "currency.burn":
        system.currency.mint(TREASURY, "B", drl(1), "opening")
        system.currency.approve("B", TREASURY, drl(1))
    system.token.approve("B", system.ramp, su(1))
    target, _, function = name.partition(".")
    twin: Twin = getattr(system, target)
    for arguments in extremes(twin.artifact.functions[function], step.arguments):
        state = system.chain.snapshot()
        with suppress(ContractRevert, UnknownRevert):
            call(world, step.office, twin, function, *arguments)
        call(world, step.office, twin, function, *(step.later(world) if step.later else step.arguments))
        system.chain.revert(state)


def test_no_office_sets_numbers_that_are_not_tried() -> None:
    named = {name for name, function in of_offices() if any("int" in kind for kind in function.inputs)}
    assert {name for name in named if not name.startswith("escrow.")} == STEPS.keys() | KEPT_NOWHERE
