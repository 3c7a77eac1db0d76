"""Twin of ``ConversionDesk.sol``: firm quotes of SU against DRL, settled payment versus payment."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from settlement.chain.chain import Origin, Twin, from_bytes, to_bytes32
from settlement.domain.events import DeskLimitsChanged, Event, QuoteAccepted, QuotePosted
from settlement.domain.quotes import QuoteSide, QuoteState


class DeskLimits(NamedTuple):
    """What quotes must keep to.

    Attributes:
        spread: distance from the oracle's price, basis points.
        max_life: longest life of a quote, seconds.
        max_size: most SU of one quote, minor units.
    """

    spread: int
    max_life: int
    max_size: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A firm quote; ``su_amount`` and ``drl_amount`` in minor units, time in epoch seconds."""

    entity: str
    side: QuoteSide
    su_amount: int
    drl_amount: int
    valid_until: int
    state: QuoteState = QuoteState.POSTED


class ConversionDesk(Twin):
    """The desk, with an inventory of both currencies."""

    contract = "ConversionDesk"

    def set_limits(self, actor: str, limits: DeskLimits) -> tuple[Event, ...]:
        """Set what quotes must keep to from now on (supervisor)."""
        return self._send(actor, "setLimits", tuple(limits), flow="DESK_LIMITS")

    def post_quote(self, actor: str, quote_id: str, quote: Quote) -> tuple[Event, ...]:
        """Post a firm quote (desk)."""
        entity = to_bytes32(quote.entity)
        amounts = quote.su_amount, quote.drl_amount, quote.valid_until
        return self._send(
            actor, "postQuote", to_bytes32(quote_id), entity, quote.side, *amounts, flow="QUOTE",
            subject=quote_id,
        )  # fmt: skip

    def accept(self, actor: str, quote_id: str) -> tuple[Event, ...]:
        """Accept a quote and settle it (the entity it was made to)."""
        return self._send(actor, "accept", to_bytes32(quote_id), flow="CONVERT", subject=quote_id)

    def quote_of(self, quote_id: str) -> Quote:
        """A quote; of state NONE when it was never posted."""
        entity, side, state, *terms = self._view("quoteOf", to_bytes32(quote_id))
        su_amount, drl_amount, valid_until = terms
        return Quote(
            from_bytes(entity), QuoteSide(side), su_amount, drl_amount, valid_until, QuoteState(state)
        )

    def limits(self) -> DeskLimits:
        """What quotes must keep to."""
        return DeskLimits(*self._view("limits"))

    def corridor_of(self, su_amount: int) -> tuple[int, int]:
        """The least and the most DRL a quote over so much SU may come to now.

        Raises:
            PriceOracleNoPrice, PriceOracleBreakerTripped: there is no price to rely on.
        """
        least, most = self._view("corridorOf", su_amount)
        return least, most

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        match name:
            case "DeskLimitsChanged":
                limits = DeskLimits(*fields["limits"])
                return DeskLimitsChanged(**origin, **limits._asdict())
            case "QuotePosted":
                return QuotePosted(**origin, **self._terms(fields), valid_until=fields["validUntil"])
            case "QuoteAccepted":
                return QuoteAccepted(**origin, **self._terms(fields), market=fields["market"])
        return super()._event(name, fields, origin)

    def _terms(self, fields: dict[str, Any]) -> dict[str, Any]:
        return {
            "quote": self.chain.ref_of(fields["id"]),
            "entity": from_bytes(fields["entity"]),
            "side": QuoteSide(fields["side"]),
            "su_amount": fields["suAmount"],
            "drl_amount": fields["drlAmount"],
        }
