"""Twin of ``Regime.sol``."""

from collections.abc import Sequence
from dataclasses import fields as fields_of
from typing import Any

from eth_utils.crypto import keccak

from settlement.chain.chain import Origin, Twin, from_bytes
from settlement.domain.events import (
    Event,
    PhaseOpened,
    PhaseProposed,
    ProgrammeApproved,
    ProgrammeDrafted,
    StageChanged,
)
from settlement.domain.participants import Access, Stage
from settlement.domain.programme import ClassCaps, Corridor, Programme


class Regime(Twin):
    """The programme and the life cycle of the regime."""

    contract = "Regime"

    def draft(
        self, actor: str, programme: Programme, corridors: Sequence[Corridor] = ()
    ) -> tuple[Event, ...]:
        """Draft the programme, or a change of the one in force (supervisor)."""
        return self._send(actor, "draft", _programme_to_abi(programme), _corridors_to_abi(corridors))

    def approve(
        self, actor: str, programme: Programme, corridors: Sequence[Corridor] = ()
    ) -> tuple[Event, ...]:
        """Co-sign the draft, which must be this very one (co-approver, who scheduled it)."""
        return self._send(actor, "approve", self.hash_of(programme, corridors))

    def hash_of(self, programme: Programme, corridors: Sequence[Corridor] = ()) -> bytes:
        """What ``approve`` takes: the hash of the programme with its corridors."""
        draft = self.artifact.functions["draft"]
        return keccak(draft.encode(_programme_to_abi(programme), _corridors_to_abi(corridors))[4:])

    def activate(self, actor: str) -> tuple[Event, ...]:
        """Start the regime (supervisor)."""
        return self._send(actor, "activate")

    def propose_phase(self, actor: str, phase: int) -> tuple[Event, ...]:
        """Ask for the next phase (supervisor)."""
        return self._send(actor, "proposePhase", phase, flow="PROPOSE_PHASE")

    def approve_phase(self, actor: str, phase: int) -> tuple[Event, ...]:
        """Co-sign the proposed phase (co-approver, who scheduled it)."""
        return self._send(actor, "approvePhase", phase, flow="APPROVE_PHASE")

    def suspend(self, actor: str) -> tuple[Event, ...]:
        """Stop all value (supervisor)."""
        return self._send(actor, "suspend")

    def resume(self, actor: str) -> tuple[Event, ...]:
        """End a suspension (supervisor)."""
        return self._send(actor, "resume")

    def wind_down(self, actor: str) -> tuple[Event, ...]:
        """Start the wind-down early (supervisor)."""
        return self._send(actor, "windDown", flow="WIND_DOWN")

    def stage(self) -> Stage:
        """The stage at the time of the next transaction."""
        return Stage(self._view("stage"))

    def phase(self) -> int:
        """The open phase; 0 before activation."""
        return int(self._view("phase"))

    def programme(self) -> Programme:
        """The programme in force, or the draft."""
        return _programme_from_abi(self._view("programme"))

    def corridor_of(self, jurisdiction: str) -> Corridor:
        """What the programme in force says of a foreign jurisdiction."""
        access, cap = self._view("corridorOf", jurisdiction.encode())
        return Corridor(jurisdiction, Access(access), cap)

    def tolled(self) -> int:
        """How long the regime has been suspended so far, in all, seconds."""
        return int(self._view("tolled"))

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        match name:
            case "ProgrammeDrafted":
                programme = _programme_from_abi(fields["programme"])
                corridors = tuple(map(_corridor_from_abi, fields["corridors"]))
                said = {field.name: getattr(programme, field.name) for field in fields_of(programme)}
                return ProgrammeDrafted(**origin, **said, corridors=corridors)
            case "ProgrammeApproved":
                return ProgrammeApproved(**origin)
            case "PhaseProposed":
                return PhaseProposed(**origin, phase=fields["phase"])
            case "PhaseOpened":
                return PhaseOpened(**origin, phase=fields["phase"])
            case "StageChanged":
                return StageChanged(**origin, stage=Stage(fields["stage"]))
        return super()._event(name, fields, origin)


def _programme_to_abi(programme: Programme) -> tuple[Any, ...]:
    """The Solidity struct, whose members stand in the order of ours."""
    return tuple(_member_to_abi(getattr(programme, field.name)) for field in fields_of(programme))


def _member_to_abi(value: object) -> object:
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, ClassCaps):
        return tuple(getattr(value, field.name) for field in fields_of(value))
    return value


def _programme_from_abi(values: tuple[Any, ...]) -> Programme:
    said = dict(zip((field.name for field in fields_of(Programme)), values, strict=True))
    said["home"] = from_bytes(said["home"])
    for caps in ("state_caps", "private_caps"):
        said[caps] = ClassCaps(*said[caps])
    return Programme(**said)


def _corridors_to_abi(corridors: Sequence[Corridor]) -> list[tuple[Any, ...]]:
    return [(c.jurisdiction.encode(), c.access, c.cap) for c in corridors]


def _corridor_from_abi(values: tuple[Any, ...]) -> Corridor:
    jurisdiction, access, cap = values
    return Corridor(from_bytes(jurisdiction), Access(access), cap)
