"""Commands about scenario files, and about queues of obligations, which need no chain either."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from settlement.commands.options import JsonOption, ScenarioArgument, screen
from settlement.domain.obligations import Algorithm

if TYPE_CHECKING:
    from settlement.scenario import Scenario

#: Columns that hold any line of a table.
_WIDE = 200


def list_scenarios() -> None:
    """List the shipped scenarios."""
    from rich.console import Console
    from rich.table import Column, Table

    from settlement.scenario import library

    table = Table(Column("#", justify="right"), "Scenario", "What it shows", box=None, pad_edge=False)
    for scenario in library():
        number, _, shows = scenario.title.partition(". ")
        table.add_row(number, scenario.scenario, shows)
    # What is not read on a terminal is read by lines.
    console = screen()
    (console if console.is_terminal else Console(width=_WIDE)).print(table)


def show(scenario: ScenarioArgument) -> None:
    """Print a scenario's file."""
    from settlement.scenario import scenario_text

    text, console = scenario_text(scenario), screen()
    if console.is_terminal:
        from rich.syntax import Syntax

        console.print(Syntax(text, "yaml", background_color="default"))
    else:
        print(text, end="")


def check(file: ScenarioArgument) -> None:
    """Check a scenario file and report every problem with its position."""
    from settlement.scenario import load_scenario

    scenario = load_scenario(file)
    print(f"{file}: fine ({', '.join(_counted(scenario))})")


def _counted(scenario: "Scenario") -> Iterator[str]:
    """How many of each thing a scenario has; what it has none of is left out."""
    for section in ("participants", "credits", "bills", "obligations", "flows", "deliveries", "actions"):
        number = len(getattr(scenario, section))
        if number:
            noun = section if number > 1 else section.removesuffix("s").replace("deliverie", "delivery")
            yield f"{number} {noun}"


def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from settlement.scenario import json_schema

    print(json.dumps(json_schema(), indent=2))


def clear_queue(
    queue: Annotated[
        str, typer.Argument(metavar="QUEUE", help="A queue in JSON or CSV; - reads standard input.")
    ],
    algorithm: Annotated[
        Algorithm,
        typer.Option(
            help="gross: one by one; fifo: at once, in each payer's order; "
            "bypass: at once, in any order; optimal: the greatest value of that."
        ),
    ] = Algorithm.FIFO,
    as_json: JsonOption = False,
) -> None:
    """Show what of a queue of obligations settles, without a chain."""
    from settlement.clearing import clear, read_queue
    from settlement.report.clearing import show_answer

    owed = read_queue(queue)
    answer = clear(owed, algorithm)
    if as_json:
        print(json.dumps(answer.to_json()))
    else:
        show_answer(screen(), owed, answer)
