"""Measure how fast each engine is, in one run, so that the ratios hold whatever the machine does beside it.

Usage: python -m scripts.bench_engines [SECONDS]    (about so long for each figure; default 2)

Through the twins: arguments encoded, the transaction executed, its logs decoded into events. Bare: the same
transfers, encoded beforehand, put to the engine itself, without receipts, logs or events. Through twins is
faster than bare py-evm as it comes, because the backend translates hot code to Python; so both are measured.
Seconds are of processor time.
"""

import sys
import time
from collections.abc import Callable, Iterable
from itertools import count
from unittest.mock import patch

from scripts.bench_rows import Row, show
from scripts.replay import Call, Engine, RawPyEvm, RawRevm, RawTranslated, record, replay
from settlement.chain.engines.backends import open_backend
from settlement.chain.port import Backend
from tests import world as worlds
from tests.world import World, build_world

#: Calls before measuring: py-evm translates what is hot.
WARM_UP = 8


def per_second(work: Callable[[], object], seconds: float) -> float:
    """How often ``work`` is done in a second of processor time."""
    for _ in range(WARM_UP):
        work()
    done, started = 0, time.process_time()
    while (taken := time.process_time() - started) < seconds:
        work()
        done += 1
    return done / taken


def recorded_world(name: str, calls: list[Call]) -> World:
    """A world on the engine ``name``, and everything that it is sent."""

    def opened(name: str, genesis_time: int, accounts: Iterable[str]) -> Backend:
        backend = open_backend(name, genesis_time, accounts)
        record(backend, calls.append)
        return backend

    with patch.object(worlds, "open_backend", opened):
        return build_world(name)


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


def rows(seconds: float) -> list[Row]:
    """Transfers and credits a second, and how the engines compare."""
    calls: list[Call] = []
    recorded = recorded_world("revm", calls)
    recorded.system.token.transfer("B", "S", 1)
    bare: dict[str, Engine] = {"revm": RawRevm(), "py-evm": RawPyEvm(), "translated": RawTranslated()}
    raw = {name: per_second(bare_transfer(engine, calls), seconds) for name, engine in bare.items()}
    worlds = {name: build_world(name) for name in ("eth-tester", "py-evm", "revm")}
    twins = {name: per_second(transfer(world), seconds) for name, world in worlds.items()}
    trades = {name: per_second(life_cycle(world), seconds) for name, world in worlds.items()}
    return [
        *(Row(f"transfers on {name}, through twins", figure, "/s") for name, figure in twins.items()),
        Row("transfers on bare py-evm, as it comes", raw["py-evm"], "/s"),
        Row("transfers on bare py-evm, its hot code translated", raw["translated"], "/s"),
        Row("transfers on bare pyrevm, encoded calldata", raw["revm"], "/s"),
        *(Row(f"credits from offer to payment on {name}", figure, "/s") for name, figure in trades.items()),
        Row("py-evm through twins : bare py-evm, as it comes", twins["py-evm"] / raw["py-evm"], target=0.65),
        Row("py-evm through twins : bare, translated", twins["py-evm"] / raw["translated"], target=0.65),
        Row(
            "py-evm through twins : eth-tester through twins",
            twins["py-evm"] / twins["eth-tester"],
            target=10,
        ),
        Row("revm through twins : bare pyrevm", twins["revm"] / raw["revm"], target=0.35),
    ]


if __name__ == "__main__":
    show(rows(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0))
