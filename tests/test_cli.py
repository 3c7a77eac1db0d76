"""The command: what it prints, how it ends."""

import hashlib
import json
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from rich.console import Console

from settlement.chain.chain import Chain
from settlement.chain.engines import backends
from settlement.commands import scenarios
from settlement.scenario import library, scenario_text, shipped_scenarios
from tests.commands import Command, start

KEYS = {
    "scenario", "seed", "backend", "run_hash", "status", "balances", "credits", "draws",
    "bills", "obligations", "held", "rejections", "alerts", "expectations", "reconciled",
    "transactions", "gas_used", "gas",
}  # fmt: skip

without_pyrevm = pytest.mark.skipif(find_spec("pyrevm") is None, reason="pyrevm has no wheel for this Python")


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


@without_pyrevm
@pytest.mark.parametrize(("evm", "gas"), [("revm", ""), ("revm-fast", " (gas: estimate)")])
def test_an_estimate_of_gas_is_called_one(settlement: Command, evm: str, gas: str) -> None:
    answer = settlement("run", "domestic-payment", "--evm", evm, "--out", "here")
    assert answer.code == 0
    assert f" gas{gas}, " in " ".join(answer.out.split())
    assert f" · {evm} · " in answer.out
    assert settlement("report", "here").out == answer.out
    assert settlement("report", "here", "--html", "here.html").code == 0
    assert f"<dt>Chain</dt><dd>{evm}{gas}</dd>" in Path("here.html").read_text()
    answer = settlement("run", "domestic-payment", "--evm", evm, "--json")
    assert (answer.json["backend"], answer.json["gas"]) == (evm, "estimate" if gas else "exact")


@without_pyrevm
def test_the_fastest_evm_with_exact_gas_is_used_and_named(settlement: Command) -> None:
    answer = settlement("run", "domestic-payment", "--out", "here")
    assert " · revm · " in answer.out
    chosen = settlement("run", "domestic-payment", "--evm", "auto", "--json").json
    exact = settlement("run", "domestic-payment", "--evm", "py-evm", "--json").json
    assert (chosen.pop("backend"), exact.pop("backend")) == ("revm", "py-evm")
    assert chosen == exact


def test_without_the_fast_evm_the_other_is_used_and_named(
    settlement: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyrevm", None)
    assert settlement("run", "domestic-payment", "--json").json["backend"] == "py-evm"
    assert settlement("sweep", "domestic-payment", "--jobs", "1", "--out", "here").code == 0
    assert json.loads(Path("here/sweep.json").read_text())["evm"] == "py-evm"


def test_an_unknown_evm_is_exit_2_and_leaves_nothing(settlement: Command) -> None:
    answer = settlement("run", "domestic-payment", "--evm", "geth")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == (
        "--evm geth: no such EVM; expected one of auto, py-evm, revm, revm-fast, eth-tester,"
        " http://127.0.0.1:PORT of a local node; choose one, or leave it out\n"
    )
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("evm", ["revm", "revm-fast"])
@pytest.mark.parametrize(
    ("newest", "machine", "said"),
    [
        (
            (3, 99),
            "x86_64",
            "pyrevm is not installed; expected settlement[fast]; run pip install 'settlement",
        ),
        ((3, 10), "x86_64", "pyrevm has no wheel for Python 3."),
        ((3, 99), "aarch64", "pyrevm has no wheel for Python 3."),
    ],
)
def test_a_fast_evm_that_is_missing_is_exit_2_and_leaves_nothing(
    settlement: Command,
    monkeypatch: pytest.MonkeyPatch,
    evm: str,
    newest: tuple[int, int],
    machine: str,
    said: str,
) -> None:
    monkeypatch.setitem(sys.modules, "pyrevm", None)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr(backends, "_NEWEST_PYTHON", newest)
    answer = settlement("run", "domestic-payment", "--evm", evm)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"--evm {evm}: {said}")
    assert answer.err.count("\n") == 1
    assert list(Path().iterdir()) == []


#: What takes a while to load. What a command has no use for it must not load.
HEAVY = {
    "duckdb", "eth", "eth_abi", "eth_account", "eth_tester", "highspy", "holidays", "jinja2", "numpy",
    "py_ecc", "pydantic", "pyrevm", "rapidfuzz", "rich.table", "ruamel.yaml", "web3",
    *(f"settlement.{module}" for module in (
        "chain.deployment", "devnet", "report.charts", "report.exports.files", "report.measures",
        "report.sweeps.stored", "run", "scenario", "sweep",
    )),
}  # fmt: skip
A_SCENARIO = {"holidays", "pydantic", "ruamel.yaml", "settlement.scenario"}
A_RUN = {
    "duckdb", "eth_abi", "rapidfuzz", "rich.table", "settlement.chain.deployment", "settlement.run",
    *A_SCENARIO,
}  # fmt: skip
LOADED = {
    ("--version",): set[str](),
    ("--help",): {"rich.table"},
    # The parser reads numbers with pydantic.
    ("run", "--help"): {"rich.table", "pydantic"},
    ("list",): {"rich.table", *A_SCENARIO},
    ("run", "baseline-bilateral", "--evm", "py-evm"): {"eth", *A_RUN},
    ("run", "baseline-bilateral", "--evm", "revm"): {"pyrevm", *A_RUN},
    ("report", "runs/baseline-bilateral-seed1"): {"duckdb", "rich.table", *A_SCENARIO},
}


