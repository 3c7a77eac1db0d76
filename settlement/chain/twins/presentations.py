"""Twin of ``Presentations.sol``: draws under credits. Amounts are minor units, times epoch seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from settlement.chain.chain import Origin, Twin
from settlement.domain import events
from settlement.domain.events import Event
from settlement.domain.participants import DrawKind, DrawState


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw; deadlines are zero where not set, periods seconds.

    ``waivers`` are bits: 1 the applicant, 2 the issuer.
    """

    state: DrawState
    kind: DrawKind
    waivers: int
    amount: int
    presented_at: int
    retention: int
    tenor: int
    retention_period: int
    examine_until: int
    waive_until: int
    maturity: int
    retain_until: int
    transport_document: bytes


class Presentations(Twin):
    """Draws: one presentation of documents each, by number from 1 under a credit's name."""

    contract = "Presentations"

    def present(
        self,
        actor: str,
        credit: str,
        amount: int,
        shipped_at: int,
        documents: Sequence[bytes],
        kind: DrawKind = DrawKind.DOCUMENTS,
    ) -> tuple[Event, ...]:
        """Present documents by their 32-byte hashes, the transport document first (beneficiary)."""
        arguments = self.chain.id_of(credit), kind, amount, shipped_at, documents
        return self._send(actor, "present", *arguments, subject=credit)

    def accept(self, actor: str, credit: str, draw: int) -> tuple[Event, ...]:
        """Accept a compliant presentation (examiner)."""
        return self._on(actor, "accept", credit, draw)

    def give_notice(
        self, actor: str, credit: str, draw: int, discrepancies: Sequence[str]
    ) -> tuple[Event, ...]:
        """Give the one notice of all discrepancies (examiner)."""
        arguments = self.chain.id_of(credit), draw, discrepancies
        return self._send(actor, "giveNotice", *arguments, flow="NOTICE", subject=f"{credit}/{draw}")

    def deem_accepted(self, actor: str, credit: str, draw: int) -> tuple[Event, ...]:
        """Accept what the examiner was silent on (anybody)."""
        return self._on(actor, "deemAccepted", credit, draw, flow="DEEM_ACCEPTED")

    def waive(self, actor: str, credit: str, draw: int) -> tuple[Event, ...]:
        """Waive the discrepancies (applicant and, where there is one, issuer)."""
        return self._on(actor, "waive", credit, draw)

    def return_documents(self, actor: str, credit: str, draw: int) -> tuple[Event, ...]:
        """Give discrepant documents back (examiner, beneficiary; anybody after the window)."""
        return self._on(actor, "returnDocuments", credit, draw, flow="RETURN")

    def settle(self, actor: str, credit: str, draw: int) -> tuple[Event, ...]:
        """Pay an accepted draw at maturity, less its retention (anybody)."""
        return self._on(actor, "settle", credit, draw, flow="PAY")

    def finalise(self, actor: str, credit: str, draw: int) -> tuple[Event, ...]:
        """Pay the retention (applicant early; anybody at its end)."""
        return self._on(actor, "finalise", credit, draw, flow="PAY")

    def dispute_retention(self, actor: str, credit: str, draw: int) -> tuple[Event, ...]:
        """Have the retention of a paid draw set apart for the arbiter (applicant or beneficiary)."""
        return self._on(actor, "disputeRetention", credit, draw, flow="DISPUTE")

    def report_overdue(self, actor: str, credit: str) -> tuple[Event, ...]:
        """Report that no delivery was shown in time for an advance (anybody)."""
        return self._send(actor, "reportOverdue", self.chain.id_of(credit), flow="OVERDUE", subject=credit)

    def wind_down(self, actor: str, credit: str) -> tuple[Event, ...]:
        """Pay what was accepted and retained, refund the rest (administrator; in the end anybody)."""
        return self._send(actor, "windDown", self.chain.id_of(credit), flow="WIND_DOWN", subject=credit)

    def draw_of(self, credit: str, draw: int) -> Draw:
        """A draw; its state is NONE when there is none of that number."""
        state, kind, *rest = self._view("drawOf", self.chain.id_of(credit), draw)
        return Draw(DrawState(state), DrawKind(kind), *rest)

    def draws_of(self, credit: str) -> int:
        """How many draws were ever presented under a credit."""
        return int(self._view("drawsOf", self.chain.id_of(credit)))

    def instalments_of(self, credit: str) -> int:
        """How many instalments were presented and not returned."""
        return int(self._view("instalmentsOf", self.chain.id_of(credit)))

    def return_until_of(self, credit: str) -> int:
        """Last second in which delivery must be shown for an advance; zero where none was paid."""
        return int(self._view("returnUntilOf", self.chain.id_of(credit)))

    def _on(
        self, actor: str, function: str, credit: str, draw: int, flow: str | None = None
    ) -> tuple[Event, ...]:
        return self._send(
            actor, function, self.chain.id_of(credit), draw, flow=flow, subject=f"{credit}/{draw}"
        )

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        credit = self.chain.ref_of(fields["credit"])
        match name:
            case "AdvancePaid":
                return events.AdvancePaid(**origin, credit=credit, return_until=fields["returnUntil"])
            case "AdvanceOverdue":
                return events.AdvanceOverdue(**origin, credit=credit)
        return self._draw_event(name, credit, fields, origin)

    def _draw_event(self, name: str, credit: str, fields: dict[str, Any], origin: Origin) -> Event:
        draw = fields.get("draw", 0)
        match name:
            case "DrawPresented":
                return events.DrawPresented(
                    **origin,
                    credit=credit,
                    draw=draw,
                    draw_kind=DrawKind(fields["kind"]),
                    amount=fields["amount"],
                    shipped_at=fields["shippedAt"],
                    documents=tuple(document.hex() for document in fields["documents"]),
                    examine_until=fields["examineUntil"],
                )
            case "DrawAccepted":
                said = {key: fields[key] for key in ("maturity", "deemed", "waived")}
                return events.DrawAccepted(**origin, credit=credit, draw=draw, **said)
            case "DrawDiscrepant":
                notice, until = tuple(fields["discrepancies"]), fields["waiveUntil"]
                return events.DrawDiscrepant(
                    **origin, credit=credit, draw=draw, discrepancies=notice, waive_until=until
                )
            case "WaiverGiven":
                return events.WaiverGiven(**origin, credit=credit, draw=draw)
            case "DrawReturned":
                return events.DrawReturned(**origin, credit=credit, draw=draw)
            case "DrawPaid":
                said = {key: fields[key] for key in ("amount", "retention", "arrived")}
                return events.DrawPaid(**origin, credit=credit, draw=draw, **said)
            case "DrawFinal":
                said = {key: fields[key] for key in ("retention", "arrived")}
                return events.DrawFinal(**origin, credit=credit, draw=draw, **said)
            case "DrawWoundDown":
                return events.DrawWoundDown(**origin, credit=credit, draw=draw, due=fields["due"])
        return super()._event(name, fields, origin)
