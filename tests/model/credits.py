"""Section 4 of the rules: what may be done with credits."""

from settlement.domain.participants import CreditState, Flow, Role
from settlement.domain.reasons import Reason
from settlement.domain.terms import Terms
from tests.model.offices import COMPLIANCE, require, require_office
from tests.model.records import LIVE, Credit
from tests.model.terms import maximum, require_amendable, require_openable, require_permitted
from tests.model.vault import Vault


class Escrow(Vault):
    """Credits from offer to end."""

    # Before it is funded

    def open(self, actor: str, terms: Terms) -> None:
        """The applicant offers."""
        require(self.acts(actor, terms.applicant), Reason.NOT_A_PARTY)
        require_openable(terms, self.clock.now, self.rulebook, self.calendar)
        require(terms.ref not in self.credits, Reason.ALREADY_USED)
        self.credits[terms.ref] = Credit(terms, self.clock.now)

    def issue(self, actor: str, name: str) -> None:
        """The beneficiary agrees; the terms are irrevocable."""
        credit = self.in_state(name, CreditState.DRAFT)
        require(self.acts(actor, credit.terms.beneficiary), Reason.NOT_A_PARTY)
        self.require_until(name, credit.terms.offer_until)
        require_permitted(credit.terms, self.rulebook)
        credit.state = CreditState.ISSUED

    def cancel(self, actor: str, name: str) -> None:
        """An offer: either side, anybody when it has ended. Unfunded in time: anybody."""
        credit = self.credits.get(name)
        require(credit is None or not credit.held, Reason.ON_HOLD)
        require(
            credit is not None and credit.state in (CreditState.DRAFT, CreditState.ISSUED), Reason.WRONG_STATE
        )
        assert credit is not None
        terms = credit.terms
        if credit.state is CreditState.ISSUED:
            self.require_after(name, terms.fund_until)
        elif not self.acts(actor, terms.applicant, terms.beneficiary):
            self.require_after(name, terms.offer_until)
        credit.state = CreditState.CANCELLED

    def fund(self, actor: str, name: str) -> None:
        """The applicant locks face amount, tolerance and demurrage."""
        credit = self.in_state(name, CreditState.ISSUED)
        require(self.acts(actor, credit.terms.applicant), Reason.NOT_A_PARTY)
        self.require_until(name, credit.terms.fund_until)
        credit.state = CreditState.ACTIVE
        self._lock(name, actor, maximum(credit.terms) + credit.terms.demurrage)

    # By consent of all

    def amend(self, actor: str, name: str, terms: Terms) -> None:
        """Each party agrees to the same new terms; the last one puts them in force."""
        credit = self.live(name)
        if not self._all_agree(credit, actor, terms):
            return
        require_amendable(credit.terms, terms, self.clock_of(name), self.rulebook, self.calendar)
        more = maximum(terms) - maximum(credit.terms)
        require(-more <= credit.undrawn, Reason.AMOUNT_OUT_OF_TERMS)
        same = terms.guarantee == credit.terms.guarantee
        require(same or not credit.advance_open, Reason.TERMS_INVALID)
        credit.terms = terms
        credit.consents.clear()
        if more > 0:
            self._lock(name, self.participants.wallet_of(terms.applicant), more)
        self._refund(name, max(0, -more))
        self.close_if_empty(name)

    def cancel_by_consent(self, actor: str, name: str) -> None:
        """Each party agrees to the end."""
        credit = self.live(name)
        require(credit.at_rest and not credit.of_retention, Reason.DRAWS_OPEN)
        if self._all_agree(credit, actor, None):
            self._end(name, CreditState.CANCELLED)

    def live(self, name: str) -> Credit:
        """A funded credit that has not ended and is not held."""
        credit = self.credits.get(name)
        require(credit is None or not credit.held, Reason.ON_HOLD)
        require(credit is not None and credit.state in LIVE, Reason.WRONG_STATE)
        assert credit is not None
        return credit

    def _all_agree(self, credit: Credit, actor: str, change: Terms | int | None) -> bool:
        terms = credit.terms
        needed = {terms.applicant, terms.issuer, terms.confirmer, terms.beneficiary} - {""}
        require(self.acts(actor, *needed), Reason.NOT_A_PARTY)
        agreed = credit.consents.setdefault(change, set())
        agreed.add(self.participants.acting(actor))
        return agreed == needed

    # Its ends by time

    def expire(self, actor: str, name: str) -> None:
        """Anybody has the undrawn rest refunded."""
        credit = self.live(name)
        self.require_after(name, max(credit.terms.expiry, credit.award_until))
        require(credit.at_rest, Reason.DRAWS_OPEN)
        if not credit.of_retention:
            self._end(name, CreditState.EXPIRED)
            return
        rest = credit.locked - credit.of_retention
        require(rest > 0, Reason.WRONG_STATE)
        credit.disputed, credit.award_until, credit.lapsed = credit.of_retention, 0, True
        credit.consents.clear()
        self._refund(name, rest)

    # Compliance

    def hold(self, actor: str, name: str) -> None:
        """Stop it, and its clock."""
        require_office(actor, COMPLIANCE)
        credit = self.credits.get(name)
        is_open = credit is not None and credit.state in (CreditState.DRAFT, CreditState.ISSUED, *LIVE)
        require(is_open, Reason.WRONG_STATE)
        assert credit is not None
        require(not credit.held, Reason.ON_HOLD)
        credit.holds.append((self.clock.now, None))
        if credit.advance_open and credit.terms.guarantee:
            self.credits[credit.terms.guarantee].stilled.append((self.clock.now, None))
        credit.consents.clear()

    def propose(self, actor: str, function: str, name: str) -> None:
        """The first reviewer's half of what follows."""
        self.two_people.propose(actor, (function, name), self._present_hold(name))

    def release(self, actor: str, name: str) -> None:
        """Two reviewers clear it."""
        self._decide(actor, "release", name)

    def block_credit(self, actor: str, name: str) -> None:
        """Two reviewers found a true match: all of it goes to the quarantine, in the beneficiary's name."""
        credit = self._decide(actor, "block_credit", name)
        self._set_nothing_apart(credit, CreditState.BLOCKED)
        self._impound(name, credit.locked)

    def reject_credit(self, actor: str, name: str) -> None:
        """Two reviewers end it; the applicant is refunded."""
        self._decide(actor, "reject_credit", name)
        self._end(name, CreditState.CANCELLED)

    def _decide(self, actor: str, function: str, name: str) -> Credit:
        require_office(actor, COMPLIANCE)
        self.two_people.second(actor, (function, name), self._present_hold(name))
        credit = self.credits.get(name)
        require(credit is not None and credit.held, Reason.ON_HOLD)
        assert credit is not None
        self._end_hold(credit)
        return credit

    def _present_hold(self, name: str) -> int:
        credit = self.credits.get(name)
        return len(credit.holds) if credit is not None and credit.held else 0

    def _end_hold(self, credit: Credit) -> None:
        credit.consents.clear()
        now = self.clock.now
        credit.holds = [(begin, now if end is None else end) for begin, end in credit.holds]
        guarantee = self.credits.get(credit.terms.guarantee)
        if credit.advance_open and guarantee is not None:
            guarantee.stilled = [(begin, now if end is None else end) for begin, end in guarantee.stilled]

    # Disputes

    def dispute(self, actor: str, name: str, amount: int) -> None:
        """All have an undrawn amount set apart, so that the arbiter's time ends by expiry."""
        credit = self.live(name)
        terms = credit.terms
        require(terms.arbiter != "", Reason.NOT_A_PARTY)
        self.require_until(name, terms.expiry - terms.award_period)
        require(0 < amount <= credit.undrawn, Reason.AMOUNT_OUT_OF_TERMS)
        if self._all_agree(credit, actor, amount):
            credit.award_until = self._set_apart(name, amount)

    def dispute_retention(self, actor: str, name: str, amount: int) -> None:
        """Either party has what was retained of a draw set apart."""
        credit = self.credits[name]
        terms = credit.terms
        can = self.acts(actor, terms.applicant, terms.beneficiary) and terms.arbiter != ""
        require(can, Reason.NOT_A_PARTY)
        credit.of_retention += amount
        credit.retention_until = self._set_apart(name, amount)

    def _set_apart(self, name: str, amount: int) -> int:
        """Amounts add up; the arbiter's time runs from now."""
        credit = self.credits[name]
        credit.state = CreditState.DISPUTED
        credit.disputed += amount
        credit.consents.clear()
        return self.clock_of(name) + credit.terms.award_period

    def award(self, actor: str, name: str, to_beneficiary: int) -> None:
        """The arbiter splits it, unless the time for a part of it is over."""
        credit = self.in_state(name, CreditState.DISPUTED)
        require(self.acts(actor, credit.terms.arbiter), Reason.NOT_A_PARTY)
        self.require_until(name, credit.first_end)
        standing = self.rulebook.check_participant(credit.terms.arbiter, Role.ARBITER)
        require(standing is Reason.OK, standing)
        require(to_beneficiary <= credit.disputed, Reason.AMOUNT_OUT_OF_TERMS)
        to_applicant = credit.disputed - to_beneficiary
        credit.disputed = credit.of_retention = credit.award_until = credit.retention_until = 0
        self._end_dispute(name, to_beneficiary, to_applicant)

    def award_by_time(self, actor: str, name: str) -> None:
        """Without an award the beneficiary gets what had been accepted; what was undrawn is so again."""
        credit = self.in_state(name, CreditState.DISPUTED)
        self.require_after(name, credit.first_end)
        clock, accepted = self.clock_of(name), 0
        if clock > credit.award_until:
            credit.disputed, credit.award_until = credit.of_retention, 0
        if clock > credit.retention_until:
            accepted, credit.of_retention, credit.retention_until = credit.of_retention, 0, 0
            credit.disputed -= accepted
        self._end_dispute(name, accepted, 0)

    def _end_dispute(self, name: str, to_beneficiary: int, to_applicant: int) -> None:
        credit = self.credits[name]
        if credit.disputed == 0:
            credit.state = CreditState.ACTIVE
        credit.consents.clear()
        self.pay(name, to_beneficiary, Flow.AWARD)
        self._refund(name, to_applicant)
        self.close_if_empty(name)

    # Wind-down

    def wind_down(self, name: str, accepted: int) -> None:
        """What was accepted and retained is paid (of a held credit: quarantined), the rest refunded."""
        credit = self.credits.get(name)
        require(credit is not None and credit.state in LIVE, Reason.WRONG_STATE)
        assert credit is not None
        due = accepted + credit.of_retention
        held = credit.held
        if held:
            self._end_hold(credit)
        self._set_nothing_apart(credit, CreditState.WOUND_DOWN)
        if held:
            self._impound(name, due)
        else:
            self.pay(name, due, Flow.PAY)
        self._refund(name, credit.locked)
