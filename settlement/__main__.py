"""Entry of the ``settlement`` command: an interruption is answered from the first moment on."""

import os
import signal
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Load and run the command."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # Nothing has been made yet, so there is nothing to clean up.
        signal.signal(number, lambda *_: os._exit(130))
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character gets another one; that is no reason to fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")

    from settlement import cli

    cli.main()


if __name__ == "__main__":
    main()
