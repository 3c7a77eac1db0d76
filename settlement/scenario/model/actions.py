"""Shocks and scripted steps: each happens at its moment (UTC), whether the rules allow it or not."""

from typing import Annotated, Literal

from pydantic import Field

from settlement.scenario.model.part import Part
from settlement.scenario.values import (
    Change,
    CreditRef,
    Day,
    DeliveryRef,
    DomesticAmount,
    Minutes,
    Moment,
    ParticipantRef,
    Phase,
    PositiveAmount,
    QuoteName,
    QuoteRef,
    SettlementAmount,
    Text,
)
from settlement.scenario.words import AssetName, ScreeningResult, Side, Standing

__all__ = [
    "AcceptQuote",
    "Action",
    "Amend",
    "Award",
    "Block",
    "Deliver",
    "Dispute",
    "Exit",
    "Freeze",
    "Hold",
    "Insolvency",
    "Issue",
    "Kyc",
    "Licence",
    "MakeQuote",
    "Mint",
    "OpenPhase",
    "Outage",
    "PriceShock",
    "Recover",
    "Redeem",
    "Reject",
    "Release",
    "ResetBreaker",
    "Resume",
    "RotateKey",
    "Screen",
    "Suspend",
    "Transfer",
    "WindDown",
]


class _Action(Part):
    at: Moment
    """When."""


class Transfer(_Action):
    """A direct transfer of SU outside any credit."""

    do: Literal["transfer"]
    actor: ParticipantRef
    """Who pays."""
    to: ParticipantRef | None = None
    """Who is to be paid; left out where an address is named."""
    address: Text | None = None
    """In place of a participant: an address that nobody registered, by any name."""
    amount: PositiveAmount
    """How much."""


class Issue(_Action):
    """The ramp issues SU to an authorised entity."""

    do: Literal["issue"]
    participant: ParticipantRef
    """To whom."""
    amount: PositiveAmount
    """How much."""


class Redeem(_Action):
    """The ramp takes SU back from an authorised entity, against reserve."""

    do: Literal["redeem"]
    participant: ParticipantRef
    """From whom."""
    amount: PositiveAmount
    """How much."""


class Freeze(_Action):
    """The supervisor sets how much of a balance is frozen; 0 SU releases it."""

    do: Literal["freeze"]
    participant: ParticipantRef
    """Whose balance."""
    amount: SettlementAmount
    """How much."""


class Suspend(_Action):
    """The supervisor suspends the regime."""

    do: Literal["suspend"]


class Resume(_Action):
    """The supervisor resumes the regime."""

    do: Literal["resume"]


class WindDown(_Action):
    """The supervisor ends the regime early: from now on only exits pass."""

    do: Literal["wind down"]


class Screen(_Action):
    """Compliance records a screening result."""

    do: Literal["screen"]
    participant: ParticipantRef
    """Who was screened."""
    result: ScreeningResult
    """What the screening found."""


class Licence(_Action):
    """The supervisor changes the standing of a licence."""

    do: Literal["licence"]
    participant: ParticipantRef
    """Whose licence."""
    status: Standing
    """Its new standing."""


class Kyc(_Action):
    """The supervisor changes until when the KYC of a participant is valid."""

    do: Literal["kyc"]
    participant: ParticipantRef
    """Whose."""
    until: Day
    """Last day."""


class OpenPhase(_Action):
    """Supervisor and co-approver open a phase of the regime."""

    do: Literal["open phase"]
    phase: Phase
    """The phase they open."""


class Hold(_Action):
    """Compliance holds a credit: its value stops, its clocks are tolled."""

    do: Literal["hold"]
    credit: CreditRef
    """Which."""


class Release(_Action):
    """Both reviewers release a held credit."""

    do: Literal["release"]
    credit: CreditRef
    """Which."""


class Block(_Action):
    """Both reviewers block a held credit: what is locked goes to the quarantine."""

    do: Literal["block"]
    credit: CreditRef
    """Which."""


