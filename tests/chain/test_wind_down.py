"""Winding a credit down: when, by whom, and where everything goes."""

from typing import Any

import pytest

from settlement.chain.deployment import Mandate
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    PresentationsNotWindingDown,
    RulebookRefused,
    TradeEscrowNotParty,
    TradeEscrowOnHold,
    TradeEscrowWrongCreditState,
)
from settlement.domain.events import CreditWoundDown, DrawWoundDown
from settlement.domain.participants import CreditState, DrawState, Instrument, LicenceStatus, Screening
from settlement.domain.reasons import Reason
from tests.chain.credits import (
    ACCEPTED,
    ANYBODY,
    ARBITER,
    DISCREPANT,
    DISPUTED,
    FACE,
    FUNDED,
    HELD,
    PAID,
    PRESENTED,
    RETENTION,
    arrive,
    dispute,
    money,
    moved,
    purse,
    quarantine,
    wallets,
)
from tests.chain.expect import call, expects, fact, facts
from tests.world import COMPLIANCE, DAY, END, SUPERVISOR, WIND_DOWN_END, World, documents, su


def revoke(world: World, participant: str) -> None:
    """The supervisor revokes a licence."""
    licence = LicenceStatus.REVOKED, WIND_DOWN_END
    world.system.participants.set_licence(SUPERVISOR, participant, *licence)


@pytest.mark.rule("credit.wound-down", "actor.office")
def test_scenario_04_licence_revoked_with_600_accepted_and_400_idle(world: World) -> None:
    purse(world)
    system = arrive(world, ACCEPTED, draw=su(600))
    revoke(world, "B")
    assert facts(system.presentations.wind_down("W", "C1")) == [
        fact(DrawWoundDown, "W", credit="C1", draw=1, due=su(600)),
        moved("PAY", "W", "TradeEscrow", "S", su(600)),
        moved("REFUND", "W", "TradeEscrow", "B", su(400)),
        fact(CreditWoundDown, "W", credit="C1", paid=su(600), refunded=su(400)),
    ]
    assert wallets(world, "B", "S") == (900, 600)
    assert money(world) == {"paid": 600, "refunded": 400}
    assert system.escrow.credit_of("C1").state is CreditState.WOUND_DOWN
    with expects(RulebookRefused, Reason.LICENCE_REVOKED):
        system.escrow.open("B", world.terms(ref="C2"))


@pytest.mark.rule("credit.wound-down", "regime.wind-down-settles", "regime.expire")
def test_scenario_06_regime_expires_with_600_accepted_and_400_undrawn(world: World) -> None:
    purse(world)
    expiry = END - 40 * DAY
    deferred: dict[str, Any] = {"instrument": Instrument.DEFERRED, "tenor": 40 * DAY}
    system = arrive(world, FUNDED, **deferred, latest_shipment=expiry, expiry=expiry)
    world.advance_to(expiry)
    system.presentations.present("S", "C1", su(600), expiry, documents(1))
    system.presentations.accept("E", "C1", 1)
    world.advance_to(WIND_DOWN_END)
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY):
        system.presentations.wind_down(ANYBODY, "C1")
    assert world.now == WIND_DOWN_END + 1
    system.presentations.wind_down(ANYBODY, "C1")
    assert wallets(world, "B", "S") == (900, 600)
    assert money(world) == {"paid": 600, "refunded": 400}
    assert system.escrow.total_locked() == 0


@pytest.mark.rule("credit.wound-down", "regime.exits-only")
def test_administrator_winds_down_from_the_end_of_the_programme_on(world: World) -> None:
    system = arrive(world, FUNDED)
    world.advance_to(END)
    with expects(PresentationsNotWindingDown, Reason.TOO_EARLY):
        system.presentations.wind_down("W", "C1")
    system.presentations.wind_down("W", "C1")
    assert money(world) == {"refunded": 1_000}


@pytest.mark.rule("credit.wound-down")
@pytest.mark.parametrize("party", ["B", "S"])
def test_revoked_licence_of_either_side_is_enough(world: World, party: str) -> None:
    system = arrive(world, FUNDED)
    with expects(PresentationsNotWindingDown, Reason.TOO_EARLY):
        system.presentations.wind_down("W", "C1")
    licence = LicenceStatus.SUSPENDED, WIND_DOWN_END
    system.participants.set_licence(SUPERVISOR, party, *licence)
    with expects(PresentationsNotWindingDown, Reason.TOO_EARLY):
        system.presentations.wind_down("W", "C1")
    revoke(world, party)
    system.presentations.wind_down("W", "C1")
    assert money(world) == {"refunded": 1_000}


@pytest.mark.rule("credit.wound-down", "check.role")
@pytest.mark.parametrize("actor", ["B", "S", "E", "K", ANYBODY, SUPERVISOR])
def test_only_an_administrator_winds_down_before_the_end(world: World, actor: str) -> None:
    system = arrive(world, FUNDED)
    system.regime.wind_down(SUPERVISOR)
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY):
        system.presentations.wind_down(actor, "C1")


