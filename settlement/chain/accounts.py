"""Accounts of the sandbox: every key follows from a name and is public, so worthless elsewhere."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from eth_keys.datatypes import PrivateKey
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from settlement.chain.port import Address

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount


#: The text whose Keccak-256 hash is the key of a name.
KEY_TEXT = "settlement sandbox account {}"


def _key_of(name: str) -> bytes:
    return keccak(text=KEY_TEXT.format(name))


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


def written(address: Address) -> str:
    """An address as tools expect it, with its checksum (EIP-55)."""
    return to_checksum_address(address)


def sign_digest(name: str, digest: bytes) -> bytes:
    """The signature of 32 bytes by the account ``name``: r and s, 32 bytes each, and the parity of y."""
    return _signer(name)(digest)


def sign_transaction(
    name: str, *, chain_id: int, nonce: int, gas: int, fee: int, to: Address, data: bytes
) -> bytes:
    """A transaction without value, signed by the account ``name``, as a node takes it (EIP-1559, EIP-2718).

    It creates a contract where ``to`` is empty, and pays at most ``fee`` wei for a unit of gas and no tip.
    """
    fields = chain_id, nonce, 0, fee, gas, to, 0, data
    unsigned = b"".join([_rlp(field) for field in fields]) + _rlp_list(b"")
    signature = sign_digest(name, keccak(b"\2" + _rlp_list(unsigned)))
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:64])
    return b"\2" + _rlp_list(unsigned + _rlp(signature[64]) + _rlp(r) + _rlp(s))


@cache
def _signer(name: str) -> Callable[[bytes], bytes]:
    """What turns a hash into the 65 bytes of its signature: r, s, and the parity of y."""
    key = _key_of(name)
    try:
        from coincurve import PrivateKey as FastKey
    except ModuleNotFoundError:  # it is only speed, see pyproject.toml
        return lambda digest: PrivateKey(key).sign_msg_hash(digest).to_bytes()
    fast = FastKey(key)
    return lambda digest: fast.sign_recoverable(digest, hasher=None)


def _rlp(value: int | bytes) -> bytes:
    """A number or a string in recursive length prefixes (Yellow Paper, appendix B)."""
    if isinstance(value, int):
        value = value.to_bytes((value.bit_length() + 7) // 8)
    return value if len(value) == 1 and value[0] < 0x80 else _rlp_length(0x80, len(value)) + value


def _rlp_list(items: bytes) -> bytes:
    return _rlp_length(0xC0, len(items)) + items


def _rlp_length(offset: int, length: int) -> bytes:
    if length < 56:
        return bytes([offset + length])
    size = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([offset + 55 + len(size)]) + size
