"""What settling takes in liquidity, and what clearing saves."""

from collections.abc import Iterator
from fractions import Fraction

from settlement.report.measures.figures import Figure, Keys, Rows, Unit, measure, ratio

_LIQUIDITY = "Liquidity"
_DAY = 86_400

#: Running position of each participant in trade: what it has paid out, net of what it has been paid.
_POSITIONS = """
    WITH positions AS (
        SELECT w.participant, sum(p.amount) OVER (PARTITION BY w.participant ORDER BY e.entry) AS net
        FROM postings p JOIN entries e USING (entry) JOIN wallets w ON p.account = 'wallet:' || w.wallet
        WHERE p.unit = 'SU' AND e.flow IN ('DIRECT', 'FUND', 'PAY', 'REFUND', 'AWARD', 'NET_LEG')
    ), peaks AS (
        SELECT participant, greatest(-min(net), 0::BIGNUM) AS peak FROM positions GROUP BY participant
    )"""


@measure(
    _LIQUIDITY,
    "Peak net debit",
    f"{_POSITIONS}\n    SELECT participant, peak FROM peaks ORDER BY participant",
    keys=Keys.FOUND,
)
def peak_net_debit(rows: Rows) -> Iterator[Figure]:
    """The most by which a participant's payments exceeded its receipts at any moment; minor units of SU.

    max over time of max(0, Σ paid out − Σ received) over the flows of trade (DIRECT, FUND, PAY, REFUND,
    AWARD, NET_LEG), from the journal's postings to its wallets.
    """
    for participant, peak in rows:
        yield Figure(participant, int(peak), Unit.SU)


@measure(
    _LIQUIDITY,
    "Liquidity used and turnover",
    f"{_POSITIONS}\n    SELECT coalesce((SELECT sum(peak) FROM peaks), 0::BIGNUM),"
    "\n           coalesce((SELECT sum(amount) FROM payments), 0::BIGNUM)",
)
def turnover(rows: Rows) -> Iterator[Figure]:
    """How often the liquidity that trade took was turned over.

    Liquidity used = Σ over participants of peak net debit, minor units of SU. Turnover ratio = Σ of final
    payments ÷ liquidity used.
    """
    used, paid = (int(value) for value in rows[0])
    yield Figure("liquidity used", used, Unit.SU)
    yield Figure("value paid", paid, Unit.SU)
    yield Figure("turnover ratio", ratio(paid, used), Unit.RATIO)


@measure(
    _LIQUIDITY,
    "Prefunding",
    """
    SELECT sim_time, sum(change) FROM (
        SELECT e.sim_time, p.amount AS change FROM postings p JOIN entries e USING (entry)
        WHERE p.unit = 'SU' AND p.account LIKE 'credit:%'
        UNION ALL SELECT max(sim_time), 0::BIGNUM FROM closes HAVING count(*) > 0
    ) GROUP BY sim_time ORDER BY sim_time
    """,
)
def prefunding(rows: Rows) -> Iterator[Figure]:
    """SU locked under credits, waiting for documents and maturity.

    Peak = the most locked at any moment, minor units of SU. Tied up = Σ locked × days it was locked, to the
    last close; minor units of SU times days.
    """
    locked = peak = since = tied = 0
    for at, change in rows:
        tied += locked * (at - since)
        locked, since = locked + int(change), at
        peak = max(peak, locked)
    yield Figure("peak", peak, Unit.SU)
    yield Figure("tied up", Fraction(tied, _DAY), Unit.SU_DAYS)


@measure(
    _LIQUIDITY,
    "Netting",
    """
    SELECT (data->>'cycle')::INTEGER, (data->>'obligations')::INTEGER, (data->>'gross'), (data->>'net')
    FROM events WHERE kind = 'CycleSettled' ORDER BY seq
    """,
)
def netting(rows: Rows) -> Iterator[Figure]:
    """What clearing saved: 1 − Σ net moved ÷ Σ gross settled, over all cycles; a share of 1.

    Gross and net in minor units of SU; net is the Σ of positive net debits that members paid in.
    """
    gross, net = sum(int(row[2]) for row in rows), sum(int(row[3]) for row in rows)
    yield Figure("cycles", len(rows), Unit.COUNT)
    yield Figure("obligations", sum(row[1] for row in rows), Unit.COUNT)
    yield Figure("gross", gross, Unit.SU)
    yield Figure("net", net, Unit.SU)
    yield Figure("saving", ratio(gross - net, gross), Unit.SHARE)


@measure(
    _LIQUIDITY,
    "Clearing cycles",
    """
    SELECT (data->>'cycle'), (data->>'gross'), (data->>'net') FROM events
    WHERE kind = 'CycleSettled' ORDER BY seq
    """,
    keys=Keys.FOUND,
)
def cycles(rows: Rows) -> Iterator[Figure]:
    """Gross settled and net moved in each cycle; minor units of SU."""
    for cycle, gross, net in rows:
        yield Figure(f"cycle {cycle} gross", int(gross), Unit.SU)
        yield Figure(f"cycle {cycle} net", int(net), Unit.SU)


@measure(
    _LIQUIDITY,
    "Clearing queue",
    """
    SELECT sim_time, sum(change) OVER (ORDER BY seq) FROM (
        SELECT e.seq, e.sim_time, CASE WHEN e.kind = 'ObligationEntered' THEN (o.data->>'amount')::BIGNUM
                                       ELSE -(o.data->>'amount')::BIGNUM END AS change
        FROM events e
        JOIN events o ON o.kind = 'ObligationEntered' AND (o.data->>'obligation') = (e.data->>'obligation')
        WHERE e.kind IN ('ObligationEntered', 'ObligationSettled', 'ObligationWithdrawn', 'ObligationLapsed')
    ) ORDER BY seq
    """,
)
def queue(rows: Rows) -> Iterator[Figure]:
    """Value of obligations that wait for a cycle, at its peak and at the end; minor units of SU."""
    values = [int(value) for _, value in rows]
    yield Figure("peak", max(values, default=0), Unit.SU)
    yield Figure("at the end", values[-1] if values else 0, Unit.SU)
