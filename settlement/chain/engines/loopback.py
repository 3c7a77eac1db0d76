"""Lines to programs on this machine: HTTP on the loopback interface, or a Unix socket.

Nothing here leaves the machine. An address elsewhere is refused before a connection is opened, whom a name
led to is looked at before anything is said, and ``http.client`` knows neither proxies nor redirects.
"""

import json
import socket
import stat
from http.client import HTTPConnection
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from settlement.domain.errors import BackendError, UserError

#: Seconds that an answer may take.
PATIENCE = 60
_CHUNK = 1 << 20
#: A program that hangs up is an error of ours to report, though a broken pipe may end the command.
_NO_SIGNAL = getattr(socket, "MSG_NOSIGNAL", 0)
_EXPECTED = "expected http://127.0.0.1:PORT, or the path of a node's socket"


class Line(Protocol):
    """A connection, opened when it is first used, and again after it was closed."""

    def exchange(self, body: bytes) -> Any:
        """Send JSON and return what comes back, decoded.

        Raises:
            OSError, HTTPException: the connection broke, or there is none to be had.
            ValueError: what comes back is no JSON.
            BackendError: it is the status of an error.
        """
        ...

    def close(self) -> None:
        """Hang up."""
        ...


def line_to(endpoint: str) -> Line:
    """The line to ``http://…``, or to the Unix socket of that path.

    Raises:
        UserError: it is something else, or not on this machine.
    """
    return _http(endpoint) if "://" in endpoint else _socket(endpoint)


class _LoopbackConnection(HTTPConnection):
    def send(self, data: Any) -> None:
        """Send what a request puts together, which is bytes."""
        if self.sock is None:
            self.connect()
        self.sock.sendall(data, _NO_SIGNAL)

    def connect(self) -> None:
        """Connect, and hang up unless it is this machine that answers."""
        super().connect()
        peer = self.sock.getpeername()[0]
        if not ip_address(peer).is_loopback:
            self.close()
            raise OSError(f"{self.host} leads to {peer}, which is not this machine")


class _Http:
    def __init__(self, connection: HTTPConnection, host: str, path: str) -> None:
        self._connection = connection
        self._headers = {"Host": host, "Content-Type": "application/json"}
        self._path = path

    def exchange(self, body: bytes) -> Any:
        self._connection.request("POST", self._path, body, self._headers)
        response = self._connection.getresponse()
        text = response.read()
        try:
            return json.loads(text)  # whatever the status: a refusal may come with one of its own
        except ValueError:
            if response.status == 200:
                raise
            raise BackendError(f"HTTP status {response.status} {response.reason}") from None

    def close(self) -> None:
        self._connection.close()


class _Socket:
    def __init__(self, path: str) -> None:
        self._path = path
        self._socket: socket.socket | None = None

    def exchange(self, body: bytes) -> Any:
        if self._socket is None:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.settimeout(PATIENCE)
            self._socket.connect(self._path)
        self._socket.sendall(body + b"\n", _NO_SIGNAL)
        received = bytearray()
        while True:
            chunk = self._socket.recv(_CHUNK)
            if not chunk:
                raise ConnectionResetError("the node hung up")
            received += chunk
            # An answer ends where it is whole: not every node puts a line's end behind it.
            if received.rstrip()[-1:] in b"]}":
                try:
                    return json.loads(received)
                except ValueError:
                    continue

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _http(endpoint: str) -> Line:
    try:
        url = urlsplit(endpoint)
        host, port = url.hostname or "", url.port or 80
    except ValueError:
        raise UserError(f"--evm {endpoint}: no such address; {_EXPECTED}; correct it") from None
    if url.scheme != "http":
        raise UserError(f"--evm {endpoint}: nodes are not asked over {url.scheme}; {_EXPECTED}; choose that")
    if not _is_here(host):
        raise UserError(
            f"--evm {endpoint}: {host or 'nothing'} is not this machine; {_EXPECTED};"
            " start a development node here, there is no way to reach others"
        )
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    return _Http(_LoopbackConnection(host, port, timeout=PATIENCE), url.netloc, path)


def _is_here(host: str) -> bool:
    """Whether ``host`` is a loopback address, or ``localhost`` where that means nothing else."""
    if host == "localhost":
        try:
            return all(ip_address(str(a[4][0])).is_loopback for a in socket.getaddrinfo(host, None))
        except OSError:
            return False
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _socket(endpoint: str) -> Line:
    try:
        if stat.S_ISSOCK(Path(endpoint).stat().st_mode) and hasattr(socket, "AF_UNIX"):
            return _Socket(endpoint)
        what = "is no Unix socket"
    except OSError as error:
        what = error.strerror or str(error)
    raise UserError(f"--evm {endpoint}: {what}; {_EXPECTED}; start the node, or correct the path")
