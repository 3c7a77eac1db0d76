"""Runs the command that follows and ends it as soon as standard input closes.

Whoever starts this holds the other end of that pipe. The system closes it when they end, however
they end, so what was started never outlives them. It runs by its path and imports nothing of ours.
"""

import os
import signal
import subprocess
import sys
import threading


def main() -> None:
    """Run the command to its end, or to that of the pipe."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    command = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)  # noqa: S603  # what our caller says

    def watch() -> None:
        os.read(0, 1)
        command.kill()

    threading.Thread(target=watch, daemon=True).start()
    try:
        sys.exit(command.wait())
    finally:
        command.kill()


if __name__ == "__main__":
    main()
