"""Ways to reasons on the machine ``Core``."""

from settlement.chain.deployment import TIMELOCK
from settlement.domain.participants import Screening
from tests.chain.machine.programmes import changed
from tests.chain.machine.setting import CO_APPROVER, COMPLIANCE, SECOND, SUPERVISOR, WIND_DOWN_END, su
from tests.chain.machine.whole import Core


def ok(m: Core) -> None:
    """B pays S."""
    m.transfer("B", "S", su(1))


# The regime


def regime_not_active(m: Core) -> None:
    """B pays before the regime has started."""
    m.begin("agreed")
    m.transfer("B", "S", su(1))


def regime_suspended(m: Core) -> None:
    """B pays during a suspension."""
    m.move_regime(SUPERVISOR, "suspend", 0)
    m.transfer("B", "S", su(1))


def regime_winding_down(m: Core) -> None:
    """B pays in the wind-down."""
    m.move_regime(SUPERVISOR, "wind_down", 0)
    m.transfer("B", "S", su(1))


def regime_expired(m: Core) -> None:
    """B pays afterwards."""
    m.setting.advance(WIND_DOWN_END + 1 - m.setting.now)
    m.transfer("B", "S", su(1))


def flow_not_permitted(m: Core) -> None:
    """B pays directly under a programme of credits alone."""
    m.agree_on(SUPERVISOR, *changed(m.model.regime, "closed"))
    m.transfer("B", "S", su(1))


def wrong_phase(m: Core) -> None:
    """The third phase is asked for in the first."""
    m.both("propose phase", lambda s: s.regime.propose_phase(SUPERVISOR, 3))


def wrong_state(m: Core) -> None:
    """What runs is resumed."""
    m.move_regime(SUPERVISOR, "resume", 0)


def terms_changed(m: Core) -> None:
    """Another programme is signed than was drafted."""
    drafted, other = (changed(m.model.regime, change) for change in ("closed", "bypass"))
    m.both("draft", lambda s: s.regime.draft(SUPERVISOR, *drafted))
    m.both("announce", lambda s: s.regime.announce_approval(CO_APPROVER, *other))
    m.setting.advance(TIMELOCK)
    m.both("approve programme", lambda s: s.regime.approve(CO_APPROVER, *other))


def unauthorised(m: Core) -> None:
    """A participant suspends the regime."""
    m.move_regime("B", "suspend", 0)


# Parties and their trades


def participant_unknown(m: Core) -> None:
    """B pays nobody's wallet."""
    m.transfer("B", "U", su(1))


def wallet_retired(m: Core) -> None:
    """B pays out of a retired wallet."""
    m.both("retire wallet", lambda s: s.participants.retire_wallet(SUPERVISOR, "B", "B2"))
    m.transfer("B2", "S", su(1))


def role_missing(m: Core) -> None:
    """B pays a bank."""
    m.transfer("B", "K", su(1))


def domestic_payment(m: Core) -> None:
    """B pays C."""
    m.transfer("B", "C", su(1))


def no_resident_party(m: Core) -> None:
    """S pays T."""
    m.transfer("S", "T", su(1))


def purpose_expired(m: Core) -> None:
    """The bank ends the trade."""
    until = m.setting.now
    m.both("amend trade", lambda s: s.trades.amend("K", "BS", su(20_000), until))
    m.setting.advance(1)
    m.transfer("B", "S", su(1))


def purpose_exhausted(m: Core) -> None:
    """B pays T more than their trade is about."""
    m.transfer("B", "T", su(3_001))


def already_used(m: Core) -> None:
    """B is registered again."""
    m.register("B", "K")


# Value


def insufficient_balance(m: Core) -> None:
    """T pays what it does not have."""
    m.transfer("T", "C", su(1))


def insufficient_allowance(m: Core) -> None:
    """The examiner pays for B, who did not allow it."""
    m.both("direct from", lambda s: s.token.transfer_from("E", "B", "S", su(1)))


def frozen(m: Core) -> None:
    """All of B is frozen."""
    m.both("freeze", lambda s: s.token.set_frozen_tokens(SUPERVISOR, "B", 10**12))
    m.transfer("B", "S", su(1))


# Two people


def not_proposed(m: Core) -> None:
    """The supervisor seizes alone."""
    m.both("seize", lambda s: s.token.forced_transfer(SUPERVISOR, "B", "C", su(1)))


def same_person(m: Core) -> None:
    """One reviewer proposes and decides."""
    m.resolve("S", Screening.FALSE_POSITIVE, (SECOND, SECOND), hit=True)


def protected_account(m: Core) -> None:
    """B's SU is seized in favour of B."""
    m.both("propose seizure", lambda s: s.token.propose_seizure(COMPLIANCE, "B", "B", su(1)))
    m.both("seize", lambda s: s.token.forced_transfer(SUPERVISOR, "B", "B", su(1)))
