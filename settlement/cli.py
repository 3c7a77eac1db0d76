"""The ``settlement`` command.

Exit codes: 0 fine; 1 an expectation failed; 2 the user's mistake; 3 an invariant broke or a
backend failed; 130 interrupted.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Column, Table

from settlement.chain.backends import BACKENDS, DEFAULT_BACKEND, is_node, require_backend
from settlement.clearing import Algorithm, clear, read_queue
from settlement.domain.errors import SettlementError, UserError
from settlement.interruption import INTERRUPTED, TOLD
from settlement.ledger.folder import default_folder
from settlement.ledger.sweep_folder import MANIFEST
from settlement.library import run_library
from settlement.progress import days_of, interrupt, interrupted, runs_into, unless_interrupted
from settlement.report.clearing import show_answer
from settlement.report.exports import FORMATS, export_run
from settlement.report.measures import open_run
from settlement.report.terminal import show_run
from settlement.run import run_scenario
from settlement.scenario import (
    Scenario,
    beside,
    json_schema,
    library,
    load_scenario,
    parse_scenario,
    scenario_text,
)
from settlement.usage import UsageError, usage_fault

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Simulate the settlement of foreign trade under a time-boxed legal regime.",
)

_out = Console(markup=False, emoji=False, highlight=False)

#: Columns that hold any line of a table.
_WIDE = 200

#: Whose regime a development node has where none is named.
_DEVNET = "baseline-bilateral"

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


@app.command()
def run(
    scenario: Annotated[
        str | None, typer.Argument(metavar="SCENARIO", help="A shipped name, or a path to a YAML file.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Run every shipped scenario instead.")] = False,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**63 - 1, help="Replaces the scenario's own seed.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The run folder to make; with --all, where. [default: runs/SCENARIO-seedN]"),
    ] = None,
    evm: EvmOption = DEFAULT_BACKEND,
    attach: Annotated[
        bool,
        typer.Option("--attach", help="Run on a node that holds other deployments; they are left alone."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Run a scenario and show what came of it."""
    require_backend(evm, attach=attach)
    if every:
        if scenario is not None or as_json:
            raise UserError(
                "--all runs every shipped scenario; expected no SCENARIO and no --json; remove it"
            )
        if is_node(evm):
            raise UserError(
                f"--all needs a fresh chain for each scenario; expected one of {', '.join(BACKENDS)} and not"
                f" {evm}; choose one, or run one scenario"
            )
        raise typer.Exit(_run_all(out, seed, evm))
    if scenario is None:
        raise UserError("nothing to run; expected SCENARIO or --all; see `settlement list`")
    text = scenario_text(scenario)
    loaded = parse_scenario(text, scenario, beside(scenario))
    folder = out or default_folder(loaded.scenario, loaded.seed if seed is None else seed)
    with days_of(loaded) as progress:
        outcome = run_scenario(loaded, text, folder, seed=seed, backend=evm, attach=attach, progress=progress)
    if as_json:
        print(json.dumps(outcome.to_json()))
    else:
        with open_run(folder) as stored:
            show_run(_out, stored)
    if not outcome.ok:
        raise typer.Exit(1)


def _run_all(out: Path | None, seed: int | None, evm: str) -> int:
    """A line for each shipped scenario; the exit code is that of the worst of them."""
    code = count = failed = 0
    for done in run_library(out=out, seed=seed, backend=evm):
        count, failed = count + 1, failed + (not done.ok)
        figures = f"{done.seconds:8.1f} s {done.trades:7,} trades {done.transactions:8,} transactions"
        mark, name = "✓" if done.ok else "✗", done.title.partition(".")[0]
        print(f"{mark} {name:>3} {done.scenario:24} {figures}", flush=True)
        if done.broken:
            print(f"       {done.broken}", flush=True)
        code = max(code, 3 if done.broken else int(not done.ok))
    print(f"{count - failed} of {count} scenarios ended as they expect")
    return code


