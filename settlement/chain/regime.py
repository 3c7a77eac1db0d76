"""Twin of ``Regime.sol``."""

from dataclasses import dataclass
from typing import Any

from eth_abi.abi import encode
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
from settlement.domain.participants import Stage


@dataclass(frozen=True, slots=True)
class Programme:
    """What the two authorities agree on; times in epoch seconds, ``home`` two letters."""

    start: int
    end: int
    wind_down_end: int
    home: str
    private_from_phase: int
    domestic_ban: bool
    direct_payments: bool

    def to_abi(self) -> tuple[Any, ...]:
        """The Solidity struct."""
        return (
            self.start,
            self.end,
            self.wind_down_end,
            self.home.encode(),
            self.private_from_phase,
            self.domestic_ban,
            self.direct_payments,
        )

    @classmethod
    def from_abi(cls, values: tuple[Any, ...]) -> "Programme":
        """From the Solidity struct."""
        start, end, wind_down_end, home, *rest = values
        return cls(start, end, wind_down_end, from_bytes(home), *rest)


class Regime(Twin):
    """The life cycle of the regime."""

    contract = "Regime"

    def draft(self, actor: str, programme: Programme) -> tuple[Event, ...]:
        """Draft the programme (supervisor)."""
        return self._send(actor, "draft", programme.to_abi())

    def approve(self, actor: str, programme: Programme) -> tuple[Event, ...]:
        """Co-sign the draft, which must be ``programme`` (co-approver)."""
        kinds = self.artifact.functions["draft"].inputs
        return self._send(actor, "approve", keccak(encode(kinds, [programme.to_abi()])))

    def activate(self, actor: str) -> tuple[Event, ...]:
        """Start the regime (supervisor)."""
        return self._send(actor, "activate")

    def propose_phase(self, actor: str, phase: int) -> tuple[Event, ...]:
        """Ask for the next phase (supervisor)."""
        return self._send(actor, "proposePhase", phase, flow="PROPOSE_PHASE")

    def approve_phase(self, actor: str, phase: int) -> tuple[Event, ...]:
        """Co-sign the proposed phase (co-approver)."""
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
        return Programme.from_abi(self._view("programme"))

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        match name:
            case "ProgrammeDrafted":
                programme = Programme.from_abi(fields["programme"])
                return ProgrammeDrafted(
                    **origin,
                    start=programme.start,
                    end=programme.end,
                    wind_down_end=programme.wind_down_end,
                    home=programme.home,
                    private_from_phase=programme.private_from_phase,
                    domestic_ban=programme.domestic_ban,
                    direct_payments=programme.direct_payments,
                )
            case "ProgrammeApproved":
                return ProgrammeApproved(**origin)
            case "PhaseProposed":
                return PhaseProposed(**origin, phase=fields["phase"])
            case "PhaseOpened":
                return PhaseOpened(**origin, phase=fields["phase"])
            case "StageChanged":
                return StageChanged(**origin, stage=Stage(fields["stage"]))
        return super()._event(name, fields, origin)
