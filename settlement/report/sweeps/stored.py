"""A sweep folder, opened for reading: its parameters and points, and a row for each run that is done."""

import shlex
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

from settlement.domain.errors import UserError
from settlement.domain.faults import listed, nearest, shown
from settlement.ledger.store import Store, quoted
from settlement.ledger.sweep_folder import BROKEN, COLUMNS, read_manifest, shards_of
from settlement.report.measures import MEASURES
from settlement.report.measures.figures import Keys
from settlement.report.sections import TILES
from settlement.report.sweeps.columns import Column, column_of
from settlement.scenario import value_text, values_text

#: What a report shows unless told otherwise, as far as the runs measured it.
HEADLINES = (
    *((measure, key) for _, measure, key in TILES),
    ("reserve_coverage", "lowest"),
    ("against_baseline", "median here"),
    ("against_baseline", "median through correspondents"),
    ("baseline_cost", "total share"),
)

#: Values of a column by point and replication: integers where they are exact, floats otherwise.
Values = Mapping[int, Mapping[int, Fraction]]


@dataclass(frozen=True, slots=True)
class Varied:
    """A parameter: its values as the file writes them, and as numbers where they are such, of one unit."""

    path: str
    name: str
    values: tuple[str, ...]
    numbers: tuple[Fraction, ...] | None


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of the grid: its number, and which value of each parameter it has."""

    number: int
    label: str
    levels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BrokenRun:
    """A run that came to no end."""

    point: int
    replication: int
    seed: int
    error: str


@dataclass(frozen=True, slots=True)
class Missed:
    """An expectation that failed: in how many runs, and of them how many at each point, by its number."""

    what: str
    runs: int
    points: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many runs there are, how many are done, and how they ended."""

    size: int
    done: int
    as_expected: int
    not_as_expected: int
    broken: int

    @property
    def well(self) -> bool:
        """Whether all that are done ended as the scenario expects."""
        return self.as_expected == self.done


@dataclass(frozen=True)
class StoredSweep:
    """A sweep folder, opened for reading, complete or not."""

    folder: Path
    manifest: Mapping[str, Any]
    parameters: tuple[Varied, ...]
    store: Store

    def spots(self) -> list[Spot]:
        """The points of the grid, in order."""
        levels = product(*(range(len(p.values)) for p in self.parameters))
        return [Spot(number, self._label(chosen), chosen) for number, chosen in enumerate(levels, 1)]

    def tally(self) -> Tally:
        """How many runs of the sweep are done, and how they ended."""
        ends = dict(self.store.query("SELECT status, count(*) FROM replications GROUP BY status"))
        return _tally(self.manifest["points"] * self.manifest["seeds"], ends)

    def tallies(self) -> dict[int, Tally]:
        """How many runs of each point are done, and how they ended, by its number."""
        ends: dict[int, dict[str, int]] = {spot.number: {} for spot in self.spots()}
        sql = "SELECT point, status, count(*) FROM replications GROUP BY point, status"
        for point, status, count in self.store.query(sql):
            ends[point][status] = count
        return {point: _tally(self.manifest["seeds"], own) for point, own in ends.items()}

    def missed(self) -> list[Missed]:
        """The expectations that failed, the one that failed in most runs first."""
        sql = """SELECT what, point, count(*)
            FROM (SELECT point, unnest(expectations_missed) AS what FROM replications)
            GROUP BY what, point ORDER BY what, point"""
        points: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for what, point, runs in self.store.query(sql):
            points[what][point] = runs
        found = [Missed(what, sum(own.values()), own) for what, own in points.items()]
        return sorted(found, key=lambda missed: -missed.runs)

    def broken(self) -> list[BrokenRun]:
        """The runs that came to no end, in order of point and replication."""
        sql = "SELECT point, replication, seed, error FROM replications WHERE status = "
        return [BrokenRun(*row) for row in self.store.query(sql + quoted(BROKEN))]

    def columns(self) -> list[Column]:
        """The figures that its runs have, in the order of the report."""
        found = filter(None, map(column_of, self.store.columns("replications")))
        return sorted(found, key=lambda column: column.order)

    def chosen(self, names: Sequence[str] = ()) -> list[Column]:
        """The figures of these names, each a measure or ``measure.key``; the headlines where none is given.

        Raises:
            UserError: no run measured such a thing.
        """
        columns = self.columns()
        if not names:
            return [column for at in HEADLINES for column in columns if (column.measure, column.key) == at]
        chosen: list[Column] = []
        for name in names:
            mine = [c for c in columns if name in (c.measure, f"{c.measure}.{c.key}")]
            if not mine:
                known = dict.fromkeys(
                    [*(c.measure for c in columns), *(f"{c.measure}.{c.key}" for c in columns)]
                )
                raise UserError(
                    f"--measure {name}: no run measured {shown(name)}; expected a measure such as "
                    f"{listed(known, most=5)}; {nearest(name, known, 'see settlement/report/README.md')}"
                )
            chosen += mine
        return list(dict.fromkeys(chosen))

    def values(self, column: Column) -> Values:
        """What the runs measured, by point and replication; nothing where there was nothing to measure."""
        named = str(column).replace('"', '""')
        sql = f'SELECT point, replication, "{named}" FROM replications WHERE "{named}" IS NOT NULL'
        values: defaultdict[int, dict[int, Fraction]] = defaultdict(dict)
        for point, replication, value in self.store.query(sql):
            values[point][replication] = Fraction(value)
        return values

    def where(self, missed: Missed, most: int) -> str:
        """At which points an expectation failed, each with the runs there; the first ``most`` of them."""
        spots = [spot for spot in self.spots() if spot.number in missed.points]
        told = [f"{self.named(spot)} ({missed.points[spot.number]:,})" for spot in spots[:most]]
        return ", ".join([*told, f"{len(spots) - most:,} more"] if len(spots) > most else told)

    def values_at(self, spot: Spot) -> tuple[str, ...]:
        """The value of each parameter at a point, as the file writes it."""
        return tuple(p.values[level] for p, level in zip(self.parameters, spot.levels, strict=True))

    def named(self, spot: Spot) -> str:
        """A point in a table of points: by the value of the only parameter, or by its number."""
        return self.values_at(spot)[0] if len(self.parameters) == 1 else str(spot.number)

    def command(self, folder: str) -> str:
        """The command that makes the sweep in ``folder``, or goes on with it there."""
        manifest = self.manifest
        words = ["settlement", "sweep", str(manifest["source"])]
        for parameter in manifest["vary"]:
            words += ["--vary", f"{parameter['path']}={values_text(parameter['values'])}"]
        words += ["--seeds", str(manifest["seeds"]), "--seed", str(manifest["seed"])]
        return shlex.join([*words, "--evm", str(manifest["evm"]), "--out", folder])

    def _label(self, levels: Sequence[int]) -> str:
        pairs = zip(self.parameters, levels, strict=True)
        return ", ".join(f"{p.name} {p.values[level]}" for p, level in pairs) or "as it is"


