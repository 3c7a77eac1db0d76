"""A run from Python: its doors, and its tables, in which no amount becomes a float."""

import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow
import pytest

import settlement
from scripts import demo_bilateral, demo_netting, demo_shock
from scripts.demos import run_demo
from settlement.domain.errors import ScenarioError, UserError
from settlement.report.dataset import TABLES
from tests.commands import ROOT
from tests.report.synthetic import THOUSAND


@pytest.mark.parametrize("name", TABLES)
def test_every_table_comes_as_arrow_pandas_and_polars(everything_folder: Path, name: str) -> None:
    with settlement.open_run(everything_folder) as run:
        assert name in run.tables
        table = run.table(name)
        arrow, pandas, polars = table.arrow(), table.df(), table.pl()
        texts = run.table(name, "text").arrow()
    assert arrow.num_rows == len(pandas) == len(polars) == texts.num_rows > 0
    assert list(pandas.columns) == list(polars.columns) == arrow.column_names
    floats = {column for column in arrow.column_names if pyarrow.types.is_floating(arrow[column].type)}
    assert floats == ({"number"} if name == "measures" else set())


def test_amounts_are_exact(everything_folder: Path) -> None:
    with settlement.open_run(everything_folder) as run:
        arrow = run.table("trades").arrow()
        pandas, polars = run.table("trades").df(), run.table("trades").pl()
        text = run.table("trades", "text").arrow()
    amounts = [int(value) for value in arrow["amount"].to_pylist()]
    assert sorted(amounts) == [n * THOUSAND for n in (70, 80, 90, 100, 200, 300)]
    assert pandas["amount"].tolist() == polars["amount"].to_list() == [Decimal(a) for a in amounts]
    assert text["amount"].to_pylist() == [str(a) for a in amounts]


def test_an_amount_of_more_than_38_digits_is_refused_and_written_as_text(
    everything_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    for path in everything_folder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    huge = str(10**38)
    with duckdb.connect(str(folder / "run.duckdb")) as client:
        client.execute("INSERT INTO postings VALUES (1, 'wallet:A', 'SU', ?)", [huge])
    with settlement.open_run(folder) as run:
        with pytest.raises(UserError, match=r"38 digits.*use csv"):
            run.table("postings").arrow()
        with pytest.raises(UserError, match="38 digits"):
            run.export("parquet", tmp_path / "parquet")
        assert huge in run.table("postings", "text").arrow()["amount"].to_pylist()
        run.export("csv", tmp_path / "csv")
    assert not (tmp_path / "parquet").exists()
    assert huge in (tmp_path / "csv" / "postings.csv").read_text()


def test_there_is_no_such_table(everything_folder: Path) -> None:
    with (
        settlement.open_run(everything_folder) as run,
        pytest.raises(UserError, match="no table 'x'; expected one of transactions"),
    ):
        run.table("x")


def test_there_is_no_such_form_of_amounts(everything_folder: Path) -> None:
    with (
        settlement.open_run(everything_folder) as run,
        pytest.raises(UserError, match="no amounts 'float'; expected one of decimal, text"),
    ):
        run.table("trades", amounts="float")  # type: ignore[arg-type]


def test_a_closed_run_says_so(everything_folder: Path) -> None:
    with settlement.open_run(everything_folder) as run:
        table = run.table("trades")
    for read in (table.df, run.measures, lambda: run.table("trades"), lambda: run.tables):
        with pytest.raises(UserError, match="the run is closed; expected an open one; open it again"):
            read()


@pytest.mark.parametrize("seed", ["x", -1, 2**63, True, 1.0])
def test_a_seed_that_is_none_is_refused_before_anything_is_written(tmp_path: Path, seed: int) -> None:
    with pytest.raises(UserError, match=r"expected a whole number from 0 to 9223372036854775807"):
        settlement.run_scenario("domestic-payment", seed=seed, out=tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("library", ["pyarrow", "pandas", "polars"])
def test_a_missing_library_is_a_mistake_with_a_remedy(
    everything_folder: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with settlement.open_run(everything_folder) as run:
        hand = {"pyarrow": "arrow", "pandas": "df", "polars": "pl"}[library]
        with pytest.raises(UserError, match=rf"{library} is not installed.*settlement\[notebook\]"):
            getattr(run.table("trades"), hand)()


def test_a_changed_scenario_runs_as_it_was_changed(tmp_path: Path) -> None:
    scenario = settlement.load_scenario("domestic-payment")
    changed = scenario.model_copy(update={"title": "Changed: in Python"})
    with settlement.run_scenario(changed, seed=5, out=tmp_path / "run", evm="revm") as run:
        assert run.summary["backend"] == "revm"
        assert run.scenario == changed
        assert (run.summary["seed"], run.summary["status"]) == (5, "ok")
        assert repr(run).startswith("<Run domestic-payment 5 ok ")
        with pytest.raises(UserError, match="exists already"):
            settlement.run_scenario(changed, out=tmp_path / "run")


def test_a_scenario_that_contradicts_itself_does_not_run(tmp_path: Path) -> None:
    scenario = settlement.load_scenario("domestic-payment")
    with pytest.raises(ScenarioError):
        settlement.run_scenario(scenario.model_copy(update={"end": scenario.start}), out=tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_importing_the_package_is_cheap() -> None:
    rooms = "sorted(m for m in sys.modules if m.startswith(('settlement', 'web3')))"
    code = f"import sys, settlement; print({rooms})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['settlement']"


def test_there_is_no_other_door() -> None:
    assert set(settlement.__all__) <= set(dir(settlement))
    with pytest.raises(AttributeError, match="has no attribute 'frobnicate'"):
        settlement.frobnicate  # noqa: B018


def test_the_readmes_python_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "settlement" / "report" / "README.md").read_text()
    (block,) = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "README.md", "exec"), {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["books", "my-run", "report.html"]


def test_the_readmes_table_of_measures_is_that_of_the_docstrings() -> None:
    from scripts.measures_table import README, renewed

    text = README.read_text()
    assert renewed(text) == text, "run: python -m scripts.measures_table"
    for target in re.findall(r'src="([^"]+)"', text):
        assert (README.parent / target).stat().st_size < 150_000


def test_the_demo_runs_the_baseline_from_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo_bilateral.main(tmp_path / "here")
    out = capsys.readouterr().out
    assert "settlement_rate, by value: 100 %" in out
    assert {path.name for path in (tmp_path / "here").iterdir()} == {"run", "report.html", "csv"}
    with pytest.raises(UserError, match="exists already"):
        demo_bilateral.main(tmp_path / "here")


def test_a_demo_ends_like_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "mine").touch()
    monkeypatch.setattr(sys, "argv", ["demo", str(tmp_path)])
    with pytest.raises(SystemExit) as end:
        run_demo(demo_netting.main, "netting")
    assert end.value.code == 2
    assert "exists already" in capsys.readouterr().err


def test_the_demo_of_a_netting_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo_netting.main(tmp_path / "here")
    out = capsys.readouterr().out
    assert "netting, gross: 340,000.00 SU" in out
    assert "netting, net: 40,000.00 SU" in out
    assert {path.name for path in (tmp_path / "here").iterdir()} == {"run", "report.html"}


def test_the_demo_of_a_shock(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo_shock.main(tmp_path / "here")
    out = capsys.readouterr().out
    assert "refused, 1 ×: RESERVE_SHORT" in out
    assert "reserve coverage from 2027-03-22: 92.5 %" in out
