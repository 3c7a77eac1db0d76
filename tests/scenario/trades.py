"""A scenario with every part of trades and compliance that the checks look at."""

TEXT = """\
scenario: trades
title: Every part that the checks look at
start: 2027-03-01
end: 2027-06-30
jurisdictions:
  XH: {name: Homeland, calendar: BR}
  XF: {name: Farland, calendar: PT}
regime:
  home: XH
  start: 2027-03-01
  end: 2028-03-01
  wind_down: 30 days
  direct_payments: true
  corridors: {XF: {access: via intermediary}}
participants:
  - {id: B, name: Borealis, kind: authorised entity, jurisdiction: XH, sponsor: K, balance: 9_000 SU}
  - {id: S, name: Sundra, kind: counterparty, jurisdiction: XF, intermediary: I}
  - {id: T, name: Tamarind, kind: counterparty, jurisdiction: XF, intermediary: I}
  - {id: I, name: Isthmus, kind: intermediary, jurisdiction: XF}
  - {id: E, name: Meridian, kind: examiner, jurisdiction: XH}
  - {id: M, name: Milestone, kind: attestor, jurisdiction: XF}
  - {id: K, name: Keystone, kind: bank, jurisdiction: XH}
  - {id: N, name: Northbank, kind: bank, jurisdiction: XF}
  - {id: R, name: Rule, kind: arbiter, jurisdiction: XF}
credits:
  - id: C1
    applicant: B
    beneficiary: S
    examiner: E
    issuer: K
    confirmer: N
    arbiter: R
    award_period: 30 days
    tolerance: 0 %
    retention: 5 %
    retention_period: 30 days
    demurrage: 10 SU
    amount: 100 SU
    open: 2027-03-02
    offer_until: 2027-03-12
    fund_until: 2027-03-19
    latest_shipment: 2027-04-10
    expiry: 2027-05-10
    instalments:
      - {amount: 60 SU, until: 2027-04-01}
      - {amount: 40 SU, until: 2027-05-01}
    presentations:
      - {amount: 60 SU, shipped: 2027-03-20, at: 2027-03-25 10:00}
      - {amount: 5 SU, shipped: 2027-03-21, of: demurrage}
  - id: C2
    applicant: B
    beneficiary: S
    examiner: E
    form: advance
    advance: 100 SU
    return_period: 20 days
    guarantee: G1
    amount: 100 SU
    open: 2027-03-02
    offer_until: 2027-03-12
    fund_until: 2027-03-19
    latest_shipment: 2027-04-10
    expiry: 2027-05-10
    presentations:
      - {amount: 100 SU, shipped: 2027-03-20, of: advance}
      - {amount: 0 SU, shipped: 2027-04-05, of: delivery}
  - id: G1
    applicant: T
    beneficiary: B
    examiner: E
    form: guarantee
    amount: 100 SU
    open: 2027-03-02
    offer_until: 2027-03-12
    fund_until: 2027-03-19
    latest_shipment: 2027-06-10
    expiry: 2027-06-10
  - id: M1
    applicant: B
    beneficiary: S
    examiner: M
    form: milestone
    amount: 100 SU
    open: 2027-03-02
    offer_until: 2027-03-12
    fund_until: 2027-03-19
    latest_shipment: 2027-04-10
    expiry: 2027-05-10
bills:
  - id: D1
    kind: collection
    seller: S
    buyer: B
    amount: 100 SU
    offer: 2027-03-02
    offer_until: 2027-03-12
    due: 2027-04-15
    grace: 5 days
    shipped: 2027-03-20
  - {id: A1, kind: open account, seller: S, buyer: B, amount: 100 SU, offer: 2027-03-02,
     offer_until: 2027-03-12, due: 2027-04-15}
compliance:
  lists:
    - {version: 2, at: 2027-03-15, names: [Sundown], jurisdictions: [XF]}
    - {version: 3, at: 2027-04-15}
  aggregation: {threshold: 100 SU, share: 80 %, count: 3, window: 10}
actions:
  - {do: hold, at: 2027-03-22, credit: C1}
  - {do: transfer, at: 2027-03-22, actor: B, to: S, amount: 1 SU}
  - {do: transfer, at: 2027-03-22, actor: B, address: a stranger, amount: 1 SU}
expect:
  bills: {D1: PAID}
  alerts: [{kind: hit, subject: S}]
"""
