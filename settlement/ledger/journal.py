"""Posting rules: what an event means in double entry. Pure functions, no state.

Sign convention: a positive posting is value an account holds, so ``issuance`` carries the supply
as a negative balance and every entry sums to zero in each unit; see ``settlement.domain.accounts``.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from settlement.domain.accounts import OUTSIDE, RESERVE, contract_account, credit_account, wallet_account
from settlement.domain.errors import UnbalancedEntry
from settlement.domain.events import (
    CONTRACTS,
    ESCROW,
    ISSUANCE,
    CashDeposited,
    CashWithdrawn,
    CoinsDeposited,
    CoinsSold,
    CurrencyBurned,
    CurrencyMinted,
    CurrencyMoved,
    CurrencyRecovered,
    Event,
    Moved,
)


class Posting(NamedTuple):
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


def _movement(event: Moved) -> Entry:
    """SU leaves one account and enters another, in full: transfers carry no fee."""
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


def _exchange(event: Event, flow: str, ref: str, unit: str, source: str, to: str, amount: int) -> Entry:
    return Entry(event, flow, ref, (Posting(source, unit, -amount), Posting(to, unit, amount)))


def _currency(holder: str) -> str:
    """The ledger's account of a holder of DRL."""
    return contract_account(holder) if holder in CONTRACTS else wallet_account(holder)


_RULES: dict[type[Event], Callable[[Any], Entry]] = {
    Moved: _movement,
    CurrencyMinted: lambda e: _exchange(e, "MINT", e.ref, "DRL", ISSUANCE, _currency(e.to), e.amount),
    CurrencyBurned: lambda e: _exchange(e, "BURN", e.ref, "DRL", _currency(e.holder), ISSUANCE, e.amount),
    CurrencyMoved: lambda e: _exchange(
        e, "PAY_DRL", e.spender, "DRL", _currency(e.source), _currency(e.destination), e.amount
    ),
    CurrencyRecovered: lambda e: _exchange(
        e, "RECOVERY", e.source, "DRL", _currency(e.source), _currency(e.destination), e.amount
    ),
    CashDeposited: lambda e: _exchange(e, "RESERVE", e.ref, "CASH", OUTSIDE, RESERVE, e.amount),
    CashWithdrawn: lambda e: _exchange(e, "RESERVE", e.ref, "CASH", RESERVE, OUTSIDE, e.amount),
    CoinsDeposited: lambda e: _exchange(e, "RESERVE", e.ref, "COIN", OUTSIDE, RESERVE, e.coins),
    CoinsSold: lambda e: Entry(
        e,
        "RESERVE",
        e.ref,
        (
            Posting(RESERVE, "COIN", -e.coins),
            Posting(OUTSIDE, "COIN", e.coins),
            Posting(OUTSIDE, "CASH", -e.proceeds),
            Posting(RESERVE, "CASH", e.proceeds),
        ),
    ),
}
