"""Steps under documentary credits."""

from collections.abc import Sequence
from dataclasses import dataclass

from settlement.chain.deployment import Deployment
from settlement.domain.participants import DrawKind
from settlement.domain.terms import Terms

__all__ = [
    "Accept",
    "Agree",
    "Cancel",
    "DeemAccepted",
    "Expire",
    "Fund",
    "GiveNotice",
    "OpenCredit",
    "Present",
    "ReturnDocuments",
    "Settle",
    "Waive",
    "WindDown",
]


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
    """Lock the funding (minor units), with a permit that is valid until ``deadline``.

    A suspension or a hold puts off the time for funding, which the permit does not know of: later, it is
    signed for the moment.
    """

    credit: str
    amount: int
    deadline: int

    def perform(self, system: Deployment, account: str) -> None:
        deadline = max(self.deadline, system.chain.backend.timestamp)
        permit = system.token.sign_permit(account, system.escrow, self.amount, deadline)
        system.escrow.fund_with_permit(account, self.credit, deadline, permit)


@dataclass(frozen=True, slots=True)
class Present:
    """Present documents, by their hashes."""

    credit: str
    amount: int
    shipped_at: int
    documents: tuple[bytes, ...]
    kind: DrawKind = DrawKind.DOCUMENTS

    def perform(self, system: Deployment, account: str) -> None:
        papers = self.shipped_at, self.documents, self.kind
        system.presentations.present(account, self.credit, self.amount, *papers)


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
