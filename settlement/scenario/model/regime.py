"""Countries and the programme."""

from collections.abc import Mapping

from pydantic import Field

from settlement.domain.participants import Access
from settlement.domain.participants import Instrument as InstrumentKind
from settlement.scenario.durations import Duration
from settlement.scenario.model.part import Part
from settlement.scenario.quantities import BasisPoints, Offset
from settlement.scenario.values import (
    Calendar,
    Chapter,
    Day,
    Days,
    Flag,
    JurisdictionRef,
    Percent,
    Phase,
    PositiveAmount,
    ProfileName,
    Text,
    TimeZone,
)
from settlement.scenario.words import AccessWord, InstrumentWord

__all__ = [
    "Caps",
    "Corridor",
    "Jurisdiction",
    "Regime",
]


class Jurisdiction(Part):
    """A fictional country; it borrows the public holidays of a real one."""

    profile: ProfileName | None = None
    """A profile by name or path, which gives what is left out here and, at home, in the regime."""
    name: Text
    """Name in reports."""
    calendar: Calendar
    """Country code of the holidays library whose public holidays it keeps, such as BR."""
    time_zone: TimeZone = Offset(0)
    """Where its offices' hours lie, such as UTC-03:00; deadlines end with days of UTC all the same."""


class Corridor(Part):
    """How counterparties of one jurisdiction abroad may be dealt with."""

    access: AccessWord
    """Directly, via an intermediary, or not at all."""
    cap: PositiveAmount | None = None
    """Most that may be entered into over any period of the caps."""


class Caps(Part):
    """What trade entered by entities of one ownership class may come to; what is left out is not limited."""

    payment: PositiveAmount | None = None
    """Any one payment."""
    daily: PositiveAmount | None = None
    """One entity, over any 24 hours."""
    period: PositiveAmount | None = None
    """One entity, over any period of the caps."""
    total: PositiveAmount | None = None
    """All entities of the class together, over any period of the caps."""


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
    queue_bypass: Flag = False
    """Whether clearing may settle an obligation before an earlier one of the same payer."""
    access: AccessWord = Access.DIRECT
    """How jurisdictions abroad may be dealt with that corridors does not name."""
    corridors: Mapping[JurisdictionRef, Corridor] = Field(default_factory=dict)
    """Corridors by jurisdiction abroad."""
    goods: tuple[Chapter, ...] | None = None
    """Chapters of the Harmonised System in scope; all of them when left out."""
    instruments: tuple[InstrumentWord, ...] = tuple(InstrumentKind)
    """Instruments that the programme admits."""
    state_caps: Caps = Caps()
    """Caps of state-owned entities."""
    private_caps: Caps = Caps()
    """Caps of privately owned entities."""
    regime_cap: PositiveAmount | None = None
    """Most that all trade may come to over any period of the caps."""
    cap_period: Days = Duration(30, "days")
    """Length of the sliding window of the longer caps."""
    max_exposure: PositiveAmount | None = None
    """Most SU that an entity may hold after acquiring some."""
    max_holding: Days | None = None
    """Longest time an entity may hold SU if it is to acquire more."""
    list_age: Days | None = None
    """Age at which a screening list is stale, and everything waits."""
    coverage_floor: Percent = BasisPoints(10_000)
    """What the reserve must be worth at an issue, as a share of the supply."""
    haircut: Percent = BasisPoints(500)
    """Taken off the price of volatile assets in the reserve."""
