"""The engine: carries a scenario through calendar time on a chain.

Time is SimPy's, in epoch seconds UTC. Each appointment of an actor is a SimPy process; when it
comes due the chain is advanced to it and the intent is sent through the contract's twin. A
refusal is an outcome that the actor is told of; anything else that fails ends the run.
"""

from collections.abc import Generator, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Protocol

import simpy

from settlement.chain.chain import Chain, Transaction
from settlement.chain.deployment import TIMELOCK, Deployment, deploy, open_backend
from settlement.domain.accounts import Holdings
from settlement.domain.errors import Refused, UserError
from settlement.domain.events import PrimaryWalletChanged
from settlement.domain.notes import Note
from settlement.domain.participants import Office, Role
from settlement.scenario import Scenario
from settlement.simulation.actors.actor import Actor, Wake
from settlement.simulation.actors.authorities import Authorities
from settlement.simulation.actors.counterparty import Counterparty
from settlement.simulation.actors.entity import Entity
from settlement.simulation.actors.examiner import Examiner
from settlement.simulation.actors.keeper import Keeper
from settlement.simulation.actors.outages import Outages
from settlement.simulation.cast import money_side
from settlement.simulation.clock import (
    CLOSE_OF_BUSINESS,
    SECONDS_PER_DAY,
    BankingCalendar,
    end_of,
    midnight,
)
from settlement.simulation.constitution import calendars_of, constitute, programme_of
from settlement.simulation.scripted import accounts_of, scripted
from settlement.simulation.streams import Diary, Stream

_ACTORS: dict[Role, type[Entity | Counterparty | Examiner]] = {
    Role.SETTLER: Entity,
    Role.COUNTERPARTY: Counterparty,
    Role.EXAMINER: Examiner,
}


class Recorder(Protocol):
    """Who is told what happens."""

    def record(self, transaction: Transaction) -> None:
        """A transaction was mined."""
        ...

    def note(self, note: Note) -> None:
        """An authority noted something beside the chain."""
        ...

    def close(self, day: date, at: int, holdings: Holdings) -> None:
        """A business day closed at ``at`` (epoch seconds); the chain then holds ``holdings``."""
        ...


def simulate(scenario: Scenario, seed: int, backend: str, recorder: Recorder) -> Deployment:
    """Run ``scenario`` on a fresh chain to its last day; returns the system as it then stands.

    Raises:
        UserError: there is no such backend, or the contracts refuse the scenario's set-up.
        BackendError: the chain misbehaves.
    """
    # The days before the first one are for deployment, registration, and the co-approver's delay.
    genesis = midnight(scenario.start) - SECONDS_PER_DAY - TIMELOCK
    chain = Chain(open_backend(backend, genesis, accounts_of(scenario)), Office.SUPERVISOR.value)
    chain.on_transaction = recorder.record
    system = deploy(chain)
    calendars = calendars_of(scenario)
    try:
        constitute(system, scenario, calendars)
    except Refused as refusal:
        raise UserError(f"the contracts refuse the scenario's set-up: {refusal}; correct it") from refusal
    home = calendars[scenario.regime.home]
    outages = Outages(Diary(home, Stream(seed, "outages")), scenario)
    actors = [*_actors(scenario, seed, calendars), outages]
    _Engine(system, scenario, actors, outages, recorder).run(home)
    return system


def _actors(scenario: Scenario, seed: int, calendars: Mapping[str, BankingCalendar]) -> list[Actor]:
    def diary(name: str, jurisdiction: str) -> Diary:
        return Diary(calendars[jurisdiction], Stream(seed, name))

    home = scenario.regime.home
    actors: list[Actor] = [Authorities(diary(Office.SUPERVISOR.value, home), scenario, scripted(scenario))]
    for participant in scenario.participants:
        for role, kind in _ACTORS.items():
            if participant.kind & role:
                own = diary(participant.id, participant.jurisdiction)
                actors.append(kind(participant.id, own, scenario))
        if participant.kind & Role.SETTLER and any(c.beneficiary == participant.id for c in scenario.credits):
            # An entity may sell too, where the programme has no domestic ban.
            seller = diary(f"{participant.id} as beneficiary", participant.jurisdiction)
            actors.append(Counterparty(participant.id, seller, scenario))
    actors += money_side(scenario, lambda name: Stream(seed, name), diary)
    keeper = Office.KEEPER.value
    return [*actors, Keeper(keeper, diary(keeper, home), programme_of(scenario).wind_down_end)]


class _Engine:
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
        self._outages = outages
        self._recorder = recorder
        # Present wallets of participants whose key was replaced.
        self._wallets: dict[str, str] = {}
        self._holdings: Holdings | None = None
        self._clock = simpy.Environment(initial_time=midnight(scenario.start))
        # From here on actors hear of what happens too; the eve was not theirs to react to.
        system.chain.on_transaction = self._on_transaction

    def run(self, home: BankingCalendar) -> None:
        """Run to the end of the scenario's last day."""
        for actor in self._actors:
            self._schedule(actor, actor.begin())
        self._clock.process(self._closes(home))
        self._clock.run(until=end_of(self._scenario.end))
        self._close(self._scenario.end, end_of(self._scenario.end))

    def _schedule(self, actor: Actor, wakes: Iterable[Wake | Note]) -> None:
        for wake in wakes:
            if isinstance(wake, Note):
                self._recorder.note(wake)
            else:
                self._clock.process(self._appointment(actor, wake))

    def _appointment(self, actor: Actor, wake: Wake) -> Generator[simpy.Event, Any, None]:
        yield self._clock.timeout(max(wake.at - self._clock.now, 0))
        # What several put off waits in the order in which it came due.
        while (able := self._outages.until(actor.account, int(self._clock.now))) > self._clock.now:
            yield self._clock.timeout(able - self._clock.now)
        intent = wake.decide()
        if isinstance(intent, Note):
            self._recorder.note(intent)
            return
        if intent is None:
            return
        backend = self._system.chain.backend
        # Transactions of one instant follow each other by a second each, and may run ahead of it.
        backend.advance_to(max(int(self._clock.now), backend.timestamp))
        try:
            account = self._wallets.get(intent.account, intent.account)
            intent.operation.perform(self._system, account)
        except Refused as refusal:
            actor.refused(wake, refusal.reason)

    def _on_transaction(self, transaction: Transaction) -> None:
        self._holdings = None
        self._recorder.record(transaction)
        for event in transaction.events:
            if isinstance(event, PrimaryWalletChanged):
                self._wallets[event.participant] = event.wallet
            for actor in self._actors:
                self._schedule(actor, actor.observe(event))

    def _closes(self, home: BankingCalendar) -> Generator[simpy.Event, Any, None]:
        last = self._scenario.end - timedelta(days=1)
        for day in home.open_days(self._scenario.start, last):
            at = home.local(midnight(day)) + CLOSE_OF_BUSINESS
            yield self._clock.timeout(at - self._clock.now)
            self._close(day, at)

    def _close(self, day: date, at: int) -> None:
        # Only a transaction changes what the chain holds, so it is asked once after the last one.
        if self._holdings is None:
            self._holdings = self._system.holdings(accounts_of(self._scenario))
        self._recorder.close(day, at, self._holdings)
