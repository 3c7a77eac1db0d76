"""What several commands take, and where they show it.

This module and those of the commands are loaded for every command, and for ``--help``: they import what the
help shows, and leave what a command works with to the command.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from settlement.chain.engines.backends import BACKENDS

if TYPE_CHECKING:
    from rich.console import Console

ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A shipped name, or a path to a YAML file.")
]

EvmOption = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help=f"The EVM to run on: {', '.join(BACKENDS)}; or, for a single run, a development node on this"
        " machine (anvil, say): http://127.0.0.1:PORT, or the path of its socket.",
    ),
]

HtmlOption = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write one self-contained page to a new file instead."),
]

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def screen() -> "Console":
    """Standard output, for what is laid out."""
    from rich.console import Console

    return Console(markup=False, emoji=False, highlight=False)
