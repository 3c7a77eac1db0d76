"""Every mistake is reported at its line and column, in words that say what to do."""

import pytest

from settlement.scenario import parse_scenario, shipped_text
from tests.scenario.mistakes import (
    Mistake,
    assert_found,
    credits,
    notation,
    outcomes,
    participants,
    problems_of,
    regime,
)

BASELINE = shipped_text("baseline-bilateral")

MISTAKES = regime.MISTAKES | participants.MISTAKES | credits.MISTAKES | outcomes.MISTAKES | notation.MISTAKES


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_problem_at_its_place(mistake: Mistake) -> None:
    assert_found(mistake, BASELINE)


def test_the_catalogue_has_no_vague_entry() -> None:
    """Every problem says something in each of its three sentences."""
    for mistake in MISTAKES.values():
        for problem in problems_of(mistake.made_in(BASELINE)):
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
            text = MISTAKES[name].made_in(text)
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
