"""Entry of the ``settlement`` command: an interruption is answered from the first moment on."""

import gc
import signal
import sys
from typing import NoReturn

from settlement.interruption import leave_at_once

#: New objects after which garbage is looked for. Loading makes many and hardly any that is garbage: to look
#: every 700 objects, as Python does by itself, takes a sixth of the time.
_YOUNG = 50_000


def main() -> NoReturn:
    """Load and run the command."""
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave_at_once)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character gets another one; that is no reason to fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")

    from settlement import cli

    try:
        cli.main()
    finally:
        # All of it goes with the process; to look through it for garbage takes a sixth of a small run.
        gc.freeze()


if __name__ == "__main__":
    main()
