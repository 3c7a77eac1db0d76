"""Views over a run's events and journal: the vocabulary that measures are written in.

They are part of the stored run, so that a measure's SQL works in any DuckDB client. Times are epoch seconds
UTC; amounts are minor units as BIGNUM, which adds, compares and sums exactly (a product would be a float, so
products and ratios are left to whoever reads).
"""

#: Each participant behind a wallet: one may have several in the course of a run.
WALLETS = """
CREATE VIEW wallets AS
SELECT (data->>'wallet') AS wallet, (data->>'participant') AS participant
FROM events WHERE kind IN ('ParticipantRegistered', 'WalletAdded')
"""

#: The register as it stands at the end; ``intermediary`` is empty where a counterparty trades directly, and
#: ``cap`` (minor units of the reference currency) is NULL where the licence sets none.
PARTIES = """
CREATE VIEW parties AS
SELECT (data->>'participant') AS participant,
       any_value((data->>'jurisdiction')) FILTER (kind = 'ParticipantRegistered') AS jurisdiction,
       any_value((data->>'ownership')) FILTER (kind = 'ParticipantRegistered') AS ownership,
       any_value((data->>'roles')) FILTER (kind = 'ParticipantRegistered') AS roles,
       arg_max((data->>'sponsor'), seq)
           FILTER (kind IN ('ParticipantRegistered', 'SponsorChanged')) AS sponsor,
       arg_max((data->>'intermediary'), seq)
           FILTER (kind IN ('ParticipantRegistered', 'IntermediaryChanged')) AS intermediary,
       nullif(arg_max((data->>'cap'), seq) FILTER (kind IN ('ParticipantRegistered', 'CapChanged')),
              '340282366920938463463374607431768211455')::BIGNUM AS cap
FROM events
WHERE kind IN ('ParticipantRegistered', 'SponsorChanged', 'IntermediaryChanged', 'CapChanged')
GROUP BY (data->>'participant')
"""

#: Every movement of SU between accounts; ``payer`` and ``payee`` are the ultimate parties.
MOVEMENTS = """
CREATE VIEW movements AS
SELECT seq, sim_time, (data->>'flow') AS flow,
       coalesce(a.participant, (data->>'payer')) AS payer, coalesce(b.participant, (data->>'payee')) AS payee,
       (data->>'source') AS source, (data->>'destination') AS destination,
       (data->>'amount')::BIGNUM AS amount, (data->>'ref') AS ref, (data->>'trade') AS trade
FROM events
LEFT JOIN wallets a ON a.wallet = (data->>'payer')
LEFT JOIN wallets b ON b.wallet = (data->>'payee')
WHERE kind = 'Moved'
"""

#: Every step of a trade: of a credit, a bill or an obligation, by the name it has in the scenario.
STEPS = """
CREATE VIEW steps AS
WITH obligations AS (
    SELECT (data->>'obligation') AS obligation, (data->>'trade') AS trade
    FROM events WHERE kind = 'ObligationEntered'
)
SELECT seq, sim_time, actor, kind,
       coalesce((data->>'credit'), (data->>'bill'), o.trade) AS trade, (data->>'draw') AS draw,
       CASE kind WHEN 'CreditOpened' THEN 'opened' WHEN 'BillOffered' THEN 'opened'
            WHEN 'ObligationEntered' THEN 'opened' WHEN 'CreditIssued' THEN 'agreed'
            WHEN 'BillAgreed' THEN 'agreed' WHEN 'CreditFunded' THEN 'funded'
            WHEN 'DrawPresented' THEN 'presented' WHEN 'BillPresented' THEN 'presented'
            WHEN 'DrawDiscrepant' THEN 'discrepant' WHEN 'DrawAccepted' THEN 'accepted'
            WHEN 'DrawReturned' THEN 'returned' WHEN 'BillReturned' THEN 'returned'
            WHEN 'DrawPaid' THEN 'paid' WHEN 'DrawFinal' THEN 'retention paid' WHEN 'BillPaid' THEN 'paid'
            WHEN 'ObligationSettled' THEN 'paid' WHEN 'CreditHeld' THEN 'held'
            WHEN 'CreditReleased' THEN 'released' WHEN 'CreditDisputed' THEN 'disputed'
            WHEN 'CreditAwarded' THEN 'awarded' WHEN 'CreditAmended' THEN 'amended'
            ELSE 'ended' END AS step
FROM events LEFT JOIN obligations o ON o.obligation = (data->>'obligation')
WHERE kind IN (
    'CreditOpened', 'CreditIssued', 'CreditFunded', 'CreditAmended', 'CreditHeld', 'CreditReleased',
    'CreditDisputed', 'CreditAwarded', 'CreditBlocked', 'CreditRejected', 'CreditCancelled', 'CreditExpired',
    'CreditClosed', 'CreditWoundDown', 'DrawPresented', 'DrawDiscrepant', 'DrawAccepted', 'DrawReturned',
    'DrawPaid', 'DrawFinal', 'BillOffered', 'BillAgreed', 'BillPresented', 'BillPaid', 'BillReturned',
    'BillDefaulted', 'BillCancelled', 'ObligationEntered', 'ObligationSettled', 'ObligationWithdrawn',
    'ObligationLapsed')
"""

