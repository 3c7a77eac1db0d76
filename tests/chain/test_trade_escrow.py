"""Documentary credits: both state machines, every guard, every deadline to the second.

Unless a test says otherwise, B (at home) opens C1 over 1,000 SU in favour of S (abroad), examined by E.
"""

from collections.abc import Callable, Sequence
from dataclasses import astuple
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from settlement.chain.accounts import address_of
from settlement.chain.chain import Snapshot, to_bytes32
from settlement.chain.reverts import (
    BusinessCalendarNotLoaded,
    ContractRevert,
    ERC20InsufficientAllowance,
    ERC20InsufficientBalance,
    RulebookRefused,
    TradeEscrowCreditExists,
    TradeEscrowDocumentReused,
    TradeEscrowDocumentsIncomplete,
    TradeEscrowInvalidAmount,
    TradeEscrowInvalidTerms,
    TradeEscrowNotParty,
    TradeEscrowTermsChanged,
    TradeEscrowTooEarly,
    TradeEscrowTooLate,
    TradeEscrowWrongCreditState,
    TradeEscrowWrongDrawState,
)
from settlement.chain.trade_escrow import Credit, TradeEscrow
from settlement.domain.events import (
    CreditCancelled,
    CreditClosed,
    CreditExpired,
    CreditFunded,
    CreditIssued,
    CreditOpened,
    DrawAccepted,
    DrawDiscrepant,
    DrawPaid,
    DrawPresented,
    DrawReturned,
    Event,
    Moved,
    OperationRejected,
)
from settlement.domain.participants import CreditState, DrawState, LicenceStatus, Screening
from settlement.domain.reasons import Reason
from tests.chain.expect import Fact, ask, call, expects, fact, facts, shown
from tests.world import (
    CO_APPROVER,
    COMPLIANCE,
    DAY,
    END,
    KEEPER,
    START,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
    documents,
    su,
)

FACE = su(1_000)
ANYBODY = "U"
#: Deadlines of the usual terms, which start on the day of START, and of a draw presented that day.
MIDNIGHT = START + DAY - 1
OFFER_UNTIL, FUND_UNTIL = MIDNIGHT + 5 * DAY, MIDNIGHT + 10 * DAY
LATEST_SHIPMENT, EXPIRY = MIDNIGHT + 40 * DAY, MIDNIGHT + 60 * DAY
#: START is a Monday, so that the fifth banking day after it is the next one.
EXAMINE_UNTIL = MIDNIGHT + 7 * DAY
WAIVER_WINDOW, PRESENTATION_PERIOD = 5 * DAY, 21 * DAY


def credit_id(applicant: str, ref: str) -> bytes:
    """The id of a credit, computed as the contract promises."""
    return keccak(encode(["address", "bytes32"], [address_of(applicant), to_bytes32(ref)]))


C1 = credit_id("B", "C1")


#: Situations that tests share, by what brought them about: snapshots, since a replay takes ten times as long.
_REACHED: dict[str, Snapshot] = {}


def once(world: World, situation: object, arrange: Callable[[], object]) -> TradeEscrow:
    """Bring ``situation`` about, or back where a test had it before from the same fresh world."""
    chain, key = world.system.chain, str(situation)
    if world.transactions:
        arrange()
    elif key in _REACHED:
        chain.revert(_REACHED[key])
    else:
        arrange()
        _REACHED[key] = chain.snapshot()
    return world.system.escrow


def reach(world: World, state: CreditState, **changes: Any) -> TradeEscrow:
    """Take the credit C1 to ``state``."""
    escrow = once(world, (state, changes), lambda: _reach(world, state, changes))
    assert escrow.credit_of("C1").state is state
    return escrow


def reach_draw(world: World, state: DrawState, amount: int = FACE, **changes: Any) -> TradeEscrow:
    """Take the first draw of C1, over ``amount``, to ``state``."""
    escrow = once(world, (state, amount, changes), lambda: _reach_draw(world, state, amount, changes))
    assert escrow.draw_of("C1", 1).state is state
    return escrow


def _reach(world: World, state: CreditState, changes: dict[str, Any]) -> None:
    escrow, token = world.system.escrow, world.system.token
    if state is not CreditState.NONE:
        escrow.open("B", world.terms(**changes))
    if state in (CreditState.ISSUED, CreditState.ACTIVE, CreditState.CLOSED, CreditState.EXPIRED):
        escrow.issue("S", "C1")
    if state in (CreditState.ACTIVE, CreditState.CLOSED, CreditState.EXPIRED):
        token.approve("B", escrow, FACE)
        escrow.fund("B", "C1")
    if state is CreditState.CANCELLED:
        escrow.cancel("B", "C1")
    if state is CreditState.CLOSED:
        world.present("C1", FACE)
        escrow.accept("E", "C1", 1)
        escrow.settle(ANYBODY, "C1", 1)
    if state is CreditState.EXPIRED:
        world.advance_to(EXPIRY + 1)
        escrow.expire(ANYBODY, "C1")


def _reach_draw(world: World, state: DrawState, amount: int, changes: dict[str, Any]) -> None:
    escrow = reach(world, CreditState.ACTIVE, **changes)
    if state is not DrawState.NONE:
        world.present("C1", amount)
    if state in (DrawState.DISCREPANT, DrawState.RETURNED):
        escrow.give_notice("E", "C1", 1, ["late"])
    if state is DrawState.RETURNED:
        escrow.return_documents("S", "C1", 1)
    if state in (DrawState.ACCEPTED, DrawState.FINAL):
        escrow.accept("E", "C1", 1)
    if state is DrawState.FINAL:
        escrow.settle(ANYBODY, "C1", 1)


def money(world: World, credit: str = "C1") -> tuple[int, int, int, int]:
    """Funded, paid, refunded, reserved; checks on the way that the escrow is solvent."""
    escrow = world.system.escrow
    c: Credit = escrow.credit_of(credit)
    assert c.locked == escrow.locked_of(credit) >= c.reserved
    assert escrow.total_locked() == world.system.token.balance_of(escrow)
    return c.funded, c.paid, c.refunded, c.reserved


def moved(flow: str, actor: str, source: str, destination: str, amount: int, credit: str = "C1") -> Fact:
    """A movement into or out of the escrow."""
    payer = "B"
    payee = "B" if flow == "REFUND" else "S"
    return fact(
        Moved,
        actor,
        flow=flow,
        payer=payer,
        payee=payee,
        source=source,
        destination=destination,
        amount=amount,
        ref=credit,
    )


