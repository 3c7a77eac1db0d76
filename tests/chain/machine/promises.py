"""Invariant 9: what was accepted is paid, held or quarantined in the end. From events alone."""

from collections import defaultdict
from collections.abc import Sequence

from settlement.domain.events import (
    ESCROW,
    CreditAwarded,
    CreditDisputed,
    CreditRejected,
    DrawAccepted,
    DrawPresented,
    Event,
    Moved,
)
from settlement.domain.participants import Flow


class Promises:
    """What each credit owes its beneficiary by draws accepted, and what left the escrow for it."""

    def __init__(self) -> None:
        self.presented: dict[tuple[str, int], int] = {}
        self.accepted: defaultdict[str, int] = defaultdict(int)
        self.contested: defaultdict[str, int] = defaultdict(int)
        self.went_out: defaultdict[str, int] = defaultdict(int)

    def after(self, events: Sequence[Event]) -> None:
        """Keep count."""
        for happened in events:
            match happened:
                case DrawPresented(credit=credit, draw=draw, amount=amount):
                    self.presented[credit, draw] = amount
                case DrawAccepted(credit=credit, draw=draw):
                    self.accepted[credit] += self.presented[credit, draw]
                case CreditDisputed(credit=credit, amount=amount, from_retention=True):
                    self.contested[credit] += amount
                case CreditAwarded(credit=credit, to_applicant=amount, by_time=by_time):
                    # An arbiter may find that a retention is not due; time never does.
                    lost = min(amount, self.contested.pop(credit, 0))
                    self.accepted[credit] -= 0 if by_time else lost
                case CreditRejected(credit=credit):
                    # Two reviewers ended it, in the applicant's favour.
                    self.accepted[credit] = 0
                case Moved(source=source, flow=Flow.PAY | Flow.AWARD, ref=credit, amount=amount):
                    self.went_out[credit] += amount if source == ESCROW else 0

    def require_kept(self) -> None:
        """Nothing that was accepted is left behind or went back."""
        for credit, amount in self.accepted.items():
            assert self.went_out[credit] >= amount, (
                f"{credit}: {amount} accepted, {self.went_out[credit]} paid"
            )
