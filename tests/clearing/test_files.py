"""Files of queues: what they mean, and every fault of them at its place."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.clearing import Obligation, Participant, Queue, parse_queue, read_queue
from settlement.domain.errors import Problem, QueueError, UserError
from tests.clearing.queues import queues

GOOD = Queue(
    (Participant("A", 10), Participant("B", 8)),
    (Obligation("T1", "A", "B", 20), Obligation("T2", "B", "A", 15, 2)),
)

#: The same queue in every shape that is read.
SHAPES = {
    "JSON": """{"participants": [{"id": "A", "balance": 10}, {"id": "B", "balance": 8}],
 "obligations":  [{"id": "T1", "payer": "A", "payee": "B", "amount": 20},
                  {"id": "T2", "payer": "B", "payee": "A", "amount": 15, "priority": 2}]}
""",
    "two tables": "id,balance\nA,10\nB,8\nid,payer,payee,amount,priority\nT1,A,B,20,\nT2,B,A,15,2\n",
    "titles": (
        "participants\nid,balance\nA,10\nB,8\n\n# obligations\nid,payer,payee,amount,priority\nT1,A,B,20\n"
        "T2,B,A,15,2\n"
    ),
    "kinds": (
        "kind,id,balance,payer,payee,amount,priority\nparticipant,A,10\nparticipant,B,8\n"
        "obligation,T1,,A,B,20\nobligation,T2,,B,A,15,2\n"
    ),
    "no kinds": "id,balance,payer,payee,amount,priority\nA,10\nB,8,,,,\nT1,,A,B,20,0\nT2,,B,A,15,2\n",
    "semicolons": "id;balance\nA;10\nB;8\nid;payer;payee;amount;priority\nT1;A;B;20;\nT2;B;A;15;2\n",
    "a spreadsheet's": (
        'ID,Balance\r\n"A",10\r\n"B",8\r\n,,,\r\n'
        'Id, Payer ,Payee,Priority,Amount\r\n"T1",A,B,,20\r\nT2, B,A,2,15\r\n'
    ),
    "order of columns": "balance,id\n10,A\n8,B\npriority,amount,payee,payer,id\n,20,B,A,T1\n2,15,A,B,T2\n",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_the_same_queue(shape: str) -> None:
    assert parse_queue(SHAPES[shape], "-") == GOOD


@pytest.mark.parametrize("text", [SHAPES["JSON"], SHAPES["two tables"]])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
def test_a_file_is_told_by_what_it_holds(tmp_path: Path, text: str, mark: bytes) -> None:
    file = tmp_path / "queue"
    file.write_bytes(mark + text.encode())
    assert read_queue(file) == GOOD


def test_empty_lists_are_a_queue() -> None:
    assert parse_queue('{"participants": [], "obligations": []}', "-") == Queue((), ())


def as_csv(queue: Queue) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["id", "balance"])
    writer.writerows([holder.id, holder.balance] for holder in queue.participants)
    writer.writerow(["id", "payer", "payee", "amount", "priority"])
    writer.writerows([o.id, o.payer, o.payee, o.amount, o.priority] for o in queue.obligations)
    return file.getvalue()


def as_json(queue: Queue) -> str:
    return json.dumps(
        {
            "participants": [{"id": p.id, "balance": p.balance} for p in queue.participants],
            "obligations": [
                {"id": o.id, "payer": o.payer, "payee": o.payee, "amount": o.amount, "priority": o.priority}
                for o in queue.obligations
            ],
        }
    )


names = st.text(min_size=1, max_size=6).filter(lambda text: text.isprintable() and text == text.strip())


@given(queues(), st.lists(names, min_size=12, max_size=12, unique=True))
def test_csv_and_json_say_the_same(queue: Queue, ids: list[str]) -> None:
    new = dict(zip((f"P{number}" for number in range(4)), ids, strict=False))
    queue = Queue(
        tuple(Participant(new[holder.id], holder.balance) for holder in queue.participants),
        tuple(
            Obligation(ids[4 + int(o.id)], new[o.payer], new[o.payee], o.amount, o.priority)
            for o in queue.obligations
        ),
    )
    assert parse_queue(as_csv(queue), "x.csv") == parse_queue(as_json(queue), "x.json") == queue


# Faults

A, B = '{"id": "A", "balance": 10}', '{"id": "B", "balance": 8}'
T1 = '{"id": "T1", "payer": "A", "payee": "B", "amount": 20}'


def in_json(participants: str = f"{A}, {B}", obligations: str = T1) -> str:
    """A file whose second line holds the participants and whose third the obligations, each from column 1."""
    return f'{{"participants": [\n{participants}\n], "obligations": [\n{obligations}\n]}}'


def owed(change: str) -> str:
    """T1, of which ``"key": value`` is changed."""
    key = change.partition(":")[0]
    parts = T1.strip("{}").split(", ")
    return "{" + ", ".join(change if part.startswith(key) else part for part in parts) + "}"


FAULTS = [
    (in_json(obligations=owed('"payer": "C"')), "4:23: obligations[0].payer: no participant 'C'"),
    (in_json(obligations=owed('"payee": "C"')), "4:37: obligations[0].payee: no participant 'C'"),
    (in_json(obligations=f"{T1},\n{T1}"), "5:8: obligations[1].id: id 'T1' appears twice"),
    (in_json(participants=f"{A}, {B},\n{A}"), "3:8: participants[2].id: id 'A' appears twice"),
    (in_json(obligations=owed('"payee": "A"')), "4:37: obligations[0].payee: 'A' owes itself"),
    *(
        (in_json(obligations=owed(f'"amount": {written}')), f"4:52: obligations[0].amount: {message}")
        for written, message in (
            ("0", "0 is too small"),
            ("-5", "-5 is too small"),
            ("20.0", "20.0 is not a whole number"),
            ("2e1", "20.0 is not a whole number"),
            ('"20"', "'20' is not a whole number"),
            ("true", "true is not a whole number"),
            ("null", "null is not a whole number"),
            ("NaN", "nan is not a whole number"),
            ("[20]", "a list is not a whole number"),
            ('{"a": 1}', "an object is not a whole number"),
            ("9" * 5_000, "9999999999... (5000 digits) is not a whole number"),
        )
    ),
    (in_json(participants=f'{{"id": "A", "balance": -1}}, {B}'), "2:24: participants[0].balance: -1 is too"),
    (in_json(participants=f'{{"id": "A", "balance": false}}, {B}'), "2:24: participants[0].balance: false"),
    (in_json(obligations=f'{T1[:-1]}, "priority": 1.5}}'), "4:68: obligations[0].priority: 1.5 is not a"),
    (in_json(obligations=f'{T1[:-1]}, "prioritty": 1}}'), "4:56: obligations[0].prioritty: key 'priori"),
    (in_json(obligations=f'{T1[:-1]}, "amount": 3}}'), "4:56: obligations[0].amount: key 'amount' appears"),
    (in_json(obligations='{"id": "T1", "payer": "A", "payee": "B"}'), "4:1: obligations[0]: amount is miss"),
    (in_json(obligations="20"), "4:1: obligations[0]: 20 stands here"),
    (in_json(obligations=owed('"id": 1')), "4:8: obligations[0].id: 1 is not text"),
    (in_json(obligations=owed('"id": ""')), "4:8: obligations[0].id: '' is empty"),
    (in_json(obligations=owed('"id": " T"')), "4:8: obligations[0].id: ' T' is empty or has blanks"),
    (in_json(obligations=owed('"id": "T\\u000a"')), "4:8: obligations[0].id: 'T\\n' has characters"),
    (in_json(obligations=owed('"id": "\\ud800"')), "4:8: obligations[0].id: '\\ud800' has characters"),
    ('{"participants": []}', "1:1: obligations is missing"),
    ('{"participants": {}, "obligations": []}', "1:18: participants: an object is not a list"),
    ("[]", "1:1: a list is not a queue"),
    ('{"participants": [],\n "obligations": [}', "2:18: not JSON"),
    ('{"participants": ', "1:18: not JSON"),
    ("", "1:1: the file is empty"),
    ('{"participants": ' + "[" * 100_000, "1:117: nested too deeply"),
    (in_json(obligations="[" * 90 + "]" * 90), "4:1: obligations[0]: a list stands here"),
    (in_json(obligations=f'["{"[" * 200}"]'), "4:1: obligations[0]: a list stands here"),
    ("id,balance\nA,10\nB,x\n", "3:3: participants[1].balance: 'x' is not a whole number"),
    ("id,balance\nA,10\nB,8.0\n", "3:3: participants[1].balance: '8.0' is not a whole number"),
    ("id,balance\nA,10\nB,-8\n", "3:3: participants[1].balance: -8 is too small"),
    ("id,balance\nA,10\nA,8\n", "3:1: participants[1].id: id 'A' appears twice"),
    ("id,balance\nA,10\nid,payer,payee,amount\nT1, A,C,5", "4:7: obligations[0].payee: no participant 'C'"),
    ("id,balance\nA,1\nid,payer,payee,amount\nT1,A,A,5", "4:6: obligations[0].payee: 'A' owes itself"),
    ('id,balance\n"A",1\nB,1\nid,payer,payee,amount\n"T,1",A,B,0', "5:11: obligations[0].amount: 0 is too"),
    ("id,balance\nA,1\nB,1\nid,payer,payee,amount\nT1,A,B", "5:1: obligations[0]: amount is missing"),
    ("id,balance\nA,1\nB,1\nid,payer,payee,amont\n", "4:16: column 'amont' is unknown"),
    ("id,balance,id\nA,1,\n", "1:12: column 'id' appears twice"),
    ("id,balance\nA,1,2\n", "2:5: the row has 3 cells below a header of 2"),
    ("A,1\nB,2\n", "1:1: a row stands above any header"),
    ("hello", "1:1: a row stands above any header"),
    ("kind,id,balance\nbank,A,1\n", "2:1: 'bank' is no kind"),
    ("id,balance,payer,payee,amount\nA,1\nB\n", "3:1: the row is neither a participant nor an obligation"),
    ('id,balance\n"A,1\n', "2:1: not CSV"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), FAULTS, ids=[message[:60] for _, message in FAULTS])
def test_a_fault_is_one_line_with_its_place_and_remedy(text: str, message: str) -> None:
    with pytest.raises(QueueError) as caught:
        parse_queue(text, "here")
    line = str(caught.value)
    assert line.startswith(f"here:{message}")
    assert line.count("\n") == 0
    assert line.count("; ") >= 2
    assert "; expected " in line


def test_every_fault_of_a_file_is_named() -> None:
    text = in_json(
        participants='{"id": "A", "balance": -1}, {"id": "B", "balance": 1.5}',
        obligations=f"{T1.replace('20', '0')},\n{T1.replace('B', 'C')},\n{T1.replace('B', 'A')}",
    )
    with pytest.raises(QueueError) as caught:
        parse_queue(text, "here")
    places = [(problem.line, problem.path) for problem in caught.value.problems]
    assert places == [
        (2, "participants[0].balance"), (2, "participants[1].balance"), (4, "obligations[0].amount"),
        (5, "obligations[1].id"), (5, "obligations[1].payee"), (6, "obligations[2].id"),
        (6, "obligations[2].payee"),
    ]  # fmt: skip


def test_who_cannot_be_read_is_not_called_unknown_too() -> None:
    with pytest.raises(QueueError) as caught:
        parse_queue(in_json(participants=f'{A}, {{"id": 2, "balance": 8}}'), "here")
    assert [problem.path for problem in caught.value.problems] == ["participants[1].id"]


def test_bytes_that_are_no_text_have_a_place(tmp_path: Path) -> None:
    file = tmp_path / "queue.json"
    file.write_bytes(b'{"participants": [],\n "\xff": 1}')
    with pytest.raises(QueueError, match=r"queue\.json:2:3: byte 0xff is not UTF-8; expected UTF-8 text"):
        read_queue(file)


@pytest.mark.parametrize("name", ["missing.json", ".", "x\0y", "n" * 300])
def test_what_is_no_file_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as caught:
        read_queue(name)
    assert "cannot be read: " in str(caught.value)
    assert "expected a queue in JSON or CSV" in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(alphabet='{}[]",:id0A-\n;.\\ balnceprt\u2028\x00', max_size=60))
@pytest.mark.parametrize("name", ["x.json", "x.csv", "-"])
def test_any_text_is_a_queue_or_has_faults_of_one_line_each(name: str, text: str) -> None:
    problems: Sequence[Problem] = ()
    try:
        parse_queue(text, name)
    except QueueError as error:
        problems = error.problems
    assert not any("\n" in str(problem) for problem in problems)
