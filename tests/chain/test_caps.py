"""Caps: metered where trade is entered, once, over windows that slide, in the reference currency."""

from dataclasses import replace

import pytest

from settlement.chain.reverts import RulebookRefused
from settlement.domain.participants import Flow, OwnershipClass
from settlement.domain.programme import NO_CAP, ClassCaps, Corridor
from settlement.domain.reasons import Reason
from tests.chain.expect import expects
from tests.chain.module import Module
from tests.world import (
    COMPLIANCE,
    CORRIDORS,
    DAY,
    PROGRAMME,
    RAMP,
    SUPERVISOR,
    World,
    su,
)

PERIOD = 30 * DAY
#: Minor units of the reference currency for one SU.
RATE = 100
NONE = ClassCaps()


def caps(**whole: int) -> ClassCaps:
    """Caps of an ownership class, in whole SU."""
    return ClassCaps(**{name: RATE * cap for name, cap in whole.items()})


def put_in_force(
    world: World, state: ClassCaps = NONE, private: ClassCaps = NONE, regime_cap: int = NO_CAP
) -> None:
    """Change the programme's caps."""
    world.change_programme(replace(PROGRAMME, state_caps=state, private_caps=private, regime_cap=regime_cap))


def pay(world: World, whole: int, payer: str = "B", payee: str = "S") -> int:
    """Pay directly; returns when."""
    return world.system.token.transfer(payer, payee, su(whole))[0].sim_time


def refused(world: World, reason: Reason, whole: int, payer: str = "B", payee: str = "S") -> None:
    """A payment is refused, and so it is answered beforehand."""
    assert world.system.token.detect_transfer_restriction(payer, payee, su(whole)) is reason
    with expects(RulebookRefused, reason, reason):
        world.system.token.transfer(payer, payee, su(whole))


@pytest.mark.rule("check.cap-payment")
def test_one_payment(world: World) -> None:
    put_in_force(world, caps(payment=100))
    token = world.system.token
    pay(world, 100)
    assert token.detect_transfer_restriction("B", "S", su(100) + 1) is Reason.CAP_PAYMENT
    refused(world, Reason.CAP_PAYMENT, 101)
    # The next one of the greatest size is another payment.
    pay(world, 100)
    assert world.system.rulebook.used_by_entity("B", DAY) == 200 * RATE


@pytest.mark.rule("check.cap-once")
def test_reference_is_rounded_up(world: World) -> None:
    """A minor unit of SU is a ten-thousandth of one of the reference currency, and counts as one."""
    world.system.token.transfer("B", "S", 1)
    assert world.system.rulebook.used_by_entity("B", DAY) == 1


@pytest.mark.parametrize(
    ("what", "window", "reason"),
    [
        pytest.param("daily", DAY, Reason.CAP_DAILY, marks=pytest.mark.rule("check.cap-daily")),
        pytest.param("period", PERIOD, Reason.CAP_PERIOD, marks=pytest.mark.rule("check.cap-period")),
    ],
)
@pytest.mark.rule("check.cap-sliding", "regime.programme-caps", "compliance.structuring")
class TestWindow:
    def test_to_the_second(self, world: World, what: str, window: int, reason: Reason) -> None:
        put_in_force(world, caps(**{what: 100}))
        first = pay(world, 60)
        world.advance_to(first + window - 1)
        refused(world, reason, 41)  # takes a second
        assert world.now == first + window
        assert world.system.token.detect_transfer_restriction("B", "S", su(41)) is Reason.OK

        pay(world, 100)
        refused(world, reason, 1)

    def test_a_second_before_its_end_all_of_it_counts(
        self, world: World, what: str, window: int, reason: Reason
    ) -> None:
        put_in_force(world, caps(**{what: 100}))
        first = pay(world, 60)
        second = pay(world, 10)
        world.advance_to(first + window - 1)
        pay(world, 30)
        # The first has left, the second is leaving.
        assert world.now == first + window == second + window - 1
        refused(world, reason, 61)
        world.advance_to(second + window)
        pay(world, 70)
        assert world.system.rulebook.used_by_entity("B", window) == 100 * RATE

    def test_pitfall_10_burst_around_the_edge_does_not_double_the_cap(
        self, world: World, what: str, window: int, reason: Reason
    ) -> None:
        put_in_force(world, caps(**{what: 100}))
        # The last second of a day, and of a period counted from the start.
        start = PROGRAMME.start
        edge = start + -(-(world.now - start) // window) * window
        world.advance_to(edge - 1)
        pay(world, 100)
        assert world.now == edge
        refused(world, reason, 100)
        refused(world, reason, 1)

    @pytest.mark.rule("check.cap-refund")
    def test_pitfall_10_refund_does_not_reset_it(
        self, world: World, what: str, window: int, reason: Reason
    ) -> None:
        put_in_force(world, caps(**{what: 100}))
        module, number = Module(world), world.trade("B", "S")
        module.take(Flow.FUND, "B", "S", su(100))
        module.pay_out(Flow.REFUND, "B", "B", su(100), trade=number)
        # There is room under the trade again, but none under the cap.
        assert world.system.trades.trade_of(number).used == 0
        assert world.system.rulebook.used_by_entity("B", window) == 100 * RATE
        refused(world, reason, 1)
        # Nor does a refund in a later window make room that was not there.
        world.advance(window)
        assert world.system.rulebook.used_by_entity("B", window) == 0
        pay(world, 100)
        refused(world, reason, 1)


@pytest.mark.rule("check.cap-entity")
def test_cap_in_the_licence(world: World) -> None:
    world.system.participants.set_cap(SUPERVISOR, "B", 100 * RATE)
    pay(world, 60)
    refused(world, Reason.CAP_ENTITY, 41)
    pay(world, 60, payer="C")
    first = pay(world, 40)
    world.advance_to(first + PERIOD - 2)
    refused(world, Reason.CAP_ENTITY, 61)
    world.advance_to(first + PERIOD)
    pay(world, 100)
    assert world.system.rulebook.used_by_entity("B", PERIOD) == 100 * RATE


@pytest.mark.rule("check.cap-corridor")
def test_corridor(world: World) -> None:
    corridors = [Corridor("XF", CORRIDORS[0].access, 100 * RATE), *CORRIDORS[1:]]
    world.change_programme(PROGRAMME, corridors)
    pay(world, 60)
    # It is everybody's.
    refused(world, Reason.CAP_CORRIDOR, 41, payer="C", payee="T")
    pay(world, 40, payer="C", payee="T")
    # Another corridor has its own.
    pay(world, 60, payee="V")
    used = world.system.rulebook.used_by_corridor
    assert (used("XF", PERIOD), used("XV", PERIOD)) == (100 * RATE, 60 * RATE)


@pytest.mark.rule("check.cap-class", "regime.programme-caps")
def test_ownership_class(world: World) -> None:
    put_in_force(world, caps(total=100))
    world.open_phase(2)
    world.system.ramp.issue(RAMP, "D", su(1_000), "wire 1")
    pay(world, 60)
    refused(world, Reason.CAP_CLASS, 41, payer="C")
    pay(world, 40, payer="C")
    # Private entities have caps of their own.
    pay(world, 200, payer="D")
    used = world.system.rulebook.used_by_class
    assert used(OwnershipClass.STATE, PERIOD) == 100 * RATE
    assert used(OwnershipClass.PRIVATE, PERIOD) == 200 * RATE


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("payment", Reason.CAP_PAYMENT),
        ("daily", Reason.CAP_DAILY),
        ("period", Reason.CAP_PERIOD),
        ("total", Reason.CAP_CLASS),
    ],
)
@pytest.mark.rule("regime.programme-caps")
def test_private_entities_have_their_own_caps(world: World, what: str, reason: Reason) -> None:
    put_in_force(world, private=caps(**{what: 100}))
    world.open_phase(2)
    world.system.ramp.issue(RAMP, "D", su(1_000), "wire 1")
    refused(world, reason, 101, payer="D")
    pay(world, 101)
    pay(world, 100, payer="D")
    assert world.system.rulebook.used_by_regime(PERIOD) == 201 * RATE


