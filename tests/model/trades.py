"""The purpose of every payment: trades that the entity's bank registers, and their headroom."""

from dataclasses import dataclass, field

from settlement.domain.reasons import Reason
from tests.model.clock import Clock
from tests.model.offices import require
from tests.model.register import Participants


@dataclass
class Trade:
    """A commercial contract; amounts in minor units of SU."""

    entity: str
    counterparty: str
    value: int
    until: int
    chapter: int
    used: int = 0
    travel_record: bytes = b""

    @property
    def parties(self) -> frozenset[str]:
        """The two of it."""
        return frozenset({self.entity, self.counterparty})


@dataclass
class Trades:
    """The register of trades."""

    clock: Clock
    participants: Participants
    trades: dict[str, Trade] = field(default_factory=dict)
    designations: dict[tuple[str, str], str] = field(default_factory=dict)  #: (payer, payee) -> trade

    def register(
        self, actor: str, trade: str, entity: str, counterparty: str, value: int, until: int, chapter: int
    ) -> None:
        """Register a trade under a number of its own."""
        require(trade != "" and trade not in self.trades, Reason.ALREADY_USED)
        self._require_bank_of(actor, entity)
        valid = counterparty not in ("", entity) and value > 0 and until >= self.clock.now
        require(valid and 1 <= chapter <= 99, Reason.TERMS_INVALID)
        self.trades[trade] = Trade(entity, counterparty, value, until, chapter)

    def amend(self, actor: str, trade: str, value: int, until: int) -> None:
        """Change value and term."""
        self._require_known(trade)
        t = self.trades[trade]
        self._require_bank_of(actor, t.entity)
        require(value > 0 and value >= t.used, Reason.TERMS_INVALID)
        t.value, t.until = value, until

    def record_travel(self, actor: str, trade: str, record: bytes) -> None:
        """Leave the hash of the travel-rule record."""
        self._party(actor, trade)
        require(record != bytes(32), Reason.TERMS_INVALID)
        self.trades[trade].travel_record = record

    def designate(self, actor: str, trade: str) -> None:
        """Pay the other party under this trade when paying directly."""
        party = self._party(actor, trade)
        (other,) = self.trades[trade].parties - {party}
        self.designations[party, other] = trade

    def _party(self, actor: str, trade: str) -> str:
        self._require_known(trade)
        party = self.participants.acting(actor)
        require(party in self.trades[trade].parties, Reason.NOT_A_PARTY)
        return party

    def _require_known(self, trade: str) -> None:
        require(trade in self.trades, Reason.PURPOSE_UNREGISTERED)

    def _require_bank_of(self, actor: str, entity: str) -> None:
        bank = self.participants.acting(actor)
        profile = self.participants.profiles.get(entity)
        is_its = bank != "" and profile is not None and profile.sponsor == bank
        require(is_its and self.participants.bank_stands(bank), Reason.NOT_A_PARTY)
