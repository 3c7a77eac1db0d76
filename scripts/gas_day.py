"""One day on which every operation that an account may call happens, for ``scripts/gas_table.py``."""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import NamedTuple

from settlement.chain.chain import Transaction
from settlement.domain.participants import LicenceStatus, Screening
from tests.world import (
    COMPLIANCE,
    DAY,
    PROGRAMME,
    RAMP,
    SECOND_REVIEWER,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
    build_world,
    su,
)


class Batches(NamedTuple):
    """Queues that the clearing house settles: of so many obligations, among so many members."""

    sizes: tuple[int, ...]
    members: int


BATCHES = Batches((10, 100, 300), 4)


@dataclass
class Day:
    """What happened: every transaction, and the gas of settlements by the number of their obligations."""

    world: World
    batches: dict[int, int] = field(default_factory=dict)

    @property
    def transactions(self) -> list[Transaction]:
        """Every transaction of the day, the deployment included."""
        return self.world.transactions


def play() -> Day:
    """Build the world of the tests and play the day in it."""
    day = Day(build_world())
    for part in (_register, _pay, _enforce, _supervise):
        part(day.world)
    return day


def _register(world: World) -> None:
    """Files of participants and trades."""
    participants, trades = world.system.participants, world.system.trades
    participants.add_wallet(SUPERVISOR, "T", "S2")
    participants.retire_wallet(SUPERVISOR, "T", "S2")
    participants.set_licence(SUPERVISOR, "T", LicenceStatus.ACTIVE, WIND_DOWN_END)
    participants.set_kyc(SUPERVISOR, "T", WIND_DOWN_END)
    participants.set_owner(SUPERVISOR, "H", "XF")
    participants.set_sponsor(SUPERVISOR, "D", "K")
    participants.set_intermediary(SUPERVISOR, "V", "G")
    participants.set_cap(SUPERVISOR, "D", 10**15)
    trades.amend("K", world.trade("B", "S"), 10**15, WIND_DOWN_END)


def _pay(world: World) -> None:
    """SU in, directly from one to another, and out."""
    system = world.system
    for number in range(2):
        system.ramp.issue(RAMP, "B", su(100), f"more {number}")
        system.token.transfer("B", "S", su(10))
    system.token.approve("B", "T", su(10))
    system.token.transfer_from("T", "B", "S", su(10))
    system.token.approve("B", system.ramp, su(50))
    system.ramp.redeem(RAMP, "B", su(50), "out")


def _enforce(world: World) -> None:
    """Freezing, seizing, recovering."""
    token, participants = world.system.token, world.system.participants
    token.set_frozen_tokens(SUPERVISOR, "S", su(20))
    token.forced_transfer(COMPLIANCE, SUPERVISOR, "S", "B", su(5))
    token.release_frozen_tokens(COMPLIANCE, SUPERVISOR, "S", 0)
    participants.add_wallet(SUPERVISOR, "C", "B2")
    token.recover(SUPERVISOR, "C", "B2")
    participants.rotate_wallet(SUPERVISOR, "C", "C", "B2")


def _supervise(world: World) -> None:
    """The regime's own life, to its end."""
    regime, participants = world.system.regime, world.system.participants
    world.change_programme(replace(PROGRAMME, direct_payments=False))
    world.open_phase(2)
    regime.suspend(SUPERVISOR)
    world.advance(DAY)
    regime.resume(SUPERVISOR)
    participants.publish_list(COMPLIANCE, 2, sha256(b"list 2").digest())
    participants.set_screening(COMPLIANCE, "S", Screening.POTENTIAL)
    participants.resolve_screening(COMPLIANCE, SECOND_REVIEWER, "S", Screening.FALSE_POSITIVE)
    regime.wind_down(SUPERVISOR)
