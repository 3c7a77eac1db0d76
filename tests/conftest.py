"""Fixtures: the contracts are deployed once, each test gets them as they were."""

from collections.abc import Iterator

import pytest

from settlement.chain.chain import Snapshot
from tests.world import World, build_world


@pytest.fixture(scope="session")
def _world() -> tuple[World, Snapshot]:
    world = build_world()
    return world, world.regime.chain.snapshot()


@pytest.fixture
def world(_world: tuple[World, Snapshot]) -> Iterator[World]:
    """The small regime, fresh."""
    fresh, snapshot = _world
    fresh.regime.chain.revert(snapshot)
    fresh.transactions.clear()
    yield fresh
