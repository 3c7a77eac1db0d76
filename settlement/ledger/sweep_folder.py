"""The sweep folder: a manifest that says which sweep it is, and what came of its runs, in shards.

``sweep.json`` is there before anything is run. ``points/N.yaml`` is the scenario of point N. ``shards/``
holds Parquet files, each with the rows of runs that ended at about the same time. A shard gets its name when
it is on the disk, so a kill at any moment leaves whole shards only. What is done is counted from them:
nothing else says so.
"""

import fcntl
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from settlement.domain.errors import UserError
from settlement.ledger.folder import flush, require_free, run_folder
from settlement.ledger.store import Store, quoted, write_parquet

#: Files and folders of a sweep folder.
MANIFEST, SHARDS, POINTS = "sweep.json", "shards", "points"

#: What every row of a shard begins with, and its types. A parameter follows as text, under its path.
COLUMNS = {
    "point": "INTEGER",
    "replication": "INTEGER",
    "seed": "BIGINT",
    "run_hash": "VARCHAR",
    "status": "VARCHAR",
    "expectations": "INTEGER",
    "expectations_met": "INTEGER",
    "expectations_missed": "VARCHAR[]",
    "transactions": "BIGINT",
    "gas_used": "BIGINT",
    "error": "VARCHAR",
}

#: ``status`` of a run that came to no end: an invariant broke, the chain misbehaved, or its process was lost.
BROKEN = "broken"

#: What names a sweep differently without making it another one.
_NOT_COMPARED = {"source", "title"}


class SweepFolder:
    """A sweep folder that this process alone adds to."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._shards = folder, folder / SHARDS
        self._written = len(shards_of(folder))

    def done(self) -> set[tuple[int, int]]:
        """Point and replication of every run that came to its end; broken ones are to be tried again.

        Raises:
            OSError: a shard is damaged.
        """
        store = Store.of_parquet(shards_of(self._folder), "shards", COLUMNS)
        try:
            store.add_table("done", "SELECT point, replication, status FROM shards")
            return set(store.query(f"SELECT point, replication FROM done WHERE status != {quoted(BROKEN)}"))
        finally:
            store.close()

    def add(self, columns: Mapping[str, str], rows: Sequence[Mapping[str, object]]) -> None:
        """Write rows as one more shard, which is there as a whole or not at all."""
        shard = self._shards / f"{self._written + 1:06d}.parquet"
        partial = shard.with_suffix(".partial")
        write_parquet(partial, columns, rows)
        flush(partial)
        partial.replace(shard)
        flush(self._shards)
        self._written += 1


def shards_of(folder: Path) -> list[Path]:
    """The shards of a sweep folder, in the order in which they were written."""
    return sorted((folder / SHARDS).glob("*.parquet"))


def read_manifest(folder: Path) -> dict[str, Any]:
    """What ``sweep.json`` says.

    Raises:
        OSError, ValueError: there is none, or it is no manifest.
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if not isinstance(manifest, dict) or not isinstance(manifest.get("vary"), list):
        raise ValueError(f"{MANIFEST} is no manifest of a sweep")
    return manifest


def require_place(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse a folder that holds something else than a part of the sweep of ``manifest``.

    Raises:
        UserError: it does.
    """
    if (folder / MANIFEST).exists():
        _require_same(folder, manifest)
    else:
        require_free(folder)


@contextmanager
def sweep_folder(
    folder: Path, manifest: Mapping[str, Any], points: Mapping[int, str]
) -> Iterator[SweepFolder]:
    """Make the folder of a sweep, or go on with the one that holds part of the same sweep.

    ``points`` are the texts of its scenarios by number.

    Raises:
        UserError: the folder cannot be made, holds something else or another sweep, or another process is
            at work in it.
    """
    if not (folder / MANIFEST).exists():
        _make(folder, manifest, points)
    with (folder / MANIFEST).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UserError(
                f"{folder}: another process is at work in it; expected a sweep that has stopped; "
                "wait for it, or choose another --out"
            ) from None
        _require_same(folder, manifest)
        yield SweepFolder(folder)


def _make(folder: Path, manifest: Mapping[str, Any], points: Mapping[int, str]) -> None:
    with run_folder(folder) as partial:
        (partial / SHARDS).mkdir()
        (partial / POINTS).mkdir()
        for number, text in points.items():
            (partial / POINTS / f"{number}.yaml").write_text(text, encoding="utf-8")
        text = json.dumps(manifest, indent=2, ensure_ascii=False)
        (partial / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _require_same(folder: Path, manifest: Mapping[str, Any]) -> None:
    try:
        there = read_manifest(folder)
    except (OSError, ValueError) as error:
        raise UserError(
            f"{folder}: not a sweep folder ({error}); expected what `settlement sweep` leaves; "
            "choose another --out"
        ) from None
    keys = [key for key in {**manifest, **there} if key not in _NOT_COMPARED]
    other = [key for key in keys if there.get(key) != manifest.get(key)]
    if other:
        raise UserError(
            f"{folder}: holds another sweep (not the same: {', '.join(other)}); expected the command that "
            "began it, or a new folder; choose another --out"
        )
