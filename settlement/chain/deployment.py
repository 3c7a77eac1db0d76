"""The contracts of the regime, deployed and wired: who may call what, and who moves value how.

To add a contract: a field of ``Deployment``, its construction in ``construct``, and rows of the
tables ``HOLDERS``, ``PERMISSIONS`` and ``MODULES``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from settlement.chain.accounts import address_of
from settlement.chain.chain import Chain, Twin
from settlement.chain.port import Address
from settlement.chain.twins.access_manager import AccessManager
from settlement.chain.twins.business_calendar import BusinessCalendar
from settlement.chain.twins.clearing_house import ClearingHouse
from settlement.chain.twins.collections import Collections
from settlement.chain.twins.conversion_desk import ConversionDesk, DeskLimits
from settlement.chain.twins.domestic_currency import DomesticCurrency
from settlement.chain.twins.miner_intake import MinerIntake
from settlement.chain.twins.participants import Participants
from settlement.chain.twins.presentations import Presentations
from settlement.chain.twins.price_oracle import PriceOracle
from settlement.chain.twins.quarantine import Quarantine
from settlement.chain.twins.ramp import Ramp
from settlement.chain.twins.regime import Regime
from settlement.chain.twins.reserve import Reserve
from settlement.chain.twins.rulebook import Rulebook
from settlement.chain.twins.settlement_token import SettlementToken
from settlement.chain.twins.trade_escrow import TradeEscrow
from settlement.chain.twins.trade_registry import TradeRegistry
from settlement.domain.accounts import (
    ESCROW_TOTAL,
    ISSUANCE,
    RESERVE,
    Holdings,
    contract_account,
    credit_account,
    wallet_account,
)
from settlement.domain.participants import Flow, Office

#: What the co-approver signs it announces so long before, seconds; a choice of ours.
TIMELOCK = 2 * 86_400
#: Age at which a feeder's value is stale, seconds, and the jump that trips the breaker, basis points;
#: choices of ours.
MAX_PRICE_AGE, MAX_DEVIATION = 86_400, 1_000
#: Quotes of the conversion desk keep within 2 % of the market, an hour and a million SU at first;
#: choices of ours.
DESK_LIMITS = DeskLimits(spread=200, max_life=3_600, max_size=10**12)
#: What mined output may be off the average, basis points; a choice of ours.
INTAKE_TOLERANCE = 500


@dataclass(frozen=True)
class Deployment:
    """A chain with the regime's contracts on it; nothing is drafted or registered yet.

    ``terms_check`` is the address of the one contract without a twin: only the escrow calls it.
    """

    chain: Chain
    access: AccessManager
    regime: Regime
    participants: Participants
    calendar: BusinessCalendar
    trades: TradeRegistry
    oracle: PriceOracle
    reserve: Reserve
    rulebook: Rulebook
    token: SettlementToken
    quarantine: Quarantine
    ramp: Ramp
    currency: DomesticCurrency
    desk: ConversionDesk
    intake: MinerIntake
    clearing: ClearingHouse
    escrow: TradeEscrow
    presentations: Presentations
    collections: Collections
    terms_check: Address

    def addresses(self) -> dict[str, Address]:
        """Where each contract is, by its name, in alphabetical order."""
        twins = (value for value in vars(self).values() if isinstance(value, Twin))
        return dict(sorted([("TermsCheck", self.terms_check), *((t.contract, t.address) for t in twins)]))

    def holdings(self, accounts: Iterable[str], credits: Iterable[str] | None = None) -> Holdings:
        """What the chain holds, by unit and ledger account, in minor units.

        Wallets of ``accounts``, locks of ``credits`` (None: of every credit), what the other contracts hold
        (the quarantine's balance, say), supplies (negative: they are owed), the reserve, and under
        ``ESCROW_TOTAL`` the escrow's own balance, which no account of the ledger posts to.
        """
        names = tuple(accounts)
        cash, coins = self.reserve.holdings()
        others = [_contract(self, module) for module, _ in MODULES if module != "escrow"]
        su = {wallet_account(name): self.token.balance_of(name) for name in names}
        locked = self.escrow.credits() if credits is None else credits
        su |= {credit_account(name): self.escrow.locked_of(name) for name in locked}
        su |= {contract_account(twin.contract): self.token.balance_of(twin) for twin in others}
        su |= {ISSUANCE: -self.token.total_supply(), ESCROW_TOTAL: self.token.balance_of(self.escrow)}
        drl = {wallet_account(name): self.currency.balance_of(name) for name in names}
        holders = [_contract(self, module) for module in CURRENCY_MODULES]
        drl |= {contract_account(twin.contract): self.currency.balance_of(twin) for twin in holders}
        drl[ISSUANCE] = -self.currency.total_supply()
        return {"SU": su, "DRL": drl, "CASH": {RESERVE: cash}, "COIN": {RESERVE: coins}}


class Mandate(IntEnum):
    """Roles of the AccessManager: offices first, then what contracts may do to each other. 0 is its ADMIN."""

    SUPERVISION = 1
    CO_APPROVAL = 2
    COMPLIANCE = 3
    RAMPING = 4
    BREAKER = 5
    TREASURY = 6
    DEALING = 7
    CLEARING = 8
    RAMP = 100
    TOKEN = 101
    RULEBOOK = 102
    PRESENTATIONS = 103
    INTAKE = 104
    CLEARING_HOUSE = 105
    MONEY = 106
    DOCUMENTS = 107


class Holder(NamedTuple):
    """Who has a mandate: an office or a field of ``Deployment``; and after which delay, seconds."""

    mandate: Mandate
    who: Office | str
    delay: int = 0


class Permission(NamedTuple):
    """Functions of the contract of a field of ``Deployment`` that a mandate allows."""

    target: str
    functions: tuple[str, ...]
    mandate: Mandate


HOLDERS = (
    Holder(Mandate.SUPERVISION, Office.SUPERVISOR),
    Holder(Mandate.CO_APPROVAL, Office.CO_APPROVER, TIMELOCK),
    Holder(Mandate.COMPLIANCE, Office.COMPLIANCE),
    Holder(Mandate.COMPLIANCE, Office.SECOND_REVIEWER),
    Holder(Mandate.RAMPING, Office.RAMP),
    Holder(Mandate.BREAKER, Office.SUPERVISOR),
    Holder(Mandate.BREAKER, Office.CO_APPROVER),
    Holder(Mandate.TREASURY, Office.TREASURY),
    Holder(Mandate.DEALING, Office.DESK),
    Holder(Mandate.CLEARING, Office.CLEARING),
    Holder(Mandate.RAMP, "ramp"),
    Holder(Mandate.TOKEN, "token"),
    Holder(Mandate.RULEBOOK, "rulebook"),
    Holder(Mandate.PRESENTATIONS, "presentations"),
    Holder(Mandate.INTAKE, "intake"),
    Holder(Mandate.CLEARING_HOUSE, "clearing"),
    Holder(Mandate.DOCUMENTS, "presentations"),
    Holder(Mandate.DOCUMENTS, "collections"),
    Holder(Mandate.MONEY, "token"),
    Holder(Mandate.MONEY, "currency"),
)

PERMISSIONS = (
    Permission(
        "regime",
        ("draft", "activate", "proposePhase", "suspend", "resume", "windDown"),
        Mandate.SUPERVISION,
    ),
    Permission("regime", ("approve", "approvePhase"), Mandate.CO_APPROVAL),
    Permission(
        "participants",
        (
            "register",
            "addWallet",
            "retireWallet",
            "rotateWallet",
            "setLicence",
            "setKyc",
            "setOwner",
            "setSponsor",
            "setIntermediary",
            "setCap",
        ),
        Mandate.SUPERVISION,
    ),
    Permission(
        "participants",
        ("publishList", "setScreening", "resolveScreening", "propose"),
        Mandate.COMPLIANCE,
    ),
    Permission("participants", ("bar",), Mandate.MONEY),
    Permission("calendar", ("load",), Mandate.SUPERVISION),
    Permission("trades", ("consume", "release"), Mandate.RULEBOOK),
    Permission("trades", ("useDocument", "freeDocument"), Mandate.DOCUMENTS),
    Permission("oracle", ("addFeeder", "removeFeeder"), Mandate.SUPERVISION),
    Permission("oracle", ("resetBreaker", "propose"), Mandate.BREAKER),
    Permission("reserve", ("depositCash", "withdrawCash"), Mandate.RAMP),
    # A reviewer proposes, the ramp office acts.
    Permission("reserve", ("sellCoins",), Mandate.RAMPING),
    Permission("reserve", ("propose",), Mandate.COMPLIANCE),
    Permission("reserve", ("depositCoins",), Mandate.INTAKE),
    Permission("rulebook", ("pass",), Mandate.TOKEN),
    Permission("rulebook", ("enterObligation", "leaveObligation"), Mandate.CLEARING_HOUSE),
    Permission(
        "token",
        ("registerModule", "setQuarantine", "setFrozenTokens", "forcedTransfer", "recover"),
        Mandate.SUPERVISION,
    ),
    # A reviewer proposes, the supervisor acts.
    Permission("token", ("propose",), Mandate.COMPLIANCE),
    Permission("token", ("issue", "redeem"), Mandate.RAMP),
    Permission("quarantine", ("release", "propose"), Mandate.COMPLIANCE),
    Permission("ramp", ("issue", "redeem"), Mandate.RAMPING),
    Permission("escrow", ("hold", "release", "blockCredit", "rejectCredit", "propose"), Mandate.COMPLIANCE),
    Permission(
        "escrow",
        (
            "reserve",
            "unreserve",
            "payDraw",
            "payRetention",
            "closeIfEmpty",
            "closeAdvance",
            "disputeRetention",
            "windDown",
        ),
        Mandate.PRESENTATIONS,
    ),
    Permission("currency", ("registerModule", "recover"), Mandate.SUPERVISION),
    Permission("currency", ("propose",), Mandate.COMPLIANCE),
    Permission("currency", ("mint", "burn"), Mandate.TREASURY),
    Permission("desk", ("setLimits",), Mandate.SUPERVISION),
    Permission("desk", ("postQuote",), Mandate.DEALING),
    Permission("clearing", ("settle", "exclude"), Mandate.CLEARING),
    Permission("intake", ("setRegion", "registerRig", "setNetwork", "revoke"), Mandate.SUPERVISION),
)

#: Contracts that hold value for participants, by field of ``Deployment``, and the flows they move.
MODULES = (
    ("quarantine", (Flow.PAY, Flow.REFUND, Flow.AWARD, Flow.NET_LEG)),
    ("escrow", (Flow.FUND, Flow.PAY, Flow.REFUND, Flow.AWARD)),
    ("collections", (Flow.FUND, Flow.DIRECT, Flow.PAY)),
    ("desk", (Flow.CONVERT,)),
    ("intake", (Flow.INTAKE,)),
    ("clearing", (Flow.NET_LEG,)),
)
#: Contracts that hold or move the domestic currency, by field of ``Deployment``.
CURRENCY_MODULES = ("desk", "intake")
#: Who feeds the oracle from the start.
FEEDERS = (Office.FEEDER_1, Office.FEEDER_2, Office.FEEDER_3)


def deploy(chain: Chain) -> Deployment:
    """Deploy and wire the contracts as the supervisor, who then gives up administering them for good.

    Raises:
        BackendError: the chain refuses a deployment.
    """
    system = wire(chain)
    system.access.renounce_role(Office.SUPERVISOR.value, 0)
    return system


def wire(chain: Chain) -> Deployment:
    """Deploy and wire the contracts as the supervisor, who administers them still.

    Raises:
        BackendError: the chain refuses a deployment.
    """
    deployer = Office.SUPERVISOR.value
    system = construct(chain, deployer)
    permit(system, deployer)
    system.token.set_quarantine(deployer, system.quarantine)
    for module, flows in MODULES:
        system.token.register_module(deployer, _contract(system, module), flows)
    for module in CURRENCY_MODULES:
        system.currency.register_module(deployer, _contract(system, module))
    for feeder in FEEDERS:
        system.oracle.add_feeder(deployer, feeder.value)
    return system


def construct(chain: Chain, deployer: str) -> Deployment:
    """Deploy the contracts, which nobody but ``deployer`` may call yet."""
    for office in Office:
        chain.introduce(office.value)
    access = AccessManager(chain, chain.deploy(deployer, "AccessManager", address_of(deployer)))

    def managed(contract: str, *arguments: object) -> Address:
        return chain.deploy(deployer, contract, access.address, *arguments)

    regime = Regime(chain, managed("Regime"))
    participants = Participants(chain, managed("Participants"))
    calendar = BusinessCalendar(chain, managed("BusinessCalendar"))
    trades = TradeRegistry(chain, managed("TradeRegistry", participants.address))
    oracle = PriceOracle(chain, managed("PriceOracle", MAX_PRICE_AGE, MAX_DEVIATION))
    reserve = Reserve(chain, managed("Reserve", regime.address, oracle.address))
    bases = regime.address, participants.address, trades.address, reserve.address
    rulebook = Rulebook(chain, managed("Rulebook", *bases))
    token_parts = rulebook.address, regime.address, participants.address
    token = SettlementToken(chain, managed("SettlementToken", *token_parts))
    quarantine = Quarantine(chain, managed("Quarantine", token.address, participants.address))
    ramp = Ramp(chain, managed("Ramp", token.address, reserve.address))
    currency = DomesticCurrency(chain, managed("DomesticCurrency", regime.address, participants.address))
    money = token.address, currency.address
    desk_parts = *money, participants.address, oracle.address, tuple(DESK_LIMITS)
    desk = ConversionDesk(chain, managed("ConversionDesk", *desk_parts))
    backing = reserve.address, oracle.address, regime.address, participants.address
    intake_parts = *money, *backing, rulebook.address, trades.address
    intake = MinerIntake(chain, managed("MinerIntake", intake_parts, INTAKE_TOLERANCE))
    clearing_parts = token.address, rulebook.address, regime.address, participants.address
    clearing = ClearingHouse(chain, managed("ClearingHouse", *clearing_parts))
    terms_check = chain.deploy(deployer, "TermsCheck", rulebook.address, calendar.address)
    law = regime.address, participants.address
    escrow = TradeEscrow(chain, managed("TradeEscrow", token.address, rulebook.address, *law, terms_check))
    draws = escrow.address, rulebook.address, *law, calendar.address, trades.address
    presentations = Presentations(chain, chain.deploy(deployer, "Presentations", *draws))
    bills = token.address, rulebook.address, *law, trades.address
    collections = Collections(chain, chain.deploy(deployer, "Collections", *bills))
    return Deployment(
        chain=chain,
        access=access,
        regime=regime,
        participants=participants,
        calendar=calendar,
        trades=trades,
        oracle=oracle,
        reserve=reserve,
        rulebook=rulebook,
        token=token,
        quarantine=quarantine,
        ramp=ramp,
        currency=currency,
        desk=desk,
        intake=intake,
        clearing=clearing,
        escrow=escrow,
        presentations=presentations,
        collections=collections,
        terms_check=terms_check,
    )


def permit(system: Deployment, admin: str) -> None:
    """Staff the offices, and let contracts do to each other what they must."""
    grants = [
        (mandate, who.value if isinstance(who, Office) else _contract(system, who), delay)
        for mandate, who, delay in HOLDERS
    ]
    permissions = [
        (_contract(system, target), functions, mandate) for target, functions, mandate in PERMISSIONS
    ]
    system.access.wire(admin, grants, permissions)


def _contract(system: Deployment, name: str) -> Twin:
    """The contract of a field of ``Deployment``."""
    contract: Twin = getattr(system, name)
    return contract
