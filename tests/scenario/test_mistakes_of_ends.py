"""Mistakes about how the trades of flows should end."""

import pytest

from settlement.scenario import parse_scenario
from tests.scenario.mistakes import Mistake, assert_found, problems_of
from tests.scenario.test_mistakes_of_flows import TEXT as FLOWS

TEXT = (
    FLOWS
    + """\
clearing: {daily: ['19:00']}
expect:
  credits: {J-1: CLOSED, J-5-G: EXPIRED, P-20: CLOSED}
  draws: {P-20/3: FINAL}
  bills: {Z-3: PAID}
  obligations: {N-9: SETTLED}
  flows:
    P: {credits: {CLOSED: 5 to 20, EXPIRED: 0 to 50 %}, draws: {FINAL: 5}}
    N: {obligations: {SETTLED: 9}}
"""
)

MISTAKES = {
    "end of a trade too many": Mistake(
        "P-20: CLOSED", "P-21: CLOSED", "|P-21", "expect.credits.P-21", "no credit 'P-21'", "a credit"
    ),
    "end of a guarantee without an advance": Mistake(
        "P-20: CLOSED", "P-20-G: CLOSED", "|P-20-G", "expect.credits.P-20-G", "no credit 'P-20-G'"
    ),
    "end of a bill that no flow draws": Mistake(
        "{Z-3: PAID}", "{P-3: PAID}", "|P-3", "expect.bills.P-3", "no bill 'P-3'", "a bill"
    ),
    "end of an obligation of another kind": Mistake(
        "N-9: SETTLED", "P-9: SETTLED", "|P-9", "expect.obligations.P-9", "no obligation 'P-9'"
    ),
    "a draw too many": Mistake(
        "P-20/3", "P-20/4", "|P-20/4", "expect.draws.P-20/4", "is drawn 4 times", "3 draws at most"
    ),
    "a draw of no credit": Mistake(
        "P-20/3", "N-2/1", "|N-2/1", "expect.draws.N-2/1", "no credit 'N-2'", "a draw of a defined credit"
    ),
    "ends of no flow": Mistake(
        "    N: {obl", "    M: {obl", "|M", "expect.flows.M", "no flow 'M'", "a flow that the file defines: P"
    ),
    "ends of what a flow does not draw": Mistake(
        "N: {obligations: {SETTLED", "N: {bills: {PAID", "|{PAID", "expect.flows.N.bills", "has no bills"
    ),
    "more credits than trades": Mistake(
        "CLOSED: 5 to 20, EXPIRED: 0 to 50 %",
        "CLOSED: 5 to 20, EXPIRED: 16 to 20",
        "credits: |{CLOSED: 5",
        "expect.flows.P.credits",
        "more credits are to end so than there can be",
        "20, of 20 trades, at most",
    ),
    "more draws than there can be": Mistake(
        "draws: {FINAL: 5}",
        "draws: {FINAL: 61}",
        "draws: |{FINAL: 61",
        "expect.flows.P.draws",
        "more draws are to end so",
        "60, of 20 trades, at most",
    ),
    "shares of more than all together": Mistake(
        "CLOSED: 5 to 20, EXPIRED: 0 to 50 %",
        "CLOSED: 60 %, EXPIRED: 50 %",
        "credits: |{CLOSED: 60",
        "expect.flows.P.credits",
        "more credits are to end so",
        "100 % at most",
    ),
    "state of something else": Mistake(
        "draws: {FINAL: 5",
        "draws: {CLOSED: 5",
        "draws: {|CLOSED: 5",
        "expect.flows.P.draws.CLOSED",
        "is not a draw state",
    ),
    "share of more than all": Mistake(
        "0 to 50 %", "50 to 101 %", "|50 to", "expect.flows.P.credits.EXPIRED", "not a number or share"
    ),
    "backwards tally": Mistake(
        "5 to 20", "20 to 5", "|20 to", "expect.flows.P.credits.CLOSED", "'20 to 5' is not", "10 to 20"
    ),
    "negative tally": Mistake(
        "FINAL: 5", "FINAL: -5", "|-5", "expect.flows.P.draws.FINAL", "'-5' is not a number", "such as 12"
    ),
}


def test_without_a_mistake_all_is_well() -> None:
    flows = parse_scenario(TEXT, "test.yaml").expect.flows
    assert [str(tally) for tally in flows["P"].credits.values()] == ["5 to 20", "0 to 50 %"]


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_each_mistake_is_found_at_its_place(mistake: Mistake) -> None:
    assert_found(mistake, TEXT)


def test_obligations_settle_in_no_cycle() -> None:
    text = TEXT.replace("clearing: {daily: ['19:00']}\n", "")
    problems = problems_of(text)
    assert [problem.path for problem in problems] == [
        "expect.obligations.N-9",
        "expect.flows.N.obligations.SETTLED",
    ]
    assert {problem.message for problem in problems} == {"no cycle ever settles it"}
    assert parse_scenario(text.replace("N-9: SETTLED", "N-9: LAPSED").replace("SETTLED: 9", "LAPSED: 9"), "t")
