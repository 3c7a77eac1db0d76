"""Whoever installs the package needs no compiler: all that it depends on comes as wheels.

This asks the package index, and fails where there is none.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

from tests.commands import ROOT

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
LINUX_ARM = "aarch64-manylinux_2_28"
PLATFORMS = (
    "x86_64-manylinux_2_28",
    LINUX_ARM,
    "aarch64-apple-darwin",
    "x86_64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
#: Those for users.
EXTRAS = ("fast", "notebook", "export", "cluster")


def resolved(cache: Path, python: str, platform: str) -> set[str]:
    """Names of all packages that an installation with every extra takes there, from wheels alone."""
    places = [f"--python-version={python}", f"--python-platform={platform}"]
    extras = [f"--extra={extra}" for extra in EXTRAS]
    form = ["--quiet", "--no-header", "--no-annotate", "--cache-dir", str(cache)]
    uv = [sys.executable, "-m", "uv", "pip", "compile", "--only-binary=:all:", *places, *extras, *form]
    done = subprocess.run([*uv, "pyproject.toml"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"CPython {python}, {platform}: {done.stderr}"
    return {line.partition("==")[0] for line in done.stdout.splitlines()}


def test_everything_comes_as_wheels_for_every_python_and_platform(tmp_path: Path) -> None:
    places = list(product(PYTHONS, PLATFORMS))
    # Nearly all of the time is the index's.
    with ThreadPoolExecutor(len(PLATFORMS)) as pool:
        found = [*pool.map(lambda place: resolved(tmp_path, *place), places)]
    for (python, platform), names in zip(places, found, strict=True):
        assert {"py-evm", "duckdb", "pyarrow", "xsdata", "distributed", "pycryptodome"} <= names
        # What is only speed is taken wherever it has wheels.
        assert ("pyrevm" in names) is (python in ("3.11", "3.12") and platform != LINUX_ARM)
        assert ("coincurve" in names) is (python != "3.14")
        assert ("safe-pysha3" in names) is ("linux" in platform)
