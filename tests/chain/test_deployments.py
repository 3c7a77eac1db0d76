"""A deployment that is kept is the one that a fresh chain would hold."""

from importlib.util import find_spec

import pytest

from settlement.chain import deployments
from settlement.chain.chain import Transaction
from settlement.chain.deployment import Deployment
from settlement.chain.deployments import Deployments, deployed
from settlement.domain.participants import Office
from tests.world import GENESIS

ENGINES = ["py-evm", "eth-tester", *["revm"] * bool(find_spec("pyrevm"))]
SUPERVISOR = Office.SUPERVISOR.value


def act(system: Deployment) -> list[Transaction]:
    """Some transactions of a run, and what they mean."""
    told: list[Transaction] = []
    system.chain.on_transaction = told.append
    system.oracle.remove_feeder(SUPERVISOR, Office.FEEDER_1.value)
    system.oracle.add_feeder(SUPERVISOR, "alice")
    return told


@pytest.mark.parametrize("engine", ENGINES)
def test_every_run_finds_what_the_first_found(engine: str) -> None:
    kept = Deployments()
    seen = []
    for begin in (deployed, kept.deployed, kept.deployed, kept.deployed):
        told: list[Transaction] = []
        system = begin(engine, GENESIS, ["alice"], told.append)
        later = act(system)
        seen.append((told, later, system.chain.backend.timestamp, system.addresses()))
    assert len(seen[0][0]) > 20
    assert all(found == seen[0] for found in seen)


def test_another_beginning_or_other_accounts_are_another_deployment() -> None:
    kept = Deployments()
    grounds = [(GENESIS, ("alice",)), (GENESIS + 86_400, ("alice",)), (GENESIS, ("alice", "bob"))]
    systems = [kept.deployed("py-evm", at, names, lambda told: None) for at, names in grounds]
    assert len(set(map(id, systems))) == len(systems)
    again = [kept.deployed("py-evm", at, names, lambda told: None) for at, names in grounds]
    assert [id(system) for system in again] == [id(system) for system in systems]


def test_few_are_kept_and_none_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployments, "_MOST_KEPT", 1)
    monkeypatch.setattr(deployments, "_MOST_RETURNS", 1)
    kept = Deployments()

    def begin(at: int) -> int:
        return id(kept.deployed("py-evm", at, ["alice"], lambda told: None))

    alive = [kept.deployed("py-evm", GENESIS, ["alice"], lambda told: None)]
    assert begin(GENESIS) == id(alive[0]), "returned to once"
    assert begin(GENESIS) != id(alive[0]), "and not again"
    second = kept.deployed("py-evm", GENESIS, ["alice"], lambda told: None)
    begin(GENESIS + 1)
    assert begin(GENESIS) != id(second), "given up for another"
