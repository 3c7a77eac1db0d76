"""How much is settled, and how fast."""

from collections import defaultdict
from collections.abc import Iterator

from settlement.report.measures.figures import Figure, Keys, Rows, Unit, distribution, measure, ratio

_SPEED = "Speed"


@measure(
    _SPEED,
    "Settlement rate",
    """
    WITH demurrage AS (
        SELECT (d.data->>'credit') AS trade, sum(coalesce(d.data->>'amount', d.data->>'due')::BIGNUM) AS paid
        FROM events d
        JOIN events p ON p.kind = 'DrawPresented' AND (p.data->>'draw_kind') = 'DEMURRAGE'
             AND (p.data->>'credit') = (d.data->>'credit') AND (p.data->>'draw') = (d.data->>'draw')
        WHERE d.kind IN ('DrawPaid', 'DrawWoundDown') GROUP BY ALL
    )
    SELECT t.amount, least(t.paid - coalesce(d.paid, 0::BIGNUM), t.amount),
           state IN ('CLOSED', 'PAID', 'SETTLED') AND t.paid > 0::BIGNUM
    FROM trades t LEFT JOIN demurrage d USING (trade) WHERE instrument != 'GUARANTEE'
    """,
)
def settlement_rate(rows: Rows) -> Iterator[Figure]:
    """How much of what was entered was paid.

    By count: trades that ended CLOSED, PAID or SETTLED with something paid ÷ trades entered. By value: Σ
    paid (at most the face amount of each, without demurrage) ÷ Σ face amounts. Shares of 1; amounts in
    minor units of SU. Guarantees, which are meant not to be drawn on, are left out.
    """
    entered, paid = sum(int(row[0]) for row in rows), sum(int(row[1]) for row in rows)
    settled = sum(bool(row[2]) for row in rows)
    yield Figure("trades", len(rows), Unit.COUNT)
    yield Figure("settled", settled, Unit.COUNT)
    yield Figure("by count", ratio(settled, len(rows)), Unit.SHARE)
    yield Figure("face value", entered, Unit.SU)
    yield Figure("paid", paid, Unit.SU)
    yield Figure("by value", ratio(paid, entered), Unit.SHARE)


def _times(since: str) -> str:
    """Seconds from the column ``since`` to final payment, and whether within one banking day of the home.

    It is where the second banking day that begins after ``since`` has not begun at payment.
    """
    return f"""
    SELECT greatest(paid_at - {since}, 0), coalesce(following > paid_at, true)
    FROM payments ASOF LEFT JOIN (
        SELECT begins, lead(begins) OVER (ORDER BY begins) AS following FROM banking_days
    ) ON begins > {since}
    WHERE {since} IS NOT NULL ORDER BY paid_at, ref
    """


def _spread(rows: Rows) -> Iterator[Figure]:
    yield from distribution([int(row[0]) for row in rows])
    yield Figure("within 1 banking day", ratio(sum(bool(row[1]) for row in rows), len(rows)), Unit.SHARE)


@measure(_SPEED, "From order to final payment", _times("ordered_at"))
def order_to_final(rows: Rows) -> Iterator[Figure]:
    """Seconds from order (a credit's opening, a bill's offer, an obligation's entry) to final payment.

    For each final payment: paid_at − ordered_at; median, 90th percentile (nearest rank), maximum, and the
    shares within 3,600 s and within one banking day of the home jurisdiction (at most one of them begins,
    by the clock there, after the order and up to the payment). It holds the parties' own time: shipment,
    documents, tenor.
    """
    return _spread(rows)


@measure(_SPEED, "From acceptance to final payment", _times("accepted_at"))
def acceptance_to_final(rows: Rows) -> Iterator[Figure]:
    """Seconds from the acceptance of documents to final payment, an agreed tenor and retention included.

    For each final payment that had an acceptance (of a bill: its presentation; of an obligation: its
    entry): paid_at − accepted_at; median, 90th percentile (nearest rank), maximum, shares within 3,600 s
    and within one banking day of the home jurisdiction.
    """
    return _spread(rows)


@measure(_SPEED, "From due to final payment", _times("due_at"))
def due_to_final(rows: Rows) -> Iterator[Figure]:
    """Seconds from the moment a payment is due to final payment: what the payment system itself takes.

    For each final payment: max(paid_at − due_at, 0), where due is the maturity of a draw (its end of
    retention where some is retained), the presentation or due day of a bill, the entry of an obligation, put
    off by the time for which a suspension, or a hold on the credit, stopped its clock; median, 90th
    percentile (nearest rank), maximum, shares within 3,600 s and within one banking day of the home
    jurisdiction. This is what the payment yardsticks speak of.
    """
    return _spread(rows)


@measure(
    _SPEED,
    "Value-weighted delay",
    "SELECT amount, greatest(paid_at - due_at, 0) FROM payments ORDER BY paid_at, ref",
)
def value_weighted_delay(rows: Rows) -> Iterator[Figure]:
    """Seconds that the average unit of value waited after it was due.

    Σ amount × max(paid_at − due_at, 0) ÷ Σ amount over all final payments; seconds. Due is what it is in
    `due_to_final`: the time for which a clock stood still is nobody's lateness.
    """
    value = sum(int(row[0]) for row in rows)
    waited = sum(int(row[0]) * row[1] for row in rows)
    yield Figure("value paid", value, Unit.SU)
    yield Figure("delay", ratio(waited, value), Unit.SECONDS)


@measure(
    _SPEED,
    "Outcomes",
    "SELECT form, state, count(*) FROM trades GROUP BY ALL ORDER BY form, state",
    keys=Keys.FOUND,
)
def outcomes(rows: Rows) -> Iterator[Figure]:
    """How many credits, bills and obligations ended in each state; a count."""
    for form, state, count in rows:
        yield Figure(f"{form} {state}", count, Unit.COUNT)


@measure(
    _SPEED,
    "Flows between jurisdictions",
    """
    SELECT a.jurisdiction, b.jurisdiction, p.amount FROM payments p
    JOIN parties a ON a.participant = p.payer JOIN parties b ON b.participant = p.payee
    """,
    keys=Keys.FOUND,
)
def flows(rows: Rows) -> Iterator[Figure]:
    """Σ of final payments from payers of one jurisdiction to payees of another; minor units of SU."""
    totals: defaultdict[tuple[str, str], int] = defaultdict(int)
    for source, destination, amount in rows:
        totals[source, destination] += int(amount)
    for (source, destination), total in sorted(totals.items()):
        yield Figure(f"{source} → {destination}", total, Unit.SU)
