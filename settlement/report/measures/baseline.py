"""The same trades through correspondent banks, where the run holds such a baseline.

The table ``baseline`` has one row a trade (``settlement.domain.baseline.Passage``): times in epoch seconds,
``failed`` where an investigation held it up, and a column for each component of cost, in minor units of SU.
"""

from collections.abc import Iterator
from fractions import Fraction

from settlement.report.measures.figures import Figure, Rows, Unit, distribution, measure, nearest_rank, ratio
from settlement.report.measures.liquidity import prefunding

_BASELINE = "Baseline"
_HALF = Fraction(1, 2)


@measure(
    _BASELINE,
    "The regime against the baseline",
    """
    SELECT t.paid_at - coalesce(t.presented_at, t.opened_at), b.paid - coalesce(b.documents, b.ordered)
    FROM trades t JOIN baseline b USING (trade) WHERE t.paid_at IS NOT NULL AND b.paid IS NOT NULL
    ORDER BY trade
    """,
)
def against_baseline(rows: Rows) -> Iterator[Figure]:
    """Seconds from documents to the seller's account, for the trades that both sides paid.

    The regime: paid_at − presented_at (of an obligation, − its entry), suspensions and holds included. The
    baseline: paid − documents (− ordered where there are none). Both wait for what is retained. Medians by
    nearest rank; faster and slower count trades, ties are neither. Median gain = median over trades of the
    baseline's seconds − the regime's: positive where most trades are faster under the regime.
    """
    yield Figure("trades compared", len(rows), Unit.COUNT)
    yield Figure("faster", sum(mine < theirs for mine, theirs in rows), Unit.COUNT)
    yield Figure("slower", sum(mine > theirs for mine, theirs in rows), Unit.COUNT)
    yield Figure("median here", nearest_rank((mine for mine, _ in rows), _HALF), Unit.SECONDS)
    yield Figure("median through correspondents", nearest_rank((its for _, its in rows), _HALF), Unit.SECONDS)
    yield Figure("median gain", nearest_rank((its - mine for mine, its in rows), _HALF), Unit.SECONDS)


@measure(
    _BASELINE,
    "Cost share by component",
    """
    WITH carried AS (
        SELECT trade, t.paid FROM trades t JOIN baseline b USING (trade)
        WHERE t.paid > 0::BIGNUM AND b.paid IS NOT NULL
    )
    SELECT component, sum(fee::BIGNUM),
           coalesce(sum(fee::BIGNUM) FILTER (trade IN (SELECT trade FROM carried)), 0::BIGNUM),
           (SELECT coalesce(sum(paid), 0::BIGNUM) FROM carried)
    FROM (UNPIVOT baseline ON transfer, fx, issuance, confirmation, prefunding INTO NAME component VALUE fee)
    GROUP BY component ORDER BY component
    """,
)
def baseline_cost(rows: Rows) -> Iterator[Figure]:
    """What the correspondent banks took, by component: Σ of the component over all trades, in minor units.

    Only where the run holds a baseline. Share = Σ of the component over the trades that both sides paid ÷ Σ
    paid for them under the regime; a share of 1. Issuance and confirmation are taken for the days from a
    credit's opening to its expiry, so that their shares here are no rates; `documentary_fees` has those a
    year. fx is what the conversion of the currency costs, prefunding what idle nostro balances cost. The
    regime's own fees are paid in DRL and not modelled.
    """
    for component, fee, carried, paid in rows:
        yield Figure(component, int(fee), Unit.SU)
        yield Figure(f"{component} share", ratio(int(carried), int(paid)), Unit.SHARE)
    total, carried = (sum(int(row[column]) for row in rows) for column in (1, 2))
    yield Figure("total", total, Unit.SU)
    yield Figure("total share", ratio(carried, int(rows[0][3])) if rows else None, Unit.SHARE)


