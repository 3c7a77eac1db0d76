"""Tables that scripts write into documents, or with ``--check`` compare with what stands there."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent.parent


class Written(NamedTuple):
    """A document as it should be, what to say of it, and what is wrong beside that."""

    path: Path
    text: str
    told: str
    faults: Sequence[str] = ()


def between(text: str, start: str, end: str, table: str) -> str:
    """``text`` with ``table`` on the lines between two markers of it.

    Raises:
        ValueError: a marker is missing.
    """
    before, found, rest = text.partition(f"{start}\n")
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise ValueError(f"{start} and {end} do not stand in the document, one after the other")
    return f"{before}{start}\n{table}\n{end}{after}"


def write_or_check(script: str, about: str, make: Callable[[], Written]) -> NoReturn:
    """Write what ``make`` makes, or with ``--check`` compare it; exits with 1 where something is wrong.

    ``script`` is the module's name in ``scripts``, ``about`` what its help says of it.
    """
    parser = argparse.ArgumentParser(prog=f"python -m scripts.{script}", description=about)
    parser.add_argument("--check", action="store_true", help="fail when a table is stale; write nothing")
    check = parser.parse_args().check
    written = make()
    faults = [*written.faults]
    stale = not written.path.exists() or written.path.read_text(encoding="utf-8") != written.text
    if check and stale:
        faults.append(f"{written.path.relative_to(ROOT)} is stale; run python -m scripts.{script}")
    elif stale:
        written.path.write_text(written.text, encoding="utf-8")
    print("\n".join(faults) or written.told)
    sys.exit(1 if faults else 0)
