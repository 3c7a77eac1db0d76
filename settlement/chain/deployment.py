"""The contracts of the regime, deployed and wired: who may call what, and the banking days."""

from collections.abc import Iterable
from dataclasses import dataclass

from settlement.chain.access_manager import AccessManager
from settlement.chain.accounts import account_of, address_of
from settlement.chain.business_calendar import BusinessCalendar
from settlement.chain.chain import Chain
from settlement.chain.eth_tester_backend import EthTesterBackend
from settlement.chain.participants import Participants
from settlement.chain.port import Backend
from settlement.chain.regime import Regime
from settlement.chain.rulebook import Rulebook
from settlement.chain.settlement_token import SettlementToken
from settlement.chain.trade_escrow import TradeEscrow
from settlement.domain.accounts import ESCROW_TOTAL, ISSUANCE, credit_account, wallet_account
from settlement.domain.errors import UserError
from settlement.domain.participants import Office

#: Backends by the name a user chooses.
BACKENDS = {EthTesterBackend.name: EthTesterBackend}

_SUPERVISOR_ROLE, _CO_APPROVER_ROLE, _COMPLIANCE_ROLE, _RAMP_ROLE = 1, 2, 3, 4


@dataclass(frozen=True)
class Deployment:
    """A chain with the regime's contracts on it; nothing is drafted or registered yet."""

    chain: Chain
    access: AccessManager
    regime: Regime
    participants: Participants
    calendar: BusinessCalendar
    rulebook: Rulebook
    token: SettlementToken
    escrow: TradeEscrow

    def holdings(self, participants: Iterable[str]) -> dict[str, int]:
        """What the chain holds, by ledger account, in minor units of SU.

        Wallets of ``participants``, locks of every credit, supply (negative: it is owed), and under
        ``ESCROW_TOTAL`` the escrow's own balance, which no account of the ledger posts to.
        """
        wallets = {wallet_account(name): self.token.balance_of(name) for name in participants}
        locks = {credit_account(name): self.escrow.locked_of(name) for name in self.escrow.credits()}
        total = {ISSUANCE: -self.token.total_supply(), ESCROW_TOTAL: self.token.balance_of(self.escrow)}
        return wallets | locks | total


def open_backend(name: str, genesis_time: int, accounts: Iterable[str]) -> Backend:
    """Start the backend ``name`` at ``genesis_time`` (epoch seconds).

    The offices and ``accounts`` (by name) can send transactions on it.

    Raises:
        UserError: there is no such backend.
    """
    if name not in BACKENDS:
        raise UserError(f"unknown EVM backend {name!r}; expected one of {', '.join(BACKENDS)}")
    names = [*(office.value for office in Office), *accounts]
    return BACKENDS[name](genesis_time, [account_of(account) for account in names])


def deploy(chain: Chain) -> Deployment:
    """Deploy and wire the contracts as the supervisor.

    Raises:
        BackendError: the chain refuses a deployment.
    """
    supervisor = Office.SUPERVISOR.value
    for office in Office:
        chain.introduce(office.value)
    access = AccessManager(chain, chain.deploy(supervisor, "AccessManager", address_of(supervisor)))

    def managed(contract: str, *arguments: object) -> bytes:
        return chain.deploy(supervisor, contract, access.address, *arguments)

    regime = Regime(chain, managed("Regime"))
    participants = Participants(chain, managed("Participants"))
    calendar = BusinessCalendar(chain, managed("BusinessCalendar"))
    rulebook = Rulebook(chain, chain.deploy(supervisor, "Rulebook", regime.address, participants.address))
    token = SettlementToken(chain, managed("SettlementToken", rulebook.address))
    escrow_parts = (token.address, rulebook.address, calendar.address)
    escrow = TradeEscrow(chain, chain.deploy(supervisor, "TradeEscrow", *escrow_parts))
    deployment = Deployment(chain, access, regime, participants, calendar, rulebook, token, escrow)
    _grant_offices(deployment)
    token.register_module(supervisor, escrow)
    return deployment


def _grant_offices(d: Deployment) -> None:
    admin = Office.SUPERVISOR.value
    offices = {
        Office.SUPERVISOR: _SUPERVISOR_ROLE,
        Office.CO_APPROVER: _CO_APPROVER_ROLE,
        Office.COMPLIANCE: _COMPLIANCE_ROLE,
        Office.RAMP: _RAMP_ROLE,
    }
    for office, role in offices.items():
        d.access.grant_role(admin, role, office.value)
    for target, functions, role in (
        (d.regime, ("draft", "activate", "proposePhase", "suspend", "resume", "windDown"), _SUPERVISOR_ROLE),
        (d.regime, ("approve", "approvePhase"), _CO_APPROVER_ROLE),
        (d.participants, ("register", "addWallet", "setLicence", "setKyc", "setOwner"), _SUPERVISOR_ROLE),
        (d.participants, ("setScreening",), _COMPLIANCE_ROLE),
        (d.calendar, ("load",), _SUPERVISOR_ROLE),
        (d.token, ("registerModule", "forcedTransfer", "setFrozenTokens"), _SUPERVISOR_ROLE),
        (d.token, ("issue", "redeem"), _RAMP_ROLE),
    ):
        d.access.set_target_function_role(admin, target, functions, role)
