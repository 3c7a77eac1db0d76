"""Ledger against chain: every account, to the minor unit."""

from collections.abc import Mapping

from settlement.domain.accounts import ESCROW_TOTAL, credit_account
from settlement.domain.errors import Mismatch, ReconciliationFailed


def reconcile(at: str, ledger: Mapping[str, int], chain: Mapping[str, int]) -> None:
    """Compare the balances of both sides, minor units of SU by account.

    An account that one side does not know counts as zero there. The escrow's own balance on the
    chain must equal all credits of the ledger together.

    Raises:
        ReconciliationFailed: naming every account that differs, with both amounts.
    """
    of_credits = sum(amount for account, amount in ledger.items() if account.startswith(credit_account("")))
    books = {**ledger, ESCROW_TOTAL: of_credits}
    mismatches = [
        Mismatch(account, "SU", books.get(account, 0), chain.get(account, 0))
        for account in sorted(books.keys() | chain.keys())
        if books.get(account, 0) != chain.get(account, 0)
    ]
    if mismatches:
        raise ReconciliationFailed(at, mismatches)
