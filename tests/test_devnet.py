"""A node of one's own: what is printed of it works, and it ends with the command, however that ends."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from eth_account import Account
from eth_utils.crypto import keccak

from settlement.chain.engines import anvil
from settlement.chain.engines.json_rpc import Node
from settlement.devnet import stage
from settlement.domain.events import CONTRACTS
from settlement.domain.participants import Office
from settlement.interruption import TOLD
from tests.chain.engines.nodes import is_gone, listens, on_anvil
from tests.commands import ROOT, Command, start

pytestmark = on_anvil

PROGRAM = "To paste into Python"
STAYS = "The node stays up until Ctrl-C"


@dataclass
class Devnet:
    """The command in a process of its own, and what it has printed."""

    process: "subprocess.Popen[str]"
    said: str = ""

    @property
    def url(self) -> str:
        """Where the node is, as printed."""
        return str(re.findall(r"^RPC URL +(\S+)", self.said, re.MULTILINE)[0])

    def read_to(self, text: str) -> None:
        """Read on until ``text`` was printed."""
        assert self.process.stdout is not None
        while text not in self.said:
            line = self.process.stdout.readline()
            assert line, self.said
            self.said += line


@contextmanager
def devnet(*words: object, cwd: Path, code: str = "") -> Iterator[Devnet]:
    """``settlement devnet`` on a free port."""
    process = start("devnet", "--port", "0", *words, cwd=cwd, code=code, environment={"COLUMNS": "80"})
    try:
        yield Devnet(process)
    finally:
        process.kill()
        process.communicate()


def addresses(said: str) -> dict[str, str]:
    """Every name that is printed with an address behind it."""
    return dict(re.findall(r"^ (\S.*?) +(0x[0-9a-fA-F]{40})\b", said, re.MULTILINE))


def paste(said: str) -> tuple[str, str]:
    """What the printed program writes to output and error where it is run as it stands."""
    done = subprocess.run(
        [sys.executable, "-"],
        input=said.partition(f"{PROGRAM}\n")[2].partition(STAYS)[0],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    return done.stdout, done.stderr


def test_whoever_connects_can_act_as_printed(tmp_path: Path) -> None:
    with devnet(cwd=tmp_path) as running:
        running.read_to(STAYS)
        printed = addresses(running.said)
        assert paste(running.said) == (
            "B holds 1,500,000.00 SU\n"
            f"block 52: {printed['TradeEscrow']} may move 1.00 SU\n"
            "to S directly: The programme does not permit this flow.\n"
            "0x2ae09e28… is FLOW_NOT_PERMITTED: The programme does not permit this flow. (20)\n",
            "",
        )
        assert set(printed) == {*CONTRACTS, *(office.value for office in Office), "B", "S", "E"}
        node = Node(running.url)
        codes = node.ask(*(("eth_getCode", [printed[name], "latest"]) for name in CONTRACTS))
        assert all(len(code) > 2 for code in codes)
        purses = node.ask(*(("eth_getBalance", [printed[name], "latest"]) for name in ("supervisor", "E")))
        assert all(int(purse, 16) >= 10**21 for purse in purses)
        assert Account.from_key(keccak(text="settlement sandbox account B")).address == printed["B"]
        for fact in ("chain id    31337", "next block  Mon 1 Mar 2027 00:00:02 UTC", "ACTIVE, phase 1"):
            assert fact in running.said
        assert re.search(r"^ C1 +B +S +1,000,000.00 *$", running.said, re.MULTILINE)
        node.close()


def test_the_program_goes_on_from_the_end_of_a_play(tmp_path: Path) -> None:
    with devnet("--play", "structuring", "--speed", "max", cwd=tmp_path) as running:
        running.read_to(STAYS)
        out, err = paste(running.said)
        assert (out.count("\n"), err) == (4, "")
        assert re.search(r"^0x[0-9a-f]{8}… is [A-Z_]+: ", out, re.MULTILINE)


def test_a_node_that_does_not_stay_has_no_program(settlement: Command) -> None:
    answer = settlement("devnet", "--port", 0, "--once")
    assert (answer.code, PROGRAM in answer.out, STAYS in answer.out) == (0, False, False)
    assert "All of them have ETH for gas." in answer.out


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, 130),
        (signal.SIGTERM, 130),
        (signal.SIGHUP, 130),
        (signal.SIGKILL, -signal.SIGKILL),
    ],
)
def test_the_node_ends_with_the_command(tmp_path: Path, number: signal.Signals, code: int) -> None:
    with devnet(cwd=tmp_path) as running:
        running.read_to(STAYS)
        assert listens(running.url)
        running.process.send_signal(number)
        _, err = running.process.communicate(timeout=60)
        told = "" if number == signal.SIGKILL else f"{TOLD}\n"
        assert (running.process.returncode, err) == (code, told)
        assert is_gone(running.url)


def test_who_is_to_outlive_the_terminal_does(settlement: Command) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup has it
    try:
        assert settlement("list").code == 0
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_play_that_waits_is_interrupted_at_once(tmp_path: Path) -> None:
    with devnet("--play", "domestic-payment", cwd=tmp_path) as running:
        running.read_to("issues 1,500,000.00 SU to B")
        assert "31 days, played in 12.4 h at 60x" in " ".join(running.said.split())
        running.process.send_signal(signal.SIGINT)
        running.process.communicate(timeout=60)
        assert running.process.returncode == 130
        assert is_gone(running.url)
    assert list(tmp_path.iterdir()) == []


def test_a_node_that_is_killed_is_told(tmp_path: Path) -> None:
    tell = """
