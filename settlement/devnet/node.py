"""A node with the regime of a scenario on its first second: whoever connects can act."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from settlement.chain.chain import Transaction
from settlement.chain.engines.anvil import Anvil, anvil
from settlement.devnet.directory import CHAIN_ID, Devnet, show_directory, show_snippet
from settlement.domain.errors import BackendError, Refused, UserError
from settlement.domain.events import TradeRegistered
from settlement.scenario import Scenario, load_scenario
from settlement.simulation.actors.authorities import opening
from settlement.simulation.clock import midnight
from settlement.simulation.constitution import calendars_of
from settlement.simulation.engine import found, genesis_of
from settlement.simulation.flows import expand


def set_up(console: Console, source: str, port: int, *, once: bool) -> None:
    """Start a node with the regime of a scenario on it, say what is there, and stay while the node does.

    The programme is active, participants are registered, screened clear and hold their SU, trades are
    registered; nobody has acted on them. ``port`` 0 is any; ``once`` ends when all is said, and has no
    program to paste, which would find no node.

    Raises:
        UserError: no such scenario, no anvil, the port is taken, or the contracts refuse the set-up.
        BackendError: the node does not come up, or ends by itself.
    """
    scenario = load_scenario(source)
    calendars = calendars_of(scenario)
    scenario = expand(scenario, scenario.seed, calendars)
    trades: list[TradeRegistered] = []
    with node_of(scenario, port) as node:
        seed = scenario.seed
        system = found(scenario, seed, calendars, node.url, lambda sent: trades.extend(trades_in(sent)))
        backend = system.chain.backend
        backend.advance_to(max(midnight(scenario.regime.start), backend.timestamp))
        try:
            for intent in opening(scenario):
                intent.operation.perform(system, intent.account)
        except Refused as refusal:
            raise UserError(f"the contracts refuse to open the regime: {refusal}; correct it") from refusal
        devnet = Devnet(scenario, system, trades)
        show_directory(console, devnet)
        if not once:
            show_snippet(console, devnet)
            stay(console, node)


@contextmanager
def node_of(scenario: Scenario, port: int) -> Iterator[Anvil]:
    """A node whose clock stands where the chain of the scenario begins, while the block lasts.

    Raises:
        UserError: no anvil is installed, or the port is taken.
        BackendError: it does not come up.
    """
    with anvil(genesis_time=genesis_of(scenario), chain_id=CHAIN_ID, port=port) as node:
        yield node


def stay(console: Console, node: Anvil) -> None:
    """Keep the node until somebody interrupts.

    Raises:
        BackendError: it ended by itself.
    """
    console.print(
        "The node stays up until Ctrl-C, its clock at the pace of real time; nothing of it is kept.",
        style="dim",
    )
    node.wait()
    raise BackendError(f"the node at {node.url} has ended, which nobody here asked for")


def trades_in(transaction: Transaction) -> Iterator[TradeRegistered]:
    """The trades that a transaction registered."""
    return (event for event in transaction.events if isinstance(event, TradeRegistered))
