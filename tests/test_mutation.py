"""Changes of contracts that tests should notice: which there are, and that each is one place of code."""

from collections import Counter

import pytest
from solcx import compile_standard

from scripts.build_contracts import CONTRACTS
from scripts.mutants import Mutant, mutants

SOURCE = """// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

contract Counter {
    // a < b and c++ are no code here
    string private constant TEXT = "a < b";
    uint256 private _count;
    bool private _open = true;

    modifier opened() {
        require(_open);
        _;
    }

    function add(uint256 amount) external opened {
        if (amount < 5 && !(_count == 0)) _count += amount;
        else _count = amount > 7 ? amount : _count - 2;
    }
}
"""


@pytest.fixture(scope="module")
def found() -> list[Mutant]:
    request = {
        "language": "Solidity",
        "sources": {"Counter.sol": {"content": SOURCE}},
        "settings": {"outputSelection": {"*": {"": ["ast"]}}},
    }
    answer = compile_standard(request, base_path=CONTRACTS, solc_binary=CONTRACTS / "solc")
    return mutants("Counter.sol", SOURCE.encode(), answer["sources"]["Counter.sol"]["ast"])


def test_every_place_is_changed_in_every_way(found: list[Mutant]) -> None:
    assert sorted((m.kind, m.before, m.after) for m in found) == sorted(
        [
            ("boolean", "true", "false"),
            ("statement", "require(_open);", "{}"),
            ("modifier", "opened", ""),
            ("condition", "amount < 5 && !(_count == 0)", "true"),
            ("condition", "amount < 5 && !(_count == 0)", "false"),
            ("operator", "<", "<="),
            ("operator", "&&", "||"),
            ("negation", "!", ""),
            ("operator", "==", "!="),
            ("number", "5", "(5 + 1)"),
            ("number", "0", "(0 + 1)"),
            ("statement", "_count += amount;", "{}"),
            ("operator", "+=", "-="),
            ("statement", "_count = amount > 7 ? amount : _count - 2;", "{}"),
            ("operator", ">", ">="),
            ("number", "7", "(7 + 1)"),
            ("branch", "amount", "_count - 2"),
            ("branch", "_count - 2", "amount"),
            ("operator", "-", "+"),
            ("number", "2", "(2 + 1)"),
        ]
    )


def test_a_change_is_of_its_place_alone(found: list[Mutant]) -> None:
    source = SOURCE.encode()
    for mutant in found:
        changed = mutant.applied(source)
        assert changed != source
        assert changed[: mutant.start] == source[: mutant.start]
        assert changed.endswith(source[mutant.end :])
        assert SOURCE.splitlines()[mutant.line - 1].strip()


def test_keys_name_the_change_and_the_source(found: list[Mutant]) -> None:
    assert max(Counter(mutant.key for mutant in found).values()) == 1
