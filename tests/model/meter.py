"""What is counted where trade is entered, and how long whoever holds SU has held it."""

from dataclasses import dataclass, field

from settlement.domain.participants import OwnershipClass
from tests.model.clock import Clock


@dataclass(frozen=True)
class Entered:
    """Trade that was entered, in the reference currency; ``abroad`` is empty where both are at home."""

    time: int
    value: int
    entity: str
    ownership: OwnershipClass
    abroad: str


@dataclass
class Lot:
    """SU that a participant took in at one time, as far as it still holds it."""

    time: int
    amount: int


@dataclass
class Meter:
    """Sliding windows over trade, and holdings first in, first out."""

    clock: Clock
    entered: list[Entered] = field(default_factory=list)
    lots: dict[str, list[Lot]] = field(default_factory=dict)

    def used(
        self, window: int, entity: str = "", abroad: str = "", ownership: OwnershipClass | None = None
    ) -> int:
        """What was entered less than ``window`` seconds ago, in the reference currency."""
        return sum(
            e.value
            for e in self.entered
            if self.clock.now - e.time < window
            and entity in ("", e.entity)
            and abroad in ("", e.abroad)
            and ownership in (None, e.ownership)
        )

    def exposure_of(self, participant: str) -> int:
        """SU that a participant holds in its wallets."""
        return sum(lot.amount for lot in self.lots.get(participant, []))

    def is_overdue(self, participant: str, longest: int) -> bool:
        """Whether a participant still holds SU that it took in so long ago, or longer."""
        return any(
            lot.amount > 0 and self.clock.now - lot.time >= longest for lot in self.lots.get(participant, [])
        )

    def take_in(self, participant: str, amount: int) -> None:
        """SU entered a wallet of a participant."""
        self.lots.setdefault(participant, []).append(Lot(self.clock.now, amount))

    def give(self, participant: str, amount: int) -> None:
        """SU left a wallet of a participant: the oldest first."""
        for lot in self.lots.get(participant, []):
            given = min(amount, lot.amount)
            lot.amount -= given
            amount -= given
        assert amount == 0, f"{participant} gave more than it took in"
