"""The engine: carries a scenario through calendar time on a chain.

Time is in epoch seconds UTC. When an appointment of an actor comes due the chain is advanced to it and the
intent is sent through the contract's twin. A refusal is an outcome that the actor is told of; anything else
that fails ends the run. A trade comes up on the morning of the day on which it begins, and is let go of once
it has ended: a run keeps what is under way.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Protocol

from settlement.chain.chain import Transaction
from settlement.chain.deployment import TIMELOCK, Deployment
from settlement.chain.deployments import Deployments, deployed
from settlement.domain.accounts import Holdings
from settlement.domain.baseline import Passage
from settlement.domain.errors import Refused, UserError
from settlement.domain.events import PrimaryWalletChanged
from settlement.domain.notes import Note
from settlement.domain.participants import Office
from settlement.scenario import Obligation, Scenario
from settlement.simulation.actors.actor import Actor, Register, Wake
from settlement.simulation.actors.authorities import Authorities
from settlement.simulation.actors.bills import BillKeeper
from settlement.simulation.actors.compliance import Compliance
from settlement.simulation.actors.keeper import Keeper
from settlement.simulation.actors.outages import Outages
from settlement.simulation.actors.parts import parts_of
from settlement.simulation.actors.supervision import Supervision
from settlement.simulation.audience import Audience
from settlement.simulation.cast import money_side
from settlement.simulation.clock import (
    CLOSE_OF_BUSINESS,
    SECONDS_PER_DAY,
    BankingCalendar,
    end_of,
    midnight,
)
from settlement.simulation.constitution import calendars_of, constitute, programme_of
from settlement.simulation.correspondent import passages
from settlement.simulation.flow_trades import Trade
from settlement.simulation.flows import Trades
from settlement.simulation.inventory import Inventory
from settlement.simulation.scripted import accounts_of, insolvencies_of, scripted
from settlement.simulation.streams import Diary, Stream


class Recorder(Protocol):
    """Who is told what happens."""

    def begin(self, system: Deployment) -> None:
        """The regime is constituted, and the scenario's first day begins."""
        ...

    def before(self, at: int) -> None:
        """An actor is about to act at ``at`` (epoch seconds); the run waits for this to return."""
        ...

    def record(self, transaction: Transaction) -> None:
        """A transaction was mined."""
        ...

    def note(self, note: Note) -> None:
        """An authority noted something beside the chain."""
        ...

    def close(self, day: date, at: int, holdings: Holdings) -> None:
        """A business day closed at ``at`` (epoch seconds); the chain then holds ``holdings``."""
        ...

    def count_days(self, days: Iterable[tuple[date, int]]) -> None:
        """What counts as a banking day at home, and the moment (epoch seconds) at which each begins."""
        ...

    def compare(self, passages: Iterable[Passage]) -> None:
        """The same trades went through correspondent banks, off the chain and after its run."""
        ...


def simulate(
    scenario: Scenario,
    seed: int,
    backend: str,
    recorder: Recorder,
    *,
    attach: bool = False,
    kept: Deployments | None = None,
) -> Deployment:
    """Run ``scenario`` to its last day; returns the system as it then stands.

    The chain is a fresh one, unless ``kept`` has it already; ``attach`` allows for a node with another
    deployment, which is left alone.

    Raises:
        UserError: there is no such backend, or the contracts refuse the scenario's set-up.
        BackendError: the chain misbehaves.
    """
    calendars = calendars_of(scenario)
    system = found(scenario, seed, calendars, backend, recorder.record, attach=attach, kept=kept)
    recorder.begin(system)
    home = calendars[scenario.regime.home]
    recorder.count_days((day, home.local(midnight(day))) for day in home.open_days(home.first, home.last))
    outages = Outages(Diary(home, Stream(seed, "outages")), scenario)
    actors = [*_actors(scenario, seed, calendars), outages]
    _Engine(system, scenario, actors, outages, recorder).run(home, Trades(scenario, seed, calendars))
    recorder.compare(passages(scenario, seed, calendars))
    return system


def genesis_of(scenario: Scenario) -> int:
    """When the chain of a scenario begins, epoch seconds.

    The days before the first one are for deployment, registration, and the co-approver's delay.
    """
    return midnight(scenario.start) - SECONDS_PER_DAY - TIMELOCK


def found(
    scenario: Scenario,
    seed: int,
    calendars: Mapping[str, BankingCalendar],
    backend: str,
    on_transaction: Callable[[Transaction], None],
    *,
    attach: bool = False,
    kept: Deployments | None = None,
) -> Deployment:
    """Deploy the contracts and constitute the regime of ``scenario``.

    Raises:
        UserError: there is no such backend, or the contracts refuse the scenario's set-up.
        BackendError: the chain misbehaves.
    """
    ground = backend, genesis_of(scenario), accounts_of(scenario), on_transaction
    system = kept.deployed(*ground) if kept else deployed(*ground, attach=attach)
    try:
        constitute(system, scenario, seed, calendars)
    except Refused as refusal:
        raise UserError(f"the contracts refuse the scenario's set-up: {refusal}; correct it") from refusal
    return system


