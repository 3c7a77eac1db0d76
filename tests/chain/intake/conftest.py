"""A regime in which coins can be delivered."""

import pytest

from settlement.chain.chain import Snapshot
from settlement.chain.twins.miner_intake import Network
from tests.chain.conftest import rewound
from tests.chain.intake import DIFFICULTY, REGION, REWARD, RIG, SU_AMOUNT, TRADE
from tests.chain.money import BANK, MINER, TREASURY, drl, post_prices
from tests.world import CHAPTER, DAY, START, SUPERVISOR, WIND_DOWN_END, World


@pytest.fixture(scope="session")
def _mined(_world: tuple[World, Snapshot]) -> tuple[World, Snapshot]:
    world, fresh = _world
    system = world.system
    system.chain.revert(fresh)
    world.advance_to(START + 31 * DAY)
    post_prices(world)
    system.intake.set_region(SUPERVISOR, REGION)
    system.intake.set_network(SUPERVISOR, Network(START, DIFFICULTY, REWARD))
    system.intake.register_rig(SUPERVISOR, MINER, RIG)
    system.trades.register(BANK, TRADE, "C", "S", SU_AMOUNT, WIND_DOWN_END, CHAPTER)
    system.currency.mint(TREASURY, "C", drl(60_000_000), "opening")
    return world, system.chain.snapshot()


@pytest.fixture
def world(_mined: tuple[World, Snapshot]) -> World:
    """A month into the regime: a registered rig, a known network, fresh prices, a trade of 570,000 SU."""
    return rewound(*_mined)
