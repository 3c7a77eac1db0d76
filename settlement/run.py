"""One run: the composition root that lets the simulation tell the ledger what happens."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from settlement.chain.chain import Transaction
from settlement.chain.deployment import Deployment
from settlement.chain.deployments import Deployments
from settlement.chain.engines.backends import DEFAULT_BACKEND
from settlement.domain.accounts import (
    Holdings,
    contract_account,
    credit_account,
    participant_of,
    wallet_account,
)
from settlement.domain.baseline import Passage
from settlement.domain.events import OperationRejected
from settlement.domain.notes import Note
from settlement.ledger.folder import EVENTS, SCENARIO, STORE, SUMMARY, run_folder
from settlement.ledger.reconciliation import reconcile
from settlement.ledger.slate import Slate
from settlement.ledger.store import Store
from settlement.outcome import Outcome, judge
from settlement.scenario import Scenario
from settlement.simulation.clock import iso
from settlement.simulation.engine import simulate
from settlement.simulation.scripted import accounts_of


class Witness:
    """Looks on at a run while it happens; nothing is of interest by default."""

    def begin(self, system: Deployment) -> None:
        """The regime is constituted, and the scenario's first day begins."""

    def before(self, at: int) -> None:
        """An actor is about to act at ``at`` (epoch seconds); the run waits for this to return."""

    def record(self, transaction: Transaction) -> None:
        """A transaction was mined and booked."""


def run_scenario(
    scenario: Scenario,
    text: str,
    folder: Path,
    *,
    seed: int | None = None,
    backend: str = DEFAULT_BACKEND,
    attach: bool = False,
    progress: Callable[[date], None] = lambda day: None,
    witness: Witness | None = None,
) -> Outcome:
    """Run ``scenario``, whose file is ``text``, into ``folder``, which keeps its profiles too.

    ``seed`` replaces the scenario's own. ``backend`` is the name of an EVM, or a local node's address or
    socket, which may hold other deployments only with ``attach``. ``progress`` is told of every business day
    that closed, ``witness`` of all that happens: it may take its time, and changes nothing.

    Raises:
        UserError: the folder is taken, there is no such backend, or the node is not what it has to be.
        InvariantBroken: ledger and chain disagree, or an entry does not balance.
        BackendError: the chain misbehaves.
    """
    started = time.perf_counter()
    seed = scenario.seed if seed is None else seed
    with run_folder(folder) as partial:
        _keep(partial, {SCENARIO: text, **scenario.profiles})
        events = (partial / EVENTS).open("w", encoding="utf-8")
        with events, closing(Store.create(partial / STORE)) as store:
            book = _Book(store, events, progress, witness or Witness())
            system = simulate(scenario, seed, backend, book, attach=attach)
        with (partial / EVENTS).open("rb") as lines:
            run_hash = hashlib.file_digest(lines, "sha256").hexdigest()
        outcome = _outcome(scenario, seed, run_hash, system, book)
        summary = {**outcome.to_json(), "wall_seconds": round(time.perf_counter() - started, 3)}
        (partial / SUMMARY).write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    return outcome


def _keep(folder: Path, texts: Mapping[str, str]) -> None:
    """Write texts by their paths within a folder."""
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


class Bench:
    """Where a process does one run after another and keeps nothing of them but what they tell.

    It keeps what runs have in common: the deployed contracts, and a database.
    """

    def __init__(self) -> None:
        self._deployments, self._slate = Deployments(), Slate()

    @contextmanager
    def run(
        self, scenario: Scenario, *, seed: int, backend: str = DEFAULT_BACKEND
    ) -> Iterator[tuple[Outcome, Store]]:
        """What came of ``scenario``, and its store, which lasts as long as the block.

        It is the same run as that of ``run_scenario``, down to its hash and gas.

        Raises:
            UserError: there is no such backend, or the contracts refuse the scenario's set-up.
            InvariantBroken: ledger and chain disagree, or an entry does not balance.
            BackendError: the chain misbehaves.
        """
        lines = _Hashed()
        with self._slate.store() as store:
            book = _Book(store, lines)
            try:
                system = simulate(scenario, seed, backend, book, kept=self._deployments)
            except BaseException:
                # Nothing says what state an engine is in that failed.
                self._deployments = Deployments()
                raise
            yield _outcome(scenario, seed, lines.hash.hexdigest(), system, book), store


class _Lines(Protocol):
    """Where the events go, a line each."""

    def write(self, line: str, /) -> object: ...