def _actors(scenario: Scenario, seed: int, calendars: Mapping[str, BankingCalendar]) -> list[Actor]:
    home = calendars[scenario.regime.home]

    def office(name: str) -> Diary:
        return Diary(home, Stream(seed, name))

    actors: list[Actor] = [
        Authorities(office(Office.SUPERVISOR.value), scenario, scripted(scenario)),
        Supervision(office("supervision"), scenario),
        Compliance(office(Office.COMPLIANCE.value), scenario),
    ]
    insolvent = insolvencies_of(scenario)
    for participant in scenario.participants:
        calendar = calendars[participant.jurisdiction]
        for kind, stream in parts_of(participant, scenario):
            actors.append(kind(participant.id, Diary(calendar, Stream(seed, stream)), scenario))
    actors += money_side(
        scenario,
        lambda name: Stream(seed, name),
        lambda name, place: Diary(calendars[place], Stream(seed, name)),
    )
    for actor in actors:
        actor.until = insolvent.get(actor.account)
    keeper, wind_down_end = Office.KEEPER.value, programme_of(scenario).wind_down_end
    return [*actors, Keeper(keeper, office(keeper), wind_down_end), BillKeeper(keeper, office("bills"))]


class _Engine:
    """The one loop of a run.

    Of appointments of one moment mornings come first, then those known since the run or the day began, actor
    by actor, then the others as they were made.
    """

    def __init__(
        self,
        system: Deployment,
        scenario: Scenario,
        actors: Iterable[Actor],
        outages: Outages,
        recorder: Recorder,
    ) -> None:
        self._system = system
        self._scenario = scenario
        self._actors = tuple(actors)
        self._audience = Audience(self._actors)
        self._register = Register()
        for actor in self._actors:
            actor.register = self._register
        self._now, self._end = midnight(scenario.start), end_of(scenario.end)
        self._outages = outages
        self._recorder = recorder
        # Present wallets of participants whose key was replaced.
        self._wallets: dict[str, str] = {}
        self._inventory = Inventory(system, accounts_of(scenario))
        #: A heap: time, rank and number of each appointment, and whose it is; None for the engine's own.
        self._agenda: list[tuple[int, int, int, Actor | None, Wake]] = []
        self._count = count()
        self._last = len(self._actors)
        # From here on actors hear of what happens too; the eve was not theirs to react to.
        system.chain.on_transaction = self._on_transaction

    def run(self, home: BankingCalendar, trades: Trades) -> None:
        """Run to the end of the scenario's last day."""
        for rank, actor in enumerate(self._actors):
            self._schedule(actor, actor.begin(), rank)
        self._take_up(trades.written())
        self._go_on(self._mornings(trades), -1)
        self._go_on(self._closes(home), self._last)
        while self._agenda and self._agenda[0][0] < self._end:
            self._now, _, _, whose, wake = heappop(self._agenda)
            if whose is None:
                wake.decide()
            elif whose.until is None or self._now < whose.until:
                self._act(whose, wake)
        self._recorder.close(self._scenario.end, self._end, self._inventory.whole())

    def _schedule(self, actor: Actor, wakes: Iterable[Wake | Note], rank: int | None = None) -> None:
        for wake in wakes:
            if isinstance(wake, Note):
                self._recorder.note(wake)
            elif wake.at < self._end:
                self._put(actor, wake, self._last if rank is None else rank)

    def _put(self, actor: Actor | None, wake: Wake, rank: int) -> None:
        heappush(self._agenda, (max(wake.at, self._now), rank, next(self._count), actor, wake))

    def _act(self, actor: Actor, wake: Wake) -> None:
        # What several put off waits in the order in which it came due.
        able = self._outages.back(actor.account, self._now)
        if able > self._now:
            self._put(None, Wake(able, partial(self._act, actor, wake)), self._last)
            return
        intent = wake.decide()
        if isinstance(intent, Note):
            self._recorder.note(intent)
            return
        if intent is None:
            return
        backend = self._system.chain.backend
        # Transactions of one instant follow each other by a second each, and may run ahead of it.
        at = max(self._now, backend.timestamp)
        self._recorder.before(at)
        backend.advance_to(at)
        try:
            account = self._wallets.get(intent.account, intent.account)
            intent.operation.perform(self._system, account)
        except Refused as refusal:
            self._schedule(actor, actor.refused(wake, refusal.reason, backend.timestamp))

    def _on_transaction(self, transaction: Transaction) -> None:
        self._recorder.record(transaction)
        for event in transaction.events:
            if isinstance(event, PrimaryWalletChanged):
                self._wallets[event.participant] = event.wallet
            self._inventory.observe(event)
            ended = self._register.observe(event)
            for actor in self._audience.of(event):
                self._schedule(actor, actor.observe(event))
            if ended is not None:
                for actor in self._audience.dismiss(ended):
                    actor.let_go(ended)

    def _take_up(self, trades: Iterable[Trade]) -> None:
        begun = list(trades)
        for trade in begun:
            if not isinstance(trade, Obligation):
                self._register.enter(trade)
        for trade in begun:
            for rank, actor in self._audience.enrol(trade):
                self._schedule(actor, actor.take_up(trade), rank)

    def _go_on(self, steps: Iterator[int], rank: int) -> None:
        """Take the next step of the engine's own at the time that comes of ``steps``, and so on."""
        at = next(steps, None)
        if at is not None:
            self._put(None, Wake(at, partial(self._go_on, steps, rank)), rank)

    def _mornings(self, trades: Trades) -> Iterator[int]:
        for at, begun in trades.mornings():
            yield at
            self._take_up(begun)

    def _closes(self, home: BankingCalendar) -> Iterator[int]:
        last = self._scenario.end - timedelta(days=1)
        for day in home.open_days(self._scenario.start, last):
            at = home.local(midnight(day)) + CLOSE_OF_BUSINESS
            yield at
            self._recorder.close(day, at, self._inventory.present())
