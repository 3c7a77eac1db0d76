"""A node of our own: it comes up, and it never outlives what started it."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from settlement.chain.engines import anvil as module
from settlement.chain.engines.anvil import anvil
from settlement.domain.errors import BackendError, UserError
from tests.chain.engines.nodes import is_gone, listens, on_anvil

pytestmark = on_anvil

#: Starts a node, says where, and then minds its own business.
OWNER = """
import signal, time
from settlement.chain.engines.anvil import anvil
# A shell that runs the tests in the background has an interruption ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
with anvil() as node:
    print(node.url, flush=True)
    time.sleep(600)
"""


def test_a_node_runs_while_the_block_lasts(tmp_path: Path) -> None:
    with anvil(ipc=tmp_path / "node.ipc") as node:
        assert listens(node.url)
        assert node.ipc is not None
        assert node.ipc.is_socket()
    assert not listens(node.url)
    assert not node.ipc.exists()


def test_an_exception_ends_the_node() -> None:
    with pytest.raises(KeyboardInterrupt), anvil() as node:
        raise KeyboardInterrupt
    assert not listens(node.url)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_its_owner_ends_the_node(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as owner:
        assert owner.stdout is not None
        url = owner.stdout.readline().decode().strip()
        assert listens(url)
        owner.send_signal(number)
        owner.wait(timeout=60)
    assert is_gone(url)


def test_to_terminate_its_guard_ends_the_node() -> None:
    with anvil() as node:
        os.kill(node.pid, signal.SIGTERM)
        assert is_gone(node.url)


def test_a_port_that_is_taken_is_named() -> None:
    with anvil() as node:
        port = urlsplit(node.url).port or 0
        with (
            pytest.raises(UserError, match=f"^port {port} is taken; expected a free one; choose another"),
            anvil(port=port),
        ):
            pass
        assert listens(node.url)


def test_what_stands_in_the_place_of_its_socket_is_left_alone(tmp_path: Path) -> None:
    taken = tmp_path / "node.ipc"
    taken.write_text("mine")
    with pytest.raises(UserError, match="exists already"), anvil(ipc=taken):
        pass
    assert taken.read_text() == "mine"


def test_a_node_that_does_not_come_up_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(BackendError, match=r"ended before it answered: .*No such file"),
        anvil(ipc=tmp_path / "no" / "x"),
    ):
        pass


def test_without_a_program_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PACKAGES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=r"run npm ci --prefix contracts$"), anvil():
        pass


def test_a_program_on_the_path_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = module.find_anvil()
    monkeypatch.setattr(module, "_PACKAGES", tmp_path)
    monkeypatch.setenv("PATH", str(Path(program).parent))
    assert module.find_anvil() == program
