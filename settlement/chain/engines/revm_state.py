"""The end of a transaction on revm, which pyrevm never comes to: its journal grows for as long as it lives.

What the journal holds is warm, and what a slot "held before the transaction" is what the journal read first.
So a checkpoint is taken while the journal is empty. A transaction ends when we read what it changed, return
to the checkpoint, which empties the journal, and put what was changed into the database behind it.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from pyrevm import EVM, AccountInfo

from settlement.domain.errors import BackendError

#: A slot of an account: the address in hexadecimal, and the number.
Slot = tuple[str, int]
#: How to put something somewhere.
Put = Callable[[Any, Any], None]
#: What was put, how and where: what was there before, and what is there now.
Delta = dict[tuple[Put, Any], tuple[Any, Any]]

_WRITTEN = re.compile(r"StorageChange \{ address: (0x[0-9a-f]{40}), key: (\d+), had_value: Some\((\d+)\) \}")
_DESTROYED = re.compile(r"AccountDestroyed \{ address: (0x[0-9a-f]{40}), ")
#: Contracts for BLS signatures, which Prague has from the outset and pyrevm's newest rules have not.
_LACKING = range(0x0B, 0x12)


class Account(NamedTuple):
    """An account but for its storage. Its nonce tells whether it changed: a contract's counts from one.

    Attributes:
        info: all of it.
        bare: the same without the code itself, for the database finds that by its hash.
        nonce: how many contracts it created, and itself.
    """

    info: AccountInfo
    bare: AccountInfo
    nonce: int


def account_of(info: AccountInfo) -> Account:
    """The same account. Nobody has ether."""
    return Account(info, AccountInfo(nonce=info.nonce, code_hash=info.code_hash), info.nonce)


NOBODY = account_of(AccountInfo())


def written(journal: str) -> dict[Slot, int]:
    """The slots that were written to, and what each held before.

    ``journal`` is ``EVM.journal_str``, the one form in which pyrevm shows it: Rust's own, for debugging.

    Raises:
        BackendError: it is not as revm 8 writes it, which is in pyrevm 0.3.7.
    """
    slots: dict[Slot, int] = {}
    start = _entries(journal)
    # To search for a word is much quicker than to match every entry.
    for found in _places(": Some(", journal, start):
        entry = _WRITTEN.match(journal, journal.rfind("StorageChange", start, found))
        if entry is None:
            raise BackendError(f"revm's journal has an unknown entry: {journal[found - 200 : found + 100]}")
        address, number, before = entry.groups()
        slots.setdefault((address, int(number)), int(before))
    return slots


def destroyed(journal: str) -> set[str]:
    """Addresses, in small letters, of the accounts that are gone; see ``written``."""
    return set(_DESTROYED.findall(journal, _entries(journal)))


def _entries(journal: str) -> int:
    """Where entries begin: accounts, with all their code, come before them."""
    start = journal.rfind(", journal: [[", 0, journal.rfind("]], spec: CANCUN, "))
    if start < 0:
        raise BackendError(f"revm's journal has an unknown form: {journal[:200]}")
    return start


def _places(word: str, text: str, start: int) -> Iterator[int]:
    while (start := text.find(word, start + 1)) > 0:
        yield start


class RevmState:
    """What an EVM holds between transactions, where every slot and account is cold."""

    def __init__(self, evm: EVM) -> None:
        """Take over an EVM that has executed nothing yet."""
        self._evm = evm
        self._base = evm.snapshot()
        #: Those that are more than an address and their storage, by checksummed address.
        self._accounts: dict[str, Account] = {}
        #: Each mark: the one before it, and what changed between them.
        self._marks: list[tuple[int | None, Delta]] = []
        #: The mark that we came from, and what changed since; nothing is kept before there is one.
        self._mark: int | None = None
        self._since: Delta = {}

    def settle(self) -> None:
        """End the transactions executed since the last end, and keep what they changed.

        Raises:
            BackendError: pyrevm's journal is not understood, or they used what only Prague has.
        """
        accounts = self._changed_accounts()
        journal = self._evm.journal_str
        gone = destroyed(journal) if accounts else ()
        slots = {
            slot: (before, self._evm.storage(*slot))
            for slot, before in written(journal).items()
            if slot[0] not in gone
        }
        self.drop()
        for address, info in accounts.items():
            account = NOBODY if address.lower() in gone else account_of(info)
            self._change(self._put_account, address, self._accounts.get(address, NOBODY), account)
        for slot, (before, value) in slots.items():
            self._change(self._put_slot, slot, before, value)

    def drop(self) -> None:
        """End them, and keep nothing."""
        self._evm.revert(self._base)
        self._base = self._evm.snapshot()

    def mark(self) -> int:
        """Remember what is held, for ``return_to``; from now on what changes takes memory."""
        self._marks.append((self._mark, self._since))
        self._mark, self._since = len(self._marks) - 1, {}
        return self._mark

    def return_to(self, mark: int) -> None:
        """Hold again what was held at a mark. No transaction may be open."""
        here, there = self._line_of(self._mark), self._line_of(mark)
        both = {*here} & {*there}
        undone = [self._since, *(self._marks[passed][1] for passed in here if passed not in both)]
        done = [self._marks[passed][1] for passed in reversed(there) if passed not in both]
        for delta in undone:
            for (put, place), (before, _) in delta.items():
                put(place, before)
        for delta in done:
            for (put, place), (_, now) in delta.items():
                put(place, now)
        self._mark, self._since = mark, {}

    def _line_of(self, mark: int | None) -> list[int]:
        """A mark and all those that it came after, the last first."""
        line = []
        while mark is not None:
            line.append(mark)
            mark = self._marks[mark][0]
        return line

    def _changed_accounts(self) -> dict[str, AccountInfo]:
        """Those in the journal that are new or count on; the code of others is left out of its text."""
        changed = {}
        for address, info in self._evm.journal_state.items():
            known, nonce = self._accounts.get(address, NOBODY), info.nonce
            if nonce != known.nonce:
                changed[address] = info
            elif nonce:
                self._evm.insert_account_info(address, known.bare)
            elif int(address, 16) in _LACKING:
                raise BackendError(f"revm has no contract at {address}, where Prague has one; run on py-evm")
        return changed

    def _change(self, put: Put, place: Any, before: Any, now: Any) -> None:
        if now == before:
            return
        if self._mark is not None:
            first, _ = self._since.get((put, place), (before, now))
            self._since[put, place] = first, now
        put(place, now)

    def _put_account(self, address: str, account: Account) -> None:
        self._evm.insert_account_info(address, account.info)
        self._accounts[address] = account

    def _put_slot(self, slot: Slot, value: int) -> None:
        # It goes to the database where the account is not in the journal, and then puts the account there.
        before = self._evm.snapshot()
        self._evm.insert_account_storage(*slot, value)
        self._evm.revert(before)
