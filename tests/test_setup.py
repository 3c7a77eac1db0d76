"""A stranger's set-up: a copy of the tracked files, nothing installed, another working directory."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import ROOT


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git tracks or would, copied to an empty folder."""
    folder = tmp_path_factory.mktemp("stranger") / "checkout"
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def without_our_environment() -> dict[str, str]:
    """The environment of a shell that knows nothing of the one these tests run in."""
    inside = str(Path(sys.executable).parent)
    path = os.pathsep.join(p for p in os.environ["PATH"].split(os.pathsep) if p != inside)
    kept = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH")}
    return {**kept, "PATH": path}


def test_demo_sets_itself_up_once_and_shows_a_run(copy: Path, tmp_path: Path) -> None:
    for attempt in ("first", "second"):
        done = subprocess.run(
            [copy / "scripts" / "demo"],
            cwd=tmp_path,
            env=without_our_environment(),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert "5 of 5 expectations met" in done.stdout
        assert ("setting up" in done.stderr) is (attempt == "first")
    assert list(tmp_path.iterdir()) == []
    activated = f". {copy}/.venv/run/bin/activate && settlement --version"
    done = subprocess.run(activated, shell=True, cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "settlement 0.1.0\n"


def test_environment_is_made_by_a_python_outside_it(copy: Path, tmp_path: Path) -> None:
    """One that is active and out of date would remove the Python that was to make it anew."""
    active = copy / ".venv" / "stale" / "bin"
    active.mkdir(parents=True)
    (active / "python3").symlink_to(sys.executable)
    functions = f"source <(sed '/^make_environment /d' {copy}/scripts/environment.sh)"
    environment = without_our_environment()
    done = subprocess.run(
        ["bash", "-c", f"{functions}; root={copy}; python_of_host"],
        env={**environment, "PATH": f"{active}:{environment['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stdout.startswith(str(copy))


def test_lock_file_installs_as_it_is(copy: Path, tmp_path: Path) -> None:
    install = ["npm", "ci", "--ignore-scripts", "--dry-run", "--no-audit", "--cache", str(tmp_path)]
    done = subprocess.run(install, cwd=copy / "contracts", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_installed_package_works_outside_the_checkout(copy: Path, tmp_path: Path) -> None:
    target, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(target),
        str(copy),
    ]
    subprocess.run(install, check=True, capture_output=True)
    program = "import sys, settlement.cli as c; sys.stderr.write(c.__file__); c.main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "run", "baseline-bilateral", "--json"],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith(str(target))
    assert '"status": "ok"' in done.stdout