@app.command()
def sweep(
    scenario: ScenarioArgument,
    out: Annotated[Path, typer.Option(help="The sweep folder to make, or to go on with.")],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH=VALUES",
            help="A place of the file and its values: a comma list, or low..high/count. Several make a grid.",
        ),
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Replications of each point of the grid.")] = 1,
    seed: Annotated[
        int | None,
        typer.Option(min=0, max=2**63 - 1, help="Their seeds derive from it. [default: the scenario's own]"),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes to run in. [default: one for each CPU]")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Run on this Dask cluster: tcp://HOST:PORT.")
    ] = None,
    evm: EvmOption = DEFAULT_BACKEND,
) -> None:
    """Run a scenario over a grid of parameters and seeds; the same command goes on where it stopped."""
    from settlement.report.sweeps.stored import open_sweep
    from settlement.report.sweeps.terminal import show_sweep
    from settlement.sweep import plan_sweep, run_sweep

    require_backend(evm)
    if scheduler is not None and jobs is not None:
        raise UserError("--jobs counts processes of this machine; expected it or --scheduler; remove one")
    pairs = [_pair(text) for text in vary or ()]
    text, profiles = scenario_text(scenario), beside(scenario)
    plan = plan_sweep(text, scenario, profiles, pairs, seeds=seeds, seed=seed, evm=evm)
    workers = jobs or os.cpu_count() or 1
    with runs_into(out) as progress:
        run_sweep(plan, out, jobs=workers, scheduler=scheduler, progress=progress)
    with open_sweep(out) as stored:
        show_sweep(_out, stored)
        tally = stored.tally()
    if tally.broken or tally.not_as_expected:
        raise typer.Exit(3 if tally.broken else 1)


def _pair(text: str) -> tuple[str, str]:
    path, equals, values = text.partition("=")
    if not equals:
        raise UserError(f"--vary {text}: no values; expected PATH=VALUES; write a path, = and its values")
    return path.strip(), values


@app.command("list")
def list_scenarios() -> None:
    """List the shipped scenarios."""
    table = Table(Column("#", justify="right"), "Scenario", "What it shows", box=None, pad_edge=False)
    for scenario in library():
        number, _, shows = scenario.title.partition(". ")
        table.add_row(number, scenario.scenario, shows)
    # What is not read on a terminal is read by lines.
    (_out if _out.is_terminal else Console(width=_WIDE)).print(table)


@app.command()
def show(scenario: ScenarioArgument) -> None:
    """Print a scenario's file."""
    text = scenario_text(scenario)
    if _out.is_terminal:
        _out.print(Syntax(text, "yaml", background_color="default"))
    else:
        print(text, end="")


@app.command()
def check(file: ScenarioArgument) -> None:
    """Check a scenario file and report every problem with its position."""
    scenario = load_scenario(file)
    print(f"{file}: fine ({', '.join(_counted(scenario))})")


def _counted(scenario: Scenario) -> Iterator[str]:
    """How many of each thing a scenario has; what it has none of is left out."""
    for section in ("participants", "credits", "bills", "obligations", "flows", "deliveries", "actions"):
        number = len(getattr(scenario, section))
        if number:
            noun = section if number > 1 else section.removesuffix("s").replace("deliverie", "delivery")
            yield f"{number} {noun}"


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    print(json.dumps(json_schema(), indent=2))


RunArgument = Annotated[Path, typer.Argument(metavar="RUN_DIR", help="What `settlement run` left.")]
MeasureOption = Annotated[
    list[str] | None,
    typer.Option("--measure", metavar="NAME", help="Of a sweep: a measure, or MEASURE.KEY, to show."),
]
HtmlOption = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write one self-contained page to a new file instead."),
]


@app.command()
def report(
    run_dir: Annotated[
        Path, typer.Argument(metavar="DIR", help="What `settlement run` or `settlement sweep` left.")
    ],
    html: HtmlOption = None,
    measure: MeasureOption = None,
) -> None:
    """Show a stored run or sweep again, without a chain."""
    # What draws pages is loaded only where one is asked for.
    from settlement.report.page import render_page, save_page

    if (run_dir / MANIFEST).exists():
        _report_sweep(run_dir, html, measure or ())
        return
    if measure:
        raise UserError("--measure chooses the figures of a sweep; expected a sweep folder; leave it out")
    with open_run(run_dir) as stored:
        if html is None:
            show_run(_out, stored)
        else:
            save_page(html, render_page(stored))
            print(html)


