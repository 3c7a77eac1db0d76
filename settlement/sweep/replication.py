"""One run of a sweep, in whichever process is given it."""

import traceback
from functools import cache, lru_cache
from importlib import metadata
from threading import Lock

from settlement.domain.errors import SettlementError, UserError
from settlement.ledger.sweep_folder import BROKEN
from settlement.report.sweeps.columns import figures_of
from settlement.run import Bench
from settlement.scenario import Scenario, parse_scenario
from settlement.sweep.plan import Task

Row = dict[str, object]

#: A worker of a cluster may have several threads; a run has its process to itself.
_ALONE = Lock()


def replicate(task: Task) -> Row:
    """The row of a run: its parameters and seed, what came of it, and every figure.

    Whatever breaks the run is told in its row: one broken run does not end a sweep.
    """
    try:
        with _ALONE:
            return {**identity(task), **_outcome(task)}
    except SettlementError as error:
        return broken(task, "; ".join([str(error), *getattr(error, "__notes__", ())]))
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return broken(task, f"a bug of ours: {error!r} at {where.filename}:{where.lineno}")


def identity(task: Task) -> Row:
    """Which run of the sweep it is, and the values of its parameters."""
    return {
        "point": task.point,
        "replication": task.replication,
        "seed": task.seed,
        **dict(task.settings),
    }


def broken(task: Task, why: str) -> Row:
    """The row of a run that came to no end."""
    return {**identity(task), "status": BROKEN, "error": " ".join(why.split())}


def require_version(version: str) -> None:
    """Refuse to run what another version of the package would count among its own.

    Raises:
        UserError: this process has another one.
    """
    here = _version()
    if here != version:
        raise UserError(
            f"a worker has settlement {here}; expected {version}, as here; install the same on both sides"
        )


def _outcome(task: Task) -> Row:
    require_version(task.version)
    with _bench().run(_scenario(task.text), seed=task.seed, backend=task.evm) as (outcome, store):
        missed = [expectation.what for expectation in outcome.expectations if not expectation.ok]
        return {
            "run_hash": outcome.run_hash,
            "status": "ok" if outcome.ok else "failed",
            "expectations": len(outcome.expectations),
            "expectations_met": len(outcome.expectations) - len(missed),
            "expectations_missed": missed,
            "transactions": outcome.transactions,
            "gas_used": outcome.gas_used,
            **figures_of(store),
        }


@cache
def _version() -> str:
    """That of this process."""
    return metadata.version("settlement")


@cache
def _bench() -> Bench:
    """The one of this process."""
    return Bench()


@lru_cache(maxsize=64)
def _scenario(text: str) -> Scenario:
    """The scenario of a point, which comes again with every replication."""
    return parse_scenario(text, "the point's scenario")
