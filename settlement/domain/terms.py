"""What parties agree on: the terms of a credit and of a bill.

Parties are participants by name, empty where there is nobody. Amounts are minor units of SU, times epoch
seconds on the clock of the credit or bill, periods seconds, shares basis points.
"""

from dataclasses import dataclass

from settlement.domain.participants import Instrument

_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Terms of a credit; as far as they have defaults, those of a plain sight credit.

    Attributes:
        ref: the applicant's reference of the credit.
        trade: number of the trade behind it.
        applicant: the buyer's authorised entity; of a guarantee, the guarantor.
        issuer: bank that issues the credit; empty where the applicant does so itself.
        confirmer: bank that confirms it.
        beneficiary: who is paid.
        examiner: who examines documents; under MILESTONE, the attestor.
        arbiter: who decides disputes; without one there are none.
        instrument: kind of undertaking.
        amount: face amount.
        tolerance: by how much the amount may be exceeded or, where it is drawn at once, undercut.
        advance: what may be drawn in advance.
        guarantee: name of the credit that secures the advance; empty where none does.
        return_period: time after the first advance by which delivery must be shown.
        demurrage: separate reserve on top of the face amount.
        retention: share of each draw that is paid later.
        retention_period: how much later.
        offer_until: last second in which the beneficiary may agree.
        fund_until: last second in which the applicant may fund.
        latest_shipment: last second of an in-time shipment or milestone.
        expiry: last second in which documents may be presented.
        presentation_period: time after shipment in which documents must be presented.
        tenor: time from acceptance to maturity.
        waiver_window: time the applicant has to waive discrepancies.
        award_period: time the arbiter has for an award.
        banking_place: jurisdiction whose banking days time the examination, two letters.
        documents: how many documents a set has; the first is the transport document.
        partial_draws: whether the amount may be drawn in parts.
        instalments: where not empty, the amounts of the draws in turn.
        instalments_until: last second in which each may be presented.
    """

    ref: str
    trade: str
    applicant: str
    issuer: str = ""
    confirmer: str = ""
    beneficiary: str
    examiner: str
    arbiter: str = ""
    instrument: Instrument = Instrument.SIGHT
    amount: int
    tolerance: int = 0
    advance: int = 0
    guarantee: str = ""
    return_period: int = 0
    demurrage: int = 0
    retention: int = 0
    retention_period: int = 0
    offer_until: int
    fund_until: int
    latest_shipment: int
    expiry: int
    presentation_period: int = 21 * _DAY
    tenor: int = 0
    waiver_window: int = 5 * _DAY
    award_period: int = 0
    banking_place: str
    documents: int = 1
    partial_draws: bool = True
    instalments: tuple[int, ...] = ()
    instalments_until: tuple[int, ...] = ()

    @property
    def funding(self) -> int:
        """What funding locks: the face amount with its tolerance, rounded down, and the demurrage."""
        return self.amount + self.amount * self.tolerance // 10_000 + self.demurrage


@dataclass(frozen=True, slots=True, kw_only=True)
class BillTerms:
    """Terms of a bill, which locks nothing.

    Attributes:
        ref: the seller's reference of the bill.
        trade: number of the trade behind it.
        drawer: the seller.
        drawee: the buyer.
        instrument: COLLECTION or OPEN_ACCOUNT.
        amount: minor units of SU.
        offer_until: last second in which the buyer may agree.
        due: COLLECTION: last second in which documents may be presented. OPEN_ACCOUNT: due date.
        grace: COLLECTION: time to pay after presentation. OPEN_ACCOUNT: time after the due date.
    """

    ref: str
    trade: str
    drawer: str
    drawee: str
    instrument: Instrument
    amount: int
    offer_until: int
    due: int
    grace: int
