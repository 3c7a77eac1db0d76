"""Section 4 of the rules: draws, each one presentation of documents or of what stands for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from settlement.domain.participants import (
    CreditState,
    DrawKind,
    DrawState,
    Flow,
    Instrument,
    LicenceStatus,
    Role,
    Stage,
)
from settlement.domain.reasons import Reason
from settlement.domain.terms import Terms
from tests.model.clock import Clock
from tests.model.credits import Escrow
from tests.model.offices import require
from tests.model.records import LIVE, Credit, Draw
from tests.model.regime import WHOLE
from tests.model.terms import EXAMINATION

OF_GOODS = (DrawKind.DOCUMENTS, DrawKind.DELIVERY)
WAITING = (DrawState.PRESENTED, DrawState.DISCREPANT)


@dataclass
class Presentations:
    """Draws under the credits of the escrow, by number from 1."""

    clock: Clock
    escrow: Escrow
    presented: set[bytes] = field(default_factory=set)  #: transport documents in use
    secured_by: dict[str, str] = field(default_factory=dict)  #: guarantee -> credit

    # Presentation

    def present(
        self, actor: str, name: str, amount: int, shipped_at: int, documents: Sequence[bytes], kind: DrawKind
    ) -> None:
        """The beneficiary presents, in time, what the terms provide for."""
        credit = self.escrow.get(name)
        require(credit is not None and self.escrow.acts(actor, credit.terms.beneficiary), Reason.NOT_A_PARTY)
        assert credit is not None
        self._require_live(credit)
        self._require_unexpired()
        terms, clock = credit.terms, self.escrow.clock_of(name)
        self._require_standing(terms.beneficiary, Role.SETTLER | Role.COUNTERPARTY)
        calendar = self.escrow.calendar
        end = calendar.end_of_banking_day(terms.banking_place, self.clock.now, EXAMINATION)
        examine_until = clock + end - self.clock.now
        self._require_in_time(terms, kind, shipped_at, clock)
        self._require_provided(name, credit, kind, amount, examine_until)
        wanted = terms.documents if kind in OF_GOODS else 1
        complete = len(documents) == len(set(documents)) == wanted and bytes(32) not in documents
        require(complete, Reason.DOCUMENTS_INCOMPLETE)
        require(documents[0] not in self.presented, Reason.DOCUMENT_REUSED)
        require(len(credit.draws) < 100, Reason.AMOUNT_OUT_OF_TERMS)
        available = credit.demurrage if kind is DrawKind.DEMURRAGE else credit.undrawn
        require(amount <= available, Reason.AMOUNT_OUT_OF_TERMS)
        self.presented.add(documents[0])
        share = terms.retention if kind is DrawKind.DOCUMENTS else 0
        period = terms.retention_period if kind is DrawKind.DOCUMENTS else 0
        credit.draws.append(
            Draw(
                kind,
                amount,
                amount * share // WHOLE,
                terms.tenor,
                period,
                examine_until,
                documents[0],
                self.clock.now,
            )
        )
        credit.consents.clear()

    def _require_in_time(self, terms: Terms, kind: DrawKind, shipped_at: int, clock: int) -> None:
        until = terms.expiry
        if kind in OF_GOODS:
            require(shipped_at <= self.clock.now, Reason.TOO_EARLY)
            require(shipped_at <= terms.latest_shipment, Reason.TOO_LATE)
            until = min(until, shipped_at + terms.presentation_period)
        require(clock <= until, Reason.TOO_LATE)

    def _require_provided(
        self, name: str, credit: Credit, kind: DrawKind, amount: int, examine_until: int
    ) -> None:
        terms = credit.terms
        if kind is DrawKind.DELIVERY:
            require(credit.advance_open, Reason.NOT_IN_TERMS)
            require(self.escrow.clock_of(name) <= credit.return_until, Reason.TOO_LATE)
            require(amount == 0, Reason.AMOUNT_OUT_OF_TERMS)
        elif kind is DrawKind.ADVANCE:
            self._require_advance(name, credit, amount, examine_until)
        elif kind is DrawKind.DEMURRAGE:
            require(amount > 0, Reason.AMOUNT_OUT_OF_TERMS)
        elif terms.instalments:
            self._require_instalment(name, credit, amount)
        else:
            self._require_amount(credit, amount)

    def _require_amount(self, credit: Credit, amount: int) -> None:
        """Parts as agreed; a single draw may fall short by the tolerance."""
        terms = credit.terms
        drawn = any(_counts(draw, DrawKind.DOCUMENTS) for draw in credit.draws)
        available = 0 if drawn and not terms.partial_draws else credit.undrawn
        minimum = terms.amount - terms.amount * terms.tolerance // WHOLE
        least = 1 if terms.partial_draws else min(minimum, available)
        require(max(1, least) <= amount <= available, Reason.AMOUNT_OUT_OF_TERMS)

    def _require_instalment(self, name: str, credit: Credit, amount: int) -> None:
        """One after the other, each in its time and for its amount; a missed one ends the later ones."""
        terms, number = credit.terms, self.instalments(credit)
        waits = any(d.kind is DrawKind.DOCUMENTS and d.state in WAITING for d in credit.draws)
        due = number < len(terms.instalments) and not waits
        in_time = due and self.escrow.clock_of(name) <= terms.instalments_until[number]
        require(in_time, Reason.INSTALMENT_MISSED)
        # Where something is with the arbiter, it draws what is there.
        there = min(terms.instalments[number], credit.undrawn)
        require(0 < amount == there, Reason.AMOUNT_OUT_OF_TERMS)

    @staticmethod
    def instalments(credit: Credit) -> int:
        """How many were presented and not returned."""
        return sum(_counts(d, DrawKind.DOCUMENTS) for d in credit.draws) if credit.terms.instalments else 0

    def _require_advance(self, name: str, credit: Credit, amount: int, examine_until: int) -> None:
        """Before delivery is shown or overdue, and secured where that was agreed."""
        terms = credit.terms
        still = credit.return_until == 0 or credit.advance_open
        require(terms.advance > 0 and still, Reason.NOT_IN_TERMS)
        advanced = sum(d.amount for d in credit.draws if _counts(d, DrawKind.ADVANCE))
        require(0 < amount <= max(0, terms.advance - advanced), Reason.AMOUNT_OUT_OF_TERMS)
        if terms.guarantee:
            needed = examine_until - self.escrow.clock_of(name) + terms.tenor + terms.return_period
            secured = self._secures(terms.guarantee, name, terms.applicant, advanced + amount, needed)
            require(secured, Reason.NOT_GUARANTEED)
            self.secured_by[terms.guarantee] = name

    def _secures(self, guarantee: str, name: str, applicant: str, amount: int, needed: int) -> bool:
        """A live guarantee for the applicant, over as much, that lasts as long and secures nothing else."""
        other = self.escrow.get(guarantee)
        return (
            other is not None
            and other.terms.instrument is Instrument.GUARANTEE
            and other.terms.beneficiary == applicant
            and other.terms.expiry - self.escrow.clock_of(guarantee) > needed
            and other.is_live
            and other.undrawn >= amount
            and self.secured_by.get(guarantee, name) == name
        )

    # Examination

    def accept(self, actor: str, name: str, number: int) -> None:
        """The examiner finds it compliant."""
        self._accept(name, self._examined(actor, name, number))

    def give_notice(self, actor: str, name: str, number: int, discrepancies: Sequence[str]) -> None:
        """The examiner's one notice lists everything."""
        draw = self._examined(actor, name, number)
        require(len(discrepancies) > 0, Reason.DOCUMENTS_INCOMPLETE)
        draw.state = DrawState.DISCREPANT
        draw.waive_until = self.escrow.clock_of(name) + self.escrow.credits[name].terms.waiver_window

    def deem_accepted(self, actor: str, name: str, number: int) -> None:
        """Silence is acceptance, but for an attestor's."""
        draw = self._in_state(name, number, DrawState.PRESENTED)
        milestone = self.escrow.credits[name].terms.instrument is Instrument.MILESTONE
        require(not milestone, Reason.NOT_IN_TERMS)
        self.escrow.require_after(name, draw.examine_until)
        self._require_unexpired()
        examiner = self.escrow.credits[name].terms.examiner
        self._require_standing(examiner, Role.EXAMINER)
        require(not self._was_barred(draw, examiner), Reason.WRONG_STATE)
        self._accept(name, draw)

    def waive(self, actor: str, name: str, number: int) -> None:
        """Applicant and issuer both waive."""
        credit = self.escrow.get(name)
        require(credit is not None, Reason.WRONG_STATE)
        assert credit is not None
        self._require_live(credit)
        draw, terms = self._draw(credit, number), credit.terms
        needed = {terms.applicant, terms.issuer} - {""}
        self.escrow.require_until(name, self._waivable_until(name, draw))
        require(self.escrow.acts(actor, *needed), Reason.NOT_A_PARTY)
        party = self.escrow.participants.acting(actor)
        self._require_standing(party, Role.SETTLER | Role.COUNTERPARTY | Role.BANK)
        draw.waived_by |= {party}
        if draw.waived_by == needed:
            self._accept(name, draw)

    def return_documents(self, actor: str, name: str, number: int) -> None:
        """Discrepant documents go back, and what an attestor was silent on."""
        credit = self.escrow.get(name)
        require(credit is not None, Reason.WRONG_STATE)
        assert credit is not None
        draw = self._draw(credit, number)
        terms = credit.terms
        if credit.state is CreditState.CANCELLED:
            require(draw.state in {*WAITING, DrawState.ACCEPTED}, Reason.WRONG_STATE)
        elif draw.state is DrawState.PRESENTED and terms.instrument is Instrument.MILESTONE:
            self._require_live(credit)
            self.escrow.require_after(name, draw.examine_until)
        else:
            self._require_live(credit)
            until = self._waivable_until(name, draw)
            gave_notice = draw.state is DrawState.DISCREPANT and self.escrow.acts(actor, terms.examiner)
            if not gave_notice and not self.escrow.acts(actor, terms.beneficiary):
                self.escrow.require_after(name, until)
        draw.state = DrawState.RETURNED
        credit.consents.clear()
        self.presented.discard(draw.document)

    def _waivable_until(self, name: str, draw: Draw) -> int:
        """Until when the parties may take documents that have discrepancies or were left unexamined."""
        if draw.state is DrawState.DISCREPANT:
            return draw.waive_until
        terms = self.escrow.credits[name].terms
        over = self.escrow.clock_of(name) > draw.examine_until
        standing = self.escrow.rulebook.check_participant(terms.examiner, Role.EXAMINER)
        barred = standing not in (Reason.OK, Reason.LIST_STALE) or self._was_barred(draw, terms.examiner)
        unexamined = draw.state is DrawState.PRESENTED and terms.instrument is not Instrument.MILESTONE
        require(unexamined and over and barred, Reason.WRONG_STATE)
        return draw.examine_until + terms.waiver_window

    def _was_barred(self, draw: Draw, examiner: str) -> bool:
        return self.escrow.participants.restored_at.get(examiner, 0) > draw.presented_at

    def _accept(self, name: str, draw: Draw) -> None:
        """To be paid after the tenor; what shows delivery draws nothing and ends the advance."""
        self._require_unexpired()
        credit = self.escrow.credits[name]
        draw.maturity = self.escrow.clock_of(name) + draw.tenor
        draw.state = DrawState.ACCEPTED
        if draw.kind is DrawKind.DELIVERY:
            draw.state = DrawState.FINAL
            if credit.advance_open:
                credit.advance_open = False
                credit.consents.clear()
                self.escrow.close_if_empty(name)

    # Payment

    def settle(self, actor: str, name: str, number: int) -> None:
        """Anybody has an accepted draw paid at maturity, less its retention."""
        draw = self._in_state(name, number, DrawState.ACCEPTED)
        credit, clock = self.escrow.credits[name], self.escrow.clock_of(name)
        require(clock >= draw.maturity, Reason.TOO_EARLY)
        draw.state = DrawState.PAID if draw.retention else DrawState.FINAL
        if draw.retention:
            draw.retain_until = clock + draw.retention_period
        if draw.kind is DrawKind.ADVANCE:
            credit.advance_open = True
            credit.return_until = credit.return_until or clock + credit.terms.return_period
        credit.consents.clear()
        self.escrow.pay(name, draw.amount - draw.retention, Flow.PAY)
        self.escrow.close_if_empty(name)

    def finalise(self, actor: str, name: str, number: int) -> None:
        """The retention is paid: by the applicant early, by anybody at its end."""
        draw = self._in_state(name, number, DrawState.PAID)
        if not self.escrow.acts(actor, self.escrow.credits[name].terms.applicant):
            require(self.escrow.clock_of(name) >= draw.retain_until, Reason.TOO_EARLY)
        draw.state = DrawState.FINAL
        self.escrow.credits[name].consents.clear()
        self.escrow.pay(name, draw.retention, Flow.PAY)
        self.escrow.close_if_empty(name)

    def dispute_retention(self, actor: str, name: str, number: int) -> None:
        """Either party has the whole retention set apart."""
        draw = self._in_state(name, number, DrawState.PAID)
        self.escrow.require_until(name, draw.retain_until)
        draw.state = DrawState.FINAL
        self.escrow.dispute_retention(actor, name, draw.retention)

    def report_overdue(self, actor: str, name: str) -> None:
        """No delivery was shown in time for an advance."""
        credit = self.escrow.get(name)
        require(credit is not None and credit.advance_open, Reason.NOT_IN_TERMS)
        assert credit is not None
        self.escrow.require_after(name, credit.return_until)
        waits = any(d.kind is DrawKind.DELIVERY and d.state in WAITING for d in credit.draws)
        require(not waits, Reason.DRAWS_OPEN)
        self._require_live(credit)
        credit.advance_open = False
        credit.consents.clear()
        self.escrow.close_if_empty(name)

    # Wind-down

    def wind_down(self, actor: str, name: str) -> None:
        """An administrator, when it is due; anybody in the end."""
        credit = self.escrow.get(name)
        if self.escrow.rulebook.regime.stage() is not Stage.EXPIRED:
            self._require_winding_down(actor, credit)
        due = 0
        for draw in credit.draws if credit is not None and credit.state in LIVE else ():
            if draw.state is DrawState.ACCEPTED:
                due += draw.amount
                draw.state = DrawState.FINAL
            elif draw.state is DrawState.PAID:
                due += draw.retention
                draw.state = DrawState.FINAL
            elif draw.state in WAITING:
                draw.state = DrawState.RETURNED
                self.presented.discard(draw.document)
        self.escrow.wind_down(name, due)

    def _require_winding_down(self, actor: str, credit: Credit | None) -> None:
        require(credit is None or not credit.held, Reason.ON_HOLD)
        register = self.escrow.participants
        parties = (credit.terms.applicant, credit.terms.beneficiary) if credit else ()
        revoked = any(register.profiles[party].licence is LicenceStatus.REVOKED for party in parties)
        winds_down = self.escrow.rulebook.regime.stage() is Stage.WIND_DOWN
        require(winds_down or revoked, Reason.TOO_EARLY)
        administrator = register.acting(actor)
        standing = self.escrow.rulebook.check_participant(administrator, Role.ADMINISTRATOR)
        require(standing is Reason.OK, Reason.NOT_A_PARTY)

    # What every step asks

    def _require_live(self, credit: Credit) -> None:
        require(not credit.held, Reason.ON_HOLD)
        require(credit.state in (CreditState.ACTIVE, CreditState.DISPUTED), Reason.WRONG_STATE)

    def _require_unexpired(self) -> None:
        """What was not accepted by the end of the wind-down is refunded."""
        require(self.escrow.rulebook.regime.stage() is not Stage.EXPIRED, Reason.REGIME_EXPIRED)

    def _draw(self, credit: Credit, number: int) -> Draw:
        require(1 <= number <= len(credit.draws), Reason.WRONG_STATE)
        return credit.draws[number - 1]

    def _in_state(self, name: str, number: int, state: DrawState) -> Draw:
        credit = self.escrow.get(name)
        require(credit is not None, Reason.WRONG_STATE)
        assert credit is not None
        self._require_live(credit)
        draw = self._draw(credit, number)
        require(draw.state is state, Reason.WRONG_STATE)
        return draw

    def _examined(self, actor: str, name: str, number: int) -> Draw:
        """The draw, for its examiner, in good standing and in time."""
        draw = self._in_state(name, number, DrawState.PRESENTED)
        examiner = self.escrow.credits[name].terms.examiner
        require(self.escrow.acts(actor, examiner), Reason.NOT_A_PARTY)
        self.escrow.require_until(name, draw.examine_until)
        self._require_standing(examiner, Role.EXAMINER | Role.ATTESTOR)
        return draw

    def _require_standing(self, name: str, roles: Role) -> None:
        standing = self.escrow.rulebook.check_participant(name, roles)
        require(standing is Reason.OK, standing)


def _counts(draw: Draw, kind: DrawKind) -> bool:
    """Whether a draw is one of the kind that did not go back."""
    return draw.kind is kind and draw.state is not DrawState.RETURNED
