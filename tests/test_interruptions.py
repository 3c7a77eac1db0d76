"""Signals: an interrupted or killed run leaves nothing that looks like a run."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import start


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is there, but not for ever."""
    for _ in range(2400):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never happened")


TOLD = "interrupted; nothing incomplete is left\n"


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("place", ["here", "runs/of/mine/here"])
def test_an_interruption_is_exit_130_and_leaves_nothing(
    tmp_path: Path, stop: signal.Signals, place: str
) -> None:
    # It waits where it has begun to write, however fast it is.
    code = "import time; from settlement.ledger.store import Store; Store.append = lambda *_: time.sleep(600)"
    process = start("run", "baseline-bilateral", "--out", place, cwd=tmp_path, code=code)
    wait_for(lambda: any(tmp_path.glob(f"{place}.partial-*/run.duckdb")))
    process.send_signal(stop)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", TOLD)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("made_of_it", ["append(*arguments)", "raise RuntimeError('Query interrupted')"])
def test_an_interruption_that_a_library_swallows_still_ends_the_run(tmp_path: Path, made_of_it: str) -> None:
    code = f"""
import os, signal
from settlement.ledger.store import Store
append = Store.append
def interrupted(*arguments):
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        {made_of_it}
Store.append = interrupted
"""
    process = start("run", "baseline-bilateral", "--out", "here", cwd=tmp_path, code=code)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, TOLD)
    assert list(tmp_path.iterdir()) == []


#: Code that kills the process (as SIGKILL does, without a chance to clean up) at a moment of choice.
KILL = """
import os, pathlib, signal
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
{}
"""
MOMENTS = {
    "before the first block": "from settlement.ledger.store import Store; Store.append = die",
    "at a close": "from settlement.ledger.store import Store; Store.keep_close = die",
    "before the summary": "import settlement.run; settlement.run._outcome = die",
    "before the name": "pathlib.Path.replace = die",
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_a_chosen_moment_no_folder_looks_complete(tmp_path: Path, moment: str) -> None:
    code = KILL.format(MOMENTS[moment])
    process = start("run", "baseline-bilateral", "--out", "here", cwd=tmp_path, code=code)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith("here.partial-")


@pytest.mark.parametrize("share", [0.4, 0.6, 0.8, 0.9, 1.0])
def test_killed_at_any_time_what_has_the_name_is_complete(
    tmp_path: Path, share: float, run_seconds: float
) -> None:
    process = start("run", "baseline-bilateral", "--out", "here", cwd=tmp_path)
    time.sleep(share * run_seconds)
    process.kill()
    process.communicate(timeout=60)
    if (tmp_path / "here").exists():
        report = start("report", "here", cwd=tmp_path)
        out, _ = report.communicate(timeout=60)
        assert report.returncode == 0
        assert "5 of 5 expectations met" in out
    else:
        assert all(path.name.startswith("here.partial-") for path in tmp_path.iterdir())


@pytest.fixture(scope="module")
def run_seconds(tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long a run takes here, from start to end."""
    began = time.perf_counter()
    process: subprocess.Popen[str] = start(
        "run", "baseline-bilateral", "--out", "here", cwd=tmp_path_factory.mktemp("timing")
    )
    process.communicate(timeout=120)
    return time.perf_counter() - began


def test_an_interruption_while_loading_is_exit_130(tmp_path: Path) -> None:
    code = """
import os, signal, sys
class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "settlement.cli":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
"""
    process = start("run", "baseline-bilateral", "--out", "here", cwd=tmp_path, code=code)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, TOLD)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_has_seen_enough_is_no_failed_expectation(tmp_path: Path) -> None:
    process = start("list", cwd=tmp_path)
    for stream in (process.stdout, process.stderr):
        assert stream is not None
        stream.close()
    assert process.wait(timeout=60) == -signal.SIGPIPE
