"""The folder of a run: what has its name is a whole run, whatever went wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from settlement import run as run_module
from settlement.chain.deployment import Deployment
from settlement.chain.engines.py_evm_backend import PyEvmBackend
from settlement.domain.accounts import Holdings
from settlement.domain.errors import BackendError
from settlement.scenario import scenario_text
from tests.commands import Command


def test_an_empty_out_folder_is_filled_and_a_default_name_never_taken_twice(settlement: Command) -> None:
    Path("empty").mkdir()
    assert settlement("run", "domestic-payment", "--out", "empty").code == 0
    assert Path("empty/run.json").exists()
    for _ in range(2):
        assert settlement("run", "domestic-payment").code == 0
    names = sorted(path.name for path in Path("runs").iterdir())
    assert names == ["domestic-payment-seed1", "domestic-payment-seed1-2"]


def test_a_mismatch_aborts_and_keeps_the_evidence(
    settlement: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Deployment.holdings

    def lying(system: Deployment, accounts: Any) -> Holdings:
        holdings = honest(system, accounts)
        return {**holdings, "SU": {**holdings["SU"], "wallet:S": holdings["SU"]["wallet:S"] + 1}}

    monkeypatch.setattr(Deployment, "holdings", lying)
    answer = settlement("run", "baseline-bilateral", "--out", "here")
    assert (answer.code, answer.out) == (3, "")
    assert "disagree at the close of 2027-03-01" in answer.err
    assert "wallet:S: ledger 0 SU, chain 1 SU" in answer.err
    assert not Path("here").exists()
    (evidence,) = Path().iterdir()
    assert evidence.name.startswith("here.failed-")
    assert evidence.name in answer.err
    assert {"scenario.yaml", "run.duckdb", "events.jsonl"} <= {path.name for path in evidence.iterdir()}
    assert settlement("report", evidence).code == 2


def test_a_broken_backend_is_exit_3_and_leaves_nothing(
    settlement: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise BackendError("the chain has stopped")

    monkeypatch.setattr(PyEvmBackend, "send", broken)
    answer = settlement("run", "baseline-bilateral", "--evm", "py-evm")
    assert (answer.code, answer.out, answer.err) == (3, "", "the chain has stopped\n")
    assert list(Path().iterdir()) == []


def test_a_bug_of_ours_is_exit_3_with_a_traceback(
    settlement: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(*_: object) -> None:
        raise ZeroDivisionError("bug")

    monkeypatch.setattr(PyEvmBackend, "send", bug)
    answer = settlement("run", "baseline-bilateral", "--evm", "py-evm")
    assert answer.code == 3
    assert "ZeroDivisionError" in answer.err
    assert list(Path().iterdir()) == []


def test_a_killed_runs_folder_is_not_taken_for_a_run(settlement: Command) -> None:
    Path("here.partial-x").mkdir()
    (Path("here.partial-x") / "scenario.yaml").write_text(scenario_text("baseline-bilateral"))
    (Path("here.partial-x") / "run.json").write_text(json.dumps({}))
    answer = settlement("report", "here.partial-x")
    assert answer.code == 2
    assert "not a complete run folder" in answer.err


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        ("run.json", "{}", "no proper scenario"),
        ("run.json", "[]", "not an object"),
        ("events.jsonl", "{}", "does not have the hash"),
        ("run.duckdb", "", "cannot be read as a store"),
        ("scenario.yaml", "scenario: x", "required key"),
    ],
)
def test_a_tampered_folder_is_no_run(settlement: Command, path: str, content: str, message: str) -> None:
    assert settlement("run", "domestic-payment", "--out", "here").code == 0
    (Path("here") / path).write_text(content)
    answer = settlement("report", "here")
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


def test_half_a_store_is_none(settlement: Command) -> None:
    """It opens, for what comes first is there: that is found out before anything is told of it."""
    assert settlement("run", "domestic-payment", "--out", "here").code == 0
    store = Path("here/run.duckdb")
    store.write_bytes(store.read_bytes()[: store.stat().st_size // 2])
    answer = settlement("report", "here")
    assert (answer.code, answer.out) == (2, "")
    assert "cannot be read as a store" in answer.err
    assert answer.err.count("\n") == 1


def test_a_run_that_was_not_reconciled_does_not_look_so(settlement: Command) -> None:
    settlement("run", "domestic-payment", "--out", "here")
    summary = Path("here/run.json")
    summary.write_text(summary.read_text().replace('"reconciled": true', '"reconciled": false'))
    answer = settlement("report", "here")
    assert "ledger and chain were not reconciled" in answer.out
    assert "agree on every account" not in answer.out


def test_out_may_be_here_or_a_link(settlement: Command, tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "place")
    assert settlement("run", "domestic-payment", "--out", "link").code == 0
    assert (tmp_path / "place" / "run.json").exists()
    answer = settlement("run", "domestic-payment", "--out", "x" * 300)
    assert (answer.code, answer.err.count("\n")) == (2, 1)


def test_a_name_taken_meanwhile_is_said_so(settlement: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    judge = run_module._outcome

    def meanwhile(*arguments: Any) -> Any:
        Path("here").mkdir()
        Path("here/somebody").touch()
        return judge(*arguments)

    monkeypatch.setattr(run_module, "_outcome", meanwhile)
    answer = settlement("run", "domestic-payment", "--out", "here")
    assert answer.code == 2
    assert "cannot be named so" in answer.err
    assert [path.name for path in Path().iterdir()] == ["here"]
