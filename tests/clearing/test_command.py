"""``settlement clear``: what it prints, how it ends."""

import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from settlement.clearing import Obligation, Participant, Queue, clear
from settlement.report.clearing import show_answer
from tests.clearing.cases import PUBLISHED, Case
from tests.clearing.test_files import as_csv, as_json
from tests.commands import Command, start


def named(case: Case) -> Queue:
    """A published queue whose obligations are called T1, T2 and so on."""
    queue = case.queue
    owed = (Obligation(f"T{o.id}", o.payer, o.payee, o.amount, o.priority) for o in queue.obligations)
    return Queue(queue.participants, tuple(owed))


ANSWERS = {
    "gross": (
        '{"algorithm": "gross", "settled": [], "pending": ["T1", "T2", "T3", "T4", "T5", "T6"], '
        '"closing": {"A": 10, "B": 8}, "gross_value": 0, "net_value": 0, "liquidity_saved": 0.0}\n'
    ),
    "fifo": (
        '{"algorithm": "fifo", "settled": ["T1", "T2", "T4"], "pending": ["T3", "T5", "T6"], '
        '"closing": {"A": 17, "B": 1}, "gross_value": 47, "net_value": 7, "liquidity_saved": 0.85}\n'
    ),
    "bypass": (
        '{"algorithm": "bypass", "settled": ["T1", "T2", "T4", "T5"], "pending": ["T3", "T6"], '
        '"closing": {"A": 2, "B": 16}, "gross_value": 62, "net_value": 8, "liquidity_saved": 0.87}\n'
    ),
    "optimal": (
        '{"algorithm": "optimal", "settled": ["T1", "T2", "T4", "T5"], "pending": ["T3", "T6"], '
        '"closing": {"A": 2, "B": 16}, "gross_value": 62, "net_value": 8, "liquidity_saved": 0.87}\n'
    ),
}


@pytest.mark.parametrize("algorithm", ANSWERS)
def test_json_is_one_object_with_its_keys_in_order(settlement: Command, algorithm: str) -> None:
    Path("queue.json").write_text(as_json(named(PUBLISHED[1])))
    answer = settlement("clear", "queue.json", "--algorithm", algorithm, "--json")
    assert (answer.code, answer.out, answer.err) == (0, ANSWERS[algorithm], "")


def test_fifo_is_the_default_and_csv_as_good_as_json(
    settlement: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("queue.csv").write_text(as_csv(named(PUBLISHED[1])))
    assert settlement("clear", "queue.csv", "--json").out == ANSWERS["fifo"]
    text = as_csv(named(PUBLISHED[1])).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert settlement("clear", "-", "--json").out == ANSWERS["fifo"]


def test_a_person_sees_what_settles_and_what_it_took(settlement: Command) -> None:
    queue = Queue(
        (Participant("A", 10), Participant("[b]", 8_000)),
        (Obligation("T1", "[b]", "A", 9_000), Obligation("T2", "A", "[b]", 2_000, 1)),
    )
    Path("queue.json").write_text(as_json(queue))
    answer = settlement("clear", "queue.json")
    assert (answer.code, answer.err) == (0, "")
    assert [line.rstrip() for line in answer.out.splitlines()] == [
        "fifo: 2 of 2 obligations settle",
        "",
        "Queue",
        "     Obligation   Payer   Payee         amount   Priority",
        " ────────────────────────────────────────────────────────",
        " ✓   T1           [b]     A              9,000   0",
        " ✓   T2           A       [b]            2,000   1",
        "",
        "Balances",
        " Participant        opening        closing         change",
        " ────────────────────────────────────────────────────────",
        " A                       10          7,010         +7,000",
        " [b]                  8,000          1,000         -7,000",
        "",
        "settled 11,000 gross with 7,000 net: 36% of the liquidity saved",
    ]


def test_an_empty_queue_settles_nothing(settlement: Command) -> None:
    Path("queue.json").write_text('{"participants": [], "obligations": []}')
    for algorithm in ANSWERS:
        answer = settlement("clear", "queue.json", "--algorithm", algorithm, "--json")
        assert answer.json["closing"] == {}
        assert answer.json["liquidity_saved"] == 0
    assert "0 of 0 obligations settle" in settlement("clear", "queue.json").out


def test_a_long_table_is_cut_and_says_so(settlement: Command) -> None:
    owed = tuple(Obligation(f"T{number}", "A", "B", 1) for number in range(60))
    Path("queue.json").write_text(as_json(Queue((Participant("A", 60), Participant("B", 0)), owed)))
    answer = settlement("clear", "queue.json")
    assert "and 10 more; --json has all" in answer.out
    assert "T50" not in answer.out


def test_an_uncertain_optimum_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    queue = named(PUBLISHED[1])
    answer = clear(queue)
    for bound, words in (
        (50, "no selection settles more than 50"),
        (47, "nothing settles more, but a limit"),
    ):
        show_answer(Console(), queue, replace(answer, bound=bound))
        assert words in capsys.readouterr().out


def test_every_fault_is_a_line_and_nothing_is_computed(settlement: Command) -> None:
    text = as_json(named(PUBLISHED[1]))
    text = text.replace('"amount": 20', '"amount": 0').replace('"payee": "B"', '"payee": "Z"', 1)
    Path("queue.json").write_text(text)
    answer = settlement("clear", "queue.json", "--json")
    assert (answer.code, answer.out) == (2, "")
    places = [text.index('"Z"') + 1, text.index('"amount": 0') + len('"amount": ') + 1]
    assert answer.err.splitlines() == [
        f"queue.json:1:{places[0]}: obligations[0].payee: no participant 'Z'; expected one of: A, B; "
        "add it to the participants",
        f"queue.json:1:{places[1]}: obligations[0].amount: 0 is too small; expected a whole number of at "
        "least 1; use 1 or more",
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("clear",), "QUEUE is missing; expected settlement clear QUEUE"),
        (("clear", "missing.json"), "'missing.json' cannot be read: there is no such file"),
        (("clear", "."), "'.' cannot be read: it is a directory"),
        (
            ("clear", "missing.json", "--algorithm", "best"),
            "--algorithm does not take 'best'; expected one of 'gross'",
        ),
    ],
)
def test_mistakes_are_exit_2(settlement: Command, words: tuple[str, ...], message: str) -> None:
    answer = settlement(*words)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


def test_the_solver_writes_nothing_into_the_answer(tmp_path: Path) -> None:
    """In a process of its own, for HiGHS writes past Python's standard output."""
    names = [f"P{number}" for number in range(6)]
    owed = tuple(
        Obligation(f"T{n}", names[n % 6], names[(n + 1 + n * n % 5) % 6], 37 + n * n % 101) for n in range(80)
    )
    queue = Queue(tuple(Participant(name, 50) for name in names), owed)
    (tmp_path / "queue.json").write_text(as_json(queue))
    code = "import sys, atexit\natexit.register(lambda: print('highspy' in sys.modules, file=sys.stderr))"
    process = start("clear", "queue.json", "--algorithm", "optimal", "--json", cwd=tmp_path, code=code)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "True\n")
    assert json.loads(out)["algorithm"] == "optimal"
