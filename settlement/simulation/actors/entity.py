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
from settlement.simulation.documents import planned
from settlement.simulation.operations import Fund, OpenCredit, Waive
from settlement.simulation.streams import Diary


class Entity(Actor):
    """Acts for the applicant of its credits, as the guarantor of a guarantee does."""

    hears = (CreditIssued, DrawPresented, DrawDiscrepant, DrawReturned)

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary, scenario.behaviour.retries)
        self._behaviour = scenario.behaviour
        self._credits = {credit.id: credit for credit in scenario.credits if credit.applicant == account}
        self.subjects = self._credits
        places = {participant.id: participant.jurisdiction for participant in scenario.participants}
        self._terms = {c.id: terms_of(c, places[c.examiner]) for c in self._credits.values()}
        self._planned = planned(self._credits.values())
        self._waivable: set[tuple[str, int]] = set()

    def begin(self) -> Iterable[Wake]:
        """Open each credit when the scenario says."""
        for credit in self._credits.values():
            yield self.wake(int(credit.open.timestamp()), OpenCredit(self._terms[credit.id]))

    def react(self, event: Event) -> Iterable[Wake]:
        """Fund what was agreed; waive what the scenario forgives."""
        match event:
            case CreditIssued(credit=credit) if credit in self._credits:
                terms = self._terms[credit]
                at = self.diary.after(event.sim_time, self._behaviour.funding)
                yield self.wake(at, Fund(credit, terms.funding, terms.fund_until))
            case DrawPresented(credit=credit, draw=draw) if credit in self._credits:
                presentation = self._planned.get(bytes.fromhex(event.documents[0]))
                if presentation is not None and presentation.waived:
                    self._waivable.add((credit, draw))
            case DrawDiscrepant(credit=credit, draw=draw) if (credit, draw) in self._waivable:
                at = self.diary.after(event.sim_time, self._behaviour.waiver)
                # What comes too late, after the documents went back, is not tried.
                yield self.wake(at, Waive(credit, draw), lambda: (credit, draw) in self._waivable)
            case DrawReturned():
                self._waivable.discard((event.credit, event.draw))


class Issuer(Actor):
    """The bank that issued credits: waives what their applicants waive."""

    hears = (WaiverGiven, DrawReturned)

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary, scenario.behaviour.retries)
        self._behaviour = scenario.behaviour
        self._applicants = {c.id: c.applicant for c in scenario.credits if c.issuer == account}
        self.subjects = self._applicants
        self._returned: set[tuple[str, int]] = set()

    def react(self, event: Event) -> Iterable[Wake]:
        """Waive after the applicant did."""
        match event:
            case WaiverGiven(credit=credit, draw=draw) if event.actor == self._applicants.get(credit):
                at = self.diary.after(event.sim_time, self._behaviour.waiver)
                yield self.wake(at, Waive(credit, draw), lambda: (credit, draw) not in self._returned)
            case DrawReturned():
                self._returned.add((event.credit, event.draw))


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
