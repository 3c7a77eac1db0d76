"""The invariants of the money side: what stands behind SU, both legs or none, and two supplies apart."""

from collections import defaultdict
from collections.abc import Sequence

from settlement.domain.events import (
    CashDeposited,
    CashWithdrawn,
    CoinsDeposited,
    CoinsSold,
    CurrencyBurned,
    CurrencyMinted,
    CurrencyMoved,
    CurrencyRecovered,
    Event,
    Moved,
    OutputDelivered,
    QuoteAccepted,
)
from settlement.domain.participants import Flow
from settlement.domain.quotes import QuoteSide
from settlement.domain.reasons import Reason
from tests.model.desk import DESK
from tests.model.system import Model

ACQUIRED = (Flow.ISSUE, Flow.INTAKE, Flow.CONVERT)


class MoneyJudge:
    """Books of DRL, cash and coins, kept from events alone."""

    def __init__(self) -> None:
        self.drl: defaultdict[str, int] = defaultdict(int)
        self.cash = self.coins = 0

    def open(self, model: Model) -> None:
        """Begin with what there is."""
        self.drl.update(model.currency.balances)
        self.cash, self.coins = model.reserve.cash, model.reserve.coins

    def after(self, earlier: Model, model: Model, events: Sequence[Event]) -> None:
        """Book and judge what one transaction did."""
        for happened in events:
            self._book(happened)
        moved = [e for e in events if isinstance(e, Moved)]
        paid = [(e.source, e.destination, e.amount) for e in events if isinstance(e, CurrencyMoved)]
        for happened in events:
            if isinstance(happened, QuoteAccepted):
                self._both_legs(happened, moved, paid)
            if isinstance(happened, OutputDelivered):
                self._within_attested(happened, earlier, moved, paid)
        if any(isinstance(e, CurrencyMinted | CurrencyBurned) for e in events):
            assert not moved, "one transaction changed the supply of DRL and moved SU"
        self._acquired(model, moved)

    def _book(self, happened: Event) -> None:
        match happened:
            case CurrencyMinted(to=to, amount=amount):
                self.drl[to] += amount
            case CurrencyBurned(holder=holder, amount=amount):
                self.drl[holder] -= amount
            case (
                CurrencyMoved(source=source, destination=to, amount=amount)
                | CurrencyRecovered(source=source, destination=to, amount=amount)
            ):
                self.drl[source] -= amount
                self.drl[to] += amount
            case CashDeposited(amount=amount):
                self.cash += amount
            case CashWithdrawn(amount=amount):
                self.cash -= amount
            case CoinsDeposited(coins=coins):
                self.coins += coins
            case CoinsSold(coins=coins, proceeds=proceeds):
                self.coins -= coins
                self.cash += proceeds

    @staticmethod
    def _both_legs(quote: QuoteAccepted, moved: list[Moved], paid: list[tuple[str, str, int]]) -> None:
        """Payment versus payment: SU one way and DRL the other, as quoted."""
        (leg,) = moved
        wallet = quote.actor
        sells = quote.side is QuoteSide.SELLS_SU
        way = (DESK, wallet) if sells else (wallet, DESK)
        assert (leg.flow, leg.source, leg.destination, leg.amount) == (Flow.CONVERT, *way, quote.su_amount)
        assert paid == [(way[1], way[0], quote.drl_amount)]

    @staticmethod
    def _within_attested(
        delivery: OutputDelivered, earlier: Model, moved: list[Moved], paid: list[tuple[str, str, int]]
    ) -> None:
        """Invariants 7 and 10: once, within what was attested, and coins, SU and DRL in one transaction."""
        attestation = earlier.intake.attestations[delivery.attestation]
        assert attestation.delivered == 0 < delivery.coins <= attestation.output.coins
        assert [(leg.flow, leg.amount) for leg in moved] == [(Flow.INTAKE, delivery.su)]
        assert [amount for _, _, amount in paid] == [delivery.payment]

    @staticmethod
    def _acquired(model: Model, moved: list[Moved]) -> None:
        """Invariant 1 at issue, and exposure: the reserve covers the supply, nobody holds too much."""
        if any(leg.flow in (Flow.ISSUE, Flow.INTAKE) for leg in moved):
            assert model.reserve.check_coverage(model.token.total_supply()) is Reason.OK
        for leg in moved:
            name = model.participants.participant_of(leg.destination)
            if leg.flow in ACQUIRED and name:
                assert model.meter.exposure_of(name) <= model.regime.programme().max_exposure

    def always(self, model: Model) -> None:
        """Supply is minted less burned and equals all balances; coins are what was delivered and not sold."""
        currency = model.currency
        assert sum(currency.balances.values()) == currency.total_supply()
        assert min(currency.balances.values(), default=0) >= 0
        assert min(model.reserve.cash, model.reserve.coins) >= 0

    def close_books(self, model: Model) -> None:
        """What events say equals what there is."""
        held = {account: amount for account, amount in model.currency.balances.items() if amount}
        assert {account: amount for account, amount in self.drl.items() if amount} == held
        assert (self.cash, self.coins) == (model.reserve.cash, model.reserve.coins)
