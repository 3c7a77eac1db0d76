"""Every mistake is reported at its line and column, in words that say what to do."""

from dataclasses import dataclass

import pytest

from settlement.domain.errors import Problem, ScenarioError
from settlement.scenario import parse_scenario, shipped_text

BASELINE = shipped_text("baseline-bilateral")


@dataclass(frozen=True)
class Mistake:
    """A replacement in the baseline; the problem starts where ``mark`` starts in the changed text.

    ``mark`` is looked for from the replacement onwards; "|" in it, if any, is the exact spot.
    """

    old: str
    new: str
    mark: str
    path: str
    message: str
    expected: str = ""
    remedy: str = ""


def position(text: str, mark: str, start: int = 0) -> tuple[int, int]:
    """Line and column, from 1, of the spot that ``mark`` names."""
    before, bar, after = mark.partition("|")
    found = text.index(before + after, start) + (len(before) if bar else 0)
    return text.count("\n", 0, found) + 1, found - text.rfind("\n", 0, found)


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "test.yaml")
    return caught.value.problems


MISTAKES = {
    "slug": Mistake(
        "scenario: baseline-bilateral",
        "scenario: Baseline",
        "|Baseline",
        "scenario",
        "'Baseline' is not a scenario name",
        "small letters",
        "rename",
    ),
    "missing title": Mistake(
        "scenario: baseline-bilateral\ntitle: 1. One import settled by one sight credit\n",
        "scenario: baseline-bilateral\n",
        "|scenario: base",
        "title",
        "required key 'title' is missing",
        "text",
        "add 'title'",
    ),
    "empty value": Mistake(
        "title: 1. One import settled by one sight credit",
        "title:",
        "|title:",
        "title",
        "has no value",
        "text",
        "write a value",
    ),
    "number as text": Mistake(
        "title: 1. One import settled by one sight credit",
        "title: 2027",
        "|2027",
        "title",
        "2027 is not text",
        "text",
        "quotes",
    ),
    "negative seed": Mistake(
        "seed: 1", "seed: -1", "|-1", "seed", "-1 is out of range", "whole number from 0"
    ),
    "text as seed": Mistake(
        "seed: 1", 'seed: "1"', '|"1"', "seed", "'1' is not a whole number", "whole number"
    ),
    "flag": Mistake(
        "domestic_ban: true",
        "domestic_ban: yes",
        "|yes",
        "regime.domestic_ban",
        "'yes' is not true or false",
        "true or false",
        "without quotes",
    ),
    "no such day": Mistake(
        "start: 2027-03-01                #",
        "start: 2027-02-30 #",
        "|2027-02-30",
        "start",
        "'2027-02-30' is not a date",
        "a date such as",
        "year-month-day",
    ),
    "end before start": Mistake(
        "end: 2027-06-30",
        "end: 2027-02-28",
        "|2027-02-28",
        "end",
        "the end 2027-02-28 is not after the start 2027-03-01",
        "after the start",
    ),
    "jurisdiction code": Mistake(
        "  XF: {",
        "  Xf: {",
        "|Xf: {",
        "jurisdictions.Xf",
        "'Xf' is not a jurisdiction code",
        "two capital letters",
    ),
    "calendar": Mistake(
        "calendar: PT",
        "calendar: PTO",
        "|PTO",
        "jurisdictions.XF.calendar",
        "no holiday calendar 'PTO' is known",
        "country code",
        "'PT",
    ),
    "home": Mistake(
        "home: XH", "home: XX", "|XX", "regime.home", "no jurisdiction 'XX' is defined", "XH, XF"
    ),
    "regime missing": Mistake(
        "\nregime:",
        "\nregimen:",
        "|regimen:",
        "regimen",
        "unknown key 'regimen'",
        "regime",
        "did you mean 'regime'?",
    ),
    "regime before scenario": Mistake(
        "  start: 2027-03-01\n",
        "  start: 2027-02-01\n",
        "|2027-02-01\n",
        "regime.start",
        "2027-02-01 is outside the scenario",
        "2027-03-01 to 2027-06-30",
    ),
    "regime order": Mistake(
        "  end: 2028-03-01",
        "  end: 2027-03-01",
        "|2027-03-01\n  wind",
        "regime.end",
        "the regime's end 2027-03-01 is not after its start",
        "after its start",
    ),
    "regime too long": Mistake(
        "  end: 2028-03-01",
        "  end: 2030-03-02",
        "|2030-03-02",
        "regime.end",
        "longer than 3 years",
        "up to 2030-02-28",
        "earlier",
    ),
    "no wind-down": Mistake(
        "wind_down: 30 days",
        "wind_down: 0 days",
        "|0 days",
        "regime.wind_down",
        "no time to wind down",
        "1 day or more",
        "weeks",
    ),
    "no presentation period": Mistake(
        "presentation_period: 21 days",
        "presentation_period: 0 days",
        "|0 days",
        "credits[0].presentation_period",
        "day of shipment only",
        "1 day or more",
        "21 days",
    ),
    "name of a contract": Mistake(
        "- id: B\n",
        "- id: TradeEscrow\n",
        "|TradeEscrow",
        "participants[0].id",
        "TradeEscrow",
        "",
        "choose another",
    ),
    "wind-down unit": Mistake(
        "wind_down: 30 days",
        "wind_down: 30 banking days",
        "|30 banking",
        "regime.wind_down",
        "'30 banking days' is not in days",
        'calendar days such as "21 days"',
    ),
    "phase zero": Mistake("  phase: 1", "  phase: 0", "|0", "regime.phase", "0 is out of range", "from 1"),
    "unknown key": Mistake(
        "    ownership: state",
        "    ownershp: state",
        "|ownershp",
        "participants[0].ownershp",
        "unknown key 'ownershp'",
        "one of: id, name, kind",
        "did you mean 'ownership'?",
    ),
    "kind": Mistake(
        "kind: authorised entity",
        "kind: authorized entity",
        "|authorized",
        "participants[0].kind",
        "'authorized entity' is not a kind",
        "authorised entity, mining entity, miner",
        "'authorised entity'",
    ),
    "id": Mistake("  - id: B", "  - id: 1B", "|1B", "participants[0].id", "'1B' is not an id", "a letter"),
    "reserved id": Mistake(
        "  - id: E",
        "  - id: keeper",
        "|keeper",
        "participants[2].id",
        "'keeper' is reserved",
        "a letter",
        "choose another",
    ),
    "duplicate id": Mistake(
        "  - id: E\n",
        "  - {id: S, name: Twin, kind: counterparty, jurisdiction: XF}\n  - id: E\n",
        "|S, name",
        "participants[2].id",
        "id 'S' is taken by participants[1]",
        "an id of its own",
    ),
    "counterparty at home": Mistake(
        "    jurisdiction: XF",
        "    jurisdiction: XH",
        "|XH",
        "participants[1].jurisdiction",
        "a counterparty is at home",
        "any but XH",
        "abroad",
    ),
    "entity abroad": Mistake(
        "    jurisdiction: XH\n    ownership",
        "    jurisdiction: XF\n    ownership",
        "|XF\n    own",
        "participants[0].jurisdiction",
        "an authorised entity is not at home",
        "home XH",
        "use XH",
    ),
    "foreign shell": Mistake(
        "    jurisdiction: XF",
        "    jurisdiction: XF\n    owner_jurisdiction: XH",
        "beneficiary: |S",
        "credits[0].beneficiary",
        "both resident",
        "domestic ban",
        "DOMESTIC_PAYMENT",
    ),
    "balance abroad": Mistake(
        "    jurisdiction: XF",
        "    jurisdiction: XF\n    balance: 5 SU",
        "|5 SU",
        "participants[1].balance",
        "cannot start with SU",
        "authorised entities only",
        "remove",
    ),
    "amount without unit": Mistake(
        "balance: 1_500_000 SU",
        "balance: 1_500_000",
        "|1_500_000",
        "participants[0].balance",
        "'1_500_000' is not an amount",
        "with its unit",
        "a space and the unit",
    ),
    "amount as number": Mistake(
        "balance: 1_500_000 SU",
        "balance: 1500000",
        "|1500000",
        "participants[0].balance",
        "1500000 is not an amount",
        "such as",
        "a space and SU",
    ),
    "unknown unit": Mistake(
        "balance: 1_500_000 SU",
        "balance: 10 SEK",
        "|10 SEK",
        "participants[0].balance",
        "unknown unit 'SEK'",
        "with its unit",
    ),
    "amount too fine": Mistake(
        "balance: 1_500_000 SU",
        "balance: 1.0000001 SU",
        "|1.0000001",
        "participants[0].balance",
        "finer than a minor unit",
        "at most 6 decimals",
        "round it",
    ),
    "domestic unit": Mistake(
        "    amount: 1_000_000 SU\n    open",
        "    amount: 10 DRL\n    open",
        "|10 DRL",
        "credits[0].amount",
        "'10.00 DRL' is not in SU",
        "an amount in SU",
    ),
    "zero amount": Mistake(
        "    amount: 1_000_000 SU\n    open",
        "    amount: 0 SU\n    open",
        "|0 SU",
        "credits[0].amount",
        "the amount is zero",
        "above 0 SU",
    ),
    "dangling applicant": Mistake(
        "applicant: B",
        "applicant: Boreas",
        "|Boreas",
        "credits[0].applicant",
        "no participant 'Boreas' is defined",
        "B, S, E",
    ),
    "misspelt required key": Mistake(
        "applicant: B",
        "aplicant: B",
        "|aplicant",
        "credits[0].aplicant",
        "unknown key 'aplicant'",
        "applicant",
        "did you mean 'applicant'?",
    ),
    "same party": Mistake(
        "beneficiary: S",
        "beneficiary: B",
        "beneficiary: |B",
        "credits[0].beneficiary",
        "'B' is on both sides",
        "another party",
    ),
    "examiner trades": Mistake(
        "beneficiary: S",
        "beneficiary: E",
        "|E",
        "credits[0].beneficiary",
        "beneficiary 'E' is an examiner",
        "counterparty",
    ),
    "examiner of another kind": Mistake(
        "examiner: E", "examiner: S", "|S", "credits[0].examiner", "'S' is not an examiner", "kind examiner"
    ),
    "moment": Mistake(
        "open: 2027-03-02",
        "open: 2027-03-02 25:00",
        "|2027-03-02 25",
        "credits[0].open",
        "'2027-03-02 25:00' is not a moment",
        "UTC time",
        "hours:minutes",
    ),
    "open outside": Mistake(
        "open: 2027-03-02",
        "open: 2028-03-02",
        "|2028-03-02",
        "credits[0].open",
        "2028-03-02 is outside the scenario",
        "a day of the scenario",
    ),
    "offer order": Mistake(
        "offer_until: 2027-03-12",
        "offer_until: 2027-03-01",
        "|2027-03-01",
        "credits[0].offer_until",
        "offer_until 2027-03-01 is not on or after open 2027-03-02",
    ),
    "shipment order": Mistake(
        "latest_shipment: 2027-04-10",
        "latest_shipment: 2027-03-10",
        "|2027-03-10",
        "credits[0].latest_shipment",
        "is not on or after fund_until 2027-03-19",
        "on or after fund_until",
    ),
    "expiry beyond": Mistake(
        "expiry: 2027-05-10",
        "expiry: 2028-05-10",
        "|2028-05-10",
        "credits[0].expiry",
        "after the regime's end 2028-03-01",
        "by 2028-03-01",
    ),
    "tenor beyond": Mistake(
        "tenor: 0 days ",
        "tenor: 400 days ",
        "|400",
        "credits[0].tenor",
        "would mature",
        "by 2028-03-01",
        "shorten the tenor",
    ),
    "duration": Mistake(
        "presentation_period: 21 days",
        "presentation_period: 3 weeks",
        "|3 weeks",
        "credits[0].presentation_period",
        "'3 weeks' is not a duration",
        "21 days",
        "hours, days",
    ),
    "no documents": Mistake(
        "[transport document, commercial invoice, insurance certificate]",
        "[]",
        "|[]",
        "credits[0].documents",
        "the list is empty",
        "at least one",
    ),
    "document twice": Mistake(
        "commercial invoice, insurance",
        "transport document, insurance",
        "[transport document, |transport",
        "credits[0].documents[1]",
        "asked for twice",
        "once",
    ),
    "documents as text": Mistake(
        "[transport document, commercial invoice, insurance certificate]",
        "invoice",
        "|invoice",
        "credits[0].documents",
        "'invoice' is not a list",
        "a list",
        "dash",
    ),
    "shipped outside": Mistake(
        "shipped: 2027-03-18",
        "shipped: 2026-03-18",
        "|2026",
        "credits[0].presentations[0].shipped",
        "2026-03-18 is outside the scenario",
    ),
    "waived for nothing": Mistake(
        "discrepancies: []",
        "waived: true",
        "|true",
        "credits[0].presentations[0].waived",
        "nothing to waive",
        "discrepancies",
    ),
    "delay backwards": Mistake(
        "agreement: 1 to 3",
        "agreement: 3 to 1",
        "|3 to 1",
        "behaviour.agreement",
        "'3 to 1 banking days' runs backwards",
        "the shorter end first",
        "write 1 to 3",
    ),
    "expected balance": Mistake(
        "S: 1_000_000 SU}",
        "T: 1_000_000 SU}",
        "|T: 1",
        "expect.balances.T",
        "no participant 'T' is defined",
        "B, S, E",
    ),
    "expected credit": Mistake(
        "credits: {C1: CLOSED}",
        "credits: {C2: CLOSED}",
        "|C2",
        "expect.credits.C2",
        "no credit 'C2' is defined",
        "C1",
        "did you mean 'C1'?",
    ),
    "expected state": Mistake(
        "{C1: CLOSED}",
        "{C1: CLOSE}",
        "|CLOSE}",
        "expect.credits.C1",
        "'CLOSE' is not a credit state",
        "EXPIRED",
        "did you mean 'CLOSED'",
    ),
    "expected draw": Mistake(
        "draws: {C1/1: FINAL}",
        "draws: {C1/2: FINAL}",
        "|C1/2",
        "expect.draws.C1/2",
        "credit C1 has no presentation 2",
        "from 1 to 1",
    ),
    "draw of no credit": Mistake(
        "draws: {C1/1: FINAL}",
        "draws: {C9/1: FINAL}",
        "|C9/1",
        "expect.draws.C9/1",
        "no credit 'C9' is defined",
        "",
        "did you mean 'C1/1'?",
    ),
    "draw form": Mistake(
        "draws: {C1/1: FINAL}",
        "draws: {C1: FINAL}",
        "|C1: FINAL",
        "expect.draws.C1",
        "'C1' is not a draw",
        "C1/1",
    ),
    "reason": Mistake(
        "rejections: []",
        "rejections: [{actor: B, flow: DIRECT, reason: DOMESTIC}]",
        "|DOMESTIC",
        "expect.rejections[0].reason",
        "'DOMESTIC' is not a reason",
        "one of",
        "DOMESTIC_PAYMENT",
    ),
    "flow": Mistake(
        "rejections: []",
        "rejections: [{actor: B, flow: direct, reason: FROZEN}]",
        "|direct",
        "expect.rejections[0].flow",
        "'direct' is not a flow or step",
        "one of: DIRECT",
    ),
    "action unknown": Mistake(
        "\nexpect:",
        "\nactions:\n  - {do: transfr, at: 2027-03-03}\nexpect:",
        "|transfr",
        "actions[0].do",
        "'transfr' is not an action",
        "transfer, issue, redeem",
        "did you mean 'transfer'?",
    ),
    "action without do": Mistake(
        "\nexpect:",
        "\nactions:\n  - {at: 2027-03-03}\nexpect:",
        "|{at",
        "actions[0].do",
        "required key 'do' is missing",
        "transfer",
        "add 'do'",
    ),
    "action lacks": Mistake(
        "\nexpect:",
        "\nactions:\n  - {do: screen, at: 2027-03-03, participant: B}\nexpect:",
        "|{do",
        "actions[0].result",
        "required key 'result' is missing",
        "clear, potential",
        "add 'result'",
    ),
    "action outside": Mistake(
        "\nexpect:",
        "\nactions:\n  - {do: suspend, at: 2027-07-03}\nexpect:",
        "|2027-07-03",
        "actions[0].at",
        "outside the scenario",
    ),
    "action on nobody": Mistake(
        "\nexpect:",
        "\nactions:\n  - {do: freeze, at: 2027-04-03, participant: Q, amount: 1 SU}\nexpect:",
        "participant: |Q",
        "actions[0].participant",
        "no participant 'Q' is defined",
    ),
    "key twice": Mistake(
        "seed: 1\n",
        "seed: 1\nseed: 2\n",
        "|seed: 2",
        "seed",
        "key 'seed' appears twice",
        "once",
        "first is in line",
    ),
    "tag": Mistake(
        "seed: 1", "seed: !number 1", "|!number", "seed", "tag '!number'", "plain values", "remove"
    ),
    "alias": Mistake(
        "name: Borealis",
        "name: *who\n    # Borealis",
        "|*who",
        "participants[0].name",
        "alias *who",
        "the value itself",
        "write it out",
    ),
    "merge key": Mistake(
        "  - id: S\n", "  - <<: {id: S}\n", "|<<", "participants[1].<<", "merge key <<", "every key", "copy"
    ),
    "section as text": Mistake(
        "  balances: {B: 500_000 SU, S: 1_000_000 SU}",
        "  balances: none",
        "|none",
        "expect.balances",
        "'none' is not a mapping",
        "a mapping",
        "keys with their values",
    ),
    "item as text": Mistake(
        "  - id: S\n    name: Sundra Export Company\n    kind: counterparty           # abroad; "
        "starts without SU\n    jurisdiction: XF\n",
        "  - Sundra\n",
        "|Sundra",
        "participants[1]",
        "'Sundra' is not a mapping",
        "a mapping with the keys id",
    ),
    "syntax": Mistake("seed: 1", "seed: 1: 2", "seed: 1|: 2", "", "not YAML", "YAML 1.2", "indentation"),
    "control character": Mistake("seed: 1", "seed: \x01", "|\x01", "", "not YAML: the character '\\x01'"),
    "impossible escape": Mistake("title: 1. One", 'title: "\\UFFFFFFFF"\n# One', "title|:", "", "not YAML"),
    "second document": Mistake(
        "\nexpect:", "\n---\nexpect:", "|---", "", "a second document", "one document"
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_problem_at_its_place(mistake: Mistake) -> None:
    assert BASELINE.count(mistake.old) >= 1
    text = BASELINE.replace(mistake.old, mistake.new, 1)
    line_start = BASELINE.rfind("\n", 0, BASELINE.index(mistake.old) + 1) + 1
    (problem,) = problems_of(text)
    assert problem.path == mistake.path
    assert mistake.message in problem.message
    assert mistake.expected in problem.expected
    assert mistake.remedy in problem.remedy
    assert (problem.line, problem.column) == position(text, mistake.mark, line_start)


def test_the_catalogue_has_no_vague_entry() -> None:
    """Every problem says something in each of its three sentences."""
    for mistake in MISTAKES.values():
        for problem in problems_of(BASELINE.replace(mistake.old, mistake.new, 1)):
            assert all((problem.message, problem.expected, problem.remedy))
            assert "\n" not in str(problem)
            assert "pydantic" not in str(problem).lower()
            assert "Input should" not in str(problem)


def test_mistakes_of_every_layer_are_reported_together_and_sorted() -> None:
    wrong = (
        "wind-down unit",
        "unknown key",
        "dangling applicant",
        "offer order",
        "expected draw",
        "tag",
        "key twice",
    )
    text = BASELINE
    for name in wrong:
        if name != "key twice":
            text = text.replace(MISTAKES[name].old, MISTAKES[name].new, 1)
    text = text.replace("start: 2027-03-01  ", "seed: 2\nstart: 2027-03-01  ", 1)
    problems = problems_of(text)
    assert {problem.path for problem in problems} == {MISTAKES[name].path for name in wrong}
    assert len(problems) == len(wrong)
    assert list(problems) == sorted(problems, key=lambda problem: (problem.line, problem.column))


def test_faults_of_one_credit_do_not_hide_each_other() -> None:
    text = BASELINE
    for old, new in (
        ("    amount: 1_000_000 SU\n    open", "    amount: much\n    open"),
        ("applicant: B", "applicant: Q"),
        ("expiry: 2027-05-10", "expiry: 2027-03-20"),
        ("    tenor: 0 days", "    tenr: 0 days"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    paths = [problem.path.removeprefix("credits[0].") for problem in problems_of(text)]
    assert paths == ["applicant", "amount", "expiry", "tenr"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  - id: B\n    name", "  - name"),
        ("  XF: {name: Farland, calendar: PT}", "  <<: {XF: {name: Farland, calendar: PT}}"),
        ("\nparticipants:", "\nparticipants: !x none\nspare:"),
    ],
)
def test_unknown_definitions_cause_no_dangling_references(old: str, new: str) -> None:
    assert old in BASELINE
    assert not [p for p in problems_of(BASELINE.replace(old, new, 1)) if "is defined" in p.message]


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "the file is empty"),
        ("# nothing here\n", 1, 1, "the file is empty"),
        ("\n- a\n", 2, 1, "a list is not a scenario"),
        ("just words", 1, 1, "'just words' is not a scenario"),
        ("scenario: [1\nb: 2", 2, 2, "not YAML"),
        ("a: \n  b:\n\tc: 1", 3, 1, "not YAML"),
    ],
)
def test_a_text_that_is_no_scenario_is_one_problem(text: str, line: int, column: int, message: str) -> None:
    (problem,) = problems_of(text)
    assert (problem.line, problem.column) == (line, column)
    assert message in problem.message