Step = Callable[[World, str], tuple[Event, ...]]
#: Every step on an open credit: who takes it, what a refusal calls it, and how it is taken.
CREDIT_STEPS: dict[str, tuple[str, str, Step]] = {
    "issue": ("S", "AGREE", lambda w, a: w.regime.escrow.issue(a, "C1")),
    "cancel": ("B", "CANCEL", lambda w, a: w.regime.escrow.cancel(a, "C1")),
    "fund": ("B", "FUND", lambda w, a: w.regime.escrow.fund(a, "C1")),
    "fund_with_permit": (
        "B",
        "FUND",
        lambda w, a: w.regime.escrow.fund_with_permit(
            a, "C1", w.now, w.regime.token.sign_permit("B", w.regime.escrow, FACE, w.now)
        ),
    ),
    "present": ("S", "PRESENT", lambda w, a: w.regime.escrow.present(a, "C1", FACE, START, documents(9))),
    "expire": (ANYBODY, "REFUND", lambda w, a: w.regime.escrow.expire(a, "C1")),
}
CREDIT_STATES = {
    "issue": {CreditState.DRAFT},
    "cancel": {CreditState.DRAFT, CreditState.ISSUED},
    "fund": {CreditState.ISSUED},
    "fund_with_permit": {CreditState.ISSUED},
    "present": {CreditState.ACTIVE},
    "expire": {CreditState.ACTIVE},
}
DRAW_STEPS: dict[str, tuple[str, str, Step]] = {
    "accept": ("E", "ACCEPT", lambda w, a: w.regime.escrow.accept(a, "C1", 1)),
    "give_notice": ("E", "NOTICE", lambda w, a: w.regime.escrow.give_notice(a, "C1", 1, ["late"])),
    "deem_accepted": (ANYBODY, "DEEM_ACCEPTED", lambda w, a: w.regime.escrow.deem_accepted(a, "C1", 1)),
    "waive": ("B", "WAIVE", lambda w, a: w.regime.escrow.waive(a, "C1", 1)),
    "return_documents": ("E", "RETURN", lambda w, a: w.regime.escrow.return_documents(a, "C1", 1)),
    "settle": (ANYBODY, "PAY", lambda w, a: w.regime.escrow.settle(a, "C1", 1)),
}
DRAW_STATES = {
    "accept": DrawState.PRESENTED,
    "give_notice": DrawState.PRESENTED,
    "deem_accepted": DrawState.PRESENTED,
    "waive": DrawState.DISCREPANT,
    "return_documents": DrawState.DISCREPANT,
    "settle": DrawState.ACCEPTED,
}


class TestStateMachines:
    """The forbidden transitions."""

    @pytest.mark.parametrize("state", CreditState, ids=lambda state: state.name)
    def test_step_in_the_wrong_state_of_a_credit(self, world: World, state: CreditState) -> None:
        reach(world, state)
        wanted = "" if state is CreditState.NONE else "C1"
        for step, (actor, flow, take) in CREDIT_STEPS.items():
            if state in CREDIT_STATES[step]:
                continue
            identifier = C1 if wanted else bytes(32)
            with expects(TradeEscrowWrongCreditState, Reason.WRONG_STATE, identifier, state):
                take(world, actor)
            assert facts(world.transactions[-1].events) == [
                fact(OperationRejected, actor, flow=flow, reason="WRONG_STATE", subject="C1")
            ]

    @pytest.mark.parametrize("state", DrawState, ids=lambda state: state.name)
    def test_step_in_the_wrong_state_of_a_draw(self, world: World, state: DrawState) -> None:
        reach_draw(world, state)
        for step, (actor, flow, take) in DRAW_STEPS.items():
            if state is DRAW_STATES[step]:
                continue
            with expects(TradeEscrowWrongDrawState, Reason.WRONG_STATE, C1, 1, state):
                take(world, actor)
            assert facts(world.transactions[-1].events) == [
                fact(OperationRejected, actor, flow=flow, reason="WRONG_STATE", subject="C1/1")
            ]

    @pytest.mark.parametrize(
        ("step", "party"),
        [("issue", "S"), ("fund", "B"), ("fund_with_permit", "B"), ("present", "S")],
    )
    def test_step_of_a_credit_by_the_wrong_party(self, world: World, step: str, party: str) -> None:
        (state,) = CREDIT_STATES[step]
        reach(world, state)
        for other in {"B", "S", "E", "C", "T", KEEPER, SUPERVISOR} - {party}:
            with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(other))):
                CREDIT_STEPS[step][2](world, other)

    @pytest.mark.parametrize(("step", "party"), [("accept", "E"), ("give_notice", "E"), ("waive", "B")])
    def test_step_of_a_draw_by_the_wrong_party(self, world: World, step: str, party: str) -> None:
        reach_draw(world, DRAW_STATES[step])
        for other in {"B", "S", "E", "C", "T", KEEPER, SUPERVISOR} - {party}:
            with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(other))):
                DRAW_STEPS[step][2](world, other)

    def test_party_acts_from_the_wallet_that_the_terms_name(self, world: World) -> None:
        world.system.participants.add_wallet(SUPERVISOR, "S", "B2")
        reach(world, CreditState.DRAFT)
        with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of("B2"))):
            world.system.escrow.issue("B2", "C1")


#: Steps that are possible until a deadline: step, situation, deadline.
Situation = Callable[[World], object]
UNTIL: dict[str, tuple[Step, str, Situation, int]] = {
    "issue": (CREDIT_STEPS["issue"][2], "S", lambda w: reach(w, CreditState.DRAFT), OFFER_UNTIL),
    "fund": (CREDIT_STEPS["fund"][2], "B", lambda w: _approved(w), FUND_UNTIL),
    "fund_with_permit": (
        CREDIT_STEPS["fund_with_permit"][2],
        "B",
        lambda w: reach(w, CreditState.ISSUED),
        FUND_UNTIL,
    ),
    "present by expiry": (
        lambda w, a: w.regime.escrow.present(a, "C1", FACE, LATEST_SHIPMENT, documents(1)),
        "S",
        lambda w: reach(w, CreditState.ACTIVE, presentation_period=30 * DAY),
        EXPIRY,
    ),
    "present within the period": (
        lambda w, a: w.regime.escrow.present(a, "C1", FACE, START + DAY, documents(1)),
        "S",
        lambda w: reach(w, CreditState.ACTIVE),
        START + DAY + PRESENTATION_PERIOD,
    ),
    "accept": (
        DRAW_STEPS["accept"][2],
        "E",
        lambda w: reach_draw(w, DrawState.PRESENTED),
        EXAMINE_UNTIL,
    ),
    "give_notice": (
        DRAW_STEPS["give_notice"][2],
        "E",
        lambda w: reach_draw(w, DrawState.PRESENTED),
        EXAMINE_UNTIL,
    ),
    "waive": (
        DRAW_STEPS["waive"][2],
        "B",
        lambda w: _discrepant_at(w, START + DAY),
        START + DAY + WAIVER_WINDOW,
    ),
}
#: Steps that become possible for anybody after a deadline.
AFTER: dict[str, tuple[Step, str, Situation, int]] = {
    "cancel an offer": (
        CREDIT_STEPS["cancel"][2],
        ANYBODY,
        lambda w: reach(w, CreditState.DRAFT),
        OFFER_UNTIL,
    ),
    "cancel unfunded": (
        CREDIT_STEPS["cancel"][2],
        ANYBODY,
        lambda w: reach(w, CreditState.ISSUED),
        FUND_UNTIL,
    ),
    "applicant cancels unfunded": (
        CREDIT_STEPS["cancel"][2],
        "B",
        lambda w: reach(w, CreditState.ISSUED),
        FUND_UNTIL,
    ),
    "beneficiary cancels unfunded": (
        CREDIT_STEPS["cancel"][2],
        "S",
        lambda w: reach(w, CreditState.ISSUED),
        FUND_UNTIL,
    ),
    "deem_accepted": (
        DRAW_STEPS["deem_accepted"][2],
        ANYBODY,
        lambda w: reach_draw(w, DrawState.PRESENTED),
        EXAMINE_UNTIL,
    ),
    "return_documents": (
        DRAW_STEPS["return_documents"][2],
        ANYBODY,
        lambda w: _discrepant_at(w, START + DAY),
        START + DAY + WAIVER_WINDOW,
    ),
    "applicant returns documents": (
        DRAW_STEPS["return_documents"][2],
        "B",
        lambda w: _discrepant_at(w, START + DAY),
        START + DAY + WAIVER_WINDOW,
    ),
    "expire": (CREDIT_STEPS["expire"][2], ANYBODY, lambda w: reach(w, CreditState.ACTIVE), EXPIRY),
    # Maturity is the first second of payment, not the last of waiting.
    "settle": (
        DRAW_STEPS["settle"][2],
        ANYBODY,
        lambda w: _accepted_at(w, START + DAY, tenor=30 * DAY),
        START + 31 * DAY - 1,
    ),
}


