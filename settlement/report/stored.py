"""A run folder, opened for reading: its summary, its scenario, and what its store tells of participants."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from settlement.domain.accounts import participant_of, wallet_account
from settlement.domain.errors import UserError
from settlement.ledger.folder import EVENTS, SCENARIO, STORE, SUMMARY
from settlement.ledger.store import Store, quoted
from settlement.scenario import Scenario, load_scenario

#: Where what moved under each credit and bill went: to the payee, back, or into quarantine, as far as nobody
#: has claimed it since.
WENT = """SELECT ref,
       coalesce(sum(amount) FILTER (destination != 'Quarantine' AND flow != 'REFUND'), 0::BIGNUM) AS paid,
       coalesce(sum(amount) FILTER (destination != 'Quarantine' AND flow = 'REFUND'), 0::BIGNUM) AS refunded,
       sum(CASE 'Quarantine' WHEN destination THEN amount WHEN source THEN -amount ELSE 0::BIGNUM END)
           AS quarantined
FROM movements WHERE source IN ('TradeEscrow', 'Collections', 'Quarantine') GROUP BY ref"""


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the run. ``sim_time`` is epoch seconds, amounts within ``data`` minor units."""

    sim_time: int
    actor: str
    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Holding:
    """SU of one participant, in minor units: issued to it, and held at the last close."""

    participant: str
    name: str
    issued: int
    closing: int


@dataclass(frozen=True, slots=True)
class CreditLine:
    """What became of a credit, in minor units; ``quarantined`` is what lies in quarantine at the end."""

    credit: str
    state: str
    amount: int
    paid: int
    refunded: int
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class BillLine:
    """What became of a bill, in minor units; ``quarantined`` is what lies in quarantine at the end."""

    bill: str
    state: str
    seller: str
    buyer: str
    amount: int
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A line of the authorities' log; ``sim_time`` is epoch seconds."""

    sim_time: int
    author: str
    kind: str
    subject: str
    text: str


@dataclass(frozen=True)
class StoredRun:
    """A complete run folder, opened for reading."""

    folder: Path
    summary: dict[str, Any]
    scenario: Scenario
    store: Store

    @property
    def first_moment(self) -> int:
        """When the scenario's first day begins, epoch seconds; before it everybody is registered."""
        return int(datetime.combine(self.scenario.start, time(), UTC).timestamp())

    def steps(self, *kinds: str) -> list[Step]:
        """Every event, or every one of these kinds, in order of occurrence."""
        sql = "SELECT sim_time, actor, kind, data FROM events"
        if kinds:
            sql += f" WHERE kind IN ({', '.join(map(quoted, kinds))})"
        rows = self.store.query(f"{sql} ORDER BY seq")
        return [Step(sim_time, actor, kind, json.loads(data)) for sim_time, actor, kind, data in rows]

    def steps_since(self, sim_time: int) -> Iterator[Step]:
        """Every event from a moment on (epoch seconds), in order; few are read where few are asked for."""
        # No parameters: the database would load pandas for them, where there is one.
        since, batch = f"sim_time >= {sim_time:d}", _FIRST_BATCH
        sql = f"SELECT seq, sim_time, actor, kind, data FROM events WHERE {since} AND seq > "
        last = 0
        while rows := self.store.query(f"{sql}{last:d} ORDER BY seq LIMIT {batch:d}"):
            for _, at, actor, kind, data in rows:
                yield Step(at, actor, kind, json.loads(data))
            last, batch = rows[-1][0], 2 * batch

    def count_since(self, sim_time: int) -> int:
        """How many events there are from a moment on (epoch seconds)."""
        (count,) = self.store.query(f"SELECT count(*) FROM events WHERE sim_time >= {sim_time:d}")[0]
        return int(count)

    def holdings(self) -> list[Holding]:
        """SU issued to each participant and its closing balance, from the journal's postings."""
        sql = """
            SELECT p.account, sum(p.amount)::VARCHAR,
                   coalesce(sum(p.amount) FILTER (e.flow = 'ISSUE'), 0)::VARCHAR
            FROM postings p JOIN entries e USING (entry) WHERE p.unit = 'SU' GROUP BY p.account
        """
        # Over all wallets of a participant: a key may have been replaced.
        books: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        for account, closing, issued in self.store.query(sql):
            held = books[participant_of(account)]
            held[0], held[1] = held[0] + int(closing), held[1] + int(issued)
        holdings = []
        for participant in self.scenario.participants:
            closing, issued = books[wallet_account(participant.id)]
            holdings.append(Holding(participant.id, participant.name, issued, closing))
        return holdings

    def credits(self) -> list[CreditLine]:
        """Each credit with its face amount, and where what moved under it went."""
        went, states = self._went(), self.summary["credits"]
        opened = (step.data for step in self.steps("CreditOpened"))
        return [
            CreditLine(o["credit"], states[o["credit"]], o["amount"], *went.get(o["credit"], (0, 0, 0)))
            for o in opened
        ]

    def _went(self) -> dict[str, tuple[int, int, int]]:
        """What was paid, refunded and quarantined of each credit and bill, by its name; minor units."""
        return {ref: (int(p), int(r), int(q)) for ref, p, r, q in self.store.query(WENT)}

    def notes(self) -> list[NoteLine]:
        """What supervisor and compliance noted, in order; nobody else sees it."""
        rows = self.store.query("SELECT sim_time, author, kind, subject, text FROM notes ORDER BY seq")
        return [NoteLine(*row) for row in rows]

    def bills(self) -> list[BillLine]:
        """Each bill with its parties and its state at the end."""
        went, states = self._went(), self.summary["bills"]
        return [
            BillLine(o["bill"], states[o["bill"]], o["drawer"], o["drawee"], o["amount"], quarantined)
            for o in (step.data for step in self.steps("BillOffered"))
            for *_, quarantined in (went.get(o["bill"], (0, 0, 0)),)
        ]

    def closes(self) -> tuple[int, str, str]:
        """How many business-day closes were reconciled, the first and the last day (ISO dates)."""
        sql = "SELECT count(DISTINCT sim_time), min(day)::VARCHAR, max(day)::VARCHAR FROM closes"
        count, first, last = self.store.query(sql)[0]
        return count, first, last


