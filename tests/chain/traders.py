"""Two traders who may be on either side of any movement, and the dry question about each kind of it.

Questions are asked between P, an authorised entity at home, and Q, a trader abroad, over value that lies in
the account of B. Newcomers X and Y take the place of P and Q where those are to be at fault.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from settlement.chain.accounts import address_of
from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import ContractRevert
from settlement.chain.twins.participants import Profile
from settlement.domain.participants import Flow, LicenceStatus, Role, Screening
from settlement.domain.reasons import Reason
from tests.chain.expect import call
from tests.world import (
    CHAPTER,
    COMPLIANCE,
    DAY,
    PLENTY,
    SECOND_REVIEWER,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
    endow,
    profile,
    su,
)

AMOUNT = su(1_000)
#: What B holds.
BALANCE = su(10_000)
ALL = Role.SETTLER | Role.COUNTERPARTY | Role.MINER
TRADERS = {
    name: replace(
        profile(ALL, jurisdiction, sponsor="K"),
        screening=Screening.CLEAR,
        licence_until=WIND_DOWN_END + DAY,
        kyc_until=WIND_DOWN_END + DAY,
    )
    for name, jurisdiction in (("P", "XH"), ("Q", "XF"))
}

#: Kinds of movements; those with a contract of the regime on one side are asked from either side.
QUESTIONS = (
    "DIRECT", "FUND", "PAY", "REFUND", "ISSUE", "REDEEM", "SEIZE", "NET_LEG in", "NET_LEG out", "INTAKE",
    "CONVERT in", "CONVERT out", "AWARD", "RECOVERY",
)  # fmt: skip
#: Where trade is entered.
TRADE = {"DIRECT", "FUND"}


def enter(world: World, name: str, terms: Profile) -> None:
    """Register and screen a participant, with a trade of its own for intakes."""
    register = world.system.participants
    blank = replace(terms, screening=Screening.UNSCREENED, sponsor="K")
    register.register(SUPERVISOR, name, blank)
    world.system.trades.register("K", f"T-{name}", name, "T", PLENTY, WIND_DOWN_END + DAY, CHAPTER)
    if terms.sponsor != "K":
        register.set_sponsor(SUPERVISOR, name, terms.sponsor)
    if terms.screening is Screening.CLEAR:
        register.set_screening(COMPLIANCE, name, Screening.CLEAR)
    elif terms.screening is not Screening.UNSCREENED:
        register.set_screening(COMPLIANCE, name, Screening.POTENTIAL)
        if terms.screening is not Screening.POTENTIAL:
            register.resolve_screening(COMPLIANCE, SECOND_REVIEWER, name, terms.screening)


def open_trade(world: World, payer: str, payee: str, travel: bool = True, **changes: Any) -> str:
    """Register a trade between two, and its travel-rule record; returns its number."""
    number = f"T-{payer}-{payee}"
    terms: dict[str, Any] = {"value": PLENTY, "until": WIND_DOWN_END + DAY, "chapter": CHAPTER}
    register = world.system.participants
    sponsor = register.profile_of(payer).sponsor
    if sponsor != "K":
        register.set_sponsor(SUPERVISOR, payer, "K")
    world.system.trades.register("K", number, payer, payee, **{**terms, **changes})
    if sponsor != "K":
        register.set_sponsor(SUPERVISOR, payer, sponsor)
    if travel:
        world.system.trades.record_travel(payer, number, b"\7" * 32)
    return number


def ask(
    world: World,
    question: str,
    payer: str = "P",
    payee: str = "Q",
    amount: int = AMOUNT,
    trade: str | None = None,
) -> Reason:
    """The dry question, in the form each kind of movement has."""
    house = world.system.ramp  # a contract of the regime, on the other side
    number = f"T-{payer}-{payee}" if trade is None else trade
    forms: dict[str, tuple[Any, ...]] = {
        "ISSUE": (None, payee, None, payee, amount),
        "REDEEM": (payer, None, "B", None, amount),
        "REFUND": (payee, payee, "B", payee, amount, number),
        "SEIZE": (payer, payee, "B", payee, amount),
        "RECOVERY": (payee, payee, "B", payee, amount),
        "NET_LEG in": (payer, house, "B", house, amount),
        "NET_LEG out": (house, payee, "B", payee, amount),
        "INTAKE": (payer, payee, None, payee, amount, f"T-{payee}"),
        "CONVERT in": (house, payee, "B", payee, amount),
        "CONVERT out": (payer, house, "B", house, amount),
    }
    usual = (payer, payee, "B", payee, amount, number)
    return world.system.token.check_flow(Flow[question.split()[0]], *forms.get(question, usual))


def answers(world: World, payer: str = "P", payee: str = "Q", amount: int = AMOUNT) -> dict[str, Reason]:
    """The answer to every question."""
    return {question: ask(world, question, payer, payee, amount) for question in QUESTIONS}


def only(reason: Reason, questions: set[str]) -> dict[str, Reason]:
    """``reason`` for these questions, OK for the others."""
    return {question: reason if question in questions else Reason.OK for question in QUESTIONS}


def open_(world: World, payer: str = "P", payee: str = "Q", **changes: Any) -> Reason:
    """Whether a credit may be opened between the two now."""
    asked = {"until": world.now, "instrument": 0, "amount": AMOUNT, "trade": f"T-{payer}-{payee}", **changes}
    return world.system.rulebook.check_opening(payer, payee, **asked)


def prepare(world: World) -> None:
    """Bring P and Q in; the reserve holds enough for every issue, and the bank outlasts the regime."""
    world.system.participants.set_licence(SUPERVISOR, "K", LicenceStatus.ACTIVE, WIND_DOWN_END + DAY)
    endow(world, PLENTY)
    for name, terms in TRADERS.items():
        enter(world, name, terms)
    open_trade(world, "P", "Q")


def earmark(world: World, amount: int, trade: str = "T-B-T", entity: str = "B", ref: str = "lot 1") -> None:
    """Issue ``amount`` to an entity against a miner's output, good for one trade only; U plays the intake."""
    world.system.token.appoint_module(COMPLIANCE, SUPERVISOR, "U", Flow)
    parties = address_of("M"), address_of(entity)
    call(world, "U", world.system.token, "intake", *parties, amount, to_bytes32(ref), to_bytes32(trade))


def outcome(step: Callable[[], object]) -> Reason:
    """What comes of really doing it."""
    try:
        step()
    except ContractRevert as revert:
        return revert.reason
    return Reason.OK