@pytest.mark.rule("credit.wound-down", "check.listed")
def test_administrator_is_in_good_standing(world: World) -> None:
    system = arrive(world, FUNDED)
    system.regime.wind_down(SUPERVISOR)
    world.list_party("W")
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY):
        system.presentations.wind_down("W", "C1")


@pytest.mark.rule("credit.wound-down", "draw.terminal")
@pytest.mark.parametrize(
    ("steps", "paid", "state"),
    [
        pytest.param(PRESENTED, 0, DrawState.RETURNED, id="presented"),
        pytest.param(DISCREPANT, 0, DrawState.RETURNED, id="discrepant"),
        pytest.param(ACCEPTED, 600, DrawState.FINAL, id="accepted"),
        pytest.param(PAID, 600, DrawState.FINAL, id="retained"),
    ],
)
def test_accepted_and_retained_amounts_are_paid_and_the_rest_refunded(
    world: World, steps: tuple[str, ...], paid: int, state: DrawState
) -> None:
    system = arrive(world, steps, draw=su(600), **RETENTION)
    system.regime.wind_down(SUPERVISOR)
    system.presentations.wind_down("W", "C1")
    assert wallets(world, "B", "S") == (10_000 - paid, paid)
    assert system.presentations.draw_of("C1", 1).state is state
    assert {k: v for k, v in money(world).items() if k != "paid"} == {"refunded": 1_000 - paid}


@pytest.mark.rule("credit.wound-down", "credit.award-by-time")
def test_disputed_amount_goes_where_time_would_send_it(world: World) -> None:
    system = arrive(world, DISPUTED, **ARBITER)
    system.regime.wind_down(SUPERVISOR)
    system.presentations.wind_down("W", "C1")
    assert money(world) == {"refunded": 1_000}


@pytest.mark.rule("credit.wound-down", "credit.award-by-time")
def test_disputed_retention_goes_to_the_beneficiary(world: World) -> None:
    system = arrive(world, PAID, draw=su(600), **ARBITER, **RETENTION)
    dispute(world, su(400))
    system.presentations.dispute_retention("B", "C1", 1)
    system.regime.wind_down(SUPERVISOR)
    system.presentations.wind_down("W", "C1")
    assert money(world) == {"paid": 600, "refunded": 400}


@pytest.mark.rule("credit.wound-down", "op.quarantine")
def test_what_is_due_to_a_listed_party_is_quarantined(world: World) -> None:
    system = arrive(world, ACCEPTED, draw=su(600))
    world.list_party("S")
    system.regime.wind_down(SUPERVISOR)
    system.presentations.wind_down("W", "C1")
    assert money(world) == {"quarantined": 600, "refunded": 400}


@pytest.mark.rule("credit.hold", "credit.wound-down")
def test_administrator_does_not_decide_what_two_reviewers_have_to(world: World) -> None:
    system = arrive(world, HELD)
    system.regime.wind_down(SUPERVISOR)
    with expects(TradeEscrowOnHold, Reason.ON_HOLD):
        system.presentations.wind_down("W", "C1")


@pytest.mark.rule("credit.hold", "credit.wound-down", "regime.wind-down-settles")
def test_what_is_held_at_the_end_is_quarantined_not_paid(world: World) -> None:
    system = arrive(world, (*ACCEPTED, "hold"), draw=su(600))
    world.advance_to(WIND_DOWN_END + 1)
    system.presentations.wind_down(ANYBODY, "C1")
    assert money(world) == {"quarantined": 600, "refunded": 400}
    assert (wallets(world, "B", "S"), quarantine(world)) == ((9_400, 0), 600)
    assert not system.escrow.credit_of("C1").held


@pytest.mark.rule("regime.expire", "credit.wound-down")
def test_nothing_is_presented_or_accepted_once_the_regime_has_expired(world: World) -> None:
    expiry = END - 1
    system = arrive(world, FUNDED, latest_shipment=expiry, expiry=expiry)
    world.advance_to(expiry)
    system.presentations.present("S", "C1", su(600), expiry, documents(1))
    world.advance_to(WIND_DOWN_END + 1)
    with expects(RulebookRefused, Reason.REGIME_EXPIRED):
        system.presentations.deem_accepted(ANYBODY, "C1", 1)
    with expects(RulebookRefused, Reason.REGIME_EXPIRED):
        system.presentations.present("S", "C1", su(100), expiry, documents(2))
    system.presentations.wind_down(ANYBODY, "C1")
    assert money(world) == {"refunded": 1_000}


