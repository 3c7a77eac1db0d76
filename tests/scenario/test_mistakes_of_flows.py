"""Mistakes about flows, and about the banks that their trades are compared with."""

import pytest

from settlement.scenario import parse_scenario
from tests.scenario.mistakes import Mistake, assert_found, problems_of

TEXT = """\
scenario: flows
title: Flows of every instrument
start: 2027-03-01
end: 2027-12-31
jurisdictions:
  XH: {name: Homeland, calendar: BR}
  XF: {name: Farland, calendar: PT}
regime:
  home: XH
  start: 2027-03-01
  end: 2027-12-01
  wind_down: 30 days
participants:
  - {id: A, name: Auriga, kind: authorised entity, jurisdiction: XH}
  - {id: S, name: Sundra, kind: counterparty, jurisdiction: XF}
  - {id: T, name: Tamarind, kind: counterparty, jurisdiction: XF}
  - {id: E, name: Meridian, kind: examiner, jurisdiction: XH}
  - {id: W, name: Plumb Line, kind: attestor, jurisdiction: XH}
bills:
  - {id: Z-3, kind: open account, seller: S, buyer: A, amount: 100 SU, offer: 2027-03-02,
     offer_until: 2027-03-12, due: 2027-04-15}
  - {id: Y-2-G, kind: open account, seller: S, buyer: A, amount: 100 SU, offer: 2027-03-02,
     offer_until: 2027-03-12, due: 2027-04-15}
flows:
  - id: P
    trades: 20
    first: 2027-04-01
    last: 2027-06-30
    buyers: [A]
    sellers: [S]
    examiner: E
    amount: 1_000 to 2_000 SU
    instruments: {sight: 2, deferred: 1, clearing: 0}
  - id: N
    trades: 9
    first: 2027-04-01
    last: 2027-10-30
    buyers: [S]
    sellers: [A]
    amount: 1_000 SU
    instruments: {clearing: 1}
  - id: J
    trades: 5
    first: 2027-04-01
    last: 2027-06-23
    buyers: [A]
    sellers: [S]
    examiner: E
    attestor: W
    guarantors: [T]
    amount: 5_000 SU
    instruments: {milestone: 1, advance: 1, guarantee: 1}
    retention: 5 %
correspondent: {banks: 10}
"""

