"""The guide to scenarios does not lie: a newcomer who follows it gets what it shows."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.scenario_tables import README, renewed
from settlement.scenario import json_schema
from tests.commands import ROOT
from tests.test_readme import comparable

TEXT = README.read_text(encoding="utf-8")


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
        # Blank lines behind a section are none of it: whoever replaces it by hand leaves them.
        old = re.compile(rf"^{name}:.*\n(\n*  .*\n)*", re.MULTILINE)
        found = old.search(text)
        text = f"{text[: found.start()]}{new}{text[found.end() :]}" if found else f"{text}\n{new}"
    mine.write_text(text)


def shell(command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command as the newcomer would, standard output and error together."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    places = {"PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    return subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env={**os.environ, **places},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_newcomer_gets_what_the_guide_shows(tmp_path: Path) -> None:
    for kind, block in blocks():
        if kind == "yaml":
            apply(block, tmp_path)
            continue
        for command, code, shown in commands(block):
            done = shell(command, tmp_path)
            assert done.returncode == code, f"$ {command}\n{done.stdout}"
            assert comparable(done.stdout if shown else "") == comparable(shown), command


def test_a_fragment_takes_the_place_of_its_section_alone(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("title: A\nregime:\n  home: XH\n\n  # still of it\n  phase: 1\n\n# of the next\nend: 1\n")
    apply("title: B\n\nregime:\n  home: XF\n\nseed: 2\n", tmp_path)
    assert mine.read_text() == "title: B\nregime:\n  home: XF\n\n# of the next\nend: 1\n\nseed: 2\n"


def test_tables_are_as_models_and_files_say() -> None:
    assert renewed(TEXT) == TEXT, "run: python -m scripts.scenario_tables"


def test_every_key_of_a_file_is_in_a_table() -> None:
    parts = json_schema()["$defs"].values()
    keys = {key for part in parts for key in part["properties"] if key != "do"}
    tables = "".join(line for line in TEXT.splitlines() if line.startswith("|"))
    assert {key for key in keys if f"`{key}`" not in tables} == set()


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
