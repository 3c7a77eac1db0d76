"""The run folder: it appears under its final name only when it is complete."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from settlement.domain.errors import InvariantBroken, UserError

#: Files of a complete run folder.
SCENARIO, STORE, EVENTS, SUMMARY = "scenario.yaml", "run.duckdb", "events.jsonl", "run.json"


def default_folder(scenario: str, seed: int) -> Path:
    """The first free ``runs/<scenario>-seed<seed>``, numbered from the second on."""
    base = Path("runs") / f"{scenario}-seed{seed}"
    number = 1
    while (folder := base if number == 1 else base.with_name(f"{base.name}-{number}")).exists():
        number += 1
    return folder


def require_free(folder: Path) -> None:
    """Refuse a folder that holds something.

    Raises:
        UserError: it is a file, holds something, or its parent cannot be made.
    """
    try:
        if folder.is_dir() and not any(folder.iterdir()):
            return
        taken = folder.exists()
    except OSError as error:
        raise UserError(
            f"{folder}: {error.strerror}; expected the name of a folder; choose another --out"
        ) from None
    if taken:
        raise UserError(
            f"{folder}: exists already; expected a folder that is new or empty; choose another --out"
        )


@contextmanager
def run_folder(final: Path) -> Iterator[Path]:
    """A folder to fill, that gets its final name when the block ends well.

    Until then it is called ``<name>.partial-…`` beside it. An interruption or an error removes
    it, and the folders above it that were made for it; after a broken invariant it stays, as
    ``<name>.failed-…``, for the evidence. A killed process leaves the partial folder, which
    nothing takes for a run.

    Raises:
        UserError: the folder cannot be made.
    """
    final = final.resolve()
    require_free(final)
    made = [parent for parent in final.parents if not parent.exists()]
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f"{final.name}.partial-", dir=final.parent))
    except OSError as error:
        raise UserError(
            f"{final}: cannot be made ({error.strerror}); expected a folder that can be written to; "
            "choose another --out"
        ) from None
    try:
        yield partial
        for path in (*partial.rglob("*"), partial):
            flush(path)
        partial.chmod(0o755)
        _name(partial, final)
        flush(final.parent)
    except InvariantBroken as failure:
        evidence = partial.with_name(partial.name.replace(".partial-", ".failed-"))
        partial.replace(evidence)
        failure.add_note(f"the evidence is in {evidence}")
        raise
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        with suppress(OSError):  # another run is in there by now
            for parent in made:
                parent.rmdir()
        raise


def _name(partial: Path, final: Path) -> None:
    try:
        partial.replace(final)
    except OSError as error:
        raise UserError(
            f"{final}: cannot be named so ({error.strerror}); expected a name that no other run took "
            "meanwhile; run again, or choose another --out"
        ) from None


def flush(path: Path) -> None:
    """Have a file or folder on the disk before a name promises that it is there."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
