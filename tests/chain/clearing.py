"""What tests of clearing share: entering by name, a market of any members, and netting written in Python."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from settlement.chain.chain import Chain, Transaction
from settlement.chain.deployment import deploy
from settlement.chain.engines.backends import open_backend
from settlement.domain.participants import LicenceStatus, Office, Role, Screening
from settlement.domain.programme import Corridor, Programme
from tests.world import (
    CHAPTER,
    COMPLIANCE,
    CORRIDORS,
    DAY,
    EVM,
    GENESIS,
    PLENTY,
    RAMP,
    START,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
    agree,
    profile,
)

CLEARING = Office.CLEARING.value


class Owed(NamedTuple):
    """An obligation to enter; the smaller priority goes first."""

    payer: str
    payee: str
    amount: int
    priority: int = 0


#: Four that owe each other as much, around.
RING = (Owed("B", "S", 50), Owed("S", "C", 50), Owed("C", "T", 50), Owed("T", "B", 50))


def enter(world: World, owed: Owed, trade: str | None = None, life: int = 10 * DAY) -> int:
    """Enter an obligation; returns its number."""
    house = world.system.clearing
    number = trade or world.trade(owed.payer, owed.payee)
    house.enter(owed.payer, owed.payee, owed.amount, number, world.now + life, owed.priority)
    return house.obligations()


def balances(world: World, members: Iterable[str]) -> dict[str, int]:
    """What members hold, minor units."""
    return {member: world.system.token.balance_of(member) for member in members}


def suspend_licence(world: World, member: str) -> None:
    world.system.participants.set_licence(SUPERVISOR, member, LicenceStatus.SUSPENDED, WIND_DOWN_END)


def restore_licence(world: World, member: str) -> None:
    world.system.participants.set_licence(SUPERVISOR, member, LicenceStatus.ACTIVE, WIND_DOWN_END)


# Netting, apart from the contract and as plainly as can be


def nets(obligations: Iterable[Owed]) -> dict[str, int]:
    """Net position of everybody who owes or is owed."""
    net: dict[str, int] = {}
    for payer, payee, amount, _ in obligations:
        net[payer] = net.get(payer, 0) - amount
        net[payee] = net.get(payee, 0) + amount
    return net


def places(queue: Mapping[int, Owed], payer: str) -> list[int]:
    """Numbers of a payer's obligations in the order of its queue."""
    mine = [number for number, owed in queue.items() if owed.payer == payer]
    return sorted(mine, key=lambda number: (queue[number].priority, number))


def is_front(queue: Mapping[int, Owed], chosen: Sequence[int]) -> bool:
    """Whether what is chosen of every payer is the front of its queue."""
    payers = {owed.payer for owed in queue.values()}
    fronts = ((places(queue, payer), {n for n in chosen if queue[n].payer == payer}) for payer in payers)
    return all(set(order[: len(mine)]) == mine for order, mine in fronts)


def is_covered(queue: Mapping[int, Owed], chosen: Sequence[int], held: Mapping[str, int]) -> bool:
    """Whether nobody ends below zero."""
    return all(held[member] + net >= 0 for member, net in nets(queue[n] for n in chosen).items())


def fifo(queue: Mapping[int, Owed], held: Mapping[str, int]) -> list[int]:
    """The largest set in the queues' order: the last of whoever is in deficit is dropped until nobody is."""
    chosen = set(queue)
    while True:
        net = nets(queue[number] for number in chosen)
        short = next((member for member in net if held[member] + net[member] < 0), None)
        if short is None:
            return sorted(chosen)
        chosen.remove(next(number for number in reversed(places(queue, short)) if number in chosen))


# A market


@dataclass
class Market(World):
    """A regime in which any members owe each other; trades are registered when they are needed."""

    opened: set[str] = field(default_factory=set)

    def trade(self, one: str, other: str) -> str:
        """Number of the trade between two members, registered now if there is none; entities come first."""
        number = "-".join(sorted((one, other)))
        if number not in self.opened:
            entity, counterparty = sorted((one, other))
            register = self.system.trades
            register.register("K", number, entity, counterparty, PLENTY, WIND_DOWN_END, CHAPTER)
            register.record_travel(entity, number, sha256(number.encode()).digest())
            self.opened.add(number)
        return number

    def endow(self, holdings: Mapping[str, int]) -> None:
        """Issue SU to entities."""
        for name, amount in holdings.items():
            if amount:
                self.system.ramp.issue(RAMP, name, amount, f"opening {name}")

    def give(self, giver: str, member: str, amount: int) -> None:
        """Let an entity pay a trader abroad directly."""
        self.system.trades.designate(giver, self.trade(giver, member))
        self.system.token.transfer(giver, member, amount)

    def enter_all(self, queue: Iterable[Owed]) -> dict[int, Owed]:
        """Enter a queue; returns it by number."""
        return {enter(self, owed): owed for owed in queue}


def build_market(programme: Programme, holdings: Mapping[str, int], abroad: Sequence[str] = ()) -> Market:
    """An active regime in which entities hold ``holdings`` minor units of SU; ``abroad`` hold nothing."""
    transactions: list[Transaction] = []
    chain = Chain(open_backend(EVM, GENESIS, ["K", *holdings, *abroad]), SUPERVISOR)
    chain.on_transaction = transactions.append
    system = deploy(chain)
    system.participants.publish_list(COMPLIANCE, 1, sha256(b"list 1").digest())
    cast = {"K": profile(Role.BANK, "XH")}
    cast |= {name: profile(Role.SETTLER, "XH", sponsor="K") for name in holdings}
    cast |= {name: profile(Role.COUNTERPARTY, "XF") for name in abroad}
    for name, terms in cast.items():
        system.participants.register(SUPERVISOR, name, terms)
        system.participants.set_screening(COMPLIANCE, name, Screening.CLEAR)
    corridors: Sequence[Corridor] = CORRIDORS
    agree(system, programme, corridors)
    chain.backend.advance_to(START)
    system.regime.activate(SUPERVISOR)
    market = Market(system, transactions)
    market.endow(holdings)
    return market
