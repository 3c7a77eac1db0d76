"""Money in and out, clearing, compliance, and the baseline to compare with."""

from settlement.domain.amounts import Amount, Unit
from settlement.scenario.durations import Delay
from settlement.scenario.model.part import Part
from settlement.scenario.quantities import BasisPoints, TimeOfDay
from settlement.scenario.values import (
    ActorDelay,
    Clock,
    Coins,
    CreditId,
    CreditRef,
    Day,
    DomesticAmount,
    JurisdictionRef,
    ListVersion,
    Moment,
    ParticipantRef,
    Percent,
    PositiveAmount,
    SettlementAmount,
    Text,
    Whole,
)
from settlement.scenario.words import AlgorithmName, MatchPolicy

__all__ = [
    "Aggregation",
    "Clearing",
    "Compliance",
    "Correspondent",
    "Delivery",
    "Desk",
    "Network",
    "Price",
    "ScreeningList",
]


class Price(Part):
    """What one whole unit of an asset is worth, and how it moves from day to day."""

    start: DomesticAmount
    """At the start of the regime."""
    volatility: Percent = BasisPoints(0)
    """Most that it moves in a day, either way; each move is drawn evenly."""
    spread: Percent = BasisPoints(10)
    """Most that one feeder's value is off the price, either way."""


class Desk(Part):
    """The conversion desk and its inventory."""

    su: SettlementAmount = Amount(0)
    """SU it starts with, issued against the reserve."""
    drl: DomesticAmount = Amount(0, Unit.DRL)
    """DRL it starts with."""
    margin: Percent = BasisPoints(50)
    """What its quotes are off the price, in its favour."""


class Network(Part):
    """The proof-of-work network that miners work for."""

    difficulty: Whole
    """Expected hashes for a block, divided by 2**32."""
    reward: Coins
    """What a block brings."""


class Delivery(Part):
    """Mined output that goes to the reserve and funds a trade."""

    id: CreditId
    """Name of the attestation."""
    miner: ParticipantRef
    """Who mined it."""
    attestor: ParticipantRef
    """Who vouches for it."""
    entity: ParticipantRef
    """Whose trade it funds."""
    credit: CreditRef
    """The credit behind whose trade the SU is earmarked."""
    coins: Coins
    """How much."""
    mined_from: Day
    """First day of the period in which it was mined."""
    mined_to: Day
    """Last day of it."""
    at: Moment
    """When it is attested, ordered and delivered."""


class Clearing(Part):
    """The clearing operator: which algorithm it uses, and when its cycles run."""

    algorithm: AlgorithmName = "fifo"
    """How it chooses what to settle; whatever it chooses, the contract verifies."""
    cycles: tuple[Moment, ...] = ()
    """Moments of cycles."""
    daily: tuple[Clock, ...] = ()
    """Times of day (UTC) of cycles on every banking day of the home jurisdiction."""
    gross: tuple[Moment, ...] = ()
    """Moments at which it tries to settle one by one, as real-time gross settlement would."""


class ScreeningList(Part):
    """One version of the fictional sanctions list."""

    version: ListVersion
    """Its number: versions follow each other from 2 on; version 1 is the empty one of the start."""
    at: Moment
    """When it is published; everybody is rescreened against it."""
    names: tuple[Text, ...] = ()
    """Whom it names."""
    jurisdictions: tuple[JurisdictionRef, ...] = ()
    """Jurisdictions whose every participant or owner is a hit."""


class Aggregation(Part):
    """The rule against structuring: many payments just below a threshold are a hit."""

    threshold: PositiveAmount
    """The single payment that would be looked at by itself."""
    share: Percent = BasisPoints(8_000)
    """How close below it a payment counts as near, as a share of the threshold."""
    count: Whole = 3
    """How many near payments of one payer to one payee within the window raise an alert."""
    window: Whole = 10
    """Length of the window, days."""


class Compliance(Part):
    """The two reviewers: how they screen names, and what they watch."""

    similarity: Percent = BasisPoints(9_000)
    """How alike a name must be to one on the list to be a hit (rapidfuzz, token sort ratio)."""
    lists: tuple[ScreeningList, ...] = ()
    """Versions of the list, in order."""
    on_match: MatchPolicy = "block"
    """What becomes of the credits of a listed party: blocked (quarantine), or rejected (refund)."""
    aggregation: Aggregation | None = None
    """The rule against structuring; none when left out."""


class Correspondent(Part):
    """The chain of banks that the same trades are put through for comparison; figures are illustrative."""

    banks: Whole = 2
    """Correspondents between the buyer's and the seller's bank."""
    cut_off: Clock = TimeOfDay(15 * 3_600)
    """Time of day, local to each bank, after which a payment waits for its next banking day."""
    processing: ActorDelay = Delay(1, 4, "hours")
    """From receipt to release at each bank."""
    beneficiary_processing: ActorDelay = Delay(2, 30, "hours")
    """From receipt to credit at the seller's bank, where most delay arises."""
    examination: ActorDelay = Delay(2, 5, "banking days")
    """From documents to the issuing bank's decision."""
    mail: ActorDelay = Delay(3, 6, "days")
    """Courier of paper documents from bank to bank."""
    failure: Percent = BasisPoints(200)
    """Share of payments that are held up by an investigation."""
    investigation: ActorDelay = Delay(2, 8, "banking days")
    """How long an investigation takes."""
    fee: Percent = BasisPoints(5)
    """What each bank takes of a payment."""
    fx_spread: Percent = BasisPoints(60)
    """What the currency conversion costs."""
    issuance: Percent = BasisPoints(90)
    """Documentary fee for issuance, a year (vendor figures: 0.65 to 1.2 %)."""
    confirmation: Percent = BasisPoints(70)
    """Documentary fee for confirmation, a year (vendor figures: 0.4 to 0.95 %)."""
    prefunding: Percent = BasisPoints(2_000)
    """Balance kept on nostro accounts, as a share of a month's payments."""
    capital: Percent = BasisPoints(600)
    """What idle balances cost, a year, on both sides of the comparison."""
