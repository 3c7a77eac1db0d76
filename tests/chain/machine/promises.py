"""Invariant 9: what was accepted is paid, held or quarantined in the end. From events alone."""

from collections import defaultdict
from collections.abc import Sequence

from settlement.domain.events import (
    ESCROW,
    CreditAwarded,
    CreditBlocked,
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
        self.blocked: set[str] = set()

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
                case CreditAwarded(credit=credit, to_beneficiary=amount, by_time=by_time):
                    # An arbiter may find that a retention is not due, or that more is; time never does.
                    contested = amount if by_time else self.contested[credit]
                    self.contested[credit] -= contested
                    self.accepted[credit] += amount - contested
                case CreditBlocked(credit=credit):
                    self.blocked.add(credit)
                case CreditRejected(credit=credit):
                    # Two reviewers ended it, in the applicant's favour.
                    self.accepted[credit] = self.went_out[credit]
                case Moved(source=source, flow=Flow.PAY | Flow.AWARD, ref=credit, amount=amount):
                    self.went_out[credit] += amount if source == ESCROW else 0

    def require_kept(self) -> None:
        """Just what was accepted or awarded went out; of a blocked credit, all there was."""
        for credit, amount in self.accepted.items():
            paid = self.went_out[credit]
            kept = paid >= amount if credit in self.blocked else paid == amount
            assert kept, f"{credit}: {amount} accepted, {paid} paid"
