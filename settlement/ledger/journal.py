"""Posting rules: what an event means in double entry. Pure functions, no state.

Sign convention: a positive posting is value an account holds, so ``issuance`` carries the supply
as a negative balance and every entry sums to zero in each unit.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from settlement.domain.accounts import contract_account, credit_account, wallet_account
from settlement.domain.errors import UnbalancedEntry
from settlement.domain.events import CONTRACTS, ESCROW, ISSUANCE, Event, Moved


@dataclass(frozen=True, slots=True)
class Posting:
    """One signed line: ``amount`` in minor units of ``unit``."""

    account: str
    unit: str
    amount: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A balanced set of postings that one event caused, in the course of ``flow`` under ``ref``.

    Raises:
        UnbalancedEntry: the postings do not sum to zero in every unit.
    """

    event: Event
    flow: str
    ref: str
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        totals: defaultdict[str, int] = defaultdict(int)
        for posting in self.postings:
            totals[posting.unit] += posting.amount
        if any(totals.values()):
            raise UnbalancedEntry(f"{self.flow} {self.ref}: postings sum to {dict(totals)}, not to zero")


def entry_of(event: Event) -> Entry | None:
    """The journal entry of an event; None for an event that moves no value."""
    rule = _RULES.get(type(event))
    return None if rule is None else rule(event)


def _movement(event: Event) -> Entry:
    """SU leaves one account and enters another, in full: transfers carry no fee."""
    assert isinstance(event, Moved)
    postings = (
        Posting(_account(event.source, event.ref), "SU", -event.amount),
        Posting(_account(event.destination, event.ref), "SU", event.amount),
    )
    return Entry(event, event.flow.name, event.ref, postings)


def _account(holder: str, ref: str) -> str:
    """The ledger's account of a holder: what the escrow holds is kept apart by credit."""
    if holder == ISSUANCE:
        return ISSUANCE
    if holder == ESCROW:
        return credit_account(ref)
    return contract_account(holder) if holder in CONTRACTS else wallet_account(holder)


_RULES: dict[type[Event], Callable[[Event], Entry]] = {Moved: _movement}
