"""The command as a user has it: run in this process, or in one of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from settlement import cli

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output as the one JSON object it must be."""
        answer: dict[str, Any] = json.loads(self.out)
        return answer


class Command:
    """``settlement`` in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *words: object) -> Answer:
        """Run it with ``words`` and return what it answered."""
        self._capsys.readouterr()
        self._monkeypatch.setattr(sys, "argv", ["settlement", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = self._capsys.readouterr()
        code = end.value.code
        return Answer(code if isinstance(code, int) else 0, out, err)


def start(
    *words: object, cwd: Path, code: str = "", environment: Mapping[str, str] | None = None
) -> "subprocess.Popen[str]":
    """``settlement`` in a process of its own, after ``code`` has run there."""
    program = f"{code}\nfrom settlement.__main__ import main\nmain()"
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, words)],
        cwd=cwd,
        env={**os.environ, **(environment or {}), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
