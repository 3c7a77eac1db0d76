"""The conversion desk: firm quotes, each accepted once, SU against DRL or neither."""

from dataclasses import dataclass, field, replace
from fractions import Fraction

from settlement.chain.twins.conversion_desk import DeskLimits, Quote
from settlement.domain.participants import Flow, Office
from settlement.domain.quotes import QuoteSide, QuoteState
from settlement.domain.reasons import Reason
from tests.model.clock import Clock
from tests.model.currency import Currency
from tests.model.offices import SUPERVISOR, require, require_office
from tests.model.oracle import Oracle
from tests.model.regime import WHOLE
from tests.model.register import Participants
from tests.model.token import HELD_BACK, Token

DESK = "ConversionDesk"
OFFICE = frozenset({Office.DESK.value})
#: What a deployment begins with.
OPENING_LIMITS = DeskLimits(spread=200, max_life=3_600, max_size=10**12)
#: From SU in minor units times a price to DRL in minor units.
PRICE_UNIT = 10**12


@dataclass
class Desk:
    """The desk and its quotes; its inventory is what it has in both currencies."""

    clock: Clock
    token: Token
    currency: Currency
    participants: Participants
    oracle: Oracle
    limits: DeskLimits = OPENING_LIMITS
    quotes: dict[str, Quote] = field(default_factory=dict)

    def set_limits(self, actor: str, limits: DeskLimits) -> None:
        """What quotes keep to from now on."""
        require_office(actor, SUPERVISOR)
        fits = limits.spread < WHOLE and limits.max_life > 0 and limits.max_size > 0
        require(fits, Reason.TERMS_INVALID)
        self.limits = limits

    def post_quote(self, actor: str, name: str, quote: Quote) -> None:
        """A firm quote to one entity, close to the market."""
        require_office(actor, OFFICE)
        require(name != "" and name not in self.quotes, Reason.ALREADY_USED)
        ahead = 0 <= quote.valid_until - self.clock.now <= self.limits.max_life
        sized = 0 < quote.su_amount <= self.limits.max_size and quote.drl_amount > 0
        require(self.participants.wallet_of(quote.entity) != "" and ahead and sized, Reason.TERMS_INVALID)
        market = self.market(quote.su_amount)
        off = abs(quote.drl_amount - market)
        require(off <= market * self.limits.spread / WHOLE, Reason.PRICE_OUT_OF_SPREAD)
        self.quotes[name] = replace(quote, state=QuoteState.POSTED)

    def market(self, su_amount: int) -> Fraction:
        """What so much SU is worth, exactly, in minor units of DRL."""
        return Fraction(su_amount * self.oracle.price("SU"), PRICE_UNIT)

    def accept(self, actor: str, name: str) -> None:
        """The entity takes it, in time; both legs pass, or nothing happens."""
        require(name in self.quotes, Reason.WRONG_STATE)
        quote = self.quotes[name]
        require(quote.state is not QuoteState.USED, Reason.ALREADY_USED)
        require(self.participants.acting(actor) == quote.entity, Reason.NOT_A_PARTY)
        require(self.clock.now <= quote.valid_until, Reason.TOO_LATE)
        self.quotes[name] = replace(quote, state=QuoteState.USED)
        if quote.side is QuoteSide.BUYS_SU:
            self.token.take(DESK, Flow.CONVERT, actor, DESK, quote.su_amount, name, "")
            self.currency.transfer(DESK, actor, quote.drl_amount)
            return
        # To somebody held back nothing is sold; there is nothing to quarantine.
        answer = self.token.check_flow(Flow.CONVERT, DESK, actor, DESK, actor, quote.su_amount, "")
        require(answer not in HELD_BACK, answer)
        self.token.pay_out(DESK, Flow.CONVERT, DESK, actor, quote.su_amount, name, "")
        self.currency.transfer_from(DESK, actor, DESK, quote.drl_amount)
