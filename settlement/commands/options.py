"""What several commands take, and where they show it."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from settlement.chain.engines.backends import BACKENDS

#: Standard output, for what is laid out.
screen = Console(markup=False, emoji=False, highlight=False)

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
