"""Twin of ``ClearingHouse.sol``: multilateral clearing. Amounts are minor units of SU, times seconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from settlement.chain.chain import Origin, Twin, from_bytes, to_bytes32
from settlement.domain import events
from settlement.domain.events import Event
from settlement.domain.obligations import ObligationState
from settlement.domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Obligation:
    """What ``payer`` owes ``payee``, by name; ``until`` includes the suspensions so far."""

    state: ObligationState
    payer: str
    payee: str
    amount: int
    priority: int
    withdrawing: bool
    until: int
    trade: str


class ClearingHouse(Twin):
    """Obligations are numbered from 1, and so are clearing cycles. Members are participants by name."""

    contract = "ClearingHouse"

    def enter(
        self, actor: str, payee: str, amount: int, trade: str, until: int, priority: int = 0
    ) -> tuple[Event, ...]:
        """Enter what the actor's participant owes ``payee`` under a trade (payer)."""
        terms = to_bytes32(payee), amount, priority, to_bytes32(trade), until
        return self._send(actor, "enter", *terms, subject=payee)

    def propose_withdrawal(self, actor: str, obligation: int) -> tuple[Event, ...]:
        """Ask the payee to agree to the withdrawal of an obligation (payer)."""
        return self._send(
            actor, "proposeWithdrawal", obligation, flow="PROPOSE_WITHDRAWAL", subject=str(obligation)
        )

    def withdraw(self, actor: str, obligation: int) -> tuple[Event, ...]:
        """Agree to the withdrawal of an obligation (payee)."""
        return self._send(actor, "withdraw", obligation, subject=str(obligation))

    def lapse(self, actor: str, obligation: int) -> tuple[Event, ...]:
        """Note that the life of an obligation is over (anybody)."""
        return self._send(actor, "lapse", obligation, subject=str(obligation))

    def settle(self, actor: str, obligations: Iterable[int]) -> tuple[Event, ...]:
        """Settle obligations at once, all or nothing (clearing office)."""
        return self._send(actor, "settle", list(obligations), flow="NET_LEG")

    def exclude(self, actor: str, member: str) -> tuple[Event, ...]:
        """Leave out a member that the Rulebook refuses now (clearing office)."""
        return self._send(actor, "exclude", to_bytes32(member), subject=member)

    def readmit(self, actor: str, member: str) -> tuple[Event, ...]:
        """Take back a member that the Rulebook passes again (anybody)."""
        return self._send(actor, "readmit", to_bytes32(member), subject=member)

    def sweep(self, actor: str, payer: str, priority: int, most: int) -> None:
        """Take what is over out of the first ``most`` places of a queue (anybody)."""
        self._send(actor, "sweep", to_bytes32(payer), priority, most, subject=payer)

    def check_settlement(self, obligations: Iterable[int]) -> dict[str, int]:
        """Net positions, other than zero, if these obligations were settled now.

        Raises:
            ContractRevert: they would be refused, with the error that ``settle`` would raise.
        """
        members, net = self._view("checkSettlement", list(obligations))
        return {from_bytes(member): amount for member, amount in zip(members, net, strict=True) if amount}

    def obligation_of(self, obligation: int) -> Obligation:
        """An obligation; its state is NONE when there is none of that number."""
        state, payer, payee, amount, priority, withdrawing, until, trade = self._view(
            "obligationOf", obligation
        )
        return Obligation(
            ObligationState(state),
            from_bytes(payer),
            from_bytes(payee),
            amount,
            priority,
            withdrawing,
            until,
            from_bytes(trade),
        )

    def pending_of(self, payer: str, priority: int = 0) -> tuple[int, ...]:
        """What could be settled of a payer's queue of one priority, from the head."""
        return tuple(self._view("pendingOf", to_bytes32(payer), priority))

    def is_excluded(self, member: str) -> bool:
        """Whether a member is excluded."""
        return bool(self._view("isExcluded", to_bytes32(member)))

    def obligations(self) -> int:
        """How many obligations were ever entered."""
        return int(self._view("obligations"))

    def cycles(self) -> int:
        """How many settlements there were."""
        return int(self._view("cycles"))

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        match name:
            case "ObligationEntered":
                return events.ObligationEntered(
                    **origin,
                    obligation=fields["id"],
                    payer=from_bytes(fields["payer"]),
                    payee=from_bytes(fields["payee"]),
                    amount=fields["amount"],
                    priority=fields["priority"],
                    trade=from_bytes(fields["trade"]),
                    until=fields["until"],
                )
            case "WithdrawalProposed":
                return events.WithdrawalProposed(**origin, obligation=fields["id"])
            case "ObligationWithdrawn":
                return events.ObligationWithdrawn(**origin, obligation=fields["id"])
            case "ObligationLapsed":
                return events.ObligationLapsed(**origin, obligation=fields["id"])
            case "ObligationSettled":
                return events.ObligationSettled(**origin, obligation=fields["id"], cycle=fields["cycle"])
        return self._cycle_event(name, fields, origin)

    def _cycle_event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        match name:
            case "CycleSettled":
                values = {key: fields[key] for key in ("cycle", "obligations", "gross", "net")}
                return events.CycleSettled(**origin, **values)
            case "NetPositionSettled":
                member = from_bytes(fields["member"])
                leg = {key: fields[key] for key in ("cycle", "net", "arrived")}
                return events.NetPositionSettled(**origin, member=member, **leg)
            case "MemberExcluded":
                reason = Reason(fields["reason"])
                return events.MemberExcluded(**origin, member=from_bytes(fields["member"]), reason=reason)
            case "MemberReadmitted":
                return events.MemberReadmitted(**origin, member=from_bytes(fields["member"]))
        return super()._event(name, fields, origin)
