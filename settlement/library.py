"""The shipped scenarios, run one after the other."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from settlement.domain.errors import BackendError, InvariantBroken
from settlement.ledger.folder import default_folder
from settlement.run import run_scenario
from settlement.scenario import load_scenario, parse_scenario, scenario_text, shipped_scenarios


@dataclass(frozen=True, slots=True)
class LibraryRun:
    """What came of one scenario.

    ``broken`` says which invariant broke, or what the chain did; empty where the run came to its end.
    """

    scenario: str
    title: str
    ok: bool
    seconds: float
    trades: int = 0
    transactions: int = 0
    broken: str = ""


def in_order() -> list[str]:
    """Names of the shipped scenarios by the number that their titles begin with: 3, 4a, 4b, 12."""

    def place(name: str) -> tuple[int, str, str]:
        number = load_scenario(name).title.partition(".")[0]
        digits = number.rstrip("abcdefghijklmnopqrstuvwxyz")
        return int(digits) if digits.isdigit() else 10**6, number, name

    return sorted(shipped_scenarios(), key=place)


def run_library(*, out: Path | None, seed: int | None, backend: str) -> Iterator[LibraryRun]:
    """Run each shipped scenario, into the folder of its name under ``out`` or the next free one in ``runs/``.

    Raises:
        UserError: a folder is taken, or there is no such backend.
    """
    for name in in_order():
        text = scenario_text(name)
        scenario = parse_scenario(text, name)
        chosen = scenario.seed if seed is None else seed
        folder = default_folder(name, chosen) if out is None else out / f"{name}-seed{chosen}"
        started = time.perf_counter()
        try:
            outcome = run_scenario(scenario, text, folder, seed=seed, backend=backend)
        except (InvariantBroken, BackendError) as error:
            why = "; ".join([str(error), *getattr(error, "__notes__", ())])
            yield LibraryRun(name, scenario.title, False, time.perf_counter() - started, broken=why)
            continue
        trades = len(outcome.credits) + len(outcome.bills) + len(outcome.obligations)
        seconds = time.perf_counter() - started
        yield LibraryRun(name, scenario.title, outcome.ok, seconds, trades, outcome.transactions)
