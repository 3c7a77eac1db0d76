"""Who does the runs of a sweep: processes of this machine, or the workers of a Dask cluster.

Either way an ``Executor`` takes tasks and answers with rows. A pool of processes breaks as a whole when one
of them is killed, most likely for want of memory. The runs that were in it are then tried again, each alone:
so the one that breaks the pool is known, and the others are not blamed.
"""

import logging
import multiprocessing
import os
import re
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from typing import Any, Protocol

from settlement.chain.engines.backends import open_backend
from settlement.domain.errors import BackendError, UserError
from settlement.report.dataset import require
from settlement.sweep.plan import Task
from settlement.sweep.replication import Row, broken, replicate, require_version

#: Loaded once for all processes: what a run is made of.
_PRELOADED = (replicate.__module__,)
#: Seconds after which a scheduler that has not answered is not there.
_PATIENCE = 10
_ADDRESS = re.compile(r"[a-z]+://[^/\s]+:[0-9]{1,5}")
_LOST = "its worker process was lost twice (killed, perhaps for want of memory)"


class Crew(Protocol):
    """Workers, until they are closed."""

    @property
    def executor(self) -> Executor:
        """Takes their work."""
        ...

    @property
    def width(self) -> int:
        """How many runs to hand out at a time."""
        ...

    def renew(self) -> None:
        """Make the executor anew after it broke."""
        ...

    def close(self) -> None:
        """End their work at once, and what was started for it."""
        ...


class Processes:
    """``jobs`` processes of this machine, each with the package loaded once."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._line, self._held = multiprocessing.Pipe(duplex=False)
        methods = multiprocessing.get_all_start_methods()
        self._context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        self._context.set_forkserver_preload([*_PRELOADED])
        self.renew()

    @property
    def width(self) -> int:
        """One to work at and one to go on with for each."""
        return 2 * self._jobs

    def renew(self) -> None:
        """A pool of new processes."""
        self.executor: Executor = ProcessPoolExecutor(
            self._jobs, mp_context=self._context, initializer=_begin, initargs=(self._line,)
        )

    def close(self) -> None:
        """End every process."""
        self._held.close()
        self.executor.shutdown(cancel_futures=True)
        self._line.close()


def _begin(line: Connection) -> None:
    """Begin a worker, which ends when the other end of ``line`` is closed, even by a kill."""

    def leave() -> None:
        wait_for([line])
        os._exit(1)

    # An interruption is for the parent to answer; a terminal sends it to us all.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=leave, daemon=True).start()


class Cluster:
    """The workers of the Dask scheduler at an address such as ``tcp://host:8786``.

    Raises:
        UserError: ``distributed`` is not installed, no scheduler answers, or it has no workers.
    """

    def __init__(self, address: str) -> None:
        distributed = require("distributed", "cluster")
        if not _ADDRESS.fullmatch(address):
            raise UserError(
                f"--scheduler {address}: not an address; expected one such as tcp://127.0.0.1:8786; "
                "write what `dask scheduler` says when it starts"
            )
        # What goes wrong there is told by us, in one line.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        try:
            self._client: Any = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
        except OSError:
            raise UserError(
                f"--scheduler {address}: no answer within {_PATIENCE} s; expected a Dask scheduler that "
                "runs; start one with `dask scheduler`, or leave --scheduler out"
            ) from None
        if not self._client.nthreads():
            self._client.close()
            raise UserError(
                f"--scheduler {address}: it has no workers; expected one at least; "
                f"start one with `dask worker {address} --nthreads 1`"
            )
        self.executor: Executor = self._client.get_executor(pure=False)

    @property
    def width(self) -> int:
        """Two runs for each thread that there is now."""
        threads: dict[str, int] = self._client.nthreads()
        return max(2 * sum(threads.values()), 1)

    def renew(self) -> None:
        """Nothing: a cluster replaces its workers itself."""

    def close(self) -> None:
        """Let go of the cluster, which goes on for others; what nobody waits for any more, it drops."""
        self._client.close()


def ask(crew: Crew, evm: str, version: str) -> None:
    """Have a worker say that it can run scenarios on ``evm``.

    Raises:
        UserError: it cannot: the EVM is not installed there, or another version of the package.
        BackendError: no worker can be started.
    """
    try:
        crew.executor.submit(_ready, evm, version).result()
    except ImportError as error:
        raise UserError(
            f"a worker cannot load settlement ({error}); expected {version}, as here; install it there"
        ) from None
    except BrokenProcessPool as error:
        raise BackendError(f"no worker process can be started: {error}") from error


def _ready(evm: str, version: str) -> None:
    require_version(version)
    open_backend(evm, 0, ())


def carry_out(crew: Crew, tasks: Iterable[Task]) -> Iterator[Row]:
    """The row of each task, as they come.

    Raises:
        BackendError: the crew is gone.
    """
    waiting, suspects = deque(tasks), deque[Task]()
    tried: set[Task] = set()
    running: dict[Future[Row], Task] = {}
    while waiting or suspects or running:
        # A suspect runs alone.
        _hand_out(crew, suspects or waiting, running, 1 if suspects else crew.width)
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        if any(isinstance(_error(future), BrokenProcessPool) for future in done):
            done, _ = wait(running)
            crew.renew()
        for future in done:
            task, error = running.pop(future), _error(future)
            if error is None:
                yield future.result()
            elif not isinstance(error, BrokenProcessPool) or task in tried:
                yield broken(task, _LOST if task in tried else f"its worker was lost: {error!r}")
            else:
                tried.add(task)
                suspects.append(task)


def _hand_out(crew: Crew, tasks: deque[Task], running: dict[Future[Row], Task], width: int) -> None:
    while tasks and len(running) < width:
        try:
            running[crew.executor.submit(replicate, tasks[0])] = tasks[0]
        except BrokenProcessPool:
            if running:
                return
            crew.renew()
            continue
        tasks.popleft()


def _error(future: Future[Row]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError as error:
        raise BackendError("the scheduler is gone") from error
