"""Steps under bills, which lock nothing."""

from dataclasses import dataclass

from settlement.chain.deployment import Deployment
from settlement.domain.terms import BillTerms

__all__ = ["AgreeToBill", "CancelBill", "DeclareDefault", "OfferBill", "PayBill", "PresentBill", "ReturnBill"]


@dataclass(frozen=True, slots=True)
class OfferBill:
    """Offer a bill to its buyer."""

    terms: BillTerms

    def perform(self, system: Deployment, account: str) -> None:
        system.collections.offer(account, self.terms)


@dataclass(frozen=True, slots=True)
class AgreeToBill:
    """Agree to an offered bill."""

    bill: str

    def perform(self, system: Deployment, account: str) -> None:
        system.collections.agree(account, self.bill)


@dataclass(frozen=True, slots=True)
class CancelBill:
    """End a bill that nothing came of."""

    bill: str

    def perform(self, system: Deployment, account: str) -> None:
        system.collections.cancel(account, self.bill)


@dataclass(frozen=True, slots=True)
class PresentBill:
    """Present documents, by their hash, for payment."""

    bill: str
    documents: bytes

    def perform(self, system: Deployment, account: str) -> None:
        system.collections.present(account, self.bill, self.documents)


@dataclass(frozen=True, slots=True)
class PayBill:
    """Pay a bill of ``amount`` minor units: allow the contract to take it, and have it taken."""

    bill: str
    amount: int

    def perform(self, system: Deployment, account: str) -> None:
        system.token.approve(account, system.collections, self.amount)
        system.collections.pay(account, self.bill)


@dataclass(frozen=True, slots=True)
class ReturnBill:
    """Give unpaid documents back."""

    bill: str

    def perform(self, system: Deployment, account: str) -> None:
        system.collections.return_documents(account, self.bill)


@dataclass(frozen=True, slots=True)
class DeclareDefault:
    """Record that the buyer of an open account did not pay."""

    bill: str

    def perform(self, system: Deployment, account: str) -> None:
        system.collections.declare_default(account, self.bill)
