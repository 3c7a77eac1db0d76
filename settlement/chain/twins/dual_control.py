"""Twin of ``DualControl.sol``: acts that take two people."""

from typing import Any

from eth_utils.crypto import keccak

from settlement.chain.chain import Origin, Twin
from settlement.domain.events import CallProposed, Event


class DualControl(Twin):
    """Base of the twins of contracts where one person proposes the very call that another one makes.

    A method for such an act takes both, ``first`` who proposes and ``second`` who acts.
    """

    def propose(self, actor: str, function: str, *arguments: Any) -> tuple[Event, ...]:
        """Propose a call of ``function`` with ``arguments`` as the contract takes them; lapses in a week."""
        data = self.artifact.functions[function].encode(*arguments)
        return self._send(actor, "propose", data, subject=f"{self.contract}.{function}")

    def _together(
        self, first: str, second: str, function: str, *arguments: Any, flow: str, subject: str
    ) -> tuple[Event, ...]:
        """Propose as ``first`` and act as ``second``; returns the events of both."""
        proposed = self.propose(first, function, *arguments)
        return proposed + self._send(second, function, *arguments, flow=flow, subject=subject)

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        if name == "CallProposed":
            data = bytes(fields["data"])
            return CallProposed(
                **origin,
                contract=self.contract,
                function=self.function_name(data),
                call=keccak(data).hex(),
            )
        return super()._event(name, fields, origin)
