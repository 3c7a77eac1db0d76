"""Runs on a node in a process of its own: the same events, and nothing left where it fails."""

from pathlib import Path

import pytest

import settlement as model
from settlement.chain.chain import Chain
from settlement.chain.deployment import deploy
from settlement.chain.engines import json_rpc
from settlement.chain.engines.anvil import Anvil
from settlement.chain.engines.backends import engine_of, open_backend
from settlement.domain.participants import Office
from tests.chain.engines.nodes import meddler, on_anvil
from tests.commands import Command

pytestmark = on_anvil

SUPERVISOR = Office.SUPERVISOR.value
FASTEST = engine_of("auto")


@pytest.mark.parametrize("scenario", ["baseline-bilateral", "netting-day"])
def test_events_are_those_of_every_engine(settlement: Command, node: Anvil, scenario: str) -> None:
    endpoint = node.url if scenario == "netting-day" else str(node.ipc)
    on_node = settlement("run", scenario, "--evm", endpoint, "--json").json
    in_process = settlement("run", scenario, "--json").json
    assert (on_node.pop("backend"), in_process.pop("backend")) == (endpoint, FASTEST)
    # Gas is exact on both.
    assert on_node == in_process


def test_the_library_runs_on_a_node_too(node: Anvil, tmp_path: Path) -> None:
    with model.run_scenario("domestic-payment", evm=node.url, out=tmp_path / "run") as run:
        assert (run.summary["backend"], run.summary["status"]) == (node.url, "ok")


def test_a_second_run_wants_a_fresh_node_and_is_told_so_at_once(settlement: Command, node: Anvil) -> None:
    again = "run", "domestic-payment", "--evm", node.url
    assert settlement(*again, "--out", "first").code == 0
    refused = settlement(*again)
    assert (refused.code, refused.out) == (2, "")
    # What --attach does not remedy is no reason to offer it.
    assert "its clock is at 2027-03-03T10:00:00Z already; expected no later than 2027-02-26" in refused.err
    assert "--attach" not in refused.err
    assert settlement(*again, "--attach").err == refused.err
    assert [path.name for path in Path().iterdir()] == ["first"]


def test_a_second_deployment_beside_the_first(settlement: Command, node: Anvil) -> None:
    backend = open_backend(node.url, 10**9, [])
    first = deploy(Chain(backend, SUPERVISOR))
    answer = settlement("run", "domestic-payment", "--evm", node.url)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.endswith("start one, or add --attach to deploy another beside it\n")
    assert list(Path().iterdir()) == []
    attached = settlement("run", "domestic-payment", "--evm", node.url, "--attach", "--json").json
    alone = settlement("run", "domestic-payment", "--json").json
    # Contracts with other addresses have other ids for the calls that wait for the co-approver's delay.
    assert attached.pop("run_hash") != alone.pop("run_hash")
    assert (attached.pop("backend"), alone.pop("backend")) == (node.url, FASTEST)
    assert attached == alone
    assert first.token.total_supply() == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--attach",),
            f"--attach: {FASTEST} is a fresh chain in every run; expected --evm with the address of a node",
        ),
        (("--evm", "revm", "--attach"), "--attach: revm is a fresh chain in every run"),
        (("--evm", "http://192.0.2.1:8545"), "192.0.2.1 is not this machine"),
        (("--evm", "https://127.0.0.1:8545"), "nodes are not asked over https"),
        (("--evm", "./node.ipc"), "No such file or directory"),
        (("--evm", "node.ipc"), "No such file or directory"),
    ],
)
def test_mistakes_are_exit_2_and_leave_nothing(
    settlement: Command, words: tuple[str, ...], said: str
) -> None:
    answer = settlement("run", "domestic-payment", *words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert answer.err.count("\n") == 1
    assert list(Path().iterdir()) == []


def test_a_whole_library_wants_fresh_chains(settlement: Command) -> None:
    answer = settlement("run", "--all", "--evm", "http://127.0.0.1:8545")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(
        "--all needs a fresh chain for each scenario; expected one of auto, py-evm, "
    )


def test_a_node_that_is_lost_is_exit_3_and_leaves_nothing(
    settlement: Command, node: Anvil, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_rpc, "_PAUSES", (0.0,))
    with meddler(node.url) as between:
        between.patience = 100
        answer = settlement("run", "domestic-payment", "--evm", between.url)
    assert (answer.code, answer.out) == (3, "")
    assert answer.err.startswith(f"no connection to the node at {between.url}: ")
    assert answer.err.count("\n") == 1
    assert list(Path().iterdir()) == []
