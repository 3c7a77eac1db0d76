"""One run: the composition root that lets the simulation tell the ledger what happens."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from settlement.chain.backends import DEFAULT_BACKEND
from settlement.chain.chain import Transaction
from settlement.chain.deployment import Deployment
from settlement.domain.accounts import wallet_account
from settlement.domain.amounts import Amount
from settlement.domain.events import Event, OperationRejected
from settlement.ledger.folder import EVENTS, SCENARIO, STORE, SUMMARY, run_folder
from settlement.ledger.reconciliation import reconcile
from settlement.ledger.store import Store
from settlement.scenario import Expectations, Scenario
from settlement.simulation.clock import iso
from settlement.simulation.engine import simulate


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing the scenario expects, and whether it came true."""

    what: str
    expected: str
    actual: str
    ok: bool


@dataclass(frozen=True)
class Outcome:
    """What came of a run; ``to_json`` is the ``--json`` answer and, with the wall time, ``run.json``."""

    scenario: str
    seed: int
    backend: str
    run_hash: str
    balances: dict[str, dict[str, int]]
    credits: dict[str, str]
    draws: dict[str, str]
    rejections: list[dict[str, str]]
    expectations: list[Expectation]
    reconciled: bool
    transactions: int
    gas_used: int
    gas: str

    @property
    def ok(self) -> bool:
        """Whether every expectation came true."""
        return all(expectation.ok for expectation in self.expectations)

    def to_json(self) -> dict[str, Any]:
        """JSON values; balances are minor units."""
        return {**asdict(self), "status": "ok" if self.ok else "failed"}


def run_scenario(
    scenario: Scenario,
    text: str,
    folder: Path,
    *,
    seed: int | None = None,
    backend: str = DEFAULT_BACKEND,
    progress: Callable[[date], None] = lambda day: None,
) -> Outcome:
    """Run ``scenario``, whose file is ``text``, into ``folder``.

    ``seed`` replaces the scenario's own. ``progress`` is told of every business day that closed.

    Raises:
        UserError: the folder is taken, or there is no such backend.
        InvariantBroken: ledger and chain disagree, or an entry does not balance.
        BackendError: the chain misbehaves.
    """
    started = time.perf_counter()
    seed = scenario.seed if seed is None else seed
    with run_folder(folder) as partial:
        (partial / SCENARIO).write_text(text, encoding="utf-8")
        events = (partial / EVENTS).open("w", encoding="utf-8")
        with events, closing(Store.create(partial / STORE)) as store:
            book = _Book(store, events, progress)
            system = simulate(scenario, seed, backend, book)
        run_hash = hashlib.sha256((partial / EVENTS).read_bytes()).hexdigest()
        outcome = _outcome(scenario, seed, backend, run_hash, system, book)
        summary = {**outcome.to_json(), "wall_seconds": round(time.perf_counter() - started, 3)}
        (partial / SUMMARY).write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    return outcome


@dataclass
class _Book:
    """Keeps the books while the simulation runs; a ``Recorder``."""

    store: Store
    events: TextIO
    progress: Callable[[date], None]
    transactions: int = 0
    gas_used: int = 0
    balances: Mapping[str, int] | None = None
    rejections: list[OperationRejected] = field(default_factory=list)

    def record(self, transaction: Transaction) -> None:
        """Book one transaction."""
        self.transactions += 1
        self.gas_used += transaction.gas_used
        self.store.append(
            transaction.block,
            transaction.sim_time,
            transaction.actor,
            transaction.operation,
            transaction.reason,
            transaction.gas_used,
            transaction.events,
        )
        for event in transaction.events:
            self._note(event)

    def close(self, day: date, at: int, holdings: Mapping[str, int]) -> None:
        """Reconcile the ledger with the chain and keep the day's balances.

        Raises:
            ReconciliationFailed: they disagree.
        """
        balances = self.store.balances()
        reconcile(day.isoformat(), balances, holdings)
        self.store.keep_close(day, at, balances)
        self.balances = balances
        self.progress(day)

    def _note(self, event: Event) -> None:
        self.events.write(event.canonical() + "\n")
        if isinstance(event, OperationRejected):
            self.rejections.append(event)


def _outcome(
    scenario: Scenario, seed: int, backend: str, run_hash: str, system: Deployment, book: _Book
) -> Outcome:
    """Read how everything stands, from the last close and, for states, from the contracts."""
    ledger = book.balances or {}
    balances = {p.id: {"SU": ledger.get(wallet_account(p.id), 0)} for p in scenario.participants}
    credits, draws = {}, {}
    for name in system.escrow.credits():
        credits[name] = system.escrow.credit_of(name).state.name
        for number in range(1, system.presentations.draws_of(name) + 1):
            draws[f"{name}/{number}"] = system.presentations.draw_of(name, number).state.name
    rejections = [
        {"time": iso(r.sim_time), "actor": r.actor, "flow": r.flow, "reason": r.reason.name}
        for r in book.rejections
    ]
    return Outcome(
        scenario=scenario.scenario,
        seed=seed,
        backend=backend,
        run_hash=run_hash,
        balances=balances,
        credits=credits,
        draws=draws,
        rejections=rejections,
        expectations=_judge(scenario.expect, balances, credits, draws, rejections),
        # A mismatch at any close would have ended the run before this.
        reconciled=book.balances is not None,
        transactions=book.transactions,
        gas_used=book.gas_used,
        gas="exact" if system.chain.backend.gas_is_exact else "estimate",
    )


def _judge(
    expect: Expectations,
    balances: Mapping[str, Mapping[str, int]],
    credits: Mapping[str, str],
    draws: Mapping[str, str],
    rejections: list[dict[str, str]],
) -> list[Expectation]:
    """Compare what the scenario expects with what happened."""
    pairs = [
        *(
            (f"balance of {name}", str(amount), str(Amount(balances[name]["SU"])))
            for name, amount in expect.balances.items()
        ),
        *(
            (f"credit {name}", state.name, credits.get(name, "NONE"))
            for name, state in expect.credits.items()
        ),
        *((f"draw {name}", state.name, draws.get(name, "NONE")) for name, state in expect.draws.items()),
    ]
    if expect.rejections is not None:
        expected = [f"{r.actor} {r.flow} {r.reason.name}" for r in expect.rejections]
        actual = [f"{r['actor']} {r['flow']} {r['reason']}" for r in rejections]
        pairs.append(("rejections", ", ".join(expected) or "none", ", ".join(actual) or "none"))
    return [Expectation(what, expected, actual, expected == actual) for what, expected, actual in pairs]
