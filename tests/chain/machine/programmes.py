"""Programmes: what a change of the one in force alters, and those with caps that are drawn."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from settlement.domain.participants import Access
from settlement.domain.programme import ClassCaps, Corridor, Programme
from tests.chain.machine.setting import CORRIDORS, PROGRAMME, su
from tests.model.clock import DAY
from tests.model.regime import Regime

#: One thing about the programme that a change of it alters.
CHANGES: dict[str, dict[str, Any]] = {
    "closed": {"direct_payments": False},
    "open account": {"direct_payments": True},
    "ban lifted": {"domestic_ban": False},
    "bypass": {"queue_bypass": True},
    "fewer goods": {"goods": 1 << 27},
    "fewer instruments": {"instruments": 0b0000110},
    "short lists": {"max_list_age": 5 * DAY},
    "short holding": {"max_holding": 2 * DAY},
    "small exposure": {"max_exposure": su(16_000)},
    "high floor": {"coverage_floor": 10_300},
    "small entities": {"state_caps": replace(PROGRAMME.state_caps, period=PROGRAMME.state_caps.daily)},
    "small class": {"state_caps": replace(PROGRAMME.state_caps, total=600_000)},
    "small regime": {"regime_cap": 500_000},
    "invalid floor": {"coverage_floor": 9_999},
    "moved home": {"home": "XF"},
    "late start": {"start": PROGRAMME.start + 1},
    "sooner end": {"end": PROGRAMME.start + 100 * DAY, "wind_down_end": PROGRAMME.start + 130 * DAY},
    "too long": {"end": PROGRAMME.start + 1_097 * DAY, "wind_down_end": PROGRAMME.start + 1_200 * DAY},
}
#: The corridors under a change; the same as ever where it says nothing of them.
CORRIDOR_CHANGES: dict[str, tuple[Corridor, ...]] = {
    "small corridor": (replace(CORRIDORS[0], cap=400_000), *CORRIDORS[1:]),
    "wide corridors": tuple(replace(corridor, access=Access.DIRECT) for corridor in CORRIDORS),
    "no corridors": (),
    "twice": (*CORRIDORS, CORRIDORS[0]),
    "to home": (*CORRIDORS, Corridor("XH", Access.DIRECT)),
}
CHANGED = sorted({*CHANGES, *CORRIDOR_CHANGES})

#: From 200 to 5,000 SU in the reference currency.
_caps = st.integers(18_200, 455_000)
_class_caps = st.builds(ClassCaps, _caps, _caps, _caps, _caps)


def drawn_caps() -> st.SearchStrategy[Programme]:
    """Caps so tight that each may be the first to bind."""
    draws = st.tuples(_class_caps, _class_caps, _caps)
    return draws.map(lambda d: replace(PROGRAMME, state_caps=d[0], private_caps=d[1], regime_cap=d[2]))


def changed(regime: Regime, change: str) -> tuple[Programme, tuple[Corridor, ...]]:
    """Programme and corridors in force, but for a change."""
    programme = replace(regime.programme(), **CHANGES.get(change, {}))
    return programme, CORRIDOR_CHANGES.get(change, regime.corridors)
