"""What tests of the contracts say: these events happened; this was refused, with this error and reason."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from settlement.chain.chain import Twin
from settlement.chain.reverts import ContractRevert
from settlement.domain.events import Event
from settlement.domain.reasons import Reason
from tests.world import World

#: An event without its place in time and on the chain: type, actor, own fields as JSON values.
Fact = tuple[type[Event], str, dict[str, Any]]


def fact(kind: type[Event], actor: str, **data: Any) -> Fact:
    """An event that is expected; enumerations by name."""
    return kind, actor, data


def facts(events: Sequence[Event]) -> list[Fact]:
    """Events that happened."""
    return [(type(event), event.actor, event.data()) for event in events]


@contextmanager
def expects(error: type[ContractRevert], reason: Reason, *arguments: object) -> Iterator[None]:
    """Exactly ``error`` is raised, for ``reason``, with ``arguments`` where they are given."""
    with pytest.raises(ContractRevert) as caught:
        yield
    assert type(caught.value) is error
    assert caught.value.reason is reason
    if arguments:
        assert caught.value.arguments == arguments


def call(world: World, actor: str, twin: Twin, function: str, *arguments: Any) -> tuple[Event, ...]:
    """Send what no twin method sends, because no actor of ours has a use for it."""
    return world.system.chain.transact(actor, twin, twin.artifact.functions[function], arguments, "", "")


def ask(world: World, twin: Twin, function: str, *arguments: Any) -> Any:
    """Call a view that no twin method calls."""
    values = world.system.chain.view(twin, twin.artifact.functions[function], arguments)
    return values[0] if len(values) == 1 else values


def shown(address: bytes) -> str:
    """An address as an error's argument."""
    return "0x" + address.hex()
