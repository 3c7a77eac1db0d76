"""What can be looked at: by key, as the model expects it and as the chain shows it."""

from dataclasses import fields
from typing import Any

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
            *(c.reserved, c.retained, c.disputed, c.of_retention, c.demurrage, c.award_until),
        )
        for number, d in enumerate(c.draws, 1):
            waivers = (c.terms.applicant in d.waived_by) + 2 * (c.terms.issuer in d.waived_by)
            state["draw", name, number] = (
                *(d.state, d.kind, waivers, d.amount, d.retention, d.tenor, d.retention_period),
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


def observed(d: Any, key: Key) -> Any:  # one line for each kind of thing
    """What the chain shows under a key."""
    match key:
        case ("stage",):
            return d.regime.stage()
        case ("phase",):
            return d.regime.phase()
        case ("tolled",):
            return d.regime.tolled()
        case ("supply",):
            return d.token.total_supply()
        case ("reserve",):
            return d.reserve.holdings()
        case ("items",):
            return d.quarantine.items()
        case ("balance", account):
            return d.token.balance_of(account)
        case ("frozen", wallet):
            return d.token.frozen_of(wallet)
        case ("earmarked", wallet):
            return d.token.earmark_of(wallet, "")[1]
        case ("earmark", wallet, trade):
            return d.token.earmark_of(wallet, trade)[0]
        case ("wallet", wallet):
            return d.participants.participant_of(wallet), d.participants.is_retired(wallet)
        case ("allowance", holder, spender):
            return d.token.allowance(holder, spender)
        case ("profile", name):
            return d.participants.profile_of(name)
        case ("primary", name):
            return d.participants.wallet_of(name)
        case ("exposure", name):
            return d.rulebook.exposure_of(name)
        case ("trade", number):
            return values(d.trades.trade_of(number))
        case ("item", number):
            return values(d.quarantine.item_of(number))
        case ("credit", name):
            return values(d.escrow.credit_of(name))
        case ("draw", name, number):
            return values(d.presentations.draw_of(name, number))
        case ("return until", name):
            return d.presentations.return_until_of(name)
        case ("bill", name):
            return values(d.collections.bill_of(name))
        case ("obligation", number):
            return values(d.clearing.obligation_of(number))
        case ("excluded", member):
            return d.clearing.is_excluded(member)
        case ("cycles",):
            return d.clearing.cycles()
        case ("obligations",):
            return d.clearing.obligations()
        case ("used", window):
            return d.rulebook.used_by_regime(window)
        case ("used by entity", name, window):
            return d.rulebook.used_by_entity(name, window)
        case ("used with", abroad, window):
            return d.rulebook.used_by_corridor(abroad, window)
        case ("used by class", ownership, window):
            return d.rulebook.used_by_class(ownership, window)
    raise AssertionError(f"nothing to look at under {key}")


def values(record: Any) -> tuple[Any, ...]:
    """The members of a record of a twin, in order."""
    return tuple(getattr(record, member.name) for member in fields(record))