@pytest.mark.parametrize("words", LOADED, ids=" ".join)
def test_a_command_loads_what_it_works_with(words: tuple[str, ...], tmp_path: Path) -> None:
    if "revm" in words:
        pytest.importorskip("pyrevm", reason="pyrevm has wheels for CPython 3.10 to 3.12 only")
    if words[0] == "report":
        start("run", "baseline-bilateral", cwd=tmp_path).communicate(timeout=120)
    # As where no extra is installed: the database would load these, and numpy with them.
    code = f"""
import atexit, sys
sys.modules |= dict.fromkeys(("pandas", "pyarrow"))
atexit.register(lambda: print(*({HEAVY} & {{*sys.modules}})))
"""
    process = start(*words, cwd=tmp_path, code=code)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert set(out.splitlines()[-1].split()) == LOADED[words]


def test_report_needs_no_chain(settlement: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    settlement("run", "domestic-payment", "--out", "here")

    def no_chain(*_: object) -> None:
        raise AssertionError("a report asked for a chain")

    monkeypatch.setattr(Chain, "__init__", no_chain)
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


def test_the_list_is_one_column_of_titles_on_a_narrow_terminal(
    settlement: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    console = Console(force_terminal=True, width=80, color_system=None)
    monkeypatch.setattr(scenarios, "screen", lambda: console)
    lines = settlement("list").out.splitlines()
    assert max(map(len, lines)) == 80
    title = lines[0].index("What it shows")
    goes_on = [line for line in lines if not line[:title].strip()]
    assert len(lines) - len(goes_on) == 1 + len(shipped_scenarios())
    assert len(goes_on) < len(lines) / 2


def test_lists_shows_checks_and_prints_the_schema(settlement: Command) -> None:
    listed = settlement("list")
    assert listed.code == 0
    assert all(name in listed.out for name in shipped_scenarios())
    lines = [line.split(maxsplit=2) for line in listed.out.splitlines()[1:]]
    assert [[f"{number}. {shows.strip()}", name] for number, name, shows in lines] == [
        [scenario.title, scenario.scenario] for scenario in library()
    ]
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
        (("run", "missing.yaml"), "missing.yaml: no such file; expected a scenario file; correct the path"),
        (("run", "missing"), "no scenario or file 'missing'; shipped are advance-guaranteed, "),
        (("run", "."), "."),
        (("run", "baseline-bilateral", "--seed", "-1"), "expected a whole number from 0 to"),
        (("run", "baseline-bilateral", "--seed", "one"), "--seed does not take this value"),
        (("run", "baseline-bilateral", "--seed"), "--seed has no value"),
        (("run", "baseline-bilateral", "--json=1"), "--json takes no value"),
        (("run", "baseline-bilateral", "--sed", "1"), "did you mean '--seed'"),
        (("run", "baseline-bilateral", "--html", "x"), "an option of `settlement report`"),
        (("export", "taken", "--out", "new"), "expected --format parquet|csv|"),
        (("compare", "taken"), "expected settlement compare RUN_A RUN_B; add it"),
        (("check", "taken", "other"), "other is too much; expected settlement check SCENARIO; leave it out"),
        (("clear", "taken", "--algorithm", "bypas"), "did you mean 'bypass'?"),
        (("run",), "expected SCENARIO or --all"),
        (("run", "baseline-bilateral", "--out", "taken"), "taken: exists already"),
        (("run", "baseline-bilateral", "--out", "taken/file"), "taken/file: exists already"),
        (("run", "baseline-bilateral", "--out", "taken/file/below"), "taken/file/below: cannot be made"),
        (("report", "."), "not a complete run folder (run.json is missing)"),
        (("report", "taken/two.yaml"), "(it is a file); expected what `settlement run` leaves; run it first"),
        (("report", "nowhere"), "nowhere: not a complete run folder (there is none); expected"),
        (("check", "taken"), "taken: a folder; expected a scenario file; name the YAML file in it"),
        (("frobnicate",), "no command 'frobnicate'"),
        (("exprt",), "did you mean 'export'"),
        (("--seed", "1"), "settlement: no option --seed"),
    ],
)  # fmt: skip
def test_users_mistakes_are_exit_2_with_a_remedy(
    settlement: Command, words: tuple[str, ...], message: str
) -> None:
    Path("taken").mkdir()
    for name in ("file", "two.yaml"):
        Path("taken", name).write_text("mine")
    answer = settlement(*words)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert answer.err.count("\n") == 1
    assert sorted(path.name for path in Path().rglob("*")) == ["file", "taken", "two.yaml"]


def test_a_command_alone_shows_its_help(settlement: Command) -> None:
    answer = settlement()
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == settlement("--help").out
    assert all(word in answer.out for word in ("run", "check", "compare"))


def test_what_users_write_is_shown_as_it_is(settlement: Command) -> None:
    text = scenario_text("domestic-payment").replace("Dorado Trading House", "'Acme [/b] [sic] :ship: Ltd'")
    Path("mine.yaml").write_text(text)
    answer = settlement("run", "mine.yaml")
    assert answer.code == 0
    assert "Acme [/b] [sic] :ship: Ltd" in " ".join(answer.out.split())


def test_a_terminal_without_our_characters_gets_others(tmp_path: Path) -> None:
    plain = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    process = start("run", "domestic-payment", "--out", "here", cwd=tmp_path, environment=plain)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "expectations met" in out
