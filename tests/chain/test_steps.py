"""What a refusal names as tried is a flow or a step that scenarios may expect."""

import re

from settlement.domain.events import CONTRACTS
from settlement.domain.participants import STEPS, Flow
from tests.commands import ROOT


def test_every_name_the_twins_give_is_known() -> None:
    given = set()
    for path in (ROOT / "settlement" / "chain" / "twins").glob("*.py"):
        given |= set(re.findall(r'flow="([A-Z_]+)"', path.read_text()))
    assert len(given) > 10
    assert given <= {*Flow.__members__, *STEPS}


def test_every_contract_has_its_name_reserved() -> None:
    artifacts = {path.stem for path in (ROOT / "settlement" / "chain" / "artifacts").glob("*.json")}
    assert artifacts == set(CONTRACTS)
