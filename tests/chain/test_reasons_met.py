"""Every reason for which the contracts refuse is met by a machine, in a written sequence.

The random sequences of ``test_model.py`` come across most of these as well, in long runs; here each
is sure. What no machine meets stands in ``OUT_OF_REACH``, with why.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from settlement.domain.reasons import Reason
from tests.chain.machine.base import Machine
from tests.chain.machine.ways import core, escrow, house, money
from tests.chain.machine.whole import Core, Escrow, House, Money

#: Reasons that no machine meets.
OUT_OF_REACH = {
    Reason.SIGNATURE_INVALID: "the model knows no signatures; test_settlement_token.py: TestPermit",
}
ROOMS: tuple[tuple[type[Machine], ModuleType], ...] = (
    (Core, core),
    (Escrow, escrow),
    (House, house),
    (Money, money),
)
WAYS: list[tuple[type[Machine], Reason, Callable[[Any], None]]] = [
    (machine, reason, vars(room)[reason.name.lower()])
    for machine, room in ROOMS
    for reason in Reason
    if reason.name.lower() in vars(room)
]


def test_every_reason_is_met_or_named() -> None:
    """No reason is forgotten, and none is both met and out of reach."""
    met = {reason for _, reason, _ in WAYS}
    assert met | {*OUT_OF_REACH} == {*Reason}
    assert not met & {*OUT_OF_REACH}


@pytest.mark.parametrize(
    ("machine", "reason", "way"),
    WAYS,
    ids=[f"{machine.__name__}-{reason.name}" for machine, reason, _ in WAYS],
)
def test_reason_is_met(machine: type[Machine], reason: Reason, way: Callable[[Any], None]) -> None:
    """The last step is refused for it, on both sides, which agree after every step."""
    run = machine()
    run.begin()
    run.compares_at_once = True
    way(run)
    assert run.answer is reason
    if reason is Reason.OK:
        assert run.met == {Reason.OK}, "a step before the last was refused"
    run.judge.close_books(run.setting, run.model)
