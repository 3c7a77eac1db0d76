"""scripts/coverage: what several runs reached adds up, unless the code has changed in between."""

import importlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts.branch_coverage import digest, read_marks

CREATION, RUNTIME, CHANGED = "6000", "6001", "6002"


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, runtime: str, mark: int) -> None:
    """A run in which ``mark`` was left on a contract whose code is ``runtime``."""
    contract = {"creation": {"code": CREATION}, "runtime": {"code": runtime, "immutables": []}}
    (folder / "contracts.json").write_text(json.dumps({"Contract": contract}))
    monkeypatch.setenv("BRANCH_TRACE", str(folder))
    monkeypatch.delitem(sys.modules, "scripts.branch_trace", raising=False)
    plugin = importlib.import_module("scripts.branch_trace")
    code = SimpleNamespace(_raw_code_bytes=bytes.fromhex(runtime))
    plugin.TRACE.of(SimpleNamespace(code=code)).add(mark)
    plugin.pytest_unconfigure()


def test_runs_into_one_folder_add_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for mark in (1, 5):
        run(monkeypatch, tmp_path, RUNTIME, mark)
    assert read_marks(tmp_path) == {digest(RUNTIME): {1, 5}}


def test_marks_stay_with_the_code_that_left_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run(monkeypatch, tmp_path, RUNTIME, 1)
    run(monkeypatch, tmp_path, CHANGED, 5)
    assert read_marks(tmp_path) == {digest(RUNTIME): {1}, digest(CHANGED): {5}}
