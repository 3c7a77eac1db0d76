"""The error tree.

SettlementError
├── UserError                  the user's mistake: exit 2
│   └── FaultyFile             a file of theirs, with every problem and its position
│       ├── ScenarioError      a scenario
│       └── QueueError         a clearing queue
├── Refused                    a rule refused an operation: an outcome, not a crash
├── BackendError               the chain did not behave as a chain: exit 3
└── InvariantBroken            our own promise is broken: exit 3, the evidence is kept
    ├── UnbalancedEntry        a journal entry that does not sum to zero
    └── ReconciliationFailed   ledger and chain disagree at a business-day close

Contract errors refine ``Refused``; they live with the twins in ``settlement.chain.reverts``. What a node
answers, or that it does not, refines ``BackendError`` in ``settlement.chain.engines.json_rpc``.

Each error's ``args`` are its constructor's arguments, so that it survives being copied, pickled,
or raised anew by the event loop.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from settlement.domain.reasons import Reason


class SettlementError(Exception):
    """Root of every error this package raises on purpose."""


class UserError(SettlementError):
    """The user's mistake; its text names what was expected and the remedy."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of a file; ``line`` and ``column`` count from 1.

    ``file`` is the path, from the faulty file's folder, of another file that it takes in and that the
    fault is in; empty where it is the file's own.
    """

    line: int
    column: int
    path: str
    message: str
    expected: str
    remedy: str
    file: str = ""

    @classmethod
    def of_bytes(cls, error: UnicodeDecodeError) -> "Problem":
        """That a file is no UTF-8, at the first byte that shows it."""
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        message = f"byte {error.object[error.start]:#04x} is not UTF-8"
        return cls(line, column, "", message, "UTF-8 text", "save it as UTF-8")

    def __str__(self) -> str:
        """One line: position, place, what is wrong, what was expected, the remedy."""
        where = f"{self.path}: " if self.path else ""
        return f"{self.line}:{self.column}: {where}{self.message}; expected {self.expected}; {self.remedy}"


class FaultyFile(UserError):
    """Everything wrong with one file and those that it takes in, in order of position."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        super().__init__(source, problems)
        self.source = source
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem)))

    def __str__(self) -> str:
        """One line for each problem."""
        return "\n".join(f"{self._file_of(problem)}:{problem}" for problem in self.problems)

    def _file_of(self, problem: Problem) -> str:
        return str(Path(self.source).parent / problem.file) if problem.file else self.source


class ScenarioError(FaultyFile):
    """Everything wrong with one scenario file."""


class QueueError(FaultyFile):
    """Everything wrong with one file that holds a clearing queue."""


class Refused(SettlementError):
    """A rule or a guard refused an operation."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        """The code, its sentence, and the detail."""
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.reason.name}: {self.reason.sentence}{detail}"


class BackendError(SettlementError):
    """The backend failed, or answered what no chain of ours may answer."""


class InvariantBroken(SettlementError):
    """A promise of the model does not hold; the run stops and keeps its evidence."""


class UnbalancedEntry(InvariantBroken):
    """A journal entry whose postings do not sum to zero in every unit."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One account on which ledger and chain disagree, in minor units."""

    account: str
    unit: str
    ledger: int
    chain: int


class ReconciliationFailed(InvariantBroken):
    """Ledger and chain disagree; names every account with both amounts."""

    def __init__(self, at: str, mismatches: Sequence[Mismatch]) -> None:
        super().__init__(at, mismatches)
        self.at = at
        self.mismatches = tuple(mismatches)

    def __str__(self) -> str:
        """A headline, then one line for each account."""
        head = f"ledger and chain disagree at the close of {self.at} (minor units)"
        lines = (
            f"{m.account}: ledger {m.ledger} {m.unit}, chain {m.chain} {m.unit}" for m in self.mismatches
        )
        return "\n".join([head, *lines])
