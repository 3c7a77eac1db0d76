"""Ways to reasons on the machine ``House``: an obligation is a payment but for what the payer holds."""

from tests.chain.machine.clearing import OFFICE
from tests.chain.machine.programmes import changed
from tests.chain.machine.setting import SUPERVISOR, su
from tests.chain.machine.whole import House
from tests.model.clock import DAY


def owe(m: House, payer: str, payee: str, amount: int, trade: str) -> None:
    """Enter so many whole SU."""
    m.owe(payer, payee, su(amount), trade, m.setting.now + 9 * DAY, 0)


def in_trouble(m: House, trouble: str, name: str) -> None:
    """B owes S after something befell somebody."""
    m.befall(trouble, name)
    m.setting.advance(2)
    owe(m, "B", "S", 1, "BS")


def ok(m: House) -> None:
    """What nets to little is settled."""
    m.enter_circle(su(300), su(50))
    m.both("settle cycle", lambda s: s.clearing.settle(OFFICE, [1, 2, 3]))


# The parties


def licence_missing(m: House) -> None:
    """S has no licence."""
    in_trouble(m, "none", "S")


def licence_suspended(m: House) -> None:
    """Its licence is suspended."""
    in_trouble(m, "suspended", "S")


def licence_revoked(m: House) -> None:
    """Its licence is revoked."""
    in_trouble(m, "revoked", "S")


def licence_expired(m: House) -> None:
    """Its licence has ended."""
    in_trouble(m, "licence ends", "S")


def kyc_expired(m: House) -> None:
    """Its KYC has ended."""
    in_trouble(m, "KYC ends", "S")


def screening_hold(m: House) -> None:
    """Screening found a hit."""
    in_trouble(m, "hit", "S")


def list_stale(m: House) -> None:
    """A new list is out."""
    in_trouble(m, "list", "S")


def phase_closed(m: House) -> None:
    """D is private."""
    owe(m, "D", "T", 1, "DT")


def corridor_closed(m: House) -> None:
    """N is from a closed country."""
    owe(m, "B", "N", 1, "BN")


def intermediary_missing(m: House) -> None:
    """V has no intermediary any more."""
    m.say("intermediary", "set_intermediary", "V", "")
    owe(m, "B", "V", 1, "BV")


def intermediary_unauthorised(m: House) -> None:
    """V has one that is none."""
    m.befall("no intermediary", "V")
    owe(m, "B", "V", 1, "BV")


def listed_party(m: House) -> None:
    """L is listed."""
    owe(m, "C", "L", 1, "CL")


# The purpose


def purpose_unregistered(m: House) -> None:
    """No trade goes by that number."""
    owe(m, "B", "S", 1, "none")


def purpose_mismatch(m: House) -> None:
    """The trade is another entity's."""
    owe(m, "B", "S", 1, "CS")


def goods_out_of_scope(m: House) -> None:
    """The goods are of another chapter."""
    owe(m, "B", "S", 1, "BSx")


def travel_data_missing(m: House) -> None:
    """The trade has no travel-rule record."""
    owe(m, "C", "S", 1, "CSo")


# The caps: B has entered 1,500 SU already


def cap_payment(m: House) -> None:
    """4,000 SU at once."""
    owe(m, "B", "S", 4_001, "BS")


def cap_daily(m: House) -> None:
    """6,000 SU in a day."""
    owe(m, "B", "S", 4_000, "BS")
    owe(m, "B", "S", 501, "BS")


def cap_period(m: House) -> None:
    """12,000 SU in a period."""
    for _ in range(3):
        owe(m, "C", "S", 4_000, "CS")
        m.setting.advance(DAY)
    owe(m, "C", "S", 1, "CS")


def cap_entity(m: House) -> None:
    """10,000 SU by B's licence."""
    for _ in range(2):
        m.setting.advance(DAY)
        owe(m, "B", "S", 4_000, "BS")
    m.setting.advance(DAY)
    owe(m, "B", "S", 501, "BS")


def cap_corridor(m: House) -> None:
    """14,000 SU with the country of S."""
    for _ in range(2):
        m.setting.advance(DAY)
        owe(m, "B", "S", 4_000, "BS")
    owe(m, "C", "S", 4_000, "CS")
    owe(m, "C", "S", 501, "CS")


def cap_class(m: House) -> None:
    """About 6,593 SU by all that the state owns."""
    m.agree_on(SUPERVISOR, *changed(m.model.regime, "small class"))
    owe(m, "B", "S", 4_000, "BS")
    owe(m, "C", "S", 1_100, "CS")


def cap_regime(m: House) -> None:
    """About 5,494 SU by all."""
    m.agree_on(SUPERVISOR, *changed(m.model.regime, "small regime"))
    owe(m, "B", "S", 3_000, "BS")
    owe(m, "C", "S", 1_000, "CS")


# Clearing


def not_a_party(m: House) -> None:
    """The payee asks to withdraw."""
    owe(m, "B", "S", 1, "BS")
    m.both("propose withdrawal", lambda s: s.clearing.propose_withdrawal("S", 1))


def out_of_order(m: House) -> None:
    """The second of two is settled first."""
    owe(m, "B", "S", 1, "BS")
    owe(m, "B", "S", 1, "BS")
    m.both("settle cycle", lambda s: s.clearing.settle(OFFICE, [2]))


def in_good_standing(m: House) -> None:
    """B is excluded for nothing."""
    owe(m, "B", "S", 1, "BS")
    m.both("exclude", lambda s: s.clearing.exclude(OFFICE, "B"))


def member_excluded(m: House) -> None:
    """An excluded member is to be paid."""
    owe(m, "B", "S", 1, "BS")
    m.befall("revoked", "S")
    m.both("exclude", lambda s: s.clearing.exclude(OFFICE, "S"))
    m.both("settle cycle", lambda s: s.clearing.settle(OFFICE, [1]))
