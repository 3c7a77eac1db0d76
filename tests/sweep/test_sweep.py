"""A sweep from the command to its shards: the same on any number of workers, and whole after any kill."""

import json
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

import settlement as package
from settlement import run as run_module
from settlement.domain.errors import BackendError, UserError
from settlement.ledger.sweep_folder import shards_of
from settlement.scenario import load_scenario
from settlement.simulation.engine import simulate
from settlement.sweep import crew, run_sweep
from settlement.sweep import sweep as sweep_module
from tests.commands import Command, start
from tests.sweep.running import EVM, SCENARIO, VARY, rows_of, small_plan, words, written


class InThisProcess:
    """A crew of one thread, in which what a test replaces is replaced."""

    width = 1

    def __init__(self, jobs: int) -> None:
        self.executor: Executor = ThreadPoolExecutor(1)

    def renew(self) -> None:
        raise AssertionError("a thread does not break")

    def close(self) -> None:
        self.executor.shutdown(cancel_futures=True)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have sweeps run in this process."""
    monkeypatch.setattr(sweep_module, "Processes", InThisProcess)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sweep by one process, complete; only read."""
    folder = tmp_path_factory.mktemp("sweep") / "done"
    run_sweep(small_plan(), folder, jobs=1)
    return folder


def test_the_rows_are_the_same_on_one_process_on_two_and_on_a_cluster(done: Path, tmp_path: Path) -> None:
    expected = rows_of(done)
    assert [row[:2] for row in expected] == [("point", "replication"), (1, 1), (1, 2), (2, 1), (2, 2)]
    run_sweep(small_plan(), tmp_path / "two", jobs=2)
    assert rows_of(tmp_path / "two") == expected
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        address = cluster.scheduler_address
        run_sweep(small_plan(), tmp_path / "cluster", jobs=1, scheduler=address)
    assert rows_of(tmp_path / "cluster") == expected


def test_the_command_runs_shows_and_tells_by_its_exit_code(settlement: Command, here: None) -> None:
    answer = settlement(*words("here"))
    assert (answer.code, answer.err) == (1, "")
    assert "✗ 2 of 4 runs ended as the scenario expects; 2 did not" in answer.out
    assert settlement("report", "here").out == answer.out
    as_expected = settlement("sweep", SCENARIO, "--seeds", "2", "--evm", EVM, "--out", "there")
    assert as_expected.code == 0
    assert "✓ 2 of 2 runs ended as the scenario expects" in as_expected.out


def test_the_folder_says_what_it_is_and_runs_again_from_its_points(
    settlement: Command, done: Path, tmp_path: Path
) -> None:
    manifest = json.loads((done / "sweep.json").read_text())
    assert manifest["vary"] == [
        {
            "path": "participants.B.balance",
            "values": ["1_500_000 SU", "1_600_000 SU"],
            "numbers": ["1500000", "1600000"],
        }
    ]
    assert (manifest["seed"], manifest["seeds"], manifest["evm"], manifest["points"]) == (1, 2, EVM, 2)
    names, *rows = rows_of(done)
    row = dict(zip(names, rows[-1], strict=True))
    answer = settlement(
        "run", done / "points" / "2.yaml", "--seed", row["seed"], "--evm", EVM, "--out", "one", "--json"
    )
    assert answer.json["run_hash"] == row["run_hash"]
    assert answer.json["balances"]["B"]["SU"] == 1_600_000 * 10**6