def _approved(world: World) -> None:
    reach(world, CreditState.ISSUED)
    world.system.token.approve("B", world.system.escrow, FACE)


def _discrepant_at(world: World, time: int) -> None:
    reach_draw(world, DrawState.PRESENTED)
    world.advance_to(time)
    world.system.escrow.give_notice("E", "C1", 1, ["late"])


def _accepted_at(world: World, time: int, **changes: Any) -> None:
    reach_draw(world, DrawState.PRESENTED, **changes)
    world.advance_to(time)
    world.system.escrow.accept("E", "C1", 1)


class TestDeadlines:
    @pytest.mark.parametrize("step", UNTIL)
    def test_possible_in_the_last_second_and_no_later(self, world: World, step: str) -> None:
        take, actor, arrange, deadline = UNTIL[step]
        arrange(world)
        chain = world.system.chain
        world.advance_to(deadline)
        in_time = chain.snapshot()
        world.advance_to(deadline + 1)
        with expects(TradeEscrowTooLate, Reason.TOO_LATE, deadline):
            take(world, actor)
        chain.revert(in_time)
        assert [event.actor for event in take(world, actor)][-1:] == [actor]
        assert world.transactions[-1].sim_time == deadline

    @pytest.mark.parametrize("step", AFTER)
    def test_possible_after_the_last_second_and_no_sooner(self, world: World, step: str) -> None:
        take, actor, arrange, deadline = AFTER[step]
        arrange(world)
        world.advance_to(deadline)
        named = deadline + 1 if step == "settle" else deadline
        with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, named):
            take(world, actor)
        assert [event.actor for event in take(world, actor)][-1:] == [actor]
        assert world.transactions[-1].sim_time == deadline + 1

    @pytest.mark.parametrize(
        ("presented", "until"),
        [
            (START + DAY, MIDNIGHT + 8 * DAY),  # Tuesday
            (START + 4 * DAY, MIDNIGHT + 11 * DAY),  # Friday
            (START + 5 * DAY, MIDNIGHT + 11 * DAY),  # Saturday
            (START + 7 * DAY - 1, MIDNIGHT + 11 * DAY),  # the last second of Sunday
        ],
    )
    def test_examination_takes_five_banking_days(self, world: World, presented: int, until: int) -> None:
        reach(world, CreditState.ACTIVE)
        world.advance_to(presented)
        world.present("C1", FACE)
        draw = world.system.escrow.draw_of("C1", 1)
        assert (draw.presented_at, draw.examine_until) == (presented, until)


