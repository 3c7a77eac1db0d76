"""What is traded: credits, bills, obligations to clear, and generated flows of them."""

from collections.abc import Mapping

from pydantic import Field

from settlement.domain.amounts import Amount
from settlement.domain.participants import DrawKind, Instrument
from settlement.scenario.durations import Delay, Duration
from settlement.scenario.model.part import Part
from settlement.scenario.quantities import BasisPoints
from settlement.scenario.values import (
    ActorDelay,
    AmountSpan,
    Chapter,
    CreditId,
    CreditRef,
    Day,
    Days,
    Flag,
    Moment,
    ObligationId,
    ParticipantRef,
    Percent,
    PositiveAmount,
    Priority,
    SettlementAmount,
    Text,
    Whole,
)
from settlement.scenario.words import BillKind, CreditForm, DrawWord, InstrumentName

__all__ = [
    "Behaviour",
    "Bill",
    "Credit",
    "Flow",
    "Instalment",
    "Obligation",
    "Presentation",
]


class Presentation(Part):
    """One presentation of documents under a credit, and how it fares."""

    amount: SettlementAmount
    """Amount drawn; 0 SU only where it shows the delivery that an advance was paid for."""
    shipped: Day
    """Date of shipment on the transport document, or of the milestone."""
    of: DrawWord = DrawKind.DOCUMENTS
    """What it is for."""
    at: Moment | None = None
    """When it is presented; by default the beneficiary's behaviour says."""
    examination: ActorDelay | None = None
    """How long the examiner takes for it; by default its behaviour says."""
    discrepancies: tuple[Text, ...] = ()
    """What the examiner finds wrong; nothing when the documents comply."""
    waived: Flag = False
    """Whether the applicant waives the discrepancies in time."""


class Instalment(Part):
    """One of the draws that the terms fix."""

    amount: PositiveAmount
    """Its amount."""
    until: Day
    """Last day for its presentation; one that is missed ends the later ones (UCP 600 article 32)."""


class Credit(Part):
    """A documentary credit: its terms, and what is presented under it."""

    id: CreditId
    """Short name that expectations refer to."""
    applicant: ParticipantRef
    """Who buys and pays; of a guarantee, the guarantor."""
    beneficiary: ParticipantRef
    """Who sells and is paid."""
    examiner: ParticipantRef
    """Who examines the documents; under a milestone credit, the attestor."""
    issuer: ParticipantRef | None = None
    """Bank that issues it; the applicant itself when left out."""
    confirmer: ParticipantRef | None = None
    """Bank that confirms it."""
    arbiter: ParticipantRef | None = None
    """Who decides disputes; without one there are none."""
    form: CreditForm = Instrument.SIGHT
    """Kind of undertaking: documentary (sight, or deferred by its tenor), milestone, advance or guarantee."""
    chapter: Chapter = 84
    """Chapter of the Harmonised System that the goods are in."""
    amount: PositiveAmount
    """Face amount."""
    tolerance: Percent = BasisPoints(0)
    """By how much the amount may be exceeded or, drawn at once, undercut (UCP 600 article 30)."""
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
    documents: tuple[Text, ...] = Field(default=("transport document",), min_length=1, max_length=16)
    """Documents asked for; the first is the transport document."""
    instalments: tuple[Instalment, ...] = ()
    """Where the terms fix the draws."""
    advance: SettlementAmount = Amount(0)
    """What may be drawn before delivery."""
    guarantee: CreditRef | None = None
    """The guarantee that secures the advance."""
    return_period: Days = Duration(0, "days")
    """Days after the first advance by which delivery must be shown."""
    demurrage: SettlementAmount = Amount(0)
    """Separate reserve on top of the face amount, for demurrage."""
    retention: Percent = BasisPoints(0)
    """Share of each draw that is paid later."""
    retention_period: Days = Duration(0, "days")
    """How much later."""
    award_period: Days = Duration(0, "days")
    """Days that the arbiter has for an award."""
    presentations: tuple[Presentation, ...] = ()
    """What is presented, in this order; the n-th that is not refused becomes draw <credit id>/<n>."""


