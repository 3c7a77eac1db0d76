"""What all events share, and the refusal, which every operation can bring about."""

import json
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any

from settlement.domain.reasons import Reason

__all__ = [
    "CONTRACTS",
    "ESCROW",
    "ISSUANCE",
    "Event",
    "OperationRejected",
]

#: The other side of issuance in ``Moved``, and of the journal: SU that is not in circulation.
ISSUANCE = "issuance"

#: Account name of the contract that holds what credits lock.
ESCROW = "TradeEscrow"

#: Names of the contracts, which events and the ledger use beside those of participants.
CONTRACTS = (
    "AccessManager",
    "BusinessCalendar",
    "ClearingHouse",
    "Collections",
    "ConversionDesk",
    "DomesticCurrency",
    "MinerIntake",
    "Participants",
    "Presentations",
    "PriceOracle",
    "Quarantine",
    "Ramp",
    "Regime",
    "Reserve",
    "Rulebook",
    "SettlementToken",
    "TermsCheck",
    ESCROW,
    "TradeRegistry",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all events share.

    Attributes:
        sim_time: block timestamp, epoch seconds UTC.
        actor: name of the participant or office that sent the transaction.
        block: block number; with ``log_index`` the key of the event within a run.
        log_index: position of the log within its block; -1 for a refusal, which leaves no log.
    """

    sim_time: int
    actor: str
    block: int
    log_index: int

    @property
    def kind(self) -> str:
        """Name of the event's type."""
        return type(self).__name__

    def data(self) -> dict[str, Any]:
        """The event's own fields as JSON values, enumerations by name."""
        kind: type = type(self)
        return {
            name: value if type(value := getattr(self, name)) in _JSON else _plain(value)
            for name in _own_fields(kind)
        }

    def data_text(self) -> str:
        """The same as JSON, on every backend the same text."""
        return _encode(self.data())

    def canonical(self, data: str | None = None) -> str:
        """One line of JSON with sorted keys, the same on every backend.

        ``data`` is the ``data_text``, where that is known already.
        """
        actor, data = _encode(self.actor), self.data_text() if data is None else data
        return f'{{"actor":{actor},"data":{data},"kind":"{self.kind}","sim_time":{self.sim_time}}}'


#: Made once: making it takes longer than most texts.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
#: Types of values that are JSON as they are, as nearly all are.
_JSON = frozenset((str, int, bool))


@cache
def _own_fields(kind: type) -> tuple[str, ...]:
    shared = {field.name for field in fields(Event)}
    return tuple(field.name for field in fields(kind) if field.name not in shared)


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRejected(Event):
    """A rule or a guard refused what ``actor`` tried; ``flow`` is the flow or the step, in capitals."""

    flow: str
    reason: Reason
    subject: str
