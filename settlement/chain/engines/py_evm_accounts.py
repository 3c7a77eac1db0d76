"""py-evm's accounts, held in plain dictionaries.

py-evm keeps accounts in tries, for state roots that nobody asks of a chain which never leaves its process,
and what every call could take back until the end of the block. Here a transaction's end is the end of it.
"""

from typing import Any, NamedTuple, NoReturn

from eth.abc import AccountDatabaseAPI, AtomicDatabaseAPI, MetaWitnessAPI
from eth.constants import BLANK_ROOT_HASH, EMPTY_SHA3
from eth.typing import JournalDBCheckpoint
from eth_typing import Address, Hash32
from eth_utils.crypto import keccak

from settlement.domain.errors import BackendError


class Account(NamedTuple):
    """An account without its storage."""

    nonce: int = 0
    balance: int = 0
    code: bytes = b""
    code_hash: Hash32 = EMPTY_SHA3


class Contents(NamedTuple):
    """All there is between two transactions."""

    accounts: dict[Address, Account]
    storage: dict[Address, dict[int, int]]

    def copy(self) -> "Contents":
        """The same, which changes of the one leave alone in the other."""
        return Contents(
            dict(self.accounts), {address: dict(slots) for address, slots in self.storage.items()}
        )


_ABSENT: Any = object()
_NOBODY = Account()


