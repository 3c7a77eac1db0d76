"""Twin of ``Rulebook.sol``: the dry question whether value may move, and what the meters show."""

from settlement.chain.chain import Twin, from_bytes, to_bytes32
from settlement.domain.participants import OwnershipClass, Role
from settlement.domain.reasons import Reason


class Rulebook(Twin):
    """The one place that decides. Movements are asked through ``SettlementToken.check_flow``.

    Parties are participants by name where the contract takes names, accounts where it takes wallets.
    Meters are minor units of the reference currency over the last ``window`` seconds.
    """

    contract = "Rulebook"

    def check_obligation(self, payer: str, payee: str, amount: int, trade: str) -> Reason:
        """Whether an obligation may be entered for clearing: asked as a payment, but for its balance."""
        names = to_bytes32(payer), to_bytes32(payee)
        return Reason(self._view("checkObligation", *names, amount, to_bytes32(trade)))

    def check_opening(
        self, applicant: str, beneficiary: str, until: int, instrument: int, amount: int, trade: str
    ) -> Reason:
        """Whether a credit may be opened and run until ``until``, expiry plus tenor in epoch seconds."""
        names = to_bytes32(applicant), to_bytes32(beneficiary)
        return Reason(self._view("checkOpening", *names, until, instrument, amount, to_bytes32(trade)))

    def check_participant(self, participant: str, roles: Role) -> Reason:
        """Whether a participant is in good standing in one of ``roles``."""
        return Reason(self._view("checkParticipant", to_bytes32(participant), roles))

    def check_party(self, account: str) -> Reason:
        """Whether the holder of an account is in good standing and acts through a live wallet."""
        return Reason(self._view("checkParty", self.chain.introduce(account)))

    def designated_trade(self, payer: str, payee: str) -> str:
        """The trade under which one account pays the other directly; empty when none was chosen."""
        wallets = self.chain.introduce(payer), self.chain.introduce(payee)
        return from_bytes(self._view("designatedTrade", *wallets))

    def used_by_entity(self, participant: str, window: int) -> int:
        """What an entity entered."""
        return int(self._view("usedByEntity", to_bytes32(participant), window))

    def used_by_corridor(self, jurisdiction: str, window: int) -> int:
        """What was entered with a jurisdiction abroad."""
        return int(self._view("usedByCorridor", jurisdiction.encode(), window))

    def used_by_class(self, ownership: OwnershipClass, window: int) -> int:
        """What all entities of an ownership class entered."""
        return int(self._view("usedByClass", ownership, window))

    def used_by_regime(self, window: int) -> int:
        """What was entered in all."""
        return int(self._view("usedByRegime", window))

    def exposure_of(self, participant: str) -> int:
        """SU that the wallets of a participant took in less what left them, minor units."""
        return int(self._view("exposureOf", to_bytes32(participant)))
