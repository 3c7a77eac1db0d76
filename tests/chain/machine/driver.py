"""The chain as the machine speaks to it: the twins, with the two halves of every act of two people apart."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from settlement.chain.chain import Chain, Snapshot, Transaction, Twin, to_bytes32
from settlement.chain.deployment import Deployment, deploy
from settlement.chain.engines.backends import open_backend
from settlement.domain.events import Event
from settlement.domain.participants import Flow, Screening
from settlement.domain.programme import Corridor, Programme
from settlement.domain.reasons import Reason
from tests.world import EVM, SUPERVISOR


class Side:
    """A twin, and beside its methods those halves; accounts of contracts go by the contract's name."""

    def __init__(self, driver: "Driver", twin: Twin) -> None:
        self.driver = driver
        self.twin: Any = twin

    def __getattr__(self, name: str) -> Any:
        return getattr(self.twin, name)

    def account(self, name: str) -> Any:
        """The twin behind a contract's name, or the name of a wallet; None for nobody."""
        return self.driver.contracts.get(name, name) if name else None

    def wallet(self, name: str) -> bytes:
        """The address of a wallet."""
        return self.driver.chain.introduce(name)

    def act(self, actor: str, function: str, *arguments: Any) -> None:
        """Make a call that no method of the twin makes alone."""
        self.driver.chain.transact(
            actor, self.twin, self.twin.artifact.functions[function], arguments, "", ""
        )


class RegimeSide(Side):
    def announce_approval(self, actor: str, programme: Programme, corridors: tuple[Corridor, ...]) -> None:
        self.driver.system.access.schedule(
            actor, self.twin, "approve", self.twin.hash_of(programme, corridors)
        )

    def announce_phase(self, actor: str, phase: int) -> None:
        self.driver.system.access.schedule(actor, self.twin, "approvePhase", phase)


class ParticipantsSide(Side):
    def propose_resolution(self, actor: str, participant: str, screening: Screening) -> None:
        self.twin.propose(actor, "resolveScreening", to_bytes32(participant), screening)

    def resolve_screening(self, actor: str, participant: str, screening: Screening) -> None:
        self.act(actor, "resolveScreening", to_bytes32(participant), screening)

    #: Functions of acts that concern keys.
    KEYS: ClassVar[dict[str, str]] = {"add_wallet": "addWallet", "rotate_wallet": "rotateWallet"}

    def propose_keys(self, actor: str, step: str, participant: str, *wallets: str) -> None:
        arguments = to_bytes32(participant), *map(self.wallet, wallets)
        self.twin.propose(actor, self.KEYS[step], *arguments)

    def add_wallet(self, actor: str, participant: str, wallet: str) -> None:
        self.act(actor, "addWallet", to_bytes32(participant), self.wallet(wallet))

    def rotate_wallet(self, actor: str, participant: str, source: str, to: str) -> None:
        self.act(actor, "rotateWallet", to_bytes32(participant), self.wallet(source), self.wallet(to))


class TokenSide(Side):
    def approve(self, actor: str, spender: str, amount: int) -> None:
        self.twin.approve(actor, self.account(spender), amount)

    def propose_freeze(self, actor: str, account: str, amount: int) -> None:
        self.twin.propose(actor, "setFrozenTokens", self.wallet(account), amount)

    def propose_seizure(self, actor: str, source: str, to: str, amount: int) -> None:
        self.twin.propose(actor, "forcedTransfer", self.wallet(source), self.wallet(to), amount)

    def forced_transfer(self, actor: str, source: str, to: str, amount: int) -> None:
        self.act(actor, "forcedTransfer", self.wallet(source), self.wallet(to), amount)

    def balance_of(self, account: str) -> int:
        return int(self.twin.balance_of(self.account(account)))

    def allowance(self, owner: str, spender: str) -> int:
        return int(self.twin.allowance(owner, self.account(spender)))

    def check_flow(
        self, flow: Flow, payer: str, payee: str, source: str, target: str, amount: int, trade: str
    ) -> Reason:
        accounts = map(self.account, (payer, payee, source, target))
        return Reason(self.twin.check_flow(flow, *accounts, amount, trade))


class RampSide(Side):
    def issue(self, actor: str, to: str, amount: int, ref: str) -> None:
        self.twin.issue(actor, self.account(to), amount, ref)

    def redeem(self, actor: str, holder: str, amount: int, ref: str) -> None:
        self.twin.redeem(actor, self.account(holder), amount, ref)


class ReserveSide(Side):
    def propose_sale(self, actor: str, coins: int, proceeds: int, ref: str) -> None:
        self.twin.propose(actor, "sellCoins", coins, proceeds, to_bytes32(ref))

    def sell_coins(self, actor: str, coins: int, proceeds: int, ref: str) -> None:
        self.act(actor, "sellCoins", coins, proceeds, to_bytes32(ref))


