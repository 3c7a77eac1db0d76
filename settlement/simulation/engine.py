"""The engine: carries a scenario through calendar time on a chain.

Time is SimPy's, in epoch seconds UTC. Each appointment of an actor is a SimPy process; when it
comes due the chain is advanced to it and the intent is sent through the contract's twin. A
refusal is an outcome that the actor is told of; anything else that fails ends the run.
"""

from collections.abc import Generator, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Protocol

import simpy

from settlement.chain.backends import open_backend
from settlement.chain.chain import Chain, Transaction
from settlement.chain.deployment import TIMELOCK, Deployment, deploy
from settlement.domain.errors import Refused, UserError
from settlement.domain.participants import Office, Role
from settlement.scenario import Scenario
from settlement.simulation.actors.actor import Actor, Wake
from settlement.simulation.actors.authorities import Authorities
from settlement.simulation.actors.counterparty import Counterparty
from settlement.simulation.actors.entity import Entity
from settlement.simulation.actors.examiner import Examiner
from settlement.simulation.actors.keeper import Keeper
from settlement.simulation.clock import (
    CLOSE_OF_BUSINESS,
    SECONDS_PER_DAY,
    BankingCalendar,
    end_of,
    midnight,
)
from settlement.simulation.constitution import calendars_of, constitute, programme_of
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

    def close(self, day: date, at: int, holdings: Mapping[str, int]) -> None:
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
    participants = [participant.id for participant in scenario.participants]
    chain = Chain(open_backend(backend, genesis, participants), Office.SUPERVISOR.value)
    chain.on_transaction = recorder.record
    system = deploy(chain)
    calendars = calendars_of(scenario)
    try:
        constitute(system, scenario, calendars)
    except Refused as refusal:
        raise UserError(f"the contracts refuse the scenario's set-up: {refusal}; correct it") from refusal
    _Engine(system, scenario, _actors(scenario, seed, calendars), recorder).run(
        calendars[scenario.regime.home]
    )
    return system


def _actors(scenario: Scenario, seed: int, calendars: Mapping[str, BankingCalendar]) -> list[Actor]:
    def diary(name: str, jurisdiction: str) -> Diary:
        return Diary(calendars[jurisdiction], Stream(seed, name))

    home = scenario.regime.home
    actors: list[Actor] = [Authorities(diary(Office.SUPERVISOR.value, home), scenario)]
    for participant in scenario.participants:
        kind = _ACTORS[participant.kind]
        actors.append(kind(participant.id, diary(participant.id, participant.jurisdiction), scenario))
        if participant.kind is Role.SETTLER and any(
            c.beneficiary == participant.id for c in scenario.credits
        ):
            # An entity may sell too, where the programme has no domestic ban.
            seller = diary(f"{participant.id} as beneficiary", participant.jurisdiction)
            actors.append(Counterparty(participant.id, seller, scenario))
    keeper = Office.KEEPER.value
    return [*actors, Keeper(keeper, diary(keeper, home), programme_of(scenario).wind_down_end)]


class _Engine:
    def __init__(
        self, system: Deployment, scenario: Scenario, actors: Iterable[Actor], recorder: Recorder
    ) -> None:
        self._system = system
        self._scenario = scenario
        self._actors = tuple(actors)
        self._recorder = recorder
        self._holdings: dict[str, int] | None = None
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

    def _schedule(self, actor: Actor, wakes: Iterable[Wake]) -> None:
        for wake in wakes:
            self._clock.process(self._appointment(actor, wake))

    def _appointment(self, actor: Actor, wake: Wake) -> Generator[simpy.Event, Any, None]:
        yield self._clock.timeout(max(wake.at - self._clock.now, 0))
        intent = wake.decide()
        if intent is None:
            return
        backend = self._system.chain.backend
        # Transactions of one instant follow each other by a second each, and may run ahead of it.
        backend.advance_to(max(int(self._clock.now), backend.timestamp))
        try:
            intent.operation.perform(self._system, intent.account)
        except Refused as refusal:
            actor.refused(wake, refusal.reason)

    def _on_transaction(self, transaction: Transaction) -> None:
        self._holdings = None
        self._recorder.record(transaction)
        for event in transaction.events:
            for actor in self._actors:
                self._schedule(actor, actor.observe(event))

    def _closes(self, home: BankingCalendar) -> Generator[simpy.Event, Any, None]:
        last = self._scenario.end - timedelta(days=1)
        for day in home.open_days(self._scenario.start, last):
            at = midnight(day) + CLOSE_OF_BUSINESS
            yield self._clock.timeout(at - self._clock.now)
            self._close(day, at)

    def _close(self, day: date, at: int) -> None:
        # Only a transaction changes what the chain holds, so it is asked once after the last one.
        if self._holdings is None:
            names = (participant.id for participant in self._scenario.participants)
            self._holdings = self._system.holdings(names)
        self._recorder.close(day, at, self._holdings)
