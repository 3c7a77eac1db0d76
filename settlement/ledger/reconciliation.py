"""Ledger against chain: every account, to the minor unit."""

from collections import defaultdict

from settlement.domain.accounts import ESCROW_TOTAL, Holdings, credit_account
from settlement.domain.errors import Mismatch, ReconciliationFailed


def reconcile(at: str, ledger: Holdings, chain: Holdings) -> None:
    """Compare the balances of both sides.

    An account that one side does not know counts as zero there; what the ledger calls outside the chain does
    not know. The escrow's own balance on the chain must equal all credits of the ledger together.

    Raises:
        ReconciliationFailed: naming every account that differs, with both amounts.
    """
    books: defaultdict[str, dict[str, int]] = defaultdict(dict)
    books.update({unit: dict(accounts) for unit, accounts in ledger.items()})
    prefix = credit_account("")
    locks = (amount for account, amount in books["SU"].items() if account.startswith(prefix))
    books["SU"][ESCROW_TOTAL] = sum(locks)
    mismatches = []
    for unit in sorted(books.keys() | chain.keys()):
        mine, theirs = books[unit], chain.get(unit, {})
        for account in sorted(mine.keys() | theirs.keys()):
            if mine.get(account, 0) != theirs.get(account, 0):
                mismatches.append(Mismatch(account, unit, mine.get(account, 0), theirs.get(account, 0)))
    if mismatches:
        raise ReconciliationFailed(at, mismatches)
