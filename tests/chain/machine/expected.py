"""What can be looked at, by key, as the model expects it."""

from collections.abc import Callable
from typing import Any

from settlement.domain.errors import Refused
from settlement.domain.participants import OwnershipClass
from tests.model.clock import DAY
from tests.model.system import Model

Key = tuple[Any, ...]
State = dict[Key, Any]


def expected_core(model: Model, wallets: tuple[str, ...], modules: tuple[str, ...]) -> State:
    """The regime, the register, trades, what is counted, and who holds what."""
    token, meter = model.token, model.meter
    state: State = {
        ("stage",): model.regime.stage(),
        ("phase",): model.regime.phase(),
        ("tolled",): model.regime.tolled(),
        ("supply",): token.total_supply(),
        ("reserve",): (model.reserve.cash, model.reserve.coins),
        ("items",): len(token.items),
    }
    for account in (*wallets, *modules):
        state["balance", account] = token.balances[account]
    for wallet in wallets:
        state["frozen", wallet] = token.frozen[wallet]
        state["earmarked", wallet] = token.earmarked(wallet)
        state["wallet", wallet] = (
            model.participants.participant_of(wallet),
            model.participants.is_retired(wallet),
        )
    for (holder, spender), amount in token.allowances.items():
        state["allowance", holder, spender] = amount
    for (holder, trade), amount in token.earmarks.items():
        if holder and trade:
            state["earmark", holder, trade] = amount
    for name, profile in model.participants.profiles.items():
        state["profile", name] = profile
        state["primary", name] = model.participants.wallet_of(name)
        state["exposure", name] = meter.exposure_of(name)
    for number, t in model.trades.trades.items():
        state["trade", number] = (
            *(t.entity, t.counterparty, t.value, t.used),
            *(t.until, t.chapter, t.travel_record),
        )
    for position, item in enumerate(token.items, 1):
        state["item", position] = (
            *(item.state, item.flow, item.payer, item.payee),
            *(item.amount, item.ref, item.trade),
        )
    return state | _expected_use(model)


def expected_credits(model: Model) -> State:
    """Credits with their draws, and bills."""
    state: State = {}
    for name, c in model.escrow.credits.items():
        state["credit", name] = (
            *(c.state, c.held, c.advance_open, c.funded, c.paid, c.refunded, c.quarantined),
            *(c.reserved, c.retained, c.disputed, c.of_retention, c.demurrage),
            *(c.award_until, c.retention_until),
        )
        for number, d in enumerate(c.draws, 1):
            waivers = (c.terms.applicant in d.waived_by) + 2 * (c.terms.issuer in d.waived_by)
            state["draw", name, number] = (
                *(d.state, d.kind, waivers, d.amount, d.presented_at),
                *(d.retention, d.tenor, d.retention_period),
                *(d.examine_until, d.waive_until, d.maturity, d.retain_until, d.document),
            )
        state["return until", name] = c.return_until
    for name, bill in model.collections.bills.items():
        state["bill", name] = (bill.state, bill.pay_until, bill.tolled, bill.terms)
    return state


def expected_clearing(model: Model) -> State:
    """Obligations, and who is excluded."""
    clearing = model.clearing
    state: State = {("cycles",): clearing.cycles, ("obligations",): len(clearing.book)}
    for number, o in enumerate(clearing.book, 1):
        state["obligation", number] = (
            *(o.state, o.payer, o.payee, o.amount, o.priority, o.withdrawing),
            *(clearing.until(o), o.trade),
        )
    for member in clearing.members:
        state["excluded", member] = member in clearing.excluded
    return state


def _expected_use(model: Model) -> State:
    state: State = {}
    for window in (DAY, model.regime.programme().period):
        state["used", window] = model.meter.used(window)
        for name in {entered.entity for entered in model.meter.entered}:
            state["used by entity", name, window] = model.meter.used(window, entity=name)
        for abroad in {entered.abroad for entered in model.meter.entered if entered.abroad}:
            state["used with", abroad, window] = model.meter.used(window, abroad=abroad)
        for ownership in OwnershipClass:
            state["used by class", ownership, window] = model.meter.used(window, ownership=ownership)
    return state


def expected_money(model: Model) -> State:
    """Prices, the domestic currency, the desk, and what stands behind SU."""
    oracle, currency, desk = model.oracle, model.currency, model.desk
    state: State = {
        ("feeders",): frozenset(oracle.feeders),
        ("coverage",): model.reserve.check_coverage(model.token.total_supply()),
        ("backing",): answer_of(model.reserve.value),
        ("drl supply",): currency.total_supply(),
        ("desk limits",): desk.limits,
    }
    for asset in ("SU", "COIN"):
        state["price", asset] = answer_of(lambda a=asset: oracle.price(a))  # type: ignore[misc]
        state["median", asset] = oracle.median(asset)
        state["accepted", asset] = (*oracle.accepted.get(asset, (0, 0)), asset in oracle.tripped)
    for account in {*model.participants.owner_of, *currency.balances, *currency.modules}:
        state["drl", account] = currency.balances.get(account, 0)
        state["drl holder", account] = currency.check_holder(account)
    for (holder, spender), amount in currency.allowances.items():
        state["drl allowance", holder, spender] = amount
    for name, quote in desk.quotes.items():
        state["quote", name] = quote
    return state


def expected_intake(model: Model) -> State:
    """Records of miners, attestations and orders."""
    intake = model.intake
    state: State = {}
    for miner, rig in intake.rigs.items():
        state["rig", miner] = rig, intake.attested_until.get(miner, 0)
    for network in intake.networks:
        state["network", network.since] = network
    for name, attestation in intake.attestations.items():
        state["attestation", name] = attestation.output, attestation.delivered
    for (name, entity), order in intake.orders.items():
        state["order", name, entity] = order
    return state


def answer_of(question: Callable[[], Any]) -> Any:
    """A value, or why there is none."""
    try:
        return question()
    except Refused as refusal:
        return refusal.reason