class TestOpen:
    def test_applicant_offers(self, world: World) -> None:
        terms = world.terms()
        assert facts(world.system.escrow.open("B", terms)) == [
            fact(
                CreditOpened,
                "B",
                credit="C1",
                applicant="B",
                beneficiary="S",
                examiner="E",
                amount=FACE,
                offer_until=OFFER_UNTIL,
                fund_until=FUND_UNTIL,
                latest_shipment=LATEST_SHIPMENT,
                expiry=EXPIRY,
            )
        ]
        assert world.system.escrow.credit_of("C1") == Credit(CreditState.DRAFT, 0, 0, 0, 0, 0, 0)
        assert money(world) == (0, 0, 0, 0)

    def test_stored_terms_are_those_offered(self, world: World) -> None:
        terms = world.terms(tenor=7, partial_draws=False)
        world.system.escrow.open("B", terms)
        *_, stored = ask(world, world.system.escrow, "creditOf", C1)
        ref, *parties, amount = stored[:5]
        assert ref == to_bytes32("C1")
        assert parties == [shown(address_of(name)) for name in "BSE"]
        assert (amount, *stored[5:12]) == astuple(terms)[4:12]
        assert stored[12:] == (b"XH", 2, False)

    @pytest.mark.parametrize("caller", ["S", "E", "C", KEEPER, SUPERVISOR])
    def test_nobody_offers_for_another(self, world: World, caller: str) -> None:
        with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(caller))):
            world.system.escrow.open(caller, world.terms())

    def test_calendar_must_reach_the_last_examination(self, world: World) -> None:
        with expects(BusinessCalendarNotLoaded, Reason.CALENDAR_NOT_LOADED):
            world.system.escrow.open("B", world.terms(banking_place="ZZ"))
        assert world.system.escrow.credits() == ()

    @pytest.mark.parametrize(
        "fault",
        [
            {"offer_until": START - 1},
            {"fund_until": OFFER_UNTIL - 1},
            {"latest_shipment": FUND_UNTIL - 1},
            {"expiry": LATEST_SHIPMENT - 1},
            {"beneficiary": "B"},
            {"examiner": "B"},
            {"examiner": "S"},
            {"ref": ""},
            {"amount": 0},
            {"documents": 0},
            {"presentation_period": 0},
            {"waiver_window": 30 * DAY + 1},
        ],
        ids=str,
    )
    def test_contradictory_terms(self, world: World, fault: dict[str, Any]) -> None:
        with expects(TradeEscrowInvalidTerms, Reason.TERMS_INVALID):
            world.system.escrow.open("B", world.terms(**fault))

    def test_all_deadlines_may_fall_together(self, world: World) -> None:
        now = world.now
        together = dict.fromkeys(("offer_until", "fund_until", "latest_shipment", "expiry"), now)
        world.system.escrow.open("B", world.terms(**together))
        assert world.system.escrow.credit_of("C1").state is CreditState.DRAFT

    @pytest.mark.parametrize(
        ("fault", "reason"),
        [
            ({"beneficiary": "C"}, Reason.DOMESTIC_PAYMENT),
            ({"beneficiary": "H"}, Reason.DOMESTIC_PAYMENT),
            ({"applicant": "T"}, Reason.NO_RESIDENT_PARTY),
            ({"applicant": "D"}, Reason.PHASE_CLOSED),
            ({"beneficiary": "L"}, Reason.LISTED_PARTY),
            ({"beneficiary": "U"}, Reason.PARTICIPANT_UNKNOWN),
            ({"applicant": "E", "examiner": "C"}, Reason.ROLE_MISSING),
            ({"examiner": "U"}, Reason.PARTICIPANT_UNKNOWN),
            ({"examiner": "T"}, Reason.ROLE_MISSING),
            ({"expiry": END + 1}, Reason.BEYOND_REGIME),
            ({"expiry": END, "tenor": 1}, Reason.BEYOND_REGIME),
        ],
        ids=str,
    )
    def test_rules(self, world: World, fault: dict[str, Any], reason: Reason) -> None:
        terms = world.terms(**fault)
        with expects(RulebookRefused, reason, reason):
            world.system.escrow.open(terms.applicant, terms)

    def test_term_may_last_as_long_as_the_regime_and_the_licence(self, world: World) -> None:
        world.system.participants.set_licence(SUPERVISOR, "S", LicenceStatus.ACTIVE, END)
        world.system.escrow.open("B", world.terms(expiry=END - 30 * DAY, tenor=30 * DAY))
        world.system.participants.set_licence(SUPERVISOR, "S", LicenceStatus.ACTIVE, END - 1)
        with expects(RulebookRefused, Reason.LICENCE_EXPIRED):
            world.system.escrow.open("B", world.terms(ref="C2", expiry=END - 30 * DAY, tenor=30 * DAY))

    def test_private_entity_opens_once_its_phase_is_open(self, world: World) -> None:
        world.system.regime.propose_phase(SUPERVISOR, 2)
        world.system.regime.approve_phase(CO_APPROVER, 2)
        world.system.escrow.open("D", world.terms(applicant="D", ref="D1"))
        assert world.system.escrow.credit_of("D1").state is CreditState.DRAFT

    @pytest.mark.parametrize(
        "state", [CreditState.DRAFT, CreditState.ACTIVE, CreditState.CANCELLED], ids=lambda s: s.name
    )
    def test_reference_is_used_once(self, world: World, state: CreditState) -> None:
        escrow = reach(world, state)
        with expects(TradeEscrowCreditExists, Reason.ALREADY_USED, C1):
            escrow.open("B", world.terms(amount=1))
        assert escrow.credit_of("C1").state is state

    def test_same_reference_of_another_applicant(self, world: World) -> None:
        escrow = reach(world, CreditState.ACTIVE)
        escrow.open("C", world.terms(applicant="C", beneficiary="T", amount=5))
        escrow.issue("T", "C:C1")
        world.system.token.approve("C", escrow, 5)
        assert fact(CreditFunded, "C", credit="C:C1", amount=5) in facts(escrow.fund("C", "C:C1"))
        assert money(world) == (FACE, 0, 0, 0)
        assert money(world, "C:C1") == (5, 0, 0, 0)
        assert escrow.credits() == ("C1", "C:C1")

    def test_pitfall_7_ids_do_not_collide(self, world: World) -> None:
        ids = {
            (name, ref): ask(world, world.system.escrow, "creditId", address_of(name), to_bytes32(ref))
            for name in ("B", "C")
            for ref in ("1", "11", "B1")
        }
        assert ids == {key: credit_id(*key) for key in ids}
        assert len(set(ids.values())) == len(ids)


class TestIssue:
    def test_beneficiary_agrees(self, world: World) -> None:
        escrow = reach(world, CreditState.DRAFT)
        assert facts(escrow.issue("S", "C1")) == [fact(CreditIssued, "S", credit="C1")]
        assert escrow.credit_of("C1").state is CreditState.ISSUED

    def test_to_the_stored_terms_and_no_others(self, world: World) -> None:
        escrow = reach(world, CreditState.DRAFT)
        *_, terms = ask(world, escrow, "creditOf", C1)
        stored = keccak(encode(escrow.artifact.functions["open"].inputs, [terms]))
        with expects(TradeEscrowTermsChanged, Reason.TERMS_CHANGED, stored):
            call(world, "S", escrow, "issue", C1, b"\1" * 32)

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (
                lambda w: w.regime.participants.set_owner(SUPERVISOR, "S", "XH"),
                Reason.DOMESTIC_PAYMENT,
            ),
            (
                lambda w: w.regime.participants.set_screening(COMPLIANCE, "B", Screening.TRUE_MATCH),
                Reason.LISTED_PARTY,
            ),
            (lambda w: w.regime.regime.suspend(SUPERVISOR), Reason.REGIME_SUSPENDED),
            (lambda w: w.regime.regime.wind_down(SUPERVISOR), Reason.REGIME_WINDING_DOWN),
        ],
        ids=["owner moved", "applicant listed", "suspended", "wound down"],
    )
    def test_rules_are_asked_again(
        self, world: World, change: Callable[[World], object], reason: Reason
    ) -> None:
        escrow = reach(world, CreditState.DRAFT)
        change(world)
        with expects(RulebookRefused, reason, reason):
            escrow.issue("S", "C1")


class TestCancel:
    @pytest.mark.parametrize("party", ["B", "S"])
    def test_either_side_drops_an_offer(self, world: World, party: str) -> None:
        escrow = reach(world, CreditState.DRAFT)
        assert facts(escrow.cancel(party, "C1")) == [fact(CreditCancelled, party, credit="C1")]
        assert escrow.credit_of("C1").state is CreditState.CANCELLED

    @pytest.mark.parametrize("stranger", ["E", "C", KEEPER, SUPERVISOR])
    def test_pitfall_7_stranger_waits_for_the_end_of_the_offer(self, world: World, stranger: str) -> None:
        escrow = reach(world, CreditState.DRAFT)
        with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, OFFER_UNTIL):
            escrow.cancel(stranger, "C1")
        world.advance_to(OFFER_UNTIL + 1)
        assert facts(escrow.cancel(stranger, "C1")) == [fact(CreditCancelled, stranger, credit="C1")]

    @pytest.mark.parametrize("caller", ["B", "S", ANYBODY])
    def test_agreed_terms_bind_both_sides_until_fund_by(self, world: World, caller: str) -> None:
        escrow = reach(world, CreditState.ISSUED)
        with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, FUND_UNTIL):
            escrow.cancel(caller, "C1")
        world.advance_to(FUND_UNTIL + 1)
        assert facts(escrow.cancel(caller, "C1")) == [fact(CreditCancelled, caller, credit="C1")]

    def test_possible_while_suspended(self, world: World) -> None:
        escrow = reach(world, CreditState.DRAFT)
        world.system.regime.suspend(SUPERVISOR)
        escrow.cancel("B", "C1")
        assert escrow.credit_of("C1").state is CreditState.CANCELLED


