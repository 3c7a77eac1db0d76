"""Who is told of an event: everybody whose reaction names it, in the order of the cast, and nobody else."""

import ast
import inspect
import pkgutil
import sys
import textwrap
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from typing import Any

import pytest

from settlement.domain.events import BillOffered, CreditClosed, CreditOpened, Event, StageChanged
from settlement.domain.participants import Stage
from settlement.simulation import actors
from settlement.simulation.actors.actor import COMMON, Actor
from settlement.simulation.audience import Audience
from settlement.simulation.clock import BankingCalendar
from settlement.simulation.streams import Diary, Stream
from tests.report.synthetic import credit

KINDS = [
    kind
    for module in pkgutil.iter_modules(actors.__path__, f"{actors.__name__}.")
    for kind in vars(import_module(module.name)).values()
    if isinstance(kind, type)
    and issubclass(kind, Actor)
    and kind.__module__ == module.name
    and kind is not Actor
]


def reacted_to(kind: type[Actor]) -> Iterator[type[Event]]:
    """The kinds of events that the class matches on, or asks with isinstance for."""
    names = vars(sys.modules[kind.__module__])
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(kind)))):
        found: list[ast.expr] = []
        if isinstance(node, ast.MatchClass):
            found = [node.cls]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            found = [node.args[1]]
        for name in found:
            value = names.get(name.id) if isinstance(name, ast.Name) else None
            if isinstance(value, type) and issubclass(value, Event):
                yield value


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_actor_hears_what_it_reacts_to(kind: type[Actor]) -> None:
    assert set(reacted_to(kind)) <= {*COMMON, *kind.hears}


def test_the_reactions_are_found() -> None:
    assert len(KINDS) > 15
    assert sum(len(set(reacted_to(kind))) for kind in KINDS) > 60


class Keen(Actor):
    """Hears of openings."""

    hears = (CreditOpened, BillOffered)


def cast(diary: Diary) -> list[Actor]:
    watcher, party, other, deaf = Keen("W", diary), Keen("P", diary), Keen("O", diary), Actor("D", diary)
    party.subjects, other.subjects, deaf.subjects = {"C1"}, {"C2"}, {"C1"}
    return [party, watcher, other, deaf]


def test_a_credit_is_told_to_its_parties_and_to_who_follows_all(diary: Diary) -> None:
    audience = Audience(cast(diary))
    key: dict[str, Any] = {"sim_time": 0, "actor": "A", "block": 1, "log_index": 0}
    assert [a.account for a in audience.of(CreditOpened(**key, **credit("C1", 1)))] == ["P", "W"]
    assert [a.account for a in audience.of(CreditOpened(**key, **credit("C9", 1)))] == ["W"]
    # Its end stands in the register; what the regime does everybody must know.
    assert [a.account for a in audience.of(CreditClosed(**key, credit="C1"))] == []
    everybody = [a.account for a in audience.of(StageChanged(**key, stage=Stage.ACTIVE))]
    assert everybody == ["P", "W", "O", "D"]


@pytest.fixture
def diary() -> Diary:
    return Diary(BankingCalendar("BR", date(2027, 3, 1), date(2027, 3, 31)), Stream(1, "test"))
