"""Cash in and out, and what holders have to spend."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement.domain.errors import Refused
from settlement.domain.participants import Flow
from tests.chain.machine.base import Machine
from tests.chain.machine.setting import COMPLIANCE, RAMP, su
from tests.model.desk import DESK
from tests.model.token import QUARANTINE

HOLDERS = ("B", "B", "C", "C", "S", "S", "D", "T", "V", "B2", "S2", "C2", "L", "U")


class Ramps(Machine):
    """The ramp office."""

    def amounts(self, payer: str, number: str = "") -> list[int]:
        """Amounts at the edges of what the payer may, and some plain ones."""
        token = self.model.token
        balance = token.balances[payer]
        free = max(0, balance - token.frozen[payer])
        loose = max(0, free - token.earmarked(payer))
        edges = {0, 1, su(50), su(400), su(1_500), su(3_999), su(4_001), balance, balance + 1}
        edges |= {free, free + 1, loose, loose + 1}
        trade = self.model.trades.trades.get(number)
        if trade is not None:
            left = trade.value - trade.used
            edges |= {left, left + 1, min(left, free), min(left, free) // 3}
        return sorted(edges)

    @rule(data=st.data(), used=st.integers(0, 9))
    def issue(self, data: st.DataObject, used: int) -> None:
        """Cash in, SU out."""
        cases = [(to, amount) for to in HOLDERS for amount in (su(300), su(5_000), su(16_000))]
        to, amount = self.aim(
            data, cases, lambda s, c: s.token.check_flow(Flow.ISSUE, "", c[0], "", c[0], c[1], "")
        )
        ref = "opening B" if used == 0 else self.fresh("on ")
        # Cash comes in together with the issue, so the dry question alone may find the reserve short.
        self.agree("issue", lambda s: s.token.check_flow(Flow.ISSUE, "", to, "", to, amount, ""))
        self.both("issue", lambda s: s.ramp.issue(RAMP, to, amount, ref))

    @rule(data=st.data(), used=st.integers(0, 9), approved=st.integers(0, 9))
    def redeem(self, data: st.DataObject, used: int, approved: int) -> None:
        """SU in, cash out."""
        cases = [(holder, amount) for holder in HOLDERS for amount in self.amounts(holder)]
        holder, amount = self.aim(
            data, cases, lambda s, c: s.token.check_flow(Flow.REDEEM, c[0], "", c[0], "", c[1], "")
        )
        ref = "opening B" if used == 0 else self.fresh("off ")
        if approved:
            self.both("approve", lambda s: s.token.approve(holder, "Ramp", amount))
        self.agree("redeem", lambda s: s.token.check_flow(Flow.REDEEM, holder, "", holder, "", amount, ""))
        self.both("redeem", lambda s: s.ramp.redeem(RAMP, holder, amount, ref))

    @rule(
        module=st.sampled_from((DESK, DESK, DESK, QUARANTINE)),
        step=st.sampled_from(("issue", "redeem")),
        amount=st.sampled_from((su(500), su(2_000), su(9_000))),
        office=st.sampled_from((RAMP, RAMP, RAMP, "B")),
    )
    def stock(self, module: str, step: str, amount: int, office: str) -> None:
        """The desk's inventory grows or shrinks; what others hold is out of reach."""
        ref = self.fresh("stock ")
        self.both(f"{step} (stock)", lambda s: getattr(s.ramp, step)(office, module, amount, ref))

    @precondition(lambda self: self.model.reserve.coins)
    @rule(
        share=st.sampled_from((1, 3)),
        percent=st.sampled_from((50, 90, 100, 110, 120)),
        flaw=st.integers(0, 7),
    )
    def sell_coins(self, share: int, percent: int, flaw: int) -> None:
        """Coins of the reserve become cash, well or badly sold."""
        coins = self.model.reserve.coins // share + (flaw == 0)
        try:
            proceeds = self.model.reserve.at_market(coins) * percent // 100
        except Refused:
            proceeds = coins
        office, ref = ("B" if flaw == 1 else RAMP), self.fresh("sale ")
        if flaw != 2:
            self.both("propose sale", lambda s: s.reserve.propose_sale(COMPLIANCE, coins, proceeds, ref))
        self.both("sell coins", lambda s: s.reserve.sell_coins(office, coins, proceeds, ref))
