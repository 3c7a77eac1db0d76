"""The trades of a scenario: those that its file writes out, and those that the seed draws from its flows."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from heapq import merge
from itertools import accumulate, groupby
from operator import itemgetter
from typing import TypeVar

from settlement.domain.amounts import Amount
from settlement.scenario import Bill, Credit, Flow, Obligation, Scenario
from settlement.scenario.flow_names import trade_name
from settlement.simulation.clock import OFFICE_CLOSES, OFFICE_OPENS, BankingCalendar, midnight
from settlement.simulation.flow_trades import KINDS, MAKERS, Draft, Trade
from settlement.simulation.streams import Stream

_WHOLE_SU = Amount.parse("1 SU").minor

T = TypeVar("T", Credit, Bill, Obligation)


class Trades:
    """All trades of a run. What is drawn is not kept: who goes over it draws the same trades anew.

    Each flow draws from a stream of its own; the trades of one do not depend on another.
    """

    def __init__(self, scenario: Scenario, seed: int, calendars: Mapping[str, BankingCalendar]) -> None:
        self._scenario, self._seed = scenario, seed
        self._home = calendars[scenario.regime.home]

    def credits(self) -> Iterator[Credit]:
        """Every credit, those of the file first, then flow by flow."""
        yield from self._scenario.credits
        yield from self._all(Credit)

    def bills(self) -> Iterator[Bill]:
        """Every bill, likewise."""
        yield from self._scenario.bills
        yield from self._all(Bill)

    def obligations(self) -> Iterator[Obligation]:
        """Every obligation, likewise."""
        yield from self._scenario.obligations
        yield from self._all(Obligation)

    def written(self) -> Iterator[Trade]:
        """Those of the file."""
        yield from self._scenario.credits
        yield from self._scenario.bills
        yield from self._scenario.obligations

    def mornings(self) -> Iterator[tuple[int, list[Trade]]]:
        """When each day begins at home (epoch seconds) and what is drawn to begin on it, flow by flow."""
        drawn = merge(*map(self._draw, self._scenario.flows), key=itemgetter(0))
        for day, begun in groupby(drawn, itemgetter(0)):
            yield self._home.local(midnight(day)), [trade for _, trade in begun]

    def _all(self, kind: type[T]) -> Iterator[T]:
        """Every trade of a kind that is drawn."""
        for flow in self._scenario.flows:
            if any(KINDS[word] is kind for word in flow.instruments):
                yield from (trade for _, trade in self._draw(flow) if isinstance(trade, kind))

    def _draw(self, flow: Flow) -> Iterator[tuple[date, Trade]]:
        """All trades of a flow, which begin in office hours at home, evenly over its banking days."""
        stream = Stream(self._seed, f"flow {flow.id}")
        days = list(self._home.open_days(flow.first, flow.last))
        words, weights = list(flow.instruments), list(accumulate(flow.instruments.values()))
        for index in range(flow.trades):
            day = days[index * len(days) // flow.trades]
            # Moments of a file are whole minutes.
            minute = stream.integer(OFFICE_OPENS // 60, OFFICE_CLOSES // 60 - 1)
            begin = datetime.fromtimestamp(self._home.local(midnight(day)) + 60 * minute, UTC)
            buyer, seller = stream.choice(flow.buyers), stream.choice(flow.sellers)
            amount = Amount(_amount(flow, stream))
            ticket = stream.integer(1, weights[-1])
            word = next(word for word, weight in zip(words, weights, strict=True) if ticket <= weight)
            draft = Draft(trade_name(flow.id, index + 1), begin, buyer, seller, amount)
            for trade in MAKERS[word](draft, flow, stream):
                yield day, trade


def expand(scenario: Scenario, seed: int, calendars: Mapping[str, BankingCalendar]) -> Scenario:
    """The scenario with the trades of its flows among its own, as if the file had them, and no flows."""
    trades = Trades(scenario, seed, calendars)
    return scenario.model_copy(
        update={
            "flows": (),
            "credits": tuple(trades.credits()),
            "bills": tuple(trades.bills()),
            "obligations": tuple(trades.obligations()),
        }
    )


def _amount(flow: Flow, stream: Stream) -> int:
    """An amount of the range in whole SU; where the range holds none, its lower end."""
    low, high = -(-flow.amount.low // _WHOLE_SU), flow.amount.high // _WHOLE_SU
    return stream.integer(low, high) * _WHOLE_SU if low <= high else flow.amount.low
