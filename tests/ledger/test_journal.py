"""Posting rules and reconciliation."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.domain.accounts import (
    ESCROW_TOTAL,
    ISSUANCE,
    contract_account,
    credit_account,
    wallet_account,
)
from settlement.domain.amounts import UINT128_MAX
from settlement.domain.errors import ReconciliationFailed, UnbalancedEntry
from settlement.domain.events import (
    ESCROW,
    CashDeposited,
    CashWithdrawn,
    CoinsDeposited,
    CoinsSold,
    CreditClosed,
    CurrencyBurned,
    CurrencyMinted,
    CurrencyMoved,
    CurrencyRecovered,
    Event,
    Moved,
)
from settlement.domain.participants import Flow
from settlement.ledger.journal import Entry, Posting, entry_of
from settlement.ledger.reconciliation import reconcile


def moved(flow: Flow, source: str, destination: str, amount: int = 7, ref: str = "C1") -> Moved:
    return Moved(
        sim_time=1,
        actor="B",
        block=1,
        log_index=0,
        flow=flow,
        payer="B",
        payee="S",
        source=source,
        destination=destination,
        amount=amount,
        ref=ref,
        trade="T-B-S",
    )


@pytest.mark.parametrize(
    ("event", "debited", "credited"),
    [
        (moved(Flow.ISSUE, ISSUANCE, "B"), ISSUANCE, wallet_account("B")),
        (moved(Flow.REDEEM, "B", ISSUANCE), wallet_account("B"), ISSUANCE),
        (moved(Flow.DIRECT, "B", "S"), wallet_account("B"), wallet_account("S")),
        (moved(Flow.FUND, "B", ESCROW), wallet_account("B"), credit_account("C1")),
        (moved(Flow.PAY, ESCROW, "S"), credit_account("C1"), wallet_account("S")),
        (moved(Flow.REFUND, ESCROW, "B"), credit_account("C1"), wallet_account("B")),
        (moved(Flow.SEIZE, "B", "C"), wallet_account("B"), wallet_account("C")),
        (moved(Flow.RECOVERY, "B", "B2"), wallet_account("B"), wallet_account("B2")),
        (moved(Flow.AWARD, ESCROW, "S"), credit_account("C1"), wallet_account("S")),
        (moved(Flow.PAY, ESCROW, "Quarantine"), credit_account("C1"), contract_account("Quarantine")),
        (moved(Flow.REFUND, "Quarantine", "B"), contract_account("Quarantine"), wallet_account("B")),
        (moved(Flow.DIRECT, "B", "Collections"), wallet_account("B"), contract_account("Collections")),
        (moved(Flow.PAY, "Collections", "S"), contract_account("Collections"), wallet_account("S")),
        (moved(Flow.NET_LEG, "B", "ClearingHouse"), wallet_account("B"), contract_account("ClearingHouse")),
        (moved(Flow.CONVERT, "ConversionDesk", "B"), contract_account("ConversionDesk"), wallet_account("B")),
        (moved(Flow.ISSUE, ISSUANCE, "ConversionDesk"), ISSUANCE, contract_account("ConversionDesk")),
        (moved(Flow.INTAKE, ISSUANCE, "B"), ISSUANCE, wallet_account("B")),
    ],
)
def test_every_flow_has_its_two_accounts(event: Moved, debited: str, credited: str) -> None:
    entry = entry_of(event)
    assert entry is not None
    assert entry.postings == (Posting(debited, "SU", -7), Posting(credited, "SU", 7))


@given(flow=st.sampled_from(Flow), amount=st.integers(0, UINT128_MAX))
def test_every_entry_balances(flow: Flow, amount: int) -> None:
    entry = entry_of(moved(flow, "B", "S", amount))
    assert entry is not None
    assert sum(posting.amount for posting in entry.postings) == 0


def test_events_that_move_nothing_have_no_entry() -> None:
    assert entry_of(CreditClosed(sim_time=1, actor="B", block=1, log_index=0, credit="C1")) is None


@pytest.mark.parametrize(
    "postings",
    [
        (Posting("a", "SU", -7), Posting("b", "SU", 8)),
        (Posting("a", "SU", -7), Posting("b", "DRL", 7)),
    ],
)
def test_an_entry_that_does_not_balance_cannot_be_made(postings: tuple[Posting, ...]) -> None:
    with pytest.raises(UnbalancedEntry, match="not to zero"):
        Entry(moved(Flow.DIRECT, "B", "S"), "DIRECT", "", postings)


def test_reconciliation_passes_when_every_account_agrees() -> None:
    ledger = {"wallet:B": 5, "credit:C1": 3, "credit:C2": 4, ISSUANCE: -12}
    chain = {**ledger, "wallet:S": 0, ESCROW_TOTAL: 7}
    reconcile("today", {"SU": ledger}, {"SU": chain})
    # Each account of the agreement counts: without it there would be none.
    for account in ledger:
        with pytest.raises(ReconciliationFailed, match=account):
            reconcile("today", {"SU": ledger}, {"SU": {**chain, account: 1}})


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"wallet:B": 6}, "wallet:B: ledger 5 SU, chain 6 SU"),
        ({"wallet:X": 1}, "wallet:X: ledger 0 SU, chain 1 SU"),
        ({"credit:C1": 2}, "credit:C1: ledger 3 SU, chain 2 SU"),
        ({ISSUANCE: -9}, "issuance: ledger -8 SU, chain -9 SU"),
        ({ESCROW_TOTAL: 4}, "escrow: ledger 3 SU, chain 4 SU"),
    ],
)
def test_a_mismatch_names_the_account_and_both_amounts(change: dict[str, int], line: str) -> None:
    ledger = {"wallet:B": 5, "credit:C1": 3, ISSUANCE: -8}
    with pytest.raises(ReconciliationFailed) as failure:
        reconcile("2027-03-01", {"SU": ledger}, {"SU": {**ledger, ESCROW_TOTAL: 3, **change}})
    assert str(failure.value).splitlines() == [
        "ledger and chain disagree at the close of 2027-03-01 (minor units)",
        line,
    ]


def test_what_the_chain_does_not_hold_is_a_mismatch_too() -> None:
    with pytest.raises(ReconciliationFailed, match="wallet:B: ledger 5 SU, chain 0 SU"):
        reconcile("2027-03-01", {"SU": {"wallet:B": 5}}, {})


def test_units_are_compared_each_by_itself() -> None:
    ledger = {"SU": {"wallet:B": 5}, "DRL": {"wallet:B": 7}}
    reconcile("2027-03-01", ledger, {**ledger, "COIN": {"reserve": 0}})
    with pytest.raises(ReconciliationFailed, match="wallet:B: ledger 7 DRL, chain 0 DRL"):
        reconcile("2027-03-01", ledger, {"SU": {"wallet:B": 5}})
    with pytest.raises(ReconciliationFailed, match="reserve: ledger 0 COIN, chain 1 COIN"):
        reconcile("2027-03-01", ledger, {**ledger, "COIN": {"reserve": 1}})


def currency(kind: type[Event], **fields: Any) -> Event:
    return kind(sim_time=1, actor="B", block=1, log_index=0, **fields)


@pytest.mark.parametrize(
    ("event", "postings"),
    [
        (
            currency(CurrencyMinted, to="B", amount=7, ref="r"),
            {("issuance", "DRL"): -7, ("wallet:B", "DRL"): 7},
        ),
        (
            currency(CurrencyBurned, holder="B", amount=7, ref="r"),
            {("issuance", "DRL"): 7, ("wallet:B", "DRL"): -7},
        ),
        (
            currency(CurrencyMoved, spender="B", source="B", destination="ConversionDesk", amount=7),
            {("wallet:B", "DRL"): -7, ("contract:ConversionDesk", "DRL"): 7},
        ),
        (
            currency(CurrencyRecovered, source="B", destination="B2", amount=7),
            {("wallet:B", "DRL"): -7, ("wallet:B2", "DRL"): 7},
        ),
        (currency(CashDeposited, amount=7, ref="r"), {("outside", "CASH"): -7, ("reserve", "CASH"): 7}),
        (currency(CashWithdrawn, amount=7, ref="r"), {("outside", "CASH"): 7, ("reserve", "CASH"): -7}),
        (currency(CoinsDeposited, coins=7, ref="r"), {("outside", "COIN"): -7, ("reserve", "COIN"): 7}),
        (
            currency(CoinsSold, coins=7, proceeds=9, ref="r"),
            {
                ("outside", "COIN"): 7,
                ("reserve", "COIN"): -7,
                ("outside", "CASH"): -9,
                ("reserve", "CASH"): 9,
            },
        ),
    ],
)
def test_currency_and_reserve_are_booked_too(event: Event, postings: dict[tuple[str, str], int]) -> None:
    entry = entry_of(event)
    assert entry is not None
    assert {(p.account, p.unit): p.amount for p in entry.postings} == postings
