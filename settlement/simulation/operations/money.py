"""Prices, the conversion desk, the domestic currency, and mined output."""

from dataclasses import dataclass

from settlement.chain.deployment import Deployment
from settlement.chain.twins.conversion_desk import Quote
from settlement.chain.twins.miner_intake import Network, Order, Output, Rig
from settlement.domain.participants import Office
from settlement.domain.quotes import QuoteSide

__all__ = [
    "AcceptQuote",
    "AttestOutput",
    "DeliverOutput",
    "MintDRL",
    "OrderOutput",
    "PermitRegion",
    "PostPrice",
    "PostQuote",
    "RegisterRig",
    "ResetBreaker",
    "SetNetwork",
    "StockDesk",
]


@dataclass(frozen=True, slots=True)
class PostPrice:
    """Post what an asset is worth, minor units of DRL for one whole unit, times 10**6."""

    asset: str
    value: int

    def perform(self, system: Deployment, account: str) -> None:
        system.oracle.post(account, self.asset, self.value)


@dataclass(frozen=True, slots=True)
class ResetBreaker:
    """Reset the breaker of an asset at the median of the feeds, by both people."""

    asset: str

    def perform(self, system: Deployment, account: str) -> None:
        median, _ = system.oracle.median_of(self.asset)
        system.oracle.reset_breaker(account, Office.CO_APPROVER.value, self.asset, median)


@dataclass(frozen=True, slots=True)
class MintDRL:
    """Bring DRL into circulation, at a participant; minor units."""

    to: str
    amount: int
    ref: str

    def perform(self, system: Deployment, account: str) -> None:
        system.currency.mint(account, system.participants.wallet_of(self.to), self.amount, self.ref)


@dataclass(frozen=True, slots=True)
class StockDesk:
    """Give the desk an inventory; minor units of SU and of DRL."""

    su: int
    drl: int

    def perform(self, system: Deployment, account: str) -> None:
        if self.su:
            system.ramp.issue(Office.RAMP.value, system.desk, self.su, "desk inventory")
        if self.drl:
            system.currency.mint(Office.TREASURY.value, system.desk, self.drl, "desk inventory")


@dataclass(frozen=True, slots=True)
class PostQuote:
    """Make a firm offer, ``margin`` basis points off the last price accepted, for ``life`` seconds."""

    quote: str
    entity: str
    side: QuoteSide
    su_amount: int
    margin: int
    life: int

    def perform(self, system: Deployment, account: str) -> None:
        accepted = system.oracle.state_of("SU").accepted
        off = self.margin if self.side is QuoteSide.SELLS_SU else -self.margin
        drl_amount = self.su_amount * accepted * (10_000 + off) // (10**12 * 10_000)
        until = system.chain.backend.timestamp + self.life
        quote = Quote(self.entity, self.side, self.su_amount, drl_amount, until)
        system.desk.post_quote(account, self.quote, quote)


@dataclass(frozen=True, slots=True)
class AcceptQuote:
    """Accept a quote: allow the desk to take the one leg, and have both exchanged."""

    quote: str

    def perform(self, system: Deployment, account: str) -> None:
        quote = system.desk.quote_of(self.quote)
        if quote.side is QuoteSide.SELLS_SU:
            system.currency.approve(account, system.desk, quote.drl_amount)
        else:
            system.token.approve(account, system.desk, quote.su_amount)
        system.desk.accept(account, self.quote)


@dataclass(frozen=True, slots=True)
class PermitRegion:
    """Permit mining in a region."""

    region: str

    def perform(self, system: Deployment, account: str) -> None:
        system.intake.set_region(account, self.region)


@dataclass(frozen=True, slots=True)
class RegisterRig:
    """Register what a miner runs."""

    miner: str
    rig: Rig

    def perform(self, system: Deployment, account: str) -> None:
        system.intake.register_rig(account, self.miner, self.rig)


@dataclass(frozen=True, slots=True)
class SetNetwork:
    """Record difficulty and reward."""

    network: Network

    def perform(self, system: Deployment, account: str) -> None:
        system.intake.set_network(account, self.network)


@dataclass(frozen=True, slots=True)
class AttestOutput:
    """Vouch for what a miner mined."""

    attestation: str
    output: Output

    def perform(self, system: Deployment, account: str) -> None:
        system.intake.attest(account, self.attestation, self.output)


@dataclass(frozen=True, slots=True)
class OrderOutput:
    """Agree to a delivery at what it is worth now, and allow the intake to take the DRL."""

    attestation: str
    coins: int
    trade: str
    until: int

    def perform(self, system: Deployment, account: str) -> None:
        _, payment = system.intake.value_of(self.coins)
        system.currency.approve(account, system.intake, payment)
        system.intake.order(account, self.attestation, Order(self.coins, self.trade, payment, self.until))


@dataclass(frozen=True, slots=True)
class DeliverOutput:
    """Deliver coins as the entity ordered them."""

    attestation: str
    coins: int
    trade: str
    entity: str

    def perform(self, system: Deployment, account: str) -> None:
        system.intake.deliver(account, self.attestation, self.coins, self.trade, self.entity)
