"""Accounts of the sandbox: every key follows from a name and is public, so worthless elsewhere."""

from functools import cache
from typing import TYPE_CHECKING

from eth_keys.datatypes import PrivateKey
from eth_utils.crypto import keccak

from settlement.chain.port import Address

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount


def _key_of(name: str) -> bytes:
    return keccak(text=f"settlement sandbox account {name}")


@cache
def account_of(name: str) -> "LocalAccount":
    """The signing account of the participant or office called ``name``."""
    from eth_account import Account  # half a second, for the few who sign

    account: LocalAccount = Account.from_key(_key_of(name))
    return account


@cache
def address_of(name: str) -> Address:
    """The wallet address of the participant or office called ``name``."""
    return PrivateKey(_key_of(name)).public_key.to_canonical_address()
