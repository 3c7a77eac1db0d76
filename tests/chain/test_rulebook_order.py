"""The order of the checks: of several faults the first in the table is answered; none is left out."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from settlement.chain.twins.participants import Profile
from settlement.domain.participants import LicenceStatus, OwnershipClass, Role, Screening
from settlement.domain.programme import NO_CAP, ClassCaps, Corridor
from settlement.domain.reasons import Reason
from tests.chain.traders import AMOUNT, BALANCE, TRADERS, ask, earmark, enter, open_, open_trade
from tests.world import (
    COMPLIANCE,
    CORRIDORS,
    DAY,
    END,
    PROGRAMME,
    START,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
    su,
)

#: Above what the two trade is worth.
HEADROOM = su(50_000)


@dataclass
class Case:
    """A situation to add faults to, and the question about it."""

    payer: Profile = TRADERS["P"]
    payee: Profile = TRADERS["Q"]
    trade: dict[str, Any] = field(default_factory=dict)
    number: str | None = None
    payer_name: str = "X"
    amount: int = AMOUNT
    until: int = START + 10 * DAY
    programme: dict[str, Any] = field(default_factory=dict)
    corridor_cap: int = NO_CAP
    arrange: list[Callable[[World], object]] = field(default_factory=list)

    def build(self, world: World) -> None:
        """Bring the situation about, between two newcomers."""
        enter(world, "X", self.payer)
        enter(world, "Y", self.payee)
        open_trade(world, "X", "Y", **{"value": HEADROOM, **self.trade})
        if self.programme or self.corridor_cap != NO_CAP:
            corridors = [Corridor(c.jurisdiction, c.access, self.corridor_cap) for c in CORRIDORS]
            world.change_programme(replace(PROGRAMME, **self.programme), corridors)
        for step in self.arrange:
            step(world)

    def asked(self, world: World, question: str) -> Reason:
        """The answer for a movement."""
        return ask(world, question, self.payer_name, "Y", self.amount, self.number or "T-X-Y")

    def asked_to_open(self, world: World) -> Reason:
        """The answer for a credit."""
        trade = self.number or "T-X-Y"
        return open_(world, self.payer_name, "Y", until=self.until, amount=self.amount, trade=trade)


Fault = Callable[[Case], None]


def payer(**changes: Any) -> Fault:
    """A fault of the payer."""
    return lambda case: setattr(case, "payer", replace(case.payer, **changes))


def payee(**changes: Any) -> Fault:
    """A fault of the payee."""
    return lambda case: setattr(case, "payee", replace(case.payee, **changes))


def of_trade(**changes: Any) -> Fault:
    """A fault of the trade."""
    return lambda case: case.trade.update(changes)


def of_case(**changes: Any) -> Fault:
    """A fault of the question."""

    def apply(case: Case) -> None:
        for name, value in changes.items():
            setattr(case, name, value)

    return apply


def caps(**changes: int) -> Fault:
    """A cap of the class that is too small."""

    def apply(case: Case) -> None:
        present = case.programme.get("state_caps", ClassCaps())
        case.programme["state_caps"] = replace(present, **changes)

    return apply


def of_programme(**changes: Any) -> Fault:
    """Another programme."""
    return lambda case: case.programme.update(changes)


def happens(step: Callable[[World], object]) -> Fault:
    """A fault of the regime."""
    return lambda case: case.arrange.append(step)


def _suspend(world: World) -> None:
    world.system.regime.suspend(SUPERVISOR)


def _retire(world: World) -> None:
    world.system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "B", "B", "B2")


def _stale(world: World) -> None:
    """A new list, which everybody but the payee is screened against."""
    register = world.system.participants
    register.publish_list(COMPLIANCE, 2, bytes(32))
    if register.profile_of("X").screening is Screening.CLEAR:
        register.set_screening(COMPLIANCE, "X", Screening.CLEAR)


def _freeze(world: World) -> None:
    world.system.token.set_frozen_tokens(SUPERVISOR, "B", BALANCE)


def _earmark(world: World) -> None:
    """Half of what B holds is earmarked for something else."""
    earmark(world, BALANCE)


#: Every fault that the question whether X may pay Y directly can have, in the order of the table.
#: Neighbours are faults of different parties wherever one party cannot have both.
PAYMENT_FAULTS: list[tuple[Reason, Fault]] = [
    (Reason.REGIME_SUSPENDED, happens(_suspend)),
    (Reason.FLOW_NOT_PERMITTED, of_programme(direct_payments=False)),
    (Reason.PARTICIPANT_UNKNOWN, of_case(payer_name="U")),
    (Reason.WALLET_RETIRED, happens(_retire)),
    (Reason.LICENCE_MISSING, payee(licence=LicenceStatus.NONE)),
    (Reason.LICENCE_SUSPENDED, payer(licence=LicenceStatus.SUSPENDED)),
    (Reason.LICENCE_REVOKED, payee(licence=LicenceStatus.REVOKED)),
    (Reason.LICENCE_EXPIRED, payer(licence_until=START - 1)),
    (Reason.ROLE_MISSING, payee(roles=Role.EXAMINER)),
    (Reason.KYC_EXPIRED, payer(kyc_until=START - 1)),
    (Reason.PHASE_CLOSED, payer(ownership=OwnershipClass.PRIVATE)),
    (Reason.DOMESTIC_PAYMENT, payee(owner_jurisdiction="XH")),
    (Reason.CORRIDOR_CLOSED, payee(jurisdiction="XN")),
    (Reason.INTERMEDIARY_MISSING, payee(jurisdiction="XV")),
    (Reason.INTERMEDIARY_UNAUTHORISED, payee(jurisdiction="XV", intermediary="S")),
    (Reason.SCREENING_HOLD, payee(screening=Screening.POTENTIAL)),
    (Reason.LISTED_PARTY, payer(screening=Screening.TRUE_MATCH)),
    (Reason.LIST_STALE, happens(_stale)),
    (Reason.PURPOSE_UNREGISTERED, of_case(number="T-0")),
    (Reason.PURPOSE_MISMATCH, of_case(number="T-P-Q")),
    (Reason.GOODS_OUT_OF_SCOPE, of_trade(chapter=1)),
    (Reason.PURPOSE_EXPIRED, happens(lambda w: w.system.trades.amend("K", "T-X-Y", HEADROOM, START))),
    (Reason.PURPOSE_EXHAUSTED, of_trade(value=1)),
    (Reason.TRAVEL_DATA_MISSING, of_trade(travel=False)),
    (Reason.CAP_PAYMENT, caps(payment=1)),
    (Reason.CAP_DAILY, caps(daily=1)),
    (Reason.CAP_PERIOD, caps(period=1)),
    (Reason.CAP_ENTITY, payer(cap=1)),
    (Reason.CAP_CORRIDOR, of_case(corridor_cap=1)),
    (Reason.CAP_CLASS, caps(total=1)),
    (Reason.CAP_REGIME, of_programme(regime_cap=1)),
    (Reason.FROZEN, happens(_freeze)),
]
_FAULTS = dict(PAYMENT_FAULTS)
#: The same where it differs: another stage, another kind of residency, what is held.
WINDING_DOWN = (Reason.REGIME_WINDING_DOWN, happens(lambda w: w.system.regime.wind_down(SUPERVISOR)))
EXPIRED = (Reason.REGIME_EXPIRED, happens(lambda w: w.advance_to(WIND_DOWN_END + 1)))
NO_RESIDENT = (Reason.NO_RESIDENT_PARTY, payer(jurisdiction="XF", owner_jurisdiction="XF"))
EARMARKED = (Reason.EARMARKED, of_case(amount=BALANCE + 1, arrange=[_earmark]))
TOO_LITTLE = (Reason.INSUFFICIENT_BALANCE, of_case(amount=BALANCE + 1))
BEYOND_REGIME = (Reason.BEYOND_REGIME, of_case(until=END + 1))


def fault(reason: Reason) -> tuple[Reason, Fault]:
    """A fault with its answer."""
    return reason, _FAULTS[reason]


#: Of these the second cannot be had together with the first.
APART = {
    (Reason.PURPOSE_UNREGISTERED, Reason.PURPOSE_MISMATCH),
    (Reason.PURPOSE_MISMATCH, Reason.GOODS_OUT_OF_SCOPE),
    (Reason.CORRIDOR_CLOSED, Reason.INTERMEDIARY_MISSING),
    (Reason.INTERMEDIARY_MISSING, Reason.INTERMEDIARY_UNAUTHORISED),
    (Reason.LISTED_PARTY, Reason.LIST_STALE),
}
PAIRS = [
    *[pair for pair in pairwise(PAYMENT_FAULTS) if (pair[0][0], pair[1][0]) not in APART],
    *[(stage, fault(Reason.PARTICIPANT_UNKNOWN)) for stage in (WINDING_DOWN, EXPIRED)],
    (fault(Reason.PHASE_CLOSED), NO_RESIDENT),
    (NO_RESIDENT, fault(Reason.CORRIDOR_CLOSED)),
    (fault(Reason.CORRIDOR_CLOSED), fault(Reason.SCREENING_HOLD)),
    (fault(Reason.INTERMEDIARY_MISSING), fault(Reason.SCREENING_HOLD)),
    (fault(Reason.LISTED_PARTY), fault(Reason.PURPOSE_UNREGISTERED)),
    (fault(Reason.PURPOSE_UNREGISTERED), fault(Reason.CAP_PAYMENT)),
    (fault(Reason.PURPOSE_MISMATCH), fault(Reason.CAP_PAYMENT)),
    (fault(Reason.GOODS_OUT_OF_SCOPE), fault(Reason.PURPOSE_EXHAUSTED)),
    (fault(Reason.CAP_REGIME), EARMARKED),
    (fault(Reason.CAP_REGIME), TOO_LITTLE),
]
OPENING_PAIRS = [
    (fault(Reason.REGIME_SUSPENDED), BEYOND_REGIME),
    (BEYOND_REGIME, (Reason.INSTRUMENT_NOT_PERMITTED, of_programme(instruments=0))),
    (
        (Reason.INSTRUMENT_NOT_PERMITTED, of_programme(instruments=0)),
        fault(Reason.PARTICIPANT_UNKNOWN),
    ),
    *[
        pair
        for pair in PAIRS
        if not {pair[0][0], pair[1][0]}
        & {Reason.FLOW_NOT_PERMITTED, Reason.WALLET_RETIRED, Reason.TRAVEL_DATA_MISSING}
        and pair[1][0] < Reason.CAP_PAYMENT
    ],
]


def _name(pair: tuple[tuple[Reason, Fault], tuple[Reason, Fault]]) -> str:
    return " before ".join(reason.name for reason, _ in pair)


def build(world: World, *faults: Fault) -> Case:
    """Bring a situation with these faults about; a stop of the regime comes last."""
    case = Case()
    for apply in faults:
        apply(case)
    case.arrange.reverse()
    case.build(world)
    return case


@pytest.mark.rule("check.order")
@pytest.mark.parametrize("pair", PAIRS, ids=_name)
def test_first_check_of_a_payment_answers(
    traders: World, pair: tuple[tuple[Reason, Fault], tuple[Reason, Fault]]
) -> None:
    (expected, first), (_, second) = pair
    assert build(traders, first, second).asked(traders, "DIRECT") is expected


@pytest.mark.rule("check.order", "op.open")
@pytest.mark.parametrize("pair", OPENING_PAIRS, ids=_name)
def test_first_check_of_an_opening_answers(
    traders: World, pair: tuple[tuple[Reason, Fault], tuple[Reason, Fault]]
) -> None:
    (expected, first), (_, second) = pair
    assert build(traders, first, second).asked_to_open(traders) is expected


@pytest.mark.rule("check.order")
def test_allowance_is_checked_last(world: World) -> None:
    token = world.system.token
    detect = partial(token.detect_transfer_restriction_from, "C", "B", "S")
    assert detect(BALANCE + 1) is Reason.INSUFFICIENT_BALANCE
    assert detect(BALANCE) is Reason.INSUFFICIENT_ALLOWANCE
    token.approve("B", "C", BALANCE)
    assert detect(BALANCE) is Reason.OK


# Nothing is left out


def _unchanged(case: Case) -> None:
    pass


#: One situation for every answer that a payment or an opening can have.
SITUATIONS: list[tuple[Reason, Fault]] = [
    (Reason.OK, _unchanged),
    WINDING_DOWN,
    EXPIRED,
    NO_RESIDENT,
    EARMARKED,
    TOO_LITTLE,
    *PAYMENT_FAULTS,
]
#: Answers that other tests reach, and where.
ELSEWHERE = {
    Reason.REGIME_NOT_ACTIVE: "test_rulebook.test_nothing_passes_before_the_regime_starts",
    Reason.BEYOND_REGIME: "test_rulebook.test_credit_ends_before_the_regime",
    Reason.INSTRUMENT_NOT_PERMITTED: "test_rulebook.test_programme_admits_instruments",
    Reason.SPONSOR_MISSING: "test_rulebook_parties.test_lost_bank_closes_the_ramps",
    Reason.RESIDENTS_ONLY: "test_domestic_currency",
    Reason.EXPOSURE_EXCEEDED: "test_ramp.TestExposure",
    Reason.HOLDING_OVERDUE: "test_ramp.TestExposure",
    Reason.RESERVE_SHORT: "test_reserve",
    Reason.PRICE_STALE: "test_reserve",
    Reason.INSUFFICIENT_ALLOWANCE: "test_allowance_is_checked_last",
}


@pytest.mark.rule("check.truthful", "check.codes")
@pytest.mark.parametrize(
    ("reason", "apply"), SITUATIONS, ids=lambda value: value.name if isinstance(value, Reason) else ""
)
def test_one_fault_has_one_answer(traders: World, reason: Reason, apply: Fault) -> None:
    assert build(traders, apply).asked(traders, "DIRECT") is reason


def test_every_rule_is_reached() -> None:
    reached = {reason for reason, _ in SITUATIONS} | ELSEWHERE.keys()
    assert reached == {reason for reason in Reason if reason.is_rule}
