"""What the chain holds, asked anew only where events say that something moved."""

from collections.abc import Iterable

from settlement.chain.deployment import Deployment
from settlement.domain.accounts import Holdings, credit_account
from settlement.domain.events import (
    ESCROW,
    CurrencyBurned,
    CurrencyMinted,
    CurrencyMoved,
    CurrencyRecovered,
    Event,
    Moved,
)


class Inventory:
    """Holdings of accounts and credits; supplies, the reserve and contracts are asked after any event.

    What moved without an event shows once the whole is asked for.
    """

    def __init__(self, system: Deployment, accounts: Iterable[str]) -> None:
        self._system = system
        self._accounts = tuple(accounts)
        self._known = frozenset(self._accounts)
        #: None until the whole was asked for once.
        self._holdings: dict[str, dict[str, int]] | None = None
        self._stale = True
        # Dictionaries for their order.
        self._touched: dict[str, None] = {}
        self._credits: dict[str, None] = {}

    def observe(self, event: Event) -> None:
        """Remember whose holdings an event changes."""
        self._stale = True
        match event:
            case Moved():
                self._touch(event.source, event.destination)
                if ESCROW in (event.source, event.destination):
                    self._credits[event.ref] = None
            case CurrencyMoved() | CurrencyRecovered():
                self._touch(event.source, event.destination)
            case CurrencyMinted():
                self._touch(event.to)
            case CurrencyBurned():
                self._touch(event.holder)

    def whole(self) -> Holdings:
        """The holdings of all, each asked of the chain."""
        self._keep(self._system.holdings(self._accounts))
        return self._holdings or {}

    def present(self) -> Holdings:
        """The holdings of all; those of whom no event told are as they were."""
        if self._holdings is None:
            return self.whole()
        if self._stale:
            self._keep(self._system.holdings(self._touched, self._credits))
        return self._holdings

    def _touch(self, *holders: str) -> None:
        self._touched |= dict.fromkeys(holder for holder in holders if holder in self._known)

    def _keep(self, asked: Holdings) -> None:
        known, prefix = self._holdings or {}, credit_account("")
        # A credit that holds nothing is left out: most have ended.
        self._holdings = {
            unit: {
                account: amount
                for account, amount in {**known.get(unit, {}), **amounts}.items()
                if amount or not account.startswith(prefix)
            }
            for unit, amounts in asked.items()
        }
        self._touched, self._credits, self._stale = {}, {}, False
