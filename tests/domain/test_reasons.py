"""The one table of reasons."""

from settlement.domain.amounts import Unit
from settlement.domain.reasons import Reason


def test_every_reason_has_a_sentence_and_a_remedy_of_its_own_code() -> None:
    for reason in Reason:
        assert reason.sentence.endswith(".")
        assert reason.remedy.endswith(".")
        assert Reason(int(reason)) is reason
    assert len({reason.sentence for reason in Reason}) == len(Reason)


def test_rule_codes_stand_in_the_order_of_the_checks() -> None:
    order = [reason.name for reason in sorted(Reason) if reason.is_rule]
    assert order == [reason.name for reason in Reason if reason.is_rule]
    groups = [int(reason) // 10 for reason in Reason if reason.is_rule]
    assert groups == sorted(groups)
    assert all(reason < 256 for reason in Reason if reason.is_rule), "the contracts hold codes as uint8"


def test_a_balance_may_be_too_small_in_either_unit() -> None:
    assert all(unit.name in Reason.INSUFFICIENT_BALANCE.remedy for unit in Unit)
