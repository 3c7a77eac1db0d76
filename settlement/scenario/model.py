"""The scenario file as frozen models: what a run reads, and what editors complete.

Every part is frozen and refuses unknown keys. Lists become tuples; mappings are read-only by type.
Defaults that a source fixes name it; the others are choices of ours.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from settlement.domain.amounts import Amount
from settlement.domain.participants import OwnershipClass
from settlement.scenario.durations import Delay, Duration
from settlement.scenario.values import (
    ActorDelay,
    Calendar,
    CreditEnd,
    CreditId,
    CreditRef,
    Day,
    Days,
    DrawEnd,
    DrawRef,
    Flag,
    FlowWord,
    JurisdictionCode,
    JurisdictionRef,
    Kind,
    Moment,
    Ownership,
    ParticipantId,
    ParticipantRef,
    Phase,
    PositiveAmount,
    Refusal,
    ScreeningResult,
    Seed,
    SettlementAmount,
    Slug,
    Standing,
    Text,
)


class Part(BaseModel):
    """A mapping of the scenario file."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Jurisdiction(Part):
    """A fictional country and the real holiday calendar it borrows."""

    name: Text
    """Name in reports."""
    calendar: Calendar
    """Country code of the holidays library whose public holidays it keeps, such as BR."""


class Regime(Part):
    """The programme: an experimental legal regime with an end."""

    home: JurisdictionRef
    """The jurisdiction whose central bank leads the regime and whose entities are resident."""
    start: Day
    """First day of the regime."""
    end: Day
    """Day the regime ends and its wind-down begins; at most three years after the start."""
    wind_down: Days
    """How long exits stay possible after the end, in calendar days."""
    private_from_phase: Phase = 2
    """The phase that opens the regime to privately owned entities."""
    phase: Phase = 1
    """The phase that is open when the regime starts."""
    domestic_ban: Flag = True
    """Whether payments between residents are refused."""
    direct_payments: Flag = False
    """Whether SU may be transferred outside documentary credits."""


class Participant(Part):
    """Someone who takes part: an authorised entity, a counterparty abroad or an examiner."""

    id: ParticipantId
    """Short name that the rest of the file refers to."""
    name: Text
    """Name in reports."""
    kind: Kind
    """What it acts as."""
    jurisdiction: JurisdictionRef
    """Where it is established: authorised entities at home, counterparties abroad."""
    owner_jurisdiction: JurisdictionRef | None = None
    """Where its beneficial owner lives, when not where it is established."""
    ownership: Ownership = OwnershipClass.STATE
    """Who owns it."""
    licence_until: Day | None = None
    """Last day of its licence; by default the end of the regime's wind-down."""
    kyc_until: Day | None = None
    """Last day its KYC is valid; by default the end of the regime's wind-down."""
    balance: SettlementAmount = Amount(0)
    """SU issued to it when the regime starts; authorised entities only."""

    @property
    def beneficial_jurisdiction(self) -> str:
        """Where its beneficial owner lives."""
        return self.owner_jurisdiction or self.jurisdiction


class Presentation(Part):
    """One presentation of documents under a credit, and how it fares."""

    amount: PositiveAmount
    """Amount drawn."""
    shipped: Day
    """Date of shipment on the transport document."""
    discrepancies: tuple[Text, ...] = ()
    """What the examiner finds wrong; nothing when the documents comply."""
    waived: Flag = False
    """Whether the applicant waives the discrepancies in time."""


class Credit(Part):
    """A documentary credit: its terms, and what is presented under it."""

    id: CreditId
    """Short name that expectations refer to."""
    applicant: ParticipantRef
    """Who buys and pays."""
    beneficiary: ParticipantRef
    """Who sells and is paid."""
    examiner: ParticipantRef
    """Who examines the documents."""
    amount: PositiveAmount
    """Face amount."""
    open: Moment
    """When the applicant opens it; a date alone means 09:00 UTC."""
    offer_until: Day
    """Last day for the beneficiary to agree."""
    fund_until: Day
    """Last day for the applicant to fund it."""
    latest_shipment: Day
    """Latest date of shipment."""
    expiry: Day
    """Last day for presentation."""
    presentation_period: Days = Duration(21, "days")
    """Days after shipment within which documents must be presented (UCP 600 article 14c)."""
    tenor: Days = Duration(0, "days")
    """Days from acceptance to maturity; 0 days is payment at sight."""
    waiver_window: Days = Duration(5, "days")
    """Days the applicant has to waive discrepancies."""
    partial_draws: Flag = True
    """Whether it may be drawn in parts (UCP 600 article 31)."""
    documents: tuple[Text, ...] = Field(min_length=1, max_length=16)
    """Documents asked for; the first is the transport document."""
    presentations: tuple[Presentation, ...] = ()
    """What is presented, in this order; the n-th that is not refused becomes draw <credit id>/<n>."""


