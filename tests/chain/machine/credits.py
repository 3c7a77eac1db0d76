"""What parties, examiners, arbiters, administrators and reviewers do with credits and draws."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement.domain.participants import CreditState, DrawKind, DrawState, Instrument
from settlement.domain.reasons import Reason
from settlement.domain.terms import Terms
from tests.chain.machine.base import Machine
from tests.chain.machine.credit_kinds import AMENDMENTS, FLAWS, KINDS
from tests.chain.machine.payments import people
from tests.chain.machine.setting import COMPLIANCE, TRADES, su
from tests.model.clock import DAY
from tests.model.records import LIVE, Credit, Draw
from tests.model.terms import maximum
from tests.model.vault import ESCROW


class Credits(Machine):
    """Credits from offer to end."""

    # Terms

    def terms(self, number: str, kind: str) -> Terms:
        """Sound terms of a kind, under a trade."""
        entity, other, *_ = TRADES[number]
        now = self.setting.now
        plain = Terms(
            ref=self.fresh("credit "),
            trade=number,
            applicant=other if kind == "guarantee" else entity,
            beneficiary=entity if kind == "guarantee" else other,
            examiner="E",
            arbiter="R",
            amount=su(900),
            offer_until=now + 3 * DAY,
            fund_until=now + 6 * DAY,
            latest_shipment=now + 14 * DAY,
            expiry=now + 20 * DAY + (60 * DAY if kind == "guarantee" else 0),
            presentation_period=9 * DAY,
            award_period=5 * DAY,
            banking_place="XH",
            documents=2,
        )
        changes = dict(KINDS[kind])
        if kind == "instalments":
            changes["instalments_until"] = (now + 12 * DAY, now + 20 * DAY)
        return replace(plain, **changes)

    @rule(
        number=st.sampled_from(("BS", "BS", "CS", "CS", "BT", "CT")),
        kind=st.sampled_from(sorted(KINDS)),
        steps=st.integers(1, 7),
        data=st.data(),
    )
    def carry_through(self, number: str, kind: str, steps: int, data: st.DataObject) -> None:
        """Take a sound credit as far as so many steps go."""
        terms = self.terms(number, kind)
        guarantees = [n for n, c in self.credits.items() if c.terms.instrument is Instrument.GUARANTEE]
        if kind == "advance" and guarantees and data.draw(st.booleans()):
            terms = replace(terms, guarantee=data.draw(st.sampled_from(guarantees)))
        self.carry(terms, steps)

    def carry(self, terms: Terms, steps: int) -> None:
        """Open, have it agreed to, fund, and go on with draws."""
        if self.both("open", lambda s: s.escrow.open(terms.applicant, terms)) is not Reason.OK:
            return
        for step in range(1, steps):
            if step == 1:
                self.both("issue credit", lambda s: s.escrow.issue(terms.beneficiary, terms.ref))
            elif self.credits[terms.ref].state is CreditState.ISSUED:
                self.fund(terms.ref)
            elif self.credits[terms.ref].is_live:
                self.draw_on(terms.ref)

    def draw_on(self, name: str) -> None:
        """The next good step with the draws of a credit: examine, pay, finalise, or present."""
        credit = self.credits[name]
        open_ = [
            n for n, d in enumerate(credit.draws, 1) if d.state not in (DrawState.RETURNED, DrawState.FINAL)
        ]
        if open_:
            self.next_step(name, open_[-1], 3)
            return
        kinds = [DrawKind.DOCUMENTS]
        kinds += [DrawKind.DELIVERY] if credit.advance_open else []
        kinds += [DrawKind.DEMURRAGE] if credit.demurrage else []
        kinds += [DrawKind.ADVANCE] if credit.terms.advance and not credit.return_until else []
        self.present_as(name, kinds[-1], self.sound_amount(credit, kinds[-1]), 9)

    def sound_amount(self, credit: Credit, kind: DrawKind) -> int:
        """What such a draw may well be over."""
        done = self.model.presentations.instalments(credit)
        if kind is DrawKind.DOCUMENTS and done < len(credit.terms.instalments):
            return credit.terms.instalments[done]
        whole = credit.undrawn if not credit.terms.partial_draws else max(1, credit.undrawn // 2)
        amounts = {
            DrawKind.DELIVERY: 0,
            DrawKind.DEMURRAGE: credit.demurrage,
            DrawKind.ADVANCE: credit.terms.advance,
        }
        return amounts.get(kind, whole)

    @rule(
        number=st.sampled_from(("BS", "CS", "CV", "DT", "BH", "CL", "BN", "BSx")),
        kind=st.sampled_from(sorted(KINDS)),
        flaw=st.sampled_from(sorted(FLAWS)),
        flawed=st.booleans(),
    )
    def offer(self, number: str, kind: str, flaw: str, flawed: bool) -> None:
        """Offer a credit with something wrong about terms or parties."""
        terms = self.terms(number, kind)
        if flawed:
            terms = replace(terms, **FLAWS[flaw])
        self.both("open", lambda s: s.escrow.open(terms.applicant, terms))

    @property
    def credits(self) -> dict[str, Credit]:
        """All of them."""
        return self.model.escrow.credits

    def fund(self, name: str) -> None:
        """Approve and lock."""
        terms = self.credits[name].terms
        wallet = self.model.participants.wallet_of(terms.applicant)
        amount = maximum(terms) + terms.demurrage
        self.both("approve", lambda s: s.token.approve(wallet, ESCROW, amount))
        self.both("fund", lambda s: s.escrow.fund(wallet, name))

    def in_states(self, *states: CreditState) -> list[str]:
        """Credits in any of the states."""
        return [name for name, credit in self.credits.items() if credit.state in states]

    def live(self) -> list[str]:
        """Credits under which value may move."""
        return [name for name, credit in self.credits.items() if credit.is_live]

    # The way it is meant to go

    @precondition(lambda self: self.in_states(CreditState.DRAFT, CreditState.ISSUED))
    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """Agree to what was offered, or fund what was agreed to."""
        name = self.pick(data, self.in_states(CreditState.DRAFT, CreditState.ISSUED))
        if self.credits[name].state is CreditState.DRAFT:
            by = self.model.participants.wallet_of(self.credits[name].terms.beneficiary)
            self.both("issue credit", lambda s: s.escrow.issue(by, name))
        else:
            self.fund(name)

    @precondition(lambda self: self.live())
    @rule(data=st.data(), kind=st.sampled_from((*DrawKind, DrawKind.DOCUMENTS)), flaw=st.integers(0, 9))
    def present(self, data: st.DataObject, kind: DrawKind, flaw: int) -> None:
        """Present something, sometimes not quite what the terms ask for."""
        name = self.pick(data, self.live())
        credit = self.credits[name]
        amounts = {1, credit.undrawn, credit.undrawn + 1, su(300), self.sound_amount(credit, kind)}
        amount = data.draw(st.sampled_from(sorted(amounts))) if flaw < 6 else self.sound_amount(credit, kind)
        self.present_as(name, kind, amount, flaw)

    def present_as(self, name: str, kind: DrawKind, amount: int, flaw: int) -> None:
        """Present, with a flaw from 1 to 4, or none."""
        terms = self.credits[name].terms
        count = terms.documents if kind in (DrawKind.DOCUMENTS, DrawKind.DELIVERY) else 1
        self.serial += 1
        papers = [bytes([self.serial % 256, self.serial // 256, n]) + bytes(29) for n in range(1, count + 1)]
        shipped = self.setting.now - (flaw == 1) * 10 * DAY + (flaw == 2) * DAY
        if flaw == 3 and self.model.presentations.presented:
            papers[0] = min(self.model.presentations.presented)
        papers = papers[1:] if flaw == 4 else papers
        by = self.model.participants.wallet_of(terms.beneficiary)
        self.both("present", lambda s: s.presentations.present(by, name, amount, shipped, papers, kind))

    def draws(self, *states: DrawState) -> list[tuple[str, int]]:
        """Draws in these states, under live credits."""
        return [
            (name, number)
            for name in self.live()
            for number, draw in enumerate(self.credits[name].draws, 1)
            if draw.state in states
        ]

    @precondition(lambda self: self.draws(*(DrawState(n) for n in (1, 2, 4, 5))))
    @rule(data=st.data(), choice=st.integers(0, 3))
    def go_on_with_draw(self, data: st.DataObject, choice: int) -> None:
        """The next step of a draw, by whoever it is up to."""
        waiting = self.draws(DrawState.PRESENTED, DrawState.DISCREPANT, DrawState.ACCEPTED, DrawState.PAID)
        name, number = self.pick(data, waiting)
        self.next_step(name, number, choice)

    def next_step(self, name: str, number: int, choice: int) -> None:
        """One of the steps that a draw may take next."""
        draw, terms = self.credits[name].draws[number - 1], self.credits[name].terms
        match draw.state:
            case DrawState.PRESENTED if choice:
                self.on_draw("accept", terms.examiner, name, number)
            case DrawState.PRESENTED:
                self.both(
                    "give notice",
                    lambda s: s.presentations.give_notice(terms.examiner, name, number, ["late"]),
                )
            case DrawState.DISCREPANT if choice:
                for party in (terms.applicant, terms.issuer):
                    if party and self.credits[name].draws[number - 1].state is DrawState.DISCREPANT:
                        self.on_draw("waive", party, name, number)
            case DrawState.DISCREPANT:
                self.on_draw("return_documents", terms.examiner, name, number)
            case DrawState.ACCEPTED:
                self.wait_until(name, draw.maturity if choice else 0)
                self.on_draw("settle", "U", name, number)
            case DrawState.PAID:
                self.wait_until(name, draw.retain_until if choice > 1 else 0)
                self.on_draw("finalise", terms.applicant if choice else "U", name, number)

    def wait_until(self, name: str, time: int) -> None:
        """Let time pass until then on the credit's clock, if that is soon."""
        self.model.clock.now = self.setting.now
        left = time - self.model.escrow.clock_of(name)
        if 0 < left <= 10 * DAY:
            self.setting.advance(left)

    def on_draw(self, step: str, actor: str, name: str, number: int) -> None:
        """A step on a draw."""
        self.both(
            step.replace("_", " "),
            lambda s: getattr(s.presentations, step)(actor, name, number),
        )

    # What may happen besides

    @precondition(lambda self: self.draws(*(DrawState(n) for n in range(1, 7))))
    @rule(
        data=st.data(),
        step=st.sampled_from(
            (
                "accept",
                "deem_accepted",
                "waive",
                "return_documents",
                "settle",
                "finalise",
                "dispute_retention",
            )
        ),
        actor=st.sampled_from(("E", "A", "B", "S", "C", "U", "K", "B2")),
        beyond=st.integers(0, 9),
    )
    def any_step_on_draw(self, data: st.DataObject, step: str, actor: str, beyond: int) -> None:
        """Any step by anybody."""
        name, number = self.pick(data, self.draws(*(DrawState(n) for n in range(1, 7))))
        self.on_draw(step, actor, name, number + (beyond == 0))

    @precondition(lambda self: self.credits)
    @rule(
        data=st.data(),
        step=st.sampled_from(
            ("issue", "cancel", "cancel", "fund", "expire", "expire", "award_by_time", "hold")
        ),
        actor=st.sampled_from(("B", "S", "C", "U", COMPLIANCE, COMPLIANCE)),
    )
    def any_step_on_credit(self, data: st.DataObject, step: str, actor: str) -> None:
        """Any step by anybody."""
        name = self.pick(data, self.credits)
        label = {"issue": "issue credit", "cancel": "cancel credit", "hold": "hold credit"}.get(step, step)
        self.both(label, lambda s: getattr(s.escrow, step)(actor, name))

    @precondition(lambda self: self.in_states(*LIVE))
    @rule(data=st.data(), rate=st.integers(0, 3))
    def overdue(self, data: st.DataObject, rate: int) -> None:
        """Report an advance for which no delivery was shown."""
        name = self.pick(data, self.in_states(*LIVE))
        self.both("report overdue", lambda s: s.presentations.report_overdue("U", name))

    @precondition(lambda self: self.in_states(*LIVE))
    @rule(data=st.data(), change=st.sampled_from((*sorted(AMENDMENTS), "cancel")), silent=st.integers(0, 4))
    def change_by_consent(self, data: st.DataObject, change: str, silent: int) -> None:
        """The parties agree to an amendment or to the end; sometimes one is silent."""
        name = self.pick(data, self.in_states(*LIVE))
        terms = self.credits[name].terms
        parties = [terms.applicant, terms.beneficiary, terms.issuer, terms.confirmer]
        new = None if change == "cancel" else replace(terms, **AMENDMENTS[change](terms))
        wallet = self.model.participants.wallet_of(terms.applicant)
        if change == "more":
            self.both("approve", lambda s: s.token.approve(wallet, ESCROW, maximum(terms)))
        for party in [p for p in parties if p][: -1 if silent == 0 else None]:
            self.consent(self.model.participants.wallet_of(party), name, new)

    def consent(self, actor: str, name: str, new: Terms | None) -> None:
        """One party's consent."""
        if new is None:
            self.both("cancel by consent", lambda s: s.escrow.cancel_by_consent(actor, name))
        else:
            self.both("amend", lambda s: s.escrow.amend(actor, name, new))

    @precondition(lambda self: any(c.held for c in self.credits.values()))
    @rule(data=st.data(), act=st.sampled_from(("release", "block_credit", "reject_credit")), pair=people)
    def decide_on_hold(self, data: st.DataObject, act: str, pair: tuple[str, str]) -> None:
        """Two reviewers decide."""
        name = self.pick(data, [n for n, c in self.credits.items() if c.held])
        self.both("propose decision", lambda s: s.escrow.propose(pair[0], act, name))
        self.both(act.replace("_", " "), lambda s: getattr(s.escrow, act)(pair[1], name))

    @precondition(lambda self: self.in_states(*LIVE))
    @rule(data=st.data(), by=st.integers(0, 5))
    def dispute(self, data: st.DataObject, by: int) -> None:
        """The parties dispute, of whom one may be silent, or the arbiter decides."""
        name = self.pick(data, self.in_states(*LIVE))
        credit = self.credits[name]
        if credit.disputed and data.draw(st.booleans()):
            amount = data.draw(
                st.sampled_from((0, credit.disputed, credit.disputed // 2, credit.disputed + 1))
            )
            self.both("award", lambda s: s.escrow.award("R" if by else "E", name, amount))
            return
        amount = data.draw(st.sampled_from((1, credit.undrawn, credit.undrawn // 2, credit.undrawn + 1)))
        terms = credit.terms
        parties = [terms.applicant, terms.issuer, terms.confirmer, terms.beneficiary]
        parties = [self.model.participants.wallet_of(party) for party in parties if party]
        for actor in parties if by > 2 else parties[::-1][:-1] if by else ["U"]:
            self.agree_to_dispute(actor, name, amount)

    def agree_to_dispute(self, actor: str, name: str, amount: int) -> None:
        """One party's consent to it."""
        self.both("dispute", lambda s: s.escrow.dispute(actor, name, amount))

    @precondition(lambda self: self.in_states(*LIVE))
    @rule(data=st.data(), actor=st.sampled_from(("Z", "Z", "U")))
    def wind_down_credit(self, data: st.DataObject, actor: str) -> None:
        """An administrator winds a credit down, or anybody does in the end."""
        name = self.pick(data, self.in_states(*LIVE))
        self.both("wind down credit", lambda s: s.presentations.wind_down(actor, name))

    def edges_of_credits(self) -> list[int]:
        """Deadlines of credits and draws, as times of the world."""
        edges = []
        self.model.clock.now = self.setting.now
        for name, credit in self.credits.items():
            terms, shift = credit.terms, self.setting.now - self.model.escrow.clock_of(name)
            times = [
                terms.offer_until,
                terms.fund_until,
                terms.expiry,
                credit.award_until,
                credit.retention_until,
                credit.return_until,
            ]
            for draw in credit.draws:
                times += deadlines(draw)
            edges += [time + shift for time in times if time]
        return edges


def deadlines(draw: Draw) -> list[int]:
    """When something about a draw ends."""
    return [draw.examine_until, draw.waive_until, draw.maturity, draw.retain_until]
