"""Accounts of the sandbox: every key follows from a name and is public, so worthless elsewhere."""

from functools import cache

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from settlement.chain.port import Address


@cache
def account_of(name: str) -> LocalAccount:
    """The signing account of the participant or office called ``name``."""
    account: LocalAccount = Account.from_key(keccak(text=f"settlement sandbox account {name}"))
    return account


def address_of(name: str) -> Address:
    """The wallet address of the participant or office called ``name``."""
    return bytes.fromhex(account_of(name).address[2:])
