"""Kinds of credit, flaws of their terms, and amendments, each by what differs."""

from collections.abc import Callable
from typing import Any

from settlement.domain.participants import Instrument
from settlement.domain.terms import Terms
from tests.chain.machine.setting import END, su
from tests.model.clock import DAY

#: Kinds of credit, by what differs from a plain sight credit that is drawn in parts.
KINDS: dict[str, dict[str, Any]] = {
    "sight": {},
    "at once": {"tolerance": 500, "partial_draws": False},
    "deferred": {"instrument": Instrument.DEFERRED, "tenor": 3 * DAY, "issuer": "K", "confirmer": "K2"},
    "milestone": {"instrument": Instrument.MILESTONE, "examiner": "A", "documents": 1},
    "advance": {"instrument": Instrument.ADVANCE, "advance": su(300), "return_period": 8 * DAY},
    "retention": {"retention": 1_000, "retention_period": 9 * DAY},
    "demurrage": {"demurrage": su(50)},
    "instalments": {"instalments": (su(400), su(500))},
    "guarantee": {"instrument": Instrument.GUARANTEE, "documents": 1},
}
#: What is wrong with some terms.
FLAWS: dict[str, dict[str, Any]] = {
    "nothing": {"amount": 0},
    "wide tolerance": {"tolerance": 1_001},
    "own examiner": {"examiner": "S"},
    "unknown examiner": {"examiner": "nobody"},
    "no examiner": {"examiner": "K"},
    "own bank": {"issuer": "B"},
    "one bank": {"issuer": "K", "confirmer": "K"},
    "arbiter without time": {"award_period": 0},
    "no arbiter": {"arbiter": "E"},
    "no documents": {"documents": 0},
    "long waiver": {"waiver_window": 31 * DAY},
    "no such place": {"banking_place": "XQ"},
    "late shipment": {"latest_shipment": END},
    "beyond the regime": {"expiry": END + 1},
    "beyond the calendar": {"expiry": END + 600 * DAY},
    "sight with a tenor": {"instrument": Instrument.SIGHT, "tenor": DAY},
    "unfunded": {"instrument": Instrument.COLLECTION},
    "all retained": {"retention": 10_000},
}
#: What an amendment changes.
AMENDMENTS: dict[str, Callable[[Terms], dict[str, Any]]] = {
    "more": lambda t: {"amount": t.amount + su(100)},
    "less": lambda t: {"amount": max(1, t.amount - su(200))},
    "longer": lambda t: {"expiry": t.expiry + 10 * DAY},
    "later": lambda t: {"latest_shipment": min(t.expiry, t.latest_shipment + 3 * DAY), "waiver_window": DAY},
    "another party": lambda t: {"beneficiary": "T"},
    "ended": lambda t: {"expiry": t.latest_shipment - 1, "latest_shipment": t.latest_shipment - 1},
}
