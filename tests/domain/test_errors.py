"""The error tree: complete as drawn, and each error survives being copied and pickled."""

import copy
import pickle
import re

import pytest

from settlement.chain.reverts import RulebookRefused, TradeEscrowTooLate, UnknownRevert
from settlement.domain import errors
from settlement.domain.errors import (
    BackendError,
    InvariantBroken,
    Mismatch,
    Problem,
    QueueError,
    ReconciliationFailed,
    Refused,
    ScenarioError,
    SettlementError,
    UnbalancedEntry,
    UserError,
)
from settlement.domain.reasons import Reason

ERRORS: list[SettlementError] = [
    UserError("no such file"),
    ScenarioError("x.yaml", [Problem(3, 1, "end", "b", "e", "r"), Problem(1, 2, "start", "a", "e", "r")]),
    Refused(Reason.FROZEN, "600"),
    BackendError("gone"),
    InvariantBroken("broken"),
    UnbalancedEntry("1 left"),
    ReconciliationFailed("2027-03-01", [Mismatch("wallet:B", "SU", 1, 2)]),
    RulebookRefused((80,)),
    TradeEscrowTooLate((1_803_859_200,)),
    UnknownRevert("TradeEscrow.fund", b"\x01", None),
    QueueError("x.json", [Problem(1, 2, "obligations[0]", "a", "e", "r")]),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_survive_copy_and_pickle(error: SettlementError) -> None:
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error)), type(error)(*error.args)):
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert vars(twin) == vars(error)


def test_the_tree_in_the_docstring_is_complete() -> None:
    drawn = re.findall(r"^[│├└─ ]*(\w+)(?:  |$)", errors.__doc__ or "", re.MULTILINE)
    defined = [
        name
        for name, thing in vars(errors).items()
        if isinstance(thing, type) and issubclass(thing, SettlementError)
    ]
    assert sorted(drawn) == sorted(defined)


def test_problems_stand_in_the_order_of_the_file() -> None:
    assert str(ERRORS[1]).splitlines() == [
        "x.yaml:1:2: start: a; expected e; r",
        "x.yaml:3:1: end: b; expected e; r",
    ]


def test_a_refusal_says_why() -> None:
    assert str(ERRORS[2]) == "FROZEN: The amount is frozen. (600)"
    assert str(ERRORS[7]).startswith("DOMESTIC_PAYMENT: ")