@measure(
    _BASELINE,
    "Documentary fees a year",
    """
    SELECT amount, days, issuance, confirmation FROM baseline WHERE days > 0 ORDER BY trade
    """,
)
def documentary_fees(rows: Rows) -> Iterator[Figure]:
    """What a credit costs through correspondent banks, of its face amount a year: as banks quote their fees.

    Over all credits of the baseline, for issuance and for confirmation: Σ fee × 365 ÷ Σ (face amount × days
    from opening to expiry), actual/365; a share of 1 a year. The rates are those that the scenario states,
    and what rounding up each fee adds.
    """
    amount_days = sum(int(amount) * days for amount, days, _, _ in rows)
    yield Figure("credits", len(rows), Unit.COUNT)
    for name, fees in (("issuance", (row[2] for row in rows)), ("confirmation", (row[3] for row in rows))):
        yield Figure(name, ratio(365 * sum(map(int, fees)), amount_days), Unit.YEARLY)


@measure(
    _BASELINE,
    "Time through correspondents",
    """
    SELECT paid - documents, paid - ordered, failed FROM baseline ORDER BY trade
    """,
)
def baseline_time(rows: Rows) -> Iterator[Figure]:
    """Seconds that the correspondent banks took from documents, and from the order, to the seller's account.

    Median, 90th percentile (nearest rank) and maximum over the baseline's trades that were paid; failed
    counts those that an investigation held up.
    """
    yield Figure("failed", sum(bool(row[2]) for row in rows), Unit.COUNT)
    for index, name in enumerate(("documents to paid", "order to paid")):
        seconds = [row[index] for row in rows if row[index] is not None]
        yield Figure(f"{name}, median", nearest_rank(seconds, _HALF), Unit.SECONDS)
        yield Figure(f"{name}, p90", nearest_rank(seconds, Fraction(9, 10)), Unit.SECONDS)
        yield Figure(f"{name}, max", max(seconds, default=None), Unit.SECONDS)


@measure(
    _BASELINE,
    "Due to final through correspondents",
    """
    SELECT paid - due,
           (SELECT count(*) FROM banking_days WHERE begins > due AND begins <= paid) <= 1
    FROM baseline WHERE paid IS NOT NULL ORDER BY trade
    """,
)
def baseline_due(rows: Rows) -> Iterator[Figure]:
    """Seconds from the moment a payment is due to the seller's account: what the chain of banks itself takes.

    For each trade that the banks paid: paid − due, of the payment that arrived last; median,
    90th percentile (nearest rank), maximum, shares within 3,600 s and within one banking day of the home
    jurisdiction. It is to them what `due_to_final` is to the regime.
    """
    yield from distribution([int(row[0]) for row in rows])
    yield Figure("within 1 banking day", ratio(sum(bool(row[1]) for row in rows), len(rows)), Unit.SHARE)


@measure(
    _BASELINE,
    "Idle balances on both sides",
    """
    SELECT 'nostro' AS side, NULL AS sim_time, sum(nostro), sum(prefunding), max(capital) FROM baseline
    GROUP BY date_trunc('month', make_timestamp(ordered * 1000000))
    UNION ALL
    SELECT 'locked', sim_time, sum(change), 0::BIGNUM, 0 FROM (
        SELECT e.sim_time, p.amount AS change FROM postings p JOIN entries e USING (entry)
        WHERE p.unit = 'SU' AND p.account LIKE 'credit:%'
        UNION ALL SELECT max(sim_time), 0::BIGNUM FROM closes HAVING count(*) > 0
    ) GROUP BY sim_time
    ORDER BY side, sim_time, 3
    """,
)
def idle_balances(rows: Rows) -> Iterator[Figure]:
    """What is tied up, and what that costs: on nostro accounts, and under credits of the regime.

    Nostro balance = the share of a month's payments that the scenario states, in the month with the most; its
    cost = Σ over months of balance × rate ÷ 12. Locked = the most locked under credits at any moment; its
    cost = Σ locked × days × rate ÷ 365, rounded down. Minor units of SU. What participants hold beside that
    is theirs to spend and counts on neither side.
    """
    there = [row for row in rows if row[0] == "nostro"]
    locked = {figure.key: figure for figure in prefunding([row[1:3] for row in rows if row[0] == "locked"])}
    rate = Fraction(max((row[4] for row in there), default=0), 10_000)
    yield Figure("nostro balance", max((int(row[2]) for row in there), default=0), Unit.SU)
    yield Figure("nostro cost", sum(int(row[3]) for row in there), Unit.SU)
    yield Figure("locked here", int(locked["peak"].value or 0), Unit.SU)
    yield Figure("locked cost", int(Fraction(locked["tied up"].value or 0) * rate / 365), Unit.SU)
