"""What residents and the treasury do with the domestic currency."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement.domain.reasons import Reason
from tests.chain.machine.base import Machine
from tests.chain.machine.setting import COMPLIANCE, SECOND, SUPERVISOR, TREASURY, drl
from tests.model.desk import DESK
from tests.model.intake import INTAKE
from tests.model.token import QUARANTINE

HOLDERS = ("B", "B", "C", "C", "D", "M", "K", "B2", "S", "U")
holders = st.sampled_from(HOLDERS)
amounts = st.sampled_from((0, 1, drl(500), drl(90_000), drl(3_000_000)))


class Domestic(Machine):
    """DRL."""

    @rule(
        holder=st.sampled_from((*HOLDERS, DESK, INTAKE, QUARANTINE)),
        amount=amounts,
        step=st.sampled_from(("mint", "burn")),
        flaw=st.integers(0, 9),
    )
    def circulate(self, holder: str, amount: int, step: str, flaw: int) -> None:
        """The treasury brings some in, or takes some out."""
        ref = "opening B" if flaw == 0 else self.fresh(f"{step} ")
        by = "B" if flaw == 1 else TREASURY
        if step == "burn" and flaw != 2 and holder in HOLDERS:
            self.both("approve DRL", lambda s: s.currency.approve(holder, by, amount))
        self.both(step, lambda s: getattr(s.currency, step)(by, holder, amount, ref))

    @rule(payer=holders, payee=holders, data=st.data())
    def pay_drl(self, payer: str, payee: str, data: st.DataObject) -> None:
        """Somebody pays, after having asked."""
        balance = self.model.currency.balances[payer]
        amount = data.draw(st.sampled_from((0, 1, drl(2_000), balance, balance + 1)))
        question = payer, payee, amount
        dry = self.agree("pay DRL", lambda s: s.currency.detect_transfer_restriction(*question))
        real = self.both("pay DRL", lambda s: s.currency.transfer(*question))
        assert real is dry

    @rule(spender=holders, holder=holders, payee=st.sampled_from(("B", "C", "M", "S")), short=st.booleans())
    def pay_drl_for_another(self, spender: str, holder: str, payee: str, short: bool) -> None:
        """Somebody pays out of an allowance."""
        amount = drl(40)
        self.both("approve DRL", lambda s: s.currency.approve(holder, spender, amount - short))
        self.both("pay DRL from", lambda s: s.currency.transfer_from(spender, holder, payee, amount))

    @rule(source=st.sampled_from(("B", "B2", "C")), to=st.sampled_from(("B", "B2", "C2", "M")))
    def recover_drl(self, source: str, to: str) -> None:
        """A wallet is lost."""
        self.both("recover DRL", lambda s: s.currency.recover(SUPERVISOR, source, to))

    @rule(module=st.sampled_from((DESK, INTAKE)), rare=st.integers(0, 4), alone=st.booleans())
    def strike_module(self, module: str, rare: int, alone: bool) -> None:
        """A contract shall hold none any more."""
        if rare == 0:
            if not alone:
                self.both("propose", lambda s: s.currency.propose_module(COMPLIANCE, module, False))
            self.both("strike", lambda s: s.currency.register_module(SUPERVISOR, module, False))

    @precondition(lambda self: not {DESK, INTAKE} <= self.model.currency.modules)
    @rule()
    def restore_modules(self) -> None:
        """It may again."""
        for module in (DESK, INTAKE):
            self.both("propose", lambda s, m=module: s.currency.propose_module(SECOND, m, True))  # type: ignore[misc]
            answer = self.both("admit", lambda s, m=module: s.currency.register_module(SUPERVISOR, m, True))  # type: ignore[misc]
            assert answer is Reason.OK