class OracleSide(Side):
    def propose_reset(self, actor: str, asset: str, expected: int) -> None:
        self.twin.propose(actor, "resetBreaker", to_bytes32(asset), expected)

    def reset(self, actor: str, asset: str, expected: int) -> None:
        self.act(actor, "resetBreaker", to_bytes32(asset), expected)


class CurrencySide(Side):
    """The twin, with accounts of contracts by name."""

    def register_module(self, actor: str, module: str, registered: bool) -> None:
        self.act(actor, "registerModule", self.driver.contracts[module].address, registered)

    def propose_module(self, actor: str, module: str, registered: bool) -> None:
        self.twin.propose(actor, "registerModule", self.driver.contracts[module].address, registered)

    def mint(self, actor: str, to: str, amount: int, ref: str) -> None:
        self.twin.mint(actor, self.account(to), amount, ref)

    def burn(self, actor: str, holder: str, amount: int, ref: str) -> None:
        self.twin.burn(actor, self.account(holder), amount, ref)

    def transfer(self, actor: str, to: str, amount: int) -> None:
        self.twin.transfer(actor, self.account(to), amount)

    def approve(self, actor: str, spender: str, amount: int) -> None:
        self.twin.approve(actor, self.account(spender), amount)

    def balance_of(self, account: str) -> int:
        return int(self.twin.balance_of(self.account(account)))

    def check_holder(self, account: str) -> Reason:
        return Reason(self.twin.check_holder(self.account(account)))

    def allowance(self, holder: str, spender: str) -> int:
        return int(self.twin.allowance(holder, self.account(spender)))


class QuarantineSide(Side):
    def propose_release(self, actor: str, item: int, to_payer: bool) -> None:
        self.twin.propose(actor, "release", item, to_payer)

    def release(self, actor: str, item: int, to_payer: bool) -> None:
        self.act(actor, "release", item, to_payer)


class EscrowSide(Side):
    """Acts of two reviewers on a credit, by the name of the twin's method."""

    FUNCTIONS: ClassVar[dict[str, str]] = {
        "release": "release",
        "block_credit": "blockCredit",
        "reject_credit": "rejectCredit",
    }

    def propose(self, actor: str, act: str, credit: str) -> None:
        self.twin.propose(actor, self.FUNCTIONS[act], self.driver.chain.id_of(credit))

    def release(self, actor: str, credit: str) -> None:
        self.act(actor, "release", self.driver.chain.id_of(credit))

    def block_credit(self, actor: str, credit: str) -> None:
        self.act(actor, "blockCredit", self.driver.chain.id_of(credit))

    def reject_credit(self, actor: str, credit: str) -> None:
        self.act(actor, "rejectCredit", self.driver.chain.id_of(credit))


@dataclass
class Driver:
    """A deployment under the names of the model's parts."""

    system: Deployment
    transactions: list[Transaction] = field(default_factory=list)

    def __post_init__(self) -> None:
        system = self.system
        self.chain: Chain = system.chain
        self.chain.on_transaction = self.transactions.append
        self.contracts: dict[str, Twin] = {
            twin.contract: twin for twin in vars(system).values() if isinstance(twin, Twin)
        }
        self.regime = RegimeSide(self, system.regime)
        self.participants = ParticipantsSide(self, system.participants)
        self.token = TokenSide(self, system.token)
        self.quarantine = QuarantineSide(self, system.quarantine)
        self.escrow = EscrowSide(self, system.escrow)
        self.presentations, self.collections = system.presentations, system.collections
        self.clearing = system.clearing
        self.trades, self.reserve = system.trades, ReserveSide(self, system.reserve)
        self.rulebook, self.ramp = system.rulebook, RampSide(self, system.ramp)
        self.oracle = OracleSide(self, system.oracle)
        self.currency = CurrencySide(self, system.currency)
        self.desk, self.intake = system.desk, system.intake

    @property
    def now(self) -> int:
        """Time of the next transaction, epoch seconds."""
        return self.chain.backend.timestamp

    def advance_to(self, time: int) -> None:
        """Let time pass until then."""
        self.chain.backend.advance_to(time)

    def new_events(self) -> list[Event]:
        """What happened since the last time this was asked."""
        events = [e for t in self.transactions if t.reason is Reason.OK for e in t.events]
        self.transactions.clear()
        return events

    def snapshot(self) -> Snapshot:
        """Remember the state."""
        return self.chain.snapshot()

    def revert(self, snapshot: Snapshot) -> None:
        """Return to a remembered state."""
        self.chain.revert(snapshot)
        self.transactions.clear()


def open_driver(genesis: int, wallets: Iterable[str]) -> Driver:
    """Deploy on a chain that starts then, on which the wallets can pay for gas."""
    names = list(wallets)
    chain = Chain(open_backend(EVM, genesis, names), SUPERVISOR)
    driver = Driver(deploy(chain))
    for name in names:
        chain.introduce(name)
    return driver
