"""What an actor may intend: plain data, performed on the contracts through their twins.

An operation knows how to perform itself as a given account; it raises the contract's refusal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from settlement.chain.deployment import Deployment
from settlement.domain.participants import LicenceStatus, Office, Screening
from settlement.domain.terms import Terms


class Operation(Protocol):
    """One step on the contracts."""

    def perform(self, system: Deployment, account: str) -> None:
        """Do it as ``account``.

        Raises:
            Refused: a contract refuses it.
        """
        ...


@dataclass(frozen=True, slots=True)
class OpenCredit:
    """Offer a credit."""

    terms: Terms

    def perform(self, system: Deployment, account: str) -> None:
        system.escrow.open(account, self.terms)


@dataclass(frozen=True, slots=True)
class Agree:
    """Agree to an offered credit."""

    credit: str

    def perform(self, system: Deployment, account: str) -> None:
        system.escrow.issue(account, self.credit)


@dataclass(frozen=True, slots=True)
class Fund:
    """Lock the face amount (minor units), with a permit valid until ``deadline``."""

    credit: str
    amount: int
    deadline: int

    def perform(self, system: Deployment, account: str) -> None:
        permit = system.token.sign_permit(account, system.escrow, self.amount, self.deadline)
        system.escrow.fund_with_permit(account, self.credit, self.deadline, permit)


@dataclass(frozen=True, slots=True)
class Present:
    """Present documents, by their hashes."""

    credit: str
    amount: int
    shipped_at: int
    documents: tuple[bytes, ...]

    def perform(self, system: Deployment, account: str) -> None:
        system.presentations.present(account, self.credit, self.amount, self.shipped_at, self.documents)


@dataclass(frozen=True, slots=True)
class Accept:
    """Accept a compliant presentation."""

    credit: str
    draw: int

    def perform(self, system: Deployment, account: str) -> None:
        system.presentations.accept(account, self.credit, self.draw)


@dataclass(frozen=True, slots=True)
class GiveNotice:
    """Give the one notice of all discrepancies."""

    credit: str
    draw: int
    discrepancies: Sequence[str]

    def perform(self, system: Deployment, account: str) -> None:
        system.presentations.give_notice(account, self.credit, self.draw, self.discrepancies)


@dataclass(frozen=True, slots=True)
class Waive:
    """Waive the discrepancies of a draw."""

    credit: str
    draw: int

    def perform(self, system: Deployment, account: str) -> None:
        system.presentations.waive(account, self.credit, self.draw)


@dataclass(frozen=True, slots=True)
class DeemAccepted:
    """Take an examiner's silence for acceptance."""

    credit: str
    draw: int

    def perform(self, system: Deployment, account: str) -> None:
        system.presentations.deem_accepted(account, self.credit, self.draw)


@dataclass(frozen=True, slots=True)
class ReturnDocuments:
    """Give discrepant documents back."""

    credit: str
    draw: int

    def perform(self, system: Deployment, account: str) -> None:
        system.presentations.return_documents(account, self.credit, self.draw)


@dataclass(frozen=True, slots=True)
class Settle:
    """Pay an accepted draw at maturity."""

    credit: str
    draw: int

    def perform(self, system: Deployment, account: str) -> None:
        system.presentations.settle(account, self.credit, self.draw)


@dataclass(frozen=True, slots=True)
class Cancel:
    """End an unfunded credit."""

    credit: str

    def perform(self, system: Deployment, account: str) -> None:
        system.escrow.cancel(account, self.credit)


@dataclass(frozen=True, slots=True)
class Expire:
    """Refund the undrawn rest of an expired credit."""

    credit: str

    def perform(self, system: Deployment, account: str) -> None:
        system.escrow.expire(account, self.credit)


@dataclass(frozen=True, slots=True)
class WindDown:
    """Pay what was accepted under a credit and refund the rest, once the wind-down has ended."""

    credit: str

    def perform(self, system: Deployment, account: str) -> None:
        system.presentations.wind_down(account, self.credit)


@dataclass(frozen=True, slots=True)
class Transfer:
    """Pay SU directly; minor units."""

    to: str
    amount: int

    def perform(self, system: Deployment, account: str) -> None:
        system.token.transfer(account, self.to, self.amount)


@dataclass(frozen=True, slots=True)
class IssueSU:
    """Issue SU through the on-ramp; minor units."""

    to: str
    amount: int
    ref: str

    def perform(self, system: Deployment, account: str) -> None:
        system.ramp.issue(account, self.to, self.amount, self.ref)


@dataclass(frozen=True, slots=True)
class Freeze:
    """Freeze part of a balance, or with a reviewer release it; minor units."""

    participant: str
    amount: int

    def perform(self, system: Deployment, account: str) -> None:
        if self.amount < system.token.frozen_of(self.participant):
            reviewer = Office.COMPLIANCE.value
            system.token.release_frozen_tokens(reviewer, account, self.participant, self.amount)
        else:
            system.token.set_frozen_tokens(account, self.participant, self.amount)


@dataclass(frozen=True, slots=True)
class RecordScreening:
    """Record a screening result; a hit is resolved by both reviewers."""

    participant: str
    screening: Screening

    def perform(self, system: Deployment, account: str) -> None:
        register = system.participants
        found = register.profile_of(self.participant).screening
        is_hit = found in (Screening.POTENTIAL, Screening.TRUE_MATCH)
        if self.screening is not Screening.TRUE_MATCH and not (is_hit and self.screening is Screening.CLEAR):
            register.set_screening(account, self.participant, self.screening)
            return
        if not is_hit:
            register.set_screening(account, self.participant, Screening.POTENTIAL)
        cleared = self.screening is Screening.CLEAR
        outcome = Screening.FALSE_POSITIVE if cleared else Screening.TRUE_MATCH
        register.resolve_screening(account, Office.SECOND_REVIEWER.value, self.participant, outcome)


@dataclass(frozen=True, slots=True)
class ReleaseItem:
    """Release an item of the quarantine to its payee, by both reviewers."""

    item: int

    def perform(self, system: Deployment, account: str) -> None:
        system.quarantine.release(account, Office.SECOND_REVIEWER.value, self.item, to_payer=False)


@dataclass(frozen=True, slots=True)
class ClaimItem:
    """Have a released item of the quarantine paid."""

    item: int

    def perform(self, system: Deployment, account: str) -> None:
        system.quarantine.claim(account, self.item)


@dataclass(frozen=True, slots=True)
class SetLicence:
    """Change the standing of a licence; its term stays."""

    participant: str
    licence: LicenceStatus

    def perform(self, system: Deployment, account: str) -> None:
        until = system.participants.profile_of(self.participant).licence_until
        system.participants.set_licence(account, self.participant, self.licence, until)


@dataclass(frozen=True, slots=True)
class Activate:
    """Start the regime."""

    def perform(self, system: Deployment, account: str) -> None:
        system.regime.activate(account)


@dataclass(frozen=True, slots=True)
class Suspend:
    """Stop all value."""

    def perform(self, system: Deployment, account: str) -> None:
        system.regime.suspend(account)


@dataclass(frozen=True, slots=True)
class Resume:
    """End a suspension."""

    def perform(self, system: Deployment, account: str) -> None:
        system.regime.resume(account)


@dataclass(frozen=True, slots=True)
class OpenPhase:
    """Open the next phase: proposed by the account, co-signed as it was announced before."""

    phase: int

    def perform(self, system: Deployment, account: str) -> None:
        system.regime.propose_phase(account, self.phase)
        system.regime.approve_phase(Office.CO_APPROVER.value, self.phase)
