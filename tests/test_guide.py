"""The guide to scenarios does not lie: a newcomer who follows it gets what it shows."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.scenario_tables import README, renewed
from tests.commands import ROOT
from tests.test_readme import comparable

TEXT = README.read_text(encoding="utf-8")
PROFILES = Path("settlement", "scenario", "profiles")


def blocks() -> list[tuple[str, str]]:
    """Kind and content of the blocks of the walk, in order."""
    walk = TEXT.partition("\n## What may stand in a file")[0]
    return re.findall(r"^```(yaml|console)\n(.*?)^```", walk, re.MULTILINE | re.DOTALL)


def commands(block: str) -> Iterator[tuple[str, int, str]]:
    """Each command of a console block, the exit code that it says, and the output shown beneath it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        line, _, shown = part.partition("\n")
        command, _, code = line.partition("  # exit ")
        yield command, int(code or 0), shown


def apply(fragment: str, folder: Path) -> None:
    """Do with a fragment what the guide says: make a file, or replace sections by name."""
    named = re.match(r"# (\S+\.yaml)\n", fragment)
    if named:
        (folder / named[1]).write_text(fragment)
        return
    mine = folder / "mine.yaml"
    text = mine.read_text()
    for section in re.split(r"^(?=\w)", fragment, flags=re.MULTILINE)[1:]:
        name, new = section.partition(":")[0], section.rstrip() + "\n"
        old = re.compile(rf"^{name}:.*\n((  .*)?\n)*", re.MULTILINE)
        found = old.search(text)
        text = f"{text[: found.start()]}{new}\n{text[found.end() :]}" if found else f"{text}\n{new}"
    mine.write_text(text)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the package in it, where a newcomer may add a profile."""
    shutil.copytree(
        ROOT / "settlement", tmp_path / "settlement", ignore=shutil.ignore_patterns("__pycache__")
    )
    return tmp_path


def shell(command: str, checkout: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command as the newcomer would, standard output and error together."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    places = {"PATH": path, "PYTHONPATH": str(checkout), "COLUMNS": "100"}
    return subprocess.run(
        command,
        shell=True,
        cwd=checkout,
        env={**os.environ, **places},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_newcomer_gets_what_the_guide_shows(checkout: Path) -> None:
    for kind, block in blocks():
        if kind == "yaml":
            apply(block, checkout)
            continue
        for command, code, shown in commands(block):
            done = shell(command, checkout)
            assert done.returncode == code, f"$ {command}\n{done.stdout}"
            assert comparable(done.stdout if shown else "") == comparable(shown), command


@pytest.mark.parametrize(
    ("profile", "problem"),
    [
        ("- Atoll\n", "1:1: a list is no part of a profile"),
        ("name: Atoll\ncalendar: MV\nregime: none\n", "3:9: regime: 'none' is no part of a profile"),
        ("name: Atoll\nname: Atoll\ncalendar: MV\n", "2:1: name: key 'name' appears twice"),
    ],
)
def test_a_faulty_profile_is_told_at_its_own_place(checkout: Path, profile: str, problem: str) -> None:
    (checkout / PROFILES / "atoll.yaml").write_text(profile)
    text = (checkout / "settlement/scenario/library/baseline-bilateral.yaml").read_text()
    (checkout / "mine.yaml").write_text(text.replace("{name: Farland, calendar: PT}", "{profile: atoll}"))
    answer = shell("settlement check mine.yaml", checkout)
    assert answer.returncode == 2
    assert answer.stdout.startswith(f"profiles/atoll.yaml:{problem}")


def test_a_profile_need_not_speak_of_the_regime(checkout: Path) -> None:
    (checkout / PROFILES / "atoll.yaml").write_text("name: Atoll\ncalendar: MV\n")
    text = (checkout / "settlement/scenario/library/baseline-bilateral.yaml").read_text()
    (checkout / "mine.yaml").write_text(text.replace("{name: Farland, calendar: PT}", "{profile: atoll}"))
    assert shell("settlement check mine.yaml", checkout).returncode == 0


def test_tables_are_as_models_and_files_say() -> None:
    assert renewed(TEXT) == TEXT, "run: python -m scripts.scenario_tables"


def test_links_lead_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        if target.startswith("#"):
            assert target[1:] in headings, target
        else:
            assert (README.parent / target).exists(), target
