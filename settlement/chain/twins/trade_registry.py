"""Twin of ``TradeRegistry.sol``: the purpose of every payment. Amounts are minor units of SU."""

from dataclasses import dataclass
from typing import Any

from settlement.chain.chain import Origin, Twin, from_bytes, to_bytes32
from settlement.domain.events import Event, TradeAmended, TradeDesignated, TradeRegistered, TravelRecorded


@dataclass(frozen=True, slots=True)
class Trade:
    """A commercial contract between an authorised entity and a trader abroad, by name.

    ``until`` is the last second (epoch) in which payments may be entered, ``chapter`` that of the goods;
    ``travel_record`` is empty until there is one.
    """

    entity: str
    counterparty: str
    value: int
    used: int
    until: int
    chapter: int
    travel_record: bytes

    @property
    def headroom(self) -> int:
        """What may still be entered."""
        return self.value - self.used


class TradeRegistry(Twin):
    """Trades by number, a text of at most 31 bytes."""

    contract = "TradeRegistry"

    def register(
        self, actor: str, trade: str, entity: str, counterparty: str, value: int, until: int, chapter: int
    ) -> tuple[Event, ...]:
        """Register a trade (the entity's sponsoring bank)."""
        parties = to_bytes32(entity), to_bytes32(counterparty)
        return self._send(
            actor,
            "register",
            to_bytes32(trade),
            *parties,
            value,
            until,
            chapter,
            flow="REGISTER_TRADE",
            subject=trade,
        )

    def amend(self, actor: str, trade: str, value: int, until: int) -> tuple[Event, ...]:
        """Change value and term of a trade (the entity's sponsoring bank)."""
        return self._send(actor, "amend", to_bytes32(trade), value, until, flow="AMEND_TRADE", subject=trade)

    def is_document_used(self, document: bytes) -> bool:
        """Whether a transport document was shown for payment, by its hash, and did not go back."""
        return bool(self._view("isDocumentUsed", document))

    def record_travel(self, actor: str, trade: str, record: bytes) -> tuple[Event, ...]:
        """Leave the salted hash of the travel-rule record (a party)."""
        return self._send(
            actor, "recordTravel", to_bytes32(trade), record, flow="RECORD_TRAVEL", subject=trade
        )

    def designate(self, actor: str, trade: str) -> tuple[Event, ...]:
        """Choose the trade under which the actor pays its other party directly (a party)."""
        return self._send(actor, "designate", to_bytes32(trade), subject=trade)

    def trade_of(self, trade: str) -> Trade:
        """A trade; empty when it is not registered."""
        entity, counterparty, value, used, until, chapter, record = self._view("tradeOf", to_bytes32(trade))
        travel_record = bytes(record) if any(record) else b""
        return Trade(from_bytes(entity), from_bytes(counterparty), value, used, until, chapter, travel_record)

    def designated(self, payer: str, payee: str) -> str:
        """The trade under which ``payer`` pays ``payee`` directly, both by name; empty when it chose none."""
        return from_bytes(self._view("designated", to_bytes32(payer), to_bytes32(payee)))

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        trade = from_bytes(fields.get("trade", b""))
        match name:
            case "TradeRegistered":
                return TradeRegistered(
                    **origin,
                    trade=trade,
                    entity=from_bytes(fields["entity"]),
                    counterparty=from_bytes(fields["counterparty"]),
                    value=fields["value"],
                    until=fields["until"],
                    chapter=fields["chapter"],
                )
            case "TradeAmended":
                return TradeAmended(**origin, trade=trade, value=fields["value"], until=fields["until"])
            case "TravelRecorded":
                return TravelRecorded(**origin, trade=trade, travel_record=fields["travelRecord"].hex())
            case "TradeDesignated":
                return TradeDesignated(**origin, trade=trade)
        return super()._event(name, fields, origin)
