"""What a scenario says that becomes of trades under way: as little as those need who play their parts."""

from dataclasses import dataclass

from settlement.domain.participants import DrawKind, Instrument
from settlement.scenario import Bill, Credit, Delay, Presentation
from settlement.simulation.clock import end_of, midnight
from settlement.simulation.documents import document_hash, document_set


@dataclass(frozen=True, slots=True)
class Showing:
    """A presentation that is to come: minor units, epoch seconds; None where behaviour says how long."""

    amount: int
    shipped_at: int
    kind: DrawKind
    at: int | None
    examination: Delay | None
    discrepancies: tuple[str, ...]
    waived: bool


@dataclass(frozen=True, slots=True)
class CreditPlan:
    """A credit: what funding locks (minor units), the last second for it, and what is presented."""

    id: str
    payer: str
    payee: str
    funding: int
    fund_until: int
    documents: tuple[str, ...]
    showings: tuple[Showing, ...]

    def papers(self, number: int) -> tuple[bytes, ...]:
        """The documents of the n-th presentation, by their hashes."""
        return document_set(self.id, number, self.documents, self.showings[number - 1].kind)

    def shown_by(self, documents: tuple[str, ...]) -> Showing | None:
        """Which presentation documents are of, which an event tells in hexadecimal; None where of none."""
        for number, showing in enumerate(self.showings, 1):
            if document_hash(self.id, number, self.documents[0]).hex() == documents[0]:
                return showing
        return None


@dataclass(frozen=True, slots=True)
class BillPlan:
    """A bill: minor units, epoch seconds; ``shipped_at`` is None where nothing is shipped."""

    id: str
    payer: str
    payee: str
    kind: Instrument
    amount: int
    due: int
    shipped_at: int | None
    paid: bool


def credit_plan(credit: Credit) -> CreditPlan:
    """The plan that a scenario has for a credit."""
    most = credit.amount.minor + credit.amount.minor * credit.tolerance // 10_000
    return CreditPlan(
        credit.id,
        credit.applicant,
        credit.beneficiary,
        most + credit.demurrage.minor,
        end_of(credit.fund_until),
        credit.documents,
        tuple(map(_showing, credit.presentations)),
    )


def bill_plan(bill: Bill) -> BillPlan:
    """The plan that a scenario has for a bill."""
    shipped_at = None if bill.shipped is None else midnight(bill.shipped)
    terms = bill.kind, bill.amount.minor, midnight(bill.due)
    return BillPlan(bill.id, bill.buyer, bill.seller, *terms, shipped_at, bill.paid)


def _showing(presentation: Presentation) -> Showing:
    return Showing(
        presentation.amount.minor,
        midnight(presentation.shipped),
        presentation.of,
        None if presentation.at is None else int(presentation.at.timestamp()),
        presentation.examination,
        presentation.discrepancies,
        presentation.waived,
    )
