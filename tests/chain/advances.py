"""An advance to S under C1, as tests draw it and have it paid."""

from typing import Any

from settlement.chain.deployment import Deployment
from settlement.domain.participants import DrawKind, Instrument
from tests.chain.credits import ANYBODY, FACE
from tests.world import DAY, World, documents

RETURN_PERIOD = 30 * DAY
ADVANCE: dict[str, Any] = {
    "instrument": Instrument.ADVANCE,
    "advance": FACE,
    "return_period": RETURN_PERIOD,
}


def draw(system: Deployment, kind: DrawKind, amount: int, serial: int, shipped_at: int = 0) -> int:
    """Present as S under C1; returns the number of the draw."""
    papers = documents(serial, 2 if kind is DrawKind.DELIVERY else 1)
    system.presentations.present("S", "C1", amount, shipped_at, papers, kind)
    return system.presentations.draws_of("C1")


def pay_advance(world: World, amount: int = FACE, serial: int = 50) -> int:
    """Draw an advance and have it paid; returns the time until which delivery must be shown."""
    system = world.system
    number = draw(system, DrawKind.ADVANCE, amount, serial)
    system.presentations.accept("E", "C1", number)
    system.presentations.settle(ANYBODY, "C1", number)
    return system.presentations.return_until_of("C1")
