"""Who takes part."""

from settlement.domain.amounts import Amount, Unit
from settlement.domain.participants import OwnershipClass
from settlement.scenario.model.part import Part
from settlement.scenario.values import (
    Day,
    DomesticAmount,
    Flag,
    JurisdictionRef,
    ParticipantId,
    ParticipantRef,
    PositiveAmount,
    SettlementAmount,
    Text,
    Whole,
)
from settlement.scenario.words import Kind, Ownership

__all__ = [
    "Participant",
    "Rig",
]


class Rig(Part):
    """What a miner runs; one record for all of its machines."""

    region: Text
    """Region of the home jurisdiction; mining is permitted there from the start."""
    hashrate: Whole
    """TH/s."""
    efficiency: Whole
    """J/TH."""
    tariff: DomesticAmount
    """Price of 1,000 kWh."""


class Participant(Part):
    """Someone who takes part in the regime."""

    id: ParticipantId
    """Short name that the rest of the file refers to."""
    name: Text
    """Name in reports, and what is screened against the lists."""
    kind: Kind
    """What it acts as."""
    jurisdiction: JurisdictionRef
    """Where it is established: authorised entities and miners at home, counterparties abroad."""
    owner_jurisdiction: JurisdictionRef | None = None
    """Where its beneficial owner lives, when not where it is established."""
    ownership: Ownership = OwnershipClass.STATE
    """Who owns it."""
    sponsor: ParticipantRef | None = None
    """The bank behind an authorised entity; the regime's sponsoring bank when left out."""
    intermediary: ParticipantRef | None = None
    """Who acts for a counterparty where its corridor asks for one."""
    licence_until: Day | None = None
    """Last day of its licence; by default the end of the regime's wind-down."""
    kyc_until: Day | None = None
    """Last day its KYC is valid; by default the end of the regime's wind-down."""
    cap: PositiveAmount | None = None
    """Most that this entity may enter into over any period of the caps."""
    balance: SettlementAmount = Amount(0)
    """SU issued to it when the regime starts; authorised entities that do not mine only."""
    drl: DomesticAmount = Amount(0, Unit.DRL)
    """DRL it starts with; residents only."""
    rig: Rig | None = None
    """What it mines with; miners only."""
    listed: Flag = False
    """Whether it truly is the party that a screening list names; reviewers find out."""

    @property
    def beneficial_jurisdiction(self) -> str:
        """Where its beneficial owner lives."""
        return self.owner_jurisdiction or self.jurisdiction
