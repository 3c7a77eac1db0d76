"""The authorised entity behind the applicant: opens credits, funds them, waives discrepancies."""

from collections.abc import Iterable

from settlement.domain.events import CreditIssued, DrawDiscrepant, DrawPresented, DrawReturned, Event
from settlement.domain.participants import Instrument
from settlement.domain.terms import Terms
from settlement.scenario import Credit, Duration, Scenario
from settlement.simulation.actors.actor import Actor, Intent, Wake
from settlement.simulation.clock import SECONDS_PER_DAY, end_of
from settlement.simulation.documents import document_hash
from settlement.simulation.operations import Fund, OpenCredit, Waive
from settlement.simulation.streams import Diary


class Entity(Actor):
    """Acts for the applicant of its credits."""

    def __init__(self, account: str, diary: Diary, scenario: Scenario) -> None:
        super().__init__(account, diary)
        self._behaviour = scenario.behaviour
        self._credits = {credit.id: credit for credit in scenario.credits if credit.applicant == account}
        places = {participant.id: participant.jurisdiction for participant in scenario.participants}
        self._terms = {c.id: terms_of(c, places[c.examiner]) for c in self._credits.values()}
        self._forgiven = {
            document_hash(credit.id, number, credit.documents[0])
            for credit in self._credits.values()
            for number, presentation in enumerate(credit.presentations, 1)
            if presentation.waived
        }
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
            case DrawPresented(credit=credit) if bytes.fromhex(event.documents[0]) in self._forgiven:
                self._waivable.add((credit, event.draw))
            case DrawDiscrepant(credit=credit, draw=draw) if (credit, draw) in self._waivable:
                at = self.diary.after(event.sim_time, self._behaviour.waiver)
                yield Wake(at, lambda: self._waiver(credit, draw))
            case DrawReturned():
                self._waivable.discard((event.credit, event.draw))

    def _waiver(self, credit: str, draw: int) -> Intent | None:
        """What comes too late, after the documents went back, is not tried."""
        return Intent(self.account, Waive(credit, draw)) if (credit, draw) in self._waivable else None


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
