"""Twin of OpenZeppelin's ``AccessManager``: which office may call what, and after which delay."""

from collections.abc import Iterable
from typing import Any, ClassVar

from settlement.chain.chain import Origin, Twin, name_of
from settlement.domain.events import CallCancelled, CallScheduled, Event


class AccessManager(Twin):
    """Roles by number; ADMIN (0) is the deployer's until it renounces it, at the end of the wiring."""

    contract = "AccessManager"
    #: Offices are fixed at deployment, before the regime starts; an executed call tells of itself.
    ignored: ClassVar[frozenset[str]] = frozenset(
        {"RoleGranted", "RoleRevoked", "TargetFunctionRoleUpdated", "OperationExecuted"}
    )

    def grant_role(self, actor: str, role: int, account: str | Twin, delay: int = 0) -> None:
        """Give an account or a contract the role, to act ``delay`` seconds after it announced what."""
        self._send(actor, "grantRole", *self._grant(role, account, delay), subject=name_of(account))

    def set_target_function_role(self, actor: str, target: Twin, functions: Iterable[str], role: int) -> None:
        """Let holders of ``role`` call these functions of ``target``."""
        permission = self._permission(target, functions, role)
        self._send(actor, "setTargetFunctionRole", *permission, subject=target.contract)

    def wire(
        self,
        actor: str,
        grants: Iterable[tuple[int, str | Twin, int]],
        permissions: Iterable[tuple[Twin, Iterable[str], int]],
    ) -> None:
        """Grant roles (role, account, delay) and set permissions (target, functions, role), all at once."""
        calls = [self._encoded("grantRole", *self._grant(*grant)) for grant in grants]
        calls += [self._encoded("setTargetFunctionRole", *self._permission(*each)) for each in permissions]
        self._send(actor, "multicall", calls, flow="WIRE", subject=self.contract)

    def renounce_role(self, actor: str, role: int) -> None:
        """Give a role of one's own up."""
        self._send(actor, "renounceRole", role, self.chain.introduce(actor), subject=actor)

    def schedule(
        self, actor: str, target: Twin, function: str, *arguments: Any, at: int = 0
    ) -> tuple[Event, ...]:
        """Announce a call of ``target`` for ``at`` (epoch seconds), or as soon as the office's delay allows.

        ``arguments`` are those of the contract's function. The actor makes the call within a week of then.
        """
        data = target.artifact.functions[function].encode(*arguments)
        subject = f"{target.contract}.{function}"
        return self._send(actor, "schedule", target.address, data, at, subject=subject)

    def cancel(
        self, actor: str, target: Twin, function: str, *arguments: Any, caller: str | None = None
    ) -> tuple[Event, ...]:
        """Cancel a call that ``caller``, by default the actor, scheduled."""
        data = target.artifact.functions[function].encode(*arguments)
        wallet = self.chain.introduce(caller or actor)
        subject = f"{target.contract}.{function}"
        return self._send(actor, "cancel", wallet, target.address, data, flow="CANCEL_CALL", subject=subject)

    def _grant(self, role: int, account: str | Twin, delay: int) -> tuple[Any, ...]:
        return role, self.chain.address_of(account), delay

    def _permission(self, target: Twin, functions: Iterable[str], role: int) -> tuple[Any, ...]:
        return target.address, [target.artifact.functions[function].selector for function in functions], role

    def _encoded(self, function: str, *arguments: Any) -> bytes:
        return self.artifact.functions[function].encode(*arguments)

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        match name:
            case "OperationScheduled":
                target = self.chain.twin_of(fields["target"])
                return CallScheduled(
                    **origin,
                    contract=target.contract,
                    function=target.function_name(bytes(fields["data"])),
                    call=fields["operationId"].hex(),
                    ready_at=fields["schedule"],
                )
            case "OperationCanceled":
                return CallCancelled(**origin, call=fields["operationId"].hex())
        return super()._event(name, fields, origin)
