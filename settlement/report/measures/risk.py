"""Caps, exposure, the reserve, and how much depends on how few."""

import json
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from fractions import Fraction

from settlement.domain.programme import DAY, NO_CAP
from settlement.report.measures.figures import Figure, Keys, Rows, Unit, concentration, measure, ratio

_RISK = "Risk"
_WHOLE = 10_000


@measure(
    _RISK,
    "Reserve coverage",
    """
    WITH days AS (
        SELECT sim_time, any_value(day) AS day,
               coalesce(sum(-balance) FILTER (account = 'issuance' AND unit = 'SU'), 0::BIGNUM) AS supply,
               coalesce(sum(balance) FILTER (account = 'reserve' AND unit = 'CASH'), 0::BIGNUM) AS cash,
               coalesce(sum(balance) FILTER (account = 'reserve' AND unit = 'COIN'), 0::BIGNUM) AS coins
        FROM closes GROUP BY sim_time
    ), prices AS (
        SELECT sim_time, (data->>'asset') AS asset, (data->>'value')::BIGNUM AS value
        FROM events WHERE kind IN ('PriceAccepted', 'BreakerReset')
    )
    SELECT day::VARCHAR, supply, cash, coins,
           (SELECT arg_max(value, prices.sim_time) FROM prices
            WHERE asset = 'COIN' AND prices.sim_time <= days.sim_time),
           (SELECT arg_max(value, prices.sim_time) FROM prices
            WHERE asset = 'SU' AND prices.sim_time <= days.sim_time),
           (SELECT (data->>'haircut') FROM events WHERE kind = 'ProgrammeDrafted')
    FROM days ORDER BY sim_time
    """,
    keys=Keys.DAYS,
)
def reserve_coverage(rows: Rows) -> Iterator[Figure]:
    """What the reserve is worth for each SU in circulation, at every close; a share of 1.

    (cash + coins × price of a coin ÷ price of an SU × (1 − haircut)) ÷ supply, rounded down to minor units
    as the contract does; cash is at par. The prices are the last that the oracle accepted.
    """
    for day, supply, cash, coins, coin_price, su_price, haircut in rows:
        worth = int(cash) + _coins_worth(int(coins), coin_price, su_price, int(haircut or 0))
        yield Figure(day, ratio(worth, int(supply)), Unit.SHARE)


def _coins_worth(coins: int, coin_price: str | None, su_price: str | None, haircut: int) -> int:
    if not coins or coin_price is None or su_price is None:
        return 0
    at_market = coins * int(coin_price) // (int(su_price) * 100)
    return at_market * (_WHOLE - haircut) // _WHOLE


@measure(
    _RISK,
    "Volatile exposure",
    """
    SELECT day::VARCHAR, balance FROM closes WHERE account = 'reserve' AND unit = 'COIN' ORDER BY sim_time
    """,
    keys=Keys.DAYS,
)
def volatile_exposure(rows: Rows) -> Iterator[Figure]:
    """Coins in the reserve at every close, 10**-8 coins: the only place where volatile assets are held."""
    for day, coins in rows:
        yield Figure(day, int(coins), Unit.COINS)


@measure(
    _RISK,
    "Holdings of SU",
    """
    SELECT w.participant, max(c.balance), arg_max(c.balance, c.sim_time)
    FROM closes c JOIN wallets w ON c.account = 'wallet:' || w.wallet
    WHERE c.unit = 'SU' GROUP BY w.participant ORDER BY w.participant
    """,
)
def holdings(rows: Rows) -> Iterator[Figure]:
    """The most SU that a participant held in one wallet at any close; minor units of SU."""
    for participant, most, _ in rows:
        yield Figure(participant, int(most), Unit.SU)


