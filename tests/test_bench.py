"""The benchmark measures what it says: bare engines do the same work, and sizes are what was asked for."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from scripts.bench_engines import recorded_world
from scripts.bench_rows import Row, written
from scripts.bench_scale import SCENARIO, measured, of_size
from scripts.memory import peak
from scripts.replay import Call, RawPyEvm, RawRevm
from settlement.chain.engines.py_evm_backend import PyEvmBackend
from settlement.scenario import load_scenario
from tests.commands import ROOT


def test_bare_engines_do_the_work_of_the_backends() -> None:
    calls: list[Call] = []
    world = recorded_world("py-evm", calls)
    world.system.token.transfer("B", "S", 1)
    backend = world.system.chain.backend
    assert isinstance(backend, PyEvmBackend)
    ours = backend.send(calls[-1].sender, calls[-1].to, calls[-1].data)
    py_evm, revm = RawPyEvm(), RawRevm()
    for call in calls:
        computation: Any = py_evm.apply(call)
        output = revm.apply(call)
    computation, output = py_evm.apply(calls[-1]), revm.apply(calls[-1])
    assert computation.is_success
    assert (computation.output, output) == (ours.output, ours.output)
    assert len(computation.get_log_entries()) == len(ours.logs)


@pytest.mark.parametrize("trades", [100, 1_000, 100_000])
def test_a_size_has_its_trades_and_the_same_money(trades: int) -> None:
    shipped = load_scenario(SCENARIO)
    made = of_size(shipped, trades)
    money = [sum(flow.trades * flow.amount.high for flow in s.flows) for s in (shipped, made)]
    assert sum(flow.trades for flow in made.flows) == trades
    assert abs(money[0] - money[1]) <= money[0] // 1_000


def test_a_figure_reaches_its_target_or_not() -> None:
    assert [Row("x", 2, target=t).reached for t in (1, 2, 3, None)] == [True, True, False, None]
    assert [Row("x", 2, target=t, sense="most").reached for t in (1, 2, 3)] == [False, True, True]
    assert [written(v) for v in (0.123, 12.34, 1234.5)] == ["0.12", "12.3", "1,234"]


def test_the_table_and_the_file_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    words = [sys.executable, "-m", "scripts.bench_table", "--quick", "--json", str(file), "clearing"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = json.loads(file.read_text())["rows"]["clearing"]
    assert {row["unit"] for row in rows} == {"/s", "bytes"}
    assert all(row["what"] in done.stdout for row in rows)


@pytest.mark.skipif(find_spec("pyrevm") is None, reason="pyrevm has no wheel for this Python")
def test_a_run_and_the_replay_of_its_calldata() -> None:
    cost = measured(20, "revm")
    assert 16 <= cost.trades <= 20  # each flow rounds down
    assert cost.transactions > 200
    assert 0 < cost.engine_seconds < cost.seconds
    assert 0 < cost.engine_peak < cost.peak < 10**9


def test_what_was_held_at_most_is_this_programs_own() -> None:
    much = bytearray(300_000_000)
    words = [sys.executable, "-c", "from scripts.memory import peak; print(peak())"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 100_000_000 < len(much) < peak()


def test_a_part_that_there_is_not(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "scripts.bench_table", "speed"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "speed: no such part; expected some of engines, node" in done.stderr
