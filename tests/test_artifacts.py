"""The shipped artifacts are what their sources compile to, and one byte of difference is noticed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from settlement.chain.abi import load_artifact
from tests.commands import ROOT

REASONS = "contracts/src/Reason.sol"
#: What is compiled here: all that drifts below, and what it needs; the gate compiles every contract.
SOURCES = {"Regime.sol", "DirectlyManaged.sol", "Reason.sol"}
ARTIFACTS = {"Regime.json", "AccessManager.json"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Some sources and artifacts, free to be changed; the toolchain is the real one."""
    for name in ("contracts/src", "settlement", "scripts"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for folder, kept in (("contracts/src", SOURCES), ("settlement/chain/artifacts", ARTIFACTS)):
        for file in (tmp_path / folder).iterdir():
            if file.is_file() and file.name not in kept:
                file.unlink()
    for name in ("foundry.toml", "solc"):
        shutil.copy2(ROOT / "contracts" / name, tmp_path / "contracts" / name)
    (tmp_path / "contracts" / "node_modules").symlink_to(ROOT / "contracts" / "node_modules")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "old", "new", "named"),
    [
        (
            "settlement/chain/artifacts/Regime.json",
            '"contract": "Regime"',
            '"contract":  "Regime"',
            "settlement/chain/artifacts/Regime.json",
        ),
        (
            "contracts/src/interfaces/IRegime.sol",
            "Stops all value at once.",
            "Stops all value at last.",
            "settlement/chain/artifacts/Regime.json",
        ),
        (REASONS, "DOMESTIC_PAYMENT = 80", "DOMESTIC_PAYMENT = 82", REASONS),
        ("settlement/domain/reasons.py", "The amount is frozen.", "The amount is icy.", REASONS),
    ],
    ids=["artifact", "source", "reasons in Solidity", "reasons in Python"],
)
def test_one_byte_of_drift_is_named(copy: Path, path: str, old: str, new: str, named: str) -> None:
    text = (copy / path).read_text()
    assert old in text
    (copy / path).write_text(text.replace(old, new, 1))
    check = subprocess.run(
        [sys.executable, copy / "scripts" / "build_contracts.py", "--check"],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
    )
    assert check.returncode == 1, check.stderr
    assert check.stdout == f"{named} differs from its source; run scripts/build_contracts.py\n"


def test_contracts_leave_room_below_the_size_limit() -> None:
    for path in (ROOT / "settlement" / "chain" / "artifacts").glob("*.json"):
        assert load_artifact(path.stem).bytecode, path
        # EIP-170 allows 24,576 bytes of runtime code.
        assert json.loads(path.read_text())["runtime_bytes"] <= 24_000, path
