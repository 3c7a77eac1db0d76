"""Who is told of an event: most actors have to do with few kinds of events, and with few trades."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from settlement.domain.events import Event
from settlement.simulation.actors.actor import COMMON, Actor


class Audience:
    """Actors by the kinds of events that they hear and, where they name them, by credit and bill."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        self._actors = tuple(actors)
        self._kinds = [frozenset((*COMMON, *actor.hears)) for actor in self._actors]
        everybody: defaultdict[type[Event], list[int]] = defaultdict(list)
        watchers: defaultdict[type[Event], list[int]] = defaultdict(list)
        parties: defaultdict[str, list[int]] = defaultdict(list)
        for number, actor in enumerate(self._actors):
            for kind in self._kinds[number]:
                everybody[kind].append(number)
                if actor.subjects is None:
                    watchers[kind].append(number)
            for subject in actor.subjects or ():
                parties[subject].append(number)
        self._everybody, self._watchers, self._parties = everybody, watchers, parties

    def of(self, event: Event) -> Iterator[Actor]:
        """Those who are told, in the order in which they were given."""
        kind = type(event)
        subject = getattr(event, "credit", None) or getattr(event, "bill", None)
        if subject is None:
            numbers = self._everybody.get(kind, [])
        else:
            parties = (n for n in self._parties.get(subject, ()) if kind in self._kinds[n])
            numbers = sorted((*self._watchers.get(kind, ()), *parties))
        return (self._actors[number] for number in numbers)