class TestFund:
    def test_applicant_locks_the_face_amount(self, world: World) -> None:
        _approved(world)
        assert facts(world.system.escrow.fund("B", "C1")) == [
            moved("FUND", "B", "B", "TradeEscrow", FACE),
            fact(CreditFunded, "B", credit="C1", amount=FACE),
        ]
        assert world.system.escrow.credit_of("C1").state is CreditState.ACTIVE
        assert money(world) == (FACE, 0, 0, 0)
        assert world.system.token.balance_of("B") == su(9_000)

    def test_without_an_allowance(self, world: World) -> None:
        escrow = reach(world, CreditState.ISSUED)
        world.system.token.approve("B", escrow, FACE - 1)
        args = (shown(escrow.address), FACE - 1, FACE)
        with expects(ERC20InsufficientAllowance, Reason.INSUFFICIENT_ALLOWANCE, *args):
            escrow.fund("B", "C1")
        assert escrow.credit_of("C1").state is CreditState.ISSUED

    def test_without_the_balance(self, world: World) -> None:
        amount = su(10_000) + 1
        escrow = reach(world, CreditState.ISSUED, amount=amount)
        world.system.token.approve("B", escrow, amount)
        args = (shown(address_of("B")), amount - 1, amount)
        with expects(ERC20InsufficientBalance, Reason.INSUFFICIENT_BALANCE, *args):
            escrow.fund("B", "C1")

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (
                lambda w: w.regime.participants.set_licence(
                    SUPERVISOR, "B", LicenceStatus.SUSPENDED, WIND_DOWN_END
                ),
                Reason.LICENCE_SUSPENDED,
            ),
            (lambda w: w.regime.participants.set_kyc(SUPERVISOR, "S", START), Reason.KYC_EXPIRED),
            (lambda w: w.regime.participants.set_owner(SUPERVISOR, "S", "XH"), Reason.DOMESTIC_PAYMENT),
            (
                lambda w: w.regime.participants.set_screening(COMPLIANCE, "S", Screening.POTENTIAL),
                Reason.SCREENING_HOLD,
            ),
            (lambda w: w.regime.regime.suspend(SUPERVISOR), Reason.REGIME_SUSPENDED),
            (lambda w: w.regime.regime.wind_down(SUPERVISOR), Reason.REGIME_WINDING_DOWN),
        ],
        ids=["licence", "KYC", "owner moved", "screening", "suspended", "wound down"],
    )
    def test_rules_are_asked_again(
        self, world: World, change: Callable[[World], object], reason: Reason
    ) -> None:
        _approved(world)
        change(world)
        with expects(RulebookRefused, reason, reason):
            world.system.escrow.fund("B", "C1")
        assert money(world) == (0, 0, 0, 0)


class TestPresent:
    def test_beneficiary_presents(self, world: World) -> None:
        escrow = reach(world, CreditState.ACTIVE)
        now = world.now
        assert facts(escrow.present("S", "C1", 400, START, documents(1))) == [
            fact(
                DrawPresented,
                "S",
                credit="C1",
                draw=1,
                amount=400,
                shipped_at=START,
                documents=[document.hex() for document in documents(1)],
                examine_until=EXAMINE_UNTIL,
            )
        ]
        assert money(world) == (FACE, 0, 0, 400)
        credit, draw = escrow.credit_of("C1"), escrow.draw_of("C1", 1)
        assert (credit.draws, credit.open_draws) == (1, 1)
        assert (draw.state, draw.amount, draw.presented_at) == (DrawState.PRESENTED, 400, now)
        assert (draw.examine_until, draw.waive_until, draw.maturity) == (EXAMINE_UNTIL, 0, 0)
        assert draw.transport_document == documents(1)[0]

    def test_draws_are_numbered(self, world: World) -> None:
        escrow = reach(world, CreditState.ACTIVE)
        assert [world.present("C1", 100, serial) for serial in (1, 2, 3)] == [1, 2, 3]
        credit = escrow.credit_of("C1")
        assert (credit.draws, credit.open_draws, credit.reserved) == (3, 3, 300)

    @pytest.mark.parametrize("amount", [0, FACE + 1])
    def test_amount_out_of_terms(self, world: World, amount: int) -> None:
        escrow = reach(world, CreditState.ACTIVE)
        with expects(TradeEscrowInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, FACE):
            escrow.present("S", "C1", amount, START, documents(1))

    def test_no_more_than_is_neither_reserved_nor_paid(self, world: World) -> None:
        escrow = reach_draw(world, DrawState.FINAL, amount=300)
        world.present("C1", 200, 2)
        with expects(TradeEscrowInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, FACE - 500):
            world.present("C1", FACE - 499, 3)
        world.present("C1", FACE - 500, 3)
        assert money(world) == (FACE, 300, 0, FACE - 300)
        assert escrow.credit_of("C1").open_draws == 2

    @pytest.mark.parametrize("amount", [0, 1, FACE - 1, FACE + 1])
    def test_all_of_it_where_partial_draws_are_excluded(self, world: World, amount: int) -> None:
        escrow = reach(world, CreditState.ACTIVE, partial_draws=False)
        with expects(TradeEscrowInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, FACE):
            escrow.present("S", "C1", amount, START, documents(1))
        world.present("C1", FACE)
        with expects(TradeEscrowInvalidAmount, Reason.AMOUNT_OUT_OF_TERMS, 0):
            escrow.present("S", "C1", amount, START, documents(2))

    DOCUMENT = bytes([7]) * 32

    @pytest.mark.parametrize(
        "incomplete",
        [
            (),
            (DOCUMENT,),
            (DOCUMENT, bytes(32)),
            (bytes(32), DOCUMENT),
            (DOCUMENT, DOCUMENT),
            (*documents(1), DOCUMENT),
        ],
        ids=["none", "too few", "an empty one", "an empty transport document", "one twice", "too many"],
    )
    def test_set_is_incomplete(self, world: World, incomplete: Sequence[bytes]) -> None:
        escrow = reach(world, CreditState.ACTIVE)
        with expects(TradeEscrowDocumentsIncomplete, Reason.DOCUMENTS_INCOMPLETE, 2):
            escrow.present("S", "C1", FACE, START, incomplete)

    def test_same_document_twice_at_the_ends_of_a_longer_set(self, world: World) -> None:
        escrow = reach(world, CreditState.ACTIVE, documents=3)
        first, second, third = documents(1, 3)
        with expects(TradeEscrowDocumentsIncomplete, Reason.DOCUMENTS_INCOMPLETE, 3):
            escrow.present("S", "C1", FACE, START, (first, second, first))
        escrow.present("S", "C1", FACE, START, (first, second, third))

    @pytest.mark.parametrize("state", [DrawState.PRESENTED, DrawState.DISCREPANT, DrawState.FINAL])
    def test_transport_document_is_used_once(self, world: World, state: DrawState) -> None:
        escrow = reach_draw(world, state, amount=100)
        again = (documents(1)[0], documents(2)[1])
        with expects(TradeEscrowDocumentReused, Reason.DOCUMENT_REUSED, again[0]):
            escrow.present("S", "C1", 100, START, again)
        # Other documents, such as an insurance policy, may cover several shipments.
        escrow.present("S", "C1", 100, START, (documents(2)[0], documents(1)[1]))

    def test_transport_document_is_used_once_over_all_credits(self, world: World) -> None:
        escrow = reach_draw(world, DrawState.FINAL)
        world.active_credit(ref="C2", applicant="C", beneficiary="T")
        with expects(TradeEscrowDocumentReused, Reason.DOCUMENT_REUSED, documents(1)[0]):
            escrow.present("T", "C2", FACE, START, documents(1))

    def test_presented_again_after_its_return(self, world: World) -> None:
        escrow = reach_draw(world, DrawState.RETURNED)
        assert world.present("C1", FACE) == 2
        escrow.accept("E", "C1", 2)
        states = [escrow.draw_of("C1", draw).state for draw in (1, 2)]
        assert states == [DrawState.RETURNED, DrawState.ACCEPTED]
        assert money(world) == (FACE, 0, 0, FACE)
        world.active_credit(ref="C2", applicant="C", beneficiary="T")
        with expects(TradeEscrowDocumentReused, Reason.DOCUMENT_REUSED, documents(1)[0]):
            escrow.present("T", "C2", FACE, START, documents(1))

    def test_shipment_lies_in_the_future(self, world: World) -> None:
        escrow = reach(world, CreditState.ACTIVE)
        shipped = world.now + 1
        with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, shipped):
            escrow.present("S", "C1", FACE, shipped, documents(1))
        escrow.present("S", "C1", FACE, shipped, documents(1))

    def test_shipment_is_late(self, world: World) -> None:
        escrow = reach(world, CreditState.ACTIVE)
        world.advance_to(LATEST_SHIPMENT + 1)
        with expects(TradeEscrowTooLate, Reason.TOO_LATE, LATEST_SHIPMENT):
            escrow.present("S", "C1", FACE, LATEST_SHIPMENT + 1, documents(1))
        escrow.present("S", "C1", FACE, LATEST_SHIPMENT, documents(1))

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (
                lambda w: w.regime.participants.set_licence(SUPERVISOR, "S", LicenceStatus.REVOKED, END),
                Reason.LICENCE_REVOKED,
            ),
            (lambda w: w.regime.participants.set_kyc(SUPERVISOR, "S", START), Reason.KYC_EXPIRED),
            (
                lambda w: w.regime.participants.set_screening(COMPLIANCE, "S", Screening.POTENTIAL),
                Reason.SCREENING_HOLD,
            ),
            (
                lambda w: w.regime.participants.set_screening(COMPLIANCE, "S", Screening.TRUE_MATCH),
                Reason.LISTED_PARTY,
            ),
        ],
        ids=["licence", "KYC", "held", "listed"],
    )
    def test_beneficiary_is_in_bad_standing(
        self, world: World, change: Callable[[World], object], reason: Reason
    ) -> None:
        escrow = reach(world, CreditState.ACTIVE)
        change(world)
        with expects(RulebookRefused, reason, reason):
            escrow.present("S", "C1", FACE, START, documents(1))


