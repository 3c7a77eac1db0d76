"""What tests of the money side share: prices, inventories, and what everybody holds."""

from collections.abc import Sequence
from typing import NamedTuple

from settlement.chain.chain import Twin
from settlement.domain.amounts import Amount
from settlement.domain.events import Event
from tests.world import DAY, World, su

TREASURY, DESK = "treasury", "desk"
FEEDERS = ("feeder 1", "feeder 2", "feeder 3")
#: A whole SU is worth 90.00 DRL, a coin 60,000 SU; minor units of DRL times 10**6.
SU_PRICE = 9_000 * 10**6
COIN_PRICE = 60_000 * SU_PRICE
#: The oracle's price scale times the minor units of a whole SU.
PRICE_UNIT = 10**12
COIN = 10**8
#: Of the cast: the bank, the miner and the attestor at home.
BANK, MINER, ATTESTOR = "K", "M", "A"
HOUR = DAY // 24


def drl(whole: int) -> int:
    """Whole DRL in minor units."""
    return Amount.parse(f"{whole} DRL").minor


def post_all(world: World, asset: str, *values: int) -> Sequence[Event]:
    """Post a value of each feeder, or one value of them all; returns the last post's events."""
    events: Sequence[Event] = ()
    for feeder, value in zip(FEEDERS, values if len(values) > 1 else values * len(FEEDERS), strict=True):
        events = world.system.oracle.post(feeder, asset, value)
    return events


def post_prices(world: World) -> None:
    """Fresh prices of SU and of coins."""
    post_all(world, "SU", SU_PRICE)
    post_all(world, "COIN", COIN_PRICE)


class Books(NamedTuple):
    """Supplies, and what accounts hold, in minor units."""

    su_supply: int
    drl_supply: int
    coins: int
    su: tuple[int, ...]
    drl: tuple[int, ...]


def books(world: World, *accounts: str | Twin) -> Books:
    """What there is, and what ``accounts`` hold of it, in order."""
    system = world.system
    return Books(
        system.token.total_supply(),
        system.currency.total_supply(),
        system.reserve.holdings()[1],
        tuple(system.token.balance_of(account) for account in accounts),
        tuple(system.currency.balance_of(account) for account in accounts),
    )


def stock_desk(world: World, su_amount: int = su(10_000), drl_amount: int = drl(1_000_000)) -> None:
    """Give the desk an inventory of both."""
    number = len(world.transactions)
    world.system.ramp.issue("ramp", world.system.desk, su_amount, f"desk {number}")
    world.system.currency.mint(TREASURY, world.system.desk, drl_amount, f"desk {number}")