class _Hashed:
    """Lines of which only their hash is kept."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()

    def write(self, line: str, /) -> None:
        self.hash.update(line.encode())


@dataclass
class _Book:
    """Keeps the books while the simulation runs; a ``Recorder``."""

    store: Store
    events: _Lines
    progress: Callable[[date], None] = lambda day: None
    witness: Witness = field(default_factory=Witness)
    transactions: int = 0
    gas_used: int = 0
    balances: Holdings | None = None
    rejections: list[OperationRejected] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def begin(self, system: Deployment) -> None:
        """Tell the witness."""
        self.witness.begin(system)

    def before(self, at: int) -> None:
        """Give the witness its time."""
        self.witness.before(at)

    def record(self, transaction: Transaction) -> None:
        """Book one transaction."""
        self.transactions += 1
        self.gas_used += transaction.gas_used
        texts = self.store.append(
            transaction.block,
            transaction.sim_time,
            transaction.actor,
            transaction.operation,
            transaction.reason,
            transaction.gas_used,
            transaction.events,
        )
        for event, data in zip(transaction.events, texts, strict=True):
            self.events.write(event.canonical(data) + "\n")
            if isinstance(event, OperationRejected):
                self.rejections.append(event)
        self.witness.record(transaction)

    def note(self, note: Note) -> None:
        """Keep what an authority noted."""
        self.store.note(note)
        self.notes.append(note)

    def close(self, day: date, at: int, holdings: Holdings) -> None:
        """Reconcile the ledger with the chain and keep the day's balances.

        Raises:
            ReconciliationFailed: they disagree.
        """
        balances = self.store.balances()
        reconcile(day.isoformat(), balances, holdings)
        self.store.keep_close(day, at)
        self.balances = balances
        self.progress(day)

    def count_days(self, days: Iterable[tuple[date, int]]) -> None:
        """Keep the banking days at home."""
        self.store.keep_banking_days(days)

    def compare(self, passages: Iterable[Passage]) -> None:
        """Keep the baseline."""
        self.store.keep_baseline(passages)


def _outcome(scenario: Scenario, seed: int, run_hash: str, system: Deployment, book: _Book) -> Outcome:
    """Read how everything stands, from the last close and, for states, from the contracts."""
    outcome = Outcome(
        scenario=scenario.scenario,
        seed=seed,
        backend=system.chain.backend.name,
        run_hash=run_hash,
        balances=_balances(scenario, book.balances or {}),
        **_states(system),
        held=_held(book.balances or {}),
        rejections=[
            {
                "time": iso(r.sim_time),
                "actor": participant_of(r.actor),
                "flow": r.flow,
                "reason": r.reason.name,
            }
            for r in book.rejections
        ],
        alerts=[
            {"time": iso(n.sim_time), "kind": n.kind.value, "subject": n.subject, "text": n.text}
            for n in book.notes
        ],
        expectations=[],
        # A mismatch at any close would have ended the run before this.
        reconciled=book.balances is not None,
        transactions=book.transactions,
        gas_used=book.gas_used,
        gas="exact" if system.chain.backend.gas_is_exact else "estimate",
    )
    return replace(outcome, expectations=judge(scenario, outcome))


def _balances(scenario: Scenario, books: Holdings) -> dict[str, dict[str, int]]:
    """SU and DRL of each participant, over all its wallets."""
    balances = {p.id: {"SU": 0, "DRL": 0} for p in scenario.participants}
    for account in accounts_of(scenario):
        for unit in ("SU", "DRL"):
            balances[participant_of(account)][unit] += books.get(unit, {}).get(wallet_account(account), 0)
    return balances


def _held(books: Holdings) -> dict[str, int]:
    """SU locked under all credits, and in the quarantine."""
    su = books.get("SU", {})
    locked = sum(amount for account, amount in su.items() if account.startswith(credit_account("")))
    return {"credits": locked, "quarantine": su.get(contract_account("Quarantine"), 0)}


def _states(system: Deployment) -> dict[str, dict[str, str]]:
    """Every credit, draw, bill and obligation with its state."""
    credits, draws = {}, {}
    for name in system.escrow.credits():
        credits[name] = system.escrow.credit_of(name).state.name
        for number in range(1, system.presentations.draws_of(name) + 1):
            draws[f"{name}/{number}"] = system.presentations.draw_of(name, number).state.name
    bills = {name: system.collections.bill_of(name).state.name for name in system.collections.bills()}
    numbers = range(1, system.clearing.obligations() + 1)
    entered = map(system.clearing.obligation_of, numbers)
    obligations = {obligation.trade: obligation.state.name for obligation in entered}
    return {"credits": credits, "draws": draws, "bills": bills, "obligations": obligations}
