"""What the rules refused, what was held, and what the authorities noted."""

from collections.abc import Iterator

from settlement.report.measures.figures import Figure, Keys, Rows, Unit, distribution, measure

_COMPLIANCE = "Compliance"


@measure(
    _COMPLIANCE,
    "Rejections by reason",
    """
    SELECT (data->>'reason') AS reason, count(*) FROM events
    WHERE kind = 'OperationRejected' GROUP BY reason ORDER BY count(*) DESC, reason
    """,
    keys=Keys.FOUND,
)
def rejections(rows: Rows) -> Iterator[Figure]:
    """How often each reason refused an operation; a count."""
    for reason, count in rows:
        yield Figure(reason, count, Unit.COUNT)


@measure(
    _COMPLIANCE,
    "Holds on credits",
    """
    SELECT h.sim_time, min(r.sim_time)
    FROM events h LEFT JOIN events r ON (r.data->>'credit') = (h.data->>'credit') AND r.seq > h.seq
         AND r.kind IN ('CreditReleased', 'CreditBlocked', 'CreditRejected')
    WHERE h.kind = 'CreditHeld' GROUP BY h.seq, h.sim_time ORDER BY h.seq
    """,
)
def holds(rows: Rows) -> Iterator[Figure]:
    """Seconds from a compliance hold on a credit to its release, block or rejection.

    Count, median, 90th percentile (nearest rank), maximum, share within 3,600 s of those that ended; open
    counts the others.
    """
    yield Figure("open", sum(end is None for _, end in rows), Unit.COUNT)
    yield from distribution([end - start for start, end in rows if end is not None])


@measure(
    _COMPLIANCE,
    "Screening hits",
    """
    WITH found AS (
        SELECT seq, sim_time, (data->>'participant') AS participant, (data->>'screening') AS screening,
               lag(data->>'screening') OVER (PARTITION BY (data->>'participant') ORDER BY seq) AS before
        FROM events WHERE kind = 'ScreeningChanged'
    )
    SELECT h.sim_time, min(r.sim_time)
    FROM found h LEFT JOIN found r ON r.seq > h.seq AND r.participant = h.participant
         AND r.screening != 'POTENTIAL'
    WHERE h.screening = 'POTENTIAL' AND h.before IS DISTINCT FROM 'POTENTIAL'
    GROUP BY h.seq, h.sim_time ORDER BY h.seq
    """,
)
def screening_hits(rows: Rows) -> Iterator[Figure]:
    """Seconds from a potential match of a participant to the reviewers' decision.

    Count, median, 90th percentile (nearest rank), maximum, share within 3,600 s of those decided; open
    counts the others. A list that finds again who is under review already makes no new match.
    """
    yield Figure("open", sum(end is None for _, end in rows), Unit.COUNT)
    yield from distribution([end - start for start, end in rows if end is not None])


@measure(
    _COMPLIANCE,
    "Quarantine",
    """
    SELECT kind, (data->>'amount')::BIGNUM FROM events WHERE kind IN ('ItemHeld', 'ItemClaimed')
    """,
)
def quarantine(rows: Rows) -> Iterator[Figure]:
    """Payouts that were held back: how many, Σ in minor units of SU, and Σ of what was claimed later."""
    held = [int(amount) for kind, amount in rows if kind == "ItemHeld"]
    yield Figure("items", len(held), Unit.COUNT)
    yield Figure("held", sum(held), Unit.SU)
    yield Figure("claimed", sum(int(amount) for kind, amount in rows if kind == "ItemClaimed"), Unit.SU)


@measure(
    _COMPLIANCE,
    "Incident log",
    "SELECT kind, count(*) FROM notes GROUP BY kind ORDER BY kind",
    keys=Keys.FOUND,
)
def incidents(rows: Rows) -> Iterator[Figure]:
    """How many notes of each kind supervisor and compliance made; a count."""
    for kind, count in rows:
        yield Figure(kind, count, Unit.COUNT)