class Reject(_Action):
    """Both reviewers reject a held credit: what is locked goes back to a payer who is clear."""

    do: Literal["reject"]
    credit: CreditRef
    """Which."""


class Exit(_Action):
    """An administrator winds a credit down: what was accepted is paid, the rest refunded."""

    do: Literal["exit"]
    actor: ParticipantRef
    """The administrator."""
    credit: CreditRef
    """Which."""


class Amend(_Action):
    """All parties agree to new terms of a credit; what is left out stays."""

    do: Literal["amend"]
    credit: CreditRef
    """Which."""
    amount: PositiveAmount | None = None
    """New face amount."""
    expiry: Day | None = None
    """New last day for presentation."""
    latest_shipment: Day | None = None
    """New latest date of shipment."""


class Dispute(_Action):
    """A party has the arbiter decide on an undrawn amount of a credit, to which all the others agree."""

    do: Literal["dispute"]
    actor: ParticipantRef
    """Who."""
    credit: CreditRef
    """Which."""
    amount: PositiveAmount
    """How much."""


class Award(_Action):
    """The arbiter decides a dispute."""

    do: Literal["award"]
    actor: ParticipantRef
    """The arbiter."""
    credit: CreditRef
    """Which."""
    to_beneficiary: SettlementAmount
    """What the beneficiary gets; the rest goes to the applicant."""


class Insolvency(_Action):
    """A participant stops paying: from now on it takes no step of its own."""

    do: Literal["insolvency"]
    participant: ParticipantRef
    """Who."""


class Outage(_Action):
    """An intermediary cannot act; what its counterparties would do waits until it can."""

    do: Literal["outage"]
    participant: ParticipantRef
    """Which."""
    until: Moment
    """When it is back."""


class RotateKey(_Action):
    """A reviewer and the supervisor replace the wallet of a participant by one with a new key."""

    do: Literal["rotate key"]
    participant: ParticipantRef
    """Whose."""


class Recover(_Action):
    """The supervisor moves what a retired wallet holds to the present wallet of its participant."""

    do: Literal["recover"]
    participant: ParticipantRef
    """Whose."""


class PriceShock(_Action):
    """The price of an asset jumps."""

    do: Literal["price"]
    asset: AssetName
    """SU or COIN."""
    change: Change
    """By how much, such as -30 %."""


class Deliver(_Action):
    """A miner delivers once more on the attestation of a delivery, which is used up by then."""

    do: Literal["deliver"]
    delivery: DeliveryRef
    """Which."""


class Mint(_Action):
    """The treasury brings DRL into circulation, at a resident."""

    do: Literal["mint"]
    participant: ParticipantRef
    """At whom."""
    amount: DomesticAmount
    """How much."""


class ResetBreaker(_Action):
    """Two people look at a price that tripped the breaker, and reset it."""

    do: Literal["reset breaker"]
    asset: AssetName
    """SU or COIN."""


class MakeQuote(_Action):
    """The conversion desk makes an entity a firm offer at the last price accepted, less its margin."""

    do: Literal["quote"]
    id: QuoteName
    """Its name."""
    participant: ParticipantRef
    """To whom."""
    side: Side
    """Whether the entity buys SU or sells it."""
    amount: PositiveAmount
    """How much SU."""
    life: Minutes = 60
    """How long it stands."""


class AcceptQuote(_Action):
    """An entity accepts a quote; both legs change hands or neither does."""

    do: Literal["accept quote"]
    actor: ParticipantRef
    """Who."""
    quote: QuoteRef
    """Which."""


Action = Annotated[
    Transfer
    | Issue
    | Redeem
    | Freeze
    | Suspend
    | Resume
    | WindDown
    | Screen
    | Licence
    | Kyc
    | OpenPhase
    | Hold
    | Release
    | Block
    | Reject
    | Exit
    | Amend
    | Dispute
    | Award
    | Insolvency
    | Outage
    | RotateKey
    | Recover
    | PriceShock
    | Deliver
    | Mint
    | ResetBreaker
    | MakeQuote
    | AcceptQuote,
    Field(discriminator="do"),
]
