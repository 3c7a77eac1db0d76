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
from settlement.domain.reasons import Reason
from settlement.scenario import parse_scenario, scenario_text
from settlement.simulation import actors
from settlement.simulation.actors.actor import ACTS, Actor, Intent, Wake, appointment
from settlement.simulation.audience import Audience
from settlement.simulation.clock import BankingCalendar
from settlement.simulation.flow_trades import Trade
from settlement.simulation.operations import Activate
from settlement.simulation.streams import Diary, Stream
from tests.report.synthetic import credit

KEY: dict[str, Any] = {"sim_time": 0, "actor": "A", "block": 1, "log_index": 0}
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
    assert set(reacted_to(kind)) <= {*ACTS, *kind.hears}


def test_the_reactions_are_found() -> None:
    assert len(KINDS) > 15
    assert sum(len(set(reacted_to(kind))) for kind in KINDS) > 60


class Keen(Actor):
    """Hears of openings; follows all."""

    hears = (CreditOpened, BillOffered)


class Party(Keen):
    """Plays a part in what names it."""

    plays = True

    def plays_in(self, trade: Trade) -> bool:
        return True


def cast(diary: Diary) -> list[Actor]:
    return [Party("P", diary), Keen("W", diary), Party("O", diary), Actor("D", diary)]


def told(audience: Audience, event: Event) -> list[str]:
    return [actor.account for actor in audience.of(event)]


def test_a_credit_is_told_to_its_parties_and_to_who_follows_all(diary: Diary) -> None:
    audience = Audience(cast(diary))
    trade = parse_scenario(scenario_text("baseline-bilateral"), "test").credits[0]
    trade = trade.model_copy(update={"id": "C1", "beneficiary": "P"})
    assert [(place, actor.account) for place, actor in audience.enrol(trade)] == [(0, "P")]
    assert told(audience, CreditOpened(**KEY, **credit("C1", 1))) == ["P", "W"]
    assert told(audience, CreditOpened(**KEY, **credit("C9", 1))) == ["W"]
    # Its end stands in the register.
    assert told(audience, CreditClosed(**KEY, credit="C1")) == []
    assert [actor.account for actor in audience.dismiss("C1")] == ["P"]
    assert told(audience, CreditOpened(**KEY, **credit("C1", 1))) == ["W"]
    assert list(audience.dismiss("C1")) == []


def test_an_act_of_an_authority_is_told_to_who_waits_for_one(diary: Diary) -> None:
    actors = cast(diary)
    audience = Audience(actors)
    resumed = StageChanged(**KEY, stage=Stage.ACTIVE)
    assert told(audience, resumed) == []
    for waiting in (actors[3], actors[2]):
        wake = appointment(5, Intent(waiting.account, Activate()))
        assert list(waiting.refused(wake, Reason.REGIME_SUSPENDED, 0)) == []
    assert told(audience, resumed) == ["O", "D"]
    # Waiting makes nobody hear of anything else.
    assert told(audience, CreditClosed(**KEY, credit="C9")) == []
    (again,) = actors[3].observe(resumed)
    assert isinstance(again, Wake)
    assert again.decide() == Intent("D", Activate())
    assert told(audience, resumed) == ["O"]


@pytest.fixture
def diary() -> Diary:
    return Diary(BankingCalendar("BR", date(2027, 3, 1), date(2027, 3, 31)), Stream(1, "test"))