class TestExamination:
    @pytest.mark.parametrize(
        ("step", "party"), [("accept", "E"), ("give_notice", "E"), ("waive", "B")], ids=lambda value: value
    )
    def test_only_in_good_standing(self, world: World, step: str, party: str) -> None:
        escrow = reach_draw(world, DrawState.DISCREPANT if step == "waive" else DrawState.PRESENTED)
        arguments = (["late"],) if step == "give_notice" else ()
        world.system.participants.set_screening(COMPLIANCE, party, Screening.POTENTIAL)
        with expects(RulebookRefused, Reason.SCREENING_HOLD, Reason.SCREENING_HOLD):
            getattr(escrow, step)(party, "C1", 1, *arguments)
        world.system.participants.set_screening(COMPLIANCE, party, Screening.CLEAR)
        getattr(escrow, step)(party, "C1", 1, *arguments)
        expected = DrawState.DISCREPANT if step == "give_notice" else DrawState.ACCEPTED
        assert escrow.draw_of("C1", 1).state is expected

    @pytest.mark.parametrize("tenor", [0, 30 * DAY])
    def test_examiner_accepts(self, world: World, tenor: int) -> None:
        escrow = reach_draw(world, DrawState.PRESENTED, tenor=tenor)
        maturity = world.now + tenor
        assert facts(escrow.accept("E", "C1", 1)) == [
            fact(DrawAccepted, "E", credit="C1", draw=1, maturity=maturity, deemed=False, waived=False)
        ]
        draw = escrow.draw_of("C1", 1)
        assert (draw.state, draw.maturity) == (DrawState.ACCEPTED, maturity)
        assert money(world) == (FACE, 0, 0, FACE)

    @pytest.mark.parametrize("caller", [ANYBODY, "S", "B", "E"])
    def test_silence_accepts(self, world: World, caller: str) -> None:
        escrow = reach_draw(world, DrawState.PRESENTED, tenor=DAY)
        world.advance_to(EXAMINE_UNTIL + 1)
        maturity = world.now + DAY
        assert facts(escrow.deem_accepted(caller, "C1", 1)) == [
            fact(DrawAccepted, caller, credit="C1", draw=1, maturity=maturity, deemed=True, waived=False)
        ]
        assert escrow.draw_of("C1", 1).state is DrawState.ACCEPTED

    def test_examiner_gives_notice(self, world: World) -> None:
        escrow = reach_draw(world, DrawState.PRESENTED)
        notice = ["late shipment", "no signature on the bill of lading – page 2"]
        until = world.now + WAIVER_WINDOW
        assert facts(escrow.give_notice("E", "C1", 1, notice)) == [
            fact(DrawDiscrepant, "E", credit="C1", draw=1, discrepancies=notice, waive_until=until)
        ]
        draw = escrow.draw_of("C1", 1)
        assert (draw.state, draw.waive_until) == (DrawState.DISCREPANT, until)
        assert money(world) == (FACE, 0, 0, FACE)

    def test_there_is_one_notice(self, world: World) -> None:
        escrow = reach_draw(world, DrawState.DISCREPANT)
        with expects(TradeEscrowWrongDrawState, Reason.WRONG_STATE, C1, 1, DrawState.DISCREPANT):
            escrow.give_notice("E", "C1", 1, ["one more thing"])

    def test_notice_lists_something(self, world: World) -> None:
        escrow = reach_draw(world, DrawState.PRESENTED)
        with expects(TradeEscrowDocumentsIncomplete, Reason.DOCUMENTS_INCOMPLETE, 1):
            escrow.give_notice("E", "C1", 1, [])

    def test_applicant_waives(self, world: World) -> None:
        escrow = reach_draw(world, DrawState.DISCREPANT, tenor=DAY)
        maturity = world.now + DAY
        assert facts(escrow.waive("B", "C1", 1)) == [
            fact(DrawAccepted, "B", credit="C1", draw=1, maturity=maturity, deemed=False, waived=True)
        ]
        assert escrow.draw_of("C1", 1).state is DrawState.ACCEPTED

    @pytest.mark.parametrize("party", ["E", "S"])
    def test_documents_go_back_at_once(self, world: World, party: str) -> None:
        escrow = reach_draw(world, DrawState.DISCREPANT, amount=400)
        assert facts(escrow.return_documents(party, "C1", 1)) == [
            fact(DrawReturned, party, credit="C1", draw=1)
        ]
        assert escrow.draw_of("C1", 1).state is DrawState.RETURNED
        credit = escrow.credit_of("C1")
        assert (credit.state, credit.open_draws) == (CreditState.ACTIVE, 0)
        assert money(world) == (FACE, 0, 0, 0)

    def test_goes_on_while_the_regime_is_suspended(self, world: World) -> None:
        """No value moves, and no deadline of examiner or beneficiary is missed for it."""
        escrow = reach(world, CreditState.ACTIVE)
        world.system.regime.suspend(SUPERVISOR)
        world.present("C1", FACE)
        escrow.give_notice("E", "C1", 1, ["late"])
        escrow.waive("B", "C1", 1)
        assert escrow.draw_of("C1", 1).state is DrawState.ACCEPTED


