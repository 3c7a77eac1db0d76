"""How a run must end."""

from collections.abc import Mapping

from pydantic import Field

from settlement.scenario.model.part import Part
from settlement.scenario.values import (
    BillRef,
    CreditRef,
    DomesticAmount,
    DrawRef,
    FlowRef,
    ObligationRef,
    ParticipantRef,
    SettlementAmount,
    TallySpan,
)
from settlement.scenario.words import AlertWord, BillEnd, CreditEnd, DrawEnd, FlowWord, ObligationEnd, Refusal

__all__ = [
    "Alert",
    "Expectations",
    "FlowEnd",
    "Rejection",
]


class Rejection(Part):
    """An operation that the rules are expected to refuse."""

    actor: ParticipantRef
    """Who attempts it: a participant or an office."""
    flow: FlowWord
    """The flow or step attempted, such as DIRECT."""
    reason: Refusal
    """The reason the rules give."""


class Alert(Part):
    """Something that supervisor or compliance is expected to note."""

    kind: AlertWord
    """What kind of note."""
    subject: ParticipantRef
    """Whom it is about."""


class FlowEnd(Part):
    """How many of a flow's trades must end in a state, or which share of them; other states are not asserted.

    Guarantees behind other trades, and draws on them, are not counted.
    """

    credits: Mapping[CreditEnd, TallySpan] = Field(default_factory=dict)
    """Its credits by state."""
    draws: Mapping[DrawEnd, TallySpan] = Field(default_factory=dict)
    """Draws under them by state."""
    bills: Mapping[BillEnd, TallySpan] = Field(default_factory=dict)
    """Its bills by state."""
    obligations: Mapping[ObligationEnd, TallySpan] = Field(default_factory=dict)
    """Its obligations by state."""


class Expectations(Part):
    """How the run must end; what is not named is not asserted."""

    balances: Mapping[ParticipantRef, SettlementAmount] = Field(default_factory=dict)
    """SU of participants at the end."""
    drl: Mapping[ParticipantRef, DomesticAmount] = Field(default_factory=dict)
    """DRL of participants at the end."""
    quarantine: SettlementAmount | None = None
    """SU in the quarantine at the end."""
    locked: SettlementAmount | None = None
    """SU locked under all credits at the end."""
    credits: Mapping[CreditRef, CreditEnd] = Field(default_factory=dict)
    """State of credits at the end."""
    draws: Mapping[DrawRef, DrawEnd] = Field(default_factory=dict)
    """State of draws at the end, by <credit id>/<n>."""
    bills: Mapping[BillRef, BillEnd] = Field(default_factory=dict)
    """State of bills at the end."""
    obligations: Mapping[ObligationRef, ObligationEnd] = Field(default_factory=dict)
    """State of obligations at the end."""
    flows: Mapping[FlowRef, FlowEnd] = Field(default_factory=dict)
    """How many trades of a flow end in a state, or which share: its credits, draws, bills or obligations."""
    rejections: tuple[Rejection, ...] | None = None
    """Every refused operation, exactly and in order; not asserted when left out."""
    alerts: tuple[Alert, ...] | None = None
    """Every alert, exactly and in order; not asserted when left out."""
