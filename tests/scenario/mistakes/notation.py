"""Mistakes in the notation: what is no YAML, or none that scenarios are written in."""

from tests.scenario.mistakes import Mistake

MISTAKES = {
    "quotes that do not close": Mistake(
        "title: 1. One", 'title: "1. One', 'title: |"1. One', "", "the quotes that open here do not close"
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
