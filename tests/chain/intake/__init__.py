"""What tests of the miner intake share: a rig and its output, an order for it, and its delivery."""

from dataclasses import replace
from typing import Any

from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import ContractRevert
from settlement.chain.twins.miner_intake import Order, Output, Rig
from settlement.domain.participants import Screening
from settlement.domain.reasons import Reason
from tests.chain.expect import Fact, expects, facts
from tests.chain.money import ATTESTOR, COIN, MINER, PRICE_UNIT, SU_PRICE, Books, books, drl
from tests.world import COMPLIANCE, DAY, START, World, su

REGION = "north"
DIFFICULTY, REWARD = 100 * 10**12, 3_125 * 10**5
#: 30 days of a million TH/s find about 18.9 coins at that difficulty.
RIG = Rig(REGION, hashrate=1_000_000, efficiency=20, tariff=5_000, since=START)
ID = to_bytes32("A1")
TRADE = "T1"
#: 10 coins at 60,000 SU less 5 %.
COINS, SU_AMOUNT = 10 * COIN, su(570_000)
PAYMENT = SU_AMOUNT * SU_PRICE // PRICE_UNIT


def output(world: World, **changes: Any) -> Output:
    """What the rig mined in the first 30 days, with the energy of full load where it is not given."""
    full = Output(MINER, START, START + 30 * DAY, COINS, 0, DIFFICULTY)
    plain = replace(full, **changes)
    if "energy" in changes or plain.end <= plain.start:
        return plain
    return replace(plain, energy=RIG.hashrate * RIG.efficiency * (plain.end - plain.start) // 3_600_000)


def attested(world: World, attestation: str = "A1", **changes: Any) -> str:
    world.system.intake.attest(ATTESTOR, attestation, output(world, **changes))
    return attestation


def ordered(world: World, coins: int = COINS, **changes: Any) -> Order:
    """C orders, and approves the intake for what it will pay."""
    order = replace(Order(coins, TRADE, PAYMENT, world.now + DAY), **changes)
    world.system.intake.order("C", "A1", order)
    world.system.currency.approve("C", world.system.intake, drl(60_000_000))
    return order


def deliver(world: World, coins: int = COINS, min_payment: int = 0) -> list[Fact]:
    return facts(world.system.intake.deliver(MINER, "A1", coins, TRADE, "C", min_payment))


def held(world: World) -> Books:
    return books(world, "C", MINER, world.system.intake)


def refuse(
    world: World, error: type[ContractRevert], reason: Reason, *arguments: object, coins: int = COINS
) -> None:
    """The delivery is refused and moves nothing."""
    before = held(world), world.system.intake.attestation_of("A1")[1]
    with expects(error, reason, *arguments):
        deliver(world, coins)
    assert (held(world), world.system.intake.attestation_of("A1")[1]) == before


def screen(world: World, participant: str) -> None:
    world.system.participants.set_screening(COMPLIANCE, participant, Screening.POTENTIAL)