@contextmanager
def open_sweep(folder: Path) -> Iterator[StoredSweep]:
    """Open a sweep folder for the length of a block.

    Raises:
        UserError: it is not one.
    """
    sweep = read_sweep(folder)
    try:
        yield sweep
    finally:
        sweep.store.close()


def read_sweep(folder: Path) -> StoredSweep:
    """Open a sweep folder; its store stays open until it is closed.

    Raises:
        UserError: it is not one.
    """
    try:
        manifest = read_manifest(folder)
        parameters = _parameters(manifest["vary"])
        columns = {**COLUMNS, **dict.fromkeys((p.path for p in parameters), "VARCHAR")}
        store = Store.of_parquet(shards_of(folder), "shards", columns)
        store.add_table("replications", _replications(store, list(columns)))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{folder}: not a sweep folder ({error}); expected what `settlement sweep` leaves; "
            "name another folder"
        ) from None
    return StoredSweep(folder, manifest, parameters, store)


def _tally(size: int, ends: Mapping[str, int]) -> Tally:
    ok, failed, broken = (ends.get(status, 0) for status in ("ok", "failed", BROKEN))
    return Tally(size, ok + failed + broken, ok, failed, broken)


def _replications(store: Store, first: Sequence[str]) -> str:
    """The query that puts the rows in order: one for each run, whatever process wrote it in whichever shard.

    What a measure only names where it occurred is zero where it did not.
    """
    names = list(store.columns("shards"))
    figures = sorted(filter(None, map(column_of, names)), key=lambda column: column.order)
    terms = [f'"{name}"' for name in first]
    for column in figures:
        named = '"' + str(column).replace('"', '""') + '"'
        found = MEASURES[column.measure].keys is Keys.FOUND
        terms.append(
            f"CASE WHEN status != '{BROKEN}' THEN coalesce({named}, 0) END AS {named}" if found else named
        )
    return f"""SELECT {", ".join(terms)} FROM shards
        QUALIFY row_number() OVER (PARTITION BY point, replication ORDER BY status = '{BROKEN}', error) = 1
        ORDER BY point, replication"""


def _parameters(vary: Sequence[Mapping[str, Any]]) -> tuple[Varied, ...]:
    paths = [entry["path"] for entry in vary]
    return tuple(
        Varied(
            entry["path"],
            _short(entry["path"], paths),
            tuple(map(value_text, entry["values"])),
            tuple(map(Fraction, entry["numbers"])) if entry["numbers"] else None,
        )
        for entry in vary
    )


def _short(path: str, paths: Sequence[str]) -> str:
    """The shortest end of a path that names it and no other: ``payment``, ``state_caps.payment``."""
    steps = path.split(".")
    for begin in range(len(steps) - 1, -1, -1):
        end = ".".join(steps[begin:])
        if not steps[begin].isdecimal() and sum(f".{other}".endswith(f".{end}") for other in paths) == 1:
            return end
    return path
