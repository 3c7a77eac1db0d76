"""The regime and its programme."""

from dataclasses import dataclass

from settlement.domain.events.base import Event
from settlement.domain.participants import Stage

__all__ = [
    "PhaseOpened",
    "PhaseProposed",
    "ProgrammeApproved",
    "ProgrammeDrafted",
    "StageChanged",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeDrafted(Event):
    """The supervisor drafted the programme; times in epoch seconds."""

    start: int
    end: int
    wind_down_end: int
    home: str
    private_from_phase: int
    domestic_ban: bool
    direct_payments: bool


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
