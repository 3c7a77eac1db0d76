"""Sentences about prices, conversions, deliveries and clearing."""

from typing import Any

import pytest

from settlement.report.measures import Step
from settlement.report.narrative import sentence

QUOTE = {"quote": "Q1", "entity": "B", "su_amount": 100_000 * 10**6, "drl_amount": 49_750_000}


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        ("PricePosted", {"asset": "SU", "value": 500 * 10**6}, None),
        (
            "BreakerTripped",
            {"asset": "SU", "accepted": 500 * 10**6, "median": 350 * 10**6},
            "trips the breaker of SU: its price jumps from 5.00 DRL to 3.50 DRL",
        ),
        (
            "QuotePosted",
            {**QUOTE, "side": "BUYS_SU", "valid_until": 37_800},
            "offers B quote Q1: it buys 100,000.00 SU against 497,500.00 DRL, firm until 10:30",
        ),
        (
            "QuoteAccepted",
            {**QUOTE, "side": "SELLS_SU", "market": 0},
            "accepts quote Q1: it buys 100,000.00 SU against 497,500.00 DRL",
        ),
        (
            "QuoteAccepted",
            {**QUOTE, "side": "BUYS_SU", "market": 35_000_000},
            "accepts quote Q1: it sells 100,000.00 SU against 497,500.00 DRL, "
            "worth 350,000.00 DRL at the market",
        ),
        (
            "CycleSettled",
            {"cycle": 3, "obligations": 4, "gross": 200 * 10**6, "net": 0},
            "settles 4 obligations worth 200.00 SU in clearing cycle 3 without moving any SU",
        ),
        (
            "CycleSettled",
            {"cycle": 1, "obligations": 1, "gross": 10**7, "net": 10**7},
            "settles 1 obligation worth 10.00 SU in clearing cycle 1 by moving 10.00 SU",
        ),
        (
            "Moved",
            {"flow": "NET_LEG", "amount": 10**7, "source": "A", "destination": "ClearingHouse"},
            "has A pay its net position of 10.00 SU",
        ),
        (
            "Moved",
            {"flow": "NET_LEG", "amount": 10**7, "source": "ClearingHouse", "destination": "X", "payee": "X"},
            "has X paid its net position of 10.00 SU",
        ),
        (
            "CurrencyMoved",
            {"spender": "MinerIntake", "source": "B", "destination": "M", "amount": 5},
            None,
        ),
        (
            "CurrencyMoved",
            {"spender": "B", "source": "B", "destination": "D", "amount": 500},
            "moves 5.00 DRL from B to D",
        ),
        ("FrozenSet", {"participant": "B", "amount": 0}, "has nothing of B frozen any more"),
    ],
)
def test_an_event_is_told_in_words(kind: str, data: dict[str, Any], told: str | None) -> None:
    assert sentence(Step(0, "somebody", kind, data)) == told
