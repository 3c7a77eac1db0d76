"""Twin of ``TradeEscrow.sol``: credits and their money. Amounts are minor units, times epoch seconds."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from eth_utils.crypto import keccak

from settlement.chain.chain import Chain, Origin, from_bytes, to_bytes32
from settlement.chain.twins.dual_control import DualControl
from settlement.chain.twins.settlement_token import Signature
from settlement.domain import events
from settlement.domain.events import Event
from settlement.domain.participants import CreditState, Instrument
from settlement.domain.terms import Terms


@dataclass(frozen=True, slots=True)
class Credit:
    """State and money of a credit.

    ``from_retention`` is what of the disputed amount was retained of accepted draws. The arbiter has
    until ``retention_until`` for that, until ``award_until`` for the rest; zero where nothing is disputed.
    """

    state: CreditState
    held: bool
    advance_open: bool
    funded: int
    paid: int
    refunded: int
    quarantined: int
    reserved: int
    retained: int
    disputed: int
    from_retention: int
    demurrage: int
    award_until: int
    retention_until: int

    @property
    def locked(self) -> int:
        """What the escrow still holds for it."""
        return self.funded - self.paid - self.refunded - self.quarantined


class TradeEscrow(DualControl):
    """Documentary credits; draws under them are those of ``Presentations``.

    A credit is named by its terms' ``ref`` (with the applicant before it where another one used the same).
    """

    contract = events.ESCROW
    #: What happens with a credit and says no more than whose it is and how much.
    _SIMPLE: ClassVar[dict[str, tuple[Callable[..., Event], dict[str, str]]]] = {
        "CreditIssued": (events.CreditIssued, {}),
        "CreditFunded": (events.CreditFunded, {"amount": "amount"}),
        "CreditCancelled": (events.CreditCancelled, {"refunded": "refunded"}),
        "CreditExpired": (events.CreditExpired, {"refunded": "refunded"}),
        "CreditClosed": (events.CreditClosed, {}),
        "CreditHeld": (events.CreditHeld, {}),
        "CreditReleased": (events.CreditReleased, {"tolled": "tolled"}),
        "CreditBlocked": (events.CreditBlocked, {"amount": "amount"}),
        "CreditRejected": (events.CreditRejected, {"refunded": "refunded"}),
        "CreditDisputed": (
            events.CreditDisputed,
            {"amount": "amount", "from_retention": "fromRetention", "award_until": "awardUntil"},
        ),
        "CreditAwarded": (
            events.CreditAwarded,
            {
                "to_beneficiary": "toBeneficiary",
                "to_applicant": "toApplicant",
                "returned": "returned",
                "by_time": "byTime",
            },
        ),
        "CreditWoundDown": (events.CreditWoundDown, {"paid": "paid", "refunded": "refunded"}),
    }

    def open(self, actor: str, terms: Terms) -> tuple[Event, ...]:
        """Offer a credit (applicant)."""
        return self._send(actor, "open", terms_to_abi(self.chain, terms), subject=terms.ref)

    def issue(self, actor: str, credit: str) -> tuple[Event, ...]:
        """Agree to the terms as stored (beneficiary)."""
        identifier = self.chain.id_of(credit)
        terms = self._view("termsOf", identifier)
        return self._send(actor, "issue", identifier, self._hash(terms), flow="AGREE", subject=credit)

    def cancel(self, actor: str, credit: str) -> tuple[Event, ...]:
        """End an unfunded credit (a party; anybody after the deadline)."""
        return self._on(actor, "cancel", credit)

    def fund(self, actor: str, credit: str) -> tuple[Event, ...]:
        """Lock the funding (applicant, whose wallet approved the escrow for it)."""
        return self._on(actor, "fund", credit)

    def fund_with_permit(
        self, actor: str, credit: str, deadline: int, signature: Signature
    ) -> tuple[Event, ...]:
        """Lock the funding with an ERC-2612 signature of the applicant."""
        arguments = self.chain.id_of(credit), deadline, *signature
        return self._send(actor, "fundWithPermit", *arguments, flow="FUND", subject=credit)

    def amend(self, actor: str, credit: str, terms: Terms) -> tuple[Event, ...]:
        """Agree to new terms, which the last party's consent puts in force (each party)."""
        arguments = self.chain.id_of(credit), terms_to_abi(self.chain, terms)
        return self._send(actor, "amend", *arguments, subject=credit)

    def cancel_by_consent(self, actor: str, credit: str) -> tuple[Event, ...]:
        """Agree to end a credit without open draws (each party)."""
        return self._on(actor, "cancelByConsent", credit, flow="CANCEL_BY_CONSENT")

    def expire(self, actor: str, credit: str) -> tuple[Event, ...]:
        """Refund the undrawn rest after expiry (anybody)."""
        return self._on(actor, "expire", credit, flow="REFUND")

    def hold(self, actor: str, credit: str) -> tuple[Event, ...]:
        """Stop all value under a credit, and its clock (compliance)."""
        return self._on(actor, "hold", credit)

    def release(self, first: str, second: str, credit: str) -> tuple[Event, ...]:
        """Clear a held credit (two reviewers)."""
        identifier = self.chain.id_of(credit)
        return self._together(first, second, "release", identifier, flow="RELEASE", subject=credit)

    def block_credit(self, first: str, second: str, credit: str) -> tuple[Event, ...]:
        """Put all that is locked under a held credit into quarantine (two reviewers)."""
        identifier = self.chain.id_of(credit)
        return self._together(first, second, "blockCredit", identifier, flow="BLOCK", subject=credit)

    def reject_credit(self, first: str, second: str, credit: str) -> tuple[Event, ...]:
        """End a held credit and refund the applicant, where it is clear (two reviewers)."""
        identifier = self.chain.id_of(credit)
        return self._together(first, second, "rejectCredit", identifier, flow="REJECT", subject=credit)

    def dispute(self, actor: str, credit: str, amount: int) -> tuple[Event, ...]:
        """Agree that the arbiter decide on an undrawn amount (each party)."""
        return self._send(actor, "dispute", self.chain.id_of(credit), amount, subject=credit)

    def award(self, actor: str, credit: str, to_beneficiary: int) -> tuple[Event, ...]:
        """Decide a dispute; the rest goes to the applicant (arbiter)."""
        return self._send(actor, "award", self.chain.id_of(credit), to_beneficiary, subject=credit)

    def award_by_time(self, actor: str, credit: str) -> tuple[Event, ...]:
        """End a dispute that the arbiter did not decide in time, which revokes nothing (anybody)."""
        return self._on(actor, "awardByTime", credit, flow="AWARD")

    def credit_of(self, credit: str) -> Credit:
        """State and money of a credit."""
        state, *rest = self._view("creditOf", self.chain.id_of(credit))
        return Credit(CreditState(state), *rest)

    def terms_of(self, credit: str) -> Terms:
        """The terms in force of a credit that was opened."""
        return terms_from_abi(self.chain, self._view("termsOf", self.chain.id_of(credit)))

    def credits(self) -> tuple[str, ...]:
        """Names of all credits opened so far, in order."""
        return self.chain.refs(self.contract)

    def funding_of(self, credit: str) -> int:
        """What funding locks."""
        return int(self._view("fundingOf", self.chain.id_of(credit)))

    def locked_of(self, credit: str) -> int:
        """SU locked under a credit."""
        return int(self._view("lockedOf", self.chain.id_of(credit)))

    def undrawn_of(self, credit: str) -> int:
        """What can still be drawn."""
        return int(self._view("undrawnOf", self.chain.id_of(credit)))

    def clock_of(self, credit: str) -> int:
        """The time on a credit's clock at the next transaction."""
        return int(self._view("clockOf", self.chain.id_of(credit)))

    def is_live(self, credit: str) -> bool:
        """Whether draws under a credit may go on."""
        return bool(self._view("isLive", self.chain.id_of(credit)))

    def total_locked(self) -> int:
        """SU locked under all credits."""
        return int(self._view("totalLocked"))

    def hash_of(self, terms: Terms) -> bytes:
        """The hash of terms, by which the parties agree to them."""
        return self._hash(terms_to_abi(self.chain, terms))

    def _hash(self, terms: tuple[Any, ...]) -> bytes:
        return keccak(self.artifact.functions["open"].encode(terms)[4:])

    def _on(self, actor: str, function: str, credit: str, flow: str | None = None) -> tuple[Event, ...]:
        return self._send(actor, function, self.chain.id_of(credit), flow=flow, subject=credit)

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        match name:
            case "CreditOpened":
                return self._opened(fields, origin)
            case "ConsentGiven":
                change = fields["change"].hex() if any(fields["change"]) else ""
                credit = self.chain.ref_of(fields["credit"])
                return events.ConsentGiven(**origin, credit=credit, change=change)
            case "CreditAmended":
                return events.CreditAmended(
                    **origin,
                    credit=self.chain.ref_of(fields["credit"]),
                    terms=terms_from_abi(self.chain, fields["terms"]),
                    terms_hash=fields["termsHash"].hex(),
                    locked=fields["locked"],
                    refunded=fields["refunded"],
                )
        if name in self._SIMPLE:
            kind, said = self._SIMPLE[name]
            values = {ours: fields[theirs] for ours, theirs in said.items()}
            return kind(**origin, credit=self.chain.ref_of(fields["credit"]), **values)
        return super()._event(name, fields, origin)

    def _opened(self, fields: dict[str, Any], origin: Origin) -> Event:
        terms = terms_from_abi(self.chain, fields["terms"])
        name = self.chain.know_ref(fields["credit"], terms.ref, terms.applicant, self.contract)
        said = {member: getattr(terms, member) for member in Terms.__slots__ if member != "ref"}
        return events.CreditOpened(**origin, credit=name, **said, terms_hash=fields["termsHash"].hex())


def terms_to_abi(chain: Chain, terms: Terms) -> tuple[Any, ...]:
    """The Solidity struct, whose members stand in the order of ours."""
    said: dict[str, Any] = {field.name: getattr(terms, field.name) for field in fields(terms)}
    for name, value in said.items():
        if isinstance(value, str):
            said[name] = to_bytes32(value)
    said["banking_place"] = terms.banking_place.encode()
    guarantee = chain.id_of(terms.guarantee)
    # A guarantee that we do not know is none of ours, which is not the same as there being none.
    said["guarantee"] = guarantee if any(guarantee) else to_bytes32(terms.guarantee)
    return tuple(said.values())


def terms_from_abi(chain: Chain, values: tuple[Any, ...]) -> Terms:
    """From the Solidity struct."""
    said = dict(zip((field.name for field in fields(Terms)), values, strict=True))
    guarantee = chain.ref_of(said["guarantee"])
    for name, value in said.items():
        if isinstance(value, bytes) and name != "guarantee":
            said[name] = from_bytes(value)
    said["guarantee"] = guarantee
    said["instrument"] = Instrument(said["instrument"])
    return Terms(**said)
