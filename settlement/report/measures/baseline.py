"""The same trades through correspondent banks, where the run holds such a baseline.

The table ``baseline`` has one row a trade: ``ordered``, ``documents`` and ``paid`` in epoch seconds,
``failed`` where an investigation held it up, and a column for each component of cost, in minor units of SU.
"""

from collections.abc import Iterator
from fractions import Fraction

from settlement.report.measures.figures import Figure, Rows, Unit, measure, nearest_rank, ratio

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

    The regime: paid_at − presented_at (of an obligation, − its entry). The baseline: paid − documents (−
    ordered where there are none). Medians by nearest rank; faster and slower count trades, ties are
    neither.
    """
    yield Figure("trades compared", len(rows), Unit.COUNT)
    yield Figure("faster", sum(mine < theirs for mine, theirs in rows), Unit.COUNT)
    yield Figure("slower", sum(mine > theirs for mine, theirs in rows), Unit.COUNT)
    yield Figure("median here", nearest_rank((mine for mine, _ in rows), _HALF), Unit.SECONDS)
    yield Figure("median through correspondents", nearest_rank((its for _, its in rows), _HALF), Unit.SECONDS)


@measure(
    _BASELINE,
    "Cost share by component",
    """
    SELECT component, sum(fee::BIGNUM), (SELECT coalesce(sum(paid), 0::BIGNUM) FROM trades)
    FROM (UNPIVOT baseline ON COLUMNS(* EXCLUDE (trade, ordered, documents, paid, failed))
          INTO NAME component VALUE fee)
    GROUP BY component ORDER BY component
    """,
)
def baseline_cost(rows: Rows) -> Iterator[Figure]:
    """What the correspondent banks took, by component: Σ of the component in minor units, and ÷ Σ paid.

    Only where the run holds a baseline; a share of 1 of the value that the same trades paid under the regime.
    """
    for component, fee, paid in rows:
        yield Figure(component, int(fee), Unit.SU)
        yield Figure(f"{component} share", ratio(int(fee), int(paid)), Unit.SHARE)


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