#: Every undertaking under a trade, with its state at the end and the first moment of each step. ``amount`` is
#: the face amount after amendments; ``paid`` and ``refunded`` include what went into quarantine.
TRADES = """
CREATE VIEW trades AS
WITH opened AS (
    SELECT seq, 'credit' AS form, (data->>'credit') AS trade, (data->>'instrument') AS instrument,
           (data->>'applicant') AS payer, (data->>'beneficiary') AS payee, (data->>'amount')::BIGNUM AS amount
    FROM events WHERE kind = 'CreditOpened'
    UNION ALL
    SELECT seq, 'bill', (data->>'bill'), (data->>'instrument'), (data->>'drawee'), (data->>'drawer'),
           (data->>'amount')::BIGNUM
    FROM events WHERE kind = 'BillOffered'
    UNION ALL
    SELECT seq, 'obligation', (data->>'trade'), 'CLEARING', (data->>'payer'), (data->>'payee'),
           (data->>'amount')::BIGNUM
    FROM events WHERE kind = 'ObligationEntered'
), amended AS (
    SELECT (data->>'credit') AS trade, arg_max((data->'terms'->>'amount')::BIGNUM, seq) AS amount
    FROM events WHERE kind = 'CreditAmended' GROUP BY ALL
), paid AS (
    SELECT coalesce((data->>'credit'), (data->>'bill')) AS trade,
           sum(CASE kind WHEN 'DrawPaid' THEN (data->>'amount')::BIGNUM
                         WHEN 'BillPaid' THEN (data->>'amount')::BIGNUM
                         WHEN 'DrawFinal' THEN (data->>'retention')::BIGNUM
                         WHEN 'CreditWoundDown' THEN (data->>'paid')::BIGNUM
                         WHEN 'CreditAwarded' THEN (data->>'to_beneficiary')::BIGNUM
                         ELSE 0::BIGNUM END) AS paid,
           sum(CASE WHEN kind = 'CreditAwarded' THEN (data->>'to_applicant')::BIGNUM
                    WHEN kind IN ('CreditWoundDown', 'CreditExpired', 'CreditCancelled', 'CreditRejected',
                                  'CreditAmended') THEN (data->>'refunded')::BIGNUM
                    ELSE 0::BIGNUM END) AS refunded
    FROM events WHERE kind IN ('DrawPaid', 'DrawFinal', 'BillPaid', 'CreditWoundDown', 'CreditAwarded',
        'CreditExpired', 'CreditCancelled', 'CreditRejected', 'CreditAmended')
    GROUP BY ALL
), times AS (
    SELECT trade,
           min(sim_time) FILTER (step = 'opened') AS opened_at,
           min(sim_time) FILTER (step = 'agreed') AS agreed_at,
           min(sim_time) FILTER (step = 'funded') AS funded_at,
           min(sim_time) FILTER (step = 'presented') AS presented_at,
           min(sim_time) FILTER (step = 'accepted') AS accepted_at,
           max(sim_time) FILTER (step IN ('paid', 'retention paid')) AS paid_at,
           max(sim_time) FILTER (step = 'ended') AS ended_at,
           arg_max(CASE kind WHEN 'CreditOpened' THEN 'DRAFT' WHEN 'CreditIssued' THEN 'ISSUED'
                   WHEN 'CreditFunded' THEN 'ACTIVE' WHEN 'CreditDisputed' THEN 'DISPUTED'
                   WHEN 'CreditAwarded' THEN 'ACTIVE' WHEN 'CreditBlocked' THEN 'BLOCKED'
                   WHEN 'CreditRejected' THEN 'CANCELLED' WHEN 'CreditCancelled' THEN 'CANCELLED'
                   WHEN 'CreditExpired' THEN 'EXPIRED' WHEN 'CreditClosed' THEN 'CLOSED'
                   WHEN 'CreditWoundDown' THEN 'WOUND_DOWN' WHEN 'BillOffered' THEN 'OFFERED'
                   WHEN 'BillAgreed' THEN 'AGREED' WHEN 'BillPresented' THEN 'PRESENTED'
                   WHEN 'BillPaid' THEN 'PAID' WHEN 'BillReturned' THEN 'RETURNED'
                   WHEN 'BillDefaulted' THEN 'DEFAULTED' WHEN 'BillCancelled' THEN 'CANCELLED'
                   WHEN 'ObligationEntered' THEN 'PENDING' WHEN 'ObligationSettled' THEN 'SETTLED'
                   WHEN 'ObligationWithdrawn' THEN 'WITHDRAWN' WHEN 'ObligationLapsed' THEN 'LAPSED' END, seq)
               FILTER (kind NOT LIKE 'Draw%'
                       AND kind NOT IN ('CreditHeld', 'CreditReleased', 'CreditAmended')) AS state
    FROM steps GROUP BY trade
)
SELECT o.trade, o.form, o.instrument, o.payer, o.payee, coalesce(a.amount, o.amount) AS amount,
       t.state, t.opened_at, t.agreed_at, t.funded_at, t.presented_at, t.accepted_at, t.paid_at, t.ended_at,
       CASE WHEN o.form = 'obligation' AND t.state = 'SETTLED' THEN o.amount
            ELSE coalesce(p.paid, 0::BIGNUM) END AS paid,
       coalesce(p.refunded, 0::BIGNUM) AS refunded
FROM opened o JOIN times t USING (trade) LEFT JOIN amended a USING (trade) LEFT JOIN paid p USING (trade)
ORDER BY o.seq
"""