class FlatAccounts(AccountDatabaseAPI):
    """Accounts, their storage, transient storage and access lists, with one list of what to undo.

    An entry of that list is a dictionary, a key of it and the value there before.
    """

    def __init__(self, db: AtomicDatabaseAPI | None = None, state_root: Hash32 = BLANK_ROOT_HASH) -> None:
        """Start empty: there is no database behind this."""
        self.contents = Contents({}, {})
        self._transient: dict[tuple[Address, int], bytes] = {}
        self._warm: dict[Address | tuple[Address, int], bool] = {}
        #: What slots held before this transaction wrote to them.
        self._originals: dict[tuple[Address, int], int] = {}
        self._undo: list[tuple[dict[Any, Any], Any, Any]] = []

    def _write(self, mapping: dict[Any, Any], key: Any, value: Any) -> None:
        self._undo.append((mapping, key, mapping.get(key, _ABSENT)))
        mapping[key] = value

    def _remove(self, mapping: dict[Any, Any], key: Any) -> None:
        if key in mapping:
            self._undo.append((mapping, key, mapping.pop(key)))

    # Storage

    def get_storage(self, address: Address, slot: int, from_journal: bool = True) -> int:
        """What a slot holds; not ``from_journal``, what it held before this transaction."""
        slots = self.contents.storage.get(address)
        value = slots.get(slot, 0) if slots else 0
        return value if from_journal else self._originals.get((address, slot), value)

    def set_storage(self, address: Address, slot: int, value: int) -> None:
        """Write a slot."""
        slots = self.contents.storage.get(address)
        if slots is None:
            slots = {}
            self._write(self.contents.storage, address, slots)
        self._originals.setdefault((address, slot), slots.get(slot, 0))
        if value:
            self._write(slots, slot, value)
        else:
            self._remove(slots, slot)

    def delete_storage(self, address: Address) -> None:
        """Empty all slots of an account."""
        for slot, value in self.contents.storage.get(address, {}).items():
            self._originals.setdefault((address, slot), value)
        self._remove(self.contents.storage, address)

    def is_storage_warm(self, address: Address, slot: int) -> bool:
        """Whether this transaction accessed a slot before."""
        return (address, slot) in self._warm

    def mark_storage_warm(self, address: Address, slot: int) -> None:
        """Note an access to a slot."""
        if (address, slot) not in self._warm:
            self._write(self._warm, (address, slot), True)

    def load(self, address: Address, slot: int) -> tuple[int, bool]:
        """What a slot holds, and whether this transaction had not accessed it before."""
        was_cold = (address, slot) not in self._warm
        if was_cold:
            self._write(self._warm, (address, slot), True)
        slots = self.contents.storage.get(address)
        return slots.get(slot, 0) if slots else 0, was_cold

    def get_transient(self, address: Address, slot: int) -> bytes:
        """What a transient slot holds."""
        return self._transient.get((address, slot), b"")

    def set_transient(self, address: Address, slot: int, value: bytes) -> None:
        """Write a transient slot."""
        self._write(self._transient, (address, slot), value)

    # Accounts

    def _get(self, address: Address) -> Account:
        return self.contents.accounts.get(address, _NOBODY)

    def _set(self, address: Address, account: Account) -> None:
        self._write(self.contents.accounts, address, account)

    def get_balance(self, address: Address) -> int:
        """Wei."""
        return self._get(address).balance

    def set_balance(self, address: Address, balance: int) -> None:
        """Set the balance, wei."""
        self._set(address, self._get(address)._replace(balance=balance))

    def get_nonce(self, address: Address) -> int:
        """Transactions sent, or contracts created."""
        return self._get(address).nonce

    def set_nonce(self, address: Address, nonce: int) -> None:
        """Set the nonce."""
        self._set(address, self._get(address)._replace(nonce=nonce))

    def increment_nonce(self, address: Address) -> None:
        """Count one up."""
        self.set_nonce(address, self.get_nonce(address) + 1)

    def get_code(self, address: Address) -> bytes:
        """Code; empty where there is none."""
        return self._get(address).code

    def set_code(self, address: Address, code: bytes) -> None:
        """Set the code."""
        self._set(address, self._get(address)._replace(code=code, code_hash=Hash32(keccak(code))))

    def get_code_hash(self, address: Address) -> Hash32:
        """Hash of the code."""
        return self._get(address).code_hash

    def delete_code(self, address: Address) -> None:
        """Take the code away."""
        self._set(address, self._get(address)._replace(code=b"", code_hash=EMPTY_SHA3))

    def account_has_code_or_nonce(self, address: Address) -> bool:
        """Whether a contract can no longer be created there."""
        account = self._get(address)
        return account.nonce != 0 or account.code_hash != EMPTY_SHA3

    def delete_account(self, address: Address) -> None:
        """Remove an account and its storage."""
        self.delete_storage(address)
        self._remove(self.contents.accounts, address)

    def account_exists(self, address: Address) -> bool:
        """Whether there is an account, be it an empty one."""
        return address in self.contents.accounts

    def touch_account(self, address: Address) -> None:
        """Let there be an account."""
        if address not in self.contents.accounts:
            self._set(address, _NOBODY)

    def account_is_empty(self, address: Address) -> bool:
        """Whether an account has neither code nor nonce nor balance."""
        account = self._get(address)
        return not (account.nonce or account.balance or account.code)

    def is_address_warm(self, address: Address) -> bool:
        """Whether this transaction accessed an account before."""
        return address in self._warm

    def mark_address_warm(self, address: Address) -> None:
        """Note an access to an account."""
        if address not in self._warm:
            self._write(self._warm, address, True)

    # Taking back

    def record(self) -> JournalDBCheckpoint:
        """Where we are."""
        return JournalDBCheckpoint(len(self._undo))

    def discard(self, checkpoint: JournalDBCheckpoint) -> None:
        """Undo what came after a checkpoint."""
        while len(self._undo) > checkpoint:
            mapping, key, before = self._undo.pop()
            if before is _ABSENT:
                del mapping[key]
            else:
                mapping[key] = before

    def commit(self, checkpoint: JournalDBCheckpoint) -> None:
        """Keep what came after a checkpoint, until an earlier one is discarded."""

    def lock_changes(self) -> None:
        """End the transaction."""
        for passing in (self._undo, self._warm, self._originals, self._transient):
            passing.clear()

    # Roots

    state_root = BLANK_ROOT_HASH

    def has_root(self, state_root: bytes) -> bool:
        """Never: there are no roots."""
        return False

    def make_state_root(self) -> NoReturn:
        """Nothing that this backend drives asks for a root.

        Raises:
            BackendError: always.
        """
        raise BackendError("these accounts have no root")

    def persist(self) -> MetaWitnessAPI:
        """Nothing that this backend drives writes to a database.

        Raises:
            BackendError: always.
        """
        raise BackendError("there is no database behind these accounts")
