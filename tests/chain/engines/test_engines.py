"""All engines are one chain: operations have the same outcome on each, and cost the same where gas is exact.

``ENGINE_EXAMPLES=200 python -m pytest tests/chain/engines/test_engines.py`` looks longer.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.chain.chain import Snapshot, Transaction
from settlement.chain.engines.anvil import anvil
from settlement.domain.errors import Refused
from tests.chain.engines import ENGINES
from tests.chain.engines.nodes import HAS_ANVIL
from tests.world import COMPLIANCE, DAY, KEEPER, PARTICIPANTS, World, build_world, documents, su

NODE = "a node"
EVERY = ENGINES + [NODE] * HAS_ANVIL

ACTORS = st.sampled_from("BCDSTEKU")
CREDITS = st.sampled_from(["C1", "C2"])
AMOUNTS = st.sampled_from([0, 1, su(1), su(10), su(600), su(9_999), su(10_001)])


def transfer(world: World, actor: str, to: str, amount: int) -> object:
    return world.system.token.transfer(actor, to, amount)


def transfer_from(world: World, actor: str, holder: str, to: str, amount: int) -> object:
    return world.system.token.transfer_from(actor, holder, to, amount)


def approve(world: World, actor: str, amount: int) -> None:
    world.system.token.approve(actor, world.system.escrow, amount)


def open_credit(world: World, credit: str, amount: int) -> object:
    return world.system.escrow.open("B", world.terms(ref=credit, amount=amount))


def agree(world: World, actor: str, credit: str) -> object:
    return world.system.escrow.issue(actor, credit)


def fund(world: World, actor: str, credit: str) -> object:
    return world.system.escrow.fund(actor, credit)


def fund_with_permit(world: World, credit: str, beside: int) -> object:
    escrow, deadline = world.system.escrow, world.now + DAY
    signature = world.system.token.sign_permit("B", escrow, escrow.funding_of(credit) + beside, deadline)
    return escrow.fund_with_permit("B", credit, deadline, signature)


def live_credit(world: World, credit: str) -> object:
    return world.active_credit(ref=credit, amount=su(10))


def present(world: World, actor: str, credit: str, amount: int, serial: int) -> object:
    return world.system.presentations.present(actor, credit, amount, world.now, documents(serial))


def accept(world: World, actor: str, credit: str, draw: int) -> object:
    return world.system.presentations.accept(actor, credit, draw)


def settle(world: World, credit: str, draw: int) -> object:
    return world.system.presentations.settle(KEEPER, credit, draw)


def hold(world: World, credit: str) -> object:
    return world.system.escrow.hold(COMPLIANCE, credit)


def owe(world: World, payer: str, payee: str, amount: int) -> object:
    return world.system.clearing.enter(payer, payee, amount, f"T-{payer}-{payee}", world.now + DAY, 0)


def wait(world: World, seconds: int) -> None:
    world.advance(seconds)


DRAWS = st.integers(0, 2)
STEPS = st.one_of(
    st.tuples(st.just(transfer), ACTORS, ACTORS, AMOUNTS),
    st.tuples(st.just(transfer_from), ACTORS, ACTORS, ACTORS, AMOUNTS),
    st.tuples(st.just(approve), ACTORS, AMOUNTS),
    st.tuples(st.just(open_credit), CREDITS, AMOUNTS),
    st.tuples(st.just(agree), st.sampled_from("SB"), CREDITS),
    st.tuples(st.just(fund), st.sampled_from("BC"), CREDITS),
    st.tuples(st.just(fund_with_permit), CREDITS, st.sampled_from([0, 0, 1])),
    st.tuples(st.just(live_credit), CREDITS),
    st.tuples(st.just(present), st.sampled_from("SB"), CREDITS, AMOUNTS, st.integers(1, 2)),
    st.tuples(st.just(accept), st.sampled_from("EB"), CREDITS, DRAWS),
    st.tuples(st.just(settle), CREDITS, DRAWS),
    st.tuples(st.just(hold), CREDITS),
    st.tuples(st.just(owe), st.sampled_from("BC"), st.sampled_from("ST"), AMOUNTS),
    st.tuples(st.just(wait), st.sampled_from([1, DAY, 9 * DAY, 400 * DAY])),
    st.just(("snapshot",)),
    st.tuples(st.just("revert"), st.integers(0, 3)),
)


@pytest.fixture(scope="module")
def worlds() -> Iterator[dict[str, tuple[World, Snapshot]]]:
    """The small regime on every engine."""
    with ExitStack() as stack:
        names = {name: name for name in EVERY}
        if NODE in names:
            names[NODE] = stack.enter_context(anvil(genesis_time=1)).url
        built = {name: build_world(names[name]) for name in EVERY}
        yield {name: (world, world.system.chain.snapshot()) for name, world in built.items()}


def play(world: World, start: Snapshot, steps: list[tuple[Any, ...]]) -> list[object]:
    """Take steps from the start; returns what came of each, and who holds what in the end."""
    chain = world.system.chain
    chain.revert(start)
    outcomes: list[object] = []
    snapshots = [start]
    for step, *arguments in steps:
        world.transactions.clear()
        if step == "snapshot":
            snapshots.append(chain.snapshot())
        elif step == "revert":
            # One that is returned to outlives all taken after it.
            snapshots = snapshots[: arguments[0] % len(snapshots) + 1]
            chain.revert(snapshots[-1])
        else:
            outcomes.append(attempt(world, step, arguments))
        outcomes += world.transactions
    return [*outcomes, world.now, world.system.holdings(PARTICIPANTS)]


def attempt(world: World, step: Callable[..., object], arguments: list[Any]) -> object:
    """What a step returned, or how it was refused."""
    try:
        return step(world, *arguments)
    except Refused as refusal:
        return type(refusal), refusal.reason, str(refusal)


def without_gas(outcomes: list[object]) -> list[object]:
    """What is the same even where gas is an estimate."""
    return [o._replace(gas_used=0) if isinstance(o, Transaction) else o for o in outcomes]


@settings(
    max_examples=int(os.environ.get("ENGINE_EXAMPLES", "6")),
    derandomize="ENGINE_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(STEPS, min_size=1, max_size=12))
def test_engines_agree(worlds: dict[str, tuple[World, Snapshot]], steps: list[tuple[Any, ...]]) -> None:
    expected = play(*worlds["eth-tester"], steps)
    for name in EVERY:
        outcomes = play(*worlds[name], steps)
        if worlds[name][0].system.chain.backend.gas_is_exact:
            assert outcomes == expected, name
        else:
            assert without_gas(outcomes) == without_gas(expected), name


def test_a_trade_from_offer_to_payment_is_the_same_on_all(worlds: dict[str, tuple[World, Snapshot]]) -> None:
    steps: list[tuple[Any, ...]] = [
        (transfer, "B", "S", su(1)),
        (transfer, "B", "C", su(1)),
        (open_credit, "C1", su(600)),
        (agree, "S", "C1"),
        (fund_with_permit, "C1", 1),
        (fund_with_permit, "C1", 0),
        ("snapshot",),
        (present, "S", "C1", su(600), 1),
        (accept, "E", "C1", 1),
        (settle, "C1", 1),
        ("revert", 1),
        (present, "S", "C1", su(10), 2),
        (wait, DAY),
        (accept, "E", "C1", 1),
        (settle, "C1", 1),
        (owe, "B", "T", su(10)),
    ]
    played = {name: play(*worlds[name], steps) for name in EVERY}
    for name in EVERY:
        assert without_gas(played[name]) == without_gas(played["eth-tester"])
        same = played[name] == played["eth-tester"]
        assert same == worlds[name][0].system.chain.backend.gas_is_exact
    refused = [o for o in played["py-evm"] if isinstance(o, tuple) and isinstance(o[0], type)]
    assert [refusal[1].name for refusal in refused] == ["DOMESTIC_PAYMENT", "SIGNATURE_INVALID"]