@pytest.mark.rule("check.cap-regime")
def test_regime(world: World) -> None:
    put_in_force(world, regime_cap=100 * RATE)
    pay(world, 60)
    refused(world, Reason.CAP_REGIME, 41, payer="C", payee="V")
    pay(world, 40, payer="C", payee="V")
    assert world.system.rulebook.used_by_regime(PERIOD) == 100 * RATE


@pytest.mark.rule("check.cap-once")
class TestOnce:
    """Trade is metered where it is entered; what follows from it is not metered again."""

    def test_entity_is_metered_whether_it_pays_or_is_paid(self, world: World) -> None:
        pay(world, 60)
        pay(world, 10, payer="S", payee="B")
        pay(world, 20, payer="S", payee="C")
        used = world.system.rulebook.used_by_entity
        assert (used("B", DAY), used("C", DAY), used("S", DAY)) == (70 * RATE, 20 * RATE, 0)

    def test_payment_out_of_a_credit_is_not_metered_again(self, world: World) -> None:
        put_in_force(world, caps(daily=100))
        module = Module(world)
        module.take(Flow.FUND, "B", "S", su(100))
        module.pay_out(Flow.PAY, "B", "S", su(100))
        assert world.system.token.balance_of("S") == su(100)
        assert world.system.rulebook.used_by_entity("B", DAY) == 100 * RATE

    def test_refused_payment_is_not_metered(self, world: World) -> None:
        put_in_force(world, caps(daily=100))
        refused(world, Reason.CAP_DAILY, 101)
        assert world.system.rulebook.used_by_regime(DAY) == 0
        pay(world, 100)

    def test_pitfall_10_enforcement_eats_no_quota(self, world: World) -> None:
        put_in_force(world, caps(daily=100))
        world.system.token.forced_transfer(COMPLIANCE, SUPERVISOR, "B", "C", su(500))
        assert world.system.rulebook.used_by_regime(DAY) == 0
        pay(world, 100)
        assert world.system.rulebook.used_by_regime(DAY) == 100 * RATE

    @pytest.mark.parametrize("question", ["obligation", "payment"])
    def test_obligation_is_asked_like_a_payment(self, world: World, question: str) -> None:
        put_in_force(world, caps(payment=100))
        if question == "obligation":
            check = world.system.rulebook.check_obligation
            asked = [check("B", "S", amount, "T-B-S") for amount in (su(100), su(100) + 1)]
        else:
            detect = world.system.token.detect_transfer_restriction
            asked = [detect("B", "S", amount) for amount in (su(100), su(100) + 1)]
        assert asked == [Reason.OK, Reason.CAP_PAYMENT]


def test_window_longer_than_time_itself_counts_everything(world: World) -> None:
    pay(world, 60)
    assert world.system.rulebook.used_by_entity("B", 2**256 - 1) == 60 * RATE


def test_lower_cap_counts_what_was_entered_before(world: World) -> None:
    pay(world, 100)
    put_in_force(world, caps(period=100))
    refused(world, Reason.CAP_PERIOD, 1)
    assert world.system.rulebook.used_by_entity("B", PROGRAMME.period) == 100 * RATE
