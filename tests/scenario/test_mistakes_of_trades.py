"""Mistakes about trades and compliance that show only when parts are seen together."""

import pytest

from settlement.scenario import parse_scenario
from tests.scenario.mistakes import Mistake, assert_found, problems_of
from tests.scenario.trades import TEXT

MISTAKES = {
    "key that none misspells": Mistake(
        "{do: hold, at: 2027-03-22, credit: C1}",
        "{do: hold, at: 2027-03-22, credit: C1, on: x}",
        "|on: x",
        "actions[0].on",
        "unknown key 'on'",
        "one of: ",
        "remove it",
    ),
    "bill id of a credit": Mistake(
        "  - {id: A1",
        "  - {id: C2",
        "id: |C2",
        "bills[1].id",
        "id 'C2' is taken by credits[1]",
        "its own",
        "choose",
    ),
    "bill id twice": Mistake(
        "  - {id: A1", "  - {id: D1", "id: |D1", "bills[1].id", "id 'D1' is taken by bills[0]", "its own"
    ),
    "unknown seller": Mistake(
        "    seller: S", "    seller: Z", "|Z", "bills[0].seller", "no participant 'Z'", "a participant"
    ),
    "unknown issuer": Mistake(
        "issuer: K", "issuer: Z", "|Z", "credits[0].issuer", "no participant 'Z'", "a participant"
    ),
    "unknown sponsor": Mistake(
        "sponsor: K", "sponsor: Z", "|Z", "participants[0].sponsor", "no participant 'Z'", "a participant"
    ),
    "unknown guarantee": Mistake(
        "guarantee: G1", "guarantee: G2", "|G2", "credits[1].guarantee", "no credit 'G2'", "a credit", "G1"
    ),
    "unknown credit of an action": Mistake(
        "credit: C1}", "credit: C9}", "|C9", "actions[0].credit", "no credit 'C9'", "a credit", "C"
    ),
    "unknown bill expected": Mistake(
        "bills: {D1", "bills: {D9", "|D9", "expect.bills.D9", "no bill 'D9'", "a bill", "D1"
    ),
    "unknown subject": Mistake(
        "subject: S", "subject: Q", "|Q", "expect.alerts[0].subject", "no participant 'Q'", "a participant"
    ),
    "unknown corridor": Mistake(
        "corridors: {XF", "corridors: {XG", "|XG", "regime.corridors.XG", "no jurisdiction 'XG'"
    ),
    "unknown jurisdiction on a list": Mistake(
        "jurisdictions: [XF]",
        "jurisdictions: [XG]",
        "|XG",
        "compliance.lists[0].jurisdictions[0]",
        "no jurisdiction 'XG'",
    ),
    "guarantee that is none": Mistake(
        "guarantee: G1",
        "guarantee: C1",
        "|C1",
        "credits[1].guarantee",
        "C1 is no guarantee",
        "in favour of B",
    ),
    "guarantee for somebody else": Mistake(
        "    applicant: T\n    beneficiary: B",
        "    applicant: B\n    beneficiary: T",
        "guarantee: |G1",
        "credits[1].guarantee",
        "in favour of 'T'",
        "in favour of B",
        "beneficiary",
    ),
    "counterparty that buys": Mistake(
        "  - id: M1\n    applicant: B",
        "  - id: M1\n    applicant: T",
        "applicant: |T",
        "credits[3].applicant",
        "applicant 'T' is a counterparty",
    ),
    "examiner of a milestone": Mistake(
        "examiner: M", "examiner: E", "|E", "credits[3].examiner", "'E' is not an attestor", "attestor"
    ),
    "issuer that is no bank": Mistake(
        "issuer: K", "issuer: R", "|R", "credits[0].issuer", "'R' is not a bank"
    ),
    "arbiter that is none": Mistake(
        "arbiter: R", "arbiter: I", "|I", "credits[0].arbiter", "'I' is not an arbiter"
    ),
    "bank as beneficiary": Mistake(
        "  - id: M1\n    applicant: B\n    beneficiary: S",
        "  - id: M1\n    applicant: B\n    beneficiary: N",
        "beneficiary: |N",
        "credits[3].beneficiary",
        "beneficiary 'N' is a bank",
    ),
    "sponsor of another kind": Mistake(
        "sponsor: K", "sponsor: R", "|R", "participants[0].sponsor", "'R' is of another kind", "kind bank"
    ),
    "intermediary of another kind": Mistake(
        "intermediary: I}", "intermediary: N}", "|N}", "participants[1].intermediary", "another kind"
    ),
    "advance without an amount": Mistake(
        "advance: 100 SU",
        "advance: 0 SU",
        "|0 SU",
        "credits[1].advance",
        "an advance of 0.00 SU",
        "up to 100",
    ),
    "advance above the face": Mistake(
        "advance: 100 SU",
        "advance: 101 SU",
        "|101 SU",
        "credits[1].advance",
        "101.00 SU under a credit of 100",
    ),
    "advance without an end": Mistake(
        "return_period: 20 days", "return_period: 0 days", "|0 days", "credits[1].return_period", "no time"
    ),
    "advance of another form": Mistake(
        "    tolerance: 0 %",
        "    advance: 1 SU",
        "advance: |1 SU",
        "credits[0].advance",
        "only an advance credit",
    ),
    "instalments that do not add up": Mistake(
        "{amount: 60 SU, until",
        "{amount: 50 SU, until",
        "- {amount: 50",
        "credits[0].instalments",
        "add up to 90.00 SU",
        "100.00 SU",
    ),
    "instalments out of order": Mistake(
        "until: 2027-04-01",
        "until: 2027-05-02",
        "|2027-05-01",
        "credits[0].instalments[1].until",
        "2027-05-01 is not after",
    ),
    "instalment after expiry": Mistake(
        "until: 2027-05-01",
        "until: 2027-05-11",
        "|2027-05-11",
        "credits[0].instalments[1].until",
        "after the expiry",
    ),
    "tolerance": Mistake(
        "tolerance: 0 %", "tolerance: 11 %", "|11 %", "credits[0].tolerance", "a tolerance of 11 %", "10 %"
    ),
    "retention without an end": Mistake(
        "retention_period: 30", "retention_period: 0", "|0 days", "credits[0].retention_period", "no end"
    ),
    "retention of all": Mistake(
        "retention: 5 %",
        "retention: 100 %",
        "|100 %",
        "credits[0].retention",
        "nothing would be paid",
        "less",
    ),
    "award without time": Mistake(
        "award_period: 30",
        "award_period: 91",
        "|91 days",
        "credits[0].award_period",
        "the arbiter has 91 days",
    ),
    "delivery that draws": Mistake(
        "{amount: 0 SU",
        "{amount: 1 SU",
        "|1 SU",
        "credits[1].presentations[1].amount",
        "1.00 SU for showing delivery",
        "0 SU",
    ),
    "nothing drawn": Mistake(
        "{amount: 5 SU", "{amount: 0 SU", "|0 SU", "credits[0].presentations[1].amount", "nothing is drawn"
    ),
    "delivery without an advance": Mistake(
        "{amount: 5 SU, shipped: 2027-03-21, of: demurrage}",
        "{amount: 0 SU, shipped: 2027-03-21, of: delivery}",
        "|delivery",
        "credits[0].presentations[1].of",
        "provides for no delivery",
    ),
    "demurrage without a reserve": Mistake(
        "demurrage: 10 SU",
        "demurrage: 0 SU",
        "of: |demurrage",
        "credits[0].presentations[1].of",
        "no demurrage reserve",
    ),
    "presented before shipment": Mistake(
        "at: 2027-03-25 10:00",
        "at: 2027-03-19",
        "at: |2027-03-19",
        "credits[0].presentations[0].at",
        "before the shipment 2027-03-20",
    ),
    "presented after the run": Mistake(
        "at: 2027-03-25 10:00",
        "at: 2027-07-01",
        "at: |2027-07-01",
        "credits[0].presentations[0].at",
        "outside",
    ),
    "bill due before the offer ends": Mistake(
        "    due: 2027-04-15",
        "    due: 2027-03-11",
        "|2027-03-11",
        "bills[0].due",
        "not on or after offer_until",
    ),
    "bill without grace": Mistake(
        "grace: 5 days", "grace: 0 days", "|0 days", "bills[0].grace", "no time to pay"
    ),
    "bill beyond the regime": Mistake(
        "    due: 2027-04-15", "    due: 2028-02-27", "|2028-02-27", "bills[0].due", "until 2028-03-03, after"
    ),
    "collection of which nothing is presented": Mistake(
        "    shipped: 2027-03-20\n  - {id: A1",
        "  - {id: A1",
        "id: D1",
        "bills[0].shipped",
        "nothing is ever presented under this collection",
        "the day of shipment",
        "add 'shipped' here, or expect bills: {D1: CANCELLED}",
    ),
    "open account with documents": Mistake(
        "due: 2027-04-15}",
        "due: 2027-04-15, shipped: 2027-04-01}",
        "shipped: |2027-04-01",
        "bills[1].shipped",
        "asks for no documents",
    ),
    "both sides of a bill": Mistake(
        "    seller: S", "    seller: B", "|B", "bills[0].seller", "'B' is on both sides of the bill"
    ),
    "seller who trades nothing": Mistake(
        "    seller: S", "    seller: M", "|M", "bills[0].seller", "seller 'M' trades nothing"
    ),
    "lists out of order": Mistake(
        "{version: 3",
        "{version: 2",
        "version: |2, at: 2027-04",
        "compliance.lists[1].version",
        "does not follow",
    ),
    "lists at one moment": Mistake(
        "at: 2027-04-15}", "at: 2027-03-15}", "|2027-03-15}", "compliance.lists[1].at", "no later than"
    ),
    "list outside the run": Mistake(
        "at: 2027-04-15}", "at: 2027-07-15}", "|2027-07-15}", "compliance.lists[1].at", "outside the scenario"
    ),
    "share of all": Mistake(
        "share: 80 %", "share: 100 %", "|100 %", "compliance.aggregation.share", "just below", "less than"
    ),
    "no payments": Mistake(
        "count: 3", "count: 0", "count: |0", "compliance.aggregation.count", "no payment at all"
    ),
    "no days": Mistake(
        "window: 10", "window: 0", "window: |0", "compliance.aggregation.window", "no day at all"
    ),
    "nobody to pay": Mistake(
        "actor: B, to: S,", "actor: B,", "|{do: transfer", "actions[1].to", "nobody is to be paid", "to:"
    ),
    "two to pay": Mistake(
        "address: a stranger",
        "to: S, address: a stranger",
        "|a stranger",
        "actions[2].address",
        "two are to be",
    ),
    "stranger who is known": Mistake(
        "address: a stranger", "address: S", "address: |S", "actions[2].address", "'S' is no stranger"
    ),
}


