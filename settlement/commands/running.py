"""Commands that run something: a scenario, the whole library, a sweep, a node."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from settlement.chain.engines.backends import BACKENDS, DEFAULT_BACKEND, engine_of, is_node, require_backend
from settlement.commands.options import EvmOption, JsonOption, ScenarioArgument, screen
from settlement.domain.errors import UserError

if TYPE_CHECKING:
    from settlement.outcome import Outcome

#: Whose regime a development node has where none is named.
_DEVNET = "baseline-bilateral"


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
        typer.Option(help="The run folder to make; with --all, where.", show_default="runs/SCENARIO-seedN"),
    ] = None,
    evm: EvmOption = DEFAULT_BACKEND,
    attach: Annotated[
        bool,
        typer.Option("--attach", help="Run on a node that holds other deployments; they are left alone."),
    ] = False,
    as_json: JsonOption = False,
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
    outcome, folder = _run_one(scenario, out, seed, evm, attach=attach)
    if as_json:
        print(json.dumps(outcome.to_json()))
    else:
        _show(folder)
    if not outcome.ok:
        raise typer.Exit(1)


def _run_one(
    scenario: str, out: Path | None, seed: int | None, evm: str, *, attach: bool
) -> "tuple[Outcome, Path]":
    """Run one scenario; what came of it, and where."""
    from settlement.ledger.folder import default_folder
    from settlement.progress import days_of
    from settlement.run import run_scenario
    from settlement.scenario import beside, parse_scenario, scenario_text

    text = scenario_text(scenario)
    loaded = parse_scenario(text, scenario, beside(scenario))
    folder = out or default_folder(loaded.scenario, loaded.seed if seed is None else seed)
    with days_of(loaded) as progress:
        outcome = run_scenario(loaded, text, folder, seed=seed, backend=evm, attach=attach, progress=progress)
    return outcome, folder


def _show(folder: Path) -> None:
    from settlement.report.stored import open_run
    from settlement.report.terminal import show_run

    with open_run(folder) as stored:
        show_run(screen(), stored)


def _run_all(out: Path | None, seed: int | None, evm: str) -> int:
    """A line for each shipped scenario; the exit code is that of the worst of them."""
    from settlement.library import run_library

    code = count = failed = 0
    for done in run_library(out=out, seed=seed, backend=evm):
        count, failed = count + 1, failed + (not done.ok)
        figures = f"{done.seconds:8.1f} s {done.trades:7,} trades {done.transactions:8,} transactions"
        mark, name = "✓" if done.ok else "✗", done.title.partition(".")[0]
        print(f"{mark} {name:>3} {done.scenario:24} {figures}", flush=True)
        if done.broken:
            print(f"       {done.broken}", flush=True)
        code = max(code, 3 if done.broken else int(not done.ok))
    print(f"{count - failed} of {count} scenarios ended as they expect, on {engine_of(evm)}")
    return code


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
        typer.Option(
            min=0, max=2**63 - 1, help="Their seeds derive from it.", show_default="the scenario's own"
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes to run in.", show_default="one for each CPU")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Run on this Dask cluster: tcp://HOST:PORT.")
    ] = None,
    evm: EvmOption = DEFAULT_BACKEND,
) -> None:
    """Run a scenario over a grid of parameters and seeds; the same command goes on where it stopped."""
    from settlement.progress import runs_into
    from settlement.report.sweeps.stored import open_sweep
    from settlement.report.sweeps.terminal import show_sweep
    from settlement.scenario import beside, scenario_text
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
        show_sweep(screen(), stored)
        tally = stored.tally()
    if tally.broken or tally.not_as_expected:
        raise typer.Exit(3 if tally.broken else 1)


def _pair(text: str) -> tuple[str, str]:
    path, equals, values = text.partition("=")
    if not equals:
        raise UserError(f"--vary {text}: no values; expected PATH=VALUES; write a path, = and its values")
    return path.strip(), values


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
    from settlement.interruption import unless_interrupted

    if play is None:
        if speed is not None or out is not None:
            raise UserError(
                "--speed and --out are of a play; expected --play SCENARIO; add it, or remove them"
            )
        set_up(screen(), scenario or _DEVNET, port, once=once)
        return
    if scenario is not None:
        raise UserError(f"{scenario}: a play brings its own regime; expected --play alone; remove it")
    pace = speed or "60x"
    told = screen()
    if not play_there(told, play, port, speed=pace, out=out, once=once, progress=unless_interrupted):
        raise typer.Exit(1)
