"""The one place that decides: each answer, who is looked at for which flow, and the order of the checks.

Questions are dry, between P, an authorised entity at home, and Q, a trader abroad, over value that
lies in the account of B. Each test adds faults to that situation.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from settlement.chain.chain import Snapshot
from settlement.chain.participants import Profile
from settlement.domain.participants import Flow, LicenceStatus, OwnershipClass, Role, Screening, Stage
from settlement.domain.reasons import Reason
from tests.chain.conftest import rewound
from tests.world import (
    CO_APPROVER,
    COMPLIANCE,
    DAY,
    END,
    START,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
    profile,
    su,
)

#: Traders who may be on either side of any flow.
TRADERS = {
    name: replace(
        profile(Role.SETTLER | Role.COUNTERPARTY, jurisdiction),
        screening=Screening.CLEAR,
        licence_until=WIND_DOWN_END + DAY,
        kyc_until=WIND_DOWN_END + DAY,
    )
    for name, jurisdiction in (("P", "XH"), ("Q", "XF"))
}
AMOUNT = su(1_000)
EXITS = (Flow.PAY, Flow.REFUND, Flow.REDEEM, Flow.SEIZE)
ENTRIES = (Flow.DIRECT, Flow.FUND, Flow.ISSUE)


def enter(world: World, name: str, terms: Profile) -> None:
    """Register and screen a participant."""
    world.system.participants.register(SUPERVISOR, name, replace(terms, screening=Screening.UNSCREENED))
    if terms.screening is not Screening.UNSCREENED:
        world.system.participants.set_screening(COMPLIANCE, name, terms.screening)


def ask(world: World, flow: Flow, payer: str = "P", payee: str = "Q", amount: int = AMOUNT) -> Reason:
    """The dry question, in the form each flow has."""
    sides: dict[Flow, tuple[str | None, str | None]] = {
        Flow.ISSUE: (None, payee),
        Flow.REDEEM: (payer, None),
        Flow.REFUND: (payee, payee),
    }
    return world.system.token.check_flow(flow, *sides.get(flow, (payer, payee)), "B", amount)


@pytest.fixture(scope="module")
def _traders(_world: tuple[World, Snapshot]) -> tuple[World, Snapshot]:
    world, snapshot = _world
    rewound(world, snapshot)
    for name, terms in TRADERS.items():
        enter(world, name, terms)
    return world, world.system.chain.snapshot()


@pytest.fixture
def traders(_traders: tuple[World, Snapshot]) -> World:
    """The small regime with P and Q, both clear."""
    return rewound(*_traders)


# Stage and flow


def _suspend(world: World) -> None:
    world.system.regime.suspend(SUPERVISOR)


def _wind_down(world: World) -> None:
    world.system.regime.wind_down(SUPERVISOR)


@pytest.mark.parametrize(
    ("stage", "arrange", "entry", "exit_"),
    [
        (Stage.ACTIVE, lambda world: None, Reason.OK, Reason.OK),
        (Stage.SUSPENDED, _suspend, Reason.REGIME_SUSPENDED, Reason.REGIME_SUSPENDED),
        (Stage.WIND_DOWN, _wind_down, Reason.REGIME_WINDING_DOWN, Reason.OK),
        (Stage.WIND_DOWN, lambda w: w.advance_to(END + 1), Reason.REGIME_WINDING_DOWN, Reason.OK),
        (Stage.EXPIRED, lambda w: w.advance_to(WIND_DOWN_END + 1), Reason.REGIME_EXPIRED, Reason.OK),
    ],
    ids=["active", "suspended", "wound down early", "wound down by time", "expired"],
)
def test_stage_decides_on_entries_and_exits(
    traders: World, stage: Stage, arrange: Callable[[World], None], entry: Reason, exit_: Reason
) -> None:
    arrange(traders)
    assert traders.regime.regime.stage() is stage
    assert {flow: ask(traders, flow) for flow in Flow} == dict.fromkeys(ENTRIES, entry) | dict.fromkeys(
        EXITS, exit_
    )
    assert traders.regime.rulebook.check_opening("P", "Q", traders.now) is entry


def test_nothing_passes_before_the_regime_starts(bare: World) -> None:
    assert {ask(bare, flow) for flow in Flow} == {Reason.REGIME_NOT_ACTIVE}
    assert bare.system.rulebook.check_opening("P", "Q", START) is Reason.REGIME_NOT_ACTIVE


def test_programme_without_direct_payments(elsewhere: World) -> None:
    assert ask(elsewhere, Flow.DIRECT, "B", "S") is Reason.FLOW_NOT_PERMITTED
    assert ask(elsewhere, Flow.FUND, "B", "S") is Reason.OK


def test_programme_without_domestic_ban(elsewhere: World) -> None:
    assert ask(elsewhere, Flow.FUND, "B", "C") is Reason.OK
    assert ask(elsewhere, Flow.PAY, "B", "C") is Reason.OK
    assert ask(elsewhere, Flow.FUND, "S", "T") is Reason.NO_RESIDENT_PARTY


# Who is looked at, for which flow

#: Faults of one party, whichever side it is on.
PARTY_FAULTS: list[tuple[Reason, dict[str, Any]]] = [
    (Reason.LICENCE_MISSING, {"licence": LicenceStatus.NONE}),
    (Reason.LICENCE_SUSPENDED, {"licence": LicenceStatus.SUSPENDED}),
    (Reason.LICENCE_REVOKED, {"licence": LicenceStatus.REVOKED}),
    (Reason.LICENCE_EXPIRED, {"licence_until": START - 1}),
    (Reason.ROLE_MISSING, {"roles": Role.EXAMINER}),
    (Reason.KYC_EXPIRED, {"kyc_until": START - 1}),
    (Reason.PHASE_CLOSED, {"ownership": OwnershipClass.PRIVATE}),
    (Reason.SCREENING_HOLD, {"screening": Screening.UNSCREENED}),
    (Reason.SCREENING_HOLD, {"screening": Screening.POTENTIAL}),
    (Reason.LISTED_PARTY, {"screening": Screening.TRUE_MATCH}),
]
ON_ENTRY = {
    "payer": {Flow.DIRECT, Flow.FUND},
    "payee": {Flow.DIRECT, Flow.FUND, Flow.ISSUE, Flow.SEIZE},
}
#: What an exit looks at again: screening of whoever receives or redeems.
SCREENED = {
    "payer": ON_ENTRY["payer"] | {Flow.REDEEM},
    "payee": ON_ENTRY["payee"] | {Flow.PAY, Flow.REFUND},
}
KNOWN = {"payer": SCREENED["payer"] | {Flow.PAY}, "payee": SCREENED["payee"]}


@pytest.mark.parametrize("side", ["payer", "payee"])
@pytest.mark.parametrize(("reason", "fault"), PARTY_FAULTS, ids=lambda value: str(value))
def test_party_at_fault(traders: World, side: str, reason: Reason, fault: dict[str, Any]) -> None:
    payer, payee = ("X", "Q") if side == "payer" else ("P", "X")
    enter(traders, "X", replace(TRADERS["P" if side == "payer" else "Q"], **fault))
    looked_at = (SCREENED if "screening" in fault else ON_ENTRY)[side]
    if reason is Reason.ROLE_MISSING:
        looked_at = looked_at - {Flow.SEIZE}  # anybody with a role will do
    assert {flow: ask(traders, flow, payer, payee) for flow in Flow} == {
        flow: reason if flow in looked_at else Reason.OK for flow in Flow
    }
    assert traders.regime.rulebook.check_opening(payer, payee, traders.now) is reason
    # By itself, anybody with a role is in good standing.
    standing = Reason.OK if reason is Reason.ROLE_MISSING else reason
    assert traders.regime.rulebook.check_party("X") is standing


@pytest.mark.parametrize("side", ["payer", "payee"])
def test_unknown_party(traders: World, side: str) -> None:
    unknown: dict[str, Any] = {side: "U"}
    assert {flow: ask(traders, flow, **unknown) for flow in Flow} == {
        flow: Reason.PARTICIPANT_UNKNOWN if flow in KNOWN[side] else Reason.OK for flow in Flow
    }
    parties = ("U", "Q") if side == "payer" else ("P", "U")
    assert traders.regime.rulebook.check_opening(*parties, traders.now) is Reason.PARTICIPANT_UNKNOWN
    assert traders.regime.rulebook.check_party("U") is Reason.PARTICIPANT_UNKNOWN
    assert traders.regime.rulebook.check_examiner("U") is Reason.PARTICIPANT_UNKNOWN


@pytest.mark.parametrize(
    ("roles", "as_settler", "as_examiner"),
    [
        (Role.SETTLER, Reason.OK, Reason.ROLE_MISSING),
        (Role.COUNTERPARTY, Reason.ROLE_MISSING, Reason.ROLE_MISSING),
        (Role.EXAMINER, Reason.ROLE_MISSING, Reason.OK),
        (Role.SETTLER | Role.EXAMINER, Reason.OK, Reason.OK),
    ],
    ids=str,
)
def test_role(world: World, roles: Role, as_settler: Reason, as_examiner: Reason) -> None:
    enter(world, "N", replace(TRADERS["P"], roles=roles))
    assert ask(world, Flow.ISSUE, payee="N") is as_settler
    assert world.system.rulebook.check_examiner("N") is as_examiner
    assert world.system.rulebook.check_party("N") is Reason.OK


@pytest.mark.parametrize(
    ("payer", "payee", "expected"),
    [
        (Role.SETTLER, Role.COUNTERPARTY, Reason.OK),
        (Role.COUNTERPARTY, Role.COUNTERPARTY, Reason.ROLE_MISSING),
        (Role.SETTLER, Role.SETTLER, Reason.ROLE_MISSING),
        (Role.SETTLER, Role.EXAMINER, Reason.ROLE_MISSING),
    ],
)
def test_residents_trade_as_authorised_entities_and_others_as_counterparties(
    world: World, payer: Role, payee: Role, expected: Reason
) -> None:
    for name, roles in (("P", payer), ("Q", payee)):
        enter(world, name, replace(TRADERS[name], roles=roles))
    assert {
        ask(world, flow, *sides) for flow in (Flow.DIRECT, Flow.FUND) for sides in (("P", "Q"), ("Q", "P"))
    } == {expected}
    assert world.system.rulebook.check_opening("P", "Q", world.now) is expected


@pytest.mark.parametrize(
    ("payer", "payee", "expected"),
    [
        (("XH", "XH"), ("XF", "XF"), Reason.OK),
        (("XF", "XF"), ("XH", "XH"), Reason.OK),
        (("XH", "XH"), ("XH", "XH"), Reason.DOMESTIC_PAYMENT),
        (("XH", "XH"), ("XF", "XH"), Reason.DOMESTIC_PAYMENT),
        (("XF", "XH"), ("XF", "XH"), Reason.DOMESTIC_PAYMENT),
        (("XH", "XF"), ("XH", "XH"), Reason.DOMESTIC_PAYMENT),
        (("XF", "XH"), ("XF", "XF"), Reason.OK),
        (("XF", "XF"), ("XF", "XF"), Reason.NO_RESIDENT_PARTY),
        (("XF", "XF"), ("XQ", "XQ"), Reason.NO_RESIDENT_PARTY),
    ],
)
def test_residency_is_that_of_party_or_owner(
    world: World, payer: tuple[str, str], payee: tuple[str, str], expected: Reason
) -> None:
    for name, (jurisdiction, owner) in (("P", payer), ("Q", payee)):
        home: dict[str, Any] = {"jurisdiction": jurisdiction, "owner_jurisdiction": owner}
        enter(world, name, replace(TRADERS[name], **home))
    residency = {Flow.DIRECT, Flow.FUND, Flow.PAY}
    assert {flow: ask(world, flow) for flow in Flow} == {
        flow: expected if flow in residency else Reason.OK for flow in Flow
    }
    assert world.system.rulebook.check_opening("P", "Q", world.now) is expected


@pytest.mark.parametrize(
    ("roles", "ownership", "phase", "expected"),
    [
        (Role.SETTLER, OwnershipClass.STATE, 1, Reason.OK),
        (Role.SETTLER, OwnershipClass.PRIVATE, 1, Reason.PHASE_CLOSED),
        (Role.SETTLER | Role.EXAMINER, OwnershipClass.PRIVATE, 1, Reason.PHASE_CLOSED),
        (Role.COUNTERPARTY, OwnershipClass.PRIVATE, 1, Reason.OK),
        (Role.EXAMINER, OwnershipClass.PRIVATE, 1, Reason.OK),
        (Role.SETTLER, OwnershipClass.PRIVATE, 2, Reason.OK),
    ],
)
def test_phase_admits_authorised_entities_by_ownership(
    world: World, roles: Role, ownership: OwnershipClass, phase: int, expected: Reason
) -> None:
    enter(world, "N", replace(TRADERS["P"], roles=roles, ownership=ownership))
    if phase == 2:
        world.system.regime.propose_phase(SUPERVISOR, 2)
        assert world.system.rulebook.check_party("D") is Reason.PHASE_CLOSED
        world.system.regime.approve_phase(CO_APPROVER, 2)
    assert world.system.rulebook.check_party("N") is expected


# To the second


@pytest.mark.parametrize(
    ("setting", "reason"),
    [("licence_until", Reason.LICENCE_EXPIRED), ("kyc_until", Reason.KYC_EXPIRED)],
)
def test_files_last_through_their_last_second(world: World, setting: str, reason: Reason) -> None:
    last = START + 100
    lasting: dict[str, Any] = {setting: last}
    enter(world, "P", replace(TRADERS["P"], **lasting))
    enter(world, "Q", TRADERS["Q"])
    rulebook = world.system.rulebook
    assert rulebook.check_opening("P", "Q", last) is Reason.OK
    assert rulebook.check_opening("P", "Q", last + 1) is reason
    world.advance_to(last)
    assert (ask(world, Flow.FUND), rulebook.check_party("P")) == (Reason.OK, Reason.OK)
    world.advance_to(last + 1)
    assert (ask(world, Flow.FUND), rulebook.check_party("P")) == (reason, reason)


def test_credit_ends_before_the_regime(traders: World) -> None:
    assert traders.regime.rulebook.check_opening("P", "Q", END) is Reason.OK
    assert traders.regime.rulebook.check_opening("P", "Q", END + 1) is Reason.BEYOND_REGIME


# What is held

BALANCE = su(10_000)


@pytest.mark.parametrize(
    ("amount", "frozen", "expected"),
    [
        (0, 0, Reason.OK),
        (BALANCE, 0, Reason.OK),
        (BALANCE + 1, 0, Reason.INSUFFICIENT_BALANCE),
        (BALANCE - 1, 1, Reason.OK),
        (BALANCE, 1, Reason.FROZEN),
        (1, BALANCE, Reason.FROZEN),
        (1, BALANCE + 1, Reason.FROZEN),
        (0, BALANCE + 1, Reason.OK),
        # FROZEN means held but frozen, so that it and the next exclude each other, as ERC-7943 has it.
        (BALANCE + 1, 1, Reason.INSUFFICIENT_BALANCE),
    ],
)
def test_holding(traders: World, amount: int, frozen: int, expected: Reason) -> None:
    traders.regime.token.set_frozen_tokens(SUPERVISOR, "B", frozen)
    # Issuing takes from nobody; enforcement reaches frozen value.
    seized = Reason.OK if expected is Reason.FROZEN else expected
    assert {flow: ask(traders, flow, amount=amount) for flow in Flow} == {
        flow: {Flow.ISSUE: Reason.OK, Flow.SEIZE: seized}.get(flow, expected) for flow in Flow
    }


# The order of the checks


@dataclass
class Case:
    """A situation to add faults to, and the question about it."""

    payer: Profile = TRADERS["P"]
    payee: Profile = TRADERS["Q"]
    names: tuple[str, str] = ("P", "Q")
    amount: int = AMOUNT
    until: int = START + 100
    arrange: list[Callable[[World], object]] = field(default_factory=list)

    def build(self, traders: World) -> None:
        """Bring the situation about, with newcomers in place of the traders that are at fault."""
        if self.payer != TRADERS["P"]:
            enter(traders, "X", self.payer)
            self.names = ("X", self.names[1])
        if self.payee != TRADERS["Q"]:
            enter(traders, "Y", self.payee)
            self.names = (self.names[0], "Y")
        for step in self.arrange:
            step(traders)


Fault = Callable[[Case], None]


def payer(**changes: Any) -> Fault:
    """A fault of P."""
    return lambda case: setattr(case, "payer", replace(case.payer, **changes))


def payee(**changes: Any) -> Fault:
    """A fault of Q."""
    return lambda case: setattr(case, "payee", replace(case.payee, **changes))


def of_case(**changes: Any) -> Fault:
    """A fault of the question."""

    def apply(case: Case) -> None:
        for name, value in changes.items():
            setattr(case, name, value)

    return apply


def happens(step: Callable[[World], object]) -> Fault:
    """A fault of the regime."""
    return lambda case: case.arrange.append(step)


def _freeze(world: World) -> None:
    world.system.token.set_frozen_tokens(SUPERVISOR, "B", BALANCE)


#: Every fault that the question whether P may pay Q directly can have, in the order of the table.
#: Neighbours are faults of different parties wherever one party cannot have both.
PAYMENT_FAULTS: list[tuple[Reason, Fault]] = [
    (Reason.REGIME_SUSPENDED, happens(_suspend)),
    (Reason.PARTICIPANT_UNKNOWN, of_case(names=("U", "Q"))),
    (Reason.LICENCE_MISSING, payee(licence=LicenceStatus.NONE)),
    (Reason.LICENCE_SUSPENDED, payer(licence=LicenceStatus.SUSPENDED)),
    (Reason.LICENCE_REVOKED, payee(licence=LicenceStatus.REVOKED)),
    (Reason.LICENCE_EXPIRED, payer(licence_until=START - 1)),
    (Reason.ROLE_MISSING, payee(roles=Role.EXAMINER)),
    (Reason.KYC_EXPIRED, payer(kyc_until=START - 1)),
    (Reason.PHASE_CLOSED, payer(ownership=OwnershipClass.PRIVATE)),
    (Reason.DOMESTIC_PAYMENT, payee(jurisdiction="XH")),
    (Reason.SCREENING_HOLD, payee(screening=Screening.POTENTIAL)),
    (Reason.LISTED_PARTY, payer(screening=Screening.TRUE_MATCH)),
    (Reason.FROZEN, happens(_freeze)),
]
#: The same where it differs: another stage, another kind of residency, more than is held, the opening.
REGIME_WINDING_DOWN = (Reason.REGIME_WINDING_DOWN, happens(_wind_down))
REGIME_EXPIRED = (Reason.REGIME_EXPIRED, happens(lambda world: world.advance_to(WIND_DOWN_END + 1)))
NO_RESIDENT_PARTY = (
    Reason.NO_RESIDENT_PARTY,
    payer(jurisdiction="XF", owner_jurisdiction="XF"),
)
INSUFFICIENT_BALANCE = (Reason.INSUFFICIENT_BALANCE, of_case(amount=BALANCE + 1))
BEYOND_REGIME = (Reason.BEYOND_REGIME, of_case(until=END + 1))
_FAULTS = dict(PAYMENT_FAULTS)

PAIRS = [
    *pairwise(PAYMENT_FAULTS),
    *[(stage, PAYMENT_FAULTS[1]) for stage in (REGIME_WINDING_DOWN, REGIME_EXPIRED)],
    ((Reason.PHASE_CLOSED, _FAULTS[Reason.PHASE_CLOSED]), NO_RESIDENT_PARTY),
    (NO_RESIDENT_PARTY, (Reason.SCREENING_HOLD, _FAULTS[Reason.SCREENING_HOLD])),
    ((Reason.LISTED_PARTY, _FAULTS[Reason.LISTED_PARTY]), INSUFFICIENT_BALANCE),
]
OPENING_FAULTS = [
    (Reason.REGIME_SUSPENDED, _FAULTS[Reason.REGIME_SUSPENDED]),
    BEYOND_REGIME,
    *PAYMENT_FAULTS[1:-1],
]


def _name(pair: tuple[tuple[Reason, Fault], tuple[Reason, Fault]]) -> str:
    return " before ".join(reason.name for reason, _ in pair)


def _answers(traders: World, faults: list[Fault]) -> Case:
    case = Case()
    for fault in faults:
        fault(case)
    case.build(traders)
    return case


@pytest.mark.parametrize("pair", PAIRS, ids=_name)
def test_first_check_of_a_payment_answers(
    traders: World, pair: tuple[tuple[Reason, Fault], tuple[Reason, Fault]]
) -> None:
    (expected, first), (_, second) = pair
    case = _answers(traders, [first, second])
    for flow in (Flow.DIRECT, Flow.FUND):
        assert ask(traders, flow, *case.names, case.amount) is expected


@pytest.mark.parametrize("pair", pairwise(OPENING_FAULTS), ids=_name)
def test_first_check_of_an_opening_answers(
    traders: World, pair: tuple[tuple[Reason, Fault], tuple[Reason, Fault]]
) -> None:
    (expected, first), (_, second) = pair
    case = _answers(traders, [first, second])
    assert traders.regime.rulebook.check_opening(*case.names, case.until) is expected


def test_flow_is_checked_after_the_stage_and_before_the_parties(elsewhere: World) -> None:
    assert ask(elsewhere, Flow.DIRECT, "U", "U") is Reason.FLOW_NOT_PERMITTED
    _suspend(elsewhere)
    assert ask(elsewhere, Flow.DIRECT, "B", "S") is Reason.REGIME_SUSPENDED


def test_allowance_is_checked_last(world: World) -> None:
    token = world.system.token
    detect = partial(token.detect_transfer_restriction_from, "C", "B", "S")
    assert detect(BALANCE + 1) is Reason.INSUFFICIENT_BALANCE
    assert detect(BALANCE) is Reason.INSUFFICIENT_ALLOWANCE
    token.approve("B", "C", BALANCE)
    assert detect(BALANCE) is Reason.OK


# Nothing is left out


def _answer(traders: World, fault: Fault) -> Reason:
    case = _answers(traders, [fault])
    answer = ask(traders, Flow.DIRECT, *case.names, case.amount)
    return answer or traders.regime.rulebook.check_opening(*case.names, case.until)


def _unchanged(case: Case) -> None:
    pass


#: One situation for every answer of the Rulebook that needs no other world or spender.
SITUATIONS: list[tuple[Reason, Fault]] = [
    (Reason.OK, _unchanged),
    REGIME_WINDING_DOWN,
    REGIME_EXPIRED,
    NO_RESIDENT_PARTY,
    INSUFFICIENT_BALANCE,
    BEYOND_REGIME,
    *PAYMENT_FAULTS,
]
#: Answers that the tests named above reach.
ELSEWHERE = {
    Reason.REGIME_NOT_ACTIVE: test_nothing_passes_before_the_regime_starts,
    Reason.FLOW_NOT_PERMITTED: test_programme_without_direct_payments,
    Reason.INSUFFICIENT_ALLOWANCE: test_allowance_is_checked_last,
}


@pytest.mark.parametrize(("reason", "fault"), SITUATIONS, ids=lambda v: v.name if v in set(Reason) else "")
def test_one_fault_has_one_answer(traders: World, reason: Reason, fault: Fault) -> None:
    assert _answer(traders, fault) is reason


def test_every_rule_is_reached() -> None:
    reached = {reason for reason, _ in SITUATIONS} | ELSEWHERE.keys()
    assert reached == {reason for reason in Reason if reason.is_rule}
