"""The table of rules and tests says what the sources say, and names whatever is wrong with them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.rules_table import BEGIN, END
from tests.commands import ROOT

RULES = """
[regime]
title = "The regime"
[regime.rules]
suspend = { says = "The supervisor stops it.", code = "Regime.suspend, Regime.resume" }
[pitfalls]
01 = "A frozen spender moves nothing."
"""
SOLIDITY = """
interface IRegime { function drop() external; }
contract Regime { function suspend() external {} function resume() external {} }
"""
PYTHON = """
import pytest

@pytest.mark.rule("regime.suspend")
class TestSuspension:
    def test_stops(self): ...

@pytest.mark.parametrize("way", [pytest.param(1, marks=pytest.mark.rule("regime.suspend"))])
def test_pitfall_01_spender(way): ...
"""
FORGE = """
contract RegimeTest {
    /// @notice Nothing moves.
    /// @custom:rule regime.suspend
    function invariant_nothingMoves() external {}
}
"""
README = f"Before.\n{BEGIN}\n{END}\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A rule with its code and three tests, one of them named after the pitfall."""
    for path, text in {
        "contracts/rules.toml": RULES,
        "contracts/README.md": README,
        "contracts/src/Regime.sol": SOLIDITY,
        "contracts/test/Regime.t.sol": FORGE,
        "tests/test_regime.py": PYTHON,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "scripts").mkdir()
    for script in ("rules_table.py", "tables.py"):
        shutil.copy2(ROOT / "scripts" / script, tmp_path / "scripts")
    return tmp_path


def run(checkout: Path, *options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "scripts.rules_table", *options]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True)
    assert not done.stderr
    return done.returncode, done.stdout


def test_table_names_code_and_tests(checkout: Path) -> None:
    assert run(checkout, "--check") == (
        1,
        "contracts/README.md is stale; run python -m scripts.rules_table\n",
    )
    assert run(checkout) == (0, "1 rules, each with code and tests\n")
    assert run(checkout, "--check")[0] == 0
    table = (checkout / "contracts" / "README.md").read_text()
    assert table.startswith("Before.\n")
    row = next(line for line in table.splitlines() if line.startswith("| **regime.suspend**"))
    assert "| `Regime.suspend`<br>`Regime.resume` |" in row
    assert "[Regime.t.sol](test/Regime.t.sol): `invariant_nothingMoves`" in row
    assert (
        "[test_regime.py](../tests/test_regime.py): `TestSuspension.test_stops`, `test_pitfall_01_spender`"
        in row
    )
    assert "| **01** A frozen spender moves nothing. | [test_regime.py]" in table


@pytest.mark.parametrize(
    ("path", "old", "new", "complaint"),
    [
        ("contracts/src/Regime.sol", "resume", "restart", "regime.suspend: there is no code Regime.resume"),
        (
            "contracts/rules.toml",
            "[pitfalls]",
            'draft = { says = "It is drafted.", code = "Regime.suspend" }\n[pitfalls]',
            "regime.draft: no test shows it",
        ),
        (
            "contracts/test/Regime.t.sol",
            "rule regime.suspend",
            "rule regime.stop",
            "contracts/test/Regime.t.sol: invariant_nothingMoves names the unknown rule regime.stop",
        ),
        ("tests/test_regime.py", "test_pitfall_01", "test_pitfall_02", "there is no pitfall 02"),
        (
            "tests/test_regime.py",
            "test_pitfall_01",
            "test_pitfalls_01",
            "pitfall 01: no test is named after it",
        ),
        ("tests/test_regime.py", 'rule("regime.suspend")\nclass', "rule(NAME)\nclass", "by a plain string"),
        ("tests/test_regime.py", "def test_pitfall_01", "def pitfall_01", "names a rule but is no test"),
    ],
    ids=["code", "untested", "unknown", "no pitfall", "untested pitfall", "not literal", "no test"],
)
def test_what_is_wrong_is_named(checkout: Path, path: str, old: str, new: str, complaint: str) -> None:
    text = (checkout / path).read_text()
    assert old in text
    (checkout / path).write_text(text.replace(old, new, 1))
    code, said = run(checkout)
    assert code == 1
    assert complaint in said
