"""The baseline: the same trades through a chain of correspondent banks, as far as a simple model goes.

A payment passes the buyer's bank, the correspondents and the seller's bank, one after the other. Each takes
up on its banking days, by its clock, what reached it by the cut-off, releases it some hours later and takes a
fee. Documents go by courier from the seller's bank to the buyer's, which examines them. The parties behave as
under the regime: they ship on the same day, the same documents are discrepant, the same buyers do not pay,
as none does once it is insolvent, but under a credit, where its bank is bound.

Every trade draws from streams of its own, always as many numbers in the same order: neither the run on the
chain nor another parameter shifts them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle, islice

from settlement.domain.baseline import Passage
from settlement.domain.participants import DrawKind, Instrument
from settlement.scenario import Bill, Correspondent, Credit, Obligation, Presentation, Scenario
from settlement.simulation.clock import OFFICE_OPENS, SECONDS_PER_DAY, BankingCalendar, midnight
from settlement.simulation.flows import Trades
from settlement.simulation.scripted import insolvencies_of
from settlement.simulation.streams import Diary, Stream

_BASIS_POINTS, _DAYS_PER_YEAR, _MONTHS_PER_YEAR = 10_000, 365, 12
#: What nobody sends by courier.
_WITHOUT_PAPER = (DrawKind.ADVANCE, DrawKind.DEMURRAGE)


def passages(scenario: Scenario, seed: int, calendars: Mapping[str, BankingCalendar]) -> Iterator[Passage]:
    """Each trade's passage, credits first; none where the scenario compares with no banks.

    Guarantees are left out: they are meant not to be drawn on.
    """
    if scenario.correspondent is None:
        return
    banks = _Banks(scenario, scenario.correspondent, seed, calendars)
    trades = Trades(scenario, seed, calendars)
    for credit in trades.credits():
        if credit.form is not Instrument.GUARANTEE:
            yield banks.credit(credit)
    yield from map(banks.bill, trades.bills())
    yield from map(banks.obligation, trades.obligations())


@dataclass(slots=True)
class _Way:
    """What is known of one trade's way so far; see ``Passage``."""

    trade: str
    buyer: str
    seller: str
    ordered: int
    stream: Stream
    luck: Stream
    documents: int | None = None
    accepted: int | None = None
    due: int | None = None
    paid: int | None = None
    failed: bool = False
    settled: int = 0
    days: int = 0
    fees: dict[str, int] = field(default_factory=dict)


