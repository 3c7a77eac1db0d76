"""Entry of the ``settlement`` command: an interruption is answered from the first moment on."""

import signal
import sys
from typing import NoReturn

from settlement.interruption import leave_at_once


def main() -> NoReturn:
    """Load and run the command."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave_at_once)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character gets another one; that is no reason to fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")

    from settlement import cli

    cli.main()


if __name__ == "__main__":
    main()
