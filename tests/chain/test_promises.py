"""Invariant 9 of the rules: whatever befalls an accepted draw, it is paid or quarantined in the end."""

import pytest

from settlement.domain.participants import DrawState, Flow
from tests.chain.machine.setting import COMPLIANCE, WIND_DOWN_END
from tests.chain.machine.ways.escrow import ACCEPTED, PAID, credit
from tests.chain.machine.whole import Escrow

#: What befalls S, or the credit, and whether the lists are kept fresh; and where the money is then.
CASES = (
    ("sight", ACCEPTED, "", True, "paid"),
    ("sight", ACCEPTED, "", False, "quarantined"),
    ("sight", ACCEPTED, "revoked", True, "paid"),
    ("deferred", ACCEPTED, "hit", True, "quarantined"),
    ("sight", ACCEPTED, "match", True, "quarantined"),
    ("sight", ACCEPTED, "owner", True, "quarantined"),
    ("sight", ACCEPTED, "suspension", True, "paid"),
    ("sight", ACCEPTED, "hold", True, "quarantined"),
    ("retention", PAID, "", True, "paid"),
    ("retention", PAID, "dispute", True, "paid"),
    ("retention", PAID, "match", True, "quarantined"),
)


@pytest.mark.rule("regime.wind-down-settles")
@pytest.mark.parametrize(("kind", "steps", "trouble", "screened", "where"), CASES)
def test_accepted_draw_is_paid_or_quarantined_in_the_end(
    kind: str, steps: int, trouble: str, screened: bool, where: str
) -> None:
    """Nobody does anything until the regime is over; then anybody has it settled."""
    m = Escrow()
    m.begin()
    m.compares_at_once = True
    name = credit(m, kind, steps)
    accepted = sum(draw.amount for draw in m.credits[name].draws)
    befall(m, trouble, name)
    m.setting.advance(WIND_DOWN_END + 1 - m.setting.now)
    if screened:
        screen_anew(m, "B", "S")
    m.teardown()
    after = m.credits[name]
    assert [draw.state for draw in after.draws] == [DrawState.FINAL]
    held = sum(item.amount for item in m.model.token.items if item.flow is not Flow.REFUND)
    assert after.paid + held == accepted > 0
    assert (held > 0) is (where == "quarantined")


def screen_anew(m: Escrow, *names: str) -> None:
    """A new list, and the two confirmed against it."""
    m.befall("list", "")
    for name in names:
        m.set_result(name, m.model.participants.profiles[name].screening)


def befall(m: Escrow, trouble: str, name: str) -> None:
    """Something happens to the beneficiary, or to the credit."""
    if trouble == "hold":
        m.both("hold credit", lambda s: s.escrow.hold(COMPLIANCE, name))
    elif trouble == "dispute":
        m.on_draw("dispute_retention", "B", name, 1)
    elif trouble:
        m.befall(trouble, "S")
