"""Ways to reasons on the machine ``Money``."""

from settlement.domain.quotes import QuoteSide
from tests.chain.machine.mining import COIN
from tests.chain.machine.setting import CO_APPROVER, RAMP, SUPERVISOR, drl, su
from tests.chain.machine.whole import Money
from tests.model.clock import DAY
from tests.model.desk import DESK
from tests.model.token import QUARANTINE


def issue(m: Money, amount: int) -> None:
    """B acquires so many whole SU."""
    ref = m.fresh("on ")
    m.both("issue", lambda s: s.ramp.issue(RAMP, "B", su(amount), ref))


def quote(m: Money, place: str) -> None:
    """The desk quotes B 300 SU."""
    m.quote("B", QuoteSide.SELLS_SU, su(300), place, 600, steps=0)


def ok(m: Money) -> None:
    """A day on which everything passes."""
    m.quote("B", QuoteSide.SELLS_SU, su(300), "least", 600, steps=3)
    m.quote("B", QuoteSide.BUYS_SU, su(300), "most", 600, steps=2)
    m.setting.advance(m.model.desk.quotes["quote 2"].valid_until - m.setting.now)
    m.accept_quote("B", "quote 2")
    m.mine(30, "BS", 2 * COIN)
    m.spend("BS", su(1_200))
    m.market_moves("SU", 110)
    m.market_moves("COIN", 111)
    m.look_at("COIN", (CO_APPROVER, SUPERVISOR), 100, asked=1)
    m.sell_coins(share=3, percent=110, flaw=3)
    m.circulate("B", drl(500), "burn", flaw=9)
    m.recover_drl("B", "B2")
    m.stock(DESK, "redeem", su(500), RAMP)
    issue(m, 1)


def sponsor_missing(m: Money) -> None:
    """B's bank left it."""
    m.befall("sponsor", "B")
    issue(m, 1)


def residents_only(m: Money) -> None:
    """B pays S in the domestic currency."""
    m.both("pay DRL", lambda s: s.currency.transfer("B", "S", 1))


def exposure_exceeded(m: Money) -> None:
    """B holds 13,500 SU, and may hold 30,000."""
    issue(m, 16_500)
    issue(m, 1)


def holding_overdue(m: Money) -> None:
    """B has held it for 60 days."""
    m.setting.advance(60 * DAY)
    issue(m, 1)


def reserve_short(m: Money) -> None:
    """The coins in the reserve lost some of their worth."""
    m.mine(30, "BS", 3 * COIN)
    m.market_moves("COIN", 91)
    issue(m, 1)


def price_stale(m: Money) -> None:
    """Nobody knows any more what the coins in the reserve are worth."""
    m.mine(30, "BS", 3 * COIN)
    m.setting.advance(DAY + 60)
    issue(m, 1)


def participant_unknown(m: Money) -> None:
    """Somebody unknown pays out of B's allowance."""
    m.pay_drl_for_another("U", "B", "M", short=False)


def purpose_exhausted(m: Money) -> None:
    """Two deliveries for a trade that has room for one and a half."""
    m.mine(30, "CT", 8 * COIN)
    m.setting.advance(10 * DAY)
    m.refresh()
    m.mine(30, "CT", 8 * COIN)


def already_used(m: Money) -> None:
    """A quote is accepted again."""
    m.quote("C", QuoteSide.SELLS_SU, su(300), "market", 600, steps=3)
    m.accept_quote("C", "quote 1")


def earmarked(m: Money) -> None:
    """B redeems what it took in for one trade."""
    m.mine(30, "BS", 3 * COIN)
    whole = m.model.token.balances["B"]
    m.both("approve", lambda s: s.token.approve("B", "Ramp", whole))
    m.both("redeem", lambda s: s.ramp.redeem(RAMP, "B", whole, "off"))


def protected_account(m: Money) -> None:
    """SU is issued to the quarantine."""
    m.stock(QUARANTINE, "issue", su(500), RAMP)


def price_breaker(m: Money) -> None:
    """SU jumped, and nobody looked at it yet."""
    m.market_moves("SU", 111)
    quote(m, "market")


def price_out_of_spread(m: Money) -> None:
    """The desk asks too much."""
    quote(m, "above")


def implausible_output(m: Money) -> None:
    """A coin's smallest part more than the rig can have found."""
    m.attest("too much", 30)


def region_closed(m: Money) -> None:
    """Mining is permitted there no more."""
    m.change_region("north", 0)
    m.attest("none", 30)


def not_ordered(m: Money) -> None:
    """B did not order it."""
    m.attest("none", 30)
    (name,) = m.model.intake.attestations
    m.deliver_on(name, "BS", COIN, "unordered")