def test_the_same_command_does_not_run_again_what_is_done(
    settlement: Command, here: None, done: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(done, "here")
    before = written(Path("here"))

    def runs(*_: object, **__: object) -> None:
        raise AssertionError("a run was run again")

    monkeypatch.setattr(run_module, "simulate", runs)
    assert settlement(*words("here")).code == 1
    assert written(Path("here")) == before


def test_what_is_missing_is_run_and_nothing_else(here: None, done: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(done, tmp_path / "here"))
    for shard in shards_of(folder):
        shard.unlink()
    told: list[tuple[int, int]] = []

    def stop(count: int, size: int) -> None:
        told.append((count, size))
        if count == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_sweep(small_plan(), folder, jobs=1, progress=stop)
    assert len(rows_of(folder)) == 1 + 3, "what was done before the interruption is not there"
    told.clear()
    run_sweep(small_plan(), folder, jobs=1, progress=lambda *reached: told.append(reached))
    assert told == [(3, 4), (4, 4)]
    assert rows_of(folder) == rows_of(done)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (("--seeds", "3"), "seeds"),
        (("--seed", "9"), "seed"),
        (("--evm", "eth-tester"), "evm"),
        (("--vary", "regime.phase=1"), "vary"),
    ],
)
def test_another_sweep_is_refused(
    settlement: Command, here: None, done: Path, change: tuple[str, ...], what: str
) -> None:
    shutil.copytree(done, "here")
    before = written(Path("here"))
    answer = settlement(*words("here"), *change)
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert f"here: holds another sweep (not the same: {what})" in answer.err
    assert written(Path("here")) == before


def test_another_text_or_version_is_another_sweep(
    settlement: Command, here: None, done: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(done, "here"))
    text = small_plan().text.replace("seed: 1", "seed: 1 # the same, but who knows")
    with pytest.raises(UserError, match=r"not the same: scenario\)"):
        run_sweep(small_plan(text=text), folder, jobs=1)
    manifest = json.loads((folder / "sweep.json").read_text())
    (folder / "sweep.json").write_text(json.dumps({**manifest, "settlement": "0.0.9"}))
    assert "not the same: settlement)" in settlement(*words("here")).err
    (folder / "sweep.json").write_text("[]")
    assert "here: not a sweep folder" in settlement(*words("here")).err


def test_a_folder_that_holds_something_else_is_refused(settlement: Command, here: None) -> None:
    Path("here").mkdir()
    Path("here/mine").touch()
    answer = settlement(*words("here"))
    assert (answer.code, answer.out) == (2, "")
    assert "here: exists already; expected a folder that is new or empty" in answer.err
    assert [path.name for path in Path("here").iterdir()] == ["mine"]


def test_a_damaged_shard_is_said_so(settlement: Command, here: None, done: Path) -> None:
    folder = Path(shutil.copytree(done, "here"))
    shards_of(folder)[0].write_bytes(b"PAR1")
    answer = settlement(*words("here"))
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "here: a shard is damaged" in answer.err
    assert settlement("report", "here").code == 2


def test_two_processes_do_not_work_in_one_folder(here: None, done: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(done, tmp_path / "here"))
    for shard in shards_of(folder):
        shard.unlink()

    def meanwhile(count: int, _: int) -> None:
        if count == 1:
            with pytest.raises(UserError, match="another process is at work in it"):
                run_sweep(small_plan(), folder, jobs=1)

    run_sweep(small_plan(), folder, jobs=1, progress=meanwhile)
    assert rows_of(folder) == rows_of(done)


