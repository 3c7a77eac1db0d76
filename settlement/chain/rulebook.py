"""Twin of ``Rulebook.sol``: the dry question whether value may move."""

from settlement.chain.chain import Twin
from settlement.domain.reasons import Reason


class Rulebook(Twin):
    """The one place that decides. Movements are asked through ``SettlementToken.check_flow``."""

    contract = "Rulebook"

    def check_opening(self, applicant: str, beneficiary: str, until: int) -> Reason:
        """Whether a credit may be opened between two accounts and run until ``until``, epoch seconds."""
        wallets = self.chain.introduce(applicant), self.chain.introduce(beneficiary)
        return Reason(self._view("checkOpening", *wallets, until))

    def check_party(self, account: str) -> Reason:
        """Whether the holder of an account is in good standing."""
        return Reason(self._view("checkParty", self.chain.introduce(account)))

    def check_examiner(self, account: str) -> Reason:
        """Whether the holder of an account is in good standing and may examine documents."""
        return Reason(self._view("checkExaminer", self.chain.introduce(account)))
