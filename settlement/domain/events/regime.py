"""The regime and its programme."""

from dataclasses import dataclass

from settlement.domain.events.base import Event
from settlement.domain.participants import Stage
from settlement.domain.programme import ClassCaps, Corridor

__all__ = [
    "PhaseOpened",
    "PhaseProposed",
    "ProgrammeApproved",
    "ProgrammeDrafted",
    "StageChanged",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeDrafted(Event):
    """The supervisor drafted a programme; the fields are those of ``Programme`` and its corridors."""

    start: int
    end: int
    wind_down_end: int
    home: str
    private_from_phase: int
    domestic_ban: bool
    direct_payments: bool
    queue_bypass: bool
    instruments: int
    goods: int
    period: int
    max_list_age: int
    max_holding: int
    max_exposure: int
    coverage_floor: int
    haircut: int
    reference_rate: int
    state_caps: ClassCaps
    private_caps: ClassCaps
    regime_cap: int
    corridors: tuple[Corridor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeApproved(Event):
    """The co-approver signed the programme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseProposed(Event):
    """The supervisor asked to open a phase."""

    phase: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseOpened(Event):
    """A phase is open."""

    phase: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChanged(Event):
    """An authority moved the regime to another stage."""

    stage: Stage
