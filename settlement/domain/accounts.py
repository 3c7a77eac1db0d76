"""Names of the ledger's accounts, shared by the journal and by what the chain is asked."""

import re
from collections.abc import Mapping

from settlement.domain.events import ISSUANCE

__all__ = [
    "ESCROW_TOTAL",
    "ISSUANCE",
    "OUTSIDE",
    "RESERVE",
    "Holdings",
    "contract_account",
    "credit_account",
    "participant_of",
    "wallet_account",
]

#: Balances in minor units, by unit and account. Units: SU, DRL, CASH (of the reserve, at par with SU), COIN.
Holdings = Mapping[str, Mapping[str, int]]

#: What the reserve holds, and where it comes from.
RESERVE, OUTSIDE = "reserve", "outside"

#: Not an account of the journal: what all credits together hold, which the escrow's own balance must equal.
ESCROW_TOTAL = "escrow"


def participant_of(account: str) -> str:
    """The participant behind a wallet of whatever key: later ones go by its name with their number."""
    return re.sub(r" key [0-9]+$", "", account)


def wallet_account(participant: str) -> str:
    """What a participant holds in a wallet."""
    return f"wallet:{participant}"


def contract_account(contract: str) -> str:
    """What a contract of the regime other than the escrow holds: the quarantine, say."""
    return f"contract:{contract}"


def credit_account(credit: str) -> str:
    """SU locked under a credit."""
    return f"credit:{credit}"
