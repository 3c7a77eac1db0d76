"""The end of a transaction on revm, which pyrevm leaves to its user: its journal grows for as long as it lives.

What the journal holds is warm, and what a slot "held before the transaction" is what the journal read first. So a
checkpoint is taken while the journal is empty. A transaction ends when we read what it changed, return to the
checkpoint, which empties the journal, and put what was changed into the database behind it.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from pyrevm import EVM, AccountInfo

from settlement.domain.errors import BackendError

#: A slot of an account: the address in hexadecimal, and the number.
Slot = tuple[str, int]
#: What an account is, besides its storage: balance, nonce, hash of the code.
Terms = tuple[int, int, bytes]

_WRITTEN = re.compile(r"StorageChange \{ address: (0x[0-9a-f]{40}), key: (\d+), had_value: Some\((\d+)\) \}")
_DESTROYED = re.compile(r"AccountDestroyed \{ address: (0x[0-9a-f]{40}), ")
#: Contracts for BLS signatures, which Prague has from the outset and pyrevm's newest rules have not.
_LACKING = range(0x0B, 0x12)


class Account(NamedTuple):
    """An account as the database has it.

    Attributes:
        info: with its code.
        bare: without, which stays where the hash says; it spares the journal's text all of the code.
        terms: to compare.
    """

    info: AccountInfo
    bare: AccountInfo
    terms: Terms


def account_of(info: AccountInfo) -> Account:
    """The same account."""
    terms = terms_of(info)
    balance, nonce, code_hash = terms
    return Account(info, AccountInfo(balance, nonce, code_hash), terms)


def terms_of(info: AccountInfo) -> Terms:
    """What an account is, to compare."""
    return info.balance, info.nonce, info.code_hash


NOBODY = account_of(AccountInfo())


class Changes(NamedTuple):
    """What the text of a journal says.

    Attributes:
        slots: those that were written to, and what each held before.
        destroyed: addresses of accounts that are gone.
    """

    slots: dict[Slot, int]
    destroyed: frozenset[str]


def read(journal: str) -> Changes:
    """Read ``EVM.journal_str``, the one form in which pyrevm shows a journal: Rust's way to print it for debugging.

    Raises:
        BackendError: it has another form than that of revm 8, which is in pyrevm 0.3.7.
    """
    start = journal.rfind(", journal: [[")
    if start < 0 or ", spec: CANCUN, " not in journal[start:]:
        raise BackendError(f"revm's journal has an unknown form: {journal[:200]}")
    slots: dict[Slot, int] = {}
    found = start
    while (found := journal.find(": Some(", found + 1)) > 0:
        entry = _WRITTEN.match(journal, journal.rfind("StorageChange", start, found))
        if entry is None:
            raise BackendError(f"revm's journal has an unknown entry: {journal[found - 200 : found + 200]}")
        address, number, before = entry.groups()
        slots.setdefault((address, int(number)), int(before))
    return Changes(slots, frozenset(_DESTROYED.findall(journal, start)))


class RevmState:
    """What an EVM holds between transactions, where every slot and account is cold."""

    def __init__(self, evm: EVM) -> None:
        """Take over an EVM that has executed nothing yet."""
        self._evm = evm
        self._base = evm.snapshot()
        #: Those of accounts, by checksummed address, that are more than an address.
        self._accounts: dict[str, Account] = {}
        #: What was put where, what was there before and what is now; begins with the first ``mark``.
        self._history: list[tuple[Callable[[Any, Any], None], Any, Any, Any]] = []
        self._remembers = False

    def settle(self) -> None:
        """End the transactions executed since the last end, and keep what they changed.

        Raises:
            BackendError: they used what Prague has and pyrevm has not, or pyrevm's journal is not understood.
        """
        accounts = self._changed_accounts()
        slots, destroyed = read(self._evm.journal_str)
        kept = [slot for slot in slots if slot[0] not in destroyed]
        values = [self._evm.storage(*slot) for slot in kept]
        self.drop()
        for address, info in accounts.items():
            now = NOBODY if address.lower() in destroyed else account_of(info)
            self._change(self._put_account, address, self._accounts.get(address, NOBODY), now)
        for slot, value in zip(kept, values, strict=True):
            self._change(self._put_slot, slot, slots[slot], value)

    def drop(self) -> None:
        """End them, and keep nothing."""
        self._evm.revert(self._base)
        self._base = self._evm.snapshot()

    def mark(self) -> int:
        """Remember what is held, for ``return_to``; from now on every change takes memory."""
        self._remembers = True
        return len(self._history)

    def return_to(self, mark: int, *, last: bool) -> int:
        """Hold again what was held at a mark; returns another mark of the same. No transaction may be open.

        Where the mark is the ``last`` that anybody returns to, all after it is forgotten.
        """
        undone = self._history[mark:]
        if last:
            del self._history[mark:]
        for put, place, before, now in reversed(undone):
            put(place, before)
            if not last:
                self._history.append((put, place, now, before))
        return len(self._history)

    def _changed_accounts(self) -> dict[str, AccountInfo]:
        """Those in the journal that are other than in the database; the others' code is left out of its text."""
        changed = {}
        for address, info in self._evm.journal_state.items():
            known = self._accounts.get(address, NOBODY)
            if terms_of(info) != known.terms:
                changed[address] = info
            elif known is not NOBODY:
                self._evm.insert_account_info(address, known.bare)
            elif int(address, 16) in _LACKING:
                raise BackendError(f"revm has no contract at {address}, as Prague has; run on py-evm")
        return changed

    def _change(self, put: Callable[[Any, Any], None], place: Any, before: Any, now: Any) -> None:
        if now == before:
            return
        if self._remembers:
            self._history.append((put, place, before, now))
        put(place, now)

    def _put_account(self, address: str, account: Account) -> None:
        self._evm.insert_account_info(address, account.info)
        self._accounts[address] = account

    def _put_slot(self, slot: Slot, value: int) -> None:
        # It goes to the database where the account is not in the journal, and then puts the account there.
        before = self._evm.snapshot()
        self._evm.insert_account_storage(*slot, value)
        self._evm.revert(before)
