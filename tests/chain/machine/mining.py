"""What is mined, vouched for, ordered and delivered."""

from dataclasses import replace
from fractions import Fraction
from math import floor

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement.chain.twins.miner_intake import Network, Order, Output
from settlement.domain.reasons import Reason
from tests.chain.machine.prices import Prices
from tests.chain.machine.setting import NETWORK, RIG, SUPERVISOR, TRADES, su
from tests.model.clock import DAY
from tests.model.intake import HASHES_PER_DIFFICULTY, INTAKE, JOULES_PER_KWH, TERA, TOLERANCE

COIN = 10**8
#: What is wrong with some attestations: the change that it makes to a sound one.
FLAWS = (
    *("none", "none", "none", "too much", "nothing", "another difficulty", "no energy", "full power"),
    *("power and more", "not over", "empty", "over again", "no rig", "own attestor", "stranger", "id"),
)
#: What is wrong with some deliveries.
MISHAPS = (
    *("none", "none", "none", "none", "late", "fewer", "more than attested", "cheap", "dear"),
    *("uncovered", "wrong trade", "somebody else", "twice", "dust", "unordered"),
)
numbers = st.sampled_from(("BS", "BS", "CS", "CS", "CT", "BV", "DT", "BSx", "BN", "none"))
coins = st.sampled_from((COIN // 10, COIN, 3 * COIN, 8 * COIN))


class Mining(Prices):
    """Rigs, attestations, deliveries."""

    # Records

    @rule(
        change=st.sampled_from(({}, {"hashrate": 400_000}, {"efficiency": 0}, {"region": "south"})),
        miner=st.sampled_from(("M", "M", "B", "nobody")),
        late=st.booleans(),
    )
    def change_rig(self, change: dict[str, int | str], miner: str, late: bool) -> None:
        """Another machine, somewhere."""
        rig = replace(RIG, **change)  # type: ignore[arg-type]
        rig = replace(rig, since=self.setting.now - DAY) if late else rig
        self.both("register rig", lambda s: s.intake.register_rig(SUPERVISOR, miner, rig))

    @rule(region=st.sampled_from(("north", "south")), permitted=st.integers(0, 3))
    def change_region(self, region: str, permitted: int) -> None:
        """Mining is permitted somewhere, or no more."""
        self.both("set region", lambda s: s.intake.set_region(SUPERVISOR, region, bool(permitted)))

    @rule(percent=st.sampled_from((0, 90, 110)), ago=st.sampled_from((0, DAY, 400 * DAY, -DAY, -(10**18))))
    def change_network(self, percent: int, ago: int) -> None:
        """The network has another difficulty from some time on."""
        network = Network(self.setting.now - ago, NETWORK.difficulty * percent // 100, NETWORK.reward)
        self.both("set network", lambda s: s.intake.set_network(SUPERVISOR, network))

    # Attestations

    def sound_output(self, days: int) -> Output:
        """The most that the rig can have found over the last days that are free."""
        intake, now = self.model.intake, self.setting.now
        rig, network = intake.rigs["M"], max(intake.networks, key=lambda n: n.since)
        start = max(rig.since, intake.attested_until.get("M", 0), network.since, now - days * DAY)
        terahashes = rig.hashrate * max(0, now - start)
        found = Fraction(terahashes * TERA * network.reward, network.difficulty * HASHES_PER_DIFFICULTY) * (
            1 + TOLERANCE
        )
        energy = terahashes * rig.efficiency // JOULES_PER_KWH
        return Output("M", start, max(start, now), floor(found), energy, network.difficulty)

    def flawed(self, output: Output, flaw: str) -> Output:
        """The same output with something wrong about it."""
        most = -(-output.energy * 106 // 100)
        changes: dict[str, dict[str, int | str]] = {
            "too much": {"coins": output.coins + 1},
            "nothing": {"coins": 0},
            "another difficulty": {"difficulty": output.difficulty + 1},
            "no energy": {"energy": 0},
            "full power": {"energy": output.energy * 105 // 100},
            "power and more": {"energy": most + 1},
            "not over": {"end": self.setting.now + 1},
            "empty": {"end": output.start},
            "over again": {"start": output.start - 1},
            "no rig": {"miner": "B"},
        }
        return replace(output, **changes.get(flaw, {}))  # type: ignore[arg-type]

    @rule(flaw=st.sampled_from(FLAWS), days=st.sampled_from((1, 10, 30)))
    def attest(self, flaw: str, days: int) -> None:
        """An attestor vouches for an output, sound or not."""
        output = self.flawed(self.sound_output(days), flaw)
        by = {"own attestor": "M", "stranger": "E"}.get(flaw, "A")
        used = sorted(self.model.intake.ids)
        name = used[0] if flaw == "id" and used else self.fresh("output ")
        self.both("attest", lambda s: s.intake.attest(by, name, output))

    @precondition(lambda self: self.model.intake.attestations)
    @rule(data=st.data(), by=st.sampled_from((SUPERVISOR, SUPERVISOR, "A")))
    def revoke(self, data: st.DataObject, by: str) -> None:
        """An attestation was wrong."""
        name = self.pick(data, [*self.model.intake.attestations, "no output"])
        self.both("revoke", lambda s: s.intake.revoke(by, name))

    # Deliveries

    @precondition(lambda self: self.model.intake.attestations)
    @rule(data=st.data(), number=numbers, amount=coins, mishap=st.sampled_from(MISHAPS))
    def deliver(self, data: st.DataObject, number: str, amount: int, mishap: str) -> None:
        """An entity orders, and the miner delivers; something may go wrong."""
        attestations = self.model.intake.attestations
        fresh = [name for name, a in attestations.items() if a.delivered == 0]
        name = self.pick(data, attestations if mishap == "twice" else fresh or attestations)
        self.deliver_on(name, number, amount, mishap)

    def deliver_on(self, name: str, number: str, amount: int, mishap: str = "none") -> Reason:
        """Order, approve and deliver."""
        attested = self.model.intake.attestations[name].output.coins
        amount = {"more than attested": attested + 1, "dust": 1}.get(mishap, min(amount, attested))
        entity = TRADES[number][0] if number in TRADES else "B"
        payer = self.model.participants.wallet_of(entity)
        payment = amount * self.last("COIN") // COIN // 10**6
        most = payment // 2 if mishap == "dear" else payment
        until = self.setting.now + (-1 if mishap == "late" else DAY)
        order = Order(amount, number, most, until)
        if mishap != "unordered":
            self.both("order", lambda s: s.intake.order(payer, name, order))
        if mishap != "uncovered":
            self.both("approve DRL", lambda s: s.currency.approve(payer, INTAKE, payment))
        delivery = (
            amount - (mishap == "fewer"),
            "BT" if mishap == "wrong trade" else number,
            entity,
            payment + 1 if mishap == "cheap" else 0,
        )
        by = "C" if mishap == "somebody else" else self.model.participants.wallet_of("M")
        return self.both("deliver", lambda s: s.intake.deliver(by, name, *delivery))

    @rule(days=st.sampled_from((10, 30)), number=numbers, amount=coins)
    def mine(self, days: int, number: str, amount: int) -> None:
        """From the rig to the entity in one go."""
        name, output = self.fresh("output "), self.sound_output(days)
        if self.both("attest", lambda s: s.intake.attest("A", name, output)) is Reason.OK:
            self.deliver_on(name, number, amount)

    @rule(number=st.sampled_from(("BS", "CS", "CT")), amount=st.sampled_from((su(200), su(1_200), su(3_000))))
    def spend(self, number: str, amount: int) -> None:
        """An entity pays for a trade, with what is earmarked for it first."""
        payer, payee, *_ = TRADES[number]
        wallets = self.model.participants.wallet_of(payer), self.model.participants.wallet_of(payee)
        dry = self.agree("direct", lambda s: s.token.detect_transfer_restriction(*wallets, amount))
        real = self.both("direct", lambda s: s.token.transfer(*wallets, amount))
        assert real is dry

    def edges_of_orders(self) -> list[int]:
        """When orders end."""
        return [order.until for order in self.model.intake.orders.values()]