from settlement.devnet import node
quiet = node.stay
def stay(console, running):
    print(f"guard {running.pid}", flush=True)
    quiet(console, running)
node.stay = stay
"""
    with devnet(cwd=tmp_path, code=tell) as running:
        running.read_to(STAYS)
        os.kill(int(re.findall(r"guard (\d+)", running.said)[0]), signal.SIGTERM)
        _, err = running.process.communicate(timeout=60)
        assert running.process.returncode == 3
        assert err == f"the node at {running.url} has ended, which nobody here asked for\n"


@pytest.mark.parametrize(
    ("failure", "code", "said"),
    [
        ("BackendError('the chain has stopped')", 3, "the chain has stopped"),
        ("Refused(Reason.TERMS_INVALID)", 2, "the contracts refuse the scenario's set-up: "),
        ("ZeroDivisionError()", 3, "this is a bug of ours"),
    ],
)
def test_no_node_is_left_where_the_set_up_fails(tmp_path: Path, failure: str, code: int, said: str) -> None:
    breaks = f"""
from settlement.domain.errors import BackendError, Refused
from settlement.domain.reasons import Reason
from settlement.simulation import engine
def constitute(system, *_):
    print("RPC URL ", system.chain.backend.name, flush=True)
    raise {failure}
engine.constitute = constitute
"""
    with devnet(cwd=tmp_path, code=breaks) as running:
        running.read_to("RPC URL")
        _, err = running.process.communicate(timeout=60)
        assert running.process.returncode == code
        assert said in err
        assert is_gone(running.url)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start("devnet", "--port", port, cwd=tmp_path)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert err == f"port {port} is taken; expected a free one; choose another, or 0 for any\n"


def test_a_missing_node_is_named_with_its_remedy(
    settlement: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anvil, "_PACKAGES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = settlement("devnet", "--once")
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert answer.err.endswith("run npm ci --prefix contracts\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--play", "netting-day", "--speed", "0x"), "--speed 0x: not a speed; expected a ratio"),
        (("--play", "netting-day", "--speed", "0.0x"), "--speed 0.0x: not a speed"),
        (("--play", "netting-day", "--speed", "fast"), "--speed fast: not a speed"),
        (("--play", "netting-day", "--speed", "-3x"), "--speed -3x: not a speed"),
        (("--play", "netting-day", "--speed", "60"), "--speed 60: not a speed"),
        (("--play", "netting-dai"), "did you mean 'netting-day'"),
        (("--play", "netting-day", "--out", "taken"), "taken: exists already"),
        (("netting-dai",), "did you mean 'netting-day'"),
        (("--speed", "60x"), "expected --play SCENARIO"),
        (("--out", "here"), "expected --play SCENARIO"),
        (("netting-day", "--play", "netting-day"), "a play brings its own regime"),
        (("--port", "65536"), "--port does not take this value; expected a whole number from 0 to 65535"),
    ],
)
def test_mistakes_are_exit_2_and_start_nothing(
    settlement: Command, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    def no_node() -> None:
        raise AssertionError("a node was started")

    monkeypatch.setattr(anvil, "find_anvil", no_node)
    Path("taken").touch()
    answer = settlement("devnet", *words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert [path.name for path in Path().iterdir()] == ["taken"]


def test_a_play_is_the_run_that_it_is_elsewhere(settlement: Command) -> None:
    answer = settlement(
        "devnet", "--port", 0, "--play", "domestic-payment", "--speed", "max", "--out", "here", "--once"
    )
    assert answer.code == 0
    for line in (
        "31 days, played as fast as the node works.",
        "Mon 1 Mar 2027",
        "00:00  49     supervisor    turns the regime ACTIVE",
        "✓ played to the end: ",
    ):
        assert line in answer.out
    assert "B             is refused DIRECT (D): DOMESTIC_PAYMENT." in answer.out
    assert PROGRAM not in answer.out
    elsewhere = settlement("run", "domestic-payment", "--out", "there").out
    assert Path("here/events.jsonl").read_bytes() == Path("there/events.jsonl").read_bytes()
    (run_hash,) = re.findall(r"run ([0-9a-f]{16})", answer.out)
    assert f"run {run_hash}" in elsewhere
    assert settlement("report", "here").code == 0


def test_a_play_that_ends_otherwise_than_expected_is_exit_1(settlement: Command) -> None:
    text = settlement("show", "domestic-payment").out
    Path("mine.yaml").write_text(text.replace("B: 1_500_000 SU", "B: 1_400_000 SU"))
    answer = settlement("devnet", "--port", 0, "--play", "mine.yaml", "--speed", "max", "--once")
    assert answer.code == 1
    assert answer.out.count("runs/domestic-payment-seed1") == 1
    assert "✗ balance of B: expected 1,400,000.00 SU, not 1,500,000.00 SU" in answer.out


@dataclass
class Watch:
    """Stands in for the clock on the wall, which only sleeping moves; ``meanwhile`` is what happens then."""

    meanwhile: Callable[[], object] = lambda: None
    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.meanwhile()
        self.slept.append(seconds)
        self.now += seconds


def test_quiet_time_passes_in_proportion(settlement: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch()
    monkeypatch.setattr(stage, "time", watch)
    words = ("--play", "domestic-payment", "--speed", "3600x", "--out", "here", "--once")
    assert settlement("devnet", "--port", 0, *words).code == 0
    events = Path("here/events.jsonl").read_text().splitlines()
    times = [int(re.findall(r'"sim_time":(\d+)', event)[0]) for event in events]
    first = next(at for at, event in zip(times, events, strict=True) if '"stage":"ACTIVE"' in event)
    assert watch.now == pytest.approx(1_000 + (times[-1] - first) / 3_600)
    # Looked at often enough for a clock on the terminal.
    assert max(watch.slept) <= 1


def test_whoever_else_sends_ends_the_play(settlement: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    watch = Watch(lambda: Node(f"http://127.0.0.1:{port}").ask(("evm_mine", [])))
    monkeypatch.setattr(stage, "time", watch)
    answer = settlement(
        "devnet", "--port", port, "--play", "domestic-payment", "--speed", "100000x", "--once"
    )
    assert answer.code == 3
    assert "is not as we made it: somebody else uses the node" in answer.err
    assert not listens(f"http://127.0.0.1:{port}")
