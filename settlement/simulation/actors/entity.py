"""The authorised entity behind the applicant: opens credits, funds them, waives discrepancies."""

from collections.abc import Iterable

from settlement.domain.events import (
    CreditIssued,
    DrawDiscrepant,
    DrawPresented,
    DrawReturned,
    Event,
    WaiverGiven,
)
from settlement.domain.participants import Instrument
from settlement.domain.terms import Terms
from settlement.scenario import Credit, Duration, Scenario
from settlement.simulation.actors.actor import Actor, Wake
from settlement.simulation.clock import SECONDS_PER_DAY, end_of
from settlement.simulation.flow_trades import Trade
from settlement.simulation.operations import Fund, OpenCredit, Waive
from settlement.simulation.streams import Diary


class Entity(Actor):
    """Acts for the applicant of its credits, as the guarantor of a guarantee does."""

    hears = (CreditIssued, DrawPresented, DrawDiscrepant, DrawReturned)
    plays = True

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary, scenario.behaviour.retries)
        self._behaviour = scenario.behaviour
        self._places = {participant.id: participant.jurisdiction for participant in scenario.participants}
        #: By credit, the draws whose discrepancies it waives.
        self._waivable: dict[str, set[int]] = {}

    def plays_in(self, trade: Trade) -> bool:
        """Whether it is the applicant of a credit."""
        return isinstance(trade, Credit) and trade.applicant == self.account

    def take_up(self, credit: Credit) -> Iterable[Wake]:
        """Open it when the scenario says."""
        terms = terms_of(credit, self._places[credit.examiner])
        yield self.wake(int(credit.open.timestamp()), OpenCredit(terms))

    def let_go(self, subject: str) -> None:
        """Forget a credit."""
        self._waivable.pop(subject, None)

    def react(self, event: Event) -> Iterable[Wake]:
        """Fund what was agreed; waive what the scenario forgives."""
        match event:
            case CreditIssued(credit=credit):
                plan = self.register.credits[credit]
                at = self.diary.after(event.sim_time, self._behaviour.funding)
                yield self.wake(at, Fund(credit, plan.funding, plan.fund_until))
            case DrawPresented(credit=credit, draw=draw):
                showing = self.register.credits[credit].shown_by(event.documents)
                if showing is not None and showing.waived:
                    self._waivable.setdefault(credit, set()).add(draw)
            case DrawDiscrepant(credit=credit, draw=draw) if draw in self._waivable.get(credit, ()):
                at = self.diary.after(event.sim_time, self._behaviour.waiver)
                # What comes too late, after the documents went back, is not tried.
                yield self.wake(at, Waive(credit, draw), lambda: draw in self._waivable.get(credit, ()))
            case DrawReturned():
                self._waivable.get(event.credit, set()).discard(event.draw)


class Issuer(Actor):
    """The bank that issued credits: waives what their applicants waive."""

    hears = (WaiverGiven, DrawReturned)
    plays = True

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary, scenario.behaviour.retries)
        self._behaviour = scenario.behaviour
        self._applicants: dict[str, str] = {}
        self._returned: dict[str, set[int]] = {}

    def plays_in(self, trade: Trade) -> bool:
        """Whether it issues a credit."""
        return isinstance(trade, Credit) and trade.issuer == self.account

    def take_up(self, credit: Credit) -> Iterable[Wake]:
        """Know whose it is."""
        self._applicants[credit.id] = credit.applicant
        return ()

    def let_go(self, subject: str) -> None:
        """Forget a credit."""
        self._applicants.pop(subject, None)
        self._returned.pop(subject, None)

    def react(self, event: Event) -> Iterable[Wake]:
        """Waive after the applicant did."""
        match event:
            case WaiverGiven(credit=credit, draw=draw) if event.actor == self._applicants.get(credit):
                at = self.diary.after(event.sim_time, self._behaviour.waiver)
                yield self.wake(at, Waive(credit, draw), lambda: draw not in self._returned.get(credit, ()))
            case DrawReturned():
                self._returned.setdefault(event.credit, set()).add(event.draw)


def terms_of(credit: Credit, banking_place: str) -> Terms:
    """The terms of a scenario's credit: days become their last second, periods seconds."""

    def seconds(days: Duration) -> int:
        return days.count * SECONDS_PER_DAY

    deferred = credit.form is Instrument.SIGHT and credit.tenor.count > 0
    return Terms(
        ref=credit.id,
        trade=credit.id,
        applicant=credit.applicant,
        issuer=credit.issuer or "",
        confirmer=credit.confirmer or "",
        beneficiary=credit.beneficiary,
        examiner=credit.examiner,
        arbiter=credit.arbiter or "",
        instrument=Instrument.DEFERRED if deferred else credit.form,
        amount=credit.amount.minor,
        tolerance=credit.tolerance,
        advance=credit.advance.minor,
        guarantee=credit.guarantee or "",
        return_period=seconds(credit.return_period),
        demurrage=credit.demurrage.minor,
        retention=credit.retention,
        retention_period=seconds(credit.retention_period),
        offer_until=end_of(credit.offer_until),
        fund_until=end_of(credit.fund_until),
        latest_shipment=end_of(credit.latest_shipment),
        expiry=end_of(credit.expiry),
        # Days after the day of shipment, the last of them whole; shipment is its first second.
        presentation_period=seconds(credit.presentation_period) + SECONDS_PER_DAY - 1,
        tenor=seconds(credit.tenor),
        waiver_window=seconds(credit.waiver_window),
        award_period=seconds(credit.award_period),
        banking_place=banking_place,
        documents=len(credit.documents),
        partial_draws=credit.partial_draws,
        instalments=tuple(instalment.amount.minor for instalment in credit.instalments),
        instalments_until=tuple(end_of(instalment.until) for instalment in credit.instalments),
    )
