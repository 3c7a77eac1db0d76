"""A regime in which B buys from S, the credits that they agree on, and what came of a run."""

import json
from pathlib import Path
from typing import Any

from settlement.outcome import Outcome
from settlement.run import run_scenario
from settlement.scenario import parse_scenario
from tests.world import EVM

HEAD = """\
scenario: trades
title: Trades of every kind
start: 2027-03-01
end: 2027-06-30
jurisdictions:
  XH: {name: Homeland, calendar: BR}
  XF: {name: Farland, calendar: PT}
regime: {home: XH, start: 2027-03-01, end: 2028-03-01, wind_down: 30 days, direct_payments: true}
participants:
  - {id: B, name: Borealis Import House, kind: authorised entity, jurisdiction: XH, balance: 1_000 SU}
  - {id: S, name: Sundra Export Company, kind: counterparty, jurisdiction: XF}
  - {id: E, name: Meridian Examiners, kind: examiner, jurisdiction: XH}
  - {id: M, name: Millpond Surveyors, kind: attestor, jurisdiction: XF}
  - {id: K, name: Keystone Bank, kind: bank, jurisdiction: XH}
  - {id: R, name: Regatta Arbiters, kind: arbiter, jurisdiction: XF}
behaviour:
  agreement: 1 banking day
  funding: 1 banking day
  presentation: 2 banking days
  examination: 3 banking days
  waiver: 1 banking day
  payment: 1 banking day
  review: 1 banking day
"""
DATES = """
    applicant: B
    beneficiary: S
    open: 2027-03-02
    offer_until: 2027-03-12
    fund_until: 2027-03-19
    latest_shipment: 2027-04-10
    expiry: 2027-05-10
"""


def credit(name: str, amount: int, rest: str, examiner: str = "E") -> str:
    """A credit of ``amount`` SU with the usual dates; ``rest`` are further keys, indented by 4."""
    return f"  - id: {name}{DATES}    examiner: {examiner}\n    amount: {amount} SU\n{rest}\n"


def run(folder: Path, text: str) -> Outcome:
    return run_scenario(parse_scenario(text, "test"), text, folder / "run", backend=EVM)


def told(folder: Path, kind: str) -> list[dict[str, Any]]:
    """The events of a kind, in order."""
    lines = (folder / "run" / "events.jsonl").read_text().splitlines()
    return [event for event in map(json.loads, lines) if event["kind"] == kind]


def su(outcome: Outcome, name: str) -> int:
    return outcome.balances[name]["SU"] // 10**6


def refusals(outcome: Outcome) -> list[str]:
    return [f"{r['actor']} {r['flow']} {r['reason']}" for r in outcome.rejections]