class _Banks:
    """The banks of one scenario."""

    def __init__(
        self, scenario: Scenario, rules: Correspondent, seed: int, calendars: Mapping[str, BankingCalendar]
    ) -> None:
        self._rules, self._behaviour, self._seed = rules, scenario.behaviour, seed
        self._calendars, self._insolvent = calendars, insolvencies_of(scenario)
        self._places = {participant.id: participant.jurisdiction for participant in scenario.participants}

    def credit(self, credit: Credit) -> Passage:
        """Each presentation is mailed, examined and, at maturity, paid."""
        way = self._way(credit.id, credit.applicant, credit.beneficiary, int(credit.open.timestamp()))
        drawn = [p for p in credit.presentations if p.of is not DrawKind.DELIVERY]
        for presentation in drawn:
            self._draw(way, credit, presentation)
        way.days = days = (credit.expiry - credit.open.date()).days
        for name in ("issuance", "confirmation"):
            yearly = credit.amount.minor * getattr(self._rules, name) * days
            way.fees[name] = _up(yearly, _BASIS_POINTS * _DAYS_PER_YEAR)
        deferred = credit.form is Instrument.SIGHT and credit.tenor.count > 0
        kind = Instrument.DEFERRED if deferred else credit.form
        return self._passage(way, kind.name, credit.amount.minor)

    def bill(self, bill: Bill) -> Passage:
        """A collection is paid once its documents arrive, an open account before it is due."""
        way = self._way(bill.id, bill.buyer, bill.seller, int(bill.offer.timestamp()))
        buyer = self._diary(way, way.buyer)
        if bill.kind is Instrument.COLLECTION:
            if bill.shipped is not None:
                ready = max(midnight(bill.shipped), way.ordered)
                way.documents = self._diary(way, way.seller).after(ready, self._behaviour.presentation)
                way.accepted = buyer.after(way.documents, self._rules.mail)
                way.due = buyer.after(way.accepted, self._behaviour.payment)
        else:
            at = buyer.before(midnight(bill.due), self._behaviour.payment)
            way.due = max(at, way.ordered + 1)
        if way.due is not None and bill.paid and self._can_pay(bill.buyer, way.due):
            self._pay(way, way.due, bill.amount.minor, way.accepted)
        return self._passage(way, bill.kind.name, bill.amount.minor)

    def obligation(self, obligation: Obligation) -> Passage:
        """Paid by itself: correspondents net nothing."""
        entered = int(obligation.enter.timestamp())
        way = self._way(obligation.id, obligation.payer, obligation.payee, entered)
        if self._can_pay(obligation.payer, entered):
            self._pay(way, entered, obligation.amount.minor)
        return self._passage(way, "CLEARING", obligation.amount.minor)

    def _way(self, trade: str, buyer: str, seller: str, ordered: int) -> _Way:
        stream, luck = (Stream(self._seed, f"baseline {trade}{part}") for part in ("", " luck"))
        return _Way(trade, self._places[buyer], self._places[seller], ordered, stream, luck)

    def _can_pay(self, buyer: str, at: int) -> bool:
        return buyer not in self._insolvent or at < self._insolvent[buyer]

    def _diary(self, way: _Way, place: str) -> Diary:
        return Diary(self._calendars[place], way.stream)

    def _draw(self, way: _Way, credit: Credit, presentation: Presentation) -> None:
        seller, buyer = self._diary(way, way.seller), self._diary(way, way.buyer)
        ready = max(midnight(presentation.shipped), way.ordered, way.documents or 0)
        presented = seller.after(ready, self._behaviour.presentation)
        if presentation.at is not None:
            presented = int(presentation.at.timestamp())
        way.documents = presented if way.documents is None else way.documents
        on_paper = presentation.of not in _WITHOUT_PAPER and credit.form is not Instrument.MILESTONE
        arrived = buyer.after(presented, self._rules.mail) if on_paper else presented
        decided = buyer.after(arrived, presentation.examination or self._rules.examination)
        if presentation.discrepancies:
            waived = buyer.after(decided, self._behaviour.waiver)
            if not presentation.waived:
                return
            decided = waived
        due = decided + credit.tenor.count * SECONDS_PER_DAY
        share = credit.retention if presentation.of is DrawKind.DOCUMENTS else 0
        kept = presentation.amount.minor * share // _BASIS_POINTS
        self._pay(way, due, presentation.amount.minor - kept, decided)
        if kept:
            due += credit.retention_period.count * SECONDS_PER_DAY
            self._pay(way, due, kept, decided)

    def _pay(self, way: _Way, due: int, amount: int, accepted: int | None = None) -> None:
        """Send a payment along the chain, from bank to bank; the way tells of the last that arrives."""
        at = due
        chain = self._chain(way)
        failed = way.luck.integer(1, _BASIS_POINTS) <= self._rules.failure
        stuck = way.luck.integer(0, len(chain) - 1)
        for number, place in enumerate(chain):
            last = number == len(chain) - 1
            at = self._taken_up(self._calendars[place], at)
            delay = self._rules.beneficiary_processing if last else self._rules.processing
            at = self._diary(way, place).after(at, delay)
            if failed and number == stuck:
                at = Diary(self._calendars[place], way.luck).after(at, self._rules.investigation)
        fees = {"transfer": len(chain) * _up(amount * self._rules.fee, _BASIS_POINTS)}
        fees["fx"] = _up(amount * self._rules.fx_spread, _BASIS_POINTS)
        for name, fee in fees.items():
            way.fees[name] = way.fees.get(name, 0) + fee
        way.failed, way.settled = way.failed or failed, way.settled + amount
        if way.paid is None or at >= way.paid:
            way.accepted, way.due, way.paid = accepted, due, at

    def _chain(self, way: _Way) -> list[str]:
        """Where the banks are. Correspondents sit in third countries of the file, or with the seller."""
        third = [place for place in self._calendars if place not in (way.buyer, way.seller)] or [way.seller]
        return [way.buyer, *islice(cycle(third), self._rules.banks), way.seller]

    def _taken_up(self, calendar: BankingCalendar, at: int) -> int:
        """When a bank takes up what reaches it at ``at``: at once, from its opening, or on its next day."""
        today = calendar.day_of(at)
        start = calendar.local(midnight(today))
        if calendar.is_open(today) and at - start <= self._rules.cut_off:
            return max(at, start + OFFICE_OPENS)
        return calendar.local(midnight(calendar.add(today, 1))) + OFFICE_OPENS

    def _passage(self, way: _Way, instrument: str, amount: int) -> Passage:
        nostro = _up(way.settled * self._rules.prefunding, _BASIS_POINTS)
        return Passage(
            trade=way.trade,
            instrument=instrument,
            amount=amount,
            ordered=way.ordered,
            documents=way.documents,
            accepted=way.accepted,
            due=way.due,
            paid=way.paid,
            failed=way.failed,
            transfer=way.fees.get("transfer", 0),
            fx=way.fees.get("fx", 0),
            issuance=way.fees.get("issuance", 0),
            confirmation=way.fees.get("confirmation", 0),
            # What is kept for a month's payments costs a month of capital.
            prefunding=_up(nostro * self._rules.capital, _BASIS_POINTS * _MONTHS_PER_YEAR),
            days=way.days,
            nostro=nostro,
            capital=self._rules.capital,
        )


def _up(amount: int, divisor: int) -> int:
    """A fee, rounded up to the minor unit as banks do."""
    return -(-amount // divisor)
