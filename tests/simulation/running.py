"""Runs of changed scenarios, and what their events say."""

import json
from pathlib import Path
from typing import Any

from settlement.outcome import Outcome
from settlement.run import run_scenario
from settlement.scenario import parse_scenario
from tests.world import EVM


def changed(text: str, *changes: tuple[str, str]) -> str:
    """A scenario with each change made once."""
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return text


def without_expectations(text: str) -> str:
    """A scenario that expects nothing."""
    return text.partition("\nexpect:")[0] + "\n"


def run(text: str, folder: Path) -> tuple[Outcome, list[dict[str, Any]]]:
    """Run a scenario; its outcome and its events."""
    outcome = run_scenario(parse_scenario(text, "test"), text, folder / "run", backend=EVM)
    lines = (folder / "run" / "events.jsonl").read_text(encoding="utf-8").splitlines()
    return outcome, [json.loads(line) for line in lines]