#: How many events are read at first where perhaps not all are asked for.
_FIRST_BATCH = 500

#: What a summary must hold, and of which type.
_SHAPE = {
    "scenario": str, "seed": int, "backend": str, "run_hash": str, "status": str, "balances": dict,
    "credits": dict, "draws": dict, "bills": dict, "held": dict, "rejections": list,
    "expectations": list, "reconciled": bool,
    "transactions": int, "gas_used": int, "gas": str, "wall_seconds": float,
}  # fmt: skip


def _summary(folder: Path) -> dict[str, Any]:
    """The summary of a run, if it is one and speaks of the events beside it.

    Raises:
        OSError, ValueError: it is not.
    """
    summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    if not isinstance(summary, dict):
        raise ValueError(f"{SUMMARY} is not an object")
    wrong = [key for key, kind in _SHAPE.items() if not isinstance(summary.get(key), kind)]
    if wrong:
        raise ValueError(f"{SUMMARY} has no proper {', '.join(wrong)}")
    if hashlib.sha256((folder / EVENTS).read_bytes()).hexdigest() != summary["run_hash"]:
        raise ValueError(f"{EVENTS} does not have the hash that {SUMMARY} names")
    return summary


def _why(folder: Path, error: Exception) -> str:
    """What is wrong with it, without the numbers of an operating system."""
    if folder.is_file():
        return "it is a file"
    if isinstance(error, FileNotFoundError):
        return f"{Path(error.filename).name} is missing" if folder.is_dir() else "there is none"
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)


def read_run(folder: Path) -> StoredRun:
    """Open a complete run folder; its store stays open until it is closed.

    Raises:
        UserError: it is not one.
    """
    try:
        summary = _summary(folder)
        scenario = load_scenario(folder / SCENARIO)
        store = Store.open(folder / STORE)
    except (OSError, ValueError, UserError) as error:
        why, remedy = _why(folder, error), "name another folder"
        if folder.suffix == ".yaml" and folder.is_file():
            remedy = f"run it first: settlement run {folder}"
        expected = "expected what `settlement run` leaves"
        raise UserError(f"{folder}: not a complete run folder ({why}); {expected}; {remedy}") from None
    return StoredRun(folder, summary, scenario, store)


@contextmanager
def open_run(folder: Path) -> Iterator[StoredRun]:
    """Open a complete run folder for the length of a block.

    Raises:
        UserError: it is not one.
    """
    run = read_run(folder)
    try:
        yield run
    finally:
        run.store.close()
