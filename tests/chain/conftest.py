"""Two more regimes: one that nobody has drafted yet, and one under another programme."""

from dataclasses import replace

import pytest

from settlement.chain.chain import Snapshot, Transaction
from settlement.chain.deployment import deploy
from tests.world import PROGRAMME, World, build_world, open_chain


def rewound(world: World, snapshot: Snapshot) -> World:
    world.system.chain.revert(snapshot)
    world.transactions.clear()
    return world


@pytest.fixture(scope="session")
def _bare() -> tuple[World, Snapshot]:
    transactions: list[Transaction] = []
    chain = open_chain()
    chain.on_transaction = transactions.append
    return World(deploy(chain), transactions), chain.snapshot()


@pytest.fixture
def bare(_bare: tuple[World, Snapshot]) -> World:
    """Contracts deployed a week before the regime starts; nothing drafted, nobody registered."""
    return rewound(*_bare)


@pytest.fixture(scope="session")
def _elsewhere() -> tuple[World, Snapshot]:
    world = build_world(programme=replace(PROGRAMME, domestic_ban=False, direct_payments=False))
    return world, world.system.chain.snapshot()


@pytest.fixture
def elsewhere(_elsewhere: tuple[World, Snapshot]) -> World:
    """The small regime under a programme that bans direct payments, but not domestic ones."""
    return rewound(*_elsewhere)
