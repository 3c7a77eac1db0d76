"""Twin of ``TradeEscrow.sol``: documentary credits. Amounts are minor units, times epoch seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from settlement.chain.chain import Origin, Twin, from_bytes, to_bytes32
from settlement.chain.settlement_token import Signature
from settlement.domain import events
from settlement.domain.events import Event
from settlement.domain.participants import CreditState, DrawState


@dataclass(frozen=True, slots=True)
class Terms:
    """What the parties agree on; see ``ITradeEscrow.Terms``. Periods are seconds."""

    ref: str
    applicant: str
    beneficiary: str
    examiner: str
    amount: int
    offer_until: int
    fund_until: int
    latest_shipment: int
    expiry: int
    presentation_period: int
    tenor: int
    waiver_window: int
    banking_place: str
    documents: int
    partial_draws: bool


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit: its state and its money."""

    state: CreditState
    funded: int
    paid: int
    refunded: int
    reserved: int
    draws: int
    open_draws: int

    @property
    def locked(self) -> int:
        """What the escrow still holds for it."""
        return self.funded - self.paid - self.refunded


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw; deadlines are zero where not set."""

    state: DrawState
    amount: int
    presented_at: int
    examine_until: int
    waive_until: int
    maturity: int
    transport_document: bytes


class TradeEscrow(Twin):
    """Documentary credits.

    A credit is named by its terms' ``ref`` (with the applicant before it where another applicant
    used the same), a draw by its number from 1.
    """

    contract = events.ESCROW

    def open(self, actor: str, terms: Terms) -> tuple[Event, ...]:
        """Offer a credit (applicant's entity)."""
        return self._send(actor, "open", self._terms(terms), subject=terms.ref)

    def issue(self, actor: str, credit: str) -> tuple[Event, ...]:
        """Agree to the terms as stored (beneficiary's side)."""
        terms = self._view("creditOf", self.chain.id_of(credit))[-1]
        kind = self.artifact.functions["open"].inputs
        return self._send(
            actor,
            "issue",
            self.chain.id_of(credit),
            keccak(encode(kind, [terms])),
            flow="AGREE",
            subject=credit,
        )

    def cancel(self, actor: str, credit: str) -> tuple[Event, ...]:
        """End an unfunded credit (a party; anybody after the deadline)."""
        return self._on(actor, "cancel", credit)

    def fund(self, actor: str, credit: str) -> tuple[Event, ...]:
        """Lock the face amount (applicant's entity, which approved the escrow for it)."""
        return self._on(actor, "fund", credit)

    def fund_with_permit(
        self, actor: str, credit: str, deadline: int, signature: Signature
    ) -> tuple[Event, ...]:
        """Lock the face amount with an ERC-2612 signature of the applicant."""
        arguments = (self.chain.id_of(credit), deadline, *signature)
        return self._send(actor, "fundWithPermit", *arguments, flow="FUND", subject=credit)

    def present(
        self, actor: str, credit: str, amount: int, shipped_at: int, documents: Sequence[bytes]
    ) -> tuple[Event, ...]:
        """Present documents by their 32-byte hashes, the transport document first (beneficiary's side)."""
        arguments = (self.chain.id_of(credit), amount, shipped_at, documents)
        return self._send(actor, "present", *arguments, subject=credit)

    def accept(self, actor: str, credit: str, draw: int) -> tuple[Event, ...]:
        """Accept a compliant presentation (examiner)."""
        return self._on(actor, "accept", credit, draw)

    def give_notice(
        self, actor: str, credit: str, draw: int, discrepancies: Sequence[str]
    ) -> tuple[Event, ...]:
        """Give the one notice of all discrepancies (examiner)."""
        arguments = (self.chain.id_of(credit), draw, discrepancies)
        return self._send(actor, "giveNotice", *arguments, flow="NOTICE", subject=f"{credit}/{draw}")

    def deem_accepted(self, actor: str, credit: str, draw: int) -> tuple[Event, ...]:
        """Accept what the examiner was silent on (anybody)."""
        return self._on(actor, "deemAccepted", credit, draw, flow="DEEM_ACCEPTED")

    def waive(self, actor: str, credit: str, draw: int) -> tuple[Event, ...]:
        """Waive the discrepancies (applicant's entity)."""
        return self._on(actor, "waive", credit, draw)

    def return_documents(self, actor: str, credit: str, draw: int) -> tuple[Event, ...]:
        """Give discrepant documents back (examiner, beneficiary; anybody after the window)."""
        return self._on(actor, "returnDocuments", credit, draw, flow="RETURN")

    def settle(self, actor: str, credit: str, draw: int) -> tuple[Event, ...]:
        """Pay an accepted draw at maturity (anybody)."""
        return self._on(actor, "settle", credit, draw, flow="PAY")

    def expire(self, actor: str, credit: str) -> tuple[Event, ...]:
        """Refund the undrawn rest after expiry (anybody)."""
        return self._on(actor, "expire", credit, flow="REFUND")

    def credit_of(self, credit: str) -> Credit:
        """State and money of a credit."""
        state, *money = self._view("creditOf", self.chain.id_of(credit))[:-1]
        return Credit(CreditState(state), *money)

    def draw_of(self, credit: str, draw: int) -> Draw:
        """A draw."""
        state, *rest = self._view("drawOf", self.chain.id_of(credit), draw)
        return Draw(DrawState(state), *rest)

    def credits(self) -> tuple[str, ...]:
        """Names of all credits opened so far, in order."""
        return self.chain.refs()

    def locked_of(self, credit: str) -> int:
        """SU locked under a credit."""
        return int(self._view("lockedOf", self.chain.id_of(credit)))

    def total_locked(self) -> int:
        """SU locked under all credits."""
        return int(self._view("totalLocked"))

    def _on(
        self, actor: str, function: str, credit: str, *draw: int, flow: str | None = None
    ) -> tuple[Event, ...]:
        subject = "/".join([credit, *map(str, draw)])
        return self._send(actor, function, self.chain.id_of(credit), *draw, flow=flow, subject=subject)

    def _terms(self, terms: Terms) -> tuple[Any, ...]:
        wallet = self.chain.introduce
        return (
            to_bytes32(terms.ref),
            wallet(terms.applicant),
            wallet(terms.beneficiary),
            wallet(terms.examiner),
            terms.amount,
            terms.offer_until,
            terms.fund_until,
            terms.latest_shipment,
            terms.expiry,
            terms.presentation_period,
            terms.tenor,
            terms.waiver_window,
            terms.banking_place.encode(),
            terms.documents,
            terms.partial_draws,
        )

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        if name == "CreditOpened":
            return self._opened(fields, origin)
        credit = self.chain.ref_of(fields["credit"])
        match name:
            case "CreditIssued":
                return events.CreditIssued(**origin, credit=credit)
            case "CreditFunded":
                return events.CreditFunded(**origin, credit=credit, amount=fields["amount"])
            case "CreditCancelled":
                return events.CreditCancelled(**origin, credit=credit)
            case "CreditExpired":
                return events.CreditExpired(**origin, credit=credit, refunded=fields["refunded"])
            case "CreditClosed":
                return events.CreditClosed(**origin, credit=credit)
        return self._draw_event(name, credit, fields, origin)

    def _draw_event(self, name: str, credit: str, fields: dict[str, Any], origin: Origin) -> Event:
        draw = fields["draw"]
        match name:
            case "DrawPresented":
                return events.DrawPresented(
                    **origin,
                    credit=credit,
                    draw=draw,
                    amount=fields["amount"],
                    shipped_at=fields["shippedAt"],
                    documents=tuple(document.hex() for document in fields["documents"]),
                    examine_until=fields["examineUntil"],
                )
            case "DrawAccepted":
                terms = {key: fields[key] for key in ("maturity", "deemed", "waived")}
                return events.DrawAccepted(**origin, credit=credit, draw=draw, **terms)
            case "DrawDiscrepant":
                notice = tuple(fields["discrepancies"])
                until = fields["waiveUntil"]
                return events.DrawDiscrepant(
                    **origin, credit=credit, draw=draw, discrepancies=notice, waive_until=until
                )
            case "DrawReturned":
                return events.DrawReturned(**origin, credit=credit, draw=draw)
            case "DrawPaid":
                return events.DrawPaid(**origin, credit=credit, draw=draw, amount=fields["amount"])
        return super()._event(name, fields, origin)

    def _opened(self, fields: dict[str, Any], origin: Origin) -> Event:
        ref, applicant, beneficiary, examiner, amount, *times = fields["terms"]
        offer_until, fund_until, latest_shipment, expiry = times[:4]
        named = self.chain.name_of
        credit = self.chain.know_ref(fields["credit"], from_bytes(ref), owner=named(applicant))
        return events.CreditOpened(
            **origin,
            credit=credit,
            applicant=named(applicant),
            beneficiary=named(beneficiary),
            examiner=named(examiner),
            amount=amount,
            offer_until=offer_until,
            fund_until=fund_until,
            latest_shipment=latest_shipment,
            expiry=expiry,
        )
