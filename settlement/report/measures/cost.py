"""What it costs: the desk's margin and gas; and what mined output brings and takes."""

from collections.abc import Iterator

from settlement.report.measures.figures import Figure, Rows, Unit, measure, ratio

_COST = "Cost"


@measure(
    _COST,
    "Conversion",
    "SELECT (data->>'side'), (data->>'su_amount'), (data->>'drl_amount'), (data->>'market') FROM events\n"
    "    WHERE kind = 'QuoteAccepted' ORDER BY seq",
)
def conversion(rows: Rows) -> Iterator[Figure]:
    """What conversion at the desk cost its clients against the market; minor units of DRL.

    Cost = Σ over quotes of drl_amount − market where the desk sold SU, market − drl_amount where it bought;
    negative where the desk bore a loss. Share = cost ÷ Σ market. Quotes without a market price are left out.
    """
    priced = [(side, int(drl), int(market)) for side, _, drl, market in rows if int(market) > 0]
    cost = sum(drl - market if side == "SELLS_SU" else market - drl for side, drl, market in priced)
    market = sum(worth for _, _, worth in priced)
    yield Figure("quotes used", len(rows), Unit.COUNT)
    yield Figure("SU converted", sum(int(row[1]) for row in rows), Unit.SU)
    yield Figure("market value", market, Unit.DRL)
    yield Figure("cost", cost, Unit.DRL)
    yield Figure("share", ratio(cost, market), Unit.SHARE)


@measure(
    _COST,
    "Chain",
    """
    SELECT count(*), sum(gas_used), count(*) FILTER (reason != 'OK'),
           (SELECT count(*) FROM payments),
           (SELECT coalesce(sum(t.gas_used), 0) FROM transactions t
            WHERE t.sim_time >= (SELECT min(sim_time) FROM events WHERE kind = 'StageChanged'))
    FROM transactions
    """,
)
def chain(rows: Rows) -> Iterator[Figure]:
    """Transactions, refused ones among them, and the gas they used.

    Gas per payment = gas since the regime was activated ÷ final payments: neither deployment nor
    registration.
    """
    transactions, gas, refused, payments, since = rows[0]
    yield Figure("transactions", transactions, Unit.COUNT)
    yield Figure("refused", refused, Unit.COUNT)
    yield Figure("gas", int(gas or 0), Unit.GAS)
    yield Figure("gas per payment", ratio(int(since), payments), Unit.GAS)


@measure(
    _COST,
    "Mined funding",
    """
    SELECT flow, amount, 0 FROM movements WHERE flow IN ('ISSUE', 'INTAKE') AND source = 'issuance'
    UNION ALL
    SELECT 'energy', (data->>'energy')::BIGNUM, (data->>'coins')::BIGINT FROM events
    WHERE kind = 'OutputAttested'
    """,
)
def mined(rows: Rows) -> Iterator[Figure]:
    """Share of SU that mined output brought: Σ INTAKE ÷ Σ (ISSUE + INTAKE); a share of 1.

    Energy = Σ kWh attested with it, and per whole coin.
    """
    totals = {
        kind: sum(int(row[1]) for row in rows if row[0] == kind) for kind in ("ISSUE", "INTAKE", "energy")
    }
    coins = sum(int(row[2]) for row in rows)
    yield Figure("issued against coins", totals["INTAKE"], Unit.SU)
    yield Figure("share", ratio(totals["INTAKE"], totals["INTAKE"] + totals["ISSUE"]), Unit.SHARE)
    yield Figure("coins", coins, Unit.COINS)
    yield Figure("energy", totals["energy"], Unit.KWH)
    yield Figure("energy per coin", ratio(totals["energy"] * 10**8, coins), Unit.KWH)
