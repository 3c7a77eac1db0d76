"""The READMEs do not lie: every command they show is run here, and must print what they show.

``./scripts/demo``, and what is installed by it, is run in ``test_setup.py``; ``./scripts/test`` is what
runs these tests.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chain.engines.nodes import HAS_ANVIL
from tests.commands import ROOT

ELSEWHERE = ("./scripts/demo", "./scripts/test")
#: Documents whose commands are run.
GUIDES = ("README.md", "settlement/clearing/README.md", "settlement/sweep/README.md")


def console(readme: str) -> list[tuple[str, str]]:
    """Commands of a README's console blocks in order, each with the output shown beneath it."""
    commands: list[tuple[str, str]] = []
    for block in re.findall(r"^```console\n(.*?)^```", (ROOT / readme).read_text(), re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                commands.append((line[2:].split("  #")[0].strip(), ""))
            else:
                command, output = commands[-1]
                commands[-1] = (command, f"{output}{line}\n")
    return commands


def programs(readme: str) -> list[str]:
    """Python blocks of a README."""
    return re.findall(r"^```python\n(.*?)^```", (ROOT / readme).read_text(), re.MULTILINE | re.DOTALL)


def comparable(output: str) -> str:
    """Output without what differs between two runs: trailing blanks, the wall time, and which EVM is here."""
    text = re.sub(r" +$", "", output, flags=re.MULTILINE).strip("\n")
    text = re.sub(r" · revm\b", " · py-evm", text)
    return re.sub(r"\d+\.\d s wall time", "N s wall time", text)


@pytest.mark.parametrize("readme", GUIDES)
def test_readme_commands_do_what_it_shows(tmp_path: Path, readme: str) -> None:
    (tmp_path / "scripts").symlink_to(ROOT / "scripts")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # In order and in one folder, for each goes on where the one before it stopped.
    for command, shown in console(readme):
        if command in ELSEWHERE:
            assert os.access(ROOT / command, os.X_OK)
            continue
        if command.startswith("settlement devnet") and not HAS_ANVIL:
            continue
        done = subprocess.run(
            command,
            shell=True,
            cwd=tmp_path,
            env={**os.environ, "PATH": path, "COLUMNS": "100"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"$ {command}\n{done.stderr}"
        if shown:
            assert comparable(done.stdout) == comparable(shown), command
    if readme != "README.md":  # whose Python needs none of this, and is run below
        for program in programs(readme):
            subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True)


def test_readme_python_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = programs("README.md")
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "README.md", "exec"), {})
    assert [folder.name for folder in (tmp_path / "runs").iterdir()] == ["baseline-bilateral-seed8"]


def test_ci_runs_the_readmes_test_command() -> None:
    assert "scripts/test" in (ROOT / ".ci" / "run").read_text()
    assert [command for command, _ in console("README.md")][:2] == list(ELSEWHERE)


@pytest.mark.parametrize("readme", [*GUIDES, "contracts/README.md"])
def test_links_lead_somewhere(readme: str) -> None:
    text = (ROOT / readme).read_text()
    for target in re.findall(r"(?:\]\(|<img src=\")([^)#\"]+)", text):
        assert ((ROOT / readme).parent / target).exists(), target


def test_nothing_is_left_to_fill_in() -> None:
    assert re.findall(r"@[A-Z]+@", (ROOT / "README.md").read_text()) == []


def test_rooms_of_the_map_exist() -> None:
    for path in re.findall(r"^\| `([^`]+/)`", (ROOT / "README.md").read_text(), re.MULTILINE):
        assert (ROOT / path).is_dir(), path
