"""A regime in which B can convert."""

import pytest

from settlement.chain.chain import Snapshot
from tests.chain.conftest import rewound
from tests.chain.money import TREASURY, drl, post_prices, stock_desk
from tests.world import World, su


@pytest.fixture(scope="session")
def _stocked(_world: tuple[World, Snapshot]) -> tuple[World, Snapshot]:
    world, fresh = _world
    system = world.system
    system.chain.revert(fresh)
    post_prices(world)
    stock_desk(world)
    for number, entity in enumerate("BC"):
        system.currency.mint(TREASURY, entity, drl(200_000), f"opening {number}")
    system.currency.approve("B", system.desk, drl(200_000))
    system.token.approve("B", system.desk, su(10_000))
    return world, system.chain.snapshot()


@pytest.fixture
def world(_stocked: tuple[World, Snapshot]) -> World:
    """Fresh prices, a stocked desk, and B and C with DRL; B approved the desk for everything."""
    return rewound(*_stocked)
