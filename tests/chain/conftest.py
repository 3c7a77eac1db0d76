"""Two more regimes: one that nobody has drafted yet, and one under another programme."""

from dataclasses import replace

import pytest

from settlement.chain.chain import Chain, Snapshot, Transaction
from settlement.chain.deployment import deploy, open_backend
from tests.world import DAY, PARTICIPANTS, PROGRAMME, START, STRANGERS, SUPERVISOR, World, build_world


def rewound(world: World, snapshot: Snapshot) -> World:
    world.regime.chain.revert(snapshot)
    world.transactions.clear()
    return world


@pytest.fixture(scope="session")
def _bare() -> tuple[World, Snapshot]:
    transactions: list[Transaction] = []
    chain = Chain(open_backend("eth-tester", START - DAY, [*PARTICIPANTS, *STRANGERS]), SUPERVISOR)
    chain.on_transaction = transactions.append
    return World(deploy(chain), transactions), chain.snapshot()


@pytest.fixture
def bare(_bare: tuple[World, Snapshot]) -> World:
    """Contracts deployed the day before the regime starts; nothing drafted, nobody registered."""
    return rewound(*_bare)


@pytest.fixture(scope="session")
def _elsewhere() -> tuple[World, Snapshot]:
    world = build_world(programme=replace(PROGRAMME, domestic_ban=False, direct_payments=False))
    return world, world.regime.chain.snapshot()


@pytest.fixture
def elsewhere(_elsewhere: tuple[World, Snapshot]) -> World:
    """The small regime under a programme that bans direct payments, but not domestic ones."""
    return rewound(*_elsewhere)