def test_the_text_has_no_mistake() -> None:
    assert parse_scenario(TEXT, "test.yaml").scenario == "trades"


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_problem_at_its_place(mistake: Mistake) -> None:
    assert_found(mistake, TEXT)


def test_residents_on_both_sides_of_a_bill() -> None:
    text = TEXT.replace("    seller: S", "    seller: T", 1)
    abroad = "name: Tamarind, kind: counterparty, jurisdiction: XF"
    text = text.replace(abroad, f"{abroad}, owner_jurisdiction: XH", 1)
    found = {problem.path: problem.message for problem in problems_of(text)}
    assert "both resident" in found["bills[0].seller"]
    expected = "expect:\n  rejections: [{actor: T, flow: OFFER, reason: DOMESTIC_PAYMENT}]\n"
    assert parse_scenario(text.replace("expect:\n", expected, 1), "test.yaml")


def test_terms_that_are_to_be_refused_are_no_mistake() -> None:
    text = TEXT.replace("tolerance: 0 %", "tolerance: 11 %", 1)
    expected = "expect:\n  rejections: [{actor: B, flow: OPEN, reason: TERMS_INVALID}]\n"
    assert parse_scenario(text.replace("expect:\n", expected, 1), "test.yaml")


def test_a_collection_that_is_to_be_cancelled_needs_no_shipment() -> None:
    text = TEXT.replace("    shipped: 2027-03-20\n  - {id: A1", "  - {id: A1", 1)
    assert parse_scenario(text.replace("D1: PAID", "D1: CANCELLED"), "test.yaml")


def test_an_unknown_home_hides_who_is_resident() -> None:
    text = TEXT.replace("home: XH", "home: XZ").replace(
        "compliance:",
        "obligations:\n  - {id: O1, payer: B, payee: S, amount: 5 SU, enter: 2027-03-02, until: 2027-03-12}\n"
        "compliance:",
    )
    assert [problem.path for problem in problems_of(text)] == ["regime.home"]


def test_a_name_that_is_there_twice_is_listed_once() -> None:
    text = TEXT.replace("  - {id: A1", "  - {id: D1").replace("bills: {D1", "bills: {D9")
    expected = {problem.path: problem.expected for problem in problems_of(text)}
    assert expected["expect.bills.D9"] == "a bill that the file defines: D1"