class Behaviour(Part):
    """How long actors take for each step; a range is drawn from evenly."""

    agreement: ActorDelay = Delay(1, 3, "banking days")
    """From opening to the beneficiary's agreement."""
    funding: ActorDelay = Delay(1, 3, "banking days")
    """From agreement to funding."""
    presentation: ActorDelay = Delay(2, 6, "banking days")
    """From shipment to presentation."""
    examination: ActorDelay = Delay(2, 4, "banking days")
    """From presentation to the examiner's decision."""
    waiver: ActorDelay = Delay(1, 2, "banking days")
    """From the notice of discrepancies to the waiver."""


class Transfer(Part):
    """A direct transfer of SU outside any credit."""

    do: Literal["transfer"]
    at: Moment
    """When."""
    actor: ParticipantRef
    """Who pays."""
    to: ParticipantRef
    """Who is to be paid."""
    amount: PositiveAmount
    """How much."""


class Issue(Part):
    """The ramp issues SU to an authorised entity."""

    do: Literal["issue"]
    at: Moment
    """When."""
    participant: ParticipantRef
    """To whom."""
    amount: PositiveAmount
    """How much."""


class Freeze(Part):
    """The supervisor sets how much of a balance is frozen; 0 SU releases it."""

    do: Literal["freeze"]
    at: Moment
    """When."""
    participant: ParticipantRef
    """Whose balance."""
    amount: SettlementAmount
    """How much."""


class Suspend(Part):
    """The supervisor suspends the regime."""

    do: Literal["suspend"]
    at: Moment
    """When."""


class Resume(Part):
    """The supervisor resumes the regime."""

    do: Literal["resume"]
    at: Moment
    """When."""


class Screen(Part):
    """Compliance records a screening result."""

    do: Literal["screen"]
    at: Moment
    """When."""
    participant: ParticipantRef
    """Who was screened."""
    result: ScreeningResult
    """What the screening found."""


class Licence(Part):
    """The supervisor changes the standing of a licence."""

    do: Literal["licence"]
    at: Moment
    """When."""
    participant: ParticipantRef
    """Whose licence."""
    status: Standing
    """Its new standing."""


class OpenPhase(Part):
    """Supervisor and co-approver open a phase of the regime."""

    do: Literal["open phase"]
    at: Moment
    """When."""
    phase: Phase
    """The phase they open."""


Action = Annotated[
    Transfer | Issue | Freeze | Suspend | Resume | Screen | Licence | OpenPhase, Field(discriminator="do")
]


class Rejection(Part):
    """An operation that the rules are expected to refuse."""

    actor: ParticipantRef
    """Who attempts it: a participant or an office."""
    flow: FlowWord
    """The flow or step attempted, such as DIRECT."""
    reason: Refusal
    """The reason the rules give."""


class Expectations(Part):
    """How the run must end; what is not named is not asserted."""

    balances: Mapping[ParticipantRef, SettlementAmount] = Field(default_factory=dict)
    """SU of participants at the end."""
    credits: Mapping[CreditRef, CreditEnd] = Field(default_factory=dict)
    """State of credits at the end."""
    draws: Mapping[DrawRef, DrawEnd] = Field(default_factory=dict)
    """State of draws at the end, by <credit id>/<n>."""
    rejections: tuple[Rejection, ...] | None = None
    """Every refused operation, exactly and in order; not asserted when left out."""


class Scenario(Part):
    """A settlement scenario: who trades what under which regime, and how it must end."""

    scenario: Slug
    """Name of the scenario."""
    title: Text
    """One line for reports."""
    description: Text | None = None
    """What the scenario shows, and why."""
    seed: Seed = 1
    """Seed of every random stream of the run."""
    start: Day
    """First simulated day, UTC."""
    end: Day
    """Last simulated day, UTC."""
    jurisdictions: Mapping[JurisdictionCode, Jurisdiction]
    """Countries by code: two capital letters."""
    regime: Regime
    """The programme."""
    participants: tuple[Participant, ...]
    """Who takes part."""
    credits: tuple[Credit, ...] = ()
    """Documentary credits."""
    behaviour: Behaviour = Behaviour()
    """How long actors take."""
    actions: tuple[Action, ...] = ()
    """What happens beside the credits, each at its moment."""
    expect: Expectations = Expectations()
    """How the run must end."""
