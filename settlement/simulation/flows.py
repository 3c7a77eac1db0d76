"""Flows made into trades: what the seed draws stands in the scenario as if the file had written it out."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import accumulate

from settlement.domain.amounts import Amount
from settlement.scenario import Bill, Credit, Flow, Obligation, Scenario
from settlement.scenario.flow_names import trade_name
from settlement.simulation.clock import OFFICE_CLOSES, OFFICE_OPENS, BankingCalendar, midnight
from settlement.simulation.flow_trades import MAKERS, Draft, Trade
from settlement.simulation.streams import Stream

_WHOLE_SU = Amount.parse("1 SU").minor


def expand(scenario: Scenario, seed: int, calendars: Mapping[str, BankingCalendar]) -> Scenario:
    """The scenario with the trades of its flows among its credits, bills and obligations, and no flows.

    Each flow draws from a stream of its own; the trades of one do not depend on another.
    """
    if not scenario.flows:
        return scenario
    home = calendars[scenario.regime.home]
    trades = [
        trade for flow in scenario.flows for trade in _trades(flow, Stream(seed, f"flow {flow.id}"), home)
    ]
    return scenario.model_copy(
        update={
            "flows": (),
            "credits": (*scenario.credits, *(t for t in trades if isinstance(t, Credit))),
            "bills": (*scenario.bills, *(t for t in trades if isinstance(t, Bill))),
            "obligations": (*scenario.obligations, *(t for t in trades if isinstance(t, Obligation))),
        }
    )


def _trades(flow: Flow, stream: Stream, home: BankingCalendar) -> list[Trade]:
    """All trades of a flow, which begin in office hours at home, evenly over its banking days."""
    days = list(home.open_days(flow.first, flow.last))
    words, weights = list(flow.instruments), list(accumulate(flow.instruments.values()))
    trades: list[Trade] = []
    for index in range(flow.trades):
        at = home.local(midnight(days[index * len(days) // flow.trades]))
        # Moments of a file are whole minutes.
        begin = datetime.fromtimestamp(
            at + 60 * stream.integer(OFFICE_OPENS // 60, OFFICE_CLOSES // 60 - 1), UTC
        )
        buyer, seller = stream.choice(flow.buyers), stream.choice(flow.sellers)
        amount = Amount(_amount(flow, stream))
        ticket = stream.integer(1, weights[-1])
        word = next(word for word, weight in zip(words, weights, strict=True) if ticket <= weight)
        draft = Draft(trade_name(flow.id, index + 1), begin, buyer, seller, amount)
        trades += MAKERS[word](draft, flow, stream)
    return trades


def _amount(flow: Flow, stream: Stream) -> int:
    """An amount of the range in whole SU; where the range holds none, its lower end."""
    low, high = -(-flow.amount.low // _WHOLE_SU), flow.amount.high // _WHOLE_SU
    return stream.integer(low, high) * _WHOLE_SU if low <= high else flow.amount.low
