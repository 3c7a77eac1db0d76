"""What the desk quotes, and what becomes of its quotes."""

from fractions import Fraction
from math import ceil, floor

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement.chain.twins.conversion_desk import DeskLimits, Quote
from settlement.domain.quotes import QuoteSide, QuoteState
from settlement.domain.reasons import Reason
from tests.chain.machine.prices import Prices
from tests.chain.machine.setting import DEALER, SUPERVISOR, su
from tests.model.desk import DESK, OPENING_LIMITS, PRICE_UNIT
from tests.model.regime import WHOLE

#: Where a quote lies: at the market, at an edge of what is allowed, or just beyond.
PLACES = ("market", "market", "least", "most", "below", "above")


class Conversions(Prices):
    """SU against DRL."""

    def drl_for(self, amount: int, place: str) -> int:
        """What a quote over so much SU asks or offers."""
        market = Fraction(amount * self.last("SU"), PRICE_UNIT)
        spread = Fraction(self.model.desk.limits.spread, WHOLE)
        least, most = ceil(market * (1 - spread)), floor(market * (1 + spread))
        places = {"market": floor(market), "least": least, "most": most}
        return places.get(place, max(0, least - 1) if place == "below" else most + 1)

    @rule(
        entity=st.sampled_from(("B", "B", "B", "C", "C", "D", "S", "nobody")),
        side=st.sampled_from(QuoteSide),
        amount=st.sampled_from((0, 1, su(300), su(900), su(900), su(5_000), su(14_000))),
        place=st.sampled_from(PLACES),
        life=st.sampled_from((-1, 0, 600, 600, 3_600, 3_601)),
        steps=st.integers(0, 5),
    )
    def quote(self, entity: str, side: QuoteSide, amount: int, place: str, life: int, steps: int) -> None:
        """A quote, mostly accepted at once."""
        name = self.fresh("quote ")
        quote = Quote(entity, side, amount, self.drl_for(amount, place), self.setting.now + life)
        if self.both("quote", lambda s: s.desk.post_quote(DEALER, name, quote)) is not Reason.OK:
            return
        if steps > 1:
            self.cover(name)
        if steps > 2:
            self.accept_quote(self.model.participants.wallet_of(entity), name)

    def cover(self, name: str) -> None:
        """The entity approves what it will pay."""
        quote = self.model.desk.quotes[name]
        wallet = self.model.participants.wallet_of(quote.entity)
        if quote.side is QuoteSide.SELLS_SU:
            self.both("approve DRL", lambda s: s.currency.approve(wallet, DESK, quote.drl_amount))
        else:
            self.both("approve", lambda s: s.token.approve(wallet, DESK, quote.su_amount))

    def accept_quote(self, wallet: str, name: str) -> Reason:
        """Somebody accepts."""
        return self.both("accept quote", lambda s: s.desk.accept(wallet, name))

    @precondition(lambda self: self.model.desk.quotes)
    @rule(data=st.data(), covered=st.integers(0, 4), wrong=st.integers(0, 7))
    def take_a_quote(self, data: st.DataObject, covered: int, wrong: int) -> None:
        """Any quote, by its entity or by somebody else."""
        quotes = self.model.desk.quotes
        waiting = [name for name, quote in quotes.items() if quote.state is QuoteState.POSTED]
        name = self.pick(data, waiting if waiting and wrong else quotes)
        wallet = self.model.participants.wallet_of(quotes[name].entity) if wrong != 1 else "B2"
        if covered:
            self.cover(name)
        self.accept_quote(wallet, name if wrong != 2 else "no quote")

    @precondition(lambda self: self.model.desk.quotes)
    @rule(data=st.data(), office=st.sampled_from((DEALER, DEALER, "B")))
    def quote_again(self, data: st.DataObject, office: str) -> None:
        """An id is used twice."""
        name = self.pick(data, self.model.desk.quotes)
        quote = Quote("C", QuoteSide.SELLS_SU, su(10), self.drl_for(su(10), "market"), self.setting.now)
        self.both("quote", lambda s: s.desk.post_quote(office, name, quote))

    @rule(
        limits=st.sampled_from(
            (
                OPENING_LIMITS,
                DeskLimits(spread=9_999, max_life=60, max_size=su(800)),
                DeskLimits(spread=0, max_life=86_400, max_size=su(20_000)),
                DeskLimits(spread=10_000, max_life=60, max_size=1),
                DeskLimits(spread=0, max_life=0, max_size=1),
            )
        ),
        by=st.sampled_from((SUPERVISOR, SUPERVISOR, DEALER)),
    )
    def limit_quotes(self, limits: DeskLimits, by: str) -> None:
        """The supervisor sets what quotes keep to."""
        self.both("desk limits", lambda s: s.desk.set_limits(by, limits))

    def edges_of_quotes(self) -> list[int]:
        """When quotes end."""
        return [quote.valid_until for quote in self.model.desk.quotes.values()]
