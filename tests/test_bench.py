"""The benchmark measures what it says: bare engines do the same work, and sizes are what was asked for."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from scripts.bench_engines import recorded_world
from scripts.bench_peers import Day
from scripts.bench_rows import Row, written
from scripts.bench_scale import SCENARIO, measured, of_size
from scripts.bench_table import STATED, Result, table
from scripts.memory import peak
from scripts.replay import Call, RawPyEvm, RawRevm
from settlement.chain.engines.py_evm_backend import PyEvmBackend
from settlement.clearing import Algorithm, clear
from settlement.scenario import load_scenario, parse_scenario
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
    assert [Row("x", (2,), target=t).reached for t in (1, 2, 3, None)] == [True, True, False, None]
    assert [Row("x", (2,), target=t, sense="most").reached for t in (1, 2, 3)] == [False, True, True]
    assert Row("x", (), target=1).reached is None
    assert [written(v) for v in (0.123, 12.34, 1234.5)] == ["0.12", "12.3", "1,234"]


def test_a_figure_has_its_spread_and_stays_what_it_is_in_a_file() -> None:
    row = Row("x", (3, 1, 20), "ms", target=2, then=1, sense="most", note="so")
    assert (row.value, row.figure, row.wanted) == (
        3,
        "3.00 ms (1.00–20.0 of 3)",
        "at most 2.00, then 1.00 ms",
    )
    assert Row.from_json(json.loads(json.dumps(row.to_json()))) == row


def test_each_part_is_measured_and_stands_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    words = [sys.executable, "-m", "scripts.bench_run", "--quick", "--json", str(file), "clearing"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    result = Result.read(file)
    assert result.faults == []
    assert {row.unit for row in result.parts["clearing"]} == {"/s", "bytes"}
    assert all(row.what in done.stdout for row in result.parts["clearing"])
    assert result.environment["versions"]["duckdb"] in result.caption


def test_a_result_that_does_not_say_where_it_was_made_is_at_fault() -> None:
    stated = dict.fromkeys(STATED, "x")
    assert Result(stated, False, {"x": []}).faults == []
    for name in STATED:
        (fault,) = Result(stated | {name: None}, False, {"x": []}).faults
        assert name in fault


def test_the_table_is_that_of_the_file() -> None:
    """What is promised stands first, each other figure under the command that measures it."""
    environment = dict.fromkeys(STATED, "x") | {"extras": {"fast": True}, "engines": ["revm"], "versions": {}}
    rows = [
        Row("speed", (1, 3), "/s", note="alone"),
        Row("share", (2,), target=3),
        Row("other", (), note="gone"),
    ]
    lines = table(Result(environment, False, {"part": rows})).splitlines()
    assert "| share | 2.00 | at least 3.00 | **no** |" in lines
    assert lines[-3:] == [
        "| **`scripts/bench part`** | | |",
        "| speed | 2.00 /s (1.00–3.00 of 2) | alone |",
        "| other | – | gone |",
    ]


def test_a_day_is_the_same_for_each_side() -> None:
    for queued in (False, True):
        day = Day.drawn(30, queued=queued)
        scenario = parse_scenario(day.scenario(queued=queued), "day")
        made = scenario.obligations if queued else scenario.actions
        assert (
            len(made)
            == len(day.queue().obligations)
            == len(day.work(queued=queued, rounds=1)["payments"])
            == 30
        )
        settled = len(clear(day.queue(), Algorithm.GROSS).settled)
        assert settled < 30 if queued else settled == 30


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
    words = [sys.executable, "-m", "scripts.bench_run", "speed"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "speed: no such part; expected some of start, engines" in done.stderr