class Bill(Part):
    """An unfunded instrument: documents against payment, or open account."""

    id: CreditId
    """Short name that expectations refer to."""
    kind: BillKind
    """Collection (documents against payment) or open account."""
    seller: ParticipantRef
    """Who is paid."""
    buyer: ParticipantRef
    """Who pays."""
    amount: PositiveAmount
    """What is due."""
    chapter: Chapter = 84
    """Chapter of the Harmonised System that the goods are in."""
    offer: Moment
    """When the seller offers it."""
    offer_until: Day
    """Last day for the buyer to agree."""
    due: Day
    """Collection: last day for presentation. Open account: day it is due."""
    grace: Days = Duration(5, "days")
    """Days to pay after presentation or the due day; then documents go back, or the buyer defaults."""
    shipped: Day | None = None
    """Collection: day of shipment, after which documents are presented; never when left out."""
    paid: Flag = True
    """Whether the buyer pays."""


class Obligation(Part):
    """What one participant owes another across the border, for the clearing house."""

    id: ObligationId
    """Short name that expectations refer to."""
    payer: ParticipantRef
    """Who owes."""
    payee: ParticipantRef
    """Whom."""
    amount: PositiveAmount
    """How much."""
    priority: Priority = 0
    """Place in the payer's queue, smaller first."""
    enter: Moment
    """When the payer enters it."""
    until: Day
    """Last day of its life: 90 days after entry at most."""


class Flow(Part):
    """A stream of trades that the seed draws: evenly over its days, between its parties."""

    id: CreditId
    """Prefix of their names: <id>-1, <id>-2 and so on; <id>-7-G is the guarantee behind <id>-7."""
    trades: Whole
    """How many, guarantees behind others not counted."""
    first: Day
    """First day on which one may begin."""
    last: Day
    """Last day on which one may begin."""
    buyers: tuple[ParticipantRef, ...]
    """Who buys; authorised entities. Of clearing alone it may be the other way round."""
    sellers: tuple[ParticipantRef, ...]
    """Who sells; counterparties."""
    examiner: ParticipantRef | None = None
    """Who examines documents and demands; needed where they are drawn on."""
    attestor: ParticipantRef | None = None
    """Who attests milestones; needed where they are drawn."""
    guarantors: tuple[ParticipantRef, ...] = ()
    """Counterparties that secure advances, each by a guarantee of its own; unsecured when left out."""
    amount: AmountSpan
    """Amount of one trade."""
    instruments: Mapping[InstrumentName, Whole] = Field(default_factory=lambda: {"sight": 1})
    """Instruments by weight: sight, deferred, milestone, advance, guarantee, collection, open account or
    clearing."""
    parts: Percent = BasisPoints(0)
    """Share of sight and deferred credits that are drawn in two parts."""
    demurrage: Percent = BasisPoints(0)
    """Share of sight and deferred credits under which demurrage is claimed."""
    retention: Percent = BasisPoints(0)
    """Share of each draw on documents and milestones that is paid later."""
    discrepancies: Percent = BasisPoints(0)
    """Share of presentations that are discrepant; of those, half are waived."""
    defaults: Percent = BasisPoints(0)
    """Share of open accounts that are not paid, of advances not delivered on, of guarantees drawn on."""


class Behaviour(Part):
    """How long actors take for each step; a range is drawn from evenly."""

    agreement: ActorDelay = Delay(1, 3, "banking days")
    """From an offer to the other side's agreement."""
    funding: ActorDelay = Delay(1, 3, "banking days")
    """From agreement to funding."""
    presentation: ActorDelay = Delay(2, 6, "banking days")
    """From shipment to presentation."""
    examination: ActorDelay = Delay(2, 4, "banking days")
    """From presentation to the examiner's decision."""
    waiver: ActorDelay = Delay(1, 2, "banking days")
    """From the notice of discrepancies to the waiver."""
    payment: ActorDelay = Delay(1, 2, "banking days")
    """From the presentation of a collection, or before an open account is due, to payment."""
    review: ActorDelay = Delay(1, 3, "banking days")
    """From a screening hit to the two reviewers' decision."""
    retries: Whole = 3
    """How often an actor comes back after a refusal that time may cure, such as a cap or a balance."""
