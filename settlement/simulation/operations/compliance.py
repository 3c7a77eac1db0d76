"""Holds on credits, amendments of them, and disputes: what stands beside the way of documents."""

from dataclasses import dataclass, replace
from typing import TypedDict

from settlement.chain.deployment import Deployment
from settlement.domain.participants import Office

__all__ = [
    "AmendCredit",
    "AwardByTime",
    "AwardDispute",
    "BlockCredit",
    "Changes",
    "DisputeCredit",
    "FinaliseDraw",
    "HoldCredit",
    "RejectCredit",
    "ReleaseCredit",
    "ReportOverdue",
]

_SECOND = Office.SECOND_REVIEWER.value


@dataclass(frozen=True, slots=True)
class HoldCredit:
    """Stop the value of a credit and its clock."""

    credit: str

    def perform(self, system: Deployment, account: str) -> None:
        system.escrow.hold(account, self.credit)


@dataclass(frozen=True, slots=True)
class ReleaseCredit:
    """Release a held credit, by both reviewers."""

    credit: str

    def perform(self, system: Deployment, account: str) -> None:
        system.escrow.release(account, _SECOND, self.credit)


@dataclass(frozen=True, slots=True)
class BlockCredit:
    """Block a held credit, by both reviewers."""

    credit: str

    def perform(self, system: Deployment, account: str) -> None:
        system.escrow.block_credit(account, _SECOND, self.credit)


@dataclass(frozen=True, slots=True)
class RejectCredit:
    """Reject a held credit, by both reviewers."""

    credit: str

    def perform(self, system: Deployment, account: str) -> None:
        system.escrow.reject_credit(account, _SECOND, self.credit)


class Changes(TypedDict, total=False):
    """Fields of ``Terms`` that an amendment changes: minor units of SU and epoch seconds."""

    amount: int
    expiry: int
    latest_shipment: int


@dataclass(frozen=True, slots=True)
class AmendCredit:
    """Agree to new terms of a credit; each party says so in turn."""

    credit: str
    changes: Changes

    def perform(self, system: Deployment, account: str) -> None:
        terms = system.escrow.terms_of(self.credit)
        amended = replace(terms, **self.changes)
        parties = dict.fromkeys(filter(None, (terms.issuer or terms.applicant, terms.confirmer)))
        for party in (*parties, terms.beneficiary):
            wallet = system.participants.wallet_of(party)
            if party == terms.applicant and amended.funding > terms.funding:
                increase = amended.funding - terms.funding
                system.token.approve(wallet, system.escrow, increase)
            system.escrow.amend(wallet, self.credit, amended)


@dataclass(frozen=True, slots=True)
class DisputeCredit:
    """Have the arbiter decide on an undrawn amount, minor units; each party agrees in turn."""

    credit: str
    amount: int

    def perform(self, system: Deployment, account: str) -> None:
        terms = system.escrow.terms_of(self.credit)
        parties = filter(None, (terms.applicant, terms.issuer, terms.confirmer, terms.beneficiary))
        for wallet in dict.fromkeys((account, *map(system.participants.wallet_of, parties))):
            system.escrow.dispute(wallet, self.credit, self.amount)


@dataclass(frozen=True, slots=True)
class AwardDispute:
    """Decide a dispute; minor units."""

    credit: str
    to_beneficiary: int

    def perform(self, system: Deployment, account: str) -> None:
        system.escrow.award(account, self.credit, self.to_beneficiary)


@dataclass(frozen=True, slots=True)
class AwardByTime:
    """End a dispute on which no award came in time."""

    credit: str

    def perform(self, system: Deployment, account: str) -> None:
        system.escrow.award_by_time(account, self.credit)


@dataclass(frozen=True, slots=True)
class FinaliseDraw:
    """Pay the retention of a draw once its time is over."""

    credit: str
    draw: int

    def perform(self, system: Deployment, account: str) -> None:
        system.presentations.finalise(account, self.credit, self.draw)


@dataclass(frozen=True, slots=True)
class ReportOverdue:
    """Report that the delivery behind an advance was not shown in time."""

    credit: str

    def perform(self, system: Deployment, account: str) -> None:
        system.presentations.report_overdue(account, self.credit)
