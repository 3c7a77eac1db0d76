"""Mined coins into the reserve, earmarked SU to an entity, DRL to the miner."""

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

from settlement.chain.twins.miner_intake import Network, Order, Output, Rig
from settlement.domain.participants import Role
from settlement.domain.reasons import Reason
from tests.model.clock import Clock
from tests.model.currency import Currency
from tests.model.desk import PRICE_UNIT
from tests.model.offices import SUPERVISOR, require, require_office
from tests.model.oracle import Oracle
from tests.model.reserve import Reserve
from tests.model.token import Token

INTAKE = "MinerIntake"
#: What output may be off the average.
TOLERANCE = Fraction(5, 100)
TERA, HASHES_PER_DIFFICULTY, JOULES_PER_KWH = 10**12, 2**32, 3_600_000


@dataclass
class Attestation:
    """What was vouched for, and what was delivered on it."""

    output: Output
    delivered: int = 0


@dataclass
class Intake:
    """Records, attestations, orders and deliveries."""

    clock: Clock
    token: Token
    currency: Currency
    reserve: Reserve
    oracle: Oracle
    regions: set[str] = field(default_factory=set)
    rigs: dict[str, Rig] = field(default_factory=dict)
    attested_until: dict[str, int] = field(default_factory=dict)
    networks: list[Network] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    attestations: dict[str, Attestation] = field(default_factory=dict)
    orders: dict[tuple[str, str], Order] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rulebook = self.token.rulebook
        self.participants = self.rulebook.participants

    # Records

    def set_region(self, actor: str, region: str, permitted: bool) -> None:
        """Permit mining in a region, or end that."""
        require_office(actor, SUPERVISOR)
        (self.regions.add if permitted else self.regions.discard)(region)

    def register_rig(self, actor: str, miner: str, rig: Rig) -> None:
        """What a miner at home runs."""
        require_office(actor, SUPERVISOR)
        profile = self.participants.profiles.get(miner)
        home = self.rulebook.regime.programme().home
        is_miner = profile is not None and bool(profile.roles & Role.MINER) and profile.jurisdiction == home
        require(is_miner and rig.hashrate > 0 and rig.efficiency > 0, Reason.TERMS_INVALID)
        require(rig.region in self.regions, Reason.REGION_CLOSED)
        self.rigs[miner] = rig

    def set_network(self, actor: str, network: Network) -> None:
        """Difficulty and reward from a later time on, in place of what has not begun yet."""
        require_office(actor, SUPERVISOR)
        begun = [earlier for earlier in self.networks if earlier.since <= self.clock.now]
        follows = all(network.since > earlier.since for earlier in begun)
        require(follows and network.difficulty > 0 and network.reward > 0, Reason.TERMS_INVALID)
        self.networks = [*begun, network]

    # Attestation

    def attest(self, actor: str, name: str, output: Output) -> None:
        """An attestor other than the miner vouches for what the rig can have mined."""
        attestor = self.participants.participant_of(actor)
        mine = attestor == output.miner or self.participants.is_retired(actor)
        require(not mine, Reason.NOT_A_PARTY)
        standing = self.rulebook.check_participant(attestor, Role.ATTESTOR)
        require(standing is Reason.OK, standing)
        require(name != "" and name not in self.ids, Reason.ALREADY_USED)
        self._require_plausible(output)
        self.ids.add(name)
        self.attested_until[output.miner] = output.end
        self.attestations[name] = Attestation(output)

    def revoke(self, actor: str, name: str) -> None:
        """Strike what nothing was delivered on; its time may be attested again if it is the latest."""
        require_office(actor, SUPERVISOR)
        require(name in self.attestations, Reason.WRONG_STATE)
        require(self.attestations[name].delivered == 0, Reason.ALREADY_USED)
        output = self.attestations.pop(name).output
        if self.attested_until[output.miner] == output.end:
            self.attested_until[output.miner] = output.start

    def _require_plausible(self, output: Output) -> None:
        rig = self.rigs.get(output.miner)
        require(rig is not None, Reason.WRONG_STATE)
        assert rig is not None
        require(rig.region in self.regions, Reason.REGION_CLOSED)
        earliest = max(rig.since, self.attested_until.get(output.miner, 0))
        require(earliest <= output.start < output.end <= self.clock.now, Reason.TERMS_INVALID)
        network = self.network_over(output.start, output.end)
        known = network is not None and output.difficulty == network.difficulty
        require(known, Reason.IMPLAUSIBLE_OUTPUT)
        assert network is not None
        terahashes = rig.hashrate * (output.end - output.start)
        hashes_per_coin = Fraction(network.difficulty * HASHES_PER_DIFFICULTY, network.reward)
        most_coins = terahashes * TERA / hashes_per_coin * (1 + TOLERANCE)
        require(0 < output.coins <= most_coins, Reason.IMPLAUSIBLE_OUTPUT)
        joules_needed = output.coins * hashes_per_coin / TERA * rig.efficiency
        least = floor(joules_needed * (1 - TOLERANCE) / JOULES_PER_KWH)
        most = ceil(terahashes * rig.efficiency * (1 + TOLERANCE) / JOULES_PER_KWH)
        require(least <= output.energy <= most, Reason.IMPLAUSIBLE_OUTPUT)

    def network_over(self, start: int, end: int) -> Network | None:
        """The network throughout a period, if it is known and the same."""
        within = [n for n in self.networks if n.since < end]
        latest = max(within, key=lambda n: n.since, default=None)
        return latest if latest is not None and latest.since <= start else None

    # Delivery

    def order(self, actor: str, name: str, order: Order) -> None:
        """An entity agrees to one delivery."""
        entity = self.participants.acting(actor)
        require(entity != "", Reason.NOT_A_PARTY)
        require(name in self.attestations, Reason.WRONG_STATE)
        self.orders[name, entity] = order

    def deliver(
        self, actor: str, name: str, coins: int, trade: str, entity: str, min_payment: int = 0
    ) -> None:
        """The miner delivers what was ordered, once for each attestation."""
        require(name in self.attestations, Reason.WRONG_STATE)
        attestation = self.attestations[name]
        miner = attestation.output.miner
        require(self.participants.acting(actor) == miner, Reason.NOT_A_PARTY)
        require(attestation.delivered == 0, Reason.ALREADY_USED)
        order = self.orders.get((name, entity))
        agreed = order is not None and (order.coins, order.trade) == (coins, trade)
        require(agreed and coins > 0, Reason.NOT_ORDERED)
        assert order is not None
        require(self.clock.now <= order.until, Reason.NOT_ORDERED)
        require(coins <= attestation.output.coins, Reason.AMOUNT_OUT_OF_TERMS)
        su, payment = self.value_of(coins)
        fits = payment > 0 and min_payment <= payment <= order.max_payment
        require(fits, Reason.AMOUNT_OUT_OF_TERMS)
        attestation.delivered = coins
        self._move(name, miner, entity, trade, coins, su, payment)

    def value_of(self, coins: int) -> tuple[int, int]:
        """SU to the entity and DRL to the miner, each rounded down."""
        su = self.reserve.coins_value(coins)
        return su, su * self.oracle.price("SU") // PRICE_UNIT

    def _move(
        self, name: str, miner: str, entity: str, trade: str, coins: int, su: int, payment: int
    ) -> None:
        payee, payer = self.participants.wallet_of(miner), self.participants.wallet_of(entity)
        t = self.rulebook.trades.trades.get(trade)
        room = t is None or self.token.earmarks[payer, trade] + su + t.used <= t.value
        require(room, Reason.PURPOSE_EXHAUSTED)
        self.reserve.deposit_coins(coins)
        self.token.intake(payee, payer, su, name, trade)
        self.currency.transfer_from(INTAKE, payer, payee, payment)
