"""How the command answers an interruption; it imports nothing of weight, for it is needed before all else."""

import os
import threading
from typing import NoReturn

#: Exit code of a command that was interrupted, and what it says.
INTERRUPTED, TOLD = 130, "interrupted; nothing incomplete is left"

#: Set by an interruption, which a library may swallow as an exception.
interrupted = threading.Event()


def leave_at_once(*_: object) -> NoReturn:
    """Answer a signal while nothing has been made yet, so that there is nothing to clean up."""
    os.write(2, f"{TOLD}\n".encode())
    os._exit(INTERRUPTED)


def interrupt(*_: object) -> NoReturn:
    """Answer a signal once there may be something to clean up."""
    interrupted.set()
    raise KeyboardInterrupt


def unless_interrupted(*_: object) -> None:
    """Called from time to time, in case that a library swallowed an interruption."""
    if interrupted.is_set():
        raise KeyboardInterrupt
