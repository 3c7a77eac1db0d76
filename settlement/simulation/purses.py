"""What accounts hold and may spend, as events tell it: exact, because every movement leaves one."""

from collections import defaultdict

from settlement.domain.events import Earmarked, Event, FrozenSet, Moved, PrimaryWalletChanged


class Purses:
    """SU of every account, in minor units, less what is frozen and what is earmarked for a trade."""

    HEARD = (Moved, FrozenSet, Earmarked, PrimaryWalletChanged)

    def __init__(self) -> None:
        self._balances: defaultdict[str, int] = defaultdict(int)
        self._frozen: dict[str, int] = {}
        self._earmarks: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._wallets: dict[str, str] = {}

    def observe(self, event: Event) -> None:
        """Follow an event."""
        match event:
            case Moved():
                self._balances[event.source] -= event.amount
                self._balances[event.destination] += event.amount
            case FrozenSet():
                self._frozen[event.participant] = event.amount
            case Earmarked():
                self._earmarks[event.account][event.trade] = event.amount
            case PrimaryWalletChanged():
                self._wallets[event.participant] = event.wallet

    def spendable(self, participant: str) -> int:
        """What a participant may pay for any purpose, from its present wallet."""
        wallet = self._wallets.get(participant, participant)
        earmarked = sum(self._earmarks.get(wallet, {}).values())
        return max(self._balances[wallet] - self._frozen.get(wallet, 0) - earmarked, 0)
