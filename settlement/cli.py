"""The ``settlement`` command.

Exit codes: 0 fine; 1 an expectation failed; 2 the user's mistake; 3 an invariant broke or a
backend failed; 130 interrupted.
"""

import signal
import sys
import traceback
from typing import Annotated, NoReturn

import typer

from settlement.commands import reading, running, scenarios
from settlement.domain.errors import SettlementError, UserError
from settlement.interruption import INTERRUPTED, TOLD, interrupt, interrupted
from settlement.usage import UsageError, usage_fault

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Simulate the settlement of foreign trade under a time-boxed legal regime.",
)

app.command()(running.run)
app.command()(running.sweep)
app.command("list")(scenarios.list_scenarios)
app.command()(scenarios.show)
app.command()(scenarios.check)
app.command()(scenarios.schema)
app.command()(reading.report)
app.command()(reading.export)
app.command()(reading.compare)
app.command("clear")(scenarios.clear_queue)
app.command()(running.devnet)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

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
