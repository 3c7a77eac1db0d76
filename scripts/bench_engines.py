"""Measure how fast each engine is, in one run, so that the ratios hold whatever the machine does beside it.

Usage: python -m scripts.bench_engines [SECONDS]    (about so long for each figure; default 2)

Through the twins: arguments encoded, the transaction executed, its logs decoded into events. Raw: the same
transfers, encoded beforehand, put to the engine itself, without receipts, logs or events.
"""

import sys
import time
from collections.abc import Callable
from itertools import count
from typing import Any

from settlement.chain.accounts import address_of
from settlement.chain.backends import BACKENDS
from settlement.chain.py_evm_backend import PyEvmBackend, Transaction
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


def raw(world: World) -> Callable[[], object] | None:
    """The same transfer, put to the engine itself."""
    token = world.system.token
    data = token.artifact.functions["transfer"].encode(world.system.chain.address_of("S"), 1)
    sender, backend = address_of("B"), world.system.chain.backend
    if isinstance(backend, PyEvmBackend):
        state: Any = backend._state
        transaction = Transaction(sender, token.address, data)

        def apply() -> None:
            state.apply_transaction(transaction)
            state.lock_changes()

        return apply
    if backend.name == "revm":
        evm: Any = backend
        names = f"0x{sender.hex()}", f"0x{token.address.hex()}"
        return lambda: evm._evm.message_call(*names, calldata=data, gas=30_000_000)
    return None


def main() -> None:
    """Print a line for each engine."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    print(
        f"{'per second':12}{'transfers':>12}{'raw':>10}{'raw/twins':>11}{'credits':>10}{'to eth-tester':>16}"
    )
    worlds = {name: build_world(name) for name in reversed(list(BACKENDS))}
    base = 0.0
    for name, world in worlds.items():
        transfers = per_second(transfer(world), seconds)
        put_raw = raw(world)
        direct = per_second(put_raw, seconds) if put_raw else None
        credits = per_second(life_cycle(world), seconds)
        base = base or transfers
        shown = f"{direct:10,.0f}{direct / transfers:11.2f}" if direct else f"{'–':>10}{'–':>11}"
        print(f"{name:12}{transfers:12,.1f}{shown}{credits:10,.1f}{transfers / base:15.1f}x")


if __name__ == "__main__":
    main()