def test_an_expected_refusal_is_no_mistake() -> None:
    text = BASELINE.replace("    jurisdiction: XF", "    jurisdiction: XF\n    owner_jurisdiction: XH", 1)
    expected = "rejections: [{actor: B, flow: OPEN, reason: DOMESTIC_PAYMENT}]"
    (problem,) = problems_of(text)
    assert "both resident" in problem.message
    scenario = parse_scenario(text.replace("rejections: []", expected, 1), "test.yaml")
    assert scenario.expect.rejections is not None


def test_without_the_domestic_ban_residents_may_trade() -> None:
    text = BASELINE.replace("    jurisdiction: XF", "    jurisdiction: XF\n    owner_jurisdiction: XH", 1)
    scenario = parse_scenario(text.replace("domestic_ban: true", "domestic_ban: false", 1), "test.yaml")
    assert not scenario.regime.domestic_ban


def test_neither_side_resident() -> None:
    extra = "  - {id: T, name: Tern, kind: counterparty, jurisdiction: XF}\n\ncredits:"
    text = BASELINE.replace("\ncredits:", extra, 1).replace("applicant: B", "applicant: T", 1)
    (problem,) = problems_of(text)
    assert problem.path == "credits[0].applicant"
    assert "applicant 'T' is a counterparty" in problem.message
