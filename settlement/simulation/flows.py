"""Flows made into trades: what the seed draws stands in the scenario as if the file had written it out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

from settlement.domain.amounts import Amount
from settlement.domain.participants import Instrument
from settlement.scenario import Bill, Credit, Duration, Flow, Obligation, Presentation, Scenario
from settlement.scenario.flow_terms import (
    FUND_DAYS,
    GRACE_DAYS,
    OBLIGATION_DAYS,
    OFFER_DAYS,
    PRESENTATION_DAYS,
    SHIPPING_DAYS,
    SLACK_DAYS,
    TENORS,
)
from settlement.simulation.clock import OFFICE_CLOSES, OFFICE_OPENS, BankingCalendar, midnight
from settlement.simulation.streams import Stream

_WHOLE_SU = Amount.parse("1 SU").minor
_BASIS_POINTS = 10_000
_DISCREPANCY = "the documents differ from the terms"


def expand(scenario: Scenario, seed: int, calendars: Mapping[str, BankingCalendar]) -> Scenario:
    """The scenario with the trades of its flows among its credits, bills and obligations, and no flows.

    Each flow draws from a stream of its own; the trades of one do not depend on another.
    """
    if not scenario.flows:
        return scenario
    home = calendars[scenario.regime.home]
    trades = [
        trade for flow in scenario.flows for trade in _trades(flow, Stream(seed, f"flow {flow.id}"), home)
    ]
    return scenario.model_copy(
        update={
            "flows": (),
            "credits": (*scenario.credits, *(t for t in trades if isinstance(t, Credit))),
            "bills": (*scenario.bills, *(t for t in trades if isinstance(t, Bill))),
            "obligations": (*scenario.obligations, *(t for t in trades if isinstance(t, Obligation))),
        }
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    """What any trade of a flow has: its name, when it begins, its parties and its amount."""

    id: str
    begin: datetime
    buyer: str
    seller: str
    amount: Amount

    def after(self, days: int) -> date:
        """A day so many calendar days after it begins."""
        return self.begin.date() + timedelta(days=days)


_Trade = Credit | Bill | Obligation


def _trades(flow: Flow, stream: Stream, home: BankingCalendar) -> list[_Trade]:
    """All trades of a flow, which begin in office hours at home, evenly over its banking days."""
    days = list(home.open_days(flow.first, flow.last))
    words, weights = list(flow.instruments), list(accumulate(flow.instruments.values()))
    trades = []
    for index in range(flow.trades):
        at = home.local(midnight(days[index * len(days) // flow.trades]))
        # Moments of a file are whole minutes.
        begin = datetime.fromtimestamp(
            at + 60 * stream.integer(OFFICE_OPENS // 60, OFFICE_CLOSES // 60 - 1), UTC
        )
        buyer = flow.buyers[stream.integer(0, len(flow.buyers) - 1)]
        seller = flow.sellers[stream.integer(0, len(flow.sellers) - 1)]
        amount = Amount(_amount(flow, stream))
        ticket = stream.integer(1, weights[-1])
        word = next(word for word, weight in zip(words, weights, strict=True) if ticket <= weight)
        draft = _Draft(f"{flow.id}-{index + 1}", begin, buyer, seller, amount)
        trades.append(_MAKERS[word](draft, flow, stream))
    return trades


def _amount(flow: Flow, stream: Stream) -> int:
    """An amount of the range in whole SU; where the range holds none, its lower end."""
    low, high = -(-flow.amount.low // _WHOLE_SU), flow.amount.high // _WHOLE_SU
    return stream.integer(low, high) * _WHOLE_SU if low <= high else flow.amount.low


def _happens(share: int, stream: Stream) -> bool:
    """Whether something of a share in basis points comes about."""
    return stream.integer(1, _BASIS_POINTS) <= share


def _tenor(stream: Stream) -> int:
    return TENORS[stream.integer(0, len(TENORS) - 1)]


def _sight(draft: _Draft, flow: Flow, stream: Stream) -> Credit:
    return _credit(draft, flow, stream, tenor=0)


def _deferred(draft: _Draft, flow: Flow, stream: Stream) -> Credit:
    return _credit(draft, flow, stream, tenor=_tenor(stream))


def _credit(draft: _Draft, flow: Flow, stream: Stream, tenor: int) -> Credit:
    """A credit that is drawn at once; of the discrepant presentations every second is waived, as drawn."""
    shipped = FUND_DAYS + stream.integer(1, SHIPPING_DAYS)
    discrepant, waived = _happens(flow.discrepancies, stream), _happens(_BASIS_POINTS // 2, stream)
    presentation = Presentation(
        amount=draft.amount,
        shipped=draft.after(shipped),
        discrepancies=(_DISCREPANCY,) if discrepant else (),
        waived=discrepant and waived,
    )
    return Credit(
        id=draft.id,
        applicant=draft.buyer,
        beneficiary=draft.seller,
        examiner=flow.examiner or "",
        amount=draft.amount,
        open=draft.begin,
        offer_until=draft.after(OFFER_DAYS),
        fund_until=draft.after(FUND_DAYS),
        latest_shipment=draft.after(shipped + SLACK_DAYS),
        expiry=draft.after(shipped + SLACK_DAYS + PRESENTATION_DAYS),
        tenor=Duration(tenor, "days"),
        presentations=(presentation,),
    )


def _collection(draft: _Draft, flow: Flow, stream: Stream) -> Bill:
    shipped = OFFER_DAYS + stream.integer(1, SHIPPING_DAYS)
    return _bill(
        draft,
        kind=Instrument.COLLECTION,
        shipped=draft.after(shipped),
        due=draft.after(shipped + SLACK_DAYS + PRESENTATION_DAYS),
    )


def _open_account(draft: _Draft, flow: Flow, stream: Stream) -> Bill:
    due = draft.after(_tenor(stream))
    return _bill(draft, kind=Instrument.OPEN_ACCOUNT, due=due, paid=not _happens(flow.defaults, stream))


def _bill(draft: _Draft, kind: Instrument, due: date, shipped: date | None = None, paid: bool = True) -> Bill:
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


def _clearing(draft: _Draft, flow: Flow, stream: Stream) -> Obligation:
    return Obligation(
        id=draft.id,
        payer=draft.buyer,
        payee=draft.seller,
        amount=draft.amount,
        enter=draft.begin,
        until=draft.after(OBLIGATION_DAYS),
    )


#: How a trade of each instrument is made.
_MAKERS: Mapping[str, Callable[[_Draft, Flow, Stream], _Trade]] = {
    "sight": _sight,
    "deferred": _deferred,
    "collection": _collection,
    "open account": _open_account,
    "clearing": _clearing,
}