@measure(
    _RISK,
    "Cap utilisation",
    """
    SELECT m.sim_time, m.amount, m.payer, m.payee, a.jurisdiction, b.jurisdiction, a.ownership, b.ownership,
           a.cap, b.cap, (SELECT arg_max(data, seq) FROM events WHERE kind = 'ProgrammeDrafted')
    FROM metered m JOIN parties a ON a.participant = m.payer JOIN parties b ON b.participant = m.payee
    ORDER BY m.seq
    """,
)
def cap_utilisation(rows: Rows) -> Iterator[Figure]:
    """Peak use of every cap that the programme sets: max over time of metered trade in its window ÷ the cap.

    A share of 1. Trade is metered where it is entered (FUND, DIRECT, obligations), in the reference currency,
    rounded up; windows slide. Caps of the programme as last drafted and of licences as last set.
    """
    if not rows:
        return
    programme = json.loads(rows[0][10])
    home, period = programme["home"], programme["period"]
    corridors = {c["jurisdiction"]: c["cap"] for c in programme["corridors"]}
    caps: dict[str, tuple[int, int]] = {}
    uses: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, amount, payer, payee, from_, to, ownership_a, ownership_b, cap_a, cap_b, _ in rows:
        value = -(-int(amount) * programme["reference_rate"] // 10**6)
        resident = from_ == home
        entity, ownership, cap = (payer, ownership_a, cap_a) if resident else (payee, ownership_b, cap_b)
        own = programme["private_caps" if ownership == "PRIVATE" else "state_caps"]
        abroad = to if resident else from_
        corridor = corridors.get(abroad, NO_CAP)
        meters = {
            f"{ownership} payment": (own["payment"], 1),
            f"{ownership} daily, {entity}": (own["daily"], DAY),
            f"{ownership} period, {entity}": (own["period"], period),
            f"{ownership} total": (own["total"], period),
            f"licence of {entity}": (NO_CAP if cap is None else int(cap), period),
            f"corridor {abroad}": (corridor, period),
            "regime": (programme["regime_cap"], period),
        }
        for name, meter in meters.items():
            caps[name] = meter
            uses[name].append((at, value))
    for name, (cap, window) in sorted(caps.items()):
        if cap < NO_CAP:
            most = max(v for _, v in uses[name]) if name.endswith("payment") else _peak(uses[name], window)
            yield Figure(name, ratio(most, cap), Unit.SHARE)


def _peak(uses: Iterable[tuple[int, int]], window: int) -> int:
    """The most that falls into any window of so many seconds."""
    inside: deque[tuple[int, int]] = deque()
    total = peak = 0
    for at, value in uses:
        inside.append((at, value))
        total += value
        while inside[0][0] <= at - window:
            total -= inside.popleft()[1]
        peak = max(peak, total)
    return peak


@measure(
    _RISK,
    "Concentration by counterparty",
    """
    SELECT CASE WHEN a.jurisdiction = h.home THEN p.payee ELSE p.payer END, p.amount
    FROM payments p JOIN parties a ON a.participant = p.payer,
         (SELECT (data->>'home') AS home FROM events WHERE kind = 'ProgrammeDrafted' LIMIT 1) h
    """,
)
def concentration_by_counterparty(rows: Rows) -> Iterator[Figure]:
    """Herfindahl-Hirschman index of final payments by the party abroad: 10,000 × Σ (its share)²."""
    yield from _concentration(rows)


@measure(
    _RISK,
    "Concentration by intermediary",
    """
    SELECT CASE WHEN a.jurisdiction = h.home THEN b.intermediary ELSE a.intermediary END AS name, p.amount
    FROM payments p JOIN parties a ON a.participant = p.payer JOIN parties b ON b.participant = p.payee,
         (SELECT (data->>'home') AS home FROM events WHERE kind = 'ProgrammeDrafted' LIMIT 1) h
    WHERE name != ''
    """,
)
def concentration_by_intermediary(rows: Rows) -> Iterator[Figure]:
    """Herfindahl-Hirschman index of final payments by intermediary: 10,000 × Σ (its share)².

    Over the payments that have one; the intermediary is the one that the party abroad has at the end.
    """
    yield from _concentration(rows)


def _concentration(rows: Rows) -> Iterator[Figure]:
    totals: defaultdict[str, int] = defaultdict(int)
    for name, amount in rows:
        totals[name] += int(amount)
    yield Figure("index", concentration(totals.values()), Unit.INDEX)
    whole = sum(totals.values())
    for name, amount in sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:10]:
        yield Figure(name, Fraction(amount, whole) if whole else None, Unit.SHARE)