def _report_sweep(folder: Path, html: Path | None, names: Sequence[str]) -> None:
    from settlement.report.page import save_page
    from settlement.report.sweeps.page import render_sweep
    from settlement.report.sweeps.stored import open_sweep
    from settlement.report.sweeps.terminal import show_sweep

    with open_sweep(folder) as stored:
        if html is None:
            show_sweep(_out, stored, names)
        else:
            save_page(html, render_sweep(stored, names))
            print(html)


@app.command()
def export(
    run_dir: RunArgument,
    form: Annotated[str, typer.Option("--format", metavar="|".join(FORMATS), help="What to write.")],
    out: Annotated[Path, typer.Option(help="The folder to make.")],
) -> None:
    """Write a stored run for other tools."""
    with open_run(run_dir) as stored:
        wrote = export_run(stored, form, out)
    print(f"{out}: {wrote}")


@app.command()
def compare(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="What `settlement run` left.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="Another one.")],
    html: HtmlOption = None,
) -> None:
    """Show what differs between two stored runs."""
    from settlement.report.comparison import Comparison, render_comparison, show_comparison
    from settlement.report.page import save_page

    with open_run(run_a) as first, open_run(run_b) as second:
        comparison = Comparison(first, second)
        if html is None:
            show_comparison(_out, comparison)
        else:
            save_page(html, render_comparison(comparison))
            print(html)


@app.command("clear")
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
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Show what of a queue of obligations settles, without a chain."""
    owed = read_queue(queue)
    answer = clear(owed, algorithm)
    if as_json:
        print(json.dumps(answer.to_json()))
    else:
        show_answer(_out, owed, answer)


@app.command()
def devnet(
    scenario: Annotated[
        str | None,
        typer.Argument(metavar="SCENARIO", help=f"Whose regime to set up; {_DEVNET} where none is named."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0 is any free port.")] = 8545,
    play: Annotated[
        str | None, typer.Option(metavar="SCENARIO", help="Run a scenario there, told as it happens.")
    ] = None,
    speed: Annotated[
        str | None,
        typer.Option(help="Simulated to real time, such as 3600x, or max; 60x where left out."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The run folder to make, as `settlement run` does.")
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="End when all is said, instead of staying up.")
    ] = False,
) -> None:
    """Start a development node (anvil) with the regime on it; it ends with this command."""
    from settlement.devnet import play as play_there
    from settlement.devnet import set_up

    if play is None:
        if speed is not None or out is not None:
            raise UserError(
                "--speed and --out are of a play; expected --play SCENARIO; add it, or remove them"
            )
        set_up(_out, scenario or _DEVNET, port, once=once)
        return
    if scenario is not None:
        raise UserError(f"{scenario}: a play brings its own regime; expected --play alone; remove it")
    pace = speed or "60x"
    if not play_there(_out, play, port, speed=pace, out=out, once=once, progress=unless_interrupted):
        raise typer.Exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"settlement {metadata.version('settlement')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> NoReturn:
    """Run the command and turn errors into exit codes."""
    interrupted.clear()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    # A terminal that closes is an interruption too, but for whom nohup has it ignored.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, interrupt)
    if hasattr(signal, "SIGPIPE"):  # a reader that has seen enough (head) ends us as it ends other tools
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        code = app(sys.argv[1:] or ["--help"], prog_name="settlement", standalone_mode=False)
        # The parser turns an interruption into this code.
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        sys.exit(code)
    except KeyboardInterrupt:
        if sys.stderr.isatty():  # which has shown ^C
            print(file=sys.stderr)
        _fail(TOLD, INTERRUPTED)
    except UsageError as error:
        _fail(usage_fault(error), 2)
    except UserError as error:
        _fail(str(error), 2)
    except SettlementError as error:
        _fail("\n".join([str(error), *getattr(error, "__notes__", ())]), 3)
    except Exception:
        if interrupted.is_set():  # the database turns an interruption into an error of its own
            _fail(TOLD, INTERRUPTED)
        traceback.print_exc()
        _fail("this is a bug of ours; the traceback above says where", 3)


def _fail(message: str, code: int) -> NoReturn:
    print(message, file=sys.stderr)
    sys.exit(code)