#: When clocks stood still: all of them while the regime was suspended (``trade`` is NULL then), that of a
#: credit while it was held. ``lost`` is by how much, seconds; of a hold, what no suspension stopped already.
STOPS = """
CREATE VIEW stops AS
SELECT NULL::VARCHAR AS trade, since, until, until - since AS lost FROM (
    SELECT sim_time AS since, lead(sim_time) OVER (ORDER BY seq) AS until, (data->>'stage') AS stage
    FROM events WHERE kind = 'StageChanged'
) WHERE stage = 'SUSPENDED' AND until IS NOT NULL
UNION ALL
SELECT (data->>'credit'), sim_time - (data->>'tolled')::BIGINT, sim_time, (data->>'tolled')::BIGINT
FROM events WHERE kind = 'CreditReleased'
"""

#: Every final payment to a payee in the ordinary course: a draw with its retention, a bill, a cleared
#: obligation, a direct payment. ``due_at`` is the maturity of a draw and, where some of it is retained, the
#: end of that time; of a collection its presentation, of an obligation its entry. It is due on the clock of
#: its credit, bill or obligation, and so put off by all the time for which that stood still before payment.
#: Awards and what a wind-down pays are not in the ordinary course.
PAYMENTS = """
CREATE VIEW payments AS
WITH credits AS (
    SELECT (data->>'credit') AS credit, sim_time, (data->>'instrument') AS instrument,
           (data->>'applicant') AS payer, (data->>'beneficiary') AS payee,
           (data->>'retention_period')::BIGINT AS retention_period
    FROM events WHERE kind = 'CreditOpened'
), accepted AS (
    SELECT (data->>'credit') AS credit, (data->>'draw') AS draw, max(sim_time) AS accepted_at,
           max((data->>'maturity')::BIGINT) AS maturity
    FROM events WHERE kind = 'DrawAccepted' GROUP BY ALL
), final AS (
    SELECT (data->>'credit') AS credit, (data->>'draw') AS draw, sim_time,
           (data->>'retention')::BIGNUM AS retention, (data->>'arrived')::BOOLEAN AS arrived
    FROM events WHERE kind = 'DrawFinal'
), draws AS (
    SELECT (data->>'credit') AS credit, (data->>'draw') AS draw, sim_time,
           (data->>'amount')::BIGNUM AS amount,
           (data->>'retention')::BIGNUM AS retention, (data->>'arrived')::BOOLEAN AS arrived
    FROM events WHERE kind = 'DrawPaid'
), bills AS (
    SELECT (o.data->>'bill') AS bill, o.sim_time, (o.data->>'instrument') AS instrument,
           (o.data->>'drawee') AS payer, (o.data->>'drawer') AS payee, (o.data->>'due')::BIGINT AS due,
           p.sim_time AS presented_at
    FROM events o
    LEFT JOIN events p ON p.kind = 'BillPresented' AND (p.data->>'bill') = (o.data->>'bill')
    WHERE o.kind = 'BillOffered'
), course AS (
    SELECT d.credit AS trade, d.credit || '/' || d.draw AS ref, c.instrument, c.payer, c.payee,
           d.amount + coalesce(f.retention, 0::BIGNUM) AS amount, c.sim_time AS ordered_at, a.accepted_at,
           a.maturity + CASE WHEN d.retention > 0::BIGNUM THEN c.retention_period ELSE 0 END AS due,
           c.sim_time AS since, coalesce(f.sim_time, d.sim_time) AS paid_at,
           d.arrived AND coalesce(f.arrived, true) AS arrived
    FROM draws d JOIN credits c USING (credit) LEFT JOIN accepted a USING (credit, draw)
    LEFT JOIN final f USING (credit, draw)
    WHERE d.amount > 0::BIGNUM AND (d.retention = 0::BIGNUM OR f.sim_time IS NOT NULL)
    UNION ALL
    SELECT b.bill, b.bill, b.instrument, b.payer, b.payee, (e.data->>'amount')::BIGNUM, b.sim_time,
           b.presented_at, coalesce(b.presented_at, b.due), coalesce(b.presented_at, b.sim_time), e.sim_time,
           (e.data->>'arrived')::BOOLEAN
    FROM events e JOIN bills b ON b.bill = (e.data->>'bill') WHERE e.kind = 'BillPaid'
    UNION ALL
    SELECT (o.data->>'trade'), (o.data->>'trade'), 'CLEARING', (o.data->>'payer'), (o.data->>'payee'),
           (o.data->>'amount')::BIGNUM, o.sim_time, o.sim_time, o.sim_time, o.sim_time, s.sim_time, true
    FROM events s
    JOIN events o ON o.kind = 'ObligationEntered' AND (o.data->>'obligation') = (s.data->>'obligation')
    WHERE s.kind = 'ObligationSettled'
    UNION ALL
    SELECT m.trade, m.ref, 'DIRECT', m.payer, m.payee, m.amount, m.sim_time, m.sim_time, m.sim_time,
           m.sim_time, m.sim_time, m.destination != 'Quarantine'
    FROM movements m
    WHERE m.flow = 'DIRECT' AND m.trade NOT IN (SELECT bill FROM bills)
), put_off AS (
    SELECT c.ref, c.paid_at,
           sum(CASE WHEN s.trade IS NULL THEN s.until - greatest(s.since, c.since) ELSE s.lost END) AS lost
    FROM (SELECT DISTINCT trade, ref, since, paid_at FROM course) c
    JOIN stops s ON coalesce(s.trade, c.trade) = c.trade AND s.until > c.since AND s.until <= c.paid_at
    GROUP BY ALL
)
SELECT c.trade, c.ref, c.instrument, c.payer, c.payee, c.amount, c.ordered_at, c.accepted_at,
       c.due + coalesce(p.lost, 0)::BIGINT AS due_at, c.paid_at, c.arrived
FROM course c LEFT JOIN put_off p USING (ref, paid_at)
"""

#: What counts against caps, where trade is entered: amounts in minor units of SU.
METERED = """
CREATE VIEW metered AS
SELECT seq, sim_time, payer, payee, amount FROM movements WHERE flow IN ('FUND', 'DIRECT')
UNION ALL
SELECT seq, sim_time, (data->>'payer'), (data->>'payee'), (data->>'amount')::BIGNUM
FROM events WHERE kind = 'ObligationEntered'
"""

#: All of them by name, in the order in which they build on each other.
VIEWS = {
    "wallets": WALLETS,
    "parties": PARTIES,
    "movements": MOVEMENTS,
    "steps": STEPS,
    "trades": TRADES,
    "stops": STOPS,
    "payments": PAYMENTS,
    "metered": METERED,
}


def query_of(view: str) -> str:
    """The query that a view stands for."""
    return VIEWS[view].strip().removeprefix(f"CREATE VIEW {view} AS\n")
