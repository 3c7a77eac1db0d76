"""Which tests need a node, whether one is there, and one that misbehaves as a test says."""

import json
import platform
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import pytest

#: Platforms that npm has an anvil for, as contracts/package.json asks for it.
_PLATFORMS = {("Linux", "x86_64"), ("Darwin", "arm64"), ("Windows", "AMD64")}
#: Whether this is one. There a missing anvil fails the test: scripts/test installs it.
HAS_ANVIL = (platform.system(), platform.machine()) in _PLATFORMS

on_anvil = pytest.mark.skipif(
    not HAS_ANVIL,
    reason=f"npm has no anvil for {platform.system()} on {platform.machine()}",
)


def listens(url: str) -> bool:
    """Whether anything takes connections there."""
    place = urlsplit(url)
    try:
        socket.create_connection((place.hostname, place.port or 0), 5).close()
    except (ConnectionRefusedError, ConnectionResetError):  # it is gone, or on its way
        return False
    return True


def is_gone(url: str) -> bool:
    """Whether nothing listens there after a moment for the system to notice an end."""
    deadline = time.monotonic() + 30
    while listens(url) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not listens(url)


@dataclass
class Meddler:
    """Stands before a node and passes on what it hears, but for what a test has it do.

    Attributes:
        target: the node behind it.
        url: where it listens.
        breaks: methods at which to break the connection, one after the other, each ``before`` the node hears
            of it or ``after``.
        patience: how many batches it passes on in all.
        answers: what to say instead of the node, by method: a result, or a dictionary with an ``error``; or a
            function of the parameters that returns such, None for what the node says.
        heard: methods that were asked for, in order.
    """

    target: str
    url: str = ""
    breaks: list[tuple[str, str]] = field(default_factory=list)
    patience: int = 10**9
    answers: dict[str, Any] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    def answer(self, body: bytes) -> bytes | None:
        """What comes back for ``body``; nothing where the connection breaks."""
        calls = json.loads(body)
        methods = [call["method"] for call in calls]
        self.heard += methods
        self.patience -= 1
        moment = self.breaks.pop(0)[1] if self.breaks and self.breaks[0][0] in methods else ""
        if moment == "before" or self.patience < 0:
            return None
        request = Request(self.target, body, {"Content-Type": "application/json"})
        with build_opener(ProxyHandler({})).open(request) as response:
            answers = json.load(response)
        if moment == "after":
            return None
        return json.dumps([self._instead(calls[answer["id"]], answer) for answer in answers]).encode()

    def _instead(self, call: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        if call["method"] not in self.answers:
            return answer
        said = self.answers[call["method"]]
        if callable(said) and (said := said(*call["params"])) is None:
            return answer
        said = said if isinstance(said, dict) and "error" in said else {"result": said}
        return {"jsonrpc": "2.0", "id": answer["id"], **said}


@contextmanager
def meddler(target: str) -> Iterator[Meddler]:
    """One before ``target``, while the block lasts."""
    meddling = Meddler(target)
    with serving(meddling.answer) as meddling.url:
        yield meddling


@contextmanager
def serving(answer: Callable[[bytes], bytes | None], status: int = 200, **headers: str) -> Iterator[str]:
    """An HTTP server on loopback that answers each POST by ``answer`` (None hangs up); its URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            if body is None:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
