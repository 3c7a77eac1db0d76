"""An anvil of our own: found, started on loopback, and surely stopped."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import IO

from settlement.chain.engines import watchdog
from settlement.chain.port import BLOCK_GAS_LIMIT, CHAIN_ID
from settlement.domain.errors import BackendError, UserError

#: Where npm puts it in a checkout: one folder for the platform it was installed on.
_PACKAGES = Path(__file__).parents[3] / "contracts" / "node_modules" / "@foundry-rs"
#: The rules that the other backends follow.
_HARDFORK = "prague"
#: Seconds that a node gets to answer.
_PATIENCE = 30
_LISTENING = re.compile(r"^Listening on 127\.0\.0\.1:(\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Anvil:
    """A node that runs and answers.

    Attributes:
        url: its HTTP endpoint on loopback.
        ipc: its IPC socket, where one was asked for.
        guard: the process that guards it.
    """

    url: str
    ipc: Path | None
    guard: "subprocess.Popen[bytes]"

    @property
    def pid(self) -> int:
        """The process to terminate for an end of the node."""
        return self.guard.pid

    def wait(self) -> None:
        """Return when the node has ended, for which there is no reason while the block lasts."""
        self.guard.wait()


@contextmanager
def anvil(
    *,
    genesis_time: int | None = None,
    chain_id: int = CHAIN_ID,
    port: int = 0,
    ipc: Path | None = None,
) -> Iterator[Anvil]:
    """Run a fresh node while the block lasts; it ends with the block, or with this process.

    Its first block has the time ``genesis_time`` (epoch seconds; None: now). It listens on ``port`` (0: a
    free one) of the loopback interface, and on a socket at ``ipc``. It mines a block for each transaction,
    has no accounts of its own, and charges no base fee.

    Raises:
        UserError: anvil is not installed, the port is taken, or something is at ``ipc`` already.
        BackendError: the node does not come up.
    """
    if ipc is not None and ipc.exists():
        raise UserError(f"{ipc}: exists already; expected the name of a new socket; choose another")
    options: dict[str, object] = {
        "chain-id": chain_id,
        "hardfork": _HARDFORK,
        "port": port,
        "host": "127.0.0.1",
        "gas-limit": BLOCK_GAS_LIMIT,
        "base-fee": 0,
        "accounts": 0,
        "order": "fifo",
        # States of old blocks are kept nowhere: else they go to the user's folder on the disk.
        "prune-history": 1,
    }
    options |= {} if genesis_time is None else {"timestamp": genesis_time}
    options |= {} if ipc is None else {"ipc": ipc}
    arguments = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    # It would cut the connection in the middle of a transaction that is too large, and not say why.
    arguments.append("--no-request-size-limit")
    with tempfile.TemporaryFile("w+", encoding="utf-8") as told:
        # In a session of its own: an interruption typed at a terminal is ours alone to answer.
        guard = subprocess.Popen(  # noqa: S603  # a program that npm or the user installed
            [sys.executable, "-I", "-S", watchdog.__file__, find_anvil(), *arguments],
            stdin=subprocess.PIPE,
            stdout=told,
            stderr=told,
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{_listening(guard, told, port)}"
            _silence(url)
            yield Anvil(url, ipc, guard)
        finally:
            # Which closes the pipe, and with it the node; it holds nothing that is worth a farewell.
            # Where it has ended already, to write would end us too: the command lets a broken pipe do that.
            guard.communicate(b"\n" if guard.poll() is None else None)
            if ipc is not None:
                ipc.unlink(missing_ok=True)


def find_anvil() -> str:
    """Path of the program: the one that npm installed for the checkout, or the first on PATH.

    Raises:
        UserError: there is none.
    """
    installed = sorted(map(str, _PACKAGES.glob("anvil-*/bin/anvil*")))
    program = installed[0] if installed else shutil.which("anvil")
    if program is None:
        raise UserError(
            "no anvil found; expected one in contracts/node_modules or on PATH; run npm ci --prefix contracts"
        )
    return program


def _listening(guard: subprocess.Popen[bytes], told: IO[str], port: int) -> int:
    """The port that the node says it listens on."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        ended = guard.poll() is not None
        told.seek(0)
        text = told.read()
        if listening := _LISTENING.search(text):
            return int(listening[1])
        if ended and "Address already in use" in text:
            raise UserError(f"port {port} is taken; expected a free one; choose another, or 0 for any")
        if ended:
            last = text.strip().rpartition("\n")[2]
            raise BackendError(f"anvil ended before it answered: {last or 'it says nothing'}")
        time.sleep(0.01)
    raise BackendError(f"anvil did not come up within {_PATIENCE} seconds")


def _silence(url: str) -> None:
    """Ask the node to write no more about what it is asked, which also shows that it answers."""
    connection = HTTPConnection(url.removeprefix("http://"), timeout=_PATIENCE)
    request = {"jsonrpc": "2.0", "id": 1, "method": "anvil_setLoggingEnabled", "params": [False]}
    try:
        connection.request("POST", "/", json.dumps(request), {"Content-Type": "application/json"})
        answer = json.load(connection.getresponse())
    except (OSError, ValueError) as error:
        raise BackendError(f"anvil at {url} does not answer: {error}") from error
    finally:
        connection.close()
    if "error" in answer:
        raise BackendError(f"anvil at {url} answers: {answer['error'].get('message')}")
