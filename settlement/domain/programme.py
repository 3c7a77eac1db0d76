"""The programme of a regime: what supervisor and co-approver agree on, as data.

Amounts of caps are minor units of the reference currency, times epoch seconds, periods seconds, shares basis
points. What a programme does not say is not limited.
"""

from dataclasses import dataclass

from settlement.domain.participants import Access

#: The greatest number of a cap: none.
NO_CAP = 2**128 - 1

#: Every instrument, and every chapter of goods.
ALL_INSTRUMENTS = 2**16 - 1
ALL_GOODS = 2**100 - 2

DAY = 86_400


@dataclass(frozen=True, slots=True)
class ClassCaps:
    """What trade entered by entities of one ownership class may come to.

    Attributes:
        payment: any one payment.
        daily: one entity, over any 24 hours.
        period: one entity, over any period of the programme.
        total: all entities of the class, over any period.
    """

    payment: int = NO_CAP
    daily: int = NO_CAP
    period: int = NO_CAP
    total: int = NO_CAP


@dataclass(frozen=True, slots=True)
class Corridor:
    """How counterparties of a jurisdiction abroad may be dealt with, and its cap over any period."""

    jurisdiction: str
    access: Access
    cap: int = NO_CAP


@dataclass(frozen=True, slots=True)
class Programme:
    """The programme; ``home`` is two letters. The corridors stand beside it.

    Attributes:
        start: first second of the regime.
        end: last second in which trade may be entered.
        wind_down_end: last second of the wind-down.
        home: jurisdiction of residence.
        private_from_phase: first phase that admits privately owned entities.
        domestic_ban: whether a flow between two residents is prohibited.
        direct_payments: whether SU may be paid without a documentary credit.
        queue_bypass: whether clearing may settle an obligation before an earlier one of the same payer.
        instruments: bit n admits the instrument n.
        goods: bit n admits chapter n (1 to 99) of the Harmonised System.
        period: length of the longer sliding window of caps.
        max_list_age: age at which a screening list is stale.
        max_holding: longest time an entity may hold SU if it is to acquire more.
        max_exposure: most SU an entity may hold after acquiring some, minor units of SU.
        coverage_floor: what the reserve must be worth at an issue, basis points of supply.
        haircut: taken off the price of volatile assets, basis points.
        reference_rate: minor units of the reference currency for one whole SU.
        state_caps: caps of state-owned entities.
        private_caps: caps of privately owned entities.
        regime_cap: all trade together, over any period.
    """

    start: int
    end: int
    wind_down_end: int
    home: str
    private_from_phase: int
    domestic_ban: bool
    direct_payments: bool
    queue_bypass: bool = False
    instruments: int = ALL_INSTRUMENTS
    goods: int = ALL_GOODS
    period: int = 30 * DAY
    max_list_age: int = 4 * 366 * DAY
    max_holding: int = 4 * 366 * DAY
    max_exposure: int = NO_CAP
    coverage_floor: int = 10_000
    haircut: int = 500
    reference_rate: int = 100
    state_caps: ClassCaps = ClassCaps()
    private_caps: ClassCaps = ClassCaps()
    regime_cap: int = NO_CAP
