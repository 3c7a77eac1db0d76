"""The command: what it prints, how it ends."""

import hashlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from settlement import library
from settlement import run as run_module
from settlement.chain.deployment import Deployment
from settlement.chain.py_evm_backend import PyEvmBackend
from settlement.domain.accounts import Holdings
from settlement.domain.errors import BackendError
from settlement.scenario import scenario_text, shipped_scenarios
from tests.commands import Command, start

KEYS = {
    "scenario", "seed", "backend", "run_hash", "status", "balances", "credits", "draws",
    "bills", "obligations", "held", "rejections", "alerts", "expectations", "reconciled",
    "transactions", "gas_used", "gas",
}  # fmt: skip


def test_json_is_one_object_and_nothing_else(settlement: Command) -> None:
    answer = settlement("run", "baseline-bilateral", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert set(answer.json) == KEYS
    assert answer.json["balances"] == {
        "B": {"SU": 500_000_000_000, "DRL": 0},
        "S": {"SU": 1_000_000_000_000, "DRL": 0},
        "E": {"SU": 0, "DRL": 0},
    }
    assert answer.json["credits"] == {"C1": "CLOSED"}
    assert answer.json["draws"] == {"C1/1": "FINAL"}
    assert (answer.json["reconciled"], answer.json["status"], answer.json["rejections"]) == (True, "ok", [])
    folder = Path("runs/baseline-bilateral-seed1")
    assert hashlib.sha256((folder / "events.jsonl").read_bytes()).hexdigest() == answer.json["run_hash"]


def test_rejections_carry_time_actor_flow_and_reason(settlement: Command) -> None:
    answer = settlement("run", "domestic-payment", "--json", "--seed", "5")
    assert answer.json["seed"] == 5
    (rejection,) = answer.json["rejections"]
    assert set(rejection) == {"time", "actor", "flow", "reason"}
    assert (rejection["actor"], rejection["flow"], rejection["reason"]) == ("B", "DIRECT", "DOMESTIC_PAYMENT")
    assert rejection["time"].startswith("2027-03-")
    assert rejection["time"].endswith("Z")


def test_run_shows_what_a_person_wants_to_know(settlement: Command) -> None:
    answer = settlement("run", "baseline-bilateral", "--out", "here")
    assert answer.code == 0
    for fact in (
        "1. One import settled by one sight credit",
        "opens credit C1 for 1,000,000.00 SU in favour of S",
        "pays draw C1/1",
        "500,000.00 SU",
        "CLOSED",
        "5 of 5 expectations met",
        "ledger and chain agree on every account at 86 closes",
        " transactions, ",
        "s wall time",
    ):
        assert fact in " ".join(answer.out.split())
    again = settlement("report", "here")
    assert (again.code, again.out) == (0, answer.out)


def test_an_estimate_of_gas_is_called_one(settlement: Command) -> None:
    pytest.importorskip("pyrevm", reason="pyrevm has wheels for CPython 3.10 to 3.12 only")
    answer = settlement("run", "domestic-payment", "--evm", "revm", "--out", "here")
    assert answer.code == 0
    assert " gas (gas: estimate), " in " ".join(answer.out.split())
    assert " · revm · " in answer.out
    assert settlement("report", "here").out == answer.out
    answer = settlement("run", "domestic-payment", "--evm", "revm", "--json")
    assert (answer.json["backend"], answer.json["gas"]) == ("revm", "estimate")
    assert settlement("run", "domestic-payment", "--json").json["gas"] == "exact"


def test_an_unknown_evm_is_exit_2_and_leaves_nothing(settlement: Command) -> None:
    answer = settlement("run", "domestic-payment", "--evm", "geth")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == (
        "--evm geth: no such EVM; expected one of py-evm, revm, eth-tester, http://127.0.0.1:PORT of a local"
        " node; choose one, or leave it out\n"
    )
    assert list(Path().iterdir()) == []


def test_a_fast_evm_that_is_missing_is_exit_2_and_leaves_nothing(
    settlement: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "settlement.chain.revm_backend", raising=False)
    monkeypatch.setitem(sys.modules, "pyrevm", None)
    answer = settlement("run", "domestic-payment", "--evm", "revm")
    assert (answer.code, answer.out) == (2, "")
    assert "pip install 'settlement[fast]'" in answer.err
    assert answer.err.count("\n") == 1
    assert list(Path("runs").iterdir()) == []


def test_a_run_loads_no_engine_that_it_does_not_use(tmp_path: Path) -> None:
    code = """
import atexit, sys
others = {"web3", "eth_tester", "eth_account", "pyrevm"}
atexit.register(lambda: print("loaded", others & {*sys.modules}))
"""
    process = start("run", "domestic-payment", "--json", cwd=tmp_path, code=code)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert out.splitlines()[-1] == "loaded set()"


def test_report_needs_no_chain(settlement: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    settlement("run", "domestic-payment", "--out", "here")

    def no_chain(*_: object) -> None:
        raise AssertionError("a report asked for a chain")

    monkeypatch.setattr(PyEvmBackend, "__init__", no_chain)
    answer = settlement("report", "here")
    assert answer.code == 0
    assert "is refused DIRECT (D): DOMESTIC_PAYMENT" in answer.out


def test_failed_expectation_is_exit_1_and_shown(settlement: Command) -> None:
    text = scenario_text("domestic-payment").replace("expect:", "expect:\n  credits: {}", 1)
    wrong = text.replace("B: 1_500_000 SU", "B: 1_400_000 SU")
    assert wrong != text
    Path("mine.yaml").write_text(wrong)
    answer = settlement("run", "mine.yaml", "--out", "shown")
    assert answer.code == 1
    assert "expectations failed" in answer.out
    answer = settlement("run", "mine.yaml", "--json", "--out", "json")
    assert answer.code == 1
    assert answer.json["status"] == "failed"
    failed = [e for e in answer.json["expectations"] if not e["ok"]]
    assert failed == [
        {"what": "balance of B", "expected": "1,400,000.00 SU", "actual": "1,500,000.00 SU", "ok": False}
    ]


def test_lists_shows_checks_and_prints_the_schema(settlement: Command) -> None:
    listed = settlement("list")
    assert listed.code == 0
    assert all(name in listed.out for name in shipped_scenarios())
    places = [listed.out.index(title) for title in ("1. ", "2. ", "8a. ", "8b. ", "10a. ", "23. ")]
    assert places == sorted(places)
    shown = settlement("show", "baseline-bilateral")
    assert (shown.code, shown.out) == (0, scenario_text("baseline-bilateral"))
    Path("mine.yaml").write_text(shown.out)
    checked = settlement("check", "mine.yaml")
    assert (checked.code, checked.out) == (0, "mine.yaml: fine (3 participants, 1 credit)\n")
    schema = settlement("schema")
    assert schema.code == 0
    assert schema.json["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert settlement("--version").out == "settlement 0.1.0\n"


@pytest.mark.parametrize(
    ("name", "counted"),
    [
        ("netting-day", "4 participants, 4 obligations"),
        ("miner-funded-import", "1 delivery, 1 action"),
        ("insolvency-open-account", "1 bill, 1 action"),
    ],
)
def test_check_counts_what_a_scenario_has(settlement: Command, name: str, counted: str) -> None:
    assert counted in settlement("check", name).out


def test_every_problem_of_a_file_is_one_line_with_its_position(settlement: Command) -> None:
    text = scenario_text("baseline-bilateral")
    text = text.replace("beneficiary: S", "beneficiary: Z").replace(
        "amount: 1_000_000 SU", "amount: -5 SU", 1
    )
    Path("mine.yaml").write_text(text)
    lines = text.splitlines()
    for command in (("check", "mine.yaml"), ("run", "mine.yaml", "--json")):
        answer = settlement(*command)
        assert (answer.code, answer.out) == (2, "")
        problems = answer.err.splitlines()
        assert len(problems) == 2
        for problem, word in zip(problems, ("Z", "-5 SU"), strict=True):
            (line,) = [n for n, content in enumerate(lines, 1) if f": {word}" in content]
            column = lines[line - 1].index(word) + 1
            assert problem.startswith(f"mine.yaml:{line}:{column}: ")
            assert "expected" in problem
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "baseline-bilaterl"), "did you mean 'baseline-bilateral'"),
        (("run", "missing.yaml"), "no scenario or file 'missing.yaml'"),
        (("run", "."), "."),
        (("run", "baseline-bilateral", "--seed", "-1"), "Invalid value for '--seed'"),
        (("run", "baseline-bilateral", "--seed", "one"), "Invalid value for '--seed'"),
        (("run",), "expected SCENARIO or --all"),
        (("run", "baseline-bilateral", "--out", "taken"), "taken: exists already"),
        (("run", "baseline-bilateral", "--out", "taken/file"), "taken/file: exists already"),
        (("run", "baseline-bilateral", "--out", "taken/file/below"), "taken/file/below: cannot be made"),
        (("report", "."), "not a complete run folder"),
        (("report", "nowhere"), "nowhere: not a complete run folder"),
        (("check", "taken"), "taken"),
        (("frobnicate",), "No such command 'frobnicate'"),
    ],
)  # fmt: skip
def test_users_mistakes_are_exit_2_with_a_remedy(
    settlement: Command, words: tuple[str, ...], message: str
) -> None:
    Path("taken").mkdir()
    Path("taken/file").write_text("mine")
    answer = settlement(*words)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert "Traceback" not in answer.err
    assert [path.name for path in Path().rglob("*")] == ["taken", "file"]


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
    answer = settlement("run", "baseline-bilateral")
    assert (answer.code, answer.out, answer.err) == (3, "", "the chain has stopped\n")
    assert list(Path("runs").iterdir()) == []


