"""Measure how fast each engine is through the contracts' twins.

Usage: python -m scripts.bench_engines [SECONDS]    (for each figure of a round; default 1)

Through the twins: arguments encoded, the transaction executed, its logs decoded into events. Bare: the same
transfers, encoded beforehand, put to the engine itself, without receipts, logs or events. Through twins is
faster than bare py-evm as it comes, because the backend translates hot code to Python; so both are measured.
Rounds take turns; seconds are of processor time.
"""

import sys
from collections.abc import Callable, Iterable
from itertools import count
from unittest.mock import patch

from scripts.bench_rows import Row, rates, ratios, show
from scripts.replay import Call, Engine, RawPyEvm, RawRevm, RawTranslated, record, replay
from settlement.chain.engines.backends import BACKENDS, open_backend
from settlement.chain.port import Backend
from settlement.domain.errors import UserError
from tests import world as worlds
from tests.world import World, build_world

ROUNDS = 5
#: Chooses an engine, and is none.
CHOICE = "auto"
BARE: dict[str, Callable[[], Engine]] = {
    "bare pyrevm, calldata encoded before": RawRevm,
    "bare py-evm, as it comes": RawPyEvm,
    "bare py-evm, its hot code translated": RawTranslated,
}


def installed() -> list[str]:
    """The engines in this process that can be opened here."""
    found = []
    for name in BACKENDS:
        try:
            open_backend(name, 1, [])
        except UserError:  # it says that it is not installed
            continue
        found.append(name)
    return [name for name in found if name != CHOICE]


def recorded_world(name: str, calls: list[Call]) -> World:
    """A world on the engine ``name``, and everything that it is sent."""

    def opened(name: str, genesis_time: int, accounts: Iterable[str]) -> Backend:
        backend = open_backend(name, genesis_time, accounts)
        record(backend, calls.append)
        return backend

    with patch.object(worlds, "open_backend", opened):
        return build_world(name)


def recorded_transfer() -> list[Call]:
    """All that leads to a transfer from B to S, and the transfer."""
    calls: list[Call] = []
    recorded_world("py-evm", calls).system.token.transfer("B", "S", 1)
    return calls


def transfer(world: World) -> Callable[[], object]:
    """A transfer from B to S."""
    return lambda: world.system.token.transfer("B", "S", 1)


def life_cycle(world: World) -> Callable[[], object]:
    """A credit from the offer to its payment: seven transactions."""
    numbers = count(1)

    def live() -> None:
        number = next(numbers)
        credit = world.active_credit(ref=f"C{number}", amount=1_000)
        moment = number.to_bytes(4)
        hashes = tuple((moment + bytes([n])).ljust(32, b"\0") for n in range(1, 3))
        world.system.presentations.present("S", credit, 1_000, world.now, hashes)
        world.system.presentations.accept("E", credit, 1)
        world.system.presentations.settle("keeper", credit, 1)

    return live


def bare_transfer(engine: Engine, calls: list[Call]) -> Callable[[], object]:
    """The last of ``calls`` again and again, after all of them."""
    replay(engine, calls)
    return lambda: engine.apply(calls[-1])


def rows(seconds: float, rounds: int = ROUNDS) -> list[Row]:
    """Transfers and credits a second, and how the engines compare."""
    calls = recorded_transfer()
    worlds = {name: build_world(name) for name in installed()}
    through = {name: transfer(world) for name, world in worlds.items()}
    bare = {name: bare_transfer(engine(), calls) for name, engine in BARE.items()}
    done = rates(through | bare, seconds, rounds)
    trades = rates({name: life_cycle(world) for name, world in worlds.items()}, seconds, rounds)
    on_revm = [name for name in worlds if name.startswith("revm")]
    raw_revm, raw_py_evm, raw_translated = BARE
    return [
        *(Row(f"transfers on {name}, through twins", done[name], "/s") for name in worlds),
        *(Row(f"transfers on {name}", done[name], "/s") for name in BARE),
        *(Row(f"credits from offer to payment on {name}", trades[name], "/s") for name in worlds),
        Row(f"py-evm through twins : {raw_py_evm}", ratios(done["py-evm"], done[raw_py_evm]), target=0.65),
        Row(
            f"py-evm through twins : {raw_translated}",
            ratios(done["py-evm"], done[raw_translated]),
            target=0.65,
        ),
        Row("py-evm : eth-tester, both through twins", ratios(done["py-evm"], done["eth-tester"]), target=10),
        *(
            Row(f"{name} through twins : bare pyrevm", ratios(done[name], done[raw_revm]), target=0.35)
            for name in on_revm
        ),
    ]


if __name__ == "__main__":
    show(rows(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
