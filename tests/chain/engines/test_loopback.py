"""Nothing leaves this machine: what is no node here is refused before anything is said to it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from settlement.chain.engines import loopback
from settlement.chain.engines.backends import is_node, open_backend, require_backend
from settlement.chain.engines.json_rpc import ConnectionLost, Node
from settlement.domain.errors import UserError
from tests.chain.engines.nodes import serving
from tests.commands import ROOT

EXPECTED = "expected http://127.0.0.1:PORT, or the path of a node's socket"


def refusal(endpoint: str) -> str:
    """The one line with which ``endpoint`` is refused by its looks."""
    with pytest.raises(UserError) as refused:
        require_backend(endpoint)
    assert is_node(endpoint)
    text = str(refused.value)
    assert text.startswith(f"--evm {endpoint}: ")
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("http://8.8.8.8:8545", "8.8.8.8"),
        ("http://0.0.0.0:8545", "0.0.0.0"),
        ("http://10.0.0.1", "10.0.0.1"),
        ("http://[2001:db8::1]:8545", "2001:db8::1"),
        ("http://node.example:8545", "node.example"),
        ("http://localhost.example:8545", "localhost.example"),
        ("http://127.0.0.1:8545@8.8.8.8/", "8.8.8.8"),
        ("http://127.0.0.1.example:8545", "127.0.0.1.example"),
        ("http://2130706433:8545", "2130706433"),
        ("http:///rpc", "nothing"),
    ],
)
def test_only_the_loopback_interface_is_this_machine(endpoint: str, host: str) -> None:
    assert f": {host} is not this machine; {EXPECTED}; start a development node here" in refusal(endpoint)


@pytest.mark.parametrize("scheme", ["https", "ws", "wss", "ftp", "file"])
def test_nothing_else_is_spoken_than_http(scheme: str) -> None:
    assert f"nodes are not asked over {scheme}; {EXPECTED}" in refusal(f"{scheme}://127.0.0.1:8545")


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:port", "http://127.0.0.1:65536", "http://[::1"])
def test_what_is_no_address_is_called_that(endpoint: str) -> None:
    assert f"no such address; {EXPECTED}" in refusal(endpoint)


def test_a_path_must_lead_to_a_socket(tmp_path: Path) -> None:
    (tmp_path / "file.ipc").touch()
    assert f"is no Unix socket; {EXPECTED}; start the node" in refusal(str(tmp_path / "file.ipc"))
    assert "No such file or directory" in refusal(str(tmp_path / "nothing.ipc"))


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:8545", "http://127.9.9.9", "http://[::1]:8545"])
def test_the_loopback_interface_is_this_machine(endpoint: str) -> None:
    require_backend(endpoint)


@pytest.mark.parametrize(
    ("addresses", "here"), [(["127.0.0.1", "::1"], True), (["127.0.0.1", "10.0.0.1"], False)]
)
def test_localhost_is_this_machine_where_it_means_nothing_else(
    addresses: list[str], here: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [(0, 0, 0, "", (address, 0)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: known)
    if here:
        require_backend("http://localhost:8545")
    else:
        assert "localhost is not this machine" in refusal("http://localhost:8545")


def test_nothing_is_said_to_a_peer_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere:
        """A connection to somewhere else, on which anything said is an error."""

        def getpeername(self) -> tuple[str, int]:
            return "192.0.2.1", 8545

        def setsockopt(self, *_: object) -> None:
            pass

        def close(self) -> None:
            pass

    monkeypatch.setattr(socket, "create_connection", lambda *_: Elsewhere())
    with pytest.raises(
        ConnectionLost, match=r"127\.0\.0\.1 leads to 192\.0\.2\.1, which is not this machine"
    ):
        Node("http://127.0.0.1:8545").ask(("eth_chainId", []))


def test_where_nothing_listens_is_the_users_mistake() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(UserError, match="Connection refused; expected a development node that answers there"):
        open_backend(f"http://127.0.0.1:{port}", 0, [])


def test_what_says_nothing_is_the_users_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback, "PATIENCE", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(UserError, match=r"did not answer for .* seconds; expected a development node"):
            open_backend(endpoint, 0, [])


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"<html>", 200, "does not speak JSON-RPC"),
        (b"<html>", 404, "HTTP status 404"),
        (b'{"error": "no such page"}', 404, "no such page"),
        (b'{"error": {"message": "no\\nbatches"}}', 200, "no batches"),
        (b"[1]", 200, "does not answer what it was asked"),
        (b"[]", 200, "does not answer what it was asked"),
        (b'{"hello": "world"}', 200, "does not answer what it was asked"),
    ],
)
def test_what_is_no_node_is_the_users_mistake(body: bytes, status: int, said: str) -> None:
    with serving(lambda _: body, status) as url, pytest.raises(UserError) as refused:
        open_backend(url, 0, [])
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


class Listener:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []

    def answer(self, body: bytes) -> bytes:
        self.heard.append(body)
        return b"[]"


def test_nobody_is_followed_elsewhere() -> None:
    listener = Listener()
    with (
        serving(listener.answer) as other,
        serving(lambda _: b"moved", 307, Location=other) as url,
        pytest.raises(UserError, match="HTTP status 307"),
    ):
        open_backend(url, 0, [])
    assert listener.heard == []


def test_nobody_is_asked_to_pass_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = Listener()
    answer = b'[{"jsonrpc": "2.0", "id": 0, "result": "0x7a69", "error": null}]'
    with serving(listener.answer) as proxy, serving(lambda _: answer) as url:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy)
        node = Node(url)
        assert node.ask(("eth_chainId", [])) == ["0x7a69"]
        node.close()
    assert listener.heard == []


#: The command lets a broken pipe end it, as other tools do; a program that hung up is no such pipe.
HUNG_UP = """
import os, signal, socket, sys
from settlement.chain.engines.loopback import line_to
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
if sys.argv[1] == "http":
    server = socket.create_server(("127.0.0.1", 0))
    endpoint = f"http://127.0.0.1:{server.getsockname()[1]}"
    head = "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\n"
else:
    endpoint, head = sys.argv[1], ""
    server = socket.socket(socket.AF_UNIX)
    server.bind(endpoint)
    server.listen()
line = line_to(endpoint)
if os.fork() == 0:
    connection, _ = server.accept()
    connection.recv(1000)
    connection.sendall(head.encode() + b"[]")
    os._exit(0)
assert line.exchange(b"[]") == []
os.wait()
try:
    line.exchange(b"1" * 10**8)
except OSError:
    print("broken")
"""


@pytest.mark.parametrize("kind", ["ipc", "http"])
def test_who_hangs_up_does_not_end_us(tmp_path: Path, kind: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HUNG_UP, "http" if kind == "http" else tmp_path / "ipc"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "broken\n", "")
