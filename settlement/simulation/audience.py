"""Who is told of an event: most actors have to do with few kinds of events, and with few trades."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from settlement.domain.events import Event
from settlement.scenario import Obligation
from settlement.simulation.actors.actor import ACTS, Actor
from settlement.simulation.flow_trades import Trade, parties_of


class Audience:
    """Actors by the kinds of events that they hear and, where they play parts in trades, by trade."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        self._actors = tuple(actors)
        self._hears = [frozenset(actor.hears) for actor in self._actors]
        everybody: defaultdict[type[Event], list[int]] = defaultdict(list)
        watchers: defaultdict[type[Event], list[int]] = defaultdict(list)
        players: defaultdict[str, list[int]] = defaultdict(list)
        for number, actor in enumerate(self._actors):
            for kind in self._hears[number].union(ACTS):
                everybody[kind].append(number)
                if not actor.plays:
                    watchers[kind].append(number)
            if actor.plays:
                players[actor.account].append(number)
        self._everybody, self._watchers, self._players = everybody, watchers, players
        self._parties: dict[str, tuple[int, ...]] = {}

    def enrol(self, trade: Trade) -> Iterator[tuple[int, Actor]]:
        """Those who play a part in a trade, each with its place among all; they are told of it henceforth."""
        able = {number for name in parties_of(trade) for number in self._players.get(name, ())}
        numbers = tuple(number for number in sorted(able) if self._actors[number].plays_in(trade))
        # What becomes of an obligation is told by its number.
        if not isinstance(trade, Obligation):
            self._parties[trade.id] = numbers
        return ((number, self._actors[number]) for number in numbers)

    def dismiss(self, subject: str) -> Iterator[Actor]:
        """Those who were told of a credit or bill that has ended; they are told of it no more."""
        return (self._actors[number] for number in self._parties.pop(subject, ()))

    def of(self, event: Event) -> Iterator[Actor]:
        """Those who are told, in the order in which they were given."""
        kind = type(event)
        subject = getattr(event, "credit", None) or getattr(event, "bill", None)
        if subject is None:
            numbers = self._everybody.get(kind, [])
        else:
            numbers = sorted((*self._watchers.get(kind, ()), *self._parties.get(subject, ())))
        is_act, actors = kind in ACTS, self._actors
        return (
            actors[number]
            for number in numbers
            if kind in self._hears[number] or (is_act and actors[number].waits())
        )
