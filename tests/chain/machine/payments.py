"""What moves SU without a credit: direct payments, enforcement, the quarantine."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement.domain.participants import Flow, ItemState
from tests.chain.machine.authorities import trades, wallets
from tests.chain.machine.ramp import HOLDERS, Ramps
from tests.chain.machine.setting import COMPLIANCE, PARTICIPANTS, SECOND, SUPERVISOR, WALLETS, su

holders = st.sampled_from(HOLDERS)
people = st.sampled_from(((COMPLIANCE, SECOND), (SECOND, COMPLIANCE), (SECOND, SECOND)))
enforcers = st.sampled_from(((COMPLIANCE, SUPERVISOR), (SECOND, SUPERVISOR), (SUPERVISOR, SUPERVISOR)))


class Payments(Ramps):
    """Holders, and enforcement."""

    def amount(self, data: st.DataObject, payer: str, number: str = "") -> int:
        """An amount: a plain one or one at an edge."""
        return data.draw(
            st.sampled_from(self.amounts(payer, number)) | st.integers(0, su(1_500)), label="amount"
        )

    # Direct payments

    @rule(payer=wallets, payee=wallets, data=st.data())
    def pay_anybody(self, payer: str, payee: str, data: st.DataObject) -> None:
        """Anybody pays anybody."""
        self.transfer(payer, payee, self.amount(data, payer))

    @rule(data=st.data())
    def pay_for_a_trade(self, data: st.DataObject) -> None:
        """Two who trade with each other pay."""
        pairs = [
            (number, *pair)
            for number, t in self.model.trades.trades.items()
            for pair in ((t.entity, t.counterparty), (t.counterparty, t.entity))
        ]
        cases = [(a, b, amount) for n, a, b in pairs for amount in self.amounts(a, n)]
        case = self.aim(data, cases, lambda s, c: s.token.detect_transfer_restriction(*c))
        self.transfer(*case)

    @rule(data=st.data())
    def pay_again(self, data: st.DataObject) -> None:
        """As often as all else together, somebody pays somebody in earnest."""
        self.pay_for_a_trade(data)

    def transfer(self, payer: str, payee: str, amount: int) -> None:
        """Pay, after having asked."""
        dry = self.agree("direct", lambda s: s.token.detect_transfer_restriction(payer, payee, amount))
        real = self.both("direct", lambda s: s.token.transfer(payer, payee, amount))
        assert real is dry

    @rule(number=st.sampled_from(("BS", "BT", "CS")), data=st.data(), short=st.booleans())
    def pay_out_of_an_allowance(self, number: str, data: st.DataObject, short: bool) -> None:
        """A third one pays."""
        trade = self.model.trades.trades[number]
        payer, payee = trade.entity, trade.counterparty
        allowed = self.amount(data, payer, number)
        cases = [(by, payer, payee, allowed) for by in WALLETS]
        case = self.aim(data, cases, lambda s, c: s.rulebook.check_party(c[0]))
        allowance = max(0, allowed - 1) if short else allowed
        self.both("approve", lambda s: s.token.approve(payer, case[0], allowance))
        dry = self.agree("direct from", lambda s: s.token.detect_transfer_restriction_from(*case))
        real = self.both("direct from", lambda s: s.token.transfer_from(*case))
        assert real is dry

    # Enforcement

    @rule(account=holders, data=st.data(), pair=enforcers)
    def freeze(self, account: str, data: st.DataObject, pair: tuple[str, str]) -> None:
        """Freeze some, all, or more than all; less than before takes two."""
        amount = self.amount(data, account)
        if amount < self.model.token.frozen[account]:
            self.both("propose freeze", lambda s: s.token.propose_freeze(pair[0], account, amount))
        self.both("freeze", lambda s: s.token.set_frozen_tokens(pair[1], account, amount))

    @rule(source=holders, to=holders, data=st.data(), pair=enforcers, rare=st.integers(0, 9))
    def seize(self, source: str, to: str, data: st.DataObject, pair: tuple[str, str], rare: int) -> None:
        """Seize, frozen or not."""
        amount = self.amount(data, source)
        if rare:
            self.both("propose seizure", lambda s: s.token.propose_seizure(pair[0], source, to, amount))
        self.both("seize", lambda s: s.token.forced_transfer(pair[1], source, to, amount))

    @rule(source=st.sampled_from(("B", "B2", "S", "S2", "C", "C2")), to=holders, all_=st.booleans())
    def recover(self, source: str, to: str, all_: bool) -> None:
        """Move everything from a lost wallet."""
        trades_ = sorted({t for (w, t), a in self.model.token.earmarks.items() if w == source and a and t})
        if not all_:
            trades_ = trades_[1:]
        self.both("recover", lambda s: s.token.recover(SUPERVISOR, source, to, tuple(trades_)))

    @rule(account=holders, number=trades)
    def release_earmark(self, account: str, number: str) -> None:
        """Free what is held for a trade."""
        self.both("release earmark", lambda s: s.token.release_earmark("U", account, number))

    # The quarantine

    @precondition(lambda self: self.model.token.items)
    @rule(data=st.data(), to_payer=st.booleans(), pair=people)
    def release_item(self, data: st.DataObject, to_payer: bool, pair: tuple[str, str]) -> None:
        """Two reviewers let something go."""
        number = data.draw(st.integers(1, len(self.model.token.items)))
        self.both("propose release", lambda s: s.quarantine.propose_release(pair[0], number, to_payer))
        self.both("release item", lambda s: s.quarantine.release(pair[1], number, to_payer))

    @precondition(lambda self: self.model.token.items)
    @rule(data=st.data())
    def claim_item(self, data: st.DataObject) -> None:
        """Have it paid."""
        states = {n: item.state for n, item in enumerate(self.model.token.items, 1)}
        released = [n for n, state in states.items() if state in (ItemState.TO_PAYER, ItemState.TO_PAYEE)]
        number = data.draw(st.sampled_from(released or sorted(states)))
        self.both("claim item", lambda s: s.quarantine.claim("U", number))

    # Every flow, as a dry question

    @rule(flow=st.sampled_from(Flow), number=trades, data=st.data())
    def ask(self, flow: Flow, number: str, data: st.DataObject) -> None:
        """Ask about any flow between any two under any trade."""
        trade = self.model.trades.trades.get(number)
        pairs = [(a, b) for a in ("B", "C", "M", "S", "U") for b in (*PARTICIPANTS, "B2", "U")]
        if trade is not None:
            pairs += [(trade.entity, trade.counterparty), ("M", trade.entity)] * 5
        cases = [self.question(flow, a, b, amount, number) for a, b in pairs for amount in (1, su(2_000))]
        case = self.aim(data, cases, lambda s, c: s.token.check_flow(*c))
        self.agree(flow.name.lower(), lambda s: s.token.check_flow(*case))

    @staticmethod
    def question(flow: Flow, payer: str, payee: str, amount: int, trade: str) -> tuple[object, ...]:
        """The parties and accounts of a flow between two."""
        source = "" if flow in (Flow.ISSUE, Flow.INTAKE) else payer
        target = "" if flow is Flow.REDEEM else payee
        return flow, "" if flow is Flow.ISSUE else payer, target, source, target, amount, trade
