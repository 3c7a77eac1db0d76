"""How a demo is run from a shell."""

import sys
from collections.abc import Callable
from pathlib import Path

from settlement.domain.errors import UserError


def run_demo(main: Callable[[Path], None], folder: str) -> None:
    """Run ``main`` into the folder of the command line, or ``folder``; a mistake ends with code 2."""
    try:
        main(Path(sys.argv[1] if len(sys.argv) > 1 else folder))
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
