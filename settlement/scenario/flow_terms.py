"""The terms of generated trades: what a flow leaves open, in calendar days; choices of ours.

They are wide enough for the delays that behaviour has by default. Slower actors miss them, as they would miss
those of a credit that the file writes out.
"""

#: Last day to agree, and to fund, counted from the day on which a trade begins.
OFFER_DAYS, FUND_DAYS = 10, 21
#: Most days from the last one for funding (of a bill: for agreement) to shipment.
SHIPPING_DAYS = 10
#: From shipment to the latest one that the terms allow, and from there to the last day for documents.
SLACK_DAYS, PRESENTATION_DAYS = 5, 21
#: Days from acceptance of a deferred credit to its maturity, and from the offer of an open account to its due
#: day: one of these, drawn evenly.
TENORS = (30, 60, 90)
#: Days that the buyer of a bill has to pay.
GRACE_DAYS = 10
#: Life of an obligation.
OBLIGATION_DAYS = 30

_EXPIRY_DAYS = FUND_DAYS + SHIPPING_DAYS + SLACK_DAYS + PRESENTATION_DAYS
#: Most days, from its beginning, that a trade of an instrument can take by its terms.
LONGEST_DAYS = {
    "sight": _EXPIRY_DAYS,
    "deferred": _EXPIRY_DAYS + TENORS[-1],
    "collection": OFFER_DAYS + SHIPPING_DAYS + SLACK_DAYS + PRESENTATION_DAYS + GRACE_DAYS,
    "open account": TENORS[-1] + GRACE_DAYS,
    "clearing": OBLIGATION_DAYS,
}
