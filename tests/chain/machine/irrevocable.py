"""Irrevocable means irrevocable: on what grounds undrawn money went back, by events and who acts for whom."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from settlement.domain.events import (
    ESCROW,
    ConsentGiven,
    CreditAmended,
    CreditAwarded,
    CreditCancelled,
    CreditDisputed,
    CreditExpired,
    CreditOpened,
    CreditRejected,
    CreditWoundDown,
    Event,
    Moved,
)
from settlement.domain.participants import Flow


class Irrevocable:
    """Without the beneficiary's consent it goes back by expiry, an award, two reviewers or the end."""

    def __init__(self) -> None:
        self.beneficiary: dict[str, str] = {}
        self.expiry: dict[str, int] = {}
        self.agreed: defaultdict[str, set[str]] = defaultdict(set)

    def after(self, acting: Callable[[str], str], events: Sequence[Event]) -> None:
        """Every refund out of the escrow is one that somebody was entitled to."""
        due: defaultdict[str, int] = defaultdict(int)
        for happened in events:
            match happened:
                case CreditOpened(credit=credit, beneficiary=beneficiary, expiry=expiry):
                    self.beneficiary[credit], self.expiry[credit] = beneficiary, expiry
                case ConsentGiven(credit=credit, actor=actor, change=change):
                    if acting(actor) == self.beneficiary[credit]:
                        self.agreed[credit].add(change)
                case CreditDisputed(credit=credit, amount=amount, from_retention=False):
                    self._require_agreed(credit, amount.to_bytes(32).hex())
                case Moved(source=source, flow=Flow.REFUND, ref=credit, amount=amount) if source == ESCROW:
                    due[credit] += amount
                case _:
                    due[getattr(happened, "credit", "")] -= self._entitled(happened)
        assert not any(due.values()), f"went back, or stayed, without a reason: {dict(due)}"

    def _entitled(self, happened: Event) -> int:
        match happened:
            case CreditAmended(credit=credit, refunded=refunded, terms=terms, terms_hash=change):
                self._require_agreed(credit, change)
                self.expiry[credit] = terms.expiry
                return refunded
            case CreditCancelled(credit=credit, refunded=refunded):
                if refunded:
                    self._require_agreed(credit, "")
                return refunded
            case CreditExpired(credit=credit, refunded=refunded):
                # Its clock runs no faster than time.
                assert happened.sim_time > self.expiry[credit], f"{credit} went back before its expiry"
                return refunded
            case CreditAwarded(credit=credit, to_applicant=refunded, by_time=by_time):
                assert not by_time or refunded == 0, f"silence took {refunded} out of {credit}"
                return refunded
            case CreditRejected(refunded=refunded) | CreditWoundDown(refunded=refunded):
                return refunded
        return 0

    def _require_agreed(self, credit: str, change: str) -> None:
        assert change in self.agreed[credit], f"the beneficiary of {credit} did not agree"
