"""How a trade of a flow is made, by instrument: its terms, and what the seed says that becomes of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from settlement.domain.amounts import Amount
from settlement.domain.participants import DrawKind, Instrument
from settlement.scenario import BasisPoints, Bill, Credit, Duration, Flow, Obligation, Presentation
from settlement.scenario.flow_names import guarantee_name
from settlement.scenario.flow_terms import (
    ADVANCE,
    DELIVERY_DAYS,
    DEMURRAGE,
    FUND_DAYS,
    GRACE_DAYS,
    MILESTONE_DAYS,
    MILESTONES,
    OBLIGATION_DAYS,
    OFFER_DAYS,
    PRESENTATION_DAYS,
    RETENTION_DAYS,
    RETURN_DAYS,
    SECURITY_DAYS,
    SHIPPING_DAYS,
    SLACK_DAYS,
    STANDBY_DAYS,
    TENORS,
)
from settlement.simulation.streams import Stream

Trade = Credit | Bill | Obligation

_DISCREPANCY = "the documents differ from the terms"
_DEMAND = ("demand",)
_WHOLE = 10_000
#: How long after the guarantee behind it an advance credit is opened, whose terms name it.
_LATER = timedelta(minutes=1)


def sides_of(trade: Trade) -> tuple[str, str]:
    """Who pays, and who is paid."""
    match trade:
        case Credit():
            return trade.applicant, trade.beneficiary
        case Bill():
            return trade.buyer, trade.seller
        case Obligation():
            return trade.payer, trade.payee


def parties_of(trade: Trade) -> tuple[str, ...]:
    """Everybody whom a trade names."""
    others = (trade.examiner, trade.issuer or "") if isinstance(trade, Credit) else ()
    return *sides_of(trade), *others


@dataclass(frozen=True, slots=True)
class Draft:
    """What any trade of a flow has: its name, when it begins, its parties and its amount."""

    id: str
    begin: datetime
    buyer: str
    seller: str
    amount: Amount

    def after(self, days: int) -> date:
        """A day so many calendar days after it begins."""
        return self.begin.date() + timedelta(days=days)

    def share(self, basis_points: int) -> Amount:
        """A share of the amount, rounded down."""
        return Amount(self.amount.minor * basis_points // _WHOLE)

    def less(self, part: Amount) -> Amount:
        """What a part leaves of the amount."""
        return Amount(self.amount.minor - part.minor)


def _sight(draft: Draft, flow: Flow, stream: Stream) -> list[Trade]:
    return [_documentary(draft, flow, stream, tenor=0)]


def _deferred(draft: Draft, flow: Flow, stream: Stream) -> list[Trade]:
    return [_documentary(draft, flow, stream, tenor=stream.choice(TENORS))]


def _documentary(draft: Draft, flow: Flow, stream: Stream, tenor: int) -> Credit:
    """A credit that is drawn at once or, where the seed says so, in two parts, perhaps with demurrage."""
    shipped = FUND_DAYS + stream.integer(1, SHIPPING_DAYS)
    # A flow that says nothing of parts and demurrage draws no number for them.
    in_parts = flow.parts and stream.happens(flow.parts)
    first = draft.share(1_000 * stream.integer(3, 7)) if in_parts else draft.amount
    drawn = [_presented(draft, flow, stream, first, shipped)]
    if in_parts:
        later = shipped + stream.integer(1, SLACK_DAYS)
        drawn.append(_presented(draft, flow, stream, draft.less(first), later))
    reserve = Amount(0)
    if flow.demurrage and stream.happens(flow.demurrage):
        reserve = draft.share(DEMURRAGE)
        claim = Amount(reserve.minor * stream.integer(1, 10) // 10)
        day = draft.after(shipped + SLACK_DAYS)
        drawn.append(Presentation(amount=claim, shipped=day, of=DrawKind.DEMURRAGE))
    return _credit(
        draft,
        flow,
        latest_shipment=shipped + SLACK_DAYS,
        tenor=Duration(tenor, "days"),
        demurrage=reserve,
        presentations=tuple(drawn),
    )


def _milestone(draft: Draft, flow: Flow, stream: Stream) -> list[Trade]:
    """A project that is paid for in equal parts, the last with what division leaves."""
    part, drawn = Amount(draft.amount.minor // MILESTONES), []
    for number in range(MILESTONES):
        reached = FUND_DAYS + number * MILESTONE_DAYS + stream.integer(1, MILESTONE_DAYS)
        rest = draft.less(Amount(part.minor * (MILESTONES - 1)))
        amount = rest if number == MILESTONES - 1 else part
        drawn.append(_presented(draft, flow, stream, amount, reached))
    latest = FUND_DAYS + MILESTONES * MILESTONE_DAYS + SLACK_DAYS
    return [
        _credit(
            draft,
            flow,
            form=Instrument.MILESTONE,
            examiner=flow.attestor or "",
            documents=("attestation",),
            latest_shipment=latest,
            presentations=tuple(drawn),
        )
    ]


def _advance(draft: Draft, flow: Flow, stream: Stream) -> list[Trade]:
    """An advance on a demand, then delivery and the rest on documents; behind it, perhaps, a guarantee."""
    paid = draft.share(ADVANCE)
    shipped = FUND_DAYS + DELIVERY_DAYS + stream.integer(1, SHIPPING_DAYS)
    demand = Presentation(amount=paid, shipped=draft.after(FUND_DAYS), of=DrawKind.ADVANCE)
    shown = Presentation(amount=Amount(0), shipped=draft.after(shipped), of=DrawKind.DELIVERY)
    rest = _presented(draft, flow, stream, draft.less(paid), shipped)
    delivered = not stream.happens(flow.defaults)
    behind = stream.choice(flow.guarantors) if flow.guarantors else None
    credit = _credit(
        draft,
        flow,
        form=Instrument.ADVANCE,
        open=draft.begin + _LATER if behind else draft.begin,
        advance=paid,
        guarantee=guarantee_name(draft.id) if behind else None,
        return_period=Duration(RETURN_DAYS, "days"),
        latest_shipment=shipped + SLACK_DAYS,
        presentations=(demand, shown, rest) if delivered else (demand,),
    )
    if behind is None:
        return [credit]
    # It is called where the advance is overdue, and only then.
    security = Draft(guarantee_name(draft.id), draft.begin, behind, draft.buyer, paid)
    return [_standby(security, flow, days=SECURITY_DAYS, called=True), credit]


def _guarantee(draft: Draft, flow: Flow, stream: Stream) -> list[Trade]:
    return [_standby(draft, flow, days=STANDBY_DAYS, called=stream.happens(flow.defaults))]


def _standby(draft: Draft, flow: Flow, days: int, called: bool) -> Credit:
    """A guarantee, on which a demand may be made in so many days after the last one for its funding."""
    demand = Presentation(amount=draft.amount, shipped=draft.after(FUND_DAYS))
    return _credit(
        draft,
        flow,
        form=Instrument.GUARANTEE,
        documents=_DEMAND,
        latest_shipment=FUND_DAYS + days,
        expiry=draft.after(FUND_DAYS + days),
        presentation_period=Duration(days, "days"),
        presentations=(demand,) if called else (),
    )


def _presented(draft: Draft, flow: Flow, stream: Stream, amount: Amount, shipped: int) -> Presentation:
    """Documents, or a milestone; of what is discrepant every second is waived, as drawn."""
    discrepant, waived = stream.happens(flow.discrepancies), stream.happens(_WHOLE // 2)
    return Presentation(
        amount=amount,
        shipped=draft.after(shipped),
        discrepancies=(_DISCREPANCY,) if discrepant else (),
        waived=discrepant and waived,
    )


def _credit(draft: Draft, flow: Flow, latest_shipment: int, **terms: Any) -> Credit:
    """A credit of a draft; ``terms`` are fields of ``Credit`` beside those that all of a flow have alike."""
    # A guarantee is paid whole.
    retained = BasisPoints(0) if terms.get("form") is Instrument.GUARANTEE else flow.retention
    return Credit(
        **{
            "id": draft.id,
            "applicant": draft.buyer,
            "beneficiary": draft.seller,
            "examiner": flow.examiner or "",
            "amount": draft.amount,
            "open": draft.begin,
            "offer_until": draft.after(OFFER_DAYS),
            "fund_until": draft.after(FUND_DAYS),
            "latest_shipment": draft.after(latest_shipment),
            "expiry": draft.after(latest_shipment + PRESENTATION_DAYS),
            "retention": retained,
            "retention_period": Duration(RETENTION_DAYS if retained else 0, "days"),
            **terms,
        }
    )


def _collection(draft: Draft, flow: Flow, stream: Stream) -> list[Trade]:
    shipped = OFFER_DAYS + stream.integer(1, SHIPPING_DAYS)
    due = draft.after(shipped + SLACK_DAYS + PRESENTATION_DAYS)
    return [_bill(draft, kind=Instrument.COLLECTION, shipped=draft.after(shipped), due=due)]


def _open_account(draft: Draft, flow: Flow, stream: Stream) -> list[Trade]:
    due = draft.after(stream.choice(TENORS))
    return [_bill(draft, kind=Instrument.OPEN_ACCOUNT, due=due, paid=not stream.happens(flow.defaults))]


def _bill(draft: Draft, kind: Instrument, due: date, shipped: date | None = None, paid: bool = True) -> Bill:
    return Bill(
        id=draft.id,
        kind=kind,
        seller=draft.seller,
        buyer=draft.buyer,
        amount=draft.amount,
        offer=draft.begin,
        offer_until=draft.after(OFFER_DAYS),
        due=due,
        grace=Duration(GRACE_DAYS, "days"),
        shipped=shipped,
        paid=paid,
    )


def _clearing(draft: Draft, flow: Flow, stream: Stream) -> list[Trade]:
    return [
        Obligation(
            id=draft.id,
            payer=draft.buyer,
            payee=draft.seller,
            amount=draft.amount,
            enter=draft.begin,
            until=draft.after(OBLIGATION_DAYS),
        )
    ]


#: How a trade of each instrument is made, with the guarantee behind it where there is one.
MAKERS: Mapping[str, Callable[[Draft, Flow, Stream], Sequence[Trade]]] = {
    "sight": _sight,
    "deferred": _deferred,
    "milestone": _milestone,
    "advance": _advance,
    "guarantee": _guarantee,
    "collection": _collection,
    "open account": _open_account,
    "clearing": _clearing,
}
#: What kind of trade each instrument makes.
KINDS: Mapping[str, type[Trade]] = {
    **dict.fromkeys(MAKERS, Credit),
    "collection": Bill,
    "open account": Bill,
    "clearing": Obligation,
}