class TestSettle:
    @pytest.mark.parametrize("caller", [ANYBODY, "S", KEEPER])
    def test_anybody_pays_a_part(self, world: World, caller: str) -> None:
        escrow = reach_draw(world, DrawState.ACCEPTED, amount=400)
        assert facts(escrow.settle(caller, "C1", 1)) == [
            moved("PAY", caller, "TradeEscrow", "S", 400),
            fact(DrawPaid, caller, credit="C1", draw=1, amount=400),
        ]
        assert escrow.draw_of("C1", 1).state is DrawState.FINAL
        assert escrow.credit_of("C1") == Credit(CreditState.ACTIVE, FACE, 400, 0, 0, 1, 0)
        assert money(world) == (FACE, 400, 0, 0)
        assert world.system.token.balance_of("S") == 400

    def test_last_payment_closes_the_credit(self, world: World) -> None:
        escrow = reach_draw(world, DrawState.FINAL, amount=400)
        world.present("C1", FACE - 400, 2)
        escrow.accept("E", "C1", 2)
        assert facts(escrow.settle(ANYBODY, "C1", 2)) == [
            moved("PAY", ANYBODY, "TradeEscrow", "S", FACE - 400),
            fact(DrawPaid, ANYBODY, credit="C1", draw=2, amount=FACE - 400),
            fact(CreditClosed, ANYBODY, credit="C1"),
        ]
        assert escrow.credit_of("C1") == Credit(CreditState.CLOSED, FACE, FACE, 0, 0, 2, 0)
        assert world.system.token.balance_of("S") == FACE

    def test_draws_are_paid_in_any_order(self, world: World) -> None:
        escrow = reach(world, CreditState.ACTIVE)
        for serial in (1, 2):
            world.present("C1", 100 * serial, serial)
            escrow.accept("E", "C1", serial)
        escrow.settle(ANYBODY, "C1", 2)
        assert money(world) == (FACE, 200, 0, 100)
        escrow.settle(ANYBODY, "C1", 1)
        assert money(world) == (FACE, 300, 0, 0)

    def test_due_at_maturity_even_after_expiry(self, world: World) -> None:
        escrow = reach_draw(world, DrawState.ACCEPTED, tenor=100 * DAY)
        world.advance_to(EXPIRY + 1)
        with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, escrow.draw_of("C1", 1).maturity):
            escrow.settle("S", "C1", 1)
        with expects(TradeEscrowWrongCreditState, Reason.WRONG_STATE):
            escrow.expire("B", "C1")
        world.advance_to(escrow.draw_of("C1", 1).maturity)
        escrow.settle("S", "C1", 1)
        assert escrow.credit_of("C1").state is CreditState.CLOSED

    @pytest.mark.parametrize(
        ("participant", "screening", "reason"),
        [
            ("S", Screening.TRUE_MATCH, Reason.LISTED_PARTY),
            ("S", Screening.POTENTIAL, Reason.SCREENING_HOLD),
        ],
        ids=["listed", "held"],
    )
    def test_payee_that_screening_stops_is_not_paid(
        self, world: World, participant: str, screening: Screening, reason: Reason
    ) -> None:
        escrow = reach_draw(world, DrawState.ACCEPTED)
        world.system.participants.set_screening(COMPLIANCE, participant, screening)
        with expects(RulebookRefused, reason, reason):
            escrow.settle(ANYBODY, "C1", 1)
        assert money(world) == (FACE, 0, 0, FACE)
        assert escrow.draw_of("C1", 1).state is DrawState.ACCEPTED
        world.system.participants.set_screening(COMPLIANCE, participant, Screening.CLEAR)
        escrow.settle(ANYBODY, "C1", 1)
        assert world.system.token.balance_of("S") == FACE

    def test_payee_whose_owner_moved_home_is_not_paid(self, world: World) -> None:
        escrow = reach_draw(world, DrawState.ACCEPTED)
        world.system.participants.set_owner(SUPERVISOR, "S", "XH")
        with expects(RulebookRefused, Reason.DOMESTIC_PAYMENT):
            escrow.settle(ANYBODY, "C1", 1)
        assert money(world) == (FACE, 0, 0, FACE)

    @pytest.mark.parametrize("participant", ["B", "S"])
    def test_licence_and_kyc_were_for_the_entry(self, world: World, participant: str) -> None:
        escrow = reach_draw(world, DrawState.ACCEPTED)
        world.system.participants.set_licence(SUPERVISOR, participant, LicenceStatus.REVOKED, START)
        world.system.participants.set_kyc(SUPERVISOR, participant, START)
        escrow.settle(ANYBODY, "C1", 1)
        assert world.system.token.balance_of("S") == FACE

    def test_listed_payer_does_not_stop_the_payee(self, world: World) -> None:
        escrow = reach_draw(world, DrawState.ACCEPTED)
        world.system.participants.set_screening(COMPLIANCE, "B", Screening.TRUE_MATCH)
        escrow.settle(ANYBODY, "C1", 1)
        assert world.system.token.balance_of("S") == FACE

    def test_pitfall_5_frozen_payee_is_paid_into_the_freeze(self, world: World) -> None:
        escrow, token = reach_draw(world, DrawState.ACCEPTED), world.system.token
        token.set_frozen_tokens(SUPERVISOR, "S", FACE)
        escrow.settle(ANYBODY, "C1", 1)
        assert token.balance_of("S") == FACE
        assert token.detect_transfer_restriction("S", "B", 1) is Reason.FROZEN


