"""Names of the ledger's accounts, shared by the journal and by what the chain is asked."""

from settlement.domain.events import ISSUANCE

__all__ = ["ESCROW_TOTAL", "ISSUANCE", "contract_account", "credit_account", "wallet_account"]

#: Not an account of the journal: what all credits together hold, which the escrow's own balance must equal.
ESCROW_TOTAL = "escrow"


def wallet_account(participant: str) -> str:
    """SU held by a participant."""
    return f"wallet:{participant}"


def contract_account(contract: str) -> str:
    """SU held by a contract of the regime other than the escrow: the quarantine, say."""
    return f"contract:{contract}"


def credit_account(credit: str) -> str:
    """SU locked under a credit."""
    return f"credit:{credit}"
