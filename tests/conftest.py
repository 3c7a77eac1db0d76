"""Fixtures: the contracts are deployed once, and each test gets them as they were; a node is its own."""

from collections.abc import Iterator
from pathlib import Path

# It raises the recursion limit when it is loaded, which Hypothesis does not want to see within a test.
import py_ecc  # noqa: F401
import pytest
from hypothesis import settings

from settlement.chain.chain import Snapshot
from settlement.chain.engines.anvil import Anvil, anvil
from tests.commands import Command
from tests.world import World, build_world

# How long an example takes says nothing: the machine may be busy.
settings.register_profile("settlement", deadline=None)
settings.load_profile("settlement")


@pytest.fixture(scope="session")
def _world() -> tuple[World, Snapshot]:
    world = build_world()
    return world, world.system.chain.snapshot()


@pytest.fixture
def world(_world: tuple[World, Snapshot]) -> World:
    """The small regime, fresh."""
    fresh, snapshot = _world
    fresh.system.chain.revert(snapshot)
    fresh.transactions.clear()
    return fresh


@pytest.fixture
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Anvil]:
    """A node in a process of its own, whose clock stands at the beginning of time.

    Each test has another: what one left on its way to a node would reach it after any revert.
    """
    with anvil(genesis_time=1, ipc=tmp_path_factory.mktemp("node") / "ipc") as node:
        yield node


@pytest.fixture
def settlement(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Command:
    """The ``settlement`` command, in an empty working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return Command(monkeypatch, capsys)