def test_a_bug_of_ours_is_exit_3_with_a_traceback(
    settlement: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(*_: object) -> None:
        raise ZeroDivisionError("bug")

    monkeypatch.setattr(PyEvmBackend, "send", bug)
    answer = settlement("run", "baseline-bilateral")
    assert answer.code == 3
    assert "ZeroDivisionError" in answer.err
    assert list(Path("runs").iterdir()) == []


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is there, but not for ever."""
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never happened")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_is_exit_130_and_leaves_nothing(tmp_path: Path, stop: signal.Signals) -> None:
    process = start("run", "baseline-bilateral", "--out", "here", cwd=tmp_path)
    wait_for(lambda: any(tmp_path.glob("here.partial-*/run.duckdb")))
    process.send_signal(stop)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
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
    process.communicate(timeout=60)
    assert process.returncode == 130
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


def test_a_run_that_was_not_reconciled_does_not_look_so(settlement: Command) -> None:
    settlement("run", "domestic-payment", "--out", "here")
    summary = Path("here/run.json")
    summary.write_text(summary.read_text().replace('"reconciled": true', '"reconciled": false'))
    answer = settlement("report", "here")
    assert "ledger and chain were not reconciled" in answer.out
    assert "agree on every account" not in answer.out


def test_what_users_write_is_shown_as_it_is(settlement: Command) -> None:
    text = scenario_text("domestic-payment").replace("Dorado Trading House", "'Acme [/b] [sic] :ship: Ltd'")
    Path("mine.yaml").write_text(text)
    answer = settlement("run", "mine.yaml")
    assert answer.code == 0
    assert "Acme [/b] [sic] :ship: Ltd" in " ".join(answer.out.split())


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
    assert (process.returncode, err) == (130, "")
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_has_seen_enough_is_no_failed_expectation(tmp_path: Path) -> None:
    process = start("list", cwd=tmp_path)
    for stream in (process.stdout, process.stderr):
        assert stream is not None
        stream.close()
    assert process.wait(timeout=60) == -signal.SIGPIPE


def test_a_terminal_without_our_characters_gets_others(tmp_path: Path) -> None:
    plain = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    process = start("run", "domestic-payment", "--out", "here", cwd=tmp_path, environment=plain)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "expectations met" in out


def test_all_runs_the_library_in_order_and_tells_a_line_of_each(
    settlement: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "shipped_scenarios", lambda: ["domestic-payment", "netting-day"])
    answer = settlement("run", "--all", "--out", "here")
    assert (answer.code, answer.err) == (0, "")
    second, seventeenth, verdict = answer.out.splitlines()
    assert second.split()[:3] == ["✓", "2", "netting-day"]
    assert "4 trades" in second
    assert seventeenth.split()[:3] == ["✓", "17a", "domestic-payment"]
    assert verdict == "2 of 2 scenarios ended as they expect"
    assert sorted(path.name for path in Path("here").iterdir()) == [
        "domestic-payment-seed1",
        "netting-day-seed1",
    ]


def test_all_fails_where_one_does(settlement: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "shipped_scenarios", lambda: ["netting-day", "domestic-payment"])
    wrong = scenario_text("netting-day").replace("A: 70_000 SU", "A: 70_001 SU")
    texts = {"netting-day": wrong, "domestic-payment": scenario_text("domestic-payment")}
    monkeypatch.setattr(library, "scenario_text", texts.__getitem__)
    answer = settlement("run", "--all")
    assert answer.code == 1
    assert [line[0] for line in answer.out.splitlines()] == ["✗", "✓", "1"]


def test_all_tells_of_a_broken_invariant_and_goes_on(
    settlement: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "shipped_scenarios", lambda: ["netting-day", "domestic-payment"])
    real = run_module.run_scenario

    def broken(scenario: Any, *arguments: Any, **options: Any) -> Any:
        if scenario.scenario == "netting-day":
            raise BackendError("the chain is out of order")
        return real(scenario, *arguments, **options)

    monkeypatch.setattr(library, "run_scenario", broken)
    answer = settlement("run", "--all")
    assert answer.code == 3
    assert "the chain is out of order" in answer.out
    assert "1 of 2 scenarios ended as they expect" in answer.out


@pytest.mark.parametrize("words", [(), ("netting-day", "--all"), ("--all", "--json")])
def test_all_and_one_scenario_exclude_each_other(settlement: Command, words: tuple[str, ...]) -> None:
    answer = settlement("run", *words)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.count("\n") == 1
    assert "--all" in answer.err
