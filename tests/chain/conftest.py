"""More regimes: not drafted yet, not yet sealed by their deployer, under another programme."""

from dataclasses import replace

import pytest

from settlement.chain.chain import Snapshot, Transaction
from settlement.chain.deployment import construct, deploy, permit
from settlement.chain.twins.clearing_house import ClearingHouse
from tests.chain.traders import prepare
from tests.world import PROGRAMME, SUPERVISOR, World, build_world, open_chain


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


@pytest.fixture
def unsealed() -> World:
    """Contracts deployed and wired, whose deployer can still give offices away."""
    transactions: list[Transaction] = []
    chain = open_chain()
    chain.on_transaction = transactions.append
    system = construct(chain, SUPERVISOR)
    permit(system, SUPERVISOR)
    return World(system, transactions)


@pytest.fixture(scope="session")
def _elsewhere() -> tuple[World, Snapshot]:
    world = build_world(programme=replace(PROGRAMME, domestic_ban=False, direct_payments=False))
    return world, world.system.chain.snapshot()


@pytest.fixture
def elsewhere(_elsewhere: tuple[World, Snapshot]) -> World:
    """The small regime under a programme that bans direct payments, but not domestic ones."""
    return rewound(*_elsewhere)


@pytest.fixture(scope="session")
def _traders() -> tuple[World, Snapshot]:
    # A deployment of its own: some engines forget a snapshot when an older one is returned to.
    world = build_world()
    prepare(world)
    return world, world.system.chain.snapshot()


@pytest.fixture
def traders(_traders: tuple[World, Snapshot]) -> World:
    """The small regime with P and Q, both clear, and a reserve that covers everything."""
    return rewound(*_traders)


@pytest.fixture
def house(world: World) -> ClearingHouse:
    """The clearing house of the small regime."""
    return world.system.clearing
