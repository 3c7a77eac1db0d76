"""Workers that are killed: the run that does it is found, and the others are done all the same."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from settlement.domain.errors import BackendError, UserError
from settlement.sweep import crew as crew_module
from settlement.sweep.crew import Processes, ask, carry_out
from settlement.sweep.plan import Task
from settlement.sweep.replication import Row


def task(point: int, text: str = "") -> Task:
    return Task(point, 1, 7, (("regime.phase", "2"),), text, "revm", "0.1.0")


def dies_at_point_2(task: Task) -> Row:
    """Kills its process, as a machine without memory does, whenever it is given point 2."""
    if task.point == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"point": task.point, "status": "ok"}


def dies_once_at_point_2(task: Task) -> Row:
    """Kills its process the first time that it is given point 2."""
    mark = Path(task.text)
    if task.point == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return {"point": task.point, "status": "ok"}


def work_on(processes: Processes) -> None:
    """Give a pool work until it breaks."""
    while True:
        processes.executor.submit(os.getpid).result()


@pytest.fixture
def processes() -> Iterator[Processes]:
    """Two processes."""
    pool = Processes(2)
    yield pool
    pool.close()


def test_a_run_that_kills_its_process_is_reported_and_no_other(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew_module, "replicate", dies_at_point_2)
    rows = {row["point"]: row for row in carry_out(processes, map(task, range(1, 7)))}
    assert {point: row["status"] for point, row in rows.items()} == {
        1: "ok", 2: "broken", 3: "ok", 4: "ok", 5: "ok", 6: "ok",
    }  # fmt: skip
    assert rows[2] == {
        "point": 2, "replication": 1, "seed": 7, "regime.phase": "2", "status": "broken",
        "error": "its worker process was lost twice (killed, perhaps for want of memory)",
    }  # fmt: skip


def test_a_run_whose_process_is_killed_once_is_tried_again(
    processes: Processes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(crew_module, "replicate", dies_once_at_point_2)
    tasks = [task(point, str(tmp_path / "mark")) for point in range(1, 5)]
    assert sorted((row["point"], row["status"]) for row in carry_out(processes, tasks)) == [
        (1, "ok"), (2, "ok"), (3, "ok"), (4, "ok"),
    ]  # fmt: skip


def test_a_pool_that_breaks_while_nothing_runs_is_made_anew(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = processes.executor.submit(os.getpid).result()
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(BrokenProcessPool):
        work_on(processes)
    monkeypatch.setattr(crew_module, "replicate", dies_at_point_2)
    assert [row["status"] for row in carry_out(processes, [task(1)])] == ["ok"]


def test_a_worker_that_cannot_run_the_evm_says_so_before_anything_is_run(processes: Processes) -> None:
    with pytest.raises(UserError, match="no such EVM"):
        ask(processes, "geth", "0.1.0")
    with pytest.raises(UserError, match=r"a worker has settlement .*; expected 9\.9, as here"):
        ask(processes, "py-evm", "9.9")


class Answers(Executor):
    """An executor that answers as a cluster's does: with an error, or by giving up what was asked."""

    def __init__(self, answer: Exception | None) -> None:
        self.answer = answer

    def submit(self, *_: Any, **__: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        if self.answer is None:
            future.cancel()
            future.set_running_or_notify_cancel()
        else:
            future.set_exception(self.answer)
        return future


class Elsewhere:
    """A crew of one such executor."""

    width = 2

    def __init__(self, answer: Exception | None) -> None:
        self.executor: Executor = Answers(answer)

    def renew(self) -> None:
        raise AssertionError("a cluster is not ours to make anew")

    def close(self) -> None:
        pass


def test_a_run_that_a_cluster_gives_up_is_reported() -> None:
    rows = list(carry_out(Elsewhere(RuntimeError("4 workers died")), [task(1), task(2)]))
    assert [row["error"] for row in rows] == ["its worker was lost: RuntimeError('4 workers died')"] * 2


def test_a_cluster_that_is_gone_ends_the_sweep() -> None:
    with pytest.raises(BackendError, match="the scheduler is gone"):
        list(carry_out(Elsewhere(None), [task(1)]))


def test_a_cluster_without_the_package_is_said_so() -> None:
    with pytest.raises(UserError, match=r"a worker cannot load settlement .*install it there"):
        ask(Elsewhere(ModuleNotFoundError("No module named 'settlement'")), "py-evm", "0.1.0")
