"""One day on which every operation that an account may call happens, for ``scripts/gas_table.py``."""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import NamedTuple

from settlement.chain.chain import Transaction
from settlement.chain.twins.conversion_desk import Quote
from settlement.chain.twins.miner_intake import Network, Order, Output, Rig
from settlement.domain.participants import DrawKind, Instrument, LicenceStatus, Screening
from settlement.domain.quotes import QuoteSide
from settlement.domain.terms import BillTerms
from tests.chain.clearing import CLEARING, Owed, build_market, enter
from tests.chain.money import COIN, COIN_PRICE, DESK, FEEDERS, SU_PRICE, TREASURY, drl, post_all, stock_desk
from tests.world import (
    CO_APPROVER,
    COMPLIANCE,
    DAY,
    KEEPER,
    PROGRAMME,
    RAMP,
    SECOND_REVIEWER,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
    build_world,
    documents,
    su,
)


class Batches(NamedTuple):
    """Queues that the clearing house settles: of so many obligations, among so many members."""

    sizes: tuple[int, ...]
    members: int


#: What the miner delivers, minor units of a coin.
MINED = COIN // 4
BATCHES = Batches((10, 100), members=4)


@dataclass
class Day:
    """What happened: every transaction, and the gas of settlements by the number of their obligations."""

    world: World
    batches: dict[int, int] = field(default_factory=dict)

    @property
    def transactions(self) -> list[Transaction]:
        """Every transaction of the day, the deployment included."""
        return self.world.transactions


def play() -> Day:
    """Build the world of the tests and play the day in it."""
    day = Day(build_world("py-evm"))
    for part in (
        _register,
        _pay,
        _exchange,
        _mine,
        _credit,
        _refuse,
        _secure,
        _collect,
        _net,
        _enforce,
        _supervise,
        _wind_down,
    ):
        part(day.world)
    _settle_queues(day)
    return day


def _register(world: World) -> None:
    """Files of participants and trades."""
    participants, trades = world.system.participants, world.system.trades
    participants.add_wallet(COMPLIANCE, SUPERVISOR, "T", "S2")
    participants.retire_wallet(SUPERVISOR, "T", "S2")
    participants.set_licence(SUPERVISOR, "T", LicenceStatus.ACTIVE, WIND_DOWN_END)
    participants.set_kyc(SUPERVISOR, "T", WIND_DOWN_END)
    participants.set_owner(SUPERVISOR, "H", "XF")
    participants.set_sponsor(SUPERVISOR, "D", "K")
    participants.set_intermediary(SUPERVISOR, "V", "G")
    participants.set_cap(SUPERVISOR, "D", 10**15)
    trades.amend("K", world.trade("B", "S"), 10**15, WIND_DOWN_END)


def _pay(world: World) -> None:
    """SU in, directly from one to another, and out."""
    system = world.system
    for number in range(2):
        system.ramp.issue(RAMP, "B", su(100), f"more {number}")
        system.token.transfer("B", "S", su(10))
    system.token.approve("B", "T", su(10))
    system.token.transfer_from("T", "B", "S", su(10))
    system.token.approve("B", system.ramp, su(50))
    system.ramp.redeem(RAMP, "B", su(50), "out")