def test_a_cluster_that_is_not_there_is_said_so(settlement: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setattr(crew, "_PATIENCE", 0.3)
    answer = settlement(*words("here"), "--scheduler", address)
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert f"--scheduler {address}: no answer within 0.3 s" in answer.err
    monkeypatch.setitem(sys.modules, "distributed", None)
    answer = settlement(*words("here"), "--scheduler", address)
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert "distributed is not installed; expected the extra 'cluster'" in answer.err
    assert list(Path().iterdir()) == []


def test_a_broken_run_is_told_and_tried_again(
    settlement: Command, here: None, done: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = list(small_plan().tasks())[1]

    def broken(scenario: Any, seed: int, *rest: Any, **options: Any) -> Any:
        if seed == bad.seed and scenario.participants[0].balance.minor == 1_600_000 * 10**6:
            raise BackendError("the chain is out of order")
        return simulate(scenario, seed, *rest, **options)

    monkeypatch.setattr(run_module, "simulate", broken)
    answer = settlement(*words("here"))
    assert answer.code == 3
    assert "2 of 4 runs ended as the scenario expects; 1 did not; 1 broke" in answer.out
    told = " ".join(answer.out.split())
    # A narrow table has the rest of the sentence below.
    assert f"{bad.seed} the chain is out of" in told
    monkeypatch.setattr(run_module, "simulate", simulate)
    assert settlement(*words("here")).code == 1
    assert rows_of(Path("here")) == rows_of(done)


def test_a_worker_that_is_killed_costs_no_run(done: Path, tmp_path: Path) -> None:
    killed: list[int] = []

    def kill(count: int, _: int) -> None:
        if count == 1:
            for worker in multiprocessing.active_children():
                killed.append(worker.pid or 0)
                os.kill(worker.pid or 0, signal.SIGKILL)

    run_sweep(small_plan(), tmp_path / "here", jobs=1, progress=kill)
    assert killed
    assert rows_of(tmp_path / "here") == rows_of(done)


def sweep_of_16(folder: Path) -> "subprocess.Popen[str]":
    """A sweep of 16 runs that writes a shard for each, in a process group of its own."""
    code = "import os, settlement.sweep.sweep as sweep; os.setpgrp(); sweep._SOONEST = 0"
    return start(*words(str(folder), 8), cwd=folder.parent, code=code)


def wait_for_shards(folder: Path, more_than: int, process: "subprocess.Popen[str]") -> None:
    """Wait until a sweep has written more shards than that, but not for ever."""
    for _ in range(12_000):
        if len(shards_of(folder)) > more_than:
            return
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.01)
    raise AssertionError("no shard was written")


def wait_for_end(group: int) -> None:
    """Wait until no process of a group is left, but not for ever."""
    for _ in range(1_000):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    raise AssertionError("a process was left")


def test_killed_twice_and_resumed_it_is_whole(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    kept: dict[str, int] = {}
    for _ in range(2):
        process = sweep_of_16(folder)
        wait_for_shards(folder, len(kept) + 1, process)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        assert kept.items() <= written(folder).items(), "a shard was written again"
        kept = written(folder)
        assert 0 < len(rows_of(folder)) - 1 < 16
    process = sweep_of_16(folder)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (1, "")
    assert "8 of 16 runs ended as the scenario expects; 8 did not" in out
    assert kept.items() <= written(folder).items()
    run_sweep(small_plan(seeds=8), tmp_path / "at once", jobs=2)
    assert rows_of(folder) == rows_of(tmp_path / "at once")


def test_an_interruption_keeps_what_is_done_and_leaves_no_process(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    process = sweep_of_16(folder)
    wait_for_shards(folder, 0, process)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    count = len(rows_of(folder)) - 1
    kept = f"{folder}: {count} of 16 runs are kept; the same command goes on"
    assert err.splitlines() == [kept, "interrupted; nothing incomplete is left"]
    wait_for_end(process.pid)


def test_killed_alone_it_leaves_no_process(tmp_path: Path) -> None:
    process = sweep_of_16(tmp_path / "here")
    wait_for_shards(tmp_path / "here", 0, process)
    process.kill()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    wait_for_end(process.pid)


def test_from_python_it_gives_a_table(here: None, tmp_path: Path) -> None:
    path, _, values = VARY.partition("=")
    scenario = load_scenario(SCENARIO)
    with package.run_sweep(
        scenario, {path: values.split(",")}, out=tmp_path / "here", seeds=2, evm=EVM
    ) as sweep:
        assert sweep.tally == {
            "size": 4, "done": 4, "as_expected": 2, "not_as_expected": 2, "broken": 0,
        }  # fmt: skip
        frame = sweep.table().df()
        assert list(frame["point"]) == [1, 1, 2, 2]
        assert list(frame["participants.B.balance"]) == ["1_500_000 SU"] * 2 + ["1_600_000 SU"] * 2
        assert str(frame["prefunding.peak [minor units of SU]"].dtype).startswith("decimal128")
        assert sweep.table().pl().height == 4
        assert repr(sweep).endswith("4 of 4 runs>")
    with package.open_sweep(tmp_path / "here") as again:
        again.html(tmp_path / "sweep.html", ["rejections"])
    assert "Rejections by reason" in (tmp_path / "sweep.html").read_text()


@pytest.fixture(autouse=True)
def _no_worker_left() -> Iterator[None]:
    yield
    assert multiprocessing.active_children() == []
