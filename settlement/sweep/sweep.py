"""One sweep: its runs handed out, their rows kept as they come."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import metadata
from pathlib import Path

from settlement.domain.errors import UserError
from settlement.ledger.sweep_folder import COLUMNS, SweepFolder, require_place, sweep_folder
from settlement.report.sweeps.columns import column_of, kind_of
from settlement.sweep.crew import Cluster, Crew, Processes, ask, carry_out
from settlement.sweep.plan import Plan
from settlement.sweep.replication import Row

Progress = Callable[[int, int], None]

#: Seconds after which a shard is written, at least and at most: a hundredth of what the sweep has taken.
_SOONEST, _LATEST = 2.0, 60.0


def run_sweep(
    plan: Plan,
    folder: Path,
    *,
    jobs: int,
    scheduler: str | None = None,
    progress: Progress = lambda done, size: None,
) -> None:
    """Run what is left to run of a sweep, into ``folder``.

    That is all of it, or what an earlier process did not come to. The runs go to ``jobs`` processes, or to
    the Dask cluster of ``scheduler``; the rows are the same. A run that breaks is kept as a row that says
    why, and tried again the next time. ``progress`` is told how many runs of how many are done. An
    interruption keeps what is done.

    Raises:
        UserError: the folder holds something else, the EVM is not installed, or there is no such scheduler.
        BackendError: the scheduler went away.
    """
    manifest = plan.manifest()
    require_place(folder, manifest)
    with _crew(jobs, scheduler) as crew:
        ask(crew, plan.evm, metadata.version("settlement"))
        with sweep_folder(folder, manifest, {p.number: p.text for p in plan.points}) as kept:
            done = _done(folder, kept)
            left = (task for task in plan.tasks() if (task.point, task.replication) not in done)
            count = len(done)
            progress(count, plan.size)
            with _keeping(kept) as keep:
                for row in carry_out(crew, left):
                    keep(row)
                    count += 1
                    progress(count, plan.size)


@contextmanager
def _crew(jobs: int, scheduler: str | None) -> Iterator[Crew]:
    before = signal.getsignal(signal.SIGPIPE)
    if before is signal.SIG_DFL:
        # A worker that is gone is for us to answer; writing to it must not end us as a closed output does.
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        with closing(Processes(jobs) if scheduler is None else Cluster(scheduler)) as crew:
            yield crew
    finally:
        if before is signal.SIG_DFL:
            signal.signal(signal.SIGPIPE, before)


def _done(folder: Path, kept: SweepFolder) -> set[tuple[int, int]]:
    try:
        return kept.done()
    except OSError as error:
        raise UserError(
            f"{folder}: a shard is damaged ({error}); expected what `settlement sweep` left; "
            "remove the shard, and its runs are run again"
        ) from None


@contextmanager
def _keeping(kept: SweepFolder) -> Iterator[Callable[[Row], None]]:
    """Takes rows, and writes a shard of them from time to time; what is left over, in the end.

    A long sweep writes less often, so that it does not end in more shards than are read quickly.
    """
    rows: list[Row] = []
    began = written = time.monotonic()

    def keep(row: Row) -> None:
        nonlocal written
        rows.append(row)
        now = time.monotonic()
        if now - written >= min(max(_SOONEST, (now - began) / 100), _LATEST):
            write()
            written = now

    def write() -> None:
        if rows:
            kept.add(_columns(rows), rows)
            rows.clear()

    try:
        yield keep
    finally:
        write()


def _columns(rows: list[Row]) -> dict[str, str]:
    """The columns of these rows with their types: what every row has, parameters, figures in their order."""
    names = dict.fromkeys(name for row in rows for name in row)
    figures = {name: column for name in names if (column := column_of(name)) is not None}
    parameters = [name for name in names if name not in figures and name not in COLUMNS]
    ordered = sorted(figures, key=lambda name: figures[name].order)
    return {name: kind_of(name) for name in (*COLUMNS, *parameters, *ordered)}