def _exchange(world: World) -> None:
    """The domestic currency, prices, and the desk."""
    system = world.system
    currency, oracle = system.currency, system.oracle
    oracle.remove_feeder(SUPERVISOR, FEEDERS[-1])
    oracle.add_feeder(SUPERVISOR, FEEDERS[-1])
    for price in (SU_PRICE, SU_PRICE // 2):
        post_all(world, "SU", price)
    oracle.reset_breaker(SUPERVISOR, CO_APPROVER, "SU", price)
    post_all(world, "COIN", COIN_PRICE // 2)
    currency.mint(TREASURY, "B", drl(10_000_000), "opening")
    currency.transfer("B", "C", drl(100))
    currency.approve("B", "C", drl(100))
    currency.transfer_from("C", "B", "C", drl(100))
    currency.approve("C", TREASURY, drl(100))
    currency.burn(TREASURY, "C", drl(100), "closing")
    currency.appoint_module(COMPLIANCE, SUPERVISOR, system.ramp)
    stock_desk(world)
    system.desk.set_limits(SUPERVISOR, system.desk.limits())
    for side in QuoteSide:
        _, fair = system.desk.corridor_of(su(100))
        quote = Quote("B", side, su(100), fair, world.now + 600)
        system.desk.post_quote(DESK, side.name, quote)
        currency.approve("B", system.desk, fair)
        system.token.approve("B", system.desk, su(100))
        system.desk.accept("B", side.name)


def _mine(world: World) -> None:
    """Mined coins against SU for a trade."""
    system, start = world.system, world.now
    intake, network = system.intake, Network(start, 100 * 10**12, 3_125 * 10**5)
    intake.set_region(SUPERVISOR, "north")
    intake.set_network(SUPERVISOR, network)
    intake.register_rig(SUPERVISOR, "M", Rig("north", 1_000_000, 20, 5_000, start))
    world.advance(DAY // 2)
    output = Output("M", start, world.now, MINED, 0, network.difficulty)
    output = replace(output, energy=intake.energy_range(output)[1])
    intake.attest("A", "wrong", output)
    intake.revoke(SUPERVISOR, "wrong")
    intake.attest("A", "output", output)
    _, payment = intake.value_of(MINED)
    system.currency.approve("B", intake, payment)
    trade = world.trade("B", "T")
    intake.order("B", "output", Order(MINED, trade, payment, world.now + DAY))
    intake.deliver("M", "output", MINED, trade, "B")
    worth = system.reserve.coins_value(MINED // 2)
    system.reserve.sell_coins(COMPLIANCE, RAMP, MINED // 2, worth, "sale")


def _credit(world: World) -> None:
    """Credits as they should go: two parts, retention, demurrage; amended, disputed, expired, cancelled."""
    escrow, draws, token = world.system.escrow, world.system.presentations, world.system.token
    terms = {"retention": 1_000, "retention_period": 5 * DAY, "demurrage": su(10)}
    credit = world.active_credit(ref="parts", arbiter="R", award_period=5 * DAY, **terms)
    longer = replace(escrow.terms_of(credit), expiry=escrow.terms_of(credit).expiry + DAY, amount=su(1_200))
    token.approve("B", escrow, su(200))
    for party in ("B", "S"):
        escrow.amend(party, credit, longer)
    for amount in (su(400), su(300)):
        draw = world.present(credit, amount, serial=amount // su(100))
        draws.accept("E", credit, draw)
        draws.settle(KEEPER, credit, draw)
    draws.finalise("B", credit, 1)
    draws.dispute_retention("B", credit, 2)
    escrow.award("R", credit, su(10))
    for party in ("B", "S"):
        escrow.dispute(party, credit, su(100))
    world.advance(6 * DAY)
    escrow.award_by_time(KEEPER, credit)
    world.advance_to(longer.expiry + DAY)
    escrow.expire(KEEPER, credit)
    escrow.open("B", world.terms(ref="never"))
    escrow.cancel("B", "never")
    credit = world.active_credit(ref="mutual")
    for party in ("B", "S"):
        escrow.cancel_by_consent(party, credit)


def _refuse(world: World) -> None:
    """Documents that are not in order, and credits that compliance stops."""
    escrow, draws = world.system.escrow, world.system.presentations
    credit = world.active_credit(ref="mended", issuer="K")
    draw = world.present(credit, su(100), serial=10)
    draws.give_notice("E", credit, draw, ["late shipment", "no insurance document"])
    for party in ("B", "K"):
        draws.waive(party, credit, draw)
    draw = world.present(credit, su(100), serial=11)
    draws.give_notice("E", credit, draw, ["late shipment"])
    draws.return_documents("S", credit, draw)
    draw = world.present(credit, su(100), serial=12)
    world.advance(10 * DAY)
    draws.deem_accepted(KEEPER, credit, draw)
    for ref, act in (
        ("clear", escrow.release),
        ("block", escrow.block_credit),
        ("stop", escrow.reject_credit),
    ):
        credit = world.active_credit(ref=ref)
        escrow.hold(COMPLIANCE, credit)
        act(COMPLIANCE, SECOND_REVIEWER, credit)
    quarantine = world.system.quarantine
    quarantine.release(COMPLIANCE, SECOND_REVIEWER, quarantine.items(), to_payer=True)
    quarantine.claim(KEEPER, quarantine.items())


def _secure(world: World) -> None:
    """An advance, and one of whose delivery nothing is heard."""
    system = world.system
    for ref in ("heard", "unheard"):
        terms = world.terms(
            ref=ref, instrument=Instrument.ADVANCE, advance=su(100), return_period=20 * DAY, tenor=0
        )
        system.escrow.open("B", terms)
        system.escrow.issue("S", ref)
        deadline = world.now + DAY
        signature = system.token.sign_permit("B", system.escrow, terms.funding, deadline)
        system.escrow.fund_with_permit("B", ref, deadline, signature)
        invoice = (sha256(ref.encode()).digest(),)
        system.presentations.present("S", ref, su(100), world.now, invoice, DrawKind.ADVANCE)
        system.presentations.accept("E", ref, 1)
        system.presentations.settle(KEEPER, ref, 1)
    system.presentations.present("S", "heard", 0, world.now, documents(20), DrawKind.DELIVERY)
    system.presentations.accept("E", "heard", 2)
    world.advance(21 * DAY)
    system.presentations.report_overdue(KEEPER, "unheard")


def _collect(world: World) -> None:
    """Bills: documents against payment, and open account, paid or not."""
    bills, token = world.system.collections, world.system.token
    for instrument in (Instrument.COLLECTION, Instrument.OPEN_ACCOUNT):
        for ref in ("paid", "unpaid", "dropped"):
            bill = f"{instrument.name} {ref}"
            terms = BillTerms(
                ref=bill,
                trade=world.trade("B", "S"),
                drawer="S",
                drawee="B",
                instrument=instrument,
                amount=su(50),
                offer_until=world.now + DAY,
                due=world.now + 2 * DAY,
                grace=DAY,
            )
            bills.offer("S", terms)
            if ref == "dropped":
                bills.cancel("S", bill)
                continue
            bills.agree("B", bill)
            if instrument is Instrument.COLLECTION:
                bills.present("S", bill, sha256(bill.encode()).digest())
            if ref == "paid":
                token.approve("B", bills, su(50))
                bills.pay("B", bill)
        world.advance(4 * DAY)
        if instrument is Instrument.COLLECTION:
            bills.return_documents(KEEPER, "COLLECTION unpaid")
        else:
            bills.declare_default(KEEPER, "OPEN_ACCOUNT unpaid")


def _net(world: World) -> None:
    """Obligations: settled, withdrawn, lapsed; and a member that is out for a while."""
    house, participants = world.system.clearing, world.system.participants
    settled, withdrawn, lapsed = (enter(world, Owed("B", "S", su(10)), life=DAY) for _ in range(3))
    house.settle(CLEARING, [settled])
    house.propose_withdrawal("B", withdrawn)
    house.withdraw("S", withdrawn)
    world.advance(2 * DAY)
    house.lapse(KEEPER, lapsed)
    house.sweep(KEEPER, "B", 0, 10)
    participants.set_screening(COMPLIANCE, "S", Screening.POTENTIAL)
    house.exclude(CLEARING, "S")
    participants.resolve_screening(COMPLIANCE, SECOND_REVIEWER, "S", Screening.FALSE_POSITIVE)
    house.readmit(KEEPER, "S")


def _settle_queues(day: Day) -> None:
    """Longer and longer queues of a market of their own, each settled at once."""
    at_home, abroad = ("M1", "M2"), ("N1", "N2")
    market = build_market(PROGRAMME, dict.fromkeys(at_home, su(10_000)), abroad)
    pairs = [pair for one in at_home for other in abroad for pair in ((one, other), (other, one))]
    for home, other in zip(at_home, abroad, strict=True):
        market.give(home, other, su(1_000))
    for size in BATCHES.sizes:
        queue = [Owed(*pairs[n % len(pairs)], amount=su(1) + n) for n in range(size)]
        market.system.clearing.settle(CLEARING, list(market.enter_all(queue)))
        day.batches[size] = market.transactions[-1].gas_used


def _wind_down(world: World) -> None:
    """What is open when the regime ends."""
    world.system.token.release_earmark(KEEPER, "B", world.trade("B", "T"))
    for party in ("B", "W"):
        world.system.participants.set_screening(COMPLIANCE, party, Screening.CLEAR)
    world.system.presentations.wind_down("W", "mended")


def _enforce(world: World) -> None:
    """Freezing, seizing, recovering."""
    token, participants = world.system.token, world.system.participants
    token.set_frozen_tokens(SUPERVISOR, "S", su(20))
    token.forced_transfer(COMPLIANCE, SUPERVISOR, "S", "B", su(5))
    token.release_frozen_tokens(COMPLIANCE, SUPERVISOR, "S", 0)
    participants.add_wallet(COMPLIANCE, SUPERVISOR, "C", "B2")
    token.recover(SUPERVISOR, "C", "B2")
    world.system.currency.recover(SUPERVISOR, "C", "B2")
    participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "C", "C", "B2")


def _supervise(world: World) -> None:
    """The regime's own life, to its end."""
    regime, participants = world.system.regime, world.system.participants
    world.change_programme(replace(PROGRAMME, direct_payments=False))
    world.open_phase(2)
    regime.suspend(SUPERVISOR)
    world.advance(DAY)
    regime.resume(SUPERVISOR)
    participants.publish_list(COMPLIANCE, 2, sha256(b"list 2").digest())
    participants.set_screening(COMPLIANCE, "S", Screening.POTENTIAL)
    participants.resolve_screening(COMPLIANCE, SECOND_REVIEWER, "S", Screening.FALSE_POSITIVE)
    regime.wind_down(SUPERVISOR)