MISTAKES = {
    "id twice": Mistake("- id: N", "- id: P", "|P", "flows[1].id", "is taken by flows[0]", "its own"),
    "name of a bill": Mistake(
        "- id: P", "- id: Z", "|Z", "flows[0].id", "its trade 'Z-3' would go by the name of one under bills"
    ),
    "too long a name": Mistake(
        "- id: P", f"- id: {'P' * 29}", "|PPP", "flows[0].id", "would be called", "31 characters", "shorten"
    ),
    "too many": Mistake("trades: 9", "trades: 39981", "|39981", "flows[1].trades", "draw 40001", "40000"),
    "unknown buyer": Mistake(
        "buyers: [A]", "buyers: [B]", "|B", "flows[0].buyers[0]", "no participant 'B'", "a participant"
    ),
    "nobody sells": Mistake("sellers: [S]", "sellers: []", "|[]", "flows[0].sellers", "empty", "one item"),
    "seller that is no counterparty": Mistake(
        "sellers: [S]", "sellers: [S, E]", "|E]", "flows[0].sellers[1]", "'E' is not a counterparty"
    ),
    "buyers abroad of more than clearing": Mistake(
        "buyers: [A]", "buyers: [A, S]", "|S]", "flows[0].buyers[1]", "'S' is not an authorised entity"
    ),
    "nobody examines": Mistake(
        "    examiner: E\n",
        "",
        "|id: P",
        "flows[0].examiner",
        "nobody examines the documents",
        "kind examiner",
    ),
    "examiner that is none": Mistake(
        "examiner: E", "examiner: S", "|S", "flows[0].examiner", "'S' is not an examiner", "kind examiner"
    ),
    "unknown examiner": Mistake(
        "examiner: E", "examiner: X", "|X", "flows[0].examiner", "no participant 'X'", "a participant"
    ),
    "no weight": Mistake(
        "{clearing: 1}", "{clearing: 0}", "|{clearing: 0}", "flows[1].instruments", "any weight", "above 0"
    ),
    "backwards": Mistake(
        "    last: 2027-06-30",
        "    last: 2027-03-31",
        "|2027-03-31",
        "flows[0].last",
        "is not on or after first",
    ),
    "outside the scenario": Mistake(
        "first: 2027-04-01", "first: 2027-02-26", "|2027-02-26", "flows[0].first", "outside the scenario"
    ),
    "no banking day": Mistake(
        "first: 2027-04-01\n    last: 2027-06-30",
        "first: 2027-04-03\n    last: 2027-04-04",
        "|2027-04-03",
        "flows[0].first",
        "no day from 2027-04-03 to 2027-04-04 is a banking day",
        "a banking day",
    ),
    "beyond the regime": Mistake(
        "    last: 2027-06-30",
        "    last: 2027-07-08",
        "|2027-07-08",
        "flows[0].last",
        "may take 147 days",
        "up to 2027-07-07",
    ),
    "clearing beyond the regime": Mistake(
        "2027-10-30", "2027-11-02", "|2027-11-02", "flows[1].last", "may take 30 days", "up to 2027-11-01"
    ),
    "name of a guarantee": Mistake(
        "- id: J",
        "- id: Y",
        "|Y",
        "flows[2].id",
        "its guarantee 'Y-2-G' would go by the name of one under bills",
    ),
    "nobody attests": Mistake(
        "    attestor: W\n",
        "",
        "|id: J",
        "flows[2].attestor",
        "nobody attests the milestones",
        "kind attestor",
    ),
    "attestor that is none": Mistake(
        "attestor: W", "attestor: E", "|E", "flows[2].attestor", "'E' is not an attestor", "kind attestor"
    ),
    "guarantor that sells": Mistake(
        "guarantors: [T]", "guarantors: [T, S]", "|S]", "flows[2].guarantors[1]", "sells itself", "not among"
    ),
    "guarantor at home": Mistake(
        "guarantors: [T]", "guarantors: [A]", "|A]", "flows[2].guarantors[0]", "'A' is not a counterparty"
    ),
    "unknown guarantor": Mistake(
        "guarantors: [T]", "guarantors: [V]", "|V]", "flows[2].guarantors[0]", "no participant 'V'"
    ),
    "all retained": Mistake(
        "retention: 5 %", "retention: 100 %", "|100 %", "flows[2].retention", "nothing would be paid", "less"
    ),
    "amount of next to nothing": Mistake(
        "amount: 5_000 SU", "amount: 0.5 to 2 SU", "|0.5", "flows[2].amount", "from 0.50 SU", "from 1.00 SU"
    ),
    "retention beyond the regime": Mistake(
        "    last: 2027-06-23",
        "    last: 2027-06-24",
        "|2027-06-24",
        "flows[2].last",
        "may take 161 days",
        "up to 2027-06-23",
    ),
    "chain of banks": Mistake(
        "banks: 10", "banks: 11", "|11", "correspondent.banks", "a chain of 11", "10 at most"
    ),
}


def test_without_a_mistake_all_is_well() -> None:
    assert len(parse_scenario(TEXT, "test.yaml").flows) == 3


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_each_mistake_is_found_at_its_place(mistake: Mistake) -> None:
    assert_found(mistake, TEXT)


def test_a_flow_before_the_regime() -> None:
    text = TEXT.replace("  start: 2027-03-01\n  end: 2027-12-01", "  start: 2027-05-03\n  end: 2027-12-01")
    found = {problem.path: problem.message for problem in problems_of(text)}
    assert "on or after the regime's start 2027-05-03" in found["flows[0].first"]
