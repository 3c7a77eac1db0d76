"""Twin of OpenZeppelin's ``AccessManager``: which office may call what."""

from collections.abc import Iterable
from typing import ClassVar

from settlement.chain.chain import Twin


class AccessManager(Twin):
    """Roles by number; ADMIN (0) is the deployer's."""

    contract = "AccessManager"
    #: Offices are fixed at deployment, before the regime starts.
    ignored: ClassVar[frozenset[str]] = frozenset({"RoleGranted", "TargetFunctionRoleUpdated"})

    def grant_role(self, actor: str, role: int, account: str) -> None:
        """Give ``account`` the role at once."""
        self._send(actor, "grantRole", role, self.chain.introduce(account), 0, subject=account)

    def set_target_function_role(self, actor: str, target: Twin, functions: Iterable[str], role: int) -> None:
        """Let holders of ``role`` call these functions of ``target``."""
        selectors = [target.artifact.functions[function].selector for function in functions]
        self._send(actor, "setTargetFunctionRole", target.address, selectors, role, subject=target.contract)