@pytest.mark.rule("check.list-stale", "credit.wound-down", "op.quarantine", "regime.wind-down-settles")
def test_pitfall_09_stale_list_locks_nothing_after_the_regime(world: World) -> None:
    """While the regime lasts a stale list only delays; afterwards nobody has to publish one."""
    system = arrive(world, ACCEPTED, draw=su(600))
    world.advance_to(WIND_DOWN_END)
    system.participants.publish_list(COMPLIANCE, 2, bytes([2] * 32))
    system.presentations.wind_down(ANYBODY, "C1")
    assert money(world) == {"quarantined": 1_000}
    assert quarantine(world) == 1_000


@pytest.mark.rule("check.list-stale", "credit.wound-down")
def test_stale_list_delays_a_wind_down_within_the_regime(world: World) -> None:
    system = arrive(world, ACCEPTED, draw=su(600))
    system.regime.wind_down(SUPERVISOR)
    system.participants.publish_list(COMPLIANCE, 2, bytes([2] * 32))
    for party in ("W", "S"):
        system.participants.set_screening(COMPLIANCE, party, Screening.CLEAR)
    with expects(RulebookRefused, Reason.LIST_STALE):
        system.presentations.wind_down("W", "C1")
    system.participants.set_screening(COMPLIANCE, "B", Screening.CLEAR)
    system.presentations.wind_down("W", "C1")
    assert money(world) == {"paid": 600, "refunded": 400}


@pytest.mark.rule("credit.wound-down", "draw.presented-documents")
def test_documents_of_a_draw_that_went_back_serve_another_credit(world: World) -> None:
    system = arrive(world, PRESENTED)
    world.active_credit(ref="C2")
    revoke(world, "B")
    system.presentations.wind_down("W", "C1")
    system.presentations.present("S", "C2", FACE, world.now, documents(1))
    assert system.presentations.draw_of("C2", 1).state is DrawState.PRESENTED


@pytest.mark.rule("regime.suspended-nothing-moves")
def test_suspended_regime_winds_nothing_down(world: World) -> None:
    system = arrive(world, ACCEPTED)
    revoke(world, "S")
    system.regime.suspend(SUPERVISOR)
    with expects(RulebookRefused, Reason.REGIME_SUSPENDED):
        system.presentations.wind_down("W", "C1")
    assert money(world) == {"locked": 1_000, "reserved": 1_000}


@pytest.mark.rule("credit.wound-down", "credit.terminal")
@pytest.mark.parametrize("steps", [("open",), ("open", "issue")], ids=["offered", "agreed"])
def test_unfunded_credit_is_not_wound_down(world: World, steps: tuple[str, ...]) -> None:
    system = arrive(world, steps)
    system.regime.wind_down(SUPERVISOR)
    with expects(TradeEscrowWrongCreditState, Reason.WRONG_STATE):
        system.presentations.wind_down("W", "C1")


@pytest.mark.rule("regime.exits-only", "credit.draft")
def test_winding_down_regime_takes_in_nothing_new(world: World) -> None:
    system = arrive(world, ("open", "issue"))
    system.token.approve("B", system.escrow, FACE)
    system.regime.wind_down(SUPERVISOR)
    with expects(RulebookRefused, Reason.REGIME_WINDING_DOWN):
        system.escrow.fund("B", "C1")
    with expects(RulebookRefused, Reason.REGIME_WINDING_DOWN):
        system.escrow.open("B", world.terms(ref="C2"))


#: What the draws say to the escrow of a credit, with arguments.
WORDS: dict[str, tuple[Any, ...]] = {
    "reserve": (1, False),
    "unreserve": (1, False),
    "payDraw": (1, 0, False),
    "payRetention": (1,),
    "closeIfEmpty": (bytes(20),),
    "closeAdvance": (bytes(20),),
    "disputeRetention": (1, bytes(20)),
    "windDown": (0, bytes(20)),
}


@pytest.mark.rule("actor.office")
@pytest.mark.parametrize(("function", "arguments"), WORDS.items())
@pytest.mark.parametrize("actor", [SUPERVISOR, COMPLIANCE, "W", "S"])
def test_money_of_a_credit_moves_at_the_word_of_its_draws_only(
    world: World, function: str, arguments: tuple[Any, ...], actor: str
) -> None:
    escrow = arrive(world, ACCEPTED).escrow
    with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
        call(world, actor, escrow, function, world.system.chain.id_of("C1"), *arguments)


def test_escrow_looks_at_the_state_of_a_credit_itself(unsealed: World) -> None:
    """Presentations asks before it comes here; whoever else stood in its place would be refused."""
    system, nothing = unsealed.system, bytes(32)
    system.access.grant_role(SUPERVISOR, Mandate.PRESENTATIONS, ANYBODY)
    for function, arguments in WORDS.items():
        with expects(TradeEscrowWrongCreditState, Reason.WRONG_STATE, nothing, CreditState.NONE):
            call(unsealed, ANYBODY, system.escrow, function, nothing, *arguments)
