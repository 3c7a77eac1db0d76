"""Twin of ``Collections.sol``: documents against payment, and open account. Amounts are minor units of SU."""

from dataclasses import dataclass, fields
from typing import Any

from settlement.chain.chain import Origin, Twin, from_bytes, to_bytes32
from settlement.domain import events
from settlement.domain.events import Event
from settlement.domain.participants import BillState, Instrument
from settlement.domain.terms import BillTerms


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill; ``pay_until`` is zero where it is not known yet.

    ``shift`` is how long the regime had been suspended when it was offered, seconds.
    """

    state: BillState
    pay_until: int
    shift: int
    terms: BillTerms


class Collections(Twin):
    """Bills, named by their terms' ``ref`` (with the drawer before it where that name is taken)."""

    contract = "Collections"

    def offer(self, actor: str, terms: BillTerms) -> tuple[Event, ...]:
        """Offer a bill (drawer)."""
        return self._send(actor, "offer", _to_abi(terms), subject=terms.ref)

    def agree(self, actor: str, bill: str) -> tuple[Event, ...]:
        """Agree to a bill (drawee)."""
        return self._on(actor, "agree", bill)

    def cancel(self, actor: str, bill: str) -> tuple[Event, ...]:
        """End a bill that waits for agreement or documents (a party; anybody after the deadline)."""
        return self._on(actor, "cancel", bill)

    def present(self, actor: str, bill: str, documents: bytes) -> tuple[Event, ...]:
        """Leave the hash of the documents for payment (drawer of a collection)."""
        return self._send(actor, "present", self.chain.id_of(bill), documents, subject=bill)

    def pay(self, actor: str, bill: str) -> tuple[Event, ...]:
        """Pay a bill (drawee, whose wallet approved the contract for the amount)."""
        return self._on(actor, "pay", bill)

    def return_documents(self, actor: str, bill: str) -> tuple[Event, ...]:
        """Give unpaid documents back (drawee; anybody after the time for payment)."""
        return self._on(actor, "returnDocuments", bill, flow="RETURN")

    def declare_default(self, actor: str, bill: str) -> tuple[Event, ...]:
        """State that an open account was not paid in time (anybody)."""
        return self._on(actor, "declareDefault", bill, flow="DEFAULT")

    def bill_of(self, bill: str) -> Bill:
        """A bill; its state is NONE when it was never offered."""
        state, pay_until, shift, terms = self._view("billOf", self.chain.id_of(bill))
        return Bill(BillState(state), pay_until, shift, _from_abi(terms))

    def bills(self) -> tuple[str, ...]:
        """Names of all bills offered so far, in order."""
        return self.chain.refs(self.contract)

    def clock_of(self, bill: str) -> int:
        """The time on a bill's clock at the next transaction."""
        return int(self._view("clockOf", self.chain.id_of(bill)))

    def _on(self, actor: str, function: str, bill: str, flow: str | None = None) -> tuple[Event, ...]:
        return self._send(actor, function, self.chain.id_of(bill), flow=flow, subject=bill)

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        if name == "BillOffered":
            return self._offered(fields, origin)
        bill = self.chain.ref_of(fields.get("bill", b""))
        match name:
            case "BillAgreed":
                return events.BillAgreed(**origin, bill=bill)
            case "BillCancelled":
                return events.BillCancelled(**origin, bill=bill)
            case "BillPresented":
                documents, until = fields["documents"].hex(), fields["payUntil"]
                return events.BillPresented(**origin, bill=bill, documents=documents, pay_until=until)
            case "BillPaid":
                said = {key: fields[key] for key in ("amount", "arrived")}
                return events.BillPaid(**origin, bill=bill, **said)
            case "BillReturned":
                return events.BillReturned(**origin, bill=bill)
            case "BillDefaulted":
                drawee = from_bytes(fields["drawee"])
                return events.BillDefaulted(**origin, bill=bill, drawee=drawee, amount=fields["amount"])
        return super()._event(name, fields, origin)

    def _offered(self, fields: dict[str, Any], origin: Origin) -> Event:
        terms = _from_abi(fields["terms"])
        name = self.chain.know_ref(fields["bill"], terms.ref, terms.drawer, self.contract)
        said = {member: getattr(terms, member) for member in BillTerms.__slots__ if member != "ref"}
        return events.BillOffered(**origin, bill=name, **said)


def _to_abi(terms: BillTerms) -> tuple[Any, ...]:
    """The Solidity struct, whose members stand in the order of ours."""
    values = [getattr(terms, field.name) for field in fields(terms)]
    return tuple(to_bytes32(value) if isinstance(value, str) else value for value in values)


def _from_abi(values: tuple[Any, ...]) -> BillTerms:
    said = dict(zip((field.name for field in fields(BillTerms)), values, strict=True))
    for name, value in said.items():
        if isinstance(value, bytes):
            said[name] = from_bytes(value)
    said["instrument"] = Instrument(said["instrument"])
    return BillTerms(**said)
