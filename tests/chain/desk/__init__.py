"""What tests of the conversion desk share: a quote, its acceptance by B, and what they hold."""

from dataclasses import replace
from typing import Any

from settlement.chain.reverts import ContractRevert
from settlement.chain.twins.conversion_desk import Quote
from settlement.domain.quotes import QuoteSide
from settlement.domain.reasons import Reason
from tests.chain.expect import expects
from tests.chain.money import DESK, HOUR, Books, books, drl
from tests.world import World, su

SU_AMOUNT, DRL_AMOUNT = su(1_000), drl(90_000)


def quote(world: World, side: QuoteSide = QuoteSide.SELLS_SU, **changes: Any) -> Quote:
    return replace(Quote("B", side, SU_AMOUNT, DRL_AMOUNT, world.now + HOUR // 2), **changes)


def posted(world: World, side: QuoteSide = QuoteSide.SELLS_SU, **changes: Any) -> str:
    world.system.desk.post_quote(DESK, "Q1", quote(world, side, **changes))
    return "Q1"


def held(world: World) -> Books:
    return books(world, "B", world.system.desk)


def refused(
    world: World, quote_id: str, error: type[ContractRevert], reason: Reason, *arguments: object
) -> None:
    with expects(error, reason, *arguments):
        world.system.desk.accept("B", quote_id)
