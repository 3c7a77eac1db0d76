"""What can be looked at, by key, as the chain shows it."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from tests.chain.machine.expected import Key, answer_of

#: A look at one kind of thing: a deployment and the rest of the key to a value.
Look = Callable[..., Any]

REGIME: dict[str, Look] = {
    "stage": lambda d: d.regime.stage(),
    "phase": lambda d: d.regime.phase(),
    "tolled": lambda d: d.regime.tolled(),
}
REGISTERS: dict[str, Look] = {
    "wallet": lambda d, wallet: (d.participants.participant_of(wallet), d.participants.is_retired(wallet)),
    "profile": lambda d, name: d.participants.profile_of(name),
    "primary": lambda d, name: d.participants.wallet_of(name),
    "trade": lambda d, number: values(d.trades.trade_of(number)),
}
TOKEN: dict[str, Look] = {
    "supply": lambda d: d.token.total_supply(),
    "balance": lambda d, account: d.token.balance_of(account),
    "frozen": lambda d, wallet: d.token.frozen_of(wallet),
    "earmarked": lambda d, wallet: d.token.earmark_of(wallet, "")[1],
    "earmark": lambda d, wallet, trade: d.token.earmark_of(wallet, trade)[0],
    "allowance": lambda d, holder, spender: d.token.allowance(holder, spender),
    "items": lambda d: d.quarantine.items(),
    "item": lambda d, number: values(d.quarantine.item_of(number)),
}
METER: dict[str, Look] = {
    "exposure": lambda d, name: d.rulebook.exposure_of(name),
    "used": lambda d, window: d.rulebook.used_by_regime(window),
    "used by entity": lambda d, name, window: d.rulebook.used_by_entity(name, window),
    "used with": lambda d, abroad, window: d.rulebook.used_by_corridor(abroad, window),
    "used by class": lambda d, ownership, window: d.rulebook.used_by_class(ownership, window),
}
CREDITS: dict[str, Look] = {
    "credit": lambda d, name: values(d.escrow.credit_of(name)),
    "draw": lambda d, name, number: values(d.presentations.draw_of(name, number)),
    "return until": lambda d, name: d.presentations.return_until_of(name),
    "bill": lambda d, name: values(d.collections.bill_of(name)),
}
CLEARING: dict[str, Look] = {
    "obligation": lambda d, number: values(d.clearing.obligation_of(number)),
    "excluded": lambda d, member: d.clearing.is_excluded(member),
    "cycles": lambda d: d.clearing.cycles(),
    "obligations": lambda d: d.clearing.obligations(),
}
MONEY: dict[str, Look] = {
    "reserve": lambda d: d.reserve.holdings(),
    "coverage": lambda d: d.reserve.check_coverage(d.token.total_supply()),
    "backing": lambda d: answer_of(d.reserve.value),
    "feeders": lambda d: d.oracle.feeders(),
    "price": lambda d, asset: answer_of(lambda: d.oracle.price(asset)[0]),
    "median": lambda d, asset: d.oracle.median_of(asset),
    "accepted": lambda d, asset: d.oracle.state_of(asset),
    "drl supply": lambda d: d.currency.total_supply(),
    "drl": lambda d, account: d.currency.balance_of(account),
    "drl holder": lambda d, account: d.currency.check_holder(account),
    "drl allowance": lambda d, holder, spender: d.currency.allowance(holder, spender),
    "desk limits": lambda d: d.desk.limits(),
    "quote": lambda d, name: d.desk.quote_of(name),
}
INTAKE: dict[str, Look] = {
    "rig": lambda d, miner: d.intake.rig_of(miner),
    "network": lambda d, time: d.intake.network_at(time),
    "attestation": lambda d, name: d.intake.attestation_of(name),
    "order": lambda d, name, entity: d.intake.order_of(name, entity),
}
LOOKS = REGIME | REGISTERS | TOKEN | METER | CREDITS | CLEARING | MONEY | INTAKE


def observed(deployment: Any, key: Key) -> Any:
    """What the chain shows under a key."""
    kind, *rest = key
    return LOOKS[kind](deployment, *rest)


def values(record: Any) -> tuple[Any, ...]:
    """The members of a record of a twin, in order."""
    return tuple(getattr(record, member.name) for member in fields(record))