class TestExpire:
    @pytest.mark.parametrize("caller", [ANYBODY, "B", "S"])
    def test_rest_goes_back_to_the_applicant(self, world: World, caller: str) -> None:
        escrow = reach_draw(world, DrawState.FINAL, amount=400)
        world.advance_to(EXPIRY + 1)
        assert facts(escrow.expire(caller, "C1")) == [
            moved("REFUND", caller, "TradeEscrow", "B", FACE - 400),
            fact(CreditExpired, caller, credit="C1", refunded=FACE - 400),
        ]
        assert escrow.credit_of("C1") == Credit(CreditState.EXPIRED, FACE, 400, FACE - 400, 0, 1, 0)
        assert money(world) == (FACE, 400, FACE - 400, 0)
        assert world.system.token.balance_of("B") == su(10_000) - 400

    @pytest.mark.parametrize(
        "state", [DrawState.PRESENTED, DrawState.DISCREPANT, DrawState.ACCEPTED], ids=lambda s: s.name
    )
    def test_open_draw_comes_first(self, world: World, state: DrawState) -> None:
        escrow = reach_draw(world, state, amount=400)
        world.advance_to(EXPIRY + 1)
        with expects(TradeEscrowWrongCreditState, Reason.WRONG_STATE, C1, CreditState.ACTIVE):
            escrow.expire(ANYBODY, "C1")
        # Pitfall 9: every open state has a way out by time that anybody may take.
        if state is DrawState.DISCREPANT:
            escrow.return_documents(ANYBODY, "C1", 1)
        if state is DrawState.PRESENTED:
            escrow.deem_accepted(ANYBODY, "C1", 1)
        if state is not DrawState.DISCREPANT:
            escrow.settle(ANYBODY, "C1", 1)
        paid = 0 if state is DrawState.DISCREPANT else 400
        escrow.expire(ANYBODY, "C1")
        assert money(world) == (FACE, paid, FACE - paid, 0)

    @pytest.mark.parametrize(
        ("screening", "reason"),
        [(Screening.TRUE_MATCH, Reason.LISTED_PARTY), (Screening.POTENTIAL, Reason.SCREENING_HOLD)],
        ids=["listed", "held"],
    )
    def test_applicant_that_screening_stops_is_not_refunded(
        self, world: World, screening: Screening, reason: Reason
    ) -> None:
        escrow = reach(world, CreditState.ACTIVE)
        world.system.participants.set_screening(COMPLIANCE, "B", screening)
        world.advance_to(EXPIRY + 1)
        with expects(RulebookRefused, reason, reason):
            escrow.expire(ANYBODY, "C1")
        assert money(world) == (FACE, 0, 0, 0)
        assert escrow.credit_of("C1").state is CreditState.ACTIVE

    def test_refund_does_not_look_at_the_beneficiary(self, world: World) -> None:
        escrow = reach(world, CreditState.ACTIVE)
        world.system.participants.set_screening(COMPLIANCE, "S", Screening.TRUE_MATCH)
        world.system.participants.set_owner(SUPERVISOR, "S", "XH")
        world.advance_to(EXPIRY + 1)
        escrow.expire(ANYBODY, "C1")
        assert money(world) == (FACE, 0, FACE, 0)

    def test_other_credits_are_not_touched(self, world: World) -> None:
        escrow = reach(world, CreditState.ACTIVE)
        world.active_credit(ref="C2", applicant="C", beneficiary="T", expiry=EXPIRY + DAY)
        world.advance_to(EXPIRY + 1)
        escrow.expire(ANYBODY, "C1")
        assert money(world, "C2") == (FACE, 0, 0, 0)
        assert escrow.total_locked() == FACE


def _settle(world: World) -> object:
    return world.system.escrow.settle(ANYBODY, "C1", 1)


def _expire(world: World) -> object:
    return world.system.escrow.expire(ANYBODY, "C1")


def _fund(world: World) -> object:
    return world.system.escrow.fund("B", "C1")


def _past_expiry(world: World) -> None:
    reach(world, CreditState.ACTIVE)
    world.advance_to(EXPIRY + 1)


#: Every way value moves through a credit: how to come there, and the move.
MOVES: dict[str, tuple[Situation, Callable[[World], object]]] = {
    "fund": (_approved, _fund),
    "settle": (lambda w: reach_draw(w, DrawState.ACCEPTED), _settle),
    "expire": (lambda w: _past_expiry(w), _expire),
}


class TestRegime:
    @pytest.mark.parametrize("move", MOVES)
    def test_suspension_stops_all_value_until_it_ends(self, world: World, move: str) -> None:
        arrange, send = MOVES[move]
        arrange(world)
        before = money(world)
        world.system.regime.suspend(SUPERVISOR)
        with expects(RulebookRefused, Reason.REGIME_SUSPENDED):
            send(world)
        assert money(world) == before
        world.system.regime.resume(SUPERVISOR)
        send(world)
        assert money(world) != before

    @pytest.mark.parametrize("move", ["settle", "expire"])
    @pytest.mark.parametrize(
        "end",
        [
            lambda w: w.regime.regime.wind_down(SUPERVISOR),
            lambda w: w.advance_to(END + 1),
            lambda w: w.advance_to(WIND_DOWN_END + 1),
        ],
        ids=["wound down early", "winding down", "expired"],
    )
    def test_exits_stay_open_to_the_end_and_beyond(
        self, world: World, move: str, end: Callable[[World], object]
    ) -> None:
        arrange, send = MOVES[move]
        arrange(world)
        end(world)
        send(world)
        assert world.system.escrow.locked_of("C1") == 0
        assert world.system.token.balance_of(world.system.escrow) == 0

    def test_wind_down_lets_nothing_in(self, world: World) -> None:
        _approved(world)
        world.system.regime.wind_down(SUPERVISOR)
        with expects(RulebookRefused, Reason.REGIME_WINDING_DOWN):
            _fund(world)
        with expects(RulebookRefused, Reason.REGIME_WINDING_DOWN):
            world.system.escrow.open("B", world.terms(ref="C2"))
        world.advance_to(FUND_UNTIL + 1)
        world.system.escrow.cancel(ANYBODY, "C1")
        assert money(world) == (0, 0, 0, 0)


def test_nobody_reads_what_nobody_opened(world: World) -> None:
    escrow = world.system.escrow
    assert escrow.credit_of("nothing") == Credit(CreditState.NONE, 0, 0, 0, 0, 0, 0)
    assert escrow.draw_of("nothing", 1).state is DrawState.NONE
    assert (escrow.locked_of("nothing"), escrow.total_locked()) == (0, 0)


def test_errors_of_the_escrow_are_all_met() -> None:
    """Every error class named for the escrow is imported here, because a test expects it."""
    ours = {name for name in ContractRevert.by_name if name.startswith("TradeEscrow")}
    assert ours <= globals().keys()
