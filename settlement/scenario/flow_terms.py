"""The terms of generated trades: what a flow leaves open, in calendar days; choices of ours.

They are wide enough for the delays that behaviour has by default. Slower actors miss them, as they would miss
those of a credit that the file writes out.
"""

#: Last day to agree, and to fund, counted from the day on which a trade begins.
OFFER_DAYS, FUND_DAYS = 10, 21
#: Most days from the last one for funding (of a bill: for agreement) to shipment.
SHIPPING_DAYS = 10
#: From shipment to the latest one that the terms allow, and from there to the last day for documents. A
#: second part of the goods is shipped within the former.
SLACK_DAYS, PRESENTATION_DAYS = 5, 21
#: Days from acceptance of a deferred credit to its maturity, and from the offer of an open account to its due
#: day: one of these, drawn evenly.
TENORS = (30, 60, 90)
#: How many milestones a project has, each reached within so many days after the one before.
MILESTONES, MILESTONE_DAYS = 3, 20
#: Share of the amount that is paid in advance, basis points; the days from the last one for funding to those
#: of shipment; and the days after the payment within which delivery must be shown.
ADVANCE, DELIVERY_DAYS, RETURN_DAYS = 3_000, 30, 60
#: Days for which a guarantee may be called after the last one for its funding: one behind an advance outlasts
#: the time for delivery.
STANDBY_DAYS, SECURITY_DAYS = 60, 110
#: Reserve for demurrage, as a share of the face amount in basis points.
DEMURRAGE = 1_000
#: How long a retention is kept.
RETENTION_DAYS = 30
#: Days that the buyer of a bill has to pay.
GRACE_DAYS = 10
#: Life of an obligation.
OBLIGATION_DAYS = 30

_EXPIRY_DAYS = FUND_DAYS + SHIPPING_DAYS + SLACK_DAYS + PRESENTATION_DAYS
#: Most days, from its beginning, that a trade of an instrument can take by its terms, retention aside.
LONGEST_DAYS = {
    "sight": _EXPIRY_DAYS,
    "deferred": _EXPIRY_DAYS + TENORS[-1],
    "milestone": FUND_DAYS + MILESTONES * MILESTONE_DAYS + SLACK_DAYS + PRESENTATION_DAYS,
    "advance": FUND_DAYS + SECURITY_DAYS,
    "guarantee": FUND_DAYS + STANDBY_DAYS,
    "collection": OFFER_DAYS + SHIPPING_DAYS + SLACK_DAYS + PRESENTATION_DAYS + GRACE_DAYS,
    "open account": TENORS[-1] + GRACE_DAYS,
    "clearing": OBLIGATION_DAYS,
}
#: Most presentations under one credit: each milestone; an advance, its delivery and the rest; two parts and
#: demurrage.
MOST_DRAWS = 3
#: Instruments by the section of a file that their trades would stand in.
SECTIONS = {
    "credits": ("sight", "deferred", "milestone", "advance", "guarantee"),
    "bills": ("collection", "open account"),
    "obligations": ("clearing",),
}
#: Instruments by who looks at what is presented: documents, and milestones.
EXAMINED, ATTESTED = ("sight", "deferred", "advance", "guarantee"), ("milestone",)
#: Those of which a share of each draw may be retained: a guarantee is paid whole.
RETAINED = ("sight", "deferred", "milestone", "advance")
